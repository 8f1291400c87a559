"""What a person looks for and speaks: jobs, languages and places of a profile, one by one."""

from datetime import datetime

from sqlalchemy.orm import Session

from app.errors import Invalid
from app.places import queries as places
from app.profiles.models import Language, Profile, SoughtJob, WorkZone
from app.profiles.rules import JOBS_MAX, LANGUAGES_MAX
from app.profiles.service import touch
from app.search.rules import ZONES_MAX
from app.words import N_

UNKNOWN_JOB = N_(
    "On ne trouve pas ce métier. Un mot simple suffit, par exemple : vente, cuisine, ménage ou livraison."
)


class ListFull(Invalid):
    """A list of the profile has as many lines as it may have."""


def add_job(session: Session, profile: Profile, code: str, now: datetime) -> None:
    """Add a ROME job to those sought; adding it again changes nothing."""
    job = places.job(session, code)
    if job is None:
        raise Invalid(errors={"job": UNKNOWN_JOB})
    if job.code in {sought.code for sought in profile.jobs}:
        return
    if len(profile.jobs) >= JOBS_MAX:
        raise ListFull(
            errors={"job": N_("%(jobs_max)s métiers au plus : retires-en un d’abord.", jobs_max=JOBS_MAX)}
        )
    position = max((sought.position for sought in profile.jobs), default=0) + 1
    profile.jobs.append(SoughtJob(code=job.code, position=position, job=job))
    touch(session, profile, now)


def remove_job(session: Session, profile: Profile, code: str, now: datetime) -> None:
    """Remove a job from those sought."""
    profile.jobs = [sought for sought in profile.jobs if sought.code != code]
    touch(session, profile, now)


def add_language(session: Session, profile: Profile, language: str, level: str, now: datetime) -> None:
    """Add a language with its CEFR level; adding it again changes the level."""
    known = {row.language.casefold(): row for row in profile.languages}
    if found := known.get(language.casefold()):
        found.level = level
    elif len(known) >= LANGUAGES_MAX:
        raise ListFull(
            errors={"language": N_("%(languages_max)s langues au plus.", languages_max=LANGUAGES_MAX)}
        )
    else:
        profile.languages.append(Language(language=language, level=level))
    touch(session, profile, now)


def remove_language(session: Session, profile: Profile, language: str, now: datetime) -> None:
    """Remove a language."""
    profile.languages = [row for row in profile.languages if row.language != language]
    touch(session, profile, now)


def add_zone(session: Session, profile: Profile, insee: str, radius_km: int, now: datetime) -> None:
    """Add a commune where the person wants to work; adding it again changes the radius."""
    commune = places.commune(session, insee)
    if commune is None:
        raise Invalid(
            errors={"commune": N_("On ne trouve pas cette commune. Écris tout son nom, ou son code postal.")}
        )
    known = {zone.insee: zone for zone in profile.zones}
    if found := known.get(insee):
        found.radius_km = radius_km
    elif len(known) >= ZONES_MAX:
        raise ListFull(
            errors={
                "commune": N_("%(zones_max)s endroits au plus : retires-en un d’abord.", zones_max=ZONES_MAX)
            }
        )
    else:
        position = max((zone.position for zone in profile.zones), default=0) + 1
        zone = WorkZone(insee=insee, radius_km=radius_km, position=position, commune=commune)
        profile.zones.append(zone)
    touch(session, profile, now)


def remove_zone(session: Session, profile: Profile, insee: str, now: datetime) -> None:
    """Remove a place where the person wanted to work."""
    profile.zones = [zone for zone in profile.zones if zone.insee != insee]
    touch(session, profile, now)
