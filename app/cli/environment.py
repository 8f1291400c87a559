"""The settings as the environment gives them; what is refused is said in French, variable by variable."""

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from app.cli.trouble import Trouble
from app.settings import Settings

# What pydantic calls a fault, and how it is said; braces name values of its context.
FAULTS = {
    "less_than_equal": "{le} au plus",
    "greater_than_equal": "{ge} au moins",
    "int_parsing": "il faut un nombre entier",
    "bool_parsing": "il faut true ou false",
    "literal_error": "choix possibles : {expected}",
    "value_error": "{error}",
}


def read_settings() -> Settings:
    """Return the settings; raise Trouble that names each variable that cannot be."""
    try:
        return Settings()
    except ValidationError as refused:
        faults = [said(fault) for fault in refused.errors()]
        raise Trouble("\n".join([*faults, "Les réglages : docs/operations.md"])) from refused


def said(fault: ErrorDetails) -> str:
    """Say one fault in French."""
    context = fault.get("ctx", {})
    if not fault["loc"]:
        return str(context.get("error", fault["msg"]))
    name = f"VISAVIS_{fault['loc'][0]}".upper()
    reason = FAULTS.get(fault["type"], fault["msg"]).format(**context).replace(" or ", " ou ")
    return f"{name}={fault['input']} : {reason}."
