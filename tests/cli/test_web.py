"""`visavis web` listens where it is told, and believes whom it is told to of where a request comes from."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from httpx2 import get, post
from pydantic import SecretStr
from sqlalchemy import Engine

from app.cli.demo import free_port
from app.db import session_factory
from app.people.limits import SIGN_IN_NETWORK, Limiter
from app.signing import derived_key
from tests.cli.machine import PATIENCE_S, await_listening, command

SECRET = SecretStr("secret-des-tests")


def environment_of(engine: Engine, folder: Path) -> dict[str, str]:
    """Return what a command is told to work on a database of the test's own."""
    return {
        "VISAVIS_DATABASE_URL": engine.url.render_as_string(hide_password=False),
        "VISAVIS_DATA_DIR": str(folder / "data"),
        "VISAVIS_SECRET_KEY": SECRET.get_secret_value(),
    }


def listens(host: str, port: int) -> bool:
    """Tell whether somebody listens on exactly this address, as the kernel says it."""
    address = "".join(f"{int(part):02X}" for part in reversed(host.split(".")))
    return f"{address}:{port:04X} 00000000:0000 0A" in Path("/proc/net/tcp").read_text(encoding="ascii")


@contextmanager
def served(engine: Engine, folder: Path, **told: str) -> Iterator[str]:
    """Serve, and yield the address."""
    port = free_port()
    environment = environment_of(engine, folder) | told
    with command(folder / "log", environment, "web", "--port", str(port)) as web:
        await_listening(web, port)
        yield f"http://127.0.0.1:{port}"


def networks_counted(engine: Engine, address: str, forwarded: str) -> set[str]:
    """Fail to sign in by way of a proxy; return the networks in whose name that is counted."""
    form = {"identifier": "p@courrier.test", "password": "pas la bonne phrase"}
    answer = post(
        f"{address}/connexion", data=form, headers={"X-Forwarded-For": forwarded}, timeout=PATIENCE_S
    )
    assert answer.status_code == 422
    limiter = Limiter(session_factory(engine).begin, derived_key(SECRET, "limits"), datetime.now(UTC))
    known = {"127.0.0.1", *forwarded.split(", ")}
    return {network for network in known if limiter.counted(network, SIGN_IN_NETWORK)}


@pytest.mark.parametrize(
    ("trusted", "forwarded", "network"),
    [
        ("127.0.0.1", "203.0.113.7", "203.0.113.7"),
        ("127.0.0.0/8", "203.0.113.7", "203.0.113.7"),
        # What the visitor wrote stands first: only what our own proxy added is believed.
        ("127.0.0.1", "192.0.2.66, 203.0.113.7", "203.0.113.7"),
        ("127.0.0.1,10.0.0.0/8", "203.0.113.7, 10.0.0.9", "203.0.113.7"),
        ("10.0.0.9", "203.0.113.7", "127.0.0.1"),
        ("", "203.0.113.7", "127.0.0.1"),
    ],
)
def test_where_a_request_comes_from_is_believed_of_trusted_proxies_alone(
    committed: Engine, tmp_path: Path, trusted: str, forwarded: str, network: str
) -> None:
    with served(committed, tmp_path, VISAVIS_TRUSTED_PROXIES=trusted) as address:
        assert networks_counted(committed, address, forwarded) == {network}


def test_a_proxy_says_that_the_browser_speaks_https(committed: Engine, tmp_path: Path) -> None:
    with served(committed, tmp_path) as address:
        answer = get(f"{address}/healthz", headers={"X-Forwarded-Proto": "https"}, timeout=PATIENCE_S)
        assert "strict-transport-security" in answer.headers


@pytest.mark.parametrize(("more", "host"), [((), "127.0.0.2"), (("--host", "127.0.0.3"), "127.0.0.3")])
def test_the_web_listens_where_the_setting_says_or_the_command(
    committed: Engine, tmp_path: Path, more: tuple[str, ...], host: str
) -> None:
    port = free_port()
    told = environment_of(committed, tmp_path) | {"VISAVIS_LISTEN_HOST": "127.0.0.2"}
    with command(tmp_path / "log", told, "web", "--port", str(port), *more) as web:
        await_listening(web, port)
        assert listens(host, port)
        assert not listens("127.0.0.1", port)
