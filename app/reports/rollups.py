"""Keeps the totals of bilans as facts come, and proves them by counting the journal again."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.evidence.models import Fact
from app.evidence.rules import CONVENTION
from app.paris import PARIS
from app.reports.measures import FILMED, MEASURES, Measure
from app.reports.models import Presence, Progress, Total

BATCH = 10_000
# One count at a time, whatever the number of workers.
ROLL_LOCK = 0x62696C61
FACTS = f"""
wanted as (
  select * from jsonb_to_recordset(cast(:measures as jsonb))
    as one (measure text, kind text, counts text, measures jsonb)
),
facts as (
  select wanted.measure, wanted.counts, fact.seq, fact.territory, fact.department,
    to_char(fact.at at time zone '{PARIS.key}', 'YYYY-MM') as month,
    case when fact.kind <> '{FILMED.kind}' then coalesce(filmed.qpv, '')
      when fact.measures @> '{{{{"qpv": true}}}}' then 'yes' else 'no' end as qpv,
    case wanted.counts when 'subjects' then fact.subject when 'organisations' then fact.organisation
      else '' end as who
  from evidence_fact fact
  join wanted on wanted.kind = fact.kind and fact.measures @> wanted.measures
  left join {{filmed}}
  where fact.convention = :convention and fact.seq > :after and fact.seq <= :last
    and not exists (
      select from evidence_fact correction
      where correction.ref = fact.id::text and correction.ref <> '' and correction.seq <= :last)
)"""  # noqa: S608 - our own constants
# Where the filming of a person is looked up: by its key for the few of a batch, in one list for all of them.
FILMED_KEPT = f"""lateral (
    select qpv from reports_presence
    where convention = :convention and measure = '{FILMED.code}' and who = fact.subject and seq < fact.seq
    limit 1) filmed on true"""  # noqa: S608 - our own constants
FILMED_AGAIN = "filmed on filmed.who = fact.subject and filmed.seq < fact.seq"


def facts_by(filmed: str) -> str:
    """Return the facts of a statement, which looks the filming up in this way."""
    return FACTS.format(filmed=filmed)


PERIODS = """
  cross join lateral (
    select facts.month as period, facts.month as first_month, facts.month as last_month
    union all select '*', '', '9999-99'
    union all select code, first_month, last_month from programme_period
      where convention = :convention and facts.month between first_month and last_month
  ) spans"""
# What a fact is counted in: everywhere, its side of a neighbourhood, its department, its structure.
COLUMNS = ("territory", "department", "qpv")
PLACES = ((), ("qpv",), ("department",), ("territory",), ("territory", "qpv"))


def cells(named: Iterable[str]) -> str:
    """Return the columns of a place in a total: of a fact where they are named, all of them elsewhere."""
    return ", ".join(f"facts.{column}" if column in named else "'*'" for column in COLUMNS)


def met(named: Sequence[str]) -> str:
    """Return who is met for the first time in each period, in such places.

    One look by an index for each: a company that watches everywhere has thousands of rows.
    """
    columns = "".join(f", {column}" for column in named)
    same = "".join(f" and known.{column} = facts.{column}" for column in named)
    return f"""
  select distinct facts.measure, facts.who, spans.period, {cells(named)}
  from (select distinct measure, who, month{columns} from fresh) facts {PERIODS}
  left join lateral (
    select true as is_known from reports_presence known
    where known.convention = :convention and known.measure = facts.measure and known.who = facts.who
      and known.month between spans.first_month and spans.last_month{same}
    limit 1
  ) before on true
  where before.is_known is null"""  # noqa: S608 - our own constants


# Whoever is met for the first time in a period and a place is one more there; facts are as many as they are.
ROLL = text(f"""
with {facts_by(FILMED_KEPT)},
fresh as (
  insert into reports_presence (convention, measure, who, month, territory, department, qpv, seq)
  select :convention, measure, who, month, territory, department, qpv, min(seq) from facts
  where counts <> 'facts' and who <> ''
  group by measure, who, month, territory, department, qpv
  on conflict do nothing
  returning measure, who, month, territory, department, qpv
),
happened as (
  select facts.measure, spans.period, places.territory, places.department, places.qpv, sum(times) as times
  from (
    select measure, month, territory, department, qpv, count(*) as times from facts
    where counts = 'facts' group by measure, month, territory, department, qpv
  ) facts {PERIODS}
  cross join lateral (values {", ".join(f"({cells(named)})" for named in PLACES)})
    as places (territory, department, qpv)
  group by 1, 2, 3, 4, 5
),
met (measure, who, period, territory, department, qpv) as ({" union all ".join(map(met, PLACES))}
)
insert into reports_total as total (convention, territory, period, measure, department, qpv, count)
select :convention, territory, period, measure, department, qpv, times from happened
union all
select :convention, territory, period, measure, department, qpv, count(*) from met
group by territory, period, measure, department, qpv
on conflict on constraint pk_reports_total do update set count = total.count + excluded.count
""")  # noqa: S608 - our own constants
# Whether one of the next facts withdraws one that was counted.
CORRECTS = text("""
select exists (
  select from evidence_fact correction join evidence_fact fact on correction.ref = fact.id::text
  where correction.convention = :convention and correction.seq > :after and correction.seq <= :last
    and correction.ref <> '' and fact.convention = :convention and fact.seq <= :after)
""")
# The same by its definition, from the facts alone: how many, or how many different ones.
RECOUNT = text(f"""
with filmed as materialized (
  select distinct on (subject) subject as who, seq,
    case when measures @> '{{"qpv": true}}' then 'yes' else 'no' end as qpv
  from evidence_fact
  where convention = :convention and kind = '{FILMED.kind}' and seq <= :last and not exists (
      select from evidence_fact correction
      where correction.ref = evidence_fact.id::text and correction.ref <> '' and correction.seq <= :last)
  order by subject, seq
), {facts_by(FILMED_AGAIN)},
again as (
  select case when grouping(territory) = 1 then '*' else territory end as territory, period, measure,
    case when grouping(department) = 1 then '*' else department end as department,
    case when grouping(qpv) = 1 then '*' else qpv end as qpv,
    case counts when 'facts' then count(*) else count(distinct who) filter (where who <> '') end as count
  from facts {PERIODS}
  group by grouping sets (
    (period, measure, counts), (period, measure, counts, qpv), (period, measure, counts, department),
    (period, measure, counts, territory), (period, measure, counts, territory, qpv))
)
select territory, period, measure, department, qpv, coalesce(kept.count, 0), coalesce(again.count, 0)
from (select * from reports_total where convention = :convention) kept
full join (select * from again where count > 0) again using (territory, period, measure, department, qpv)
where kept.count is distinct from again.count
order by 1, 2, 3, 4, 5
""")  # noqa: S608 - our own constants


@dataclass(frozen=True)
class Difference:
    """A total that is not what the journal says."""

    territory: str
    period: str
    measure: str
    department: str
    qpv: str
    kept: int
    counted: int


def roll(session: Session, limit: int = BATCH) -> int:
    """Count the next facts of the journal, at most `limit`; return how many there were.

    0 while another counts: who waited would hold up the other jobs, and the next call is soon.  Where one
    of them withdraws a fact that was counted, all are counted anew, to the last of the journal: withdrawals
    come together, and one count is enough for all of them.
    """
    if not session.scalar(select(func.pg_try_advisory_xact_lock(ROLL_LOCK))):
        return 0
    after = session.scalar(select(Progress.seq).where(Progress.convention == CONVENTION)) or 0
    count, last, first_at, dated_at = next_facts(session, after, limit)
    if not count:
        return 0
    begin = after
    if session.scalar(CORRECTS, {"convention": CONVENTION, "after": after, "last": last}):
        # Who counts no more in a total may count there by another fact: no subtraction tells.
        clear(session)
        begin, (count, last, first_at, dated_at) = 0, next_facts(session, after, None)
    for measures in ((FILMED,), MEASURES[1:]):
        session.execute(ROLL, bounds(begin, last, measures))
    note_progress(session, last, first_at, dated_at)
    return count


def next_facts(session: Session, after: int, limit: int | None) -> tuple[int, int, datetime, datetime]:
    """Return how many facts come after one, the last of them, when the first happened, the last recording."""
    batch = (
        select(Fact.seq, Fact.at, Fact.recorded_at)
        .where(Fact.convention == CONVENTION, Fact.seq > after)
        .order_by(Fact.seq)
        .limit(limit)
        .subquery()
    )
    count, last, first_at, dated_at = session.execute(
        select(
            func.count(), func.max(batch.c.seq), func.min(batch.c.at), func.max(batch.c.recorded_at)
        ).select_from(batch)
    ).one()
    return count, last, first_at, dated_at


def note_progress(session: Session, last: int, first_at: datetime, dated_at: datetime) -> None:
    """Note how far the journal is counted."""
    row = insert(Progress).values(convention=CONVENTION, seq=last, first_at=first_at, dated_at=dated_at)
    moved = {
        "seq": last,
        "first_at": func.least(Progress.first_at, first_at),
        "dated_at": func.greatest(Progress.dated_at, dated_at),
    }
    session.execute(row.on_conflict_do_update(index_elements=["convention"], set_=moved))


def bounds(after: int, last: int, measures: Iterable[Measure]) -> dict[str, object]:
    """Return the values of a statement that counts facts after one and up to another."""
    wanted = [
        {"measure": one.code, "kind": one.kind, "counts": one.counts, "measures": dict(one.measures)}
        for one in measures
    ]
    return {"convention": CONVENTION, "after": after, "last": last, "measures": json.dumps(wanted)}


def recount(session: Session) -> Sequence[Difference]:
    """Count the journal from its first fact, as far as it was counted; return the totals that differ."""
    session.execute(select(func.pg_advisory_xact_lock(ROLL_LOCK)))
    last = session.scalar(select(Progress.seq).where(Progress.convention == CONVENTION)) or 0
    return [Difference(*row) for row in session.execute(RECOUNT, bounds(0, last, MEASURES))]


def forget(session: Session) -> None:
    """Delete every total, so that the whole journal is counted anew."""
    session.execute(select(func.pg_advisory_xact_lock(ROLL_LOCK)))
    clear(session)
    session.execute(delete(Progress).where(Progress.convention == CONVENTION))


def clear(session: Session) -> None:
    """Delete every total, and not how far the journal is counted."""
    for table in (Presence, Total):
        session.execute(delete(table).where(table.convention == CONVENTION))
