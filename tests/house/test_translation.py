"""French that people read is marked for translation, wherever it stands; Babel finds all that is marked."""

import ast
import re
from collections.abc import Iterator

import pytest

from app.web.templating import environment
from tests.house.english import extracted_messages
from tests.house.source import Source, python, sources
from tests.house.test_documents import every_refusal

FRENCH = re.compile("[àâçéèêëîïôûùœÀÂÇÉÈÊËÎÏÔÛÙŒ’«»]")
# French that no reader of another language meets, or that stays French in all of them.
STAYS_FRENCH = {
    "app/cli/": "the console speaks to operators",
    "app/mail/alphabet.py": "the letters that text messages know",
    "app/mail/transports.py": "so do the settings that it refuses",
    "app/main.py": "and the start of the service",
    "app/postgres.py": "and its database",
    "app/settings.py": "and its settings",
    "workers/__main__.py": "and the worker's command",
    "workers/layers.py": "and the sandbox that the operator asks for",
    "workers/transcription.py": "and the model that the operator brings",
    "app/partners/api.py": "the API's document is French",
    "app/partners/contract.py": "the API's document is French",
    "app/partners/schemas.py": "the API's document is French",
    "app/people/passwords.py": "a password that nobody has",
    "app/places/rules.py": "names of departments",
    "app/directory/excerpts.py": "words that no card quotes",
    "app/reports/figures.py": "packs are read by French auditors",
    "app/reports/verify.py": "the one file that auditors run without the service",
    "app/search/private.py": "words that nobody is found by",
    "app/search/rules.py": "the vocabulary of what people search and say",
    "app/videos/hearing.py": "how French sets its signs, and the words of films",
    "app/web/french.py": "how French writes dates and numbers",
    "app/words.py": "and where no line of it breaks",
}
PLACEHOLDER = re.compile(r"%\((\w+)\)s")
LITERAL = r'"(?:[^"\\\n]|\\.)*"'
MARKED_IN_SCRIPT = re.compile(rf"(?<![\w.$])(?:_|ngettext)\(\s*{LITERAL}(?:,\s*{LITERAL})?")
COMMENT_OR_BUG = re.compile(r"/\*.*?\*/|(?<!:)//[^\n]*|new Error\([^)]*\)", re.DOTALL)


def constants(file: Source) -> Iterator[ast.Constant]:
    """Yield the strings of a file that are neither docstrings nor marked."""
    passed_over: set[int] = set()
    nodes = list(ast.walk(file.tree))
    for node in nodes:
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            if ast.get_docstring(node) is not None and isinstance(node.body[0], ast.Expr):
                passed_over.add(id(node.body[0].value))
        elif is_mark(node):
            passed_over |= {id(inner) for inner in ast.walk(node)}
    for node in nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in passed_over:
            yield node


def is_mark(node: ast.AST) -> bool:
    """Tell whether a node is a call of N_."""
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "N_"


def is_bare(node: ast.AST | None) -> bool:
    """Tell whether a node is words written where they stand, without a mark: a field's name has no space."""
    return isinstance(node, ast.JoinedStr) or (
        isinstance(node, ast.Constant) and isinstance(node.value, str) and " " in node.value
    )


def unmarked_french(files: tuple[Source, ...]) -> list[str]:
    """Name the strings that only French writes so."""
    return [
        f"{file.path}:{node.lineno} {node.value!s}"
        for file in files
        if not file.path.startswith(tuple(STAYS_FRENCH))
        for node in constants(file)
        if FRENCH.search(str(node.value))
    ]


def unmarked_words(files: tuple[Source, ...], refusals: set[str]) -> list[str]:
    """Name what is said to people without a mark, accents or not: titles, details, words after an action."""
    return [
        f"{file.path}:{words.lineno} {ast.unparse(words)}"
        for file in files
        for node in ast.walk(file.tree)
        for words in said_by(node, refusals)
    ]


def said_by(node: ast.AST, refusals: set[str]) -> list[ast.expr]:
    """Return the words without a mark that a class or a call says."""
    if isinstance(node, ast.ClassDef) and node.name in refusals:
        lines = [line for line in node.body if isinstance(line, ast.Assign | ast.AnnAssign)]
        return [line.value for line in lines if line.value and is_title(line) and not is_mark(line.value)]
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name)):
        return []
    said = []
    if node.func.id in refusals:
        errors = [key.value for key in node.keywords if isinstance(key.value, ast.Dict)]
        said = [*node.args, *(value for one in errors for value in one.values)]
    elif node.func.id in {"redirect", "saved", "enter"}:
        said = [argument for argument in node.args[1:] if not is_path(argument)]
    return [one for one in said if is_bare(one)]


def is_title(line: ast.Assign | ast.AnnAssign) -> bool:
    """Tell whether a line of a class gives its title."""
    targets = line.targets if isinstance(line, ast.Assign) else [line.target]
    return any(isinstance(target, ast.Name) and target.id == "title" for target in targets)


def is_path(node: ast.AST) -> bool:
    """Tell whether an argument is an address of this site."""
    return ast.unparse(node).lstrip("f'\"").startswith("/")


def broken_marks(files: tuple[Source, ...]) -> list[str]:
    """Name the marks whose sentence Babel cannot read, or whose values are not those of its blanks."""
    faults = []
    for file in files:
        for node in ast.walk(file.tree):
            if not (isinstance(node, ast.Call) and is_mark(node)) or file.path == "app/words.py":
                continue
            sentence = node.args[0].value if isinstance(node.args[0], ast.Constant) else None
            given = {str(key.arg) for key in node.keywords}
            if not isinstance(sentence, str) or (given and given != set(PLACEHOLDER.findall(sentence))):
                faults.append(f"{file.path}:{node.lineno} {ast.unparse(node)}")
    return faults


def unmarked_in_scripts(files: tuple[Source, ...]) -> list[str]:
    """Name the French strings of TypeScript outside `_()` and `ngettext()`."""
    strings = re.compile(rf"{LITERAL}|`[^`]*`")
    faults = []
    for file in files:
        rest = MARKED_IN_SCRIPT.sub("", COMMENT_OR_BUG.sub("", file.text))
        faults += [f"{file.path}: {found}" for found in strings.findall(rest) if FRENCH.search(found)]
    return faults


def unmarked_in_templates(files: tuple[Source, ...]) -> list[str]:
    """Name the French of templates outside `_()`, `ngettext()` and `trans`."""
    faults = []
    for file in files:
        before: list[str] = []
        in_trans = False
        for line, kind, value in environment().lex(file.text):
            in_trans = {"trans": True, "endtrans": False}.get(value, in_trans)
            shown = value.replace("Vis-à-vis", "") if kind == "data" and not in_trans else ""
            is_marked = before[-2:] in (["_", "("], ["ngettext", "("]) or before[-4:-2] == ["ngettext", "("]
            if FRENCH.search(shown) or (kind == "string" and FRENCH.search(value) and not is_marked):
                faults.append(f"{file.path}:{line} {value.strip()}")
            before += [value] if kind not in {"whitespace", "data"} else []
    return faults


def pages() -> tuple[Source, ...]:
    """Return the templates of pages and letters."""
    return tuple(file for file in sources(".html", ".txt") if "/templates/" in file.path)


def scripts() -> tuple[Source, ...]:
    """Return the TypeScript that browsers load."""
    found = sources(".ts")
    return tuple(file for file in found if "/ts/" in file.path and not file.path.endswith(".test.ts"))


def test_french_in_python_is_marked() -> None:
    assert not unmarked_french(python("app", "workers"))


def test_what_is_said_to_people_is_marked() -> None:
    files = tuple(file for file in python("app", "workers") if not file.path.startswith(tuple(STAYS_FRENCH)))
    assert not unmarked_words(files, {refusal.__name__ for refusal in every_refusal()})
    forms = tuple(file for file in files if file.path.endswith("schemas.py"))
    assert not unmarked_words(forms, {"ValueError"})


def test_a_mark_has_a_sentence_and_the_values_of_its_blanks() -> None:
    assert not broken_marks(python("app", "workers"))


def test_french_in_scripts_is_marked() -> None:
    assert not unmarked_in_scripts(scripts())


def test_french_in_templates_is_marked() -> None:
    assert not unmarked_in_templates(pages())


def test_what_stays_french_still_stands() -> None:
    paths = [file.path for file in python("app", "workers")]
    assert not [start for start in STAYS_FRENCH if not any(path.startswith(start) for path in paths)]


@pytest.mark.parametrize(
    "sentence",
    ["Il faut se connecter", "À remplir.", "Mes accords", "Lire le message", "Mettre en pause"],
    ids=["refusal", "form", "template", "letter", "script"],
)
def test_babel_finds_what_is_marked(sentence: str) -> None:
    assert sentence in extracted_messages()


def test_what_is_not_marked_is_found() -> None:
    module = Source(
        "app/x/service.py",
        "class Full(Conflict):\n"
        '    """C’est plein."""\n'
        '    title = "Complet"\n'
        'LABELS = {"a": N_("Écrit"), "b": "Parlé"}\n'
        "def do(n):\n"
        '    raise Full(f"Encore {n}", errors={"name": "Trop long"})\n'
        'redirect("/x", "Tout est parti")\n',
    )
    assert unmarked_french((module,)) == ["app/x/service.py:4 Parlé"]
    assert len(unmarked_words((module,), {"Full"})) == 4


def test_a_mark_without_its_values_and_one_that_babel_cannot_read_are_found() -> None:
    module = Source("app/x.py", 'N_("%(a)s", b=1)\nN_(sentence)\nN_("%(a)s", a=1)\nN_("%(a)s")\n')
    assert len(broken_marks((module,))) == 2


def test_french_outside_a_mark_is_found_in_scripts_and_templates() -> None:
    script = Source("x.ts", '/* « » */ a(_("Réessayer")); b(`${n} prêts`); new Error("où"); c("Arrêté");')
    assert unmarked_in_scripts((script,)) == ["x.ts: `${n} prêts`", 'x.ts: "Arrêté"']
    page = '<p>Reçu</p>{{ _("Où") }}{{ ngettext("né", "nés", 2) }}{{ card("Né") }}{% trans %}Là{% endtrans %}'
    assert len(unmarked_in_templates((Source("x.html", page),))) == 2
