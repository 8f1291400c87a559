"""A resident's own profile and script, in short steps that save by themselves."""

from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import APIRouter
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response

from app.errors import Invalid
from app.people.access import Resident
from app.people.rules import Who
from app.places import queries as places
from app.places.schemas import commune_suggestion, job_suggestion
from app.profiles import service, wishes, writing
from app.profiles.models import Profile
from app.profiles.pages.answers import again, as_typed, onward, saved, steps_of
from app.profiles.queries import has_newer_script
from app.profiles.rules import JOBS_MAX, SCRIPT_PARTS, split_skills
from app.profiles.schemas import (
    COMPETENCE_LABELS,
    CONTRACT_HINTS,
    CONTRACT_LABELS,
    EDUCATION_LABELS,
    LACKS_CONTRACT,
    LACKS_HEADLINE,
    LACKS_JOB,
    LEVEL_LABELS,
    RADIUS_LABELS,
    SCRIPT_PROMPTS,
    AboutForm,
    JobForm,
    LanguageForm,
    ScriptForm,
    StrengthsForm,
    WorkForm,
    ZoneForm,
    lacks_of_script,
    titled,
)
from app.search.rules import ZONES_MAX
from app.web.deps import Now, UnitOfWork
from app.web.forms import SubmittedForm, parse
from app.web.security import redirect
from app.web.templating import render
from app.words import N_

router = APIRouter()

RADIUS_KM = 20  # what is proposed first

ABOUT = "/moi/profil"
WORK = "/moi/profil/metiers"
STRENGTHS = "/moi/profil/atouts"
ZONES = "/moi/profil/zones"
SCRIPT = "/moi/texte"

Typed = Mapping[str, Any]
Meant = Sequence[tuple[str, str]]


class SeveralMeant(Invalid):
    """What was typed names several things: `meant` lists them, as value and label."""

    def __init__(self, field: str, sentence: str, meant: Meant) -> None:
        super().__init__(errors={field: sentence})
        self.meant = meant


def reading(session: Session, who: Who) -> Profile:
    return service.own(session, who.person_id)


def changing(session: Session, who: Who) -> Profile:
    return service.own(session, who.person_id, to_change=True)


def about_page(profile: Profile, given: Typed | None = None) -> dict[str, Any]:
    values = {name: getattr(profile, name) for name in ("headline", "about", "education_level")}
    return {
        "steps_done": steps_of(profile, ABOUT),
        "values": values | dict(given or {}),
        "education": list(EDUCATION_LABELS.items()),
    }


def work_page(profile: Profile, given: Typed | None = None, meant: Meant = ()) -> dict[str, Any]:
    values = {"job": "", "contract_types": profile.contract_types, "available_on": profile.available_on}
    return {
        "steps_done": steps_of(profile, WORK),
        "values": values | dict(given or {}),
        "jobs": [(sought.code, sought.job.label) for sought in profile.jobs],
        "jobs_max": JOBS_MAX,
        "contracts": [(code, label, CONTRACT_HINTS[code]) for code, label in CONTRACT_LABELS.items()],
        "meant": meant,
    }


def strengths_page(profile: Profile, given: Typed | None = None) -> dict[str, Any]:
    values = {"skills": "\n".join(profile.skills), "competences": profile.competences}
    return {
        "steps_done": steps_of(profile, STRENGTHS),
        "values": values | {"language": "", "level": ""} | dict(given or {}),
        "languages": [(row.language, row.language, LEVEL_LABELS[row.level]) for row in profile.languages],
        "competences": list(COMPETENCE_LABELS.items()),
        "levels": list(LEVEL_LABELS.items()),
    }


def zones_page(profile: Profile, given: Typed | None = None, meant: Meant = ()) -> dict[str, Any]:
    return {
        "steps_done": steps_of(profile, ZONES),
        "values": {"commune": "", "radius_km": RADIUS_KM} | dict(given or {}),
        "zones": [
            (zone.insee, commune_suggestion(zone.commune).label, RADIUS_LABELS[zone.radius_km])
            for zone in profile.zones
        ],
        "zones_max": ZONES_MAX,
        "radii": list(RADIUS_LABELS.items()),
        "meant": meant,
    }


def script_page(profile: Profile, given: Typed | None = None) -> dict[str, Any]:
    values = {part: getattr(profile.script, part, "") for part in SCRIPT_PARTS}
    return {
        "values": values | dict(given or {}),
        "prompts": SCRIPT_PROMPTS,
        "open": not profile.is_sent,
        "shown": titled(profile.current_script),
        "newer": profile.state in ("published", "paused") and has_newer_script(profile),
    }


@router.get(ABOUT)
def show_about(request: Request, session: UnitOfWork, who: Resident) -> Response:
    return render(request, "profiles/about.html", errors={}, **about_page(reading(session, who)))


@router.post(ABOUT)
def save_about(
    request: Request, session: UnitOfWork, now: Now, who: Resident, form: SubmittedForm
) -> Response:
    profile = changing(session, who)
    try:
        about = parse(AboutForm, form)
    except Invalid as refused:
        return again(request, refused, "profiles/about.html", **about_page(profile, as_typed(form)))
    changes = writing.Changes(
        headline=about.headline, about=about.about, education_level=about.education_level
    )
    writing.save_form(session, profile, changes, now)
    lacks = {} if about.headline else {"headline": LACKS_HEADLINE}
    return onward(request, now, WORK, lacks, "profiles/about.html", **about_page(profile))


@router.get(WORK)
def show_work(request: Request, session: UnitOfWork, who: Resident) -> Response:
    return render(request, "profiles/work.html", errors={}, **work_page(reading(session, who)))


@router.post(WORK)
def save_work(
    request: Request, session: UnitOfWork, now: Now, who: Resident, form: SubmittedForm
) -> Response:
    profile = changing(session, who)
    try:
        work = parse(WorkForm, form)
    except Invalid as refused:
        given = as_typed(form, "contract_types")
        return again(request, refused, "profiles/work.html", **work_page(profile, given))
    changes = writing.Changes(contract_types=list(work.contract_types), available_on=work.available_on)
    writing.save_form(session, profile, changes, now)
    lacks = {} if profile.jobs else {"job": LACKS_JOB}
    lacks |= {} if work.contract_types else {"contract_types": LACKS_CONTRACT}
    return onward(request, now, STRENGTHS, lacks, "profiles/work.html", **work_page(profile))


@router.post(f"{WORK}/ajout")
def add_job(request: Request, session: UnitOfWork, now: Now, who: Resident, form: SubmittedForm) -> Response:
    profile = changing(session, who)
    try:
        wishes.add_job(session, profile, job_code(session, parse(JobForm, form)), now)
    except Invalid as refused:
        given = {"job": form.get("job", "")}
        return again(request, refused, "profiles/work.html", **work_page(profile, given, meant_by(refused)))
    return saved(request, now, WORK)


def job_code(session: Session, wanted: JobForm) -> str:
    """Return the code of the job that was chosen or typed, empty for none; raise SeveralMeant or Invalid."""
    if wanted.code:
        return wanted.code
    if not wanted.job:
        raise Invalid(errors={"job": N_("Écris un métier, par exemple : vendeur en boulangerie.")})
    meant = proposed(places.jobs_meant(session, wanted.job))
    if len(meant) > 1:
        raise SeveralMeant("job", N_("Plusieurs métiers vont avec ces mots : choisis le tien."), meant)
    if not meant and (near := proposed(places.jobs_near(session, wanted.job))):
        sentence = N_("On ne trouve pas « %(job)s ». Est-ce un de ces métiers ?", job=wanted.job)
        raise SeveralMeant("job", sentence, near)
    return meant[0][0] if meant else ""


def proposed(matches: Sequence[places.JobMatch]) -> Meant:
    return [(match.code, job_suggestion(match).label) for match in matches]


def meant_by(refused: Invalid) -> Meant:
    return refused.meant if isinstance(refused, SeveralMeant) else ()


@router.post(f"{WORK}/retrait")
def remove_job(session: UnitOfWork, now: Now, who: Resident, form: SubmittedForm) -> Response:
    wishes.remove_job(session, changing(session, who), str(form.get("code")), now)
    return redirect(WORK)


@router.get(STRENGTHS)
def show_strengths(request: Request, session: UnitOfWork, who: Resident) -> Response:
    return render(request, "profiles/strengths.html", errors={}, **strengths_page(reading(session, who)))


@router.post(STRENGTHS)
def save_strengths(
    request: Request, session: UnitOfWork, now: Now, who: Resident, form: SubmittedForm
) -> Response:
    profile = changing(session, who)
    try:
        strengths = parse(StrengthsForm, form)
    except Invalid as refused:
        given = as_typed(form, "competences")
        return again(request, refused, "profiles/strengths.html", **strengths_page(profile, given))
    changes = writing.Changes(skills=list(split_skills(strengths.skills)), competences=strengths.competences)
    writing.save_form(session, profile, changes, now)
    return saved(request, now, ZONES)


@router.post(f"{STRENGTHS}/langues")
def add_language(
    request: Request, session: UnitOfWork, now: Now, who: Resident, form: SubmittedForm
) -> Response:
    profile = changing(session, who)
    try:
        spoken = parse(LanguageForm, form)
        wishes.add_language(session, profile, spoken.language, spoken.level, now)
    except Invalid as refused:
        return again(request, refused, "profiles/strengths.html", **strengths_page(profile, as_typed(form)))
    return saved(request, now, STRENGTHS)


@router.post(f"{STRENGTHS}/langues/retrait")
def remove_language(session: UnitOfWork, now: Now, who: Resident, form: SubmittedForm) -> Response:
    wishes.remove_language(session, changing(session, who), str(form.get("language")), now)
    return redirect(STRENGTHS)


@router.get(ZONES)
def show_zones(request: Request, session: UnitOfWork, who: Resident) -> Response:
    return render(request, "profiles/zones.html", errors={}, **zones_page(reading(session, who)))


@router.post(f"{ZONES}/ajout")
def add_zone(request: Request, session: UnitOfWork, now: Now, who: Resident, form: SubmittedForm) -> Response:
    profile = changing(session, who)
    try:
        wanted = parse(ZoneForm, form)
        wishes.add_zone(session, profile, insee_code(session, wanted), wanted.radius_km, now)
    except Invalid as refused:
        page = zones_page(profile, as_typed(form), meant_by(refused))
        return again(request, refused, "profiles/zones.html", **page)
    return saved(request, now, ZONES)


def insee_code(session: Session, wanted: ZoneForm) -> str:
    """Return the code of the commune that was chosen or typed, empty for none; raise SeveralMeant."""
    if wanted.insee:
        return wanted.insee
    found = map(commune_suggestion, places.communes_meant(session, wanted.commune))
    meant = [(place.value, place.label) for place in found]
    if len(meant) > 1:
        raise SeveralMeant("commune", N_("Plusieurs communes portent ce nom : choisis la tienne."), meant)
    return meant[0][0] if meant else ""


@router.post(f"{ZONES}/retrait")
def remove_zone(session: UnitOfWork, now: Now, who: Resident, form: SubmittedForm) -> Response:
    wishes.remove_zone(session, changing(session, who), str(form.get("insee")), now)
    return redirect(ZONES)


@router.get(SCRIPT)
def show_script(request: Request, session: UnitOfWork, who: Resident) -> Response:
    return render(request, "profiles/script.html", errors={}, **script_page(reading(session, who)))


@router.post(SCRIPT)
def save_script(
    request: Request, session: UnitOfWork, now: Now, who: Resident, form: SubmittedForm
) -> Response:
    profile = changing(session, who)
    try:
        script = parse(ScriptForm, form)
    except Invalid as refused:
        return again(request, refused, "profiles/script.html", **script_page(profile, as_typed(form)))
    writing.save_script(session, profile, script.model_dump(), now)
    lacks = lacks_of_script(script.model_dump())
    return onward(request, now, "/moi", lacks, "profiles/script.html", **script_page(profile))
