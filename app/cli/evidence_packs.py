"""`visavis evidence export | verify | consistency | sign | sample`: what is given to who checks it."""

import argparse
import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, date, datetime
from pathlib import Path
from typing import IO, Any

from sqlalchemy.orm import Session, sessionmaker

from app.cli.french import counted
from app.cli.migrate import migrated
from app.cli.trouble import Trouble
from app.evidence import checkpoints, keyring, samples, service
from app.evidence.checkpoints import JournalInconsistent
from app.evidence.keyring import KeyMissing, KeyUnreadable, Signer
from app.evidence.models import Checkpoint
from app.evidence.rules import CONVENTION
from app.evidence.samples import FactLost
from app.people import audit
from app.people.audit import Act
from app.reports import packs, verify
from app.reports.figures import Order
from app.reports.packs import FactChanged, FiguresDiffer, PackOvertaken, PeriodNotOver, PeriodOverlaps
from app.web.french import long_date

CHECK = "Tapez : visavis evidence check"


def add_to(actions: Any) -> None:
    """Declare the actions."""
    export = actions.add_parser("export", help="faire un paquet de preuves (.zip)")
    export.add_argument("--kind", required=True, type=without_accent, choices=("public", "controleur"))
    export.add_argument("--convention", default=CONVENTION, choices=(CONVENTION,))
    export.add_argument("--from", dest="first_day", required=True, type=day, metavar="AAAA-MM-JJ")
    export.add_argument("--to", dest="last_day", required=True, type=day, metavar="AAAA-MM-JJ", help="inclus")
    export.add_argument("--to-whom", default="", metavar="NOM", help="destinataire d’un paquet de contrôleur")
    export.add_argument("--output", type=Path, metavar="FICHIER")
    export.set_defaults(run=run_export)
    checked = actions.add_parser("verify", help="vérifier un paquet, sans base ni réseau")
    checked.add_argument("pack", metavar="PAQUET")
    checked.add_argument("--key", default="", metavar="CLÉ", help="la clé publique que vous tenez d’ailleurs")
    checked.set_defaults(run=lambda chosen: verify.main([chosen.pack, f"--key={chosen.key}"]))
    both = actions.add_parser("consistency", help="vérifier qu’un paquet en prolonge un autre")
    both.add_argument("old", metavar="ANCIEN")
    both.add_argument("new", metavar="NOUVEAU")
    both.set_defaults(run=run_consistency)
    add_sampling_to(actions)


def add_sampling_to(actions: Any) -> None:
    """Declare what an auditor draws by lot."""
    now = actions.add_parser("sign", help="signer le journal tel qu’il est, et montrer le point de contrôle")
    now.set_defaults(run=run_sign)
    sample = actions.add_parser("sample", help="ouvrir des faits tirés au sort, pour un contrôle")
    sample.add_argument(
        "--size",
        type=count,
        metavar="FAITS",
        help="du point de contrôle que le contrôleur a ; sans cela, le dernier signé",
    )
    sample.add_argument(
        "--seed", required=True, type=word, metavar="MOT", help="que le contrôleur choisit quand il l’a"
    )
    sample.add_argument("--n", type=count, default=30, metavar="NOMBRE")
    sample.add_argument("--to-whom", required=True, metavar="NOM", help="qui contrôle")
    sample.set_defaults(run=run_sample)


def without_accent(text: str) -> str:
    """Read « contrôleur » as it is written, too."""
    return text.replace("ô", "o")


def day(text: str) -> date:
    """Read a day."""
    try:
        return date.fromisoformat(text)
    except ValueError as strange:
        raise argparse.ArgumentTypeError("un jour, comme 2026-01-31") from strange


def count(text: str) -> int:
    """Read a number of facts."""
    if not text.isdecimal() or int(text) == 0:
        raise argparse.ArgumentTypeError("un nombre de faits, comme 30")
    return int(text)


def word(text: str) -> str:
    """Read a seed."""
    if not text.strip():
        raise argparse.ArgumentTypeError("un mot, que le contrôleur donne")
    return text


@contextmanager
def opened() -> Iterator[tuple[sessionmaker[Session], Signer]]:
    """Open the migrated database of the settings, and the key; say what stands in the way."""
    try:
        with migrated() as (sessions, settings):
            yield sessions, keyring.load(settings)
    except (KeyMissing, KeyUnreadable) as missing:
        raise Trouble(str(missing)) from missing
    except JournalInconsistent as other:
        raise Trouble(f"{other} {CHECK}") from other
    except (FactChanged, FactLost) as changed:
        raise Trouble(f"Le fait n° {changed} n’est plus celui qui a été enregistré. {CHECK}") from changed


def signed(sessions: sessionmaker[Session], sign: Callable[[Session], Checkpoint]) -> Checkpoint:
    """Give what waits its numbers, and sign the journal; raise Trouble while there is nothing in it."""
    now = datetime.now(UTC)
    with sessions.begin() as session:
        while service.drain(session, now):
            pass
    with sessions.begin() as session:
        made = sign(session)
        if not made.size:
            raise Trouble("Le journal est vide : il n’y a rien à donner.")
    return made


def said(days: ValueError) -> str:
    """Write the days that a refusal names."""
    return " au ".join(long_date(date.fromisoformat(one)) for one in str(days).split())


@contextmanager
def refusals_told() -> Iterator[None]:
    """Say why a public pack is not made."""
    try:
        yield
    except PeriodNotOver as running:
        raise Trouble(
            f"La période n’est pas finie : un paquet public se fait après le {said(running)}. Fait plus tôt, "
            "il différerait d’un suivant, et leur différence trahirait des petits nombres."
        ) from running
    except PeriodOverlaps as other:
        raise Trouble(
            f"Un paquet public a déjà été donné pour une période qui chevauche celle-ci (du {said(other)}) : "
            "leur différence trahirait des petits nombres. Reprenez la même période, ou une autre à côté."
        ) from other
    except PackOvertaken as overtaken:
        raise Trouble(
            "Un autre paquet public de cette période vient d’être donné : refaites celui-ci, il aura les "
            "mêmes chiffres."
        ) from overtaken
    except FiguresDiffer as other:
        raise Trouble(
            "Ce paquet public n’aurait pas les chiffres du premier de sa période : le service les compte ou "
            "les masque autrement depuis, et leur différence trahirait des petits nombres. Donnez le premier."
        ) from other


@contextmanager
def drafted(path: Path) -> Iterator[IO[bytes]]:
    """Open a file that gets its name once it is whole; raise Trouble where none can be written."""
    if path.is_dir():
        raise Trouble(f"{path} est un dossier. Rien n’est signé ni donné : nommez un fichier par --output.")
    draft = path.with_name(f"{path.name}.part")
    try:
        file = draft.open("xb")
    except FileExistsError as other:
        raise Trouble(
            "Un autre paquet s’écrit déjà là, ou ne s’est pas fini. Si aucun export ne tourne, supprimez "
            f"{draft}."
        ) from other
    except OSError as refused:
        raise Trouble(
            f"On ne peut pas écrire {path}. Rien n’est signé ni donné : choisissez un autre endroit par "
            "--output."
        ) from refused
    try:
        with file:
            yield file
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def run_export(chosen: argparse.Namespace) -> int:
    """Write a pack, for everybody or for somebody."""
    order = order_of(chosen)
    path = chosen.output or Path(f"preuves-{CONVENTION}-{order.kind}-{order.span}.zip")
    with opened() as (sessions, signer), drafted(path) as file, refusals_told():
        made = signed(sessions, lambda session: packs.sign(session, signer, order, datetime.now(UTC)))
        whole = written(sessions, signer, order, made, file)
        # Whoever dies after that has given a pack, whether it got its name or not.
        with sessions.begin() as session:
            now = datetime.now(UTC)
            packs.give(session, order, whole, now)
            to_whom = f", pour {order.recipient}" if order.recipient else ""
            audit.note(session, Act(None, f"{order.kind} {order.span}{to_whom}", now), "evidence:export:done")
    print(f"{path} : {counted(made.size, 'fait signé', 'faits signés')}. Le vérifier, comme qui le reçoit :")
    print(f"unzip -p {path.name} verify.py > verify.py && python3 verify.py {path.name}")
    return 0


def order_of(chosen: argparse.Namespace) -> Order:
    """Return what is asked for; raise Trouble where it cannot be."""
    if chosen.last_day < chosen.first_day:
        raise Trouble("La période finit avant de commencer : --from, puis --to.")
    recipient = " ".join(chosen.to_whom.split())
    if (chosen.kind == "controleur") != bool(recipient):
        raise Trouble("Un paquet de contrôleur a un destinataire (--to-whom), un paquet public n’en a pas.")
    return Order(chosen.kind, chosen.first_day, chosen.last_day, recipient)


def written(
    sessions: sessionmaker[Session], signer: Signer, order: Order, made: Checkpoint, file: IO[bytes]
) -> packs.Made:
    """Write a pack whole and onto the disk."""
    try:
        with sessions.begin() as session:
            whole = packs.export(session, signer, order, made, file)
        file.flush()
        os.fsync(file.fileno())
    except OSError as full:
        with suppress(OSError):
            file.close()  # what it still holds does not fit either
        raise Trouble(
            "Le paquet n’a pas pu être écrit en entier : le disque est plein, ou ne répond pas. Rien n’est "
            "donné, la période reste libre. Faites de la place, ou choisissez un autre endroit par --output."
        ) from full
    return whole


def run_consistency(chosen: argparse.Namespace) -> int:
    """Say whether a pack goes on where another stopped."""
    try:
        old, new = verify.Pack(chosen.old), verify.Pack(chosen.new)
    except verify.Fault as fault:
        print(fault)
        return 1
    for sentence in verify.faults_of(lambda: verify.check_consistency(old, new)):
        print(sentence)
        return 1
    print(f"Le second prolonge le premier : {old.size} faits, puis {new.size}, et rien d’avant n’a changé.")
    return 0


def run_sign(_: argparse.Namespace) -> int:
    """Sign the journal as it stands, and print the note."""
    with opened() as (sessions, signer):
        made = signed(sessions, lambda session: checkpoints.sign(session, signer, "asked", datetime.now(UTC)))
    print(made.note)
    print("Donnez ces lignes au contrôleur. Une fois qu’il les a, il choisit un mot, et vous tapez :")
    print(f"visavis evidence sample --size {made.size} --seed MOT --n 30 --to-whom NOM")
    return 0


def drawn_from(session: Session, size: int | None) -> Checkpoint:
    """Return the checkpoint of a size, or the last one; raise Trouble without it."""
    made = checkpoints.of_size(session, size) if size else checkpoints.latest(session)
    if made is None:
        which = f"Aucun point de contrôle n’a {size} faits." if size else "Rien n’est encore signé."
        raise Trouble(
            f"{which} Tapez : visavis evidence sign, et donnez ce qu’il montre au contrôleur avant qu’il ne "
            "choisisse un mot."
        )
    return made


def run_sample(chosen: argparse.Namespace) -> int:
    """Print facts that a seed draws, opened; who asked is noted in the security log."""
    with opened() as (sessions, _):
        with sessions.begin() as session:
            made = drawn_from(session, chosen.size)
            note = f"graine {chosen.seed}, {chosen.n} des {made.size} faits signés, pour {chosen.to_whom}"
            note += "" if chosen.size else " (point de contrôle choisi par le service)"
            audit.note(session, Act(None, note, datetime.now(UTC)), "evidence:sample:done")
        numbers = samples.drawn(chosen.seed, chosen.n, made)
        with sessions() as session:
            facts = list(samples.opened(session, made, numbers))
    lot = {"seed": chosen.seed, "root": samples.written_root(made), "size": made.size, "numbers": numbers}
    json.dump({"checkpoint": made.note, **lot, "facts": facts}, sys.stdout, ensure_ascii=False, indent=1)
    print()
    return 0
