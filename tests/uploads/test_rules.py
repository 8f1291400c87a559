"""The decisions of uploads and of the protocol, on whatever anybody may say."""

from base64 import b64encode
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from hashlib import sha1, sha256
from itertools import pairwise
from uuid import UUID, uuid4

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.errors import PreconditionFailed, TooLarge, Unsupported
from app.uploads import rules, tus
from app.uploads.rules import Begun
from app.uploads.spool import after

sizes = st.integers(min_value=0, max_value=2**40)
PART = UUID("00000000-0000-4000-8000-000000000007")
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@given(size=sizes, more=sizes, offset=sizes, body=st.none() | sizes)
@example(size=5, more=3, offset=5, body=3)
@example(size=5, more=3, offset=5, body=4)
@example(size=5, more=3, offset=5, body=None)
def test_bytes_go_on_exactly_where_they_end_and_never_beyond_the_length(
    size: int, more: int, offset: int, body: int | None
) -> None:
    if offset != size:
        with pytest.raises(rules.OffsetConflict) as conflict:
            rules.room_bytes(size, size + more, offset, body)
        assert conflict.value.offset_bytes == size
    elif body is not None and body > more:
        with pytest.raises(TooLarge):
            rules.room_bytes(size, size + more, offset, body)
    else:
        assert rules.room_bytes(size, size + more, offset, body) == more


@given(head=st.binary(max_size=64))
def test_whatever_a_file_begins_with_it_is_a_video_or_it_is_not(head: bytes) -> None:
    known = head[:4] == rules.EBML or head[4:8] in rules.FIRST_BOXES
    assert rules.could_be_video(head) is known


@given(length=sizes, free=sizes, promised=sizes, keep=sizes)
def test_what_fits_leaves_room_for_every_promise(length: int, free: int, promised: int, keep: int) -> None:
    if rules.fits(length, free, promised, keep):
        assert free >= length + promised + keep
        assert length == 0 or rules.fits(length - 1, free, promised, keep)


@given(quiet_s=st.integers(min_value=0, max_value=10**6), life_days=st.integers(min_value=1, max_value=99))
def test_an_upload_gives_way_after_a_day_of_quiet(quiet_s: int, life_days: int) -> None:
    expires_at = rules.expiry(NOW, life_days)
    assert rules.gives_way(expires_at, life_days, NOW + timedelta(seconds=quiet_s)) is (quiet_s >= 86_400)


@given(counts=st.tuples(st.integers(0, 5), st.integers(0, 5)), life_days=st.integers(1, 99))
def test_the_quietest_unfinished_file_is_in_the_way_once_there_are_three(
    counts: tuple[int, int], life_days: int
) -> None:
    unfinished, finished = counts
    begun = [
        Begun(uuid4(), "whole", state, 1, NOW, NOW + timedelta(days=life_days, hours=-number))
        for state, count in (("receiving", unfinished), ("complete", finished))
        for number in range(count)
    ]
    begun.append(Begun(uuid4(), "partial", "receiving", 1, NOW, NOW))
    found = rules.in_the_way(begun, "whole")
    quietest = begun[unfinished - 1] if unfinished else None
    assert found == (quietest if unfinished >= 3 else None)


@given(sizes=st.lists(st.integers(0, 9), max_size=6), count=st.integers(0, 60))
def test_what_remains_of_parts_is_what_was_not_written(sizes: list[int], count: int) -> None:
    whole = bytes(range(sum(sizes)))
    places = [sum(sizes[:number]) for number in range(len(sizes) + 1)]
    parts = [memoryview(whole[start:end]) for start, end in pairwise(places)]
    written = min(count, len(whole))
    assert b"".join(after(parts, written)) == whole[written:]


@given(said=st.text(max_size=30))
def test_only_plain_digits_are_a_number_of_bytes(said: str) -> None:
    plain = said != "" and set(said) <= set("0123456789")
    try:
        count = tus.number({"upload-offset": said}, "upload-offset")
    except rules.MalformedUpload:
        assert not plain
    else:
        assert plain
        assert count == min(int(said), tus.BEYOND_ANY_DISK) or len(said) > 18


@given(digits=st.integers(min_value=1, max_value=10_000))
def test_a_length_of_any_number_of_digits_is_answered(digits: int) -> None:
    with pytest.raises(TooLarge):
        tus.announced({"upload-length": "9" * max(digits, 13)}, 10**12)


pairs = st.dictionaries(
    st.text(
        st.characters(min_codepoint=33, max_codepoint=126, exclude_characters=","), min_size=1, max_size=8
    ),
    st.binary(max_size=20),
    max_size=5,
)


@given(pairs=pairs, spaced=st.booleans())
def test_metadata_are_read_as_they_were_meant(pairs: dict[str, bytes], *, spaced: bool) -> None:
    header = ("," if not spaced else ", ").join(
        f"{key} {b64encode(value).decode()}" if value else key for key, value in pairs.items()
    )
    assert tus.metadata_of(header) == pairs


@given(header=st.text(max_size=40))
def test_any_metadata_are_read_or_malformed(header: str) -> None:
    with suppress(rules.MalformedUpload):
        assert all(key.isascii() for key in tus.metadata_of(header))


@given(version=st.none() | st.text(max_size=8))
def test_only_our_version_is_spoken(version: str | None) -> None:
    headers = {} if version is None else {"tus-resumable": version}
    if version == "1.0.0":
        tus.check_version(headers)
    else:
        with pytest.raises(PreconditionFailed):
            tus.check_version(headers)


@given(method=st.sampled_from(["GET", "HEAD", "OPTIONS", "PATCH", "POST"]), other=st.text(max_size=8))
def test_only_a_post_stands_for_another_method(method: str, other: str) -> None:
    expected = other.upper() if method == "POST" else method
    assert tus.method_of(method, {"x-http-method-override": other}) == expected
    assert tus.method_of(method, {}) == method


headers = st.dictionaries(
    st.sampled_from(
        [
            "upload-length",
            "upload-defer-length",
            "upload-metadata",
            "upload-concat",
            "upload-checksum",
            "upload-offset",
            "content-type",
            "content-length",
        ]
    ),
    st.sampled_from(["", "0", "1", "-1", "99999999", tus.CONTENT_TYPE, "partial", f"final;/files/{PART}"])
    | st.text(max_size=10),
)


@given(headers=headers)
def test_whatever_headers_say_they_are_read_or_refused(headers: dict[str, str]) -> None:
    with suppress(rules.MalformedUpload, TooLarge):
        announced = tus.announced(headers, 1000)
        assert announced.length_bytes is None or 0 <= announced.length_bytes <= 1000
        assert (announced.length_bytes is None) is (
            "upload-defer-length" in headers or announced.concat.kind == "final"
        )
    with suppress(rules.MalformedUpload, Unsupported):
        assert tus.appended_at(headers) >= 0
    with suppress(rules.MalformedUpload):
        checksum = tus.checksum_of(headers)
        assert checksum is None or checksum.algorithm in tus.CHECKSUMS


@given(
    content=st.binary(max_size=64),
    other=st.binary(max_size=64),
    algorithm=st.sampled_from(["sha1", "sha256"]),
)
def test_a_checksum_lets_the_same_bytes_through_and_no_others(
    content: bytes, other: bytes, algorithm: str
) -> None:
    digest = {"sha1": sha1, "sha256": sha256}[algorithm](content).digest()
    checksum = tus.checksum_of({"upload-checksum": f"{algorithm} {b64encode(digest).decode()}"})
    assert checksum is not None
    came = checksum.fresh_hash()
    came.update(other)
    if other == content:
        checksum.check(came)
    else:
        with pytest.raises(tus.ChecksumMismatch):
            checksum.check(came)


@pytest.mark.parametrize(
    "header",
    ["", "md5 AAAA", "sha1", "sha1 !", "sha1 AAAA", "sha1  qvTGHdzF6KLavt4PO0gs2a6pQ00=", "SHA1 AAAA"],
)
def test_a_checksum_that_cannot_be_checked_is_malformed(header: str) -> None:
    with pytest.raises(rules.MalformedUpload):
        tus.checksum_of({"upload-checksum": header})


@given(ids=st.lists(st.uuids(), min_size=1, max_size=5), prefix=st.sampled_from(["", "https://a.example"]))
def test_parts_are_named_by_their_addresses(ids: list[UUID], prefix: str) -> None:
    addresses = " ".join(f"{prefix}/files/{one}?jeton=abc" for one in ids)
    assert tus.concat_of(f"final;{addresses}").part_ids == tuple(ids)


@pytest.mark.parametrize(
    "header", ["partiel", "final", "final;", "final; ", "final;/files/x", "partial;/files/1"]
)
def test_parts_that_say_nothing_are_malformed(header: str) -> None:
    with pytest.raises(rules.MalformedUpload):
        tus.concat_of(header)


@given(known=st.none() | sizes, said=st.none() | sizes, size=sizes, most=sizes)
def test_a_length_is_said_once_and_holds_what_is_there(
    known: int | None, said: int | None, size: int, most: int
) -> None:
    try:
        length = rules.length_bytes(known, said, size, most)
    except rules.MalformedUpload:
        assert said is not None
        assert known is not None or said < size
    except TooLarge:
        assert said is not None
        assert said > most
    else:
        assert length == (known if said is None else said)
        assert known in {None, length}


hours = st.integers(min_value=0, max_value=48)


@given(sent=st.lists(st.tuples(hours, st.integers(min_value=0, max_value=9))), length=st.integers(0, 9))
def test_what_a_day_takes_fits_when_it_is_said_to(sent: list[tuple[int, int]], length: int) -> None:
    begun = [(NOW - timedelta(hours=ago), size) for ago, size in sorted(sent, reverse=True)]
    free_at = rules.day_left_at(begun, length, 10, NOW)
    within = sum(size for at, size in begun if at > NOW - rules.DAY)
    assert (free_at is None) is (within + length <= 10)
    if free_at is not None:
        assert NOW < free_at <= NOW + rules.DAY
        assert rules.day_left_at(begun, length, 10, free_at) is None
