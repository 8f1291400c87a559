"""Where everybody is invented, each page of figures and each file says that no figure is a result."""

from datetime import datetime

import pytest
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from app.settings import Settings
from tests.conftest import SignIn
from tests.factories import make_funder
from tests.journal import Happened, fill

SAID = "Chiffres de démonstration"
IS_SAID = {"development": True, "test": False}
PAGES = ("/bilan", "/bilan/convention", "/bilan.csv")


@pytest.fixture(params=IS_SAID)
def settings(request: pytest.FixtureRequest, settings: Settings) -> Settings:
    """Run the service where it is developed, or not."""
    return settings.model_copy(update={"environment": request.param})


def test_a_demonstration_is_said_to_be_one(
    session: Session, sign_in: SignIn, client: TestClient, now: datetime, settings: Settings
) -> None:
    fill(session, now, [Happened("resident.filmed", now, f"person {number}") for number in range(20)])
    funder = sign_in(make_funder(session))
    pages = {path: funder.get(path).text for path in PAGES} | {
        "/statistiques": client.get("/statistiques").text
    }
    assert {path: SAID in text for path, text in pages.items()} == dict.fromkeys(
        pages, IS_SAID[settings.environment]
    )
