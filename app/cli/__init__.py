"""The `visavis` console command: one verb a file, help in French."""

import argparse
import sys
from collections.abc import Sequence
from typing import NoReturn

from app.cli import demo, doctor, migrate, partner_key, run, seed, web, worker
from app.cli.french import FrenchParser
from app.cli.trouble import Trouble

VERBS = (run, web, worker, migrate, seed, doctor, demo, partner_key)


def parser() -> argparse.ArgumentParser:
    """Return the parser of every verb."""
    top = FrenchParser(prog="visavis", description="Vis-à-vis : les CV vidéo des jeunes des quartiers.")
    verbs = top.add_subparsers(
        dest="verb", required=True, metavar="COMMANDE", title="commandes", prog=top.prog
    )
    for verb in VERBS:
        verb.add_to(verbs)
    return top


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the verb that the command line names; leave with its exit code."""
    chosen = parser().parse_args(arguments)
    try:
        sys.exit(chosen.run(chosen))
    except Trouble as trouble:
        print(f"\n{trouble}", file=sys.stderr)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
