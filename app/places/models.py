"""Tables of reference data: communes and jobs."""

from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base


class Commune(Base):
    """A French commune with the point that stands for it."""

    __tablename__ = "place_commune"

    insee: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(index=True)
    department: Mapped[str] = mapped_column(index=True)
    postal_code: Mapped[str]
    latitude: Mapped[float]
    longitude: Mapped[float]


class Job(Base):
    """A job of the ROME nomenclature (code such as D1106, label in French)."""

    __tablename__ = "place_job"

    code: Mapped[str] = mapped_column(primary_key=True)
    label: Mapped[str]


class JobTitle(Base):
    """One of the everyday names of a ROME job (appellation)."""

    __tablename__ = "place_job_title"

    label: Mapped[str] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(index=True)
