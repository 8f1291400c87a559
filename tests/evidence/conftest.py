"""A journal with facts in it, and a key that signs it."""

from collections.abc import Callable
from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from app.db import new_id
from app.evidence import keyring
from app.evidence.keyring import Signer
from app.evidence.service import Statement, drain, record
from app.settings import Settings

Grow = Callable[[int], None]


@pytest.fixture
def grow(session: Session, now: datetime) -> Grow:
    """Return `grow(count)`: as many facts more, each about somebody else."""

    def more(count: int) -> None:
        for _ in range(count):
            record(session, Statement("profile.published", str(new_id()), now, subject=new_id()))
        drain(session, now, limit=count)

    return more


@pytest.fixture
def signer(settings: Settings, now: datetime) -> Signer:
    """Make a key."""
    return keyring.create(settings, now)
