"""From what a recruiter typed to what a need asks for: which job is meant, and where."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from app.directory.forms import NeedForm
from app.directory.rules import Brief
from app.errors import Invalid
from app.places import queries as places
from app.places.models import Commune
from app.places.schemas import commune_suggestion, job_suggestion
from app.words import N_

Meant = Sequence[tuple[str, str]]


class SeveralJobs(Invalid):
    """What was typed names several jobs: `meant` lists them, as code and label."""

    def __init__(self, sentence: str, meant: Meant) -> None:
        super().__init__(errors={"job": sentence})
        self.meant = meant


def brief_in(session: Session, given: NeedForm, department: str) -> Brief:
    """Return what the form asks for, in the company's department unless it says where.

    Raise SeveralJobs, or Invalid.
    """
    job_code = job_meant(session, given)
    commune = commune_meant(session, given)
    where = commune.department if commune else given.department or department
    if not where:
        raise Invalid(errors={"department": N_("Choisissez un département.")})
    return Brief(
        job_code=job_code,
        department=where,
        contract=given.contract,
        insee=commune.insee if commune else "",
        starts_on=given.starts_on,
        posts=given.posts,
        word=given.word,
    )


def job_meant(session: Session, given: NeedForm) -> str:
    """Return the code of the job that was chosen or typed; raise SeveralJobs or Invalid."""
    chosen = places.job(session, given.code) if given.code else None
    if chosen is not None:
        return chosen.code
    if not given.job:
        raise Invalid(errors={"job": N_("Écrivez un métier, par exemple : vendeur en boulangerie.")})
    meant = places.jobs_meant(session, given.job)
    if len(meant) == 1:
        return meant[0].code
    found = meant or places.jobs_near(session, given.job)
    if not found:
        raise Invalid(errors={"job": N_("Nous ne trouvons pas ce métier : essayez un mot plus courant.")})
    raise SeveralJobs(
        N_("Plusieurs métiers vont avec ces mots : choisissez le vôtre."),
        [(match.code, job_suggestion(match).label) for match in found],
    )


def commune_meant(session: Session, given: NeedForm) -> Commune | None:
    """Return the commune that was chosen or typed, None for none in particular; raise Invalid."""
    if not given.commune:
        return None
    if given.insee and (chosen := places.commune(session, given.insee)):
        return chosen
    found = places.communes_meant(session, given.commune)
    if len(found) != 1:
        example = commune_suggestion(found[0]).label if found else "Saint-Denis (93)"
        sentence = N_("Précisez la commune, par exemple « %(example)s ».", example=example)
        raise Invalid(errors={"commune": sentence})
    return found[0]
