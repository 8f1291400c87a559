"""`visavis places import`: a whole file or nothing of it, as often as one wants."""

import csv
import gzip
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session, sessionmaker

from app.cli import accounts, places
from app.cli.trouble import Trouble
from app.places.models import Commune, Job, JobTitle
from app.places.queries import communes_like, jobs_like
from tests.factories import make_commune
from tests.refdata import real

HEADER = "insee,departement,nom,lon,lat,code_postal,autres_codes_postaux\n"
GAP = "05061,05,Gap,6.0631,44.5667,05000,\n"
EGUILLES = "13032,13,Éguilles,5.3542,43.5694,13510,\n"

Written = Callable[..., Path]


@pytest.fixture
def written(tmp_path: Path) -> Written:
    """Return `written(text, name="…")`: a file of a publisher."""

    def write(text: str, name: str = "communes.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(gzip.compress(text.encode()) if name.endswith(".gz") else text.encode())
        return path

    return write


def imported(session: Session, kind: str, *files: Path) -> str:
    """Import files as the command does, in a transaction of their own, and return what it says."""
    with session.begin_nested():
        return "\n".join(places.IMPORTS[kind](session, files))


def communes(session: Session) -> list[str]:
    """Return the names of the communes that are known."""
    return list(session.scalars(select(Commune.name).order_by(Commune.insee)))


def test_communes_are_imported_and_the_file_says_how_many(session: Session, written: Written) -> None:
    told = imported(session, "communes", written(HEADER + GAP + EGUILLES))
    assert told == "communes.csv : 2 communes, dont 2 en plus, 0 avec un changement, 0 comme avant."
    (place,) = communes_like(session, "eguilles")
    assert (place.insee, place.department, place.postal_code) == ("13032", "13", "13510")
    assert (place.latitude, place.longitude) == (43.5694, 5.3542)


def test_importing_again_changes_nothing_but_what_the_file_says_otherwise(
    session: Session, written: Written
) -> None:
    imported(session, "communes", written(HEADER + GAP + EGUILLES))
    assert "0 en plus, 0 avec un changement, 2 comme avant" in imported(
        session, "communes", written(HEADER + GAP + EGUILLES)
    )
    told = imported(session, "communes", written(HEADER + GAP.replace("Gap", "Gap-la-Neuve")))
    assert "0 en plus, 1 avec un changement, 0 comme avant" in told
    assert communes(session) == ["Gap-la-Neuve", "Éguilles"]


def test_columns_are_found_by_their_names_whatever_separates_them(session: Session, written: Written) -> None:
    table = (
        "\ufeffcode_postal;Nom_Commune;LONGITUDE;latitude;code_insee\n97400;Saint-Denis;55,45;-20,88;97411\n"
    )
    imported(session, "communes", written(table))
    (place,) = session.scalars(select(Commune))
    assert (place.insee, place.department, place.longitude) == ("97411", "974", 55.45)


def test_a_compressed_file_is_read_as_a_plain_one(session: Session, written: Written) -> None:
    imported(session, "communes", written(HEADER + GAP, "communes.csv.gz"))
    assert communes(session) == ["Gap"]


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("5061,05,Gap,6.06,44.56,05000,\n", "« 5061 » n’est pas un code Insee"),
        ("05061,05,Gap,6.06,nord,05000,\n", "la latitude « nord » n’est pas un nombre de degrés"),
        ("05061,05,Gap,941000,44.56,05000,\n", "la longitude « 941000 » n’est pas un nombre de degrés"),
        ("05061,05,Gap,6.06,nan,05000,\n", "la latitude « nan » n’est pas un nombre de degrés"),
        ("05061,05,,6.06,44.56,05000,\n", "le nom est vide"),
        ("05061,05\n", "2 colonnes au lieu de 7"),
        (EGUILLES, "« 13032 » est déjà à la ligne 2"),
    ],
)
def test_a_broken_line_is_named_and_nothing_is_changed(
    session: Session, written: Written, line: str, why: str
) -> None:
    make_commune(session, "75056", "Paris")
    with pytest.raises(Trouble) as refused:
        imported(session, "communes", written(HEADER + EGUILLES + line))
    assert str(refused.value).startswith("communes.csv, ligne 3 : ")
    assert why in str(refused.value)
    assert "Rien n’a été changé." in str(refused.value)
    assert communes(session) == ["Paris"]


def test_a_line_that_breaks_after_thousands_changes_nothing_either(
    session: Session, written: Written
) -> None:
    many = "".join(f"{number:05},01,Lieu {number},5.1,45.1,01000,\n" for number in range(1001, 3500))
    with pytest.raises(Trouble, match=r"ligne 2501 : « X » n’est pas"):
        imported(session, "communes", written(HEADER + many + "x,01,Lieu,5.1,45.1,01000,\n"))
    assert communes(session) == []


def test_a_file_that_is_another_says_which_column_is_missing(session: Session, written: Written) -> None:
    with pytest.raises(Trouble, match=r"ligne 1 : la colonne « insee » manque"):
        imported(session, "communes", written("code_rome;libelle_rome\nD1106;Vente\n"))
    with pytest.raises(Trouble, match="n’a aucune ligne"):
        imported(session, "communes", written(HEADER))


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ((HEADER + EGUILLES).encode("latin-1"), "n’est pas écrit en UTF-8"),
        (gzip.compress((HEADER + EGUILLES).encode())[:-9], "coupé ou abîmé"),
    ],
    ids=["latin-1", "cut"],  # its bytes name the second in which they were made: another in each process
)
def test_a_file_that_cannot_be_read_says_what_to_do(
    session: Session, tmp_path: Path, content: bytes, why: str
) -> None:
    path = tmp_path / "communes.csv"
    path.write_bytes(content)
    with pytest.raises(Trouble, match=why):
        imported(session, "communes", path)
    with pytest.raises(Trouble, match="ne se lit pas"):
        imported(session, "communes", tmp_path / "absent.csv")
    assert communes(session) == []


JOBS = "code_rome;libelle_rome\nD1106;Vente en alimentation\n"
TITLES = (
    "ogr_appellation;rome_code;libelle_appellation_long;libelle_appellation_court\n"
    "1;D1106;Vendeur / Vendeuse d'olives;Vendeur\n"
)


def test_jobs_and_their_names_are_imported_whatever_their_order_and_search_knows_them(
    session: Session, written: Written
) -> None:
    told = imported(session, "rome", written(TITLES, "appellations.csv"), written(JOBS, "codes.csv"))
    assert "codes.csv : 1 métier, dont 1 en plus" in told
    assert "appellations.csv : 1 appellation, dont 1 en plus" in told
    assert [match.title for match in jobs_like(session, "olives")] == ["Vendeur / Vendeuse d’olives"]


def test_a_name_whose_job_nobody_knows_changes_nothing(session: Session, written: Written) -> None:
    with pytest.raises(Trouble, match="D1106, qui n’est pas connu"):
        imported(session, "rome", written(TITLES))
    with pytest.raises(Trouble, match="« D11 » n’est pas un code ROME"):
        imported(session, "rome", written(JOBS.replace("D1106", "D11")))
    assert session.scalar(select(func.count()).select_from(JobTitle)) == 0


def test_the_sample_never_takes_the_place_of_what_was_imported(session: Session, written: Written) -> None:
    imported(session, "rome", written("code_rome;libelle_rome\nD1106;Vente officielle\n"))
    imported(session, "communes", written(HEADER + "59512,59,Roubaix-Officiel,3.18,50.69,59100,\n"))
    accounts.load_places(session)
    assert session.get_one(Job, "D1106").label == "Vente officielle"
    assert session.get_one(Commune, "59512").name == "Roubaix-Officiel"
    assert jobs_like(session, "cuisinier")


def test_the_command_commits_a_whole_file_and_leaves_no_trace_of_a_broken_one(
    committed: Engine, written: Written, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("VISAVIS_DATABASE_URL", committed.url.render_as_string(hide_password=False))
    from app.cli import main  # noqa: PLC0415 - as the console starts it

    def call(path: Path) -> int | str | None:
        with pytest.raises(SystemExit) as left:
            main(["places", "import", "communes", str(path)])
        return left.value.code

    assert call(written(HEADER + GAP)) == 0
    assert "1 commune, dont 1 en plus" in capsys.readouterr().out
    assert call(written(HEADER + EGUILLES + "x\n")) == 1
    assert "ligne 3" in capsys.readouterr().err
    with sessionmaker(committed)() as session:
        assert communes(session) == ["Gap"]


def test_the_real_communes_are_all_imported(session: Session) -> None:
    path = real("communes.csv")
    with path.open(encoding="utf-8") as file:
        expected = sum(1 for _ in csv.DictReader(file))
    imported(session, "communes", path)
    assert session.scalar(select(func.count()).select_from(Commune)) == expected


def test_the_real_jobs_are_all_imported(session: Session) -> None:
    told = imported(session, "rome", real("rome_codes.csv"), real("rome_appellations.csv"))
    assert "métiers, dont 532 en plus" in told.replace("\u202f", "\u00a0")
    assert "boulangerie" in str(jobs_like(session, "vendeuse boulangerie"))
