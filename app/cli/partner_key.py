"""`visavis partner-key`: give a partner the key of its programs, list the keys, end one."""

import argparse
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, TypeVar

from sqlalchemy.orm import Session

from app.cli.migrate import migrated
from app.cli.trouble import Trouble
from app.errors import Refusal
from app.partners import queries, service
from app.partners.rules import LIFE_DEFAULT_DAYS, LIFE_MAX_DAYS, SCOPES
from app.web.french import long_date

SCOPES_DEFAULT = "profiles:read"

Result = TypeVar("Result")


def add_to(verbs: Any) -> None:
    """Declare the verb."""
    verb = verbs.add_parser(
        "partner-key", help="donner à un partenaire une clé d’API, les lister, en révoquer"
    )
    asked = verb.add_mutually_exclusive_group(required=True)
    asked.add_argument(
        "name",
        nargs="?",
        type=partner_name,
        metavar="NOM",
        help="nom du partenaire ; il est créé s’il n’existe pas",
    )
    asked.add_argument("--list", action="store_true", help="lister les clés, sans leur secret")
    asked.add_argument("--revoke", metavar="ID", help="révoquer une clé : elle ne sert plus, dès maintenant")
    verb.add_argument(
        "--days",
        type=life_days,
        default=LIFE_DEFAULT_DAYS,
        metavar="JOURS",
        help=f"durée de la clé ({LIFE_DEFAULT_DAYS} ; {LIFE_MAX_DAYS} au plus)",
    )
    verb.add_argument(
        "--scopes",
        type=scopes,
        default=scopes(SCOPES_DEFAULT),
        metavar="PORTÉES",
        help=f"ce que la clé permet, entre virgules ({SCOPES_DEFAULT}) : {', '.join(SCOPES)}",
    )
    verb.set_defaults(run=run)


def partner_name(text: str) -> str:
    """Read the name of a partner."""
    name = " ".join(text.split())
    if not name:
        raise argparse.ArgumentTypeError("un nom")
    return name


def life_days(text: str) -> int:
    """Read how long a key lives."""
    if not text.isdecimal() or not 1 <= int(text) <= LIFE_MAX_DAYS:
        raise argparse.ArgumentTypeError(f"un nombre de jours, de 1 à {LIFE_MAX_DAYS}")
    return int(text)


def scopes(text: str) -> tuple[str, ...]:
    """Read scopes between commas."""
    asked = tuple(part.strip() for part in text.split(",") if part.strip())
    if not asked or set(asked) - set(SCOPES):
        raise argparse.ArgumentTypeError(f"choix possibles : {', '.join(SCOPES)}")
    return asked


def run(chosen: argparse.Namespace) -> int:
    """Do what was asked; the key alone goes to the standard output, so that a program can take it."""
    if chosen.list:
        in_unit(print_keys)
    elif chosen.revoke is not None:
        key = in_unit(lambda session, now: service.revoke(session, chosen.revoke, now))
        print(f"La clé {key.id} est révoquée.")
    else:
        print(in_unit(lambda session, now: new_key(session, now, chosen)))
    return 0


def in_unit(verb: Callable[[Session, datetime], Result]) -> Result:
    """Run a verb in a transaction of its own; raise Trouble for what is refused."""
    try:
        with migrated() as (sessions, _), sessions.begin() as session:
            return verb(session, datetime.now(UTC))
    except service.KeyUnknown as unknown:
        raise Trouble("Aucune clé n’a cet identifiant : visavis partner-key --list") from unknown
    except Refusal as refused:
        raise Trouble(f"{refused.title}. {refused.detail}") from refused


def new_key(session: Session, now: datetime, chosen: argparse.Namespace) -> str:
    """Make the key of a partner, tell what it is worth, and return it."""
    partner = service.open_partner(session, chosen.name, now)
    key, written = service.mint(session, partner.id, chosen.scopes, now, chosen.days)
    print(
        f"Clé de « {partner.name} », valable jusqu’au {long_date(key.expires_at)}. Elle permet de :",
        *(f"  – {scope} : {SCOPES[scope]}" for scope in key.scopes),
        f"Elle n’est montrée qu’une fois. Pour la révoquer : visavis partner-key --revoke {key.id}",
        "Les personnes choisissent ce partenaire dans « Mon accord » : sans leur oui, il ne voit personne.",
        sep="\n",
        file=sys.stderr,
    )
    return written


def print_keys(session: Session, now: datetime) -> None:
    """Print every key, one a line."""
    for key, partner in queries.keys(session):
        if key.revoked_at is not None:
            state = f"révoquée le {long_date(key.revoked_at)}"
        elif key.expires_at <= now:
            state = f"expirée le {long_date(key.expires_at)}"
        else:
            state = f"valable jusqu’au {long_date(key.expires_at)}"
        used = f"dernier usage le {long_date(key.last_used_at)}" if key.last_used_at else "jamais utilisée"
        print(f"{key.id}  {partner.name}  {','.join(key.scopes)}  {state}, {used}")
