"""What a password is checked against where nobody's is kept."""

from app.people.passwords import HASHER, NOBODY, is_password


def test_an_unknown_account_takes_as_long_as_one_whose_password_was_set_today() -> None:
    assert not HASHER.check_needs_rehash(NOBODY)


def test_no_password_opens_an_account_that_has_none() -> None:
    assert HASHER.verify(NOBODY, "personne n’a ce mot de passe")
    assert not is_password(None, "personne n’a ce mot de passe")
