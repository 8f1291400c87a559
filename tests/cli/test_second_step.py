"""`visavis run` spares the demonstration's accounts the second step, and nothing else does."""

from app.cli.run import spared
from app.settings import Settings


def test_only_development_is_spared_and_only_when_nothing_was_set(settings: Settings) -> None:
    assert spared(Settings(environment="development")) == {"VISAVIS_SECOND_FACTOR": "optional"}
    assert spared(Settings(environment="development", second_factor="required")) == {}
    assert spared(settings.model_copy(update={"environment": "production"})) == {}
