"""Pure rules of keys and copies."""

from hypothesis import given
from hypothesis import strategies as st

from app.partners.rules import is_fresh, read_key, write_key

hexadecimal = st.sampled_from("0123456789abcdef")
ids = st.text(hexadecimal, min_size=12, max_size=12)
secrets = st.text(hexadecimal, min_size=64, max_size=64)


@given(ids, secrets)
def test_a_key_is_read_as_it_was_written(key_id: str, secret: str) -> None:
    assert read_key(write_key(key_id, secret)) == (key_id, secret)


@given(st.text())
def test_what_is_not_written_like_a_key_is_none(text: str) -> None:
    assert read_key(text) is None


def test_a_copy_is_fresh_by_its_tag_by_a_weak_one_in_a_list_and_by_a_star() -> None:
    assert is_fresh('"a"', '"a"')
    assert is_fresh('"b", W/"a"', '"a"')
    assert is_fresh("*", '"a"')


def test_another_copy_or_none_is_not_fresh() -> None:
    assert not is_fresh('"b"', '"a"')
    assert not is_fresh(None, '"a"')
