"""What search is given of a profile: plain words and numbers, and nothing of its owner's address."""

from sqlalchemy.orm import Session

from app.people import queries as people
from app.places import queries as places
from app.profiles import queries
from app.profiles.models import Profile
from app.profiles.rules import COMPETENCES, SCRIPT_PARTS, without_words
from app.search.rules import SearchDocument
from app.videos import queries as videos
from app.videos.captions import transcript


def spoken_in(session: Session, profile: Profile) -> tuple[str, ...]:
    """Return what is said in the video, or the voice, that a profile shows, as it was validated."""
    video = queries.video_shown(session, profile)
    captions = videos.captions(session, video.id) if video else None
    return (transcript(captions.shown),) if captions else ()


def own_names(session: Session, profile: Profile) -> str:
    """Return the names of a profile's owner and of where they live: no word of them is told to search.

    A name may be the name of a job too (« Pierre », « Boulanger »).
    """
    person = people.person(session, profile.person_id)
    if person is None:
        return ""
    home = places.commune(session, person.home_commune) if person.home_commune else None
    return " ".join((person.given_name, person.family_name, home.name if home else ""))


def document_of(session: Session, profile: Profile) -> SearchDocument:
    """Return what search is given of a profile: nothing of where the person lives, or who they are."""
    script = profile.current_script or {}
    names = own_names(session, profile)
    zones = [(zone.commune, float(zone.radius_km)) for zone in profile.zones]
    return SearchDocument(
        profile_id=profile.id,
        updated_at=profile.updated_at,
        zones=tuple((place.latitude, place.longitude, radius_km) for place, radius_km in zones),
        departments=tuple(sorted({place.department for place, _ in zones})),
        rome=tuple((sought.job.code, sought.job.label) for sought in profile.jobs),
        contracts=tuple(profile.contract_types),
        languages=tuple((row.language, row.level) for row in profile.languages),
        education_level=profile.education_level,
        available_on=profile.available_on,
        skills=tuple(without_words(skill, names) for skill in profile.skills),
        competences=tuple((key, COMPETENCES[key]) for key in profile.competences),
        headline=without_words(profile.headline, names),
        texts=tuple(
            without_words(words, names)
            for words in (
                profile.about,
                *(script[part] for part in SCRIPT_PARTS if part in script),
                *spoken_in(session, profile),
            )
        ),
    )
