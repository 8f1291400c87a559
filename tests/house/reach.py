"""Which refusals functions can end in: what they raise, and what those that they call raise."""

import ast
import inspect
import textwrap
from collections.abc import Iterator
from types import FunctionType, ModuleType
from typing import Any

from app.errors import Refusal


def functions_of(module: ModuleType) -> Iterator[FunctionType]:
    """Yield the functions that a module defines, those of its classes too."""
    for thing in vars(module).values():
        if getattr(thing, "__module__", "") == module.__name__:
            inside = vars(thing).values() if inspect.isclass(thing) else [thing]
            for one in inside:
                found = inspect.unwrap(getattr(one, "fget", None) or getattr(one, "__func__", None) or one)
                if isinstance(found, FunctionType):
                    yield found


def named(node: ast.expr, names: dict[str, Any]) -> object:
    """Return what a name, or a name of a module, stands for; None when that is not known before it runs."""
    if isinstance(node, ast.Name):
        return names.get(node.id)
    if isinstance(node, ast.Attribute):
        return getattr(named(node.value, names), node.attr, None)
    return None


def made_by(function: FunctionType) -> Iterator[object]:
    """Yield what a function calls, raises or passes on."""
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    except (OSError, SyntaxError, TypeError):  # a lambda in the middle of a line: its function has been read
        return
    names = function.__globals__ | {
        name: cell.cell_contents
        for name, cell in zip(function.__code__.co_freevars, function.__closure__ or (), strict=True)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Raise) and node.exc is not None:
            yield named(node.exc, names)
        if isinstance(node, ast.Call):
            yield named(node.func, names)
            yield from (
                one for argument in node.args if isinstance(one := named(argument, names), FunctionType)
            )


def refusals_reached(modules: list[ModuleType]) -> set[type[Refusal]]:
    """Return the refusals that the functions of these modules make, and all of ours that they call."""
    waiting = [function for module in modules for function in functions_of(module)]
    seen, reached = set(waiting), set[type[Refusal]]()
    while waiting:
        for thing in made_by(waiting.pop()):
            if inspect.isclass(thing) and issubclass(thing, Refusal):
                reached.add(thing)
            elif (
                isinstance(thing, FunctionType) and thing.__module__.startswith("app.") and thing not in seen
            ):
                seen.add(thing)
                waiting.append(thing)
    return reached
