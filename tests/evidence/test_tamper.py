"""Whatever is done to a pack is found, and said in a sentence of its own."""

import json
from argparse import Namespace
from collections.abc import Callable
from datetime import datetime
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy.orm import Session

from app.cli import evidence_packs
from app.evidence.keyring import Signer
from app.evidence.notes import signed, written_key
from app.reports import packs
from app.reports.verify import Fault, Pack, check_consistency, main
from tests.evidence.packing import AUDITOR, PUBLIC, Story, faults, files_of, month, pack, tampered, written

Files = dict[str, bytes]
EVENTS = "events.ndjson"


@pytest.fixture
def story(session: Session) -> Story:
    return month(session)


@pytest.fixture
def whole(session: Session, signer: Signer, tmp_path: Path, now: datetime, story: Story) -> Path:
    """Make an auditor's pack in which all is well."""
    assert story.companies
    return pack(session, signer, AUDITOR, tmp_path / "pack.zip", now)


def on_lines(change: Callable[[list[bytes]], object], name: str = EVENTS) -> Callable[[Files], None]:
    """Return what changes the lines of a file."""

    def on_files(files: Files) -> None:
        lines = files[name].splitlines(keepends=True)
        change(lines)
        files[name] = b"".join(lines)

    return on_files


def put(lines: list[bytes], place: int, old: bytes, new: bytes) -> None:
    """Replace something in a line."""
    assert old in lines[place]
    lines[place] = lines[place].replace(old, new)


def renumber(lines: list[bytes]) -> None:
    """Take a fact out, and give those after it the numbers that hide it."""
    del lines[8]
    for place in range(8, len(lines)):
        put(lines, place, b'"seq":%d,' % (place + 5), b'"seq":%d,' % (place + 4))


def workbook(files: Files, old: str, new: str) -> bytes:
    """Return the workbook of a pack with something replaced in its sheet."""
    content = BytesIO()
    with ZipFile(BytesIO(files["indicateurs.xlsx"])) as book, ZipFile(content, "w") as changed:
        for name in book.namelist():
            body = book.read(name)
            if name.endswith("sheet1.xml"):
                assert old.encode() in body
                body = body.replace(old.encode(), new.encode())
            changed.writestr(name, body)
    return content.getvalue()


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (
            on_lines(lambda lines: put(lines, 8, b'"dep":"13"', b'"dep":"59"')),
            "Un fait a été changé : la racine recalculée n’est pas celle qui a été signée.",
        ),
        (
            on_lines(lambda lines: put(lines, 8, b'"dep":"13"', b'"dep": "13"')),
            "Le fait n° 12 n’est pas écrit sous sa forme canonique.",
        ),
        (
            on_lines(lambda lines: put(lines, 8, b'"dep":"13"', b'"dep":"13","de":1')),
            "Le fait n° 12 n’est pas écrit sous sa forme canonique.",
        ),
        (on_lines(lambda lines: lines.pop(8)), "Un fait a été ôté : le n° 12 manque."),
        (
            on_lines(lambda lines: lines.insert(8, lines[7])),
            "Un fait a été ajouté : le n° 11 vient deux fois.",
        ),
        (
            on_lines(lambda lines: lines.append(lines[-1].replace(b'"seq":100,', b'"seq":101,'))),
            "Un fait a été ajouté après le n° 100, le dernier du paquet.",
        ),
        (
            on_lines(lambda lines: lines.insert(8, lines.pop(9))),
            "Les faits ne sont plus dans l’ordre : le n° 13 tient la place du n° 12.",
        ),
        (
            on_lines(lambda lines: lines.__delitem__(slice(40, None))),
            "Le journal est tronqué : il s’arrête au fait n° 43 au lieu du n° 100.",
        ),
        (on_lines(renumber), "Le journal est tronqué : il s’arrête au fait n° 99 au lieu du n° 100."),
        (
            on_lines(lambda lines: put(lines, 4, b";39;", b";40;"), "indicateurs.csv"),
            "L’indicateur « Vues qualifiées » vaut 40 dans le tableau, et 39 d’après les faits.",
        ),
        (
            on_lines(lambda lines: lines.append(b"# plus rien\n"), "LISEZMOI.txt"),
            "Le manifeste a été changé après sa signature.",
        ),
        (
            lambda files: files.update({"indicateurs.xlsx": workbook(files, "39", "40")}),
            "Les chiffres d’indicateurs.xlsx ne sont pas ceux d’indicateurs.csv.",
        ),
        (
            lambda files: files.update({"indicateurs.xlsx": workbook(files, "</row>", "")}),
            "Le paquet est abîmé (ParseError : mismatched tag",
        ),
        (lambda files: files.pop("LISEZMOI.txt"), "Le fichier LISEZMOI.txt manque au paquet."),
        (lambda files: files.update({"note.txt": b""}), "Le fichier note.txt est en trop."),
    ],
)
def test_a_careful_hand_is_found(whole: Path, change: Callable[[Files], None], sentence: str) -> None:
    assert faults(whole) == []
    assert [fault for fault in faults(tampered(whole, change)) if fault.startswith(sentence)]


def test_a_pack_from_before_workbooks_is_verified_all_the_same(whole: Path) -> None:
    old = Pack(str(whole))
    old.zip = ZipFile(written(whole.with_name("old.zip"), files_of(whole) | {"indicateurs.xlsx": b""}))
    del old.manifest["files"]["indicateurs.xlsx"]
    old.check_journal()
    old.check_tables()


def test_a_hand_that_forgets_the_manifest_is_told_which_file(whole: Path) -> None:
    changed = tampered(whole, on_lines(lambda lines: lines.append(b"x\n"), "LISEZMOI.txt"), relisted=False)
    assert faults(changed) == ["Le fichier LISEZMOI.txt n’est plus celui qui a été signé."]


def test_a_hash_changed_in_a_public_pack_is_found(
    session: Session, signer: Signer, tmp_path: Path, now: datetime, story: Story
) -> None:
    assert story.companies
    public = pack(session, signer, PUBLIC, tmp_path / "public.zip", now)
    zeros = b"0" * 64 + b"\n"
    changed = tampered(public, on_lines(lambda lines: lines.__setitem__(3, zeros), "hashes.txt"))
    assert "Un fait a été changé : la racine recalculée n’est pas celle qui a été signée." in faults(changed)
    shorter = tampered(public, on_lines(lambda lines: lines.pop(), "hashes.txt"))
    assert "Le journal est tronqué : il s’arrête au fait n° 94 au lieu du n° 95." in faults(shorter)


def test_a_pack_that_stops_before_a_correction_is_found(
    session: Session,
    signer: Signer,
    tmp_path: Path,
    now: datetime,
    story: Story,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert story.companies
    monkeypatch.setattr(packs, "span_of", lambda *_: (4, 71))  # the withdrawal is the fact after that
    short = pack(session, signer, AUDITOR, tmp_path / "short.zip", now)
    assert b";40;" in files_of(short)["indicateurs.csv"]
    assert faults(short) == ["Le paquet s’arrête au fait n° 71 sur 100 : des corrections peuvent manquer."]


def test_an_old_checkpoint_played_again_is_found(
    session: Session, signer: Signer, tmp_path: Path, now: datetime, story: Story, whole: Path
) -> None:
    story.tell(8)
    newer = pack(session, signer, AUDITOR, tmp_path / "newer.zip", now)
    old = files_of(whole)["checkpoint.txt"]
    replayed = tampered(newer, lambda files: files.update({"checkpoint.txt": old}))
    assert faults(replayed)[0] == (
        "Le point de contrôle n’est pas celui du paquet (108 faits), mais un plus ancien, de 100."
    )


def test_a_checkpoint_that_was_written_over_is_not_signed(whole: Path) -> None:
    changed = tampered(
        whole, lambda files: files.update({"checkpoint.txt": files["checkpoint.txt"].replace(b"T09", b"T08")})
    )
    assert [fault for fault in faults(changed) if fault.startswith("Le point de contrôle n’est pas signé")]


def swapped(whole: Path, signer: Signer) -> tuple[Path, str]:
    """Sign a whole pack again with a key of one's own; return it, and that key."""
    other, files = Ed25519PrivateKey.generate(), files_of(whole)
    own = written_key(signer.name, other.public_key().public_bytes_raw())
    text = files["checkpoint.txt"].decode().rpartition("\n\n")[0] + "\n"
    files["checkpoint.txt"] = signed(text, signer.name, other).encode()
    files["key.txt"] = f"{own}\n".encode()
    manifest = json.loads(files["manifest.json"])
    for name, said in manifest["files"].items():
        said["sha256"] = sha256(files[name]).hexdigest()
    files["manifest.json"] = json.dumps(manifest).encode()
    digest = sha256(files["manifest.json"]).hexdigest()
    files["manifest.sig"] = signed(f"x\n{digest}\n", signer.name, other).encode()
    return written(whole.with_name("swapped.zip"), files), own


def test_a_swapped_key_is_found_by_who_knows_the_true_one(whole: Path, signer: Signer) -> None:
    forged, own = swapped(whole, signer)
    assert faults(forged, own) == []
    assert faults(forged, signer.written) == [
        "La clé du paquet n’est pas celle que vous donnez : quelqu’un d’autre l’a signé."
    ]
    with pytest.raises(Fault, match="La clé a changé, et l’ancienne n’est pas nommée"):
        check_consistency(Pack(str(whole)), Pack(str(forged)))


def test_a_key_put_in_the_place_of_another_opens_nothing(whole: Path, signer: Signer) -> None:
    other = written_key(signer.name, Ed25519PrivateKey.generate().public_key().public_bytes_raw())
    changed = tampered(whole, lambda files: files.update({"key.txt": f"{other}\n".encode()}))
    assert f"Le point de contrôle n’est pas signé par la clé {other}." in faults(changed)


def test_a_past_that_was_rewritten_is_found_between_two_packs(
    session: Session, signer: Signer, tmp_path: Path, now: datetime, story: Story, whole: Path
) -> None:
    story.tell(3)
    newer = pack(session, signer, AUDITOR, tmp_path / "newer.zip", now)

    opened = Pack(str(newer))
    opened.proof["consistency"][0]["path"][0] = "00" * 32
    with pytest.raises(Fault, match="Le passé a été réécrit"):
        check_consistency(Pack(str(whole)), opened)


@pytest.mark.parametrize("proof", [b"{}", b"[]", b'{"first":1,"last":"x","size":100,"consistency":[{}]}'])
def test_a_damaged_proof_is_said_in_french_whatever_is_asked(
    whole: Path, capsys: pytest.CaptureFixture[str], proof: bytes
) -> None:
    damaged = str(tampered(whole, lambda files: files.update({"proof.json": proof}), relisted=False))
    assert main([damaged]) == 1
    assert main([damaged, f"--earlier={whole}"]) == 1
    assert "Le paquet est abîmé" in capsys.readouterr().out
    assert evidence_packs.run_consistency(Namespace(old=str(whole), new=damaged)) == 1
    assert "Le paquet est abîmé" in capsys.readouterr().out


def test_what_is_no_pack_is_said(tmp_path: Path, whole: Path) -> None:
    (tmp_path / "x.zip").write_bytes(b"PK")
    with pytest.raises(Fault, match="n’est pas un paquet de preuves"):
        Pack(str(tmp_path / "x.zip"))
    cut = written(tmp_path / "cut.zip", {k: v for k, v in files_of(whole).items() if k != "proof.json"})
    with pytest.raises(Fault, match="n’est pas un paquet de preuves entier"):
        Pack(str(cut))
