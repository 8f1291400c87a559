"""Every page renders with what a request brings, and components keep their promises."""

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import pytest
from jinja2 import UndefinedError
from starlette.requests import Request

from app.contacts import rules as contacts
from app.people.rules import ORGANISATION_STATES
from app.profiles import rules as profiles
from app.settings import Settings
from app.videos import states as videos
from app.web import french
from app.web.templating import AssetMissing, ImportedWithoutContext, asset, environment, icon, render
from app.words import ENGLISH, speaking

NOON = datetime(2026, 11, 23, 11, 5, tzinfo=UTC)
IMPORTS = {
    "actions": "button, link_button, post_button",
    "forms": "form, field, textarea, select, choices, file_field, copy_field, error_summary",
    "layout": "page_header, card, grid, empty_state, steps, figure, key_values, table, pagination",
    "status": "badge, state_pill, progress, notice, dialog",
    "media": "player, upload, processing",
    "pictures": "picture, mark",
}

STATES = {
    *(*profiles.STATES, *profiles.VERDICTS, *contacts.STATES, *videos.STATES),
    *ORGANISATION_STATES,
}


def request_of(**state: object) -> Request:
    scope = {"type": "http", "method": "GET", "path": "/moi", "query_string": b"", "headers": []}
    return Request(scope | {"state": state})


def rendered(source: str, **values: object) -> str:
    imports = "".join(
        f'{{% from "components/{file}.html" import {names} with context %}}'
        for file, names in IMPORTS.items()
    )
    return environment().from_string(imports + source).render({"csrf_token": "jeton", "labels": {}} | values)


def test_a_page_renders_when_the_request_knows_nobody() -> None:
    page = render(request_of(), "problem.html", status_code=404, status=404, title="Page introuvable")
    assert page.status_code == 404
    assert "Se connecter" in bytes(page.body).decode()


def test_a_resident_gets_the_residents_menu_and_a_way_out() -> None:
    who = SimpleNamespace(person_id="p", name="Lina M.", roles=frozenset({"resident"}))
    page = render(request_of(who=who, csrf_token="jeton"), "problem.html", status=403, title="Non")
    html = bytes(page.body).decode()
    assert 'href="/moi" aria-current="page"' in html
    assert '<meta name="csrf-token" content="jeton">' in html
    assert 'action="/deconnexion"' in html


@pytest.mark.parametrize("role", ["resident", "recruiter", "adviser", "funder", "admin"])
def test_every_role_has_a_menu(role: str) -> None:
    who = SimpleNamespace(person_id="p", name="Sam", roles=frozenset({role}))
    html = bytes(render(request_of(who=who), "problem.html", status=404, title="Non").body).decode()
    assert 'aria-label="Menu principal"' in html


def test_the_word_after_an_action_is_shown_and_escaped() -> None:
    flash = SimpleNamespace(kind="success", texts={"fr": "<b>Enregistré</b>"})
    html = bytes(render(request_of(flash=flash), "problem.html", status=404, title="Non").body).decode()
    assert "&lt;b&gt;Enregistré" in html


def test_the_script_carries_the_nonce_of_the_answer() -> None:
    page = render(request_of(csp_nonce="n0nce"), "problem.html", status=404, title="Non")
    assert b'nonce="n0nce"' in page.body


def test_a_forgotten_value_fails_instead_of_showing_nothing() -> None:
    with pytest.raises(UndefinedError):
        rendered("{{ forgotten }}")


def test_a_form_component_imported_without_context_says_so() -> None:
    source = '{% from "components/actions.html" import post_button %}{{ post_button("Retirer", "/x") }}'
    with pytest.raises(ImportedWithoutContext):
        environment().from_string(source).render(csrf_token="jeton")


def test_an_asset_that_was_not_built_says_what_to_run() -> None:
    with pytest.raises(AssetMissing, match="make front"):
        asset("nothing.js")


def test_an_icon_is_silent_unless_it_has_a_name() -> None:
    assert 'aria-hidden="true"' in icon("check")
    assert 'aria-label="&lt;Fermer&gt;"' in icon("x", "<Fermer>")


def test_an_unknown_icon_says_where_to_add_it() -> None:
    with pytest.raises(AssetMissing, match=r"icons\.json"):
        icon("unicorn")


def test_a_field_in_error_is_tied_to_its_sentence() -> None:
    html = rendered(
        '{{ field("email", "E-mail", "a", hint="Le tien", errors={"email": "Écris un e-mail."}) }}'
    )
    assert 'aria-describedby="email-hint email-error"' in html
    assert 'aria-invalid="true"' in html
    assert 'id="email-error"' in html


def test_a_field_without_error_is_not_called_wrong() -> None:
    html = rendered('{{ field("email", "E-mail", required=true) }}')
    assert "aria-invalid" not in html
    assert "facultatif" not in html
    assert "required" in html


def test_what_was_typed_comes_back_escaped() -> None:
    html = rendered('{{ textarea("about", "Toi", typed) }}', typed="</textarea><script>")
    assert "&lt;/textarea&gt;&lt;script&gt;</textarea>" in html


def test_choices_keep_what_was_chosen_whatever_its_type() -> None:
    source = '{{ choices("n", "Niveau", [(3, "CAP"), (4, "Bac"), (5, "BTS")], [3, 5], kind="checkbox") }}'
    assert rendered(source).count(" checked") == 2


def test_a_form_that_writes_carries_the_token_and_one_that_reads_does_not() -> None:
    assert 'value="jeton"' in rendered('{% call form("/x") %}{% endcall %}')
    assert "jeton" not in rendered('{% call form("/x", method="get") %}{% endcall %}')


def test_the_summary_of_errors_leads_to_each_field() -> None:
    html = rendered('{{ error_summary({"a": "Premier.", "b": "Second."}) }}')
    assert 'href="#a"' in html
    assert "Il y a 2 choses à corriger" in html


def test_the_summary_names_each_field_by_its_label() -> None:
    errors = {"siret": "À remplir.", "email": "Une adresse e-mail s’écrit comme prenom@exemple.fr."}
    settings = Settings(environment="test")
    template = "people/register.html"
    page = render(request_of(), template, given={}, is_free_mail=False, errors=errors, settings=settings)
    html = bytes(page.body).decode()
    assert '<a href="#siret">SIRET\u00a0: à remplir.</a>' in html
    assert '<a href="#email">E-mail professionnel\u00a0: une adresse' in html


@pytest.mark.parametrize(
    ("sentence", "label", "written"),
    [
        ("À remplir.", "Ville", "Ville\u00a0: à remplir."),
        ("Choisis une raison.", "Pourquoi\u00a0?", "Pourquoi\u00a0? Choisis une raison."),
        ("Trop long.", "", "Trop long."),
        ("", "Ville", "Ville"),
    ],
)
def test_a_sentence_says_which_field_it_is_about(sentence: str, label: str, written: str) -> None:
    assert french.about(sentence, label) == written


def test_no_errors_no_summary() -> None:
    assert rendered("{{ error_summary({}) }}").strip() == ""


@pytest.mark.parametrize(("value", "words"), [("14", False), ("1\u202f284", False), ("moins de 5", True)])
def test_a_figure_that_is_words_is_not_shown_as_large_as_a_number(value: str, *, words: bool) -> None:
    assert ("figure--words" in rendered("{{ figure(value, 'vues') }}", value=value)) is words


def test_the_current_step_is_announced() -> None:
    html = rendered('{{ steps([("Accord", "/a", "done"), ("Profil", "/b", "current")]) }}')
    assert html.count('aria-current="step"') == 1
    assert "(fait)" in html


def test_an_unknown_state_is_shown_as_it_is() -> None:
    assert "mystery" in rendered('{{ state_pill("mystery") }}')


@pytest.mark.parametrize("state", sorted(STATES))
def test_every_state_has_a_french_word(state: str) -> None:
    assert f">{state}<" not in rendered("{{ state_pill(state) }}", state=state).replace("\n", "")


def test_the_upload_form_says_the_limit_and_works_without_script() -> None:
    html = rendered('{{ upload("/s", "moi", 1000000000, "/moi/video", "/moi/video/fichier") }}')
    assert "1\u00a0Go" in html
    assert 'enctype="multipart/form-data" action="/moi/video/fichier"' in " ".join(html.split())


@pytest.mark.parametrize("name", ["faces", "film", "search", "letters", "done", "lost", "waiting", "shield"])
def test_every_drawing_is_decorative_and_draws_something(name: str) -> None:
    html = rendered("{{ picture(name) }}", name=name)
    assert 'aria-hidden="true"' in html
    assert html.count("<path") > 1


def test_dates_are_those_of_paris() -> None:
    late = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)
    assert french.long_date(late) == "1er janvier 2027"
    assert french.long_datetime(late) == "1er janvier 2027 à 0\u00a0h\u00a030"
    assert french.long_date(date(2026, 12, 11)) == "11 décembre 2026"
    with speaking(ENGLISH):
        assert french.long_date(late) == "1 January 2027"
    assert french.long_datetime(NOON) == "23 novembre 2026 à 12\u00a0h\u00a005"
    assert french.short_date(date(2026, 5, 3)) == "03/05/2026"


def test_time_gone_by_is_told_in_words() -> None:
    assert french.ago(NOON - timedelta(days=3), NOON) == "il y a 3\u00a0jours"
    assert french.ago(NOON + timedelta(hours=2), NOON) == "dans 2\u00a0heures"


@pytest.mark.parametrize(
    ("length_s", "words", "code"),
    [(0, "0 s", "0:00"), (45, "45 s", "0:45"), (85.4, "1 min 25 s", "1:25"), (7800, "2 h 10 min", "2:10:00")],
)
def test_durations_read_like_speech_or_like_a_player(length_s: float, words: str, code: str) -> None:
    assert french.duration(length_s).replace("\u00a0", " ") == words
    assert french.timecode(length_s) == code


@pytest.mark.parametrize(
    ("length_s", "words"),
    [(1, "1 seconde"), (59, "59 secondes"), (61, "2 minutes"), (3600, "1 heure"), (3601, "2 heures")],
)
def test_a_wait_is_told_in_one_unit_and_never_too_short(length_s: float, words: str) -> None:
    assert french.wait(length_s).replace("\u00a0", " ") == words


def test_numbers_and_sizes_are_written_the_french_way() -> None:
    assert french.number(1234.56, 1) == "1\u202f234,6"
    assert french.percent(0.42) == "42\u00a0%"
    assert french.size(12_400_000) == "12,4\u00a0Mo"
    assert french.phone("0612345678").replace("\u00a0", " ") == "06 12 34 56 78"
    assert french.phone("+33612345678") == "+33612345678"
    assert french.size(300) == "300\u00a0octets"


def test_a_verb_and_its_pronoun_stay_on_one_line_in_what_is_large() -> None:
    assert 'Où <span class="whole">veux-tu</span> aller ?' in rendered(
        '{{ page_header("Où veux-tu aller ?") }}'
    )
    assert "<h1>Saint-Germain</h1>" in rendered('{{ page_header("Saint-Germain") }}')


def test_what_is_kept_on_one_line_is_escaped() -> None:
    assert french.whole_words("<b>dis-le</b>") == '&lt;b&gt;<span class="whole">dis-le</span>&lt;/b&gt;'
