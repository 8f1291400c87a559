"""Claim: filters and common words are answered faster than by SQLite's FTS5, and nobody waits for a search.

The same crowd on both sides (SIZE=1000000 for a million; 100,000 without), the same searches by turns, and
the same answer: the page, the total, the facets of the newest thousand; no figure is given where they differ.
Ours ranks the thousand newest that match, and says so; FTS5 ranks all of them.  The embedded PostgreSQL runs
as it comes, the peer in this very process.  The bars are held against FTS5 that finds the newest by their
date; what it takes where its rows lie in that order, and it stops at the thousandth, is told without a bar.
Forty searches are judged by whom they find.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from functools import partial
from itertools import cycle, islice
from statistics import median, quantiles
from typing import Any, cast

import psycopg
from sqlalchemy.orm import Session, sessionmaker

from app.db import session_factory
from app.search.asking import Near, SearchQuery, candidates
from app.search.queries import find, find_or_help
from app.search.rules import PAGE_SIZE
from app.search.stemming import WORD, lexemes_of_each, tsquery
from app.search.suggestions import suggest
from benchmarks import ground, questions
from benchmarks.frame import RECORDS, Claim, Unfair, take_turns
from benchmarks.fts5 import Answer, Peer

ROUNDS = 25
LOADED_SEARCHES = 240
PEER = "SQLite FTS5, même page et mêmes facettes des mille plus récents ; bm25 de tout ce qui correspond"
IN_ORDER = "le même, ses lignes rangées par date : il s’arrête à la millième"
SAME_WORK = (
    "\nDes deux côtés : mêmes lignes, mêmes filtres, la page, le total, les facettes des mille derniers,\n"
    "comptées dans le texte des étiquettes. Le pair classe (bm25) tout ce qui correspond aux mots, nous\n"
    "les mille plus récents. « Rangé » : ses lignes sont dans l’ordre des dates, ce qu’il faudrait tenir.\n"
)
PARIS, GUERET = Near(48.86, 2.34, 10), Near(46.17, 1.87, 10)
# Where a million is asked for, waiting may take longer: milliseconds with one client, and with all of them.
PROMISES = {100_000: (50.0, 400.0), 1_000_000: (150.0, 400.0)}
SUGGESTION_MAX_MS = 5.0
QUALITY_MIN = 0.95
FILTERED, COMMON = 1 / 2, 1 / 10
# How much faster than FTS5 is promised of a million; where there are fewer, only how long it takes.
COMPARED_FROM = 1_000_000

# What is asked, and at how much of FTS5's time it has to be answered.
SEARCHES: dict[str, tuple[SearchQuery, float | None]] = {
    "mot courant": (SearchQuery("motivé"), COMMON),
    "deux mots courants": (SearchQuery("motivée équipe"), COMMON),
    "mot rare": (SearchQuery("wordpress"), None),
    "mot que personne ne dit": (SearchQuery("hippopotame"), None),
    "mot et département": (SearchQuery("vente", department="59"), FILTERED),
    "mot, contrat, département": (SearchQuery("motivé", contract="cdi", department="75"), FILTERED),
    "mot, près de Paris": (SearchQuery("motivé", near=PARIS), FILTERED),
    "métier et contrat": (SearchQuery(rome="F1602", contract="cdi"), FILTERED),
    "secteur et langue": (
        SearchQuery(sector="D", language="anglais", language_level="B2"),
        FILTERED,
    ),
    "contrat et département": (SearchQuery(contract="interim", department="13"), FILTERED),
    "disponibilité, savoir-être": (
        SearchQuery(available_by=date(2026, 6, 1), competences=("teamwork", "learning")),
        FILTERED,
    ),
    "près de Paris": (SearchQuery(near=PARIS), FILTERED),
    "près de Guéret": (SearchQuery(near=GUERET), FILTERED),
    "au plus près": (SearchQuery(near=PARIS, sort="nearest"), FILTERED),
    "tout le monde": (SearchQuery(), None),
}


@dataclass(frozen=True)
class Both:
    """The two sides, and the stems of what is asked: the peer is spared that."""

    sessions: sessionmaker[Session]
    peer: Peer
    stems: dict[str, list[list[str]]]


def run() -> list[Claim]:
    """Measure each kind of search by turns, then all of them at once, then whom forty of them find."""
    with ground.opened() as (engine, peer):
        sessions = session_factory(engine)
        with sessions() as session:
            stems = {name: stems_of(session, query.words) for name, (query, _) in SEARCHES.items()}
            both = Both(sessions, peer, stems)
            explain(session)
            for name, (query, _) in SEARCHES.items():
                check_same(session, both, name, query)
        claims = [*each_search(both), *helps(both), loaded(both)]
        with sessions() as session:
            return [*claims, quality(session)]


def stems_of(session: Session, words: str) -> list[list[str]]:
    """Return the stems of each word."""
    return [each for each in lexemes_of_each(session, WORD.findall(words)) if each]


def check_same(session: Session, both: Both, name: str, query: SearchQuery) -> None:
    """Raise Unfair unless both sides give the same answer; words are ranked by each in its way."""
    ours = find(session, query)
    said = (ours.total, ours.facets, ours.last is not None)
    for in_order in (False, True):
        theirs = both.peer.find(query, both.stems[name], in_order=in_order)
        same = said == (theirs.total, theirs.facets, theirs.is_followed)
        if not same or (not query.words and tuple(map(str, ours.ids)) != theirs.ids):
            raise Unfair(f"« {name} » : les deux côtés ne répondent pas la même chose.")


def each_search(both: Both) -> Iterator[Claim]:
    """Hold each kind of search against the peer's, and against the promise."""
    one_ms, _ = promises()
    print(SAME_WORK)
    print(f"{'recherche':30}{'nous p50':>10}{'p95':>8}{'FTS5 p50':>10}{'p95':>8}{'rangé':>8}  ms", flush=True)
    for name, (query, bar) in SEARCHES.items():
        sides = (
            partial(ours_ms, both, query),
            partial(peer_ms, both, name, query),
            partial(peer_ms, both, name, query, in_order=True),
        )
        ours, theirs, ordered = map(tuple, take_turns(sides, ROUNDS))
        figures = f"{median(ours):10.1f}{p95(ours):8.1f}{median(theirs):10.1f}{p95(theirs):8.1f}"
        print(f"{name:30}{figures}{median(ordered):8.1f}", flush=True)
        yield Claim(name, "ms", PEER, theirs, ours, bar if ground.size() >= COMPARED_FROM else None)
        yield Claim(f"{name}, rangé", "ms", IN_ORDER, ordered, ours, None)
        yield promise(f"{name}, p95", one_ms, p95(ours))


def promises() -> tuple[float, float]:
    """Return what was promised for this size, in ms: with one client, and with all of them."""
    return next(kept for most, kept in sorted(PROMISES.items()) if ground.size() <= most)


def promise(name: str, most_ms: float, measured_ms: float) -> Claim:
    """Claim that something takes no longer than was promised."""
    return Claim(name, "ms", "la promesse", (most_ms,), (measured_ms,), 1, is_promise=True)


def p95(figures: Sequence[float]) -> float:
    """Return what nineteen of twenty stay under."""
    return quantiles(figures, n=20)[-1]


def timed_ms(action: Callable[[], object]) -> float:
    """Time an action."""
    began_s = time.perf_counter()
    action()
    return (time.perf_counter() - began_s) * 1000


def ours_ms(both: Both, query: SearchQuery) -> float:
    """Search as the page does, in a session of its own; whoever waits for a connection waits."""
    with both.sessions() as session:
        session.connection()
        return timed_ms(lambda: find_or_help(session, query))


def peer_ms(both: Both, name: str, query: SearchQuery, *, in_order: bool = False) -> float:
    """Have the peer search."""
    found: list[Answer] = []
    return timed_ms(lambda: found.append(both.peer.find(query, both.stems[name], in_order=in_order)))


def helps(both: Both) -> Iterator[Claim]:
    """Measure what comes beside the results."""
    one_ms, _ = promises()
    mistyped = SearchQuery("electrcien batment")
    narrow = SearchQuery("motivé", contract="cdi", department="23", language="turc", language_level="C2")

    def times(action: Callable[[Session], object]) -> tuple[float, ...]:
        with both.sessions() as session:
            session.connection()
            return tuple(timed_ms(lambda: action(session)) for _ in range(ROUNDS))

    def following(session: Session) -> None:
        query = SearchQuery("motivé")
        for _ in range(2):
            query = SearchQuery("motivé", after=find(session, query).last)

    typed = cycle(("co", "ven", "électric", "assistant", "ag", "cuisine", "res", "tec"))
    yield promise("en tapant, p95", SUGGESTION_MAX_MS, p95(times(lambda s: suggest(s, next(typed)))))
    yield promise("faute de frappe, p95", one_ms, p95(times(lambda s: find_or_help(s, mistyped))))
    yield promise("sans l’un des filtres, p95", one_ms, p95(times(lambda s: find_or_help(s, narrow))))
    yield promise("deux pages de suite, p95", one_ms * 2, p95(times(following)))


def loaded(both: Both) -> Claim:
    """Let all clients search at once, each what comes next."""
    _, all_ms = promises()
    asked = list(islice(cycle(query for query, _ in SEARCHES.values()), LOADED_SEARCHES))
    with ThreadPoolExecutor(ground.CLIENTS_MAX) as clients:
        figures = list(clients.map(partial(ours_ms, both), asked))
    print(
        f"{ground.CLIENTS_MAX} clients : p50 {median(figures):.1f} ms, p95 {p95(figures):.1f} ms", flush=True
    )
    return promise(f"{ground.CLIENTS_MAX} clients à la fois, p95", all_ms, p95(figures))


def quality(session: Session) -> Claim:
    """Count who was found among the first ten of those who must be."""
    missing = questions.missed(session)
    for question, profile_id in missing:
        print(f"{question.query.words!r} n’a pas trouvé {profile_id}", flush=True)
    share = 1 - len(missing) / sum(question.people for question in questions.QUESTIONS)
    name = f"qualité, {len(questions.QUESTIONS)} recherches"
    return Claim(name, "part", "tous ceux qu’il faut", (1.0,), (share,), QUALITY_MIN, is_cost=False)


def explain(session: Session) -> None:
    """Write how PostgreSQL answers each kind of search, and print by which index."""
    driver = cast("psycopg.Connection[Any]", session.connection().connection.driver_connection)
    path = RECORDS / f"search-{ground.size()}-explain.txt"
    path.parent.mkdir(parents=True, exist_ok=True)
    print(f"\nplans → {path}", flush=True)
    with path.open("w", encoding="utf-8") as file:
        for name, (query, _) in SEARCHES.items():
            statement, values = candidates(query, tsquery(session, query.words))
            values["page"] = PAGE_SIZE
            plan = "explain (analyze, buffers) " + statement
            rows = [row for (row,) in driver.execute(plan.encode(), values, prepare=False).fetchall()]
            file.write("\n".join([f"# {name}", *rows, "", ""]))
            nodes = [row.strip() for row in rows if "Scan" in row or "Execution" in row]
            print(f"{name:30}{' | '.join(nodes)}", flush=True)
