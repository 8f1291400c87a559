"""A need from end to end by clicking: a search is saved, published, answered by an adviser, opened."""

from playwright.sync_api import expect

from app.cli.demo_data import JOBS, YOUNGSTERS
from tests.browser.conftest import DESK, OpenAs
from tests.browser.hands import open_tab, title_of
from tests.browser.told import SEEN, Told

JOB = next(label for code, label, _ in JOBS if code == YOUNGSTERS[0].job)


def test_a_search_becomes_a_need_that_an_adviser_answers(told: Told, service: str, open_as: OpenAs) -> None:
    recruiter = open_as(told.people["recruiter"], viewport=DESK).new_page()
    recruiter.goto(f"{service}/candidats?metier={YOUNGSTERS[0].job}&contrat=cdd")
    recruiter.get_by_role("button", name="M’alerter des nouveaux").click()
    saved = recruiter.get_by_role("article").filter(has_text=f"{JOB}, CDD")
    expect(saved).to_contain_text("Chaque matin")
    saved.get_by_role("button", name="En faire un besoin").click()
    expect(title_of(recruiter)).to_have_text(JOB)
    expect(recruiter.get_by_role("main")).to_contain_text("Personne pour l’instant")
    address = recruiter.url

    adviser = open_as(told.people["adviser"], viewport=DESK).new_page()
    adviser.goto(f"{service}/accompagnement")
    adviser.get_by_role("link", name="dans votre département").click()
    adviser.goto(f"{service}/accompagnement{address.removeprefix(service)}")
    adviser.get_by_label(f"Vendeuse motivée {SEEN}").check()
    adviser.get_by_role("button", name="Proposer").click()
    expect(adviser.get_by_role("status").first).to_contain_text("chaque jeune sont prévenus")

    open_tab(recruiter, "Besoins")
    recruiter.goto(address)
    recruiter.get_by_role("link", name=f"Vendeuse motivée {SEEN}").click()
    expect(title_of(recruiter)).to_have_text(f"Vendeuse motivée {SEEN}")
    recruiter.go_back()
    recruiter.get_by_role("button", name="C’est pourvu").click()
    expect(recruiter.get_by_role("main")).to_contain_text("Pourvu")
