"""From a submitted form to a schema: every field's own sentence in French, nothing lost."""

from collections.abc import Mapping
from typing import Annotated, Literal, TypeVar, get_origin

from fastapi import Depends
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails
from starlette.datastructures import FormData
from starlette.requests import Request

from app.errors import Invalid
from app.web.text import Undecodable, is_text
from app.words import N_

Schema = TypeVar("Schema", bound=BaseModel)

SENTENCES = {
    "missing": N_("À remplir."),
    "string_too_short": N_("À remplir (%(min_length)s caractères au moins)."),
    "string_too_long": N_("Trop long : %(max_length)s caractères au plus."),
    "too_long": N_("%(max_length)s au plus."),
    "too_short": N_("Choisir au moins %(min_length)s."),
    "date_from_datetime_parsing": N_("Écrire une date, par exemple 2026-12-31."),
    "date_parsing": N_("Écrire une date, par exemple 2026-12-31."),
    "datetime_from_date_parsing": N_("Choisir un jour et une heure."),
    "datetime_parsing": N_("Choisir un jour et une heure."),
    "int_parsing": N_("Écrire un nombre."),
    "literal_error": N_("Choisir une des réponses proposées."),
    "greater_than_equal": N_("%(ge)s au moins."),
    "less_than_equal": N_("%(le)s au plus."),
    "uuid_parsing": N_("Écrire un identifiant, comme 019ab1c2-3d4e-7f50-8a61-b2c3d4e5f607."),
}
OTHERWISE = N_("À corriger.")


# Secrets are never shown again; what is shorter than a sentence is soon typed anew.
SECRETS = frozenset({"csrf_token", "password", "current"})
WORDS_MIN_LENGTH = 20


async def submitted(request: Request) -> FormData:
    """Return the fields of the form; raise Undecodable for what is no text.

    Files are refused here, they go through uploads.
    """
    form = await request.form(max_files=0, max_fields=200)
    if not all(is_text(f"{name}{value}") for name, value in form.multi_items()):
        raise Undecodable(N_("Un champ contient des signes qui ne sont pas du texte."))
    request.state.form = form
    return form


def sentences_typed(request: Request) -> list[str]:
    """Return the sentences that came with a form, so that a refusal loses nobody's words."""
    form = getattr(request.state, "form", FormData())
    return [
        value
        for name, value in form.multi_items()
        if name not in SECRETS and isinstance(value, str) and len(value) >= WORDS_MIN_LENGTH and " " in value
    ]


SubmittedForm = Annotated[FormData, Depends(submitted)]


def typed(form: FormData, name: str) -> str:
    """Return one field exactly as it was typed, empty without it: a password, or what a page shows again."""
    value = form.get(name, "")
    return value if isinstance(value, str) else ""


def sentence(error: ErrorDetails) -> str:
    """Return what to do about one field, in French."""
    if error["type"] == "value_error":
        # What was raised, not its text: that alone would forget that it is marked.
        raised: str = error["ctx"]["error"].args[0]
        return raised
    return SENTENCES.get(error["type"], OTHERWISE).fill(**error.get("ctx", {}))


def parse(schema: type[Schema], form: FormData, **told: object) -> Schema:
    """Return the form as `schema`; raise Invalid with one sentence a field.  `told` reaches its validators.

    A field of the schema that is a list takes every value given under its name.  Empty ones are absent.  A
    schema may have its own sentences for what is absent or wrong, as `sentences`: field to sentence.
    """
    values: dict[str, object] = {}
    for name, field in schema.model_fields.items():
        given = [value for value in form.getlist(name) if isinstance(value, str) and value.strip()]
        if "list" in str(field.annotation):
            values[name] = given
        elif given:
            values[name] = given[-1].strip()
    try:
        return schema.model_validate(values, context=told)
    except ValidationError as refused:
        raise Invalid(errors=corrections(schema, refused.errors())) from refused


def corrections(schema: type[BaseModel], found: list[ErrorDetails]) -> dict[str, str]:
    """Return the sentence of each field of `schema` that is wrong."""
    own: Mapping[str, str] = getattr(schema, "sentences", {})
    errors = {}
    for error in found:
        name = str(error["loc"][0])
        field = schema.model_fields.get(name)
        if error["type"] == "missing" and field and get_origin(field.annotation) is Literal:
            error["type"] = "literal_error"
        errors[name] = own.get(name) or sentence(error)
    return errors
