"""The `visavis` console command: one verb a file, help in French."""

import argparse
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import NoReturn

from app.cli import stopping
from app.cli.french import FrenchParser
from app.cli.stopping import Stopped
from app.cli.trouble import Trouble

VERBS = (
    *("run", "web", "worker", "migrate", "prepare-storage", "seed", "doctor", "demo"),
    *("partner-key", "reset-code", "search", "places", "evidence"),
)


def parser(first: str = "") -> argparse.ArgumentParser:
    """Return the parser of the verb `first`, of all of them when it is none.

    Only the modules of what is asked for are imported: the whole of the service takes seconds to load.
    """
    top = FrenchParser(prog="visavis", description="Vis-à-vis : les CV vidéo des jeunes des quartiers.")
    verbs = top.add_subparsers(
        dest="verb", required=True, metavar="COMMANDE", title="commandes", prog=top.prog
    )
    for verb in (first,) if first in VERBS else VERBS:
        import_module(f"app.cli.{verb.replace('-', '_')}").add_to(verbs)
    return top


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the verb that the command line names; leave with its exit code."""
    given = sys.argv[1:] if arguments is None else arguments
    try:
        with stopping.heard():
            chosen = parser(*given[:1]).parse_args(given)
            code = chosen.run(chosen)
    except Trouble as trouble:
        print(f"\n{trouble}", file=sys.stderr)
        code = 1
    except Stopped as stopped:
        code = stopped.code
    sys.exit(code)
