"""Erasure reaches every table: what names the person is gone, what stays names nobody."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Table, func, select, text
from sqlalchemy.orm import Session

from app import mail, tables
from app.accompaniment import tasks
from app.contacts.models import Flag, FollowUp, Outcome
from app.db import Base, new_id
from app.directory.models import NeedSilence, ToldProfile
from app.evidence.service import Statement, drain, record
from app.people import audit
from app.people.audit import Act
from app.people.models import (
    Block,
    EmailChange,
    EmailConfirmation,
    Factor,
    Invitation,
    Membership,
    Person,
    Recommendation,
    RecoveryCode,
    SignInLink,
)
from app.people.sessions import open_session
from app.places.models import Commune, Job
from app.profiles.documents import document_of
from app.profiles.models import Language, Profile, Review, Script, SoughtJob, WorkZone
from app.profiles.queries import profile_of, script_of
from app.rights.queries import EXPORTS, export_person
from app.rights.service import ERASURES, erase_person
from app.search import service as search
from app.uploads.models import Upload
from app.videos.models import Rendition, Take
from app.viewing.models import Opinion, Viewing
from tests.factories import (
    authorise,
    make_adviser,
    make_company,
    make_contact,
    make_favourite,
    make_need,
    make_need_proposal,
    make_profile,
    make_recruiter,
    make_resident,
    make_saved_search,
)

# Words that are nowhere else: where one is found after erasure, something of the person was left.
GIVEN, FAMILY = "Quetzalina", "Zyxwvutsky"
EMAIL, PHONE = "quetzalina@zyxwvutsky.test", "0698765432"
SAID = "phrase-que-personne-ne-dit"
PERSONAL = (GIVEN, FAMILY, EMAIL, PHONE, SAID)

AGAIN = "resident:invite-again:done"

POINT = {"latitude": 43.3, "longitude": 5.4}

# Columns that name somebody who acted for an organisation, not the person whom the row is about.
OF_OTHERS = {"people_organisation.verified_by", "profile_review.reviewer_id"}
OF_EVIDENCE = {"evidence_opening.subject_id", "evidence_opening.actor_id"}
# What stays of an erased person names nobody: an empty account and profile, memberships, dated agreements.
STAYS = {"people_membership", "people_consent", "profile"}


@pytest.fixture
def person(session: Session, now: datetime) -> Person:
    """Make a resident who left something in every table."""
    person = make_resident(session, name=GIVEN, family_name=FAMILY, email=EMAIL, phone=PHONE)
    profile = make_profile(session, person, headline=SAID, about=SAID, skills=[SAID])
    say(session, profile, now)
    send(session, person, profile, now)
    meet(session, person, profile, now)
    be_followed(session, person, profile, now)
    sign_in(session, person, profile, now)
    write(session, person, now)
    record(session, Statement(kind="resident.filmed", source=str(person.id), at=now, subject=person.id))
    drain(session, now)
    return person


def say(session: Session, profile: Profile, now: datetime) -> None:
    """Write what a profile says, and have it reviewed and found."""
    session.add(Commune(insee="13055", name="Marseille", department="13", postal_code="13001", **POINT))
    session.add(Job(code="D1106", label="Vente en alimentation"))
    session.flush()
    session.add_all(
        [
            SoughtJob(profile_id=profile.id, code="D1106", position=1),
            Language(profile_id=profile.id, language="Français", level="C1"),
            WorkZone(profile_id=profile.id, insee="13055", radius_km=10, position=1),
            Script(profile_id=profile.id, who_i_am=SAID, updated_at=now),
            Review(
                profile_id=profile.id,
                reviewer_id=make_adviser(session).id,
                verdict="approved",
                word=SAID,
                created_at=now,
            ),
        ]
    )
    session.flush()
    session.expire(profile)
    whole = profile_of(session, profile.person_id)
    assert whole is not None
    whole.current_script = whole.proposed_script = script_of(whole)
    session.flush()
    search.index(session, document_of(session, whole))


def send(session: Session, person: Person, profile: Profile, now: datetime) -> None:
    """Send the original of the video."""
    upload = Upload(
        id=new_id(),
        person_id=person.id,
        tus_metadata=SAID,
        created_at=now,
        expires_at=now + timedelta(days=14),
    )
    session.add(upload)
    session.flush()
    video_id = profile.current_video_id
    session.add(Take(video_id=video_id, upload_id=upload.id, size_bytes=1))
    session.add(Rendition(video_id=video_id, name="mp4", key="x", content_type="video/mp4", size_bytes=1))
    session.flush()


def meet(session: Session, person: Person, profile: Profile, now: datetime) -> None:
    """Be watched, also by oneself, and written to."""
    recruiter = make_recruiter(session)
    company = session.scalars(select(Membership.organisation_id).filter_by(person_id=recruiter.id)).one()
    session.add_all(
        Viewing(
            video_id=profile.current_video_id,
            profile_id=profile.id,
            viewer_id=viewer.id,
            organisation_id=company,
            token_sha256=b"",
            started_at=now,
            last_beat_at=now,
            policy="vues-2026.1",
        )
        for viewer in (recruiter, person)
    )
    opine(session, person, profile, recruiter, now)
    contact = make_contact(session, profile, recruiter, message=SAID)
    outcome = Outcome(contact_id=contact.id, kind="job", declared_at=now, declared_by=person.id)
    outcome.declared_side = "resident"
    session.add_all([outcome, Block(person_id=person.id, company_id=company, blocked_at=now)])
    session.flush()
    session.add(FollowUp(outcome_id=outcome.id, months=1, asked_at=now, answered_by=person.id))
    parties = {"reporter_id": person.id, "about_id": recruiter.id, "contact_id": contact.id}
    session.add(Flag(subject="message", reason="other", word=SAID, flagged_at=now, **parties))
    tasks.add(session, "unanswered", contact.id, person.id, contact.id, now)
    authorise(session, person).guardian_name = f"{SAID} {FAMILY}"
    session.flush()


def opine(session: Session, person: Person, profile: Profile, recruiter: Person, now: datetime) -> None:
    """Have a recruiter say what the person changed for them, and say it oneself of somebody else."""
    session.add_all(
        [
            Opinion(viewer_id=recruiter.id, profile_id=profile.id, said="changed", said_at=now),
            Opinion(viewer_id=person.id, profile_id=make_profile(session).id, said="learned", said_at=now),
        ]
    )
    session.flush()


def be_followed(session: Session, person: Person, profile: Profile, now: datetime) -> None:
    """Be kept, told of and proposed; and do the same to others, as a recruiter and an adviser."""
    notes: dict[str, Any] = {
        "skills_note": SAID,
        "availability_note": SAID,
        "motivation_note": SAID,
        "noted_at": now,
    }
    make_favourite(session, profile, **notes)
    session.add(
        Membership(
            person_id=person.id, organisation_id=make_company(session).id, role="recruiter", created_at=now
        )
    )
    session.flush()
    other = make_profile(session)
    make_favourite(session, other, person, **notes)
    own = make_saved_search(session, person, name=SAID, asked=f"mots={SAID}")
    theirs = make_saved_search(session)
    session.add_all(
        ToldProfile(search_id=search.id, profile_id=told.id, told_at=now)
        for search, told in ((own, other), (theirs, profile))
    )
    make_need_proposal(session, make_need(session, person, word=SAID), other)
    session.add(NeedSilence(person_id=person.id, asked_at=now))
    need = make_need(session)
    make_need_proposal(session, need, profile, word=SAID)
    make_need_proposal(session, need, other, person)


def sign_in(session: Session, person: Person, profile: Profile, now: datetime) -> None:
    """Be invited, and sign in."""
    open_session(session, person.id, SAID, now)
    link = {"token_sha256": new_id().bytes, "created_at": now, "expires_at": now}
    session.add(SignInLink(person_id=person.id, browser_sha256=b"", **link))
    session.add(EmailChange(person_id=person.id, email=EMAIL, **link))
    session.add(EmailConfirmation(person_id=person.id, **link | {"token_sha256": new_id().bytes}))
    session.add(Factor(person_id=person.id, sealed_secret=b"", created_at=now))
    session.add(RecoveryCode(person_id=person.id, code_hash=SAID, created_at=now))
    session.add(
        Recommendation(
            organisation_id=make_company(session, state="pending").id,
            adviser_id=person.id,
            structure_id=profile.structure_id,
            word=SAID,
            created_at=now,
        )
    )
    session.add(
        Invitation(
            person_id=person.id,
            structure_id=profile.structure_id,
            invited_by=make_adviser(session).id,
            **link,
        )
    )
    audit.note(session, Act(make_adviser(session).id, "reference", now), AGAIN, person.id)
    session.flush()


def write(session: Session, person: Person, now: datetime) -> None:
    """Be written to, and be named in what is written to others; some of it leaves, some never does."""
    own, adviser = mail.Recipient(person.id, EMAIL), make_adviser(session)
    draft = mail.Draft(own, "sign_in_link", {"name": GIVEN, "path": "/", "minutes": 15})
    refused = mail.post_once(session, f"of these tests:{person.id}", draft, now)
    assert refused is not None
    mail.give_up(session, refused.id, now, is_address_dead=True)
    mail.disown(session, person.id, mail.address_sha256("voisin@courrier.test"), now)
    mail.post(session, own, draft.template, draft.values, now)
    values = {"name": "Claire", "path": f"/accompagnement/{person.id}", "company": "", "resident": GIVEN}
    values["until"] = "2026-12-01"
    for has_left in (True, False):
        to = mail.Recipient(adviser.id, str(adviser.email))
        posted = mail.post(session, to, "contact_received", values, now, about=(person.id,))
        if has_left:
            mail.mark_sent(session, posted.id, now)


def columns_of_people() -> Iterator[tuple[Table, str]]:
    """Yield the columns by which a row is about a person."""
    for table in tables.metadata.sorted_tables:
        for column in table.columns:
            keys = {key.target_fullname for key in column.foreign_keys}
            # Evidence stands under the accounts: only the name of a column says that it names somebody.
            is_named = column.name == "person_id" or f"{table.name}.{column.name}" in OF_EVIDENCE
            names_somebody = is_named or "people_person.id" in keys
            if names_somebody and f"{table.name}.{column.name}" not in OF_OTHERS:
                yield table, column.name


def tables_about(session: Session, person: Person) -> set[str]:
    """Return the tables that have a row about a person."""
    return {
        table.name
        for table, column in columns_of_people()
        if session.scalar(select(func.count()).select_from(table).where(table.c[column] == person.id))
    }


def places_of(session: Session, word: str) -> set[str]:
    """Return the tables, those of the queue too, where a word stands in a row."""
    names = [table.name for table in tables.metadata.sorted_tables] + ["procrastinate_jobs"]
    found = set()
    for name in names:
        rows = text(f"select count(*) from {name} as kept where kept::text ilike :word")  # noqa: S608 - our own table names
        if session.execute(rows, {"word": f"%{word}%"}).scalar_one():
            found.add(name)
    return found


def test_the_person_of_these_tests_left_something_in_every_table(session: Session, person: Person) -> None:
    assert tables_about(session, person) == {table.name for table, _ in columns_of_people()}


@pytest.mark.parametrize("word", PERSONAL)
def test_no_word_of_an_erased_person_is_left(
    session: Session, now: datetime, person: Person, word: str
) -> None:
    assert places_of(session, word)
    erase_person(session, person.id, now)
    session.flush()
    assert places_of(session, word) == set()


def test_only_what_names_nobody_stays_of_an_erased_person(
    session: Session, now: datetime, person: Person
) -> None:
    erase_person(session, person.id, now)
    session.flush()
    assert tables_about(session, person) == STAYS
    assert not places_of(session, str(person.id)) & {
        "evidence_fact",
        "evidence_outbox",
        "evidence_source",
        "evidence_person_key",
        "evidence_opening",
        "search_profile",
    }


def test_the_count_stays_when_the_person_goes(session: Session, now: datetime, person: Person) -> None:
    erase_person(session, person.id, now)
    assert session.execute(text("select count(*) from evidence_fact")).scalar_one() == 1


def test_every_room_with_a_table_about_people_gives_and_erases_its_part() -> None:
    about = {table.name for table, _ in columns_of_people()}
    rooms = {
        mapper.class_.__module__.split(".")[1]
        for mapper in Base.registry.mappers
        if isinstance(mapper.local_table, Table) and mapper.local_table.name in about
    }
    assert set(EXPORTS) == rooms
    assert {erase.__module__.split(".")[1] for erase in ERASURES} == rooms


def test_everything_that_a_person_said_is_in_what_they_take_away(session: Session, person: Person) -> None:
    taken = export_person(session, person.id)
    written = str(taken)
    assert all(word in written for word in PERSONAL)
    assert set(taken) == set(EXPORTS)
