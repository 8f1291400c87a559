"""Files, functions and signatures stay small enough to be read at once."""

import ast

from tests.house.source import Source, python, sources

FILE_LINES_MAX = 400
FUNCTION_LINES_MAX = 30
PARAMETERS_MAX = 6


def long_files(files: tuple[Source, ...]) -> list[str]:
    """Name the files that are too long; revisions are as long as what they create."""
    return [
        f"{file.path}: {lines} lines"
        for file in files
        if not file.path.startswith("migrations/versions/")
        and (lines := len(file.text.splitlines())) > FILE_LINES_MAX
    ]


def function_lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Count the lines from `def` to the end, the docstring apart."""
    lines = (function.end_lineno or function.lineno) - function.lineno + 1
    first = function.body[0]
    if ast.get_docstring(function) is not None:
        lines -= (first.end_lineno or first.lineno) - first.lineno + 1
    return lines


def long_functions(files: tuple[Source, ...]) -> list[str]:
    """Name the functions that are too long."""
    return [
        f"{file.path}:{function.lineno} {function.name}: {lines} lines"
        for file in files
        if not file.path.startswith("migrations/versions/")
        for function in file.functions()
        if (lines := function_lines(function)) > FUNCTION_LINES_MAX
    ]


def wide_signatures(files: tuple[Source, ...]) -> list[str]:
    """Name the functions with too many parameters, self apart."""
    found = []
    for file in files:
        for function in file.functions():
            arguments = function.args
            named = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
            count = len([argument for argument in named if argument.arg not in {"self", "cls"}])
            if count > PARAMETERS_MAX:
                found.append(f"{file.path}:{function.lineno} {function.name}: {count} parameters")
    return found


def test_every_file_is_short() -> None:
    assert not long_files(sources(".py", ".ts", ".mjs", ".css", ".html"))


def test_every_function_is_short() -> None:
    assert not long_functions(python())


def test_every_signature_is_narrow() -> None:
    # A handler's parameters are its form's fields and its dependencies: their number is the page's.
    assert not wide_signatures(
        tuple(file for file in python() if not file.path.endswith(("pages.py", "api.py")))
    )


def test_a_long_file_is_found() -> None:
    assert long_files((Source("app/x.py", "\n" * (FILE_LINES_MAX + 1)),))


def test_a_long_function_is_found_and_its_docstring_is_not_counted() -> None:
    body = "    x = 1\n" * (FUNCTION_LINES_MAX - 1)
    assert not long_functions((Source("app/x.py", 'def f():\n    """Do.\n\n    More.\n    """\n' + body),))
    assert long_functions((Source("app/x.py", "def f():\n    x = 1\n" + body),))


def test_a_wide_signature_is_found() -> None:
    assert wide_signatures((Source("app/x.py", "def f(self, a, b, c, *, d, e, f, g): ..."),))
