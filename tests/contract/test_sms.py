"""Every way for a text message to leave hands over the same words, or says that it has to be again."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from app import mail
from app.db import new_id
from app.settings import Settings

MESSAGE = mail.TextMessage(
    new_id(), "+33612345678", "Vis-à-vis : Roux t'écrit. Lis et réponds : https://v.test/m"
)


@dataclass(frozen=True)
class Way:
    """A texter, and how to read what it handed over."""

    texter: mail.Texter
    arrived: Callable[[], list[str]]


@pytest.fixture
def directory(tmp_path: Path) -> Way:
    """Open a directory of text messages."""
    files = tmp_path / "sms"
    return Way(mail.DirectoryTexter(files), lambda: [file.read_text("utf-8") for file in files.glob("*.txt")])


@pytest.fixture
def console(caplog: pytest.LogCaptureFixture) -> Way:
    """Listen to the worker's log."""
    caplog.set_level(logging.INFO, "visavis.sms")
    return Way(mail.ConsoleTexter(), lambda: list(caplog.messages))


@pytest.fixture(params=["directory", "console"])
def way(request: pytest.FixtureRequest) -> Way:
    found: Way = request.getfixturevalue(request.param)
    return found


def test_the_number_and_the_words_arrive_as_they_were_written(way: Way) -> None:
    way.texter.send(MESSAGE)
    (arrived,) = way.arrived()
    assert arrived.strip() == f"{MESSAGE.number}\n\n{MESSAGE.words}"


def test_a_repeat_leaves_one_file(directory: Way) -> None:
    directory.texter.send(MESSAGE)
    directory.texter.send(MESSAGE)
    assert len(directory.arrived()) == 1


def test_a_text_that_cannot_be_handed_over_is_undeliverable_and_names_no_number(tmp_path: Path) -> None:
    (tmp_path / "sms").write_text("a file where the directory should be")
    with pytest.raises(mail.MailUndeliverable) as refusal:
        mail.DirectoryTexter(tmp_path / "sms").send(MESSAGE)
    assert "33" not in str(refusal.value)


def test_the_settings_choose_the_way(settings: Settings) -> None:
    mail.open_texter(settings).send(MESSAGE)
    assert (settings.data_dir / "sms" / f"{MESSAGE.id}.txt").exists()
    console = settings.model_copy(update={"sms": "console"})
    assert isinstance(mail.open_texter(console), mail.ConsoleTexter)


@pytest.mark.parametrize("change", [{"sms": "off"}, {"environment": "production"}])
def test_without_a_gateway_nothing_is_said_to_leave(settings: Settings, change: dict[str, str]) -> None:
    silent = settings.model_copy(update=change)
    assert mail.sends_texts(settings)
    assert not mail.sends_texts(silent)
    with pytest.raises(mail.MailRefused):
        mail.open_texter(silent).send(MESSAGE)
