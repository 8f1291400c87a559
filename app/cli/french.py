"""What the console says in French: argparse, which has no catalogue of ours, and how many of what."""

import argparse
from typing import Any, NoReturn

from app.web.french import number

EXIT_USAGE = 2


class FrenchFormatter(argparse.HelpFormatter):
    """Help whose first word is French."""

    def add_usage(self, usage: Any, actions: Any, groups: Any, prefix: str | None = None) -> None:
        """Begin with « usage : »."""
        super().add_usage(usage, actions, groups, prefix or "usage : ")


class FrenchParser(argparse.ArgumentParser):
    """A parser that explains itself and its refusals in French."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("formatter_class", FrenchFormatter)
        super().__init__(**options, add_help=False)
        self._positionals.title = "arguments"
        self._optionals.title = "options"
        self.add_argument("-h", "--help", action="help", help="montrer cette aide")

    def error(self, message: str) -> NoReturn:
        """Say what was not understood, and where the help is."""
        refusals = (
            ("the following arguments are required:", "il manque :"),
            ("unrecognized arguments:", "argument inconnu :"),
            ("invalid choice:", "choix inconnu :"),
            ("choose from", "choix possibles :"),
            ("expected one argument", "il faut une valeur"),
            ("one of the arguments", "il faut l’un de :"),
            (" is required", ""),
        )
        message = message.removeprefix("argument ")
        for english, french in refusals:
            message = message.replace(english, french)
        self.print_usage()
        self.exit(EXIT_USAGE, f"{self.prog} : {message}\nAide : {self.prog} --help\n")


def counted(count: int, one: str, many: str) -> str:
    """Write « 1 lecture », « 2 lectures »: French counts many from two on."""
    return f"{number(count)} {many if count > 1 else one}"
