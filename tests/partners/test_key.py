"""A key opens what its scopes say, from its making to its expiry or its revocation."""

import re
from datetime import timedelta

import pytest
from fastapi import FastAPI
from sqlalchemy import Engine
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from app.cli import parser
from app.cli.trouble import Trouble
from app.db import session_factory
from app.main import create_app
from app.partners import queries, service
from app.partners.models import PartnerKey
from app.people.models import Organisation
from app.settings import Settings
from tests.conftest import START, MovingClock, make_resources
from tests.factories import make_partner
from tests.partners.conftest import MakeProgram, make_key

PROFILES = "/api/v1/profiles"


def refusal(client: TestClient) -> tuple[int, str, str]:
    """Return the status, the slug and the challenge that the list answers with."""
    answer = client.get(PROFILES)
    assert answer.headers["content-type"] == "application/problem+json"
    slug = answer.json()["type"].rpartition("/")[2]
    return answer.status_code, slug, answer.headers.get("www-authenticate", "")


def test_a_key_opens_the_list(program: MakeProgram) -> None:
    answer = program().get(PROFILES)
    assert answer.status_code == 200
    assert answer.json() == {"data": [], "next_cursor": None, "has_more": False}


@pytest.mark.parametrize(
    "header", ["", "Basic dTpw", "Bearer", "Bearer vav_live_x_y", f"Bearer vav_live_{'0' * 12}_{'0' * 64}"]
)
def test_no_key_and_an_unknown_key_are_refused_with_a_challenge(client: TestClient, header: str) -> None:
    client.headers["Authorization"] = header
    assert refusal(client) == (401, "cle-refusee", 'Bearer realm="visavis"')


def test_the_right_id_with_a_wrong_secret_is_refused_without_saying_why(
    session: Session, partner: Organisation, program: MakeProgram
) -> None:
    key = make_key(session, partner)
    wrong = key[:-1] + ("0" if key[-1] != "0" else "1")
    unknown = program(key=f"vav_live_{'0' * 12}_{'0' * 64}").get(PROFILES).json()["detail"]
    assert program(key=wrong).get(PROFILES).json()["detail"] == unknown


def test_a_key_ends_with_its_last_day(
    session: Session, partner: Organisation, program: MakeProgram, clock: MovingClock
) -> None:
    client = program(key=make_key(session, partner, life_days=30))
    clock.advance(days=30)
    assert refusal(client)[:2] == (401, "cle-refusee")


def test_a_revoked_key_is_refused_at_once(
    session: Session, partner: Organisation, program: MakeProgram
) -> None:
    key = make_key(session, partner)
    client = program(key=key)
    assert client.get(PROFILES).status_code == 200
    service.revoke(session, key.split("_")[2], START)
    session.commit()
    assert refusal(client)[:2] == (401, "cle-refusee")


def test_the_keys_of_a_suspended_partner_are_refused(
    session: Session, partner: Organisation, program: MakeProgram
) -> None:
    client = program()
    partner.state = "suspended"
    session.commit()
    assert refusal(client)[:2] == (401, "cle-refusee")


def test_a_key_without_the_scope_is_told_which_one_is_needed(program: MakeProgram) -> None:
    status, slug, challenge = refusal(program("media:read"))
    assert (status, slug) == (403, "portee-manquante")
    assert 'scope="profiles:read"' in challenge


def test_only_a_digest_of_the_secret_is_kept(session: Session, partner: Organisation) -> None:
    key, written = service.mint(session, partner.id, ["profiles:read"], START)
    secret = written.rpartition("_")[2]
    assert len(key.secret_sha256) == 32
    assert secret.encode() not in key.secret_sha256
    assert secret not in repr(
        {column.name: getattr(key, column.name) for column in PartnerKey.__table__.columns}
    )


def test_a_key_that_was_revoked_keeps_its_date(session: Session, partner: Organisation) -> None:
    key, _ = service.mint(session, partner.id, ["profiles:read"], START)
    service.revoke(session, key.id, START)
    assert service.revoke(session, key.id, START + timedelta(days=1)).revoked_at == START


@pytest.fixture
def real(committed: Engine, settings: Settings, clock: MovingClock) -> FastAPI:
    """Build an application whose transactions are real ones: a use is noted beside the request's own."""
    return create_app(settings, make_resources(settings, clock, session_factory(committed)))


@pytest.mark.parametrize("scope", ["profiles:read", "media:read"])
def test_the_last_use_is_noted_even_when_the_request_is_refused(
    committed: Engine, real: FastAPI, clock: MovingClock, scope: str
) -> None:
    with session_factory(committed).begin() as session:
        key, written = service.mint(session, make_partner(session).id, [scope], START)
    used_at = clock.advance(hours=2)
    client = TestClient(real, base_url="https://testserver", headers={"Authorization": f"Bearer {written}"})
    client.get(PROFILES)
    clock.advance(seconds=10)
    client.get(PROFILES)
    with session_factory(committed)() as session:
        assert [found.last_used_at for found, _ in queries.keys(session)] == [used_at]
        assert key.id == queries.keys(session)[0][0].id


@pytest.fixture
def on_database(committed: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let commands work on a database of their own."""
    address = committed.url.render_as_string(hide_password=False)
    monkeypatch.setenv("VISAVIS_DATABASE_URL", address)


def command(*words: str) -> int:
    """Run `visavis partner-key …`."""
    chosen = parser().parse_args(["partner-key", *words])
    return int(chosen.run(chosen))


@pytest.mark.usefixtures("on_database")
def test_the_command_gives_a_key_once_lists_it_and_ends_it(capsys: pytest.CaptureFixture[str]) -> None:
    command("Réseau Emploi Sud", "--days", "30", "--scopes", "profiles:read,media:read")
    written = capsys.readouterr().out.strip()
    assert re.fullmatch(r"vav_live_[0-9a-f]{12}_[0-9a-f]{64}", written)
    command("réseau emploi sud")
    capsys.readouterr()
    command("--list")
    listed = capsys.readouterr().out
    assert listed.count("Réseau Emploi Sud") == 2
    assert written.rpartition("_")[2] not in listed
    command("--revoke", written.split("_")[2])
    capsys.readouterr()
    command("--list")
    assert "révoquée" in capsys.readouterr().out


@pytest.mark.usefixtures("on_database")
def test_the_command_says_that_a_key_is_unknown() -> None:
    with pytest.raises(Trouble, match="--list"):
        command("--revoke", "0" * 12)


@pytest.mark.parametrize(
    "words", [(), (" ",), ("X", "--days", "0"), ("X", "--days", "400"), ("X", "--scopes", "y")]
)
def test_the_command_refuses_what_makes_no_sense(words: tuple[str, ...]) -> None:
    with pytest.raises(SystemExit):
        parser().parse_args(["partner-key", *words])
