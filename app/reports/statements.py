"""How totals are counted, in SQL: the next facts, those that a withdrawal touches, all of them.

Each statement gets what `rollups.bounds` returns, and where a withdrawal touches somebody, `rollups.Touched`.
"""

from collections.abc import Sequence

from sqlalchemy import text

from app.paris import PARIS
from app.reports.measures import FILMED

# Facts after one and up to another, which no correction up to `known` withdraws: one line for each measure.
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
  from {{source}}
  join wanted on wanted.kind = fact.kind and fact.measures @> wanted.measures {{joined}}
  left join {{filmed}}
  where fact.convention = :convention and fact.seq > :after and fact.seq <= :last
    and not exists (
      select from evidence_fact correction
      where correction.ref = fact.id::text and correction.ref <> '' and correction.seq <= :known)
)"""  # noqa: S608 - our own constants
EVERY_FACT = "evidence_fact fact"
# What is counted of the facts that changed, of the persons and of the companies that they touch.
TOUCHED = """
touched as (
  select 'facts' as counts, fact.* from evidence_fact fact
  where convention = :convention and seq = any(cast(:changed as bigint[]))
  union all
  select 'subjects', fact.* from evidence_fact fact
  where convention = :convention and subject = any(cast(:subjects as text[])) and subject <> ''
  union all
  select 'organisations', fact.* from evidence_fact fact
  where convention = :convention and organisation = any(cast(:organisations as text[]))
)"""
# Where the filming of a person is looked up: by its key for the few of a batch, in one list for all of them.
FILMED_KEPT = f"""lateral (
    select qpv from reports_presence
    where convention = :convention and measure = '{FILMED.code}' and who = fact.subject and seq < fact.seq
    order by seq limit 1) filmed on true"""  # noqa: S608 - our own constants
FILMED_AGAIN = "filmed on filmed.who = fact.subject and filmed.seq < fact.seq"
NEXT = FACTS.format(source=EVERY_FACT, joined="", filmed=FILMED_KEPT)
AGAIN = FACTS.format(source="touched fact", joined="and wanted.counts = fact.counts", filmed=FILMED_KEPT)
ALL = FACTS.format(source=EVERY_FACT, joined="", filmed=FILMED_AGAIN)

PERIODS = """
  cross join lateral (
    select facts.month as period, facts.month as first_month, facts.month as last_month
    union all select '*', '', '9999-99'
    union all select code, first_month, last_month from programme_period
      where convention = :convention and facts.month between first_month and last_month
  ) spans"""
# What a fact is counted in: everywhere, its side of a neighbourhood, its department, its structure; with what
# tells below that somebody was met there before.
COLUMNS = ("territory", "department", "qpv")
PLACES = {
    (): "anywhere",
    ("qpv",): "with_qpv",
    ("department",): "in_department",
    ("territory",): "in_territory",
    ("territory", "qpv"): "in_both",
}


def cells(named: Sequence[str]) -> str:
    """Return the columns of a place in a total: of a fact where they are named, all of them elsewhere."""
    return ", ".join(f"facts.{column}" if column in named else "'*'" for column in COLUMNS)


IN_PLACES = f"""
  cross join lateral (values {", ".join(f"({cells(named)})" for named in PLACES)})
    as places (territory, department, qpv)"""


# Who is met for the first time in a period and a place: all that is kept of them in the period is read once.
MET = f"""
met as (
  select distinct facts.measure, facts.who, spans.period, places.territory, places.department, places.qpv
  from fresh facts {PERIODS}
  cross join lateral (
    select count(*) > 0 as anywhere, coalesce(bool_or(known.qpv = facts.qpv), false) as with_qpv,
      coalesce(bool_or(known.department = facts.department), false) as in_department,
      coalesce(bool_or(known.territory = facts.territory), false) as in_territory,
      coalesce(bool_or(known.territory = facts.territory and known.qpv = facts.qpv), false) as in_both
    from reports_presence known
    where known.convention = :convention and known.measure = facts.measure and known.who = facts.who
      and known.month between spans.first_month and spans.last_month
  ) before
  cross join lateral (values {", ".join(f"({cells(named)}, {known})" for named, known in PLACES.items())})
    as places (territory, department, qpv, is_known)
  where not places.is_known
)"""  # noqa: S608 - our own constants


HAPPENED = f"""
happened as (
  select facts.measure, spans.period, places.territory, places.department, places.qpv, sum(times) as times
  from (
    select measure, month, territory, department, qpv, count(*) as times from facts
    where counts = 'facts' group by measure, month, territory, department, qpv
  ) facts {PERIODS} {IN_PLACES}
  group by 1, 2, 3, 4, 5
)"""  # noqa: S608 - our own constants
# Whoever is met for the first time in a period and a place is one more there; facts are as many as they are.
COUNT = f"""
fresh as (
  insert into reports_presence (convention, measure, who, month, territory, department, qpv, seq)
  select :convention, measure, who, month, territory, department, qpv, min(seq) from facts
  where counts <> 'facts' and who <> ''
  group by measure, who, month, territory, department, qpv
  on conflict do nothing
  returning measure, who, month, territory, department, qpv
),
{HAPPENED},
{MET}
insert into reports_total as total (convention, territory, period, measure, department, qpv, count)
select :convention, territory, period, measure, department, qpv, times from happened
union all
select :convention, territory, period, measure, department, qpv, count(*) from met
group by territory, period, measure, department, qpv
on conflict on constraint pk_reports_total do update set count = total.count + excluded.count
"""  # noqa: S608 - our own constants
ROLL = text(f"with {NEXT}, {COUNT}")
COUNT_AGAIN = text(f"with {TOUCHED}, {AGAIN}, {COUNT}")

# Which facts no longer count as they did: those that the next ones withdraw, and all that is told of somebody
# whose filming is one of them, since it said whether they live in a priority neighbourhood.
CHANGED = text(f"""
with withdrawn as (
  select fact.* from evidence_fact correction join evidence_fact fact on correction.ref = fact.id::text
  where correction.convention = :convention and correction.seq > :after and correction.seq <= :last
    and correction.ref <> '' and fact.convention = :convention and fact.seq <= :after
)
select seq, kind, subject, organisation from withdrawn
union
select fact.seq, fact.kind, fact.subject, fact.organisation from withdrawn
  join evidence_fact fact on fact.subject = withdrawn.subject and fact.subject <> ''
where withdrawn.kind = '{FILMED.kind}' and fact.convention = :convention and fact.seq <= :after
""")  # noqa: S608 - our own constants
# Take out of the totals what the changed facts count, and whoever they touch with all that is kept of them.
UNCOUNT = text(f"""
with {TOUCHED}, {AGAIN}, {HAPPENED},
gone as (
  delete from reports_presence known using wanted, (
    select 'subjects' as counts, unnest(cast(:subjects as text[])) as who
    union all select 'organisations', unnest(cast(:organisations as text[]))
  ) whose
  where known.convention = :convention and known.measure = wanted.measure
    and wanted.counts = whose.counts and known.who = whose.who
  returning known.measure, known.who, known.month, known.territory, known.department, known.qpv
),
met as (
  select distinct facts.measure, facts.who, spans.period, places.territory, places.department, places.qpv
  from gone facts {PERIODS} {IN_PLACES}
),
less as (
  select territory, period, measure, department, qpv, times as count from happened
  union all
  select territory, period, measure, department, qpv, count(*) from met
  group by territory, period, measure, department, qpv
)
update reports_total total set count = total.count - less.count from less
where total.convention = :convention and total.territory = less.territory and total.period = less.period
  and total.measure = less.measure and total.department = less.department and total.qpv = less.qpv
""")  # noqa: S608 - our own constants
# All of it by its definition, from the facts alone: how many, or how many different ones.
JOURNAL = f"""
filmed as materialized (
  select distinct on (subject) subject as who, seq,
    case when measures @> '{{"qpv": true}}' then 'yes' else 'no' end as qpv
  from evidence_fact
  where convention = :convention and kind = '{FILMED.kind}' and seq <= :last and not exists (
      select from evidence_fact correction
      where correction.ref = evidence_fact.id::text and correction.ref <> '' and correction.seq <= :last)
  order by subject, seq
), {ALL}"""  # noqa: S608 - our own constants
DEFINED = f"""
{JOURNAL},
again as (
  select case when grouping(territory) = 1 then '*' else territory end as territory, period, measure,
    case when grouping(department) = 1 then '*' else department end as department,
    case when grouping(qpv) = 1 then '*' else qpv end as qpv,
    case counts when 'facts' then count(*) else count(distinct who) filter (where who <> '') end as count
  from facts {PERIODS}
  group by grouping sets (
    (period, measure, counts), (period, measure, counts, qpv), (period, measure, counts, department),
    (period, measure, counts, territory), (period, measure, counts, territory, qpv))
)"""  # noqa: S608 - our own constants
RECOUNT = text(f"""
with {DEFINED}
select territory, period, measure, department, qpv, coalesce(kept.count, 0), coalesce(again.count, 0)
from (select * from reports_total where convention = :convention) kept
full join (select * from again where count > 0) again using (territory, period, measure, department, qpv)
where kept.count is distinct from again.count
order by 1, 2, 3, 4, 5
""")  # noqa: S608 - our own constants
# What the statements above keep batch after batch, written at once into empty tables.
REBUILD = (
    text(f"""
with {JOURNAL}
insert into reports_presence (convention, measure, who, month, territory, department, qpv, seq)
select :convention, measure, who, month, territory, department, qpv, min(seq) from facts
where counts <> 'facts' and who <> '' group by measure, who, month, territory, department, qpv
"""),  # noqa: S608 - our own constants
    text(f"""
with {DEFINED}
insert into reports_total (convention, territory, period, measure, department, qpv, count)
select :convention, territory, period, measure, department, qpv, count from again where count > 0
"""),  # noqa: S608 - our own constants
)
