"""What is said of S3 by `doctor`, `prepare-storage` and the start of `web`: do videos play, and why not."""

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from app.cli import parser, storage_probe, web
from app.cli.trouble import Trouble
from app.settings import Settings
from tests.buckets import owner, s3_settings, variables
from tests.gateway import Gateway

OURS = "https://testserver"
WELL = "s3, écrit, signé, relu par son adresse publique, effacé"


@pytest.fixture
def environment(gateway: Gateway, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Set the variables of a service whose bucket is not there yet."""
    settings = s3_settings(gateway)
    for name, value in ({"VISAVIS_PUBLIC_URL": settings.public_url} | variables(settings)).items():
        monkeypatch.setenv(name, value)
    return settings


def prepare() -> int:
    """Run `visavis prepare-storage`."""
    chosen = parser("prepare-storage").parse_args(["prepare-storage"])
    code: int = chosen.run(chosen)
    return code


def trouble_of(settings: Settings) -> str:
    """Return what keeps videos from playing."""
    with pytest.raises(Trouble) as found:
        storage_probe.check(settings)
    return str(found.value)


def test_a_bucket_that_is_missing_is_made_by_the_command_that_is_named(
    environment: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    assert trouble_of(environment).endswith("tapez : visavis prepare-storage")
    assert prepare() == 0
    assert capsys.readouterr().out == f"Le stockage est prêt : {environment.s3_bucket}.\n"
    assert storage_probe.check(environment) == WELL
    with owner(environment) as client:
        assert "Contents" not in client.list_objects_v2(Bucket=environment.s3_bucket)


def test_a_bucket_whose_rules_shut_players_out_is_told(environment: Settings) -> None:
    with owner(environment) as client:
        client.create_bucket(Bucket=environment.s3_bucket)
    assert "ne laisse pas les pages de https://testserver lire" in trouble_of(environment)
    prepare()
    assert storage_probe.check(environment) == WELL


@pytest.mark.usefixtures("environment")
def test_keys_that_are_refused_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VISAVIS_S3_SECRET_KEY", "wrong")
    with pytest.raises(Trouble, match="que l’identifiant peut créer un compartiment"):
        prepare()


def test_a_certificate_that_the_service_trusts_is_trusted(
    environment: Settings, gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepare()
    secure = environment.model_copy(update={"s3_public_endpoint_url": gateway.tls_url})
    assert "vérifiez VISAVIS_S3_PUBLIC_ENDPOINT_URL et le certificat" in trouble_of(secure)
    monkeypatch.setenv("AWS_CA_BUNDLE", gateway.certificate)
    assert storage_probe.check(secure) == WELL


def test_who_starts_the_pages_is_told_and_they_are_served_all_the_same(
    environment: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    web.try_links(environment)
    assert capsys.readouterr().err.startswith(f"✗ stockage : {environment.s3_endpoint_url} ne se laisse pas")
    prepare()
    capsys.readouterr()
    web.try_links(environment)
    assert capsys.readouterr().err == ""


@pytest.fixture
def front(request: pytest.FixtureRequest) -> Iterator[str]:
    """Stand in front of the storage as a proxy that answers in its own way: status, content, who may read."""
    status, content, allowed = request.param

    class Front(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.send_header("content-length", str(len(content)))
            self.send_header("access-control-allow-origin", allowed)
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Front)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/probe"
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize(
    ("front", "words"),
    [
        ((403, b"", OURS), "refuse ses propres liens (403)"),
        ((200, b"visavis", OURS), "n’envoie pas la partie demandée"),
        ((206, b"isa", "https://elsewhere.example"), "ne laisse pas les pages de https://testserver lire"),
    ],
    indirect=["front"],
)
def test_what_stands_before_the_storage_may_break_links(front: str, words: str) -> None:
    with pytest.raises(Trouble) as found:
        storage_probe.follow(front, Settings(environment="test", public_url=OURS))
    assert words in str(found.value)


@pytest.mark.parametrize("front", [(206, b"isa", OURS), (206, b"isa", "*")], indirect=True)
def test_a_proxy_that_lets_players_read_parts_does_well(front: str) -> None:
    storage_probe.follow(front, Settings(environment="test", public_url=OURS))
