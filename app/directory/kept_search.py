"""A search as it is kept: which one an address says, how it is called, what it asks, which need it is."""

from datetime import datetime

from sqlalchemy.orm import Session
from starlette.datastructures import QueryParams

from app.directory.asking import asked
from app.directory.narrowing import Names, chips
from app.directory.rules import NAME_MAX_LENGTH, Brief
from app.directory.schemas import SearchForm
from app.paris import PARIS
from app.places import queries as places
from app.places.rules import commune_label
from app.search.asking import SearchQuery
from app.words import N_, plain

EVERYBODY = N_("Tous les profils")


def search_of(address: str) -> SearchForm:
    """Return the search of an address without `?`, in no order; what is not understood is left out."""
    return SearchForm.from_address(QueryParams(address)).model_copy(update={"tri": ""})


def name_of(session: Session, search: SearchForm) -> str:
    """Return how a search would be called: « vente, CDI, Bouches-du-Rhône (13) »."""
    job = places.job(session, search.metier) if search.metier else None
    commune = places.commune(session, search.commune) if search.commune else None
    names = Names(
        {job.code: job.label} if job else {},
        commune_label(commune.name, commune.department) if commune else "",
    )
    others = chips(search.model_copy(update={"mots": ""}), names)
    words = [search.mots, *(plain(chip.words) for chip in others)]
    return ", ".join(filter(None, words))[:NAME_MAX_LENGTH] or plain(EVERYBODY)


def query_of(session: Session, address: str, now: datetime) -> SearchQuery:
    """Return what a kept search asks of the index now."""
    return asked(session, search_of(address), now.astimezone(PARIS).date()).query


def brief_of_search(session: Session, search: SearchForm, department: str = "") -> Brief:
    """Return what a search says of a need: its job, or the one that its words mean, its contract, where.

    What it does not say is empty; `department` is meant where it names no place.
    """
    commune = places.commune(session, search.commune) if search.commune else None
    meant = places.jobs_meant(session, search.mots) if search.mots and not search.metier else []
    job = places.job(session, search.metier) if search.metier else None
    typed = meant[0].code if len(meant) == 1 else ""
    return Brief(
        job_code=job.code if job else typed,
        department=commune.department if commune else search.departement or department,
        contract=search.contrat,
        insee=commune.insee if commune else "",
    )
