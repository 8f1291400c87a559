"""What search is told of profiles: nothing of their owners, and of all of them once they are indexed anew."""

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.places.models import JobTitle
from app.profiles import indexing
from app.profiles.documents import document_of
from app.profiles.models import Profile
from app.profiles.rules import without_words
from app.search import service as search
from app.search.asking import SearchQuery
from app.search.models import SearchProfile
from app.search.queries import find
from app.search.suggestions import suggest
from tests.factories import make_commune, make_job, make_profile, make_resident


def said(session: Session, **columns: object) -> Profile:
    """Make somebody whose names, and whose home, are names of jobs, and who says `columns`."""
    make_job(session, "F1611", "Réalisation et restauration de façades, tailleur de pierre")
    make_job(session, "L1203", "Mise en scène de bains de mer")
    make_commune(session, "01029", "Bains-les-Moulins")
    person = make_resident(session, given_name="Pierre", family_name="Tailleur", home_commune="01029")
    return make_profile(session, person, **columns)  # type: ignore[arg-type]  # its columns


def test_no_word_of_a_name_or_a_home_is_told_to_search(session: Session) -> None:
    text = {"who_i_am": "Je m’appelle PIERRE Tailleur, j’habite à Bains. Je suis doué en façades."}
    profile = said(
        session, current_script=text, headline="Pierre, façades", about="Moi, Pierre", skills=["Bains"]
    )
    search.index(session, document_of(session, profile))
    found = {
        words: find(session, SearchQuery(words=words)).total
        for words in ("façade", "pierre", "tailleur", "bain")
    }
    assert found == {"façade": 1, "pierre": 0, "tailleur": 0, "bain": 0}


def test_words_are_left_out_however_they_are_written() -> None:
    assert without_words("Moi, c’est AICHA ; Aïcha.", "Aïcha Ben-Ali") == "Moi, c’est  ; ."
    assert without_words("Ali et Alix", "Aïcha Ben-Ali") == " et Alix"


def test_everybody_is_indexed_anew_and_who_left_is_forgotten(session: Session) -> None:
    shown = said(session)
    gone = make_profile(session)
    search.index(session, document_of(session, gone))
    gone.state = "withdrawn"
    session.flush()
    session.execute(delete(SearchProfile).where(SearchProfile.profile_id == shown.id))
    count, last = indexing.reindex(session, None)
    assert (count, last) == (1, shown.id)
    assert indexing.reindex(session, last) == (0, None)
    assert session.scalars(select(SearchProfile.profile_id)).all() == [shown.id]


def test_a_new_name_of_a_job_is_found_once_it_is_learnt_and_indexed(session: Session) -> None:
    said(session, current_script={"experience": "J’ai été crêpier."})
    indexing.reindex(session, None)
    session.add(JobTitle(label="Crêpier / Crêpière", code="F1611"))
    session.flush()
    assert find(session, SearchQuery(words="crêpière")).total == 0
    indexing.teach(session)
    indexing.reindex(session, None)
    assert find(session, SearchQuery(words="crêpière")).total == 1


def test_a_skill_is_proposed_once_three_people_name_it(session: Session) -> None:
    for number, skill in enumerate(("Couture", "couture", "Couture", "Mosaïque", "Mosaïque")):
        person = make_resident(session, given_name=f"Personne {number}")
        make_profile(session, person, skills=[skill])
    indexing.teach(session)
    assert [suggestion.label for suggestion in suggest(session, "cout")] == ["Couture"]
    assert suggest(session, "mosa") == []
