"""Nouns of the directory: the cards of a page of results, the place that a search is around, its query."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, ScalarSelect, Select, and_, exists, func, select
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import Session

from app.directory.excerpts import strengths_said
from app.directory.models import Favourite
from app.people.rules import Who
from app.places.models import Commune, Job
from app.profiles.models import Language, Profile, SoughtJob, WorkZone
from app.profiles.queries import visible_to


@dataclass(frozen=True)
class Card:
    """What a card says of a profile: what somebody looks for, says and can do; no face.

    `zones` are pairs of a commune's name and a radius in km, `languages` of a language and its level; `said`
    is a sentence or two in their own words, empty where there are none to quote; `is_kept` says whether the
    reader has it among their favourites.
    """

    id: UUID
    slug: str
    shown_name: str
    headline: str
    presentation: str
    contract_types: list[str]
    skills: list[str]
    competences: list[str]
    available_on: date | None
    jobs: list[str]
    zones: list[tuple[str, int]]
    languages: list[tuple[str, str]]
    is_kept: bool
    said: str


@dataclass(frozen=True)
class Cards:
    """The cards of a page, in its order, and what ROME jobs are called, by their code."""

    cards: list[Card]
    jobs: dict[str, str]


def cards(session: Session, who: Who, ids: Sequence[UUID], jobs: Collection[str], now: datetime) -> Cards:
    """Return the cards of the profiles of `ids` that exist for this person, in that order, by one statement.

    `jobs` are the ROME codes whose names the page says.
    """
    shown = visible_to(who).where(Profile.id.in_(ids)).with_only_columns(*columns(who, now)).subquery("shown")
    names = select(func.json_object_agg(Job.code, Job.label)).where(Job.code.in_(jobs))
    rows = select(func.json_agg(func.row_to_json(shown.table_valued()))).select_from(shown)
    found, called = session.execute(select(rows.scalar_subquery(), names.scalar_subquery())).one()
    by_id = {UUID(row["id"]): card(row) for row in found or []}
    return Cards([by_id[profile_id] for profile_id in ids if profile_id in by_id], called or {})


def slugs(session: Session, who: Who, ids: Collection[UUID]) -> dict[UUID, str]:
    """Return the addresses of the profiles of `ids` that exist for this person."""
    query = visible_to(who).where(Profile.id.in_(ids)).with_only_columns(Profile.id, Profile.slug)
    return {profile_id: slug for profile_id, slug in session.execute(query)}  # noqa: C416 - rows are no pairs for mypy


def id_of(session: Session, who: Who, slug: str) -> UUID | None:
    """Return which profile has this address, None when it does not exist for this person."""
    return session.scalar(visible_to(who).where(Profile.slug == slug).with_only_columns(Profile.id))


def stands_for(who: Who, now: datetime) -> ColumnElement[bool]:
    """Say in SQL that a favourite is this recruiter's, was not taken out, and is not to be forgotten yet."""
    return and_(
        Favourite.recruiter_id == who.person_id, Favourite.removed_at.is_(None), Favourite.expires_at > now
    )


def columns(who: Who, now: datetime) -> tuple[Any, ...]:
    """Return what a card is made of, for its reader."""
    jobs = joined(Job.label, SoughtJob.position).join_from(SoughtJob, Job, Job.code == SoughtJob.code)
    zone = func.json_build_array(Commune.name, WorkZone.radius_km)
    zones = joined(zone, WorkZone.position).join_from(WorkZone, Commune, Commune.insee == WorkZone.insee)
    language = func.json_build_array(Language.language, Language.level)
    kept = exists().where(Favourite.profile_id == Profile.id, stands_for(who, now))
    return (
        *(Profile.id, Profile.slug, Profile.shown_name, Profile.headline, Profile.presentation),
        *(Profile.contract_types, Profile.skills, Profile.competences, Profile.available_on),
        Profile.current_script["strengths"].astext.label("strengths"),
        of_profile(jobs, SoughtJob.profile_id).label("jobs"),
        of_profile(zones, WorkZone.profile_id).label("zones"),
        of_profile(joined(language, Language.language), Language.profile_id).label("languages"),
        kept.correlate(Profile).label("is_kept"),
    )


def joined(value: Any, order: Any) -> Select[Any]:
    """Select values as one list, in an order."""
    return select(func.coalesce(func.json_agg(aggregate_order_by(value, order)), func.json_build_array()))


def of_profile(values: Select[Any], profile_id: Any) -> ScalarSelect[Any]:
    """Keep the values of the profile of the row around."""
    return values.where(profile_id == Profile.id).correlate(Profile).scalar_subquery()


def card(row: dict[str, Any]) -> Card:
    """Return the card of a row, as PostgreSQL wrote it down."""
    strengths, available_on = row.pop("strengths"), row.pop("available_on")
    return Card(
        **row | {"id": UUID(row["id"])},
        available_on=date.fromisoformat(available_on) if available_on else None,
        said=strengths_said(strengths or ""),
    )
