"""Tables of conventions: axes, targets, periods, counting rules, territories."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, one_of
from app.programmes.rules import TARGET_KINDS, UNITS


class Convention(Base):
    """What a funder and the service agreed on; facts name it by its code."""

    __tablename__ = "programme_convention"
    __table_args__ = (CheckConstraint("starts_on < ends_on", name="lasts"),)

    code: Mapped[str] = mapped_column(primary_key=True)
    title: Mapped[str]
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    is_example: Mapped[bool]


class OfConvention:
    """Mixin of tables whose rows belong to a convention."""

    convention: Mapped[str] = mapped_column(ForeignKey("programme_convention.code"), primary_key=True)


class Axis(OfConvention, Base):
    """One axis: its number in facts, its title in both languages, what is counted."""

    __tablename__ = "programme_axis"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    code: Mapped[str]
    title: Mapped[str]
    title_en: Mapped[str]
    counted: Mapped[str]


class Target(OfConvention, Base):
    """A number of an indicator: where it started, where it shall come; a result has none, it is counted."""

    __tablename__ = "programme_target"
    __table_args__ = (
        one_of("kind", TARGET_KINDS),
        one_of("unit", UNITS),
        CheckConstraint("(value is null) = (kind = 'result')", name="result_is_counted"),
        ForeignKeyConstraint(
            ["convention", "axis"],
            ["programme_axis.convention", "programme_axis.number"],
            name="fk_programme_target_convention_programme_axis",
        ),
    )

    axis: Mapped[int]
    indicator: Mapped[str] = mapped_column(primary_key=True)
    label: Mapped[str]
    kind: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[int | None]
    unit: Mapped[str]
    source: Mapped[str]
    dated_on: Mapped[date] = mapped_column(primary_key=True)


class Period(OfConvention, Base):
    """Whole months that are counted together, such as a year of the convention: 2026-09 to 2027-08."""

    __tablename__ = "programme_period"
    __table_args__ = (CheckConstraint("first_month <= last_month", name="lasts"),)

    code: Mapped[str] = mapped_column(primary_key=True)
    label: Mapped[str]
    first_month: Mapped[str]
    last_month: Mapped[str]


class CountingRule(OfConvention, Base):
    """A version of a rule that counts facts, as anybody reads it, and since when."""

    __tablename__ = "programme_rule"

    version: Mapped[str] = mapped_column(primary_key=True)
    text: Mapped[str]
    in_force_on: Mapped[date]


class Territory(OfConvention, Base):
    """A department that the convention is about."""

    __tablename__ = "programme_territory"

    department: Mapped[str] = mapped_column(primary_key=True)
