"""The past of the demonstration, drawn by seeded chance: what the journal keeps of persons erased since.

Every life goes as a real one does: filmed, published, watched, written to, answered, and so on until
it leads to a job or today comes.  What is measured is what the rooms that state it measure.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random

from app.cli import history_data as data
from app.cli.history_lives import (
    Life,
    Recruiter,
    Structure,
    Window,
    drawn_id,
    in_hours,
    later,
    pick,
)
from app.contacts.rules import COMPANY_ANSWERS_WITHIN, OUTCOME_STATES
from app.evidence.rules import Measure
from app.evidence.service import Statement
from app.places.qpv import NEWEST
from app.viewing.rules import POLICY, hour_of

SEED = 63


def drawn(
    structures: Sequence[Structure], recruiters: Sequence[Recruiter], window: Window
) -> list[Statement]:
    """Return what is stated of everybody, in the order in which it happened: the same each time."""
    chance = Random(SEED)  # noqa: S311 - no secret: the same past each time
    lives = [*filmed(chance, structures, window), *heard(chance, structures, window)]
    for life in lives:
        if life.published_at:
            be_watched(chance, life, life.published_at, recruiters)
    return sorted((one for life in lives for one in life.lived(window.ends)), key=lambda one: one.at)


def filmed(chance: Random, structures: Sequence[Structure], window: Window) -> list[Life]:
    """Draw those who were filmed, most of whom were published some days after."""
    lives = [born(chance, one) for one in structures for _ in range(one.filmed)]
    days, weights = zip(*window.days(), strict=True)
    for life, home in zip(lives, homes_of(chance, len(lives)), strict=True):
        at = in_hours(chance, chance.choices(days, weights)[0])
        life.state(f"resident.filmed:{life.person_id}", at, life.person_id, None, home)
        if chance.random() < data.PUBLISHED:
            publish(life, "video", later(chance, at, chance.uniform(0, 7)))
    return lives


def heard(chance: Random, structures: Sequence[Structure], window: Window) -> list[Life]:
    """Draw those who were published by their voice alone: no film says where they live."""
    sizes = [one.filmed for one in structures]
    lives = [born(chance, one) for one in chance.choices(structures, sizes, k=data.VOICES)]
    days, weights = zip(*window.days(), strict=True)
    for life in lives:
        publish(life, "voice", in_hours(chance, chance.choices(days, weights)[0]))
    return lives


def born(chance: Random, structure: Structure) -> Life:
    """Draw somebody."""
    return Life(drawn_id(chance), drawn_id(chance), structure)


def homes_of(chance: Random, count: int) -> list[dict[str, Measure]]:
    """Draw what is known of the neighbourhoods of as many persons."""
    elsewhere = count - data.FILMED_IN_QPV - data.FILMED_UNKNOWN
    homes: list[dict[str, Measure]] = [
        {"qpv": lives_in, "known_by": pick(chance, data.KNOWN_BY), "vintage": NEWEST}
        for lives_in in [True] * data.FILMED_IN_QPV + [False] * elsewhere
    ]
    homes += [{"qpv": False, "known_by": "", "vintage": ""} for _ in range(data.FILMED_UNKNOWN)]
    chance.shuffle(homes)
    return homes


def publish(life: Life, presentation: str, at: datetime) -> None:
    """Have their adviser publish somebody."""
    life.published_at = at
    adviser_id = life.structure.adviser_id
    life.state(f"profile.published:{life.profile_id}", at, adviser_id, None, {"presentation": presentation})


def be_watched(chance: Random, life: Life, since: datetime, recruiters: Sequence[Recruiter]) -> None:
    """Have some recruiters watch somebody, neighbours first; some come back, and some write."""
    duration_ms = chance.randrange(38_000, 95_000)
    department = life.structure.department
    weights = [data.NEIGHBOUR if one.department == department else 1 for one in recruiters]
    wanted = chance.choices(range(len(data.WATCHED_BY)), data.WATCHED_BY)[0]
    for recruiter in dict.fromkeys(chance.choices(recruiters, weights, k=wanted)):
        at = later(chance, since, chance.expovariate(1 / data.WATCHED_AFTER_DAYS))
        watch(chance, life, recruiter, at, duration_ms)
        if chance.random() < data.SEEN_AGAIN:
            watch(chance, life, recruiter, later(chance, at, chance.uniform(1, 9)), duration_ms)
        if chance.random() < data.WRITTEN_TO:
            be_written_to(chance, life, recruiter, at + timedelta(minutes=chance.randint(3, 40)))


def watch(chance: Random, life: Life, recruiter: Recruiter, at: datetime, duration_ms: int) -> None:
    """Have a recruiter watch somebody for as long as counts."""
    least_ms = round(POLICY.threshold_s(duration_ms / 1000) * 1000)
    credited_ms = round(chance.triangular(least_ms, duration_ms, duration_ms))
    source = f"{recruiter.id}:{life.profile_id}:{hour_of(at)}"
    measures = {"credited_ms": credited_ms, "duration_ms": duration_ms}
    life.state(source, at, recruiter.id, recruiter.company_id, measures)


def be_written_to(chance: Random, life: Life, recruiter: Recruiter, at: datetime) -> None:
    """Have a recruiter write to somebody, who says yes, no, or nothing in time."""
    contact_id, company_id = drawn_id(chance), recruiter.company_id
    told: dict[str, Measure] = {"kind": pick(chance, data.KINDS)}
    life.state(f"contact.sent:{contact_id}", at, recruiter.id, company_id, told)
    answered_at = later(chance, at, chance.expovariate(1 / data.ANSWERED_AFTER_DAYS))
    if answered_at >= at + data.ANSWERED_WITHIN:
        return
    accepts = chance.random() < data.ACCEPTED
    answer: dict[str, Measure] = {
        "accepted": accepts,
        "reason": "" if accepts else pick(chance, data.REASONS),
    }
    life.state(f"contact.answered:{contact_id}", answered_at, life.person_id, company_id, told | answer)
    if accepts and chance.random() < data.SILENT:
        due_at = answered_at + COMPANY_ANSWERS_WITHIN
        life.state(f"contact.company_silent:{contact_id}", due_at, None, company_id, told)
    elif accepts:
        word = pick(chance, data.WORDS)
        said_at = later(chance, answered_at, chance.uniform(0, data.WORD_DAYS_MAX))
        said: dict[str, Measure] = {"word": word, "in_time": True}
        life.state(f"contact.company_answered:{contact_id}", said_at, recruiter.id, company_id, told | said)
        if word != "not_retained":
            come_to_something(chance, life, recruiter, str(told["kind"]), said_at)


def come_to_something(chance: Random, life: Life, recruiter: Recruiter, kind: str, at: datetime) -> None:
    """Have something come of an exchange, and sometimes a job after it."""
    first = {"immersion": "immersion", "internship": "internship"}.get(kind, pick(chance, data.FIRST))
    at = later(chance, at, chance.uniform(*data.OUTCOME_DAYS))
    confirmed_at = declare(chance, life, recruiter, (first, ""), at)
    if confirmed_at and chance.random() < data.THEN_A_JOB:
        contract = "alternance" if kind == "alternance" else pick(chance, data.CONTRACTS)
        at = later(chance, confirmed_at, chance.uniform(*data.JOB_DAYS))
        declare(chance, life, recruiter, ("job", contract), at)


def declare(
    chance: Random, life: Life, recruiter: Recruiter, what: tuple[str, str], at: datetime
) -> datetime | None:
    """Have a side say what came (its kind, its contract), and the other answer; return when it confirms."""
    outcome_id, company_id = drawn_id(chance), recruiter.company_id
    side = pick(chance, data.SIDES)
    other = "resident" if side == "recruiter" else "recruiter"
    speakers = {
        "recruiter": recruiter.id,
        "resident": life.person_id,
        "adviser": life.structure.adviser_id,
    }
    said: dict[str, Measure] = {"kind": what[0], "contract": what[1], "side": side, "declared_by": side}
    sources = {verdict: f"outcome.{verdict}:{outcome_id}" for verdict in OUTCOME_STATES}
    life.state(sources["declared"], at, speakers[side], company_id, said)
    if what[0] == "job":
        life.find(at, frozenset(sources.values()))
    verdict = pick(chance, data.VERDICTS)
    if not verdict:
        return None
    answered_at = later(chance, at, chance.uniform(0, data.VERDICT_DAYS_MAX))
    life.state(sources[verdict], answered_at, speakers[other], company_id, said | {"side": other})
    return answered_at if verdict == "confirmed" else None
