"""An adviser's walk: a task of the day leads to a message, answered with a resident whom nothing reaches."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from app.cli import accounts, story
from app.cli.story import Cast
from app.cli.visitor import Visitor
from tests.browser.conftest import DESK, OpenAs
from tests.browser.hands import open_tab, sign_in, title_of
from tests.browser.looking import AXE, SCREENSHOTS, Watch, take_picture, violations
from tests.browser.told import UUID, first, send_to_review

PICTURES = SCREENSHOTS / "adviser"
MARK = "injoignable"
TASK = "Avertir d’un message"


@pytest.fixture
def written_to(service: str) -> Iterator[Cast]:
    """Have somebody without a mailbox or a phone, presented in writing, whom a recruiter writes to."""
    cast = Cast(*(Visitor(part, service) for part in ("La conseillère", "La jeune", "Le recruteur")))
    story.sign_in(cast.adviser, accounts.ADVISER)
    story.sign_in(cast.recruiter, accounts.RECRUITER)
    story.invite(cast, MARK)
    story.fill_in(cast.resident, MARK)
    cast.resident.send("/moi/accord", {"kind": "text"})
    cast.resident.send("/moi/presentation", {"presentation": "text"})
    profile_id = send_to_review(cast.adviser, cast.resident, MARK)
    cast.adviser.send(f"/relecture/{profile_id}/accord", {"encouragement": "Bravo !"})
    slug = story.search(cast.recruiter, MARK)
    message = "Bonjour, venez nous rencontrer à la boutique de Roubaix."
    proposal = {"kind": "job", "message": message, "place": "Roubaix"}
    cast.recruiter.send(f"/candidats/{slug}/contact", proposal)
    yield cast
    for visitor in (cast.adviser, cast.resident, cast.recruiter):
        visitor.http.close()


def keep(page: Page, name: str) -> None:
    """Keep a picture, once axe finds nothing to say."""
    assert violations(page) == []
    take_picture(page, PICTURES / f"{name}.png")


def test_a_task_leads_to_an_answer_given_with_the_resident(
    service: str, open_as: OpenAs, written_to: Cast
) -> None:
    page = open_as(None, viewport=DESK).new_page()
    page.add_init_script(path=AXE)
    watch = Watch(page)
    sign_in(page, service, accounts.ADVISER)
    await_task(page)
    keep(page, "1-tasks")
    page.get_by_role("link", name=re.compile(f"Inès-{MARK}")).press("Enter")
    expect(title_of(page)).to_have_text(re.compile("."))
    page.get_by_label("Au téléphone").check()
    page.get_by_label("Oui, ça l’intéresse").check()
    keep(page, "2-answers")
    page.get_by_role("button", name="Envoyer sa réponse").press("Enter")
    expect(page.get_by_role("status")).to_contain_text("avec le jeune")
    expect(page.get_by_text("Réponse donnée avec le jeune, au téléphone.")).to_be_visible()
    page.get_by_label("Un entretien").check()
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_text("À confirmer")).to_be_visible()
    keep(page, "3-what-followed")
    contact_id = first(rf"/messages/({UUID})", page.url)
    sent = written_to.recruiter.open(f"/messages/{contact_id}")
    assert accounts.ADVISER in sent
    assert "C’est exact" in written_to.recruiter.open(f"/messages/{contact_id}/suite")
    assert (watch.said, watch.asked) == ([], {service})


def await_task(page: Page) -> None:
    """Open the tasks, until the worker has written the one of today."""
    open_tab(page, "Tâches")
    task = page.get_by_text(re.compile(TASK))
    for _ in range(40):
        if task.count():
            return
        page.wait_for_timeout(250)
        page.reload()
    expect(task).to_be_visible()
