"""`visavis doctor`: every check is made, and each thing that is missing comes with what to do, in French."""

from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import Engine

from app.cli import doctor, parser
from app.db import session_factory
from app.evidence import keyring
from app.people.limits import SIGN_IN_NETWORK, Limiter
from app.postgres import EmbeddedPostgres
from app.settings import Settings
from app.signing import derived_key
from app.videos.hearing import MODEL_FILES

OLD = "#!/bin/sh\necho 'ffmpeg version 4.4.2 Copyright'\n"
POOR = (
    "#!/bin/sh\ncase \"$1\" in -version) echo 'ffmpeg version n7.1' ;; *) echo 'aac zscale tonemap' ;; esac\n"
)


def examined(capsys: pytest.CaptureFixture[str]) -> tuple[int, dict[str, str]]:
    """Run the command; return its exit code and what it says of each thing, the mark first."""
    chosen = parser("doctor").parse_args(["doctor"])
    code = chosen.run(chosen)
    lines = capsys.readouterr().out.splitlines()
    said = dict(line[2:].split(" : ", 1) for line in lines if line[:2] in ("✓ ", "✗ "))
    marks = {line[2:].split(" : ", 1)[0]: line[0] for line in lines if line[:2] in ("✓ ", "✗ ")}
    return code, {name: f"{marks[name]} {words}" for name, words in said.items()}


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, engine: Engine) -> pytest.MonkeyPatch:
    """Stand where everything is: a migrated database, a data directory."""
    monkeypatch.setenv("VISAVIS_DATABASE_URL", engine.url.render_as_string(hide_password=False))
    monkeypatch.setenv("VISAVIS_DATA_DIR", str(tmp_path / "data"))
    return monkeypatch


def put_ffmpeg(machine: pytest.MonkeyPatch, folder: Path, script: str | None) -> None:
    """Have another ffmpeg, or none."""
    folder.mkdir()
    if script is not None:
        (folder / "ffmpeg").write_text(script)
        (folder / "ffmpeg").chmod(0o755)
    machine.setenv("PATH", f"{folder}" if script is None else f"{folder}:/bin")


@pytest.mark.usefixtures("machine")
def test_a_machine_that_has_everything_passes(capsys: pytest.CaptureFixture[str]) -> None:
    code, said = examined(capsys)
    assert code == 0
    assert list(said) == list(doctor.CHECKS)
    assert all(words.startswith("✓") for words in said.values())


def test_a_machine_without_a_voice_is_told_what_it_costs_and_still_passes(
    machine: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    machine.setenv("PATH", str(tmp_path))
    _, said = examined(capsys)
    assert said["sous-titres"] == (
        "✓ espeak-ng manque, les sous-titres seront à vérifier. Tapez : sudo apt-get install espeak-ng"
    )


def test_a_model_that_is_asked_for_and_is_not_there(
    machine: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    machine.setenv("VISAVIS_CAPTIONS_MODEL_DIR", str(tmp_path))
    (tmp_path / "config.json").touch()
    code, said = examined(capsys)
    assert code == 1
    assert said["parole"] == (
        f"✗ VISAVIS_CAPTIONS_MODEL_DIR : il manque model.bin, tokenizer.json dans {tmp_path}. "
        "Voir docs/operations.md, « Reconnaître la parole »."
    )


@pytest.mark.skipif(find_spec("faster_whisper") is not None, reason="the extra captions is installed")
def test_a_model_without_its_library_says_what_to_type(
    machine: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    machine.setenv("VISAVIS_CAPTIONS_MODEL_DIR", str(tmp_path))
    for name in MODEL_FILES:
        (tmp_path / name).touch()
    assert examined(capsys)[1]["parole"].endswith("la bibliothèque manque. Tapez : make captions")


@pytest.mark.parametrize(
    ("script", "words"),
    [
        (None, "✗ ffmpeg manque. Tapez : sudo apt-get install ffmpeg"),
        (OLD, "✗ la version 4.4 est trop ancienne, il faut 5.1 ou plus récent : installez"),
        (POOR, "✗ il n’a pas libx264, ebur128. Tapez : sudo apt-get install ffmpeg"),
    ],
)
def test_an_ffmpeg_that_is_missing_old_or_poor(
    machine: pytest.MonkeyPatch,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    script: str | None,
    words: str,
) -> None:
    put_ffmpeg(machine, tmp_path / "bin", script)
    code, said = examined(capsys)
    assert code == 1
    assert said["ffmpeg"].startswith(words)
    assert said["base de données"].startswith("✓")


def test_a_database_that_does_not_answer_hides_no_other_check(
    machine: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    machine.setenv("VISAVIS_DATABASE_URL", "postgresql://personne@127.0.0.1:1/rien")
    code, said = examined(capsys)
    assert code == 1
    assert list(said) == list(doctor.CHECKS)
    assert "vérifiez VISAVIS_DATABASE_URL, et que PostgreSQL tourne" in said["base de données"]
    assert [name for name, words in said.items() if words.startswith("✗")] == ["base de données"]


def test_a_data_directory_that_cannot_be_is_told_by_all_who_need_it(
    machine: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").touch()
    machine.delenv("VISAVIS_DATABASE_URL")
    machine.setenv("VISAVIS_DATA_DIR", str(tmp_path / "file"))
    code, said = examined(capsys)
    assert code == 1
    failed = [name for name, words in said.items() if words.startswith("✗")]
    assert failed == ["base de données", "stockage", "disque"]
    assert all("VISAVIS_DATA_DIR" in said[name] for name in failed)


def test_an_s3_that_does_not_answer(machine: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    machine.setenv("VISAVIS_STORAGE", "s3")
    machine.setenv("VISAVIS_S3_ENDPOINT_URL", "http://127.0.0.1:1")
    machine.setenv("VISAVIS_S3_ACCESS_KEY", "x")
    machine.setenv("VISAVIS_S3_SECRET_KEY", "x")
    code, said = examined(capsys)
    assert code == 1
    assert said["stockage"].startswith("✗ http://127.0.0.1:1 ne se laisse pas écrire et relire. Vérifiez")


def test_an_empty_database_wants_to_be_migrated(
    machine: pytest.MonkeyPatch, postgres: EmbeddedPostgres, capsys: pytest.CaptureFixture[str]
) -> None:
    machine.setenv("VISAVIS_DATABASE_URL", postgres.create_database("doctor_empty"))
    code, said = examined(capsys)
    assert code == 1
    assert said["base de données"].startswith("✗ elle est vide")
    assert said["base de données"].endswith("Tapez : visavis migrate")


def test_a_sandbox_that_is_required_and_does_not_hold(
    machine: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    put_ffmpeg(machine, tmp_path / "bin", None)
    machine.setenv("VISAVIS_SANDBOX", "required")
    assert examined(capsys)[1]["bac à sable"].startswith("✗ VISAVIS_SANDBOX=required : ni Landlock")


@pytest.fixture
def production(machine: pytest.MonkeyPatch, committed: Engine) -> pytest.MonkeyPatch:
    """Stand where the service is open to all, behind a proxy of this machine, with a key for the journal."""
    keyring.create(Settings(), datetime(2026, 11, 27, tzinfo=UTC))
    machine.setenv("VISAVIS_DATABASE_URL", committed.url.render_as_string(hide_password=False))
    machine.setenv("VISAVIS_ENVIRONMENT", "production")
    machine.setenv("VISAVIS_SECRET_KEY", "secret-des-tests")
    machine.setenv("VISAVIS_PUBLIC_URL", "https://visavis.example")
    return machine


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        ("off", "limites seules, car VISAVIS_SANDBOX=off"),
        ("auto", "limites seules. Tapez : sudo apt-get install bubblewrap"),
    ],
)
def test_limits_alone_are_said_and_in_production_refused(
    production: pytest.MonkeyPatch,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    wanted: str,
    words: str,
) -> None:
    put_ffmpeg(production, tmp_path / "bin", None)
    production.setenv("VISAVIS_SANDBOX", wanted)
    assert examined(capsys)[1]["bac à sable"].startswith(f"✗ {words}")
    production.setenv("VISAVIS_ENVIRONMENT", "development")
    assert examined(capsys)[1]["bac à sable"].startswith(f"✓ {words}")


def fail_from(engine: Engine, network: str) -> None:
    """Have somebody of this network fail to sign in, just now."""
    key = derived_key(SecretStr("secret-des-tests"), "limits")
    Limiter(session_factory(engine).begin, key, datetime.now(UTC)).admit((SIGN_IN_NETWORK, network))


def test_the_proxies_that_are_believed_are_named(
    production: pytest.MonkeyPatch, committed: Engine, capsys: pytest.CaptureFixture[str]
) -> None:
    production.setenv("VISAVIS_TRUSTED_PROXIES", "127.0.0.1,172.17.0.0/24")
    fail_from(committed, "198.51.100.1")
    code, said = examined(capsys)
    assert code == 0
    assert said["mandataire"].startswith("✓ de confiance : 127.0.0.1,172.17.0.0/24")


@pytest.mark.parametrize("network", ["127.0.0.1", "172.17.0.9"])
def test_a_proxy_that_hides_who_asks_is_found_by_what_is_counted_in_its_name(
    production: pytest.MonkeyPatch, committed: Engine, capsys: pytest.CaptureFixture[str], network: str
) -> None:
    production.setenv("VISAVIS_TRUSTED_PROXIES", "127.0.0.1,172.17.0.0/24")
    fail_from(committed, network)
    code, said = examined(capsys)
    assert code == 1
    assert said["mandataire"].startswith(f"✗ {network} ne dit pas d’où viennent les visiteurs")


@pytest.mark.parametrize(
    ("variable", "value", "words"),
    [
        ("VISAVIS_LISTEN_HOST", "192.0.2.1", "donnez l’adresse du mandataire dans VISAVIS_TRUSTED_PROXIES"),
        ("VISAVIS_PUBLIC_URL", "http://visavis.example", "VISAVIS_PUBLIC_URL doit commencer par https://"),
    ],
)
def test_a_service_that_would_take_everybody_for_its_proxy_or_keep_nobody_signed_in(
    production: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    variable: str,
    value: str,
    words: str,
) -> None:
    production.setenv(variable, value)
    code, said = examined(capsys)
    assert code == 1
    assert words in said["mandataire"]
