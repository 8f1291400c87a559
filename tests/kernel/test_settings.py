"""Settings that would break the service are refused before it starts."""

import pytest
from pydantic import SecretStr, ValidationError

from app.settings import Settings


@pytest.mark.parametrize("size", [0, 41])
def test_a_pool_has_one_to_forty_connections(size: int) -> None:
    with pytest.raises(ValidationError, match="database_pool_size"):
        Settings(database_pool_size=size)


def test_production_refuses_the_key_that_everybody_can_read() -> None:
    with pytest.raises(ValidationError, match="VISAVIS_SECRET_KEY"):
        Settings(environment="production")


def test_production_spares_nobody_the_second_step() -> None:
    with pytest.raises(ValidationError, match="VISAVIS_SECOND_FACTOR"):
        Settings(environment="production", secret_key=SecretStr("x" * 32), second_factor="optional")
    assert Settings(environment="production", secret_key=SecretStr("x" * 32)).second_factor == "required"
