"""Whatever a person's clients do, in whatever order, the server says what a model of a few lines says."""

from base64 import b64encode
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256

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
from app.uploads import service, spool
from app.uploads.rules import could_be_video
from tests.conftest import MovingClock, SignIn
from tests.factories import give_consent, make_resident
from tests.uploads.client import FTYP, Tus, id_of, video_bytes

LIFE = timedelta(days=14)
UNHEARD = timedelta(minutes=5)
PARTS_KEPT = timedelta(hours=1)
DAY = timedelta(days=1)
OCTETS_MAX = 9000
FILM = video_bytes(OCTETS_MAX * 3)
lengths = st.integers(min_value=len(FTYP), max_value=OCTETS_MAX)
counts = st.integers(min_value=0, max_value=OCTETS_MAX)


@dataclass
class Sent:
    """What the model knows of one upload; `length_bytes` None until it is said."""

    url: str
    kind: str
    length_bytes: int | None
    begun_at: datetime
    expires_at: datetime
    content: bytes = field(default=b"", repr=False)
    state: str = "receiving"

    @property
    def size_bytes(self) -> int:
        """How many bytes are there."""
        return len(self.content)

    def expected_status(self, now: datetime) -> int:
        """Return what HEAD should answer: 200, 404 or 410."""
        overdue = self.state == "receiving" and self.expires_at <= now
        states = {"receiving": 200, "complete": 200, "expired": 410, "deleted": 404}
        return 410 if overdue else states[self.state]


class History(RuleBasedStateMachine):
    """Requests in any order, with days that pass, lines that are cut and processes that die in between."""

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

    def lies(self, one: Sent) -> bool:
        """Tell whether a byte of an upload lies on the disk."""
        return spool.present_bytes(self.settings.spool_dir, id_of(one.url)) > 0

    def a_moment_later(self) -> datetime:
        """Let a microsecond pass: of two uploads, one is always the quieter."""
        return self.clock.advance(microseconds=1)

    @rule(length=st.none() | lengths, kind=st.sampled_from(["whole", "partial"]))
    def begin(self, length: int | None, kind: str) -> None:
        """Announce a file or a part of one; a fourth unfinished file where one has no byte or is old."""
        now = self.a_moment_later()
        unfinished = [one for one in self.sent if (one.kind, one.state) == (kind, "receiving")]
        quietest = min(unfinished, key=lambda one: one.expires_at, default=None)
        unheard = [one for one in unfinished if one.begun_at <= now - UNHEARD and not self.lies(one)]
        answer = self.tus.create(
            0,
            upload_length=None if length is None else str(length),
            upload_defer_length="1" if length is None else None,
            upload_concat="partial" if kind == "partial" else None,
        )
        if kind == "whole" and len(unfinished) >= 3 and quietest:
            if not unheard and now - (quietest.expires_at - LIFE) < DAY:
                assert answer.status_code == 429
                return
            for one in unheard:
                one.state = "deleted"
            quietest.state = quietest.state if unheard else "expired"
        assert answer.status_code == 201
        self.sent.append(Sent(answer.headers["location"], kind, length, now, now + LIFE))

    @precondition(lambda self: self.sent)
    @rule(data=st.data(), count=counts, sum_is=st.sampled_from([None, None, "right", "wrong"]))
    def append(self, data: st.DataObject, count: int, sum_is: str | None) -> None:
        """Send a piece where the bytes end, or once more, or over what is there, or beyond."""
        one, now = self.pick(data), self.a_moment_later()
        end = one.size_bytes
        offset = data.draw(st.sampled_from([end, end, end, 0, max(0, end - 7), end + 1]))
        piece = FILM[offset : offset + count]
        answer = self.tus.append(one.url, offset, piece, upload_checksum=header_of(piece, sum_is))
        if one.expected_status(now) != 200:
            assert answer.status_code == one.expected_status(now)
        elif one.kind == "final":
            assert answer.status_code == 403
        elif offset != end:
            assert (answer.status_code, answer.headers["upload-offset"]) == (409, str(end))
        elif one.length_bytes is not None and offset + count > one.length_bytes:
            assert answer.status_code == 413
        elif sum_is == "wrong" and one.state == "receiving":
            assert answer.status_code == 460
            one.expires_at = now + LIFE
        else:
            assert (answer.status_code, answer.headers["upload-offset"]) == (204, str(offset + count))
            self.came(one, piece, now)

    @precondition(lambda self: any(one.state == "receiving" for one in self.sent))
    @rule(data=st.data(), count=counts, more=st.integers(min_value=1, max_value=99), summed=st.booleans())
    def cut(self, data: st.DataObject, count: int, more: int, summed: bool) -> None:  # noqa: FBT001 - drawn
        """Lose the line in the middle of a piece: what came is kept, unless nobody can check it."""
        one = data.draw(st.sampled_from([one for one in self.sent if one.state == "receiving"]))
        now = self.a_moment_later()
        room = OCTETS_MAX * 2 if one.length_bytes is None else one.length_bytes - one.size_bytes - more
        piece = FILM[one.size_bytes :][: max(0, min(count, room))]
        whole = FILM[one.size_bytes :][: len(piece) + more]
        header = header_of(whole, "right" if summed else None)
        self.tus.cut(one.url, one.size_bytes, piece, len(whole), upload_checksum=header)
        fits = one.length_bytes is None or one.size_bytes + len(whole) <= one.length_bytes
        if fits and one.expected_status(now) == 200:
            self.came(one, b"" if summed else piece, now)

    @precondition(lambda self: any(one.length_bytes is None for one in self.sent))
    @rule(data=st.data(), away=st.sampled_from([-1, 0, 0, 1, 50]))
    def fix_length(self, data: st.DataObject, away: int) -> None:
        """Say at last how long a file is."""
        one = data.draw(st.sampled_from([one for one in self.sent if one.length_bytes is None]))
        now = self.a_moment_later()
        length = max(0, one.size_bytes + away)
        answer = self.tus.append(one.url, one.size_bytes, b"", upload_length=str(length))
        if one.expected_status(now) != 200:
            assert answer.status_code == one.expected_status(now)
        elif length < one.size_bytes:
            assert answer.status_code == 400
        else:
            assert answer.status_code == 204
            one.length_bytes = length
            self.came(one, b"", now)

    @precondition(lambda self: self.sent)
    @rule(data=st.data(), many=st.integers(min_value=1, max_value=3))
    def concat(self, data: st.DataObject, many: int) -> None:
        """Make a file of parts, some of which may be none, unfinished or gone."""
        parts, now = [self.pick(data) for _ in range(many)], self.a_moment_later()
        concat = f"final;{' '.join(one.url for one in parts)}"
        answer = self.tus.create(0, upload_length=None, upload_concat=concat)
        for one in parts:
            if one.state in {"expired", "deleted"}:
                assert answer.status_code == 404
                return
            if one.kind != "partial" or one.state != "complete":
                assert answer.status_code == 400
                return
        content = b"".join(one.content for one in parts)
        if content and len(content) < len(FTYP):
            assert answer.status_code == 415
            return
        assert answer.status_code == 201
        for one in parts:
            one.expires_at = min(one.expires_at, now + PARTS_KEPT)
        url = answer.headers["location"]
        self.sent.append(Sent(url, "final", len(content), now, now + LIFE, content, "complete"))

    def came(self, one: Sent, piece: bytes, now: datetime) -> None:
        """Note what an acknowledged append does."""
        if one.state == "receiving":
            one.expires_at = now + LIFE
        one.content += piece
        if one.size_bytes == one.length_bytes:
            one.state = "complete"

    @precondition(lambda self: any(one.state == "receiving" for one in self.sent))
    @rule(data=st.data(), count=st.integers(min_value=1, max_value=OCTETS_MAX), checked=st.booleans())
    def die_before_saying_so(self, data: st.DataObject, count: int, checked: bool) -> None:  # noqa: FBT001 - drawn
        """Write bytes as a process does that dies before it notes them, or checks them."""
        one = data.draw(st.sampled_from([one for one in self.sent if one.state == "receiving"]))
        path = service.spool_path(self.settings, id_of(one.url))
        piece = FILM[one.size_bytes :][:count]
        if one.length_bytes is not None:
            piece = piece[: one.length_bytes - one.size_bytes]
        spool.mark_of(path).unlink(
            missing_ok=True
        )  # whoever writes has taken the hold, and what was in doubt
        path.write_bytes(one.content + piece)
        if not checked:
            spool.mark_of(path).write_text(str(one.size_bytes))
            return
        one.content += piece
        if one.size_bytes != one.length_bytes or one.expected_status(self.clock.now()) != 200:
            return
        if one.kind == "whole" and not could_be_video(one.content):
            assert self.tus.ask("HEAD", one.url, {}).status_code == 415  # who asks finds out
            one.state = "expired"
        else:
            assert self.tus.offset(one.url) == one.size_bytes  # who asks makes it complete
            self.came(one, b"", self.a_moment_later())

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
            if one.state in {"receiving", "complete"} and one.expires_at <= now:
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
            said = answer.headers.get("upload-length")
            assert said == (None if one.length_bytes is None else str(one.length_bytes))
            content = service.spool_path(self.settings, id_of(one.url)).read_bytes()
            assert content == one.content


def header_of(piece: bytes, sum_is: str | None) -> str | None:
    """Write what a piece adds up to, or something else."""
    if sum_is is None:
        return None
    digest = sha256(piece if sum_is == "right" else piece + b"x").digest()
    return f"sha256 {b64encode(digest).decode()}"


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
            max_examples=25, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
