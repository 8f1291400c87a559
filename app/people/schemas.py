"""Forms of people: what is typed, checked field by field."""

import re
from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from app.people.rules import phone_digits, siret_is_valid
from app.words import N_

EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")
EMAIL_MAX_LENGTH = 254
DEPARTMENT = re.compile(r"0[1-9]|[1-8]\d|9[0-5]|2[AB]|97[1-8]")


def email_address(text: str) -> str:
    """Return an address that mail could reach, by its form alone."""
    if len(text) > EMAIL_MAX_LENGTH or not EMAIL.fullmatch(text):
        raise ValueError(N_("Une adresse e-mail s’écrit comme prenom@exemple.fr."))
    return text


def phone_number(text: str) -> str:
    """Return the ten digits of a French number, however it is spaced."""
    digits = phone_digits(text)
    if not digits:
        raise ValueError(N_("Un numéro français a dix chiffres."))
    return digits


def department_code(text: str) -> str:
    """Return a department's code (« 13 », « 2A », « 974 »)."""
    code = text.upper().zfill(2)
    if not DEPARTMENT.fullmatch(code):
        raise ValueError(N_("Le numéro du département, par exemple 13, 2A ou 974."))
    return code


def siret_number(text: str) -> str:
    """Return the fourteen digits of a SIRET, however they are spaced."""
    digits = re.sub(r"[\s.]", "", text)
    if not siret_is_valid(digits):
        raise ValueError(N_("Ce numéro SIRET n’existe pas : vérifiez ses 14 chiffres."))
    return digits


Name = Annotated[str, StringConstraints(min_length=1, max_length=100)]
Email = Annotated[str, AfterValidator(email_address)]
Phone = Annotated[str, StringConstraints(max_length=30), AfterValidator(phone_number)]
Department = Annotated[str, AfterValidator(department_code)]
Siret = Annotated[str, AfterValidator(siret_number)]

Reason = Annotated[str, StringConstraints(min_length=5, max_length=500)]
# What a company does, as Sirene knows it; what people look for has ROME's words, which are others.
# Source: Insee, NAF rév. 2, sections (A to S).
SECTORS = {
    "A": N_("Agriculture, sylviculture et pêche"),
    "B": N_("Industries extractives"),
    "C": N_("Industrie manufacturière"),
    "D": N_("Électricité, gaz, vapeur et air conditionné"),
    "E": N_("Eau, assainissement, déchets et dépollution"),
    "F": N_("Construction"),
    "G": N_("Commerce, réparation d’automobiles et de motocycles"),
    "H": N_("Transports et entreposage"),
    "I": N_("Hébergement et restauration"),
    "J": N_("Information et communication"),
    "K": N_("Finance et assurance"),
    "L": N_("Immobilier"),
    "M": N_("Activités spécialisées, scientifiques et techniques"),
    "N": N_("Services administratifs et de soutien"),
    "O": N_("Administration publique"),
    "P": N_("Enseignement"),
    "Q": N_("Santé et action sociale"),
    "R": N_("Arts, spectacles et loisirs"),
    "S": N_("Autres services"),
}
Sector = Annotated[str, StringConstraints(pattern="^[A-S]$")]
SECTORS_MAX = 3

# How far a company has gone for the neighbourhoods.
# Source: loi 2014-173 du 21 février 2014 (contrats de ville); charte « entreprises et quartiers », PAQTE.
ENGAGEMENT_LABELS = {
    "contrat_de_ville": N_("Signataire d’un contrat de ville"),
    "charter": N_("Engagée par une charte"),
    "none": N_("Pas encore"),
}

VerificationMethod = Literal["sirene", "convention", "visit", "adviser"]


class LinkAsked(BaseModel):
    """Where a sign-in link goes."""

    email: Email


class LanguageForm(BaseModel):
    """The language that somebody asks for."""

    language: Literal["fr", "en"]


class DetailsForm(BaseModel):
    """How somebody is reached; no phone is none, no address is the one that stands."""

    phone: Phone | None = None
    email: Email | None = None


class SiretForm(BaseModel):
    """Which company registers, before anything else is asked."""

    siret: Siret


class ChannelForm(BaseModel):
    """How a resident is told that a company writes."""

    reached_by: Literal["mail", "sms", "both"]


class CompanyForm(BaseModel):
    """A company and its first recruiter; the password is read as it was typed.

    `no_work_address` says that the company has no address of its own.
    """

    company: Name
    siret: Siret
    city: Name
    department: Department
    given_name: Name
    family_name: Name
    email: Email
    no_work_address: bool = False


class AdviserForm(BaseModel):
    """An adviser to invite."""

    given_name: Name
    family_name: Name
    email: Email


class StructureForm(AdviserForm):
    """A structure to open and its first adviser."""

    structure: Name
    city: Name
    department: Department


class VerificationForm(BaseModel):
    """How the operator made sure that an organisation is what it says."""

    method: VerificationMethod


class RefusalForm(BaseModel):
    """Why a company is not verified; its members read it."""

    reason: Reason


class SuspensionForm(BaseModel):
    """Why an organisation is suspended, which its members read, and whether verifying it was a mistake."""

    reason: Reason
    mistaken: bool = False


class RecommendationForm(BaseModel):
    """What an adviser knows of a company; the operator reads it."""

    word: Reason


class DescriptionForm(BaseModel):
    """What a company says of itself to residents."""

    city: Name
    about: Annotated[str, StringConstraints(max_length=600)] | None = None
    sectors: Annotated[list[Sector], Field(max_length=SECTORS_MAX)] = []
    engagement: Literal["contrat_de_ville", "charter", "none"] | None = None
    engagement_name: Name | None = None
    engaged_on: date | None = None
    answering: list[UUID] = []


class AgreementForm(BaseModel):
    """What a resident agrees to, or no longer; `partner` when it names one."""

    kind: Literal["image_and_voice", "voice", "text", "partner"]
    partner: UUID | None = None


class NeighbourhoodForm(BaseModel):
    """Where somebody lives, by a point of the map or by what is known; the point is kept nowhere."""

    model_config = ConfigDict(hide_input_in_errors=True)

    answer: Literal["point", "yes", "no", "unknown"]
    point: str = Field(default="", max_length=60)
    quarter: str = Field(default="", max_length=12)
    vintage: Literal["2015", "2024"] = "2024"

    @property
    def lives(self) -> bool | None:
        """What is said without a map, None for nobody knows."""
        return {"yes": True, "no": False}.get(self.answer)
