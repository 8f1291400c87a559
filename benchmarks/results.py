"""Claim: whoever searches among a crowd reads the page of results at once, and it weighs little.

A recruiter of a verified company asks the server on this machine for pages (SIZE=1000000 for a million
profiles; 100,000 without), again and again; then a browser that knows none of it yet opens a full one.
"""

import re
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from html import unescape
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory

from playwright._impl._api_structures import SetCookieParam
from playwright.sync_api import sync_playwright
from sqlalchemy import Engine

from app.cli import accounts, story
from app.cli.demo import await_service, free_port
from app.cli.processes import own, running
from app.cli.visitor import Visitor
from app.db import session_factory
from app.search.rules import PAGE_SIZE
from app.settings import Settings
from app.tables import upgrade
from benchmarks import ground, peopled
from benchmarks.frame import Claim, Unfair, tool

ROUNDS = 40
PAGE_MAX_MS = 60.0
WEIGHT_MAX_KB = 100.0
PROMISE = "la promesse"
# What recruiters ask for; the last one finds nobody, and is helped.
SEARCHES = {
    "tout le monde": "",
    "mot courant": "?mots=motiv%C3%A9",
    "mot, contrat, département": "?mots=vente&contrat=cdi&departement=59",
    "près de Roubaix, au plus près": "?commune=59512&rayon=20&tri=proches",
    "faute de frappe, sans résultat": "?mots=electrcien+batment&departement=59&langue=turc&niveau=C2",
}
RESULT = re.compile(r"(/candidats/\w+\?[^>]+). data-part=.result")
WEIGH = """() => ["navigation", "resource"].flatMap((kind) => performance.getEntriesByType(kind))
  .reduce((bytes, one) => bytes + one.transferSize, 0)"""


def run() -> list[Claim]:
    """Measure the page for each kind of search, then weigh it."""
    with ground.opened() as (engine, _), served(engine) as url:
        recruiter = Visitor("La recruteuse", url)
        with closing(recruiter.http):
            story.sign_in(recruiter, accounts.RECRUITER)
            claims = [*page_times(recruiter), profile_time(recruiter)]
            return [*claims, weight(recruiter, url)]


@contextmanager
def served(engine: Engine) -> Iterator[str]:
    """Serve the product on the crowd, the accounts of the demonstration included, and yield its address."""
    upgrade(engine)
    peopled.people(engine)
    database_url = engine.url.render_as_string(hide_password=False)
    with TemporaryDirectory() as folder:
        port = free_port()
        url = f"http://127.0.0.1:{port}"
        environment = {
            "VISAVIS_DATABASE_URL": database_url,
            "VISAVIS_DATA_DIR": folder,
            "VISAVIS_PUBLIC_URL": url,
            "VISAVIS_SECOND_FACTOR": "optional",
        }
        with session_factory(engine).begin() as session:
            accounts.ensure(session, datetime.now(UTC), Settings(data_dir=Path(folder)))
        with running(own("web", "--port", str(port)), environment=environment) as [process]:
            await_service(url, process)
            yield url


def page_times(recruiter: Visitor) -> Iterator[Claim]:
    """Hold the page of each kind of search against the promise."""
    for name, asked in SEARCHES.items():
        yield promise(name, times_ms(recruiter, f"/candidats{asked}"))


def profile_time(recruiter: Visitor) -> Claim:
    """Hold the page of a profile, reached from a list, against the same promise."""
    found = RESULT.search(recruiter.open("/candidats?mots=vente"))
    if found is None:
        raise Unfair("la liste est vide")
    return promise("un profil dans sa liste", times_ms(recruiter, unescape(found[1])))


def promise(name: str, figures: list[float]) -> Claim:
    """Claim that nineteen pages of twenty come in time; say the others too, for a machine that is busy."""
    p95 = quantiles(figures, n=20)[-1]
    print(
        f"{name:36} au mieux {min(figures):6.1f}  p50 {median(figures):6.1f}  p95 {p95:6.1f} ms", flush=True
    )
    return Claim(f"{name}, p95", "ms", PROMISE, (PAGE_MAX_MS,), (p95,), 1, is_promise=True)


def times_ms(recruiter: Visitor, path: str) -> list[float]:
    """Ask for a page again and again, and time each answer from the request to its last byte."""
    figures = []
    for _ in range(ROUNDS + 1):
        began_s = time.perf_counter()
        recruiter.request("GET", path)
        figures.append((time.perf_counter() - began_s) * 1000)
    return figures[1:]  # the first one also wakes what sleeps


def cookies_of(visitor: Visitor) -> list[SetCookieParam]:
    """Return what keeps somebody signed in, as a browser takes it."""
    return [
        {"name": name, "value": value, "domain": "127.0.0.1", "path": "/", "secure": True}
        for name, value in visitor.cookies.items()
    ]


def weight(recruiter: Visitor, url: str) -> Claim:
    """Weigh a full page on the wire: itself, its style, its scripts, its letters; headers too."""
    with sync_playwright() as tools:
        browser = tools.chromium.launch(executable_path=tool("chromium"), args=["--no-sandbox"])
        page = browser.new_context(locale="fr-FR").new_page()
        page.context.add_cookies(cookies_of(recruiter))
        page.goto(f"{url}/candidats?mots=vente", wait_until="networkidle")
        if page.locator(".result").count() < PAGE_SIZE:
            raise Unfair("la page n’est pas pleine")
        weighed_kb = page.evaluate(WEIGH) / 1000
        browser.close()
    return Claim(
        "la page pleine, sur le fil", "ko", PROMISE, (WEIGHT_MAX_KB,), (weighed_kb,), 1, is_promise=True
    )
