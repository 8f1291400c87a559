"""Whatever a person's clients do, in whatever order, the server says what a model of a few lines says."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy.orm import Session

from app.settings import Settings
from app.uploads import service
from tests.conftest import MovingClock, SignIn
from tests.factories import give_consent, make_resident
from tests.uploads.client import FTYP, Tus, id_of, video_bytes

LIFE = timedelta(days=14)
DAY = timedelta(days=1)
OCTETS_MAX = 9000


@dataclass
class Sent:
    """What the model knows of one upload."""

    url: str
    length_bytes: int
    last_byte_at: datetime
    size_bytes: int = 0
    state: str = "receiving"

    def expected_status(self, now: datetime) -> int:
        """Return what HEAD should answer: 200, 404 or 410."""
        overdue = self.state == "receiving" and self.last_byte_at + LIFE <= now
        return (
            410
            if overdue
            else {"receiving": 200, "complete": 200, "expired": 410, "deleted": 404}[self.state]
        )


class History(RuleBasedStateMachine):
    """Requests in any order, with days that pass and processes that die between writing and saying so."""

    session: Session
    settings: Settings
    clock: MovingClock
    sign_in: SignIn

    def __init__(self) -> None:
        super().__init__()
        self.sent: list[Sent] = []
        self.person = make_resident(self.session)
        give_consent(self.session, self.person)
        self.tus = Tus(self.sign_in(self.person))

    def pick(self, data: st.DataObject) -> Sent:
        """Return one of the uploads."""
        return data.draw(st.sampled_from(self.sent))

    def a_moment_later(self) -> datetime:
        """Let a microsecond pass: of two uploads, one is always the quieter."""
        return self.clock.advance(microseconds=1)

    @rule(length=st.integers(min_value=len(FTYP), max_value=OCTETS_MAX))
    def begin(self, length: int) -> None:
        """Announce a file, which the fourth unfinished one may not be."""
        now = self.a_moment_later()
        unfinished = [one for one in self.sent if one.state == "receiving"]
        quietest = min(unfinished, key=lambda one: one.last_byte_at, default=None)
        answer = self.tus.create(length)
        if len(unfinished) >= 3 and quietest and now - quietest.last_byte_at < DAY:
            assert answer.status_code == 429
            return
        assert answer.status_code == 201
        if len(unfinished) >= 3 and quietest:
            quietest.state = "expired"
        self.sent.append(Sent(answer.headers["location"], length, now))

    @precondition(lambda self: self.sent)
    @rule(
        data=st.data(),
        away=st.sampled_from([0, 0, 0, 1, -1]),
        count=st.integers(min_value=0, max_value=OCTETS_MAX),
    )
    def append(self, data: st.DataObject, away: int, count: int) -> None:
        """Send a piece, sometimes to a wrong place, sometimes too much."""
        one, now = self.pick(data), self.a_moment_later()
        offset = max(0, one.size_bytes + away)
        answer = self.tus.append(one.url, offset, video_bytes(OCTETS_MAX * 3)[offset : offset + count])
        if one.expected_status(now) != 200:
            assert answer.status_code == one.expected_status(now)
        elif offset != one.size_bytes:
            assert (answer.status_code, answer.headers["upload-offset"]) == (409, str(one.size_bytes))
        elif offset + count > one.length_bytes:
            assert answer.status_code == 413
        else:
            assert (answer.status_code, answer.headers["upload-offset"]) == (204, str(offset + count))
            self.came(one, offset + count, now)

    def came(self, one: Sent, size_bytes: int, now: datetime) -> None:
        """Note what an acknowledged append does."""
        if one.state == "receiving":
            one.last_byte_at = now
        one.size_bytes = size_bytes
        if size_bytes == one.length_bytes:
            one.state = "complete"

    @precondition(lambda self: any(one.state == "receiving" for one in self.sent))
    @rule(data=st.data(), count=st.integers(min_value=1, max_value=OCTETS_MAX))
    def die_before_saying_so(self, data: st.DataObject, count: int) -> None:
        """Write bytes as a process does that dies before it notes them."""
        one = data.draw(st.sampled_from([one for one in self.sent if one.state == "receiving"]))
        size = min(one.length_bytes, one.size_bytes + count)
        service.spool_path(self.settings, id_of(one.url)).write_bytes(video_bytes(size))
        one.size_bytes = size
        if size == one.length_bytes and one.expected_status(self.clock.now()) == 200:
            assert self.tus.offset(one.url) == size  # who asks makes it complete
            self.came(one, size, self.a_moment_later())

    @precondition(lambda self: self.sent)
    @rule(data=st.data())
    def delete(self, data: st.DataObject) -> None:
        """Delete an upload."""
        one, now = self.pick(data), self.clock.now()
        expected = one.expected_status(now)
        answer = self.tus.ask("DELETE", one.url, {})
        assert answer.status_code == (204 if expected == 200 else expected)
        if expected == 200:
            one.state = "deleted"

    @rule(hours=st.sampled_from([1, 24, 24 * 7]))
    def wait(self, hours: int) -> None:
        """Let time pass, after which the person signs in again."""
        self.clock.advance(hours=hours)
        self.tus = Tus(self.sign_in(self.person))

    @rule()
    def sweep(self) -> None:
        """Run the housekeeping."""
        now = self.clock.now()
        service.sweep(self.session, self.settings, now)
        self.session.commit()
        for one in self.sent:
            if one.state in {"receiving", "complete"} and one.last_byte_at + LIFE <= now:
                one.state = "expired"

    @precondition(lambda self: self.sent)
    @rule(data=st.data())
    def ask(self, data: st.DataObject) -> None:
        """Ask how far one upload came."""
        self.check(self.pick(data))

    def teardown(self) -> None:
        """Compare every upload with the model."""
        for one in self.sent:
            self.check(one)

    def check(self, one: Sent) -> None:
        """Compare status and bytes of an upload with the model."""
        answer = self.tus.ask("HEAD", one.url, {})
        assert answer.status_code == one.expected_status(self.clock.now())
        if answer.status_code == 200:
            assert int(answer.headers["upload-offset"]) == one.size_bytes
            content = service.spool_path(self.settings, id_of(one.url)).read_bytes()
            assert content == video_bytes(one.size_bytes)


def test_the_server_says_what_the_model_says(
    session: Session, settings: Settings, clock: MovingClock, sign_in: SignIn
) -> None:
    class OfThisTest(History):
        pass

    OfThisTest.session, OfThisTest.settings = session, settings
    OfThisTest.clock, OfThisTest.sign_in = clock, staticmethod(sign_in)
    run_state_machine_as_test(
        OfThisTest,
        settings=hypothesis_settings(
            max_examples=10, stateful_step_count=15, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
