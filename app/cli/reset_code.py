"""`visavis reset-code`: let a professional who lost phone and paper add another phone; the operator too."""

import argparse
from datetime import UTC, datetime
from typing import Any

from sqlalchemy.orm import Session

from app.cli.migrate import migrated
from app.cli.trouble import Trouble
from app.people import factors, queries


def add_to(verbs: Any) -> None:
    """Declare the verb."""
    verb = verbs.add_parser("reset-code", help="remettre à zéro le code de connexion d’un professionnel")
    verb.add_argument("email", metavar="ADRESSE", help="adresse e-mail du compte")
    verb.set_defaults(run=run)


def run(chosen: argparse.Namespace) -> int:
    """Reset one account; the person is told by mail."""
    with migrated() as (sessions, _), sessions.begin() as session:
        print(reset(session, chosen.email, datetime.now(UTC)))
    return 0


def reset(session: Session, email: str, now: datetime) -> str:
    """Reset the account of an address and return what to say; raise Trouble when there is none."""
    person = queries.person_of_email(session, email)
    if person is None:
        raise Trouble(f"Aucun compte n’a l’adresse {email}.")
    if not factors.reset(session, person.id, now):
        return f"{email} n’avait pas de téléphone : rien à remettre à zéro, sessions fermées."
    return f"{email} ajoutera un téléphone à la prochaine connexion, et en est prévenu par e-mail."
