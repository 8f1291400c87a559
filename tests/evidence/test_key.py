"""The key lies in a file of its own, only its owner reads it, and the old one names the new one."""

import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.evidence import keyring
from app.evidence.keyring import KeyExists, KeyMissing, KeyUnreadable, Signer
from app.evidence.notes import NoteUnsigned, opened, read_key, written_key
from app.settings import Settings

# Source: golang.org/x/mod/sumdb/note, the example of the format: what Go signed, we open.
GO_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
GO_NOTE = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n\n"
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZIn"
    "NIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)


def test_a_note_that_others_signed_opens() -> None:
    assert opened(GO_NOTE, GO_KEY).startswith("If you think cryptography")
    assert written_key(*read_key(GO_KEY)) == GO_KEY


def test_a_note_opens_with_its_own_key_alone_and_unchanged(signer: Signer) -> None:
    note = signer.sign("un\ndeux\n")
    assert opened(note, signer.written) == "un\ndeux\n"
    for changed in (note.replace("deux", "trois"), note.replace("— ", "— x"), "un\ndeux\n", GO_NOTE):
        with pytest.raises(NoteUnsigned):
            opened(changed, signer.written)


def test_a_key_whose_id_is_not_its_own_is_refused(signer: Signer) -> None:
    name, identity, key = signer.written.split("+", 2)
    with pytest.raises(ValueError, match="ffffffff"):
        read_key(f"{name}+ffffffff+{key}")
    assert len(identity) == 8


def test_the_file_of_the_key_is_its_owners_alone(settings: Settings, signer: Signer) -> None:
    assert signer.path == settings.data_dir / "evidence" / "key.json"
    assert signer.path.stat().st_mode & 0o777 == 0o600
    assert keyring.load(settings).written == signer.written
    assert signer.name == "testserver/face-2026"


def test_the_file_can_lie_elsewhere(settings: Settings, tmp_path: Path, now: datetime) -> None:
    elsewhere = settings.model_copy(update={"evidence_key_file": tmp_path / "coffre" / "k.json"})
    keyring.create(elsewhere, now)
    assert (tmp_path / "coffre" / "k.json").exists()


def test_a_key_is_never_written_over(settings: Settings, signer: Signer, now: datetime) -> None:
    with pytest.raises(KeyExists):
        keyring.create(settings, now)
    assert keyring.load(settings).written == signer.written


def test_without_a_key_nothing_is_signed_nor_rotated(settings: Settings, now: datetime) -> None:
    with pytest.raises(KeyMissing):
        keyring.load(settings)
    with pytest.raises(KeyMissing):
        keyring.rotate(settings, now)


@pytest.mark.parametrize("written", ["", "{}", '{"private": "AAAA"}', "[1]"])
def test_what_is_no_key_is_said_with_what_to_do(settings: Settings, now: datetime, written: str) -> None:
    settings.evidence_key_path.parent.mkdir(parents=True)
    settings.evidence_key_path.write_text(written)
    why = "ne se lit pas : donnez ce fichier au compte du service"
    with pytest.raises(KeyUnreadable, match=why):
        keyring.load(settings)
    with pytest.raises(KeyUnreadable, match=why):
        keyring.rotate(settings, now)


def test_the_old_key_names_the_new_one_and_its_private_half_is_gone(
    settings: Settings, signer: Signer, now: datetime
) -> None:
    before = json.loads(signer.path.read_text())["private"]
    rotated = keyring.rotate(settings, now + timedelta(days=1))
    said = opened(rotated.endorsement, signer.written).splitlines()
    assert said[:3] == [signer.name, "rotation", rotated.written]
    assert rotated.written != signer.written
    assert not [path for path in signer.path.parent.iterdir() if before in path.read_text()]


def test_public_keys_are_kept_the_newest_first_and_for_ever(
    session: Session, settings: Settings, signer: Signer, now: datetime
) -> None:
    keyring.publish(session, signer)
    rotated = keyring.rotate(settings, now + timedelta(days=1))
    for _ in range(2):
        keyring.publish(session, rotated)
    assert [key.written for key in keyring.public_keys(session)] == [rotated.written, signer.written]
    for change in ("delete from evidence_key", "update evidence_key set endorsement = ''"):
        with pytest.raises(IntegrityError, match="append-only"), session.begin_nested():
            session.execute(text(change))
