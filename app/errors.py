"""The tree of refusals: what went wrong for the person, apart from how it is shown.

A refusal is a class named for the fact, defined beside its raiser, child of one of the families below.
`slug` is stable and French (`/problemes/<slug>`, docs/problems.md), `title` says what happened, and the
optional `detail` says what to do.  `app/web/problems.py` alone turns it into an answer.
"""

from typing import ClassVar

from app.words import N_


class Refusal(Exception):
    """Any request that is refused for a reason that the person can understand."""

    status: ClassVar[int] = 400
    slug: ClassVar[str] = "refus"
    title: ClassVar[str] = N_("Demande refusée")
    # What a program is asked to prove itself with (WWW-Authenticate), where it is asked to.
    challenge: str = ""

    def __init__(self, detail: str = "", *, retry_after_s: int | None = None) -> None:
        super().__init__(detail or self.title)
        self.detail = detail
        self.retry_after_s = retry_after_s


class NotSignedIn(Refusal):
    """Nobody is signed in, and the thing asked for needs somebody."""

    status = 401
    slug = "connexion-requise"
    title = N_("Il faut se connecter")


class Forbidden(Refusal):
    """The thing is known to the person, who may not do this with it."""

    status = 403
    slug = "interdit"
    title = N_("Action non autorisée")


class NotFound(Refusal):
    """The thing does not exist, or not for this person."""

    status = 404
    slug = "introuvable"
    title = N_("Page introuvable")


class Conflict(Refusal):
    """The state of the thing does not allow this now."""

    status = 409
    slug = "conflit"
    title = N_("Action impossible dans cet état")


class Gone(Refusal):
    """The thing existed and will not come back."""

    status = 410
    slug = "disparu"
    title = N_("Cette page n’existe plus")


class PreconditionFailed(Refusal):
    """The client's idea of the protocol or of the version is not ours."""

    status = 412
    slug = "version-protocole"
    title = N_("Version du protocole non reconnue")


class TooLarge(Refusal):
    """More bytes than are allowed."""

    status = 413
    slug = "trop-volumineux"
    title = N_("Envoi trop volumineux")


class Unsupported(Refusal):
    """Bytes of a kind that is not accepted."""

    status = 415
    slug = "format-non-accepte"
    title = N_("Format non accepté")


class Invalid(Refusal):
    """Malformed input; `errors` maps a field to its sentence."""

    status = 422
    slug = "saisie-invalide"
    title = N_("Certaines informations sont à corriger")

    def __init__(self, detail: str = "", *, errors: dict[str, str] | None = None) -> None:
        super().__init__(detail)
        self.errors = errors or {}


class Locked(Refusal):
    """Somebody else is writing and could not be stopped in time."""

    status = 423
    slug = "verrouille"
    title = N_("Un autre envoi est en cours")


class TooMany(Refusal):
    """Too many requests for this account, network or day."""

    status = 429
    slug = "trop-de-demandes"
    title = N_("Trop de demandes")


class Unavailable(Refusal):
    """Trouble of ours; the same request may go through later."""

    status = 503
    slug = "indisponible"
    title = N_("Service momentanément indisponible")


class StorageFull(Refusal):
    """There is no room left for the bytes."""

    status = 507
    slug = "plus-de-place"
    title = N_("Plus de place pour le moment")
