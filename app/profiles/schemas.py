"""What the forms of profiles accept, and the French words of every choice."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, Field, field_validator

from app.profiles.rules import (
    COMPETENCES,
    RADII_KM,
    SCRIPT_PARTS,
    SKILLS_MAX,
    TEXT_WORDS_MIN,
    Note,
    gives_contact,
    read_note,
    split_skills,
    words_in,
)
from app.videos.chapters import PART_TITLES
from app.words import N_

CONTRACT_LABELS = {
    "cdi": N_("CDI"),
    "cdd": N_("CDD"),
    "interim": N_("Intérim"),
    "alternance": N_("Alternance"),
    "internship": N_("Stage"),
    "immersion": N_("Immersion"),
}
CONTRACT_HINTS = {
    "cdi": N_("Sans date de fin"),
    "cdd": N_("Avec une date de fin"),
    "interim": N_("Des missions"),
    "alternance": N_("École et entreprise"),
    "internship": N_("Pendant une formation"),
    "immersion": N_("Quelques jours pour découvrir"),
}
EDUCATION_LABELS = {
    "none": N_("Pas encore de diplôme"),
    "cap_bep": N_("CAP ou BEP"),
    "bac": N_("Bac"),
    "bac_2": N_("Bac + 2 (BTS…)"),
    "bac_3": N_("Bac + 3 (licence, BUT…)"),
    "bac_5": N_("Bac + 5 ou plus"),
}
LEVEL_LABELS = {
    "A1": N_("A1 – quelques mots"),
    "A2": N_("A2 – des phrases simples"),
    "B1": N_("B1 – je me débrouille"),
    "B2": N_("B2 – je suis à l’aise"),
    "C1": N_("C1 – je suis très à l’aise"),
    "C2": N_("C2 – comme ma langue maternelle"),
}
COMPETENCE_LABELS = COMPETENCES
PRESENTATION_LABELS = {"video": N_("Vidéo"), "voice": N_("Voix seule"), "text": N_("Texte")}
RADIUS_LABELS = {radius_km: N_("%(radius_km)s km autour", radius_km=radius_km) for radius_km in RADII_KM}
# What is asked in each part of the script: title, prompt, an example to start from.
SCRIPT_PROMPTS = {
    "who_i_am": (
        PART_TITLES[0],
        N_("Ton prénom, ta formation, ce que tu fais en ce moment."),
        N_("Bonjour, je m’appelle Aïcha. J’ai un CAP vente."),
    ),
    "experience": (
        PART_TITLES[1],
        N_("Un stage, un petit boulot, du bénévolat, un coup de main : ce qui sert pour ce métier."),
        N_("J’ai fait deux stages en boulangerie. J’ai appris à accueillir et à encaisser."),
    ),
    "strengths": (
        PART_TITLES[2],
        N_("Deux ou trois qualités, avec à chaque fois un exemple vrai."),
        N_("Je suis ponctuelle : en six mois, je n’ai jamais été en retard."),
    ),
    "conclusion": (
        PART_TITLES[3],
        N_("Le métier, le contrat, quand tu peux commencer. Puis merci et à bientôt."),
        N_("Je cherche un contrat en boulangerie dès janvier. À bientôt !"),
    ),
}
# What is missing before sending: what to do, and where.
MISSING = {
    "agreement": (N_("Donner ton accord"), "/moi/accord"),
    "headline": (N_("Écrire ton titre en une phrase"), "/moi/profil"),
    "jobs": (N_("Choisir au moins un métier"), "/moi/profil/metiers"),
    "contracts": (N_("Dire quels contrats t’intéressent"), "/moi/profil/metiers"),
    "zones": (N_("Dire où tu veux travailler"), "/moi/profil/zones"),
    "script": (N_("Écrire ton texte : quelques phrases par partie"), "/moi/texte"),
    "video": (N_("Envoyer ta vidéo, et attendre qu’elle soit prête"), "/moi/video"),
    "voice": (N_("Enregistrer ta voix, et attendre qu’elle soit prête"), "/moi/video"),
}
# What a step says when it is left without what it is for: the rest is kept.
LACKS_HEADLINE = N_("À écrire, en quelques mots. Le reste est gardé.")
LACKS_JOB = N_("Il en faut au moins un. Le reste est gardé.")
LACKS_PART = N_("À écrire, une ou deux phrases suffisent.")
LACKS_CONTRACT = N_("Coche au moins une case. Le reste est gardé.")
WITHOUT_CONTACT = N_(
    "Enlève le numéro de téléphone ou l’adresse e-mail : "
    "ils ne sont donnés qu’aux entreprises que tu acceptes."
)


def without_contact(text: str) -> str:
    """Return a text that gives no phone number or e-mail address; refuse one that does."""
    if gives_contact(text):
        raise ValueError(WITHOUT_CONTACT)
    return text


def on_one_line(text: object) -> object:
    """Return a text without its line breaks: the field is tall so that all of it is seen."""
    return " ".join(text.split()) if isinstance(text, str) else text


Shown = AfterValidator(without_contact)
Part = Annotated[str, Field(max_length=1200), Shown]


def lacks_of_script(parts: Mapping[str, str]) -> Mapping[str, str]:
    """Return what is said of each part of a script too short to be read or spoken, {} of one that is not."""
    if words_in(*parts.values()) >= TEXT_WORDS_MIN:
        return {}
    empty = {part: LACKS_PART for part, text in parts.items() if not text}
    short = N_(
        "Encore un peu court. Il faut %(words)s mots en tout, au moins. Ce que tu as écrit est gardé.",
        words=TEXT_WORDS_MIN,
    )
    return empty or {next(iter(parts)): short}


class AboutForm(BaseModel):
    """Who the person is, in their words."""

    headline: Annotated[str, BeforeValidator(on_one_line), Field(max_length=90), Shown] = ""
    about: Annotated[str, Field(max_length=600), Shown] = ""
    education_level: Literal["none", "cap_bep", "bac", "bac_2", "bac_3", "bac_5"] | None = None


class WorkForm(BaseModel):
    """Which contracts, from when; without a date, right away."""

    contract_types: list[Literal["cdi", "cdd", "interim", "alternance", "internship", "immersion"]] = []
    available_on: date | None = None


class StrengthsForm(BaseModel):
    """What the person can do: skills one a line, and competences of the list."""

    skills: Annotated[str, Field(max_length=800), Shown] = ""
    competences: list[str] = []

    @field_validator("skills")
    @classmethod
    def check_skills(cls, text: str) -> str:
        """Refuse too many skills, or one that is a whole sentence."""
        skills = split_skills(text)
        if len(skills) > SKILLS_MAX:
            raise ValueError(
                N_("%(skills_max)s savoir-faire au plus : garde les plus utiles.", skills_max=SKILLS_MAX)
            )
        if any(len(skill) > 60 for skill in skills):  # noqa: PLR2004 - the sentence below says it
            raise ValueError(N_("60 signes au plus pour chacun : va à la ligne entre deux savoir-faire."))
        return text

    @field_validator("competences")
    @classmethod
    def check_competences(cls, keys: list[str]) -> list[str]:
        """Refuse what is not of the list."""
        if set(keys) - set(COMPETENCES):
            raise ValueError(N_("Choisir une des réponses proposées."))
        return keys


class JobForm(BaseModel):
    """A job sought: words, or the ROME code of a chosen suggestion."""

    job: str = Field(default="", max_length=160)
    code: str = Field(default="", max_length=5)


class LanguageForm(BaseModel):
    """A language spoken and its level."""

    language: Annotated[str, Field(min_length=2, max_length=40), Shown]
    level: Literal["A1", "A2", "B1", "B2", "C1", "C2"]

    @field_validator("language")
    @classmethod
    def capitalise(cls, language: str) -> str:
        """Write « Anglais » however it was typed."""
        words = " ".join(language.split())
        return words[:1].upper() + words[1:]


class ZoneForm(BaseModel):
    """A place to work in: a name, or the INSEE code of a chosen suggestion, and so many kilometres around."""

    commune: str = Field(default="", max_length=120)
    insee: str = Field(default="", max_length=5)
    radius_km: int = 20

    @field_validator("radius_km")
    @classmethod
    def check_radius(cls, radius_km: int) -> int:
        """Refuse a radius that is not offered."""
        if radius_km not in RADII_KM:
            raise ValueError(N_("Choisir une des réponses proposées."))
        return radius_km


class ScriptForm(BaseModel):
    """The four parts that are said, or read."""

    who_i_am: Part = ""
    experience: Part = ""
    strengths: Part = ""
    conclusion: Part = ""


def spoken(script: Mapping[str, str] | None) -> list[tuple[str, str]]:
    """Return the parts of a script, each under its title, in their order; empty where nothing is written."""
    return [(SCRIPT_PROMPTS[part][0], (script or {}).get(part, "")) for part in SCRIPT_PARTS]


def titled(script: Mapping[str, str] | None) -> list[tuple[str, str]]:
    """Return the parts of a script that say something, each under its title, in their order."""
    return [(title, text) for title, text in spoken(script) if text]


class PlacedForm(BaseModel):
    """How somebody found."""

    how: Literal["company_here", "adviser", "elsewhere"]


class PresentationForm(BaseModel):
    """How to present oneself."""

    presentation: Literal["video", "voice", "text"]


class VerdictForm(BaseModel):
    """What every verdict says: which sending the adviser looked at, as the page showed it."""

    sent_at: datetime | None = None


class ApprovalForm(VerdictForm):
    """A word to go with the approval."""

    encouragement: str = Field(default="", max_length=1000)


class ChangesForm(VerdictForm):
    """What to do again: remarks pinned to seconds, one a line, and a word."""

    word: str = Field(default="", max_length=1000, validate_default=True)
    notes: str = Field(default="", max_length=4000)

    @field_validator("word")
    @classmethod
    def say_something(cls, word: str) -> str:
        """Refuse to send somebody back to work without saying why."""
        if not word:
            raise ValueError(N_("À dire en quelques mots."))
        return word

    @field_validator("notes")
    @classmethod
    def check_notes(cls, text: str) -> str:
        """Refuse a line that does not begin with an instant, or says nothing of it."""
        for line in filter(str.strip, text.splitlines()):
            if read_note(line):
                continue
            if read_note(f"{line} …"):
                raise ValueError(N_("Dire ce qu’il faut reprendre à %(line)s.", line=line.strip()))
            raise ValueError(
                N_("Commencer la ligne par l’instant, comme 0:12 : « %(line)s »", line=line.strip()[:40])
            )
        return text

    @property
    def pinned(self) -> list[Note]:
        """The remarks, in the order of the video."""
        found = (read_note(line) for line in self.notes.splitlines())
        return sorted(note for note in found if note)
