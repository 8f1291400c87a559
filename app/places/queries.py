"""Nouns of places: communes and jobs by code, or by what somebody typed; neighbourhoods around a point."""

from typing import NamedTuple

from sqlalchemy import ColumnElement, Subquery, and_, case, func, literal, or_, select, union_all
from sqlalchemy.orm import Session

from app.errors import NotFound
from app.places.models import Commune, Job, JobTitle, Qpv
from app.places.qpv import NEWEST, Bounds, Point, Standing, around, cells_around, overlap, standing
from app.places.rules import fold, split_department

# « Boulanger », « boulangère » and « boulangerie » begin alike; shorter words begin like too many others.
ROOT_LENGTH = 6
ROOT_MIN_LENGTH = 4


class QpvMatch(NamedTuple):
    """A priority neighbourhood that holds a point, or whose edge is as near as nobody can tell."""

    code: str
    name: str
    standing: Standing


class Located(NamedTuple):
    """Where a point stands, and the neighbourhood that holds it or whose edge is near ("" for none)."""

    standing: Standing
    code: str
    name: str


class OutlinesMissing(NotFound):
    """No neighbourhood of this vintage was imported: nobody can tell where a point stands."""


class JobMatch(NamedTuple):
    """A job that fits what was typed, with its everyday title."""

    code: str
    label: str
    title: str


def commune(session: Session, insee: str) -> Commune | None:
    """Return the commune of an INSEE code, None when there is none."""
    return session.get(Commune, insee)


def qpv(session: Session, code: str) -> Qpv | None:
    """Return the priority neighbourhood of a code, None when there is none."""
    return session.get(Qpv, code)


def qpv_of_commune(session: Session, insee: str, vintage: int) -> list[tuple[str, str]]:
    """Return the code and name of the neighbourhoods of a commune, by name."""
    query = select(Qpv.code, Qpv.name).where(Qpv.vintage == vintage, Qpv.communes.contains([insee]))
    return [(code, name) for code, name in session.execute(query.order_by(Qpv.name, Qpv.code))]


def vintages(session: Session) -> list[int]:
    """Return the vintages whose neighbourhoods are known, newest first.

    None without the one in force: older outlines alone would tell nobody where they live.
    """
    known = list(session.scalars(select(Qpv.vintage).distinct().order_by(Qpv.vintage.desc())))
    return known if NEWEST in known else []


def qpv_within(session: Session, bounds: Bounds, vintage: int) -> list[Qpv]:
    """Return the neighbourhoods of a vintage whose box has something in common with this one, by code."""
    box = (
        *(Qpv.west <= bounds.east, Qpv.east >= bounds.west),
        *(Qpv.south <= bounds.north, Qpv.north >= bounds.south),
    )
    return list(session.scalars(select(Qpv).where(Qpv.vintage == vintage, *box).order_by(Qpv.code)))


def communes_within(session: Session, bounds: Bounds) -> list[Commune]:
    """Return the communes whose centre stands in a box."""
    inside: tuple[ColumnElement[bool], ...] = (
        Commune.longitude.between(bounds.west, bounds.east),
        Commune.latitude.between(bounds.south, bounds.north),
    )
    return list(session.scalars(select(Commune).where(*inside).order_by(Commune.insee)))


def qpv_at(session: Session, point: Point, vintage: int) -> list[QpvMatch]:
    """Return the neighbourhoods that a point stands in or on the edge of, those that hold it first.

    The database is asked for those of whole cells: the point itself is told to nobody.
    """
    near = around(point)
    found = [
        QpvMatch(one.code, one.name, standing(one.outline, point))
        for one in qpv_within(session, cells_around(near), vintage)
        if overlap(near, Bounds(one.west, one.south, one.east, one.north))
    ]
    return sorted((one for one in found if one.standing != "outside"), key=lambda one: one.standing == "edge")


def locate(session: Session, point: Point, vintage: int) -> Located:
    """Tell where a point stands among the neighbourhoods of a vintage; raise OutlinesMissing."""
    if vintage not in vintages(session):
        raise OutlinesMissing
    found = qpv_at(session, point, vintage)
    return Located(found[0].standing, found[0].code, found[0].name) if found else Located("outside", "", "")


def communes_like(session: Session, text: str, limit: int = 8) -> list[Commune]:
    """Return the communes whose name or postal code starts so: the exact name first, then the shortest."""
    name, department = split_department(text)
    words = fold(name)
    if not words:
        return []
    starts = Commune.postal_code if words.isdigit() else Commune.folded
    query = select(Commune).where(starts.like(f"{words}%"))
    if department:
        query = query.where(Commune.department == department)
    order = (Commune.folded != words, func.length(Commune.folded), Commune.folded, Commune.insee)
    return list(session.scalars(query.order_by(*order).limit(limit)))


def communes_meant(session: Session, text: str, limit: int = 8) -> list[Commune]:
    """Return the communes that a typed name can mean: those of exactly that name, else the likely ones."""
    found = communes_like(session, text, limit)
    exact = [place for place in found if place.folded == fold(split_department(text)[0])]
    return exact or found


def job(session: Session, code: str) -> Job | None:
    """Return the job of a ROME code, None when there is none."""
    return session.get(Job, code.upper())


def title_without_job(session: Session) -> JobTitle | None:
    """Return an everyday name of a job that is not known, None when every job is."""
    orphans = select(JobTitle).outerjoin(Job, Job.code == JobTitle.code).where(Job.code.is_(None))
    return session.scalar(orphans.order_by(JobTitle.label).limit(1))


def jobs_like(session: Session, text: str, limit: int = 8) -> list[JobMatch]:
    """Return the jobs in whose label or everyday title every typed word starts a word, the shortest first."""
    words = fold(text).split()
    if not words:
        return []
    names = names_of_jobs()
    spaced = literal(" ").concat(names.c.folded)
    said = and_(*(spaced.like(f"% {word}%") for word in words))
    query = (
        select(names.c.code, names.c.label, names.c.title)
        .where(or_(names.c.code == text.strip().upper(), said))
        .order_by(names.c.folded.not_like(f"{words[0]}%"), func.length(names.c.title), names.c.title)
        .limit(limit)
    )
    return [JobMatch(*row) for row in session.execute(query)]


def names_of_jobs() -> Subquery:
    """Return what jobs are called: the code, the label, and each title with how it is searched."""
    return union_all(
        select(Job.code, Job.label, Job.label.label("title"), Job.folded),
        select(Job.code, Job.label, JobTitle.label, JobTitle.folded).join(Job, Job.code == JobTitle.code),
    ).subquery()


def jobs_near(session: Session, text: str, limit: int = 4) -> list[JobMatch]:
    """Return, one a ROME code, the jobs that share the beginning of a typed word, most of them first."""
    roots = {word[:ROOT_LENGTH] for word in fold(text).split() if len(word) >= ROOT_MIN_LENGTH}
    if not roots:
        return []
    names = names_of_jobs()
    spaced = literal(" ").concat(names.c.folded)
    shared = [case((spaced.like(f"% {root}%"), 1), else_=0) for root in sorted(roots)]
    near = sum(shared[1:], start=shared[0])
    query = (
        select(names.c.code, names.c.label, names.c.title)
        .where(near > 0)
        .order_by(near.desc(), func.length(names.c.title), names.c.title)
        .limit(limit * 4)
    )
    by_code: dict[str, JobMatch] = {}
    for row in session.execute(query):
        by_code.setdefault(row.code, JobMatch(*row))
    return list(by_code.values())[:limit]


def jobs_meant(session: Session, text: str, limit: int = 8) -> list[JobMatch]:
    """Return, one a ROME code, the jobs that words can mean: those named exactly so, else the likely ones."""
    words, code = fold(text), text.strip().upper()
    found = jobs_like(session, text, limit * 4)
    exact = [match for match in found if match.code == code or fold(match.title) == words]
    by_code: dict[str, JobMatch] = {}
    for match in exact or found:
        by_code.setdefault(match.code, match)
    return list(by_code.values())[:limit]
