"""What is kept about a person can be given to them and erased: no table is forgotten."""

import ast
from collections.abc import Iterable

import pytest
from sqlalchemy import Table

from app import tables
from app.db import Base
from tests.house.source import Source, python

DUTIES = ("export_person", "erase_person")
# Tables whose column names somebody who acted for an organisation, not the person whom the row is about.
OF_OTHERS = {"people_organisation", "profile_review"}
# Evidence stands under the accounts: no key says that these rows are about persons.
OF_EVIDENCE = {"evidence_opening"}

# A sign-in link is a random key, soon used or stale: it says nothing to the person.
NOT_EXPORTED = {"SignInLink"}


def names_a_person(table: Table) -> bool:
    """Tell whether a row of the table points to a person."""
    return table.name in OF_EVIDENCE or any(
        column.name == "person_id"
        or any(key.target_fullname == "people_person.id" for key in column.foreign_keys)
        for column in table.columns
    )


def models_of_people() -> dict[str, str]:
    """Return the models whose rows are about a person, each with its room."""
    assert tables.metadata is Base.metadata
    return {
        mapper.class_.__name__: mapper.class_.__module__.split(".")[1]
        for mapper in Base.registry.mappers
        if isinstance(mapper.local_table, Table)
        and names_a_person(mapper.local_table)
        and mapper.local_table.name not in OF_OTHERS
    }


def names_reached(start: str, files: Iterable[Source]) -> set[str]:
    """Return every name that the function `start` uses, and the functions of the room that it calls."""
    functions = {function.name: function for file in files for function in file.functions()}
    reached: set[str] = set()
    waiting = [start]
    while waiting:
        function = functions.get(waiting.pop())
        if function is None:
            continue
        nodes = list(ast.walk(function))
        names = {node.id for node in nodes if isinstance(node, ast.Name)}
        names |= {node.attr for node in nodes if isinstance(node, ast.Attribute)}
        waiting += names - reached
        reached |= names
    return reached


def forgotten(models: dict[str, str], files: tuple[Source, ...], duty: str) -> list[str]:
    """Name the models that the duty of their room never reaches."""
    faults = []
    for model, room in models.items():
        of_room = [file for file in files if file.path.startswith(f"app/{room}/")]
        if model not in names_reached(duty, of_room):
            faults.append(f"{room}.{duty} never names {model}")
    return sorted(faults)


@pytest.mark.parametrize("duty", DUTIES)
def test_every_table_about_a_person_is_exported_and_erased(duty: str) -> None:
    models = models_of_people()
    if duty == "export_person":
        models = {model: room for model, room in models.items() if model not in NOT_EXPORTED}
    assert not forgotten(models, python("app"), duty)


def test_a_forgotten_table_is_found() -> None:
    service = Source(
        "app/x/service.py",
        "def erase_person(session, id):\n    delete_all(session, id)\n\n"
        "def delete_all(session, id):\n    session.execute(delete(Kept))\n",
    )
    assert forgotten({"Kept": "x", "Lost": "x"}, (service,), "erase_person") == [
        "x.erase_person never names Lost"
    ]
