"""Vérifie un paquet de preuves : « python3 verify.py PAQUET.zip », avec --key CLÉ et --earlier ANCIEN.zip.

Un seul fichier, la bibliothèque standard de Python (3.9 ou plus récent), aucun réseau. Il ne partage rien
avec le service : il refait la forme canonique, l’arbre (RFC 9162), la signature (RFC 8032) et les comptes.
"""

from __future__ import annotations

import argparse
import base64
import csv
import hashlib
import io
import json
import sys
import zipfile
import zlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from typing import Any
from xml.etree import ElementTree as ET

FIELDS = "actor at axis conv dep id m org rec ref rule seal seq src subj terr type v"
SIGNED_FILES = ("manifest.json", "manifest.sig")
WITHDRAWN = "fact.withdrawn"
write = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode
WHO = {"facts": "type", "subjects": "subj", "organisations": "org"}
# What reading a damaged pack raises; broken XML is a SyntaxError.
DAMAGED = (SyntaxError, EOFError, zipfile.BadZipFile, zlib.error)
BROKEN = (LookupError, ValueError, TypeError, AttributeError, *DAMAGED)


class Fault(Exception):
    """Ce qui ne va pas, en une phrase."""


# --- Ed25519 (RFC 8032, 5.1): a point is (x, y) in extended coordinates -----------------------------------

Point = tuple[int, int, int, int]
KEY_BYTES, SIGNATURE_BYTES = 32, 64
P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT_OF_MINUS_ONE = pow(2, (P - 1) // 4, P)
NEUTRAL = (0, 1, 1, 0)


def add(one: Point, other: Point) -> Point:
    """Return the sum of two points."""
    a = (one[1] - one[0]) * (other[1] - other[0]) % P
    b = (one[1] + one[0]) * (other[1] + other[0]) % P
    c, d = 2 * one[3] * other[3] * D % P, 2 * one[2] * other[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def times(factor: int, point: Point) -> Point:
    """Return a point added to itself."""
    total = NEUTRAL
    while factor:
        total = add(total, point) if factor & 1 else total
        point, factor = add(point, point), factor >> 1
    return total


def point_of(written: bytes) -> Point:
    """Return the point of 32 bytes; raise Fault when they are none."""
    y = int.from_bytes(written, "little")
    sign, y = y >> 255, y & (1 << 255) - 1
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT_OF_MINUS_ONE % P
    if len(written) != KEY_BYTES or y >= P or (x * x - square) % P or (not x and sign):
        raise Fault("La clé ou la signature n’est pas une valeur d’Ed25519.")
    x = P - x if x & 1 != sign else x
    return (x, y, 1, x * y % P)


BASE = point_of((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))


def is_signed(public: bytes, message: bytes, signature: bytes) -> bool:
    """Tell whether a signature of a message is that of a public key."""
    if len(signature) != SIGNATURE_BYTES or int.from_bytes(signature[32:], "little") >= ORDER:
        return False
    key, nonce = point_of(public), point_of(signature[:32])
    challenge = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % ORDER
    left, right = times(int.from_bytes(signature[32:], "little"), BASE), add(nonce, times(challenge, key))
    return all((left[axis] * right[2] - right[axis] * left[2]) % P == 0 for axis in (0, 1))


# --- Signed notes (C2SP signed-note) ----------------------------------------------------------------------


def key_of(line: str) -> tuple[str, bytes, bytes]:
    """Return the name, the id and the bytes of a public key in one line."""
    name, identity, encoded = line.strip().split("+", 2)
    return name, bytes.fromhex(identity), base64.b64decode(encoded)[1:]


def open_note(note: str, line: str, what: str) -> str:
    """Return the text of a note that the key of a line signed; raise Fault."""
    name, identity, public = key_of(line)
    text, _, signatures = note.rpartition("\n\n")
    for each in signatures.splitlines():
        signer, _, encoded = each[2:].rpartition(" ")
        given = base64.b64decode(encoded)
        if (signer, given[:4]) == (name, identity) and is_signed(public, (text + "\n").encode(), given[4:]):
            return text + "\n"
    raise Fault(f"{what} n’est pas signé par la clé {line.strip()}.")


# --- The tree (RFC 9162, 2.1) -----------------------------------------------------------------------------


def node(left: bytes, right: bytes) -> bytes:
    """Return the hash of two subtrees."""
    return hashlib.sha256(b"\1" + left + right).digest()


class Tree:
    """What is kept of a tree that only grows: its whole subtrees, the largest first."""

    def __init__(self) -> None:
        self.size = 0
        self.parts: list[bytes] = []

    def append(self, part: bytes, height: int = 0) -> None:
        """Append a leaf, or a complete subtree."""
        if self.size % (1 << height):
            raise Fault("Les empreintes de proof.json ne sont pas celles d’un arbre.")
        place = self.size >> height
        while place & 1:
            part, place = hashlib.sha256(b"\1" + self.parts.pop() + part).digest(), place >> 1
        self.parts.append(part)
        self.size += 1 << height

    def root(self) -> bytes:
        """Return the hash of the whole."""
        root = self.parts[-1] if self.parts else hashlib.sha256().digest()
        for part in self.parts[-2::-1]:
            root = node(part, root)
        return root


def is_consistent(old: int, old_root: bytes, size: int, root: bytes, path: Sequence[bytes]) -> bool:
    """Tell whether a path proves that the first `old` leaves are still the first (RFC 9162, 2.1.4.2)."""
    if old == size:
        return not path and old_root == root
    steps = [old_root, *path] if old & (old - 1) == 0 else list(path)
    place, last = old - 1, size - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    if not steps or not 0 < old < size:
        return False
    found_old = found = steps[0]
    for step in steps[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            found_old, found = node(step, found_old), node(step, found)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            found = node(found, step)
        place, last = place >> 1, last >> 1
    return last == 0 and (found_old, found) == (old_root, root)


# --- The pack ---------------------------------------------------------------------------------------------


class Pack:
    """Un paquet ouvert : ce qu’il dit, et les phrases de ce qui ne va pas."""

    def __init__(self, path: str) -> None:
        try:
            self.zip = zipfile.ZipFile(path)
            self.manifest, self.proof = self.json("manifest.json"), self.json("proof.json")
            self.keys = self.text("key.txt").splitlines()
            self.note = self.text("checkpoint.txt")
            self.origin, size, root, self.signed_at = self.note.splitlines()[:4]
            self.size, self.root = int(size), base64.b64decode(root)
            self.has_facts = self.manifest["kind"] == "controleur"
            self.counts: Counter[str] = Counter()
            self.seen: defaultdict[str, set[str]] = defaultdict(set)
        except (OSError, *BROKEN) as missing:
            raise Fault(f"{path} n’est pas un paquet de preuves entier ({missing}).") from missing

    def text(self, name: str) -> str:
        """Return the text of a file."""
        return self.zip.read(name).decode()

    def json(self, name: str) -> Any:
        """Return the object of a file."""
        return json.loads(self.zip.read(name))

    def check_signatures(self, trusted: str = "") -> None:
        """Check who signed the checkpoint and the manifest."""
        if trusted and trusted.strip() != self.keys[0].strip():
            raise Fault("La clé du paquet n’est pas celle que vous donnez : quelqu’un d’autre l’a signé.")
        open_note(self.note, self.keys[0], "Le point de contrôle")
        signed = open_note(self.text("manifest.sig"), self.keys[0], "Le manifeste").splitlines()
        if signed[-1] != hashlib.sha256(self.zip.read("manifest.json")).hexdigest():
            raise Fault("Le manifeste a été changé après sa signature.")

    def check_files(self) -> None:
        """Check that every file is the one that the manifest names, and that there is no other."""
        listed = self.manifest["files"]
        for name in sorted(set(self.zip.namelist()) ^ (set(listed) | set(SIGNED_FILES))):
            what = "manque au paquet" if name in listed else "est en trop"
            raise Fault(f"Le fichier {name} {what}.")
        for name, said in listed.items():
            digest = hashlib.sha256()
            with self.zip.open(name) as file:
                for block in iter(lambda: file.read(1 << 20), b""):
                    digest.update(block)
            if digest.hexdigest() != said["sha256"]:
                raise Fault(f"Le fichier {name} n’est plus celui qui a été signé.")

    def check_journal(self) -> None:
        """Compute the root again, from the facts or from their hashes."""
        first, last, size = self.proof["first"], self.proof["last"], self.proof["size"]
        if size != self.size:
            older = "un plus ancien, de" if self.size < size else "un autre, de"
            raise Fault(
                f"Le point de contrôle n’est pas celui du paquet ({size} faits), mais {older} {self.size}."
            )
        tree = Tree()
        for height, part in self.proof["before"]:
            tree.append(bytes.fromhex(part), height)
        if tree.size != first - 1:
            raise Fault("Les empreintes d’avant la période n’en couvrent pas le début.")
        for leaf in self.facts(first, last) if self.has_facts else self.hashes():
            tree.append(leaf)
        if tree.size != last:
            raise Fault(f"Le journal est tronqué : il s’arrête au fait n° {tree.size} au lieu du n° {last}.")
        for height, part in self.proof["after"]:
            tree.append(bytes.fromhex(part), height)
        if tree.root() != self.root:
            raise Fault("Un fait a été changé : la racine recalculée n’est pas celle qui a été signée.")
        if self.has_facts and last != size:
            raise Fault(f"Le paquet s’arrête au fait n° {last} sur {size} : des corrections peuvent manquer.")

    def hashes(self) -> Iterator[bytes]:
        """Yield the hashes of the facts of a public pack."""
        with self.zip.open("hashes.txt") as lines:
            yield from (bytes.fromhex(line.decode()) for line in lines)

    def facts(self, first: int, last: int) -> Iterator[bytes]:
        """Yield the leaf of each fact, after having looked at it and counted it."""
        withdrawn = self.withdrawn()
        due, before = first, None
        with self.zip.open("events.ndjson") as lines:
            for line in lines:
                fact = json.loads(line)
                entry = write(fact).encode()
                is_canonical = entry + b"\n" == line and " ".join(sorted(fact)) == FIELDS
                if not is_canonical or fact["conv"] != self.manifest["convention"]:
                    raise Fault(f"Le fait n° {fact.get('seq')} n’est pas écrit sous sa forme canonique.")
                if fact["seq"] != due or due > last:
                    raise Fault(self.misplaced(fact["seq"], due, before, last))
                self.count(fact, withdrawn)
                yield hashlib.sha256(b"\0" + entry).digest()
                before, due = fact["seq"], due + 1

    def misplaced(self, found: int, due: int, before: int | None, last: int) -> str:
        """Say what became of the fact that should stand here."""
        if due > last:
            return f"Un fait a été ajouté après le n° {last}, le dernier du paquet."
        if found == before:
            return f"Un fait a été ajouté : le n° {found} vient deux fois."
        with self.zip.open("events.ndjson") as lines:
            if any(json.loads(line)["seq"] == due for line in lines):
                return f"Les faits ne sont plus dans l’ordre : le n° {found} tient la place du n° {due}."
        return f"Un fait a été ôté : le n° {due} manque."

    def withdrawn(self) -> set[str]:
        """Return the ids of the facts that a later one withdrew."""
        with self.zip.open("events.ndjson") as lines:
            found = (json.loads(line) for line in lines if b'"ref":""' not in line)
            return {fact["ref"] for fact in found if fact["type"] == WITHDRAWN}

    def count(self, fact: dict[str, Any], withdrawn: set[str]) -> None:
        """Add a fact to the indicators that it counts for."""
        if not self.manifest["from"] <= fact["at"] < self.manifest["until"] or fact["id"] in withdrawn:
            return
        for each in self.manifest["indicators"]:
            if each["kind"] == fact["type"] and write({**fact["m"], **each["measures"]}) == write(fact["m"]):
                self.counts[each["code"]] += 1
                self.seen[each["code"]].add(fact[WHO[each["counts"]]])

    def table(self) -> dict[str, str]:
        """Return the figures of the table, by their codes."""
        rows = csv.DictReader(io.StringIO(self.text("indicateurs.csv").lstrip("\ufeff")), delimiter=";")
        return {row["code"]: row["valeur"] for row in rows}

    def workbook(self) -> dict[str | None, str | None]:
        """Return the figures of the workbook, by their codes: the first column and the third."""
        with zipfile.ZipFile(io.BytesIO(self.zip.read("indicateurs.xlsx"))) as book:
            parts = [book.read(f"xl/{name}.xml") for name in ("sharedStrings", "worksheets/sheet1")]
        words, page = map(ET.fromstring, parts)
        texts = ["".join(each.itertext()) for each in words]
        rows = [
            [texts[int(cell[0].text or 0)] if cell.get("t") == "s" else cell[0].text for cell in row]
            for row in page.iterfind(".//{*}row")
        ]
        return {row[0]: row[2] for row in rows[1:]}

    def check_tables(self) -> None:
        """Compare what was counted with the table, and the table with the workbook, which old packs lack."""
        written = self.table()
        for each in self.manifest["indicators"] if self.has_facts else ():
            code, label, said = each["code"], each["label"], written.get(each["code"])
            counted = self.counts[code] if each["counts"] == "facts" else len(self.seen[code] - {""})
            if said != str(counted):
                raise Fault(
                    f"L’indicateur « {label} » vaut {said} dans le tableau, et {counted} d’après les faits."
                )
        if "indicateurs.xlsx" in self.manifest["files"] and self.workbook() != written:
            raise Fault("Les chiffres d’indicateurs.xlsx ne sont pas ceux d’indicateurs.csv.")

    def faults(self, trusted: str = "") -> list[str]:
        """Return the sentences of what is wrong, none when nothing is."""
        checks = [self.check_journal, self.check_tables, lambda: self.check_signatures(trusted)]
        return [fault for check in [*checks, self.check_files] for fault in faults_of(check)]


def faults_of(check: Callable[[], None]) -> list[str]:
    """Return the sentence of what a check finds wrong, none when nothing is."""
    try:
        check()
    except Fault as fault:
        return [str(fault)]
    except BROKEN as broken:
        return [f"Le paquet est abîmé ({type(broken).__name__} : {broken})."]
    return []


def check_consistency(old: Pack, new: Pack) -> None:
    """Check that a pack goes on where an earlier one stopped; raise Fault."""
    for each in (old, new):
        each.check_signatures()
    if old.origin != new.origin:
        raise Fault(f"Ce ne sont pas les paquets du même journal : {old.origin}, {new.origin}.")
    if new.size < old.size:
        raise Fault(f"Le second paquet est plus ancien : {new.size} faits, contre {old.size}.")
    check_succession(old.keys[0].strip(), new)
    paths = {each["size"]: each["path"] for each in new.proof["consistency"]}
    path = [bytes.fromhex(step) for step in paths.get(old.size, ())]
    if not is_consistent(old.size, old.root, new.size, new.root, path):
        raise Fault("Le passé a été réécrit : le second paquet ne prolonge pas le premier.")


def check_succession(line: str, new: Pack) -> None:
    """Check that the key of a pack is an earlier one, or was named by it, step by step."""
    by_successor = {each["key"]: each["endorsement"] for each in new.proof["keys"]}
    chain = [each.strip() for each in new.keys]
    if line not in chain:
        raise Fault("La clé a changé, et l’ancienne n’est pas nommée : quelqu’un d’autre a signé le second.")
    for place, successor in enumerate(chain[: chain.index(line)]):
        before = chain[place + 1]
        said = open_note(by_successor[successor], before, "Le changement de clé")
        if said.splitlines()[2] != successor:
            raise Fault("La clé a changé sans que l’ancienne l’ait dit.")


def told(pack: Pack) -> str:
    """Return the sentence of a pack in which all is well."""
    facts = pack.proof["last"] - pack.proof["first"] + 1
    many = "s" if facts > 1 else ""
    read = "fait{0} relu{0} et recompté{0}" if pack.has_facts else "empreinte{0} relue{0}"
    return (
        f"Tout est en ordre : {facts} {read.format(many)}, {pack.size} faits signés le {pack.signed_at}.\n"
        f"Clé : {pack.keys[0].strip()}\nComparez-la à celle que le service a publiée, ou à celle des témoins."
    )


def main(given: Sequence[str] | None = None) -> int:
    """Verify what the command line names; return 0 when all is well, 1 when anything is not."""
    parser = argparse.ArgumentParser(description="Vérifie un paquet de preuves de Vis-à-vis.")
    parser.add_argument("pack", help="le paquet (.zip)")
    parser.add_argument("--key", default="", help="la clé publique que vous tenez d’ailleurs")
    parser.add_argument("--earlier", help="un paquet plus ancien, que celui-ci doit prolonger")
    chosen = parser.parse_args(given)
    try:
        pack = Pack(chosen.pack)
    except Fault as fault:
        sys.stdout.write(f"{fault}\n")
        return 1
    found = pack.faults(chosen.key)
    if chosen.earlier:
        found += faults_of(lambda: check_consistency(Pack(chosen.earlier), pack))
    sys.stdout.write("\n".join(found or [told(pack)]) + "\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
