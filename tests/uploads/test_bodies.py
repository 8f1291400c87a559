"""Reading a form that comes in pieces: its fields, its file, and whether it came to its end."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.uploads.bodies import Patience, PlainForm, parts_of
from app.web.text import Undecodable
from tests.asynchronous import run
from tests.uploads.client import video_bytes
from tests.uploads.forms import BOUNDARY, CLOSING, TYPE, body


def read_in_pieces(whole: bytes, cuts: list[int]) -> tuple[dict[str, str], bytes, bool]:
    """Read a form that comes cut at these places; return its fields, its file and whether it ended."""
    places = [0, *sorted(cut % (len(whole) + 1) for cut in cuts), len(whole)]
    pieces = [whole[start:end] for start, end in pairwise(places)]
    messages = [{"type": "http.request", "body": piece, "more_body": True} for piece in pieces]
    messages[-1]["more_body"] = False

    async def read() -> tuple[dict[str, str], bytes, bool]:
        async def receive() -> dict[str, object]:
            return messages.pop(0)

        form = PlainForm(TYPE, parts_of(receive, Patience(30, 0)))
        fields = await form.fields()
        file = b"".join([part async for part in form.file()])
        return fields, file, form.is_whole

    return run(read())


LOOKALIKES = st.sampled_from([b"\r\n", b"--", b"\r\n--", BOUNDARY.encode(), CLOSING[:-4], b"\r", b"\x00"])


@given(
    pieces=st.lists(LOOKALIKES | st.binary(max_size=30), max_size=12),
    cuts=st.lists(st.integers(0), max_size=20),
)
def test_however_a_form_is_cut_into_pieces_its_file_is_the_same(pieces: list[bytes], cuts: list[int]) -> None:
    content = b"".join(pieces)
    if b"\r\n--" + BOUNDARY.encode() in content:
        content = content.replace(BOUNDARY.encode(), b"")
    whole = body("jeton", content) + b"what stands after a form is no part of it"
    assert read_in_pieces(whole, cuts) == ({"csrf_token": "jeton"}, content, True)


@given(missing=st.integers(1, 300), cuts=st.lists(st.integers(0), max_size=5))
def test_a_form_without_its_last_boundary_is_not_whole(missing: int, cuts: list[int]) -> None:
    whole = body("jeton", video_bytes(500))
    # The line break after the last boundary says nothing more.
    assert read_in_pieces(whole[: -2 - missing], cuts)[2] is False


def test_a_form_without_a_boundary_has_no_parts() -> None:
    with pytest.raises(Undecodable):
        PlainForm("multipart/form-data", parts_of(None, Patience(30, 0)))  # type: ignore[arg-type]  # never asked
