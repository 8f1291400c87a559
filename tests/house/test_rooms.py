"""A room has the files that a room has, and only the edge ends a transaction."""

import ast

from tests.house.source import ROOMS, UNDER_THE_ROOMS, Source, python

ROOM_FILES = frozenset(["__init__", "pages", "api", "schemas", "service", "queries", "models", "rules"])
# A file named for the algorithm, protocol or delivery that the domain owns; a new one is a decision.
OWN_FILES = {
    # How a fact is written and sealed, how facts are hashed together, how that is kept, signed (by which key,
    # in which form), computed again, and opened.
    "evidence": {"canonical", "merkle", "tree", "notes", "keyring", "checkpoints", "checking", "samples"},
    # Who is asking (the one delivery file that other rooms import), what proves, bounds, opens and notes it;
    # who recruits for a company, who may close their account, how somebody is told something, who lives in a
    # priority neighbourhood.
    "people": {
        *("access", "audit", "sessions", "passwords", "limits", "invitations", "consents", "consent_texts"),
        *("organisations", "details", "factors", "registrations", "companies", "verifications"),
        *("guardians", "blocks", "recruiters", "leaving", "reaching", "neighbourhoods"),
    },
    "places": {"qpv"},  # where a point stands beside outlines
    # What its owner writes: the steps and the script; the jobs, languages and places, one by one; what
    # search is told of a profile, and of all of them.
    "profiles": {"documents", "indexing", "writing", "wishes"},
    # The parts of a script in what is said, what a card quotes of it, what a search can be narrowed by, what
    # an address asks; favourites with their notes; searches that are kept, as what, who is told of what is
    # new, who is taken out of a letter; needs, what is meant by one, who answers, who hears of it and who
    # would rather not; what is typed for all of these.
    "directory": {
        *("spoken_parts", "excerpts", "narrowing", "asking", "shortlist", "saved_searches", "kept_search"),
        *("alerts", "unsent", "needs", "moving", "stating", "proposals", "telling", "hearing", "forms"),
    },
    # The adviser in the loop, ending an exchange, what came of it, reports, and what is kept besides;
    # links that answer without a password, what is told to whom, what follows a yes, the calendar's file; how
    # companies keep their word, who goes on for a recruiter who left or is erased, and with a company
    # that is back, what is reminded of, what is stated.
    "contacts": {
        *("answering", "calendar", "following", "telling"),
        *("advising", "blocking", "outcomes", "flags", "kept", "forms", "rates"),
        *("colleagues", "erasing", "returning", "reminders", "statements"),
    },
    # Whose plays are a program's; what is recomputed from what was said; what watching changed for a
    # recruiter, who says it if they like; how long a film holds them.
    "viewing": {"robots", "recount", "opinions", "retention"},
    # What advisers have to do; those who are proposed and whom no letter reaches; what they tell instead; why
    # somebody is counted.
    "accompaniment": {"tasks", "out_of_reach", "relaying", "counting"},
    "partners": {"contract"},  # the OpenAPI document
    # What is counted of the journal, how the totals are kept, in which SQL; which figures would give a small
    # one away; the same numbers as files; plots; what watching changed.  Evidence packs, their figures, and
    # the one file that verifies them without us.
    "reports": {
        *("measures", "rollups", "statements", "totals", "suppression", "sheets", "plots", "opinions"),
        *("packs", "figures", "verify"),
    },
    # What is asked and how it is executed, how words become stems, what is counted beside the results,
    # proposed while typing and where a word is mistyped; where words come from, and which are not asked for.
    "search": {
        *("asking", "execution", "stemming", "facets", "suggestions", "spelling", "helping", "counts"),
        *("learning", "private", "placenames"),
    },
    # The resumable protocol, bodies and forms as they stream in, the socket under them, the two ways into the
    # spool, where bytes lie, how they travel, what one may begin.
    "uploads": {"tus", "bodies", "line", "quotas", "sinks", "spool", "transfer"},
    # Which renditions a source deserves, takes as one, what is refused; the states of a video; what a worker
    # writes; how a player is let in; captions: their files, what people do with them, how a text becomes some
    # and when each stands, what is believed of what a machine heard; parts, remaking.
    "videos": {
        *("ladder", "joining", "refusals", "states", "attempts", "playback", "watching"),
        *(
            "captions",
            "cues",
            "subtitles",
            "captioning",
            "autocaptions",
            "caption_news",
            "cutting",
            "timing",
            "hearing",
            "chapters",
        ),
        *("storyboard", "posters", "remaking", "forms"),
    },
}
# Raising the schema (app/tables.py) is its own transaction, before any request.
EDGE = ("app/tables.py", "app/web/deps.py", "workers/__main__.py", "app/cli.py", "app/cli/")
ENDS_A_TRANSACTION = {"begin", "commit", "rollback"}

# Where bytes or events stream through us, or a body is read before the handler (ADR 2).
MAY_BE_ASYNC = {
    "app/people/access.py",
    *("app/uploads/api.py", "app/uploads/bodies.py", "app/uploads/sinks.py", "app/uploads/transfer.py"),
    "app/videos/api.py",
}


def strange_files(files: tuple[Source, ...]) -> list[str]:
    """Name the files of rooms that no room has; the pages of a room with many may be a package."""
    found = []
    for file in files:
        _, room, *rest = file.path.removesuffix(".py").split("/")
        if (
            room in ROOMS
            and rest
            and rest[0] != "pages"
            and rest[-1] not in ROOM_FILES | OWN_FILES.get(room, set())
        ):
            found.append(file.path)
    return found


def strange_packages(files: tuple[Source, ...]) -> list[str]:
    """Name the packages of app that are neither a room nor under the rooms."""
    packages = {file.path.split("/")[1] for file in files if file.path.count("/") > 1}
    return sorted(packages - ROOMS - UNDER_THE_ROOMS - {"cli"})


def ends_of_transactions(files: tuple[Source, ...]) -> list[str]:
    """Name the calls of commit(), rollback() and the begin() that commits by itself, outside the edge."""
    return [
        f"{file.path}:{node.lineno} {node.func.attr}()"
        for file in files
        if not file.path.startswith(EDGE)
        for node in ast.walk(file.tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in ENDS_A_TRANSACTION
    ]


def async_functions(files: tuple[Source, ...]) -> list[str]:
    """Name the asynchronous functions of rooms where nothing streams."""
    return [
        f"{file.path}:{function.lineno} {function.name}"
        for file in files
        if file.path.split("/")[1] in ROOMS and file.path not in MAY_BE_ASYNC
        for function in file.functions()
        if isinstance(function, ast.AsyncFunctionDef)
    ]


def followers_of_the_current(files: tuple[Source, ...]) -> list[str]:
    """Name the places outside profiles that decide by themselves which video is shown."""
    return [
        f"{file.path}:{node.lineno}"
        for file in files
        if not file.path.startswith("app/profiles/")
        for node in ast.walk(file.tree)
        if isinstance(node, ast.Attribute) and node.attr == "current_video_id"
    ]


def test_which_video_is_shown_is_said_in_one_place() -> None:
    assert not followers_of_the_current(python("app", "workers"))


def test_a_room_that_follows_the_current_video_by_itself_is_found() -> None:
    follows = "video = session.get(Video, profile.current_video_id)\n"
    files = (Source("app/home/queries.py", follows), Source("app/profiles/queries.py", follows))
    assert followers_of_the_current(files) == ["app/home/queries.py:1"]


def test_a_room_has_only_the_files_of_a_room() -> None:
    assert not strange_files(python("app"))


def test_app_has_only_the_packages_of_the_design() -> None:
    assert not strange_packages(python("app"))


def test_every_file_that_a_room_owns_by_exception_stands() -> None:
    paths = {file.path for file in python("app")}
    assert not [
        f"{room}/{name}"
        for room, names in OWN_FILES.items()
        for name in names
        if f"app/{room}/{name}.py" not in paths
    ]


def test_only_the_edge_ends_a_transaction() -> None:
    assert not ends_of_transactions(python("app", "workers"))


def test_rooms_are_synchronous_unless_something_streams() -> None:
    assert not async_functions(python("app"))


def test_an_async_handler_where_nothing_streams_is_found() -> None:
    handler = "async def show(): ...\n"
    files = (Source("app/home/pages.py", handler), Source("app/uploads/api.py", handler))
    assert async_functions(files) == ["app/home/pages.py:1 show"]


def test_a_strange_file_and_a_strange_package_are_found() -> None:
    files = (
        Source("app/people/views.py", ""),
        Source("app/toolbox/x.py", ""),
        Source("app/videos/rules.py", ""),
    )
    assert strange_files(files) == ["app/people/views.py"]
    assert strange_packages(files) == ["toolbox"]


def test_a_commit_outside_the_edge_is_found() -> None:
    commit = "def publish(session):\n    session.commit()\n"
    files = (Source("app/people/service.py", commit), Source("app/web/deps.py", commit))
    assert ends_of_transactions(files) == ["app/people/service.py:2 commit()"]
