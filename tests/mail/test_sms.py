"""A text message fits in one, in letters that every phone shows, and goes to numbers that take one."""

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from app import mail
from app.db import new_id
from app.mail import alphabet
from app.mail.numbers import mobile
from app.mail.texts import TEXTS, TextTooLong, fitted
from app.settings import Settings
from app.words import N_

NOUR = mail.Recipient(new_id(), "0612345678")
# As long as ours get: a domain of thirty letters and a path that ends with an id.
URL = "https://" + "v" * 30 + "/moi/messages/" + "x" * 36
VALUES = {"path": "/moi/messages/1", "company": "Boulangerie Roux"}


def draft(**values: object) -> mail.Draft:
    """Return the draft of a text message to Nour, some values replaced."""
    return mail.Draft(NOUR, "contact_received", VALUES | values)


@pytest.mark.parametrize(
    ("digits", "network"),
    [
        ("0612345678", "+33612345678"),
        ("0712345678", "+33712345678"),
        ("0690123456", "+590690123456"),
        ("0694123456", "+594694123456"),
        ("0696123456", "+596696123456"),
        ("0692123456", "+262692123456"),
        ("0639123456", "+262639123456"),
        ("0320123456", ""),
        ("06123456", ""),
        ("+3361234567", ""),
        ("٠٦١٢٣٤٥٦٧٨", ""),
    ],
)
def test_a_mobile_is_written_as_networks_do_and_another_number_takes_no_text(
    digits: str, network: str
) -> None:
    assert mobile(digits) == network


def test_the_accents_of_gsm_stay_and_the_others_lose_theirs() -> None:
    assert alphabet.folded("é è ù à É ç ê î ô û œ À «\u00a0oui\u00a0» l’été … – €") == (
        'é è ù à É c e i o u oe A "oui" l\'été ... - €'
    )


def test_another_script_stays_as_it_is_and_counts_for_more() -> None:
    assert alphabet.folded("Пекарня") == "Пекарня"
    assert alphabet.fits("П" * 70)
    assert not alphabet.fits("П" * 71)
    assert not alphabet.fits("П" + "😀" * 35)


def test_a_letter_of_the_extension_counts_twice() -> None:
    assert alphabet.fits("€" * 80)
    assert not alphabet.fits("€" * 80 + "a")


@pytest.mark.parametrize("template", TEXTS)
def test_every_text_has_room_for_its_names_and_the_longest_link(template: str) -> None:
    values = dict.fromkeys(TEXTS[template].stand_ins, "Association d’insertion de la métropole du Nord")
    words = fitted(TEXTS[template], values, URL)
    assert alphabet.fits(words)
    assert URL in words
    assert "Association d'inser" in words


@given(st.text(max_size=300))
def test_whatever_a_company_is_called_one_message_says_it_whole(company: str) -> None:
    words = fitted(TEXTS["contact_received"], {"company": company}, URL)
    assert alphabet.fits(words)
    assert words.endswith(URL)


def test_a_name_that_would_take_too_much_is_said_otherwise() -> None:
    words = fitted(TEXTS["contact_received"], {"company": "Пекарня"}, URL)
    assert words.startswith("Vis-à-vis : une entreprise t'écrit.")


def test_words_without_room_for_their_link_are_a_bug() -> None:
    with pytest.raises(TextTooLong):
        fitted(TEXTS["contact_received"], {"company": "Roux"}, URL + "x" * 100)


def test_a_text_message_waits_with_its_job_and_is_written_once(session: Session, now: datetime) -> None:
    posted = mail.post_sms(session, "contact:1", draft(), now)
    assert posted is not None
    assert (posted.channel, posted.recipient) == ("sms", "+33612345678")
    assert mail.post_sms(session, "contact:1", draft(), now) is None
    assert mail.export_person(session, NOUR.person_id)["mails"] == [
        {"by": "sms", "letter": "contact_received", "to": "me", "created_at": now, "sent_at": None}
    ]


def test_a_text_message_does_not_take_the_place_of_the_mail_that_says_the_same(
    session: Session, now: datetime
) -> None:
    letter = mail.Draft(NOUR, "published", {"name": "Nour", "path": "/moi"})
    assert mail.post_sms(session, "contact:1", draft(), now) is not None
    assert mail.post_once(session, "contact:1", letter, now) is not None


def test_a_number_that_takes_no_text_gets_none(session: Session, now: datetime) -> None:
    home = draft()._replace(to=NOUR._replace(address="0320123456"))
    assert mail.post_sms(session, "contact:1", home, now) is None


def test_a_text_message_bears_its_link_and_no_letter_that_phones_lack(
    session: Session, now: datetime, settings: Settings
) -> None:
    posted = mail.post_sms(session, "contact:1", draft(), now)
    assert posted is not None
    message = mail.unsent(session, posted.id, settings)
    assert message == mail.TextMessage(
        posted.id,
        "+33612345678",
        "Vis-à-vis : Boulangerie Roux t'écrit. Lis et réponds : https://testserver/moi/messages/1",
    )


@pytest.mark.parametrize("path", ["/connexion/lien/x", "/invitation/x"])
def test_no_text_message_carries_a_link_that_signs_in(session: Session, now: datetime, path: str) -> None:
    with pytest.raises(mail.LetterIncomplete):
        mail.post_sms(session, "contact:1", draft(path=path), now)


@pytest.mark.parametrize("values", [{"path": "/moi"}, VALUES | {"colour": "red"}])
def test_a_text_without_its_values_or_with_others_is_refused_at_once(
    session: Session, now: datetime, values: dict[str, object]
) -> None:
    with pytest.raises(mail.LetterIncomplete):
        mail.post_sms(session, "contact:1", mail.Draft(NOUR, "contact_received", values), now)


def test_a_text_that_does_not_exist_is_refused_at_once(session: Session, now: datetime) -> None:
    with pytest.raises(mail.LetterIncomplete):
        mail.post_sms(session, "contact:1", mail.Draft(NOUR, "joke", VALUES), now)


def test_a_number_that_was_refused_for_good_is_out_of_reach(session: Session, now: datetime) -> None:
    posted = mail.post_sms(session, "contact:1", draft(), now)
    assert posted is not None
    mail.give_up(session, posted.id, now, is_address_dead=True)
    assert not mail.is_reachable(session, NOUR._replace(address="+33612345678"))


def test_nothing_in_a_made_up_sentence_goes_beyond_gsm() -> None:
    assert alphabet.is_narrow(alphabet.folded(N_("Ça, c’est « fait » : œuvre, là-bas…")))
