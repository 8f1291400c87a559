"""What partners receive of a person is the table of docs/api.md, and nothing that identifies a home."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from app.people.models import Organisation, Person
from tests.partners.conftest import HOME_INSEE, MakeProgram, make_whole
from tests.reading import without_random

ROOT = Path(__file__).parents[2]
# Parts of names: no field whose name holds one of these is ever sent.
FORBIDDEN = ("mail", "phone", "born", "birth", "home", "qpv", "address", "family", "given", "person", "slug")


def leaves(sent: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    """Yield every field with its path (`jobs[].code`) and value."""
    if isinstance(sent, dict):
        for key, value in sent.items():
            yield from leaves(value, f"{name}.{key}".lstrip("."))
    elif isinstance(sent, list):
        for value in sent:
            yield from leaves(value, f"{name}[]")
    else:
        yield name, sent


def test_the_fields_are_those_of_the_document_and_no_other(
    session: Session, partner: Organisation, program: MakeProgram
) -> None:
    profile = make_whole(session, partner)
    sent = program("profiles:read", "media:read").get(f"/api/v1/profiles/{profile.id}").json()
    document = (ROOT / "docs/api.md").read_text(encoding="utf-8")
    table = document.partition("## Les champs")[2].partition("\n## ")[0]
    documented = re.findall(r"^\| `([a-z_0-9.\[\]]+)` \|", table, re.MULTILINE)
    assert sorted(documented) == sorted({name for name, _ in leaves(sent)})


def test_no_field_has_a_name_that_promises_what_is_never_given(
    session: Session, partner: Organisation, program: MakeProgram
) -> None:
    profile = make_whole(session, partner)
    client = program("profiles:read", "media:read")
    for address in ("/api/v1/profiles", f"/api/v1/profiles/{profile.id}"):
        names = {name for name, _ in leaves(client.get(address).json())}
        assert not [name for name in names for part in FORBIDDEN if part in name]


def test_no_value_is_one_that_is_never_given(
    session: Session, partner: Organisation, program: MakeProgram
) -> None:
    profile = make_whole(session, partner)
    person = session.get(Person, profile.person_id)
    assert person is not None
    secret = (
        *(person.email, person.phone, person.family_name, person.qpv_code, person.born_on, HOME_INSEE),
        *("Marseille", "lives_in_qpv"),
    )
    ids = (person.id, profile.slug, profile.structure_id)
    client = program("profiles:read", "media:read")
    for address in ("/api/v1/profiles", f"/api/v1/profiles/{profile.id}"):
        answer = client.get(address)
        assert answer.status_code == 200
        assert not [value for value in secret if str(value) in without_random(answer.text)]
        assert not [value for value in ids if str(value) in answer.text]
