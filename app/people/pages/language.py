"""The language that somebody asks for: kept by the browser, and for letters by a professional's account."""

from fastapi import APIRouter
from starlette.responses import Response

from app.people import service
from app.people.access import Anyone, own_path
from app.people.schemas import LanguageForm
from app.web import language
from app.web.deps import UnitOfWork
from app.web.forms import SubmittedForm, parse, typed
from app.web.security import redirect

router = APIRouter()


@router.post("/langue")
def choose_language(who: Anyone, session: UnitOfWork, form: SubmittedForm) -> Response:
    wanted = parse(LanguageForm, form).language
    if who is not None and language.reads_english(who.roles):
        service.note_language(session, who.person_id, wanted)
    answer = redirect(own_path(typed(form, "back")) or "/")
    life_s = language.COOKIE_LIFE_S
    answer.set_cookie(
        language.COOKIE, wanted, max_age=life_s, path="/", secure=True, httponly=True, samesite="lax"
    )
    return answer
