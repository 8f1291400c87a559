"""What cannot be is said in French, by the name of the variable, whatever the command."""

import pytest

from app.cli import main
from app.cli.environment import read_settings
from app.cli.trouble import Trouble


@pytest.mark.parametrize(
    ("variable", "value", "said"),
    [
        ("DATABASE_POOL_SIZE", "41", "VISAVIS_DATABASE_POOL_SIZE=41 : 40 au plus."),
        ("DATABASE_POOL_SIZE", "0", "VISAVIS_DATABASE_POOL_SIZE=0 : 1 au moins."),
        ("DATABASE_POOL_SIZE", "vingt", "VISAVIS_DATABASE_POOL_SIZE=vingt : il faut un nombre entier."),
        ("S3_PATH_STYLE", "bof", "VISAVIS_S3_PATH_STYLE=bof : il faut true ou false."),
        ("STORAGE", "ftp", "VISAVIS_STORAGE=ftp : choix possibles : 'local' ou 's3'."),
        ("TRUSTED_PROXIES", "*", "VISAVIS_TRUSTED_PROXIES=* : « * » n’est ni une adresse ni un réseau"),
        (
            "TRUSTED_PROXIES",
            "10.0.0.1,10.0.0.1/8",
            "VISAVIS_TRUSTED_PROXIES=10.0.0.1,10.0.0.1/8 : « 10.0.0.1/8 »",
        ),
        ("ENVIRONMENT", "production", "VISAVIS_SECRET_KEY doit être défini en production"),
    ],
)
def test_a_setting_that_cannot_be_is_named(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str, said: str
) -> None:
    monkeypatch.setenv(f"VISAVIS_{variable}", value)
    with pytest.raises(Trouble) as trouble:
        read_settings()
    assert str(trouble.value).startswith(said)


def test_a_database_that_does_not_answer_is_a_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("VISAVIS_DATABASE_URL", "postgresql://personne@127.0.0.1:1/rien")
    with pytest.raises(SystemExit) as left:
        main(["migrate"])
    assert left.value.code == 1
    assert "La base de données ne répond pas : vérifiez VISAVIS_DATABASE_URL" in capsys.readouterr().err
