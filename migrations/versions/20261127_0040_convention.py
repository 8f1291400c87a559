"""Keep a convention as data, and what the example `face-2026` is made of."""

import sqlalchemy as sa
from alembic import op

revision = "0040_convention"
down_revision = "0039_checkpoints"
branch_labels = None
depends_on = None

CODE = "face-2026"
PROTOCOL = (
    "Protocole entre la Fondation agir contre l’exclusion et le ministère chargé de la Ville, 2016-2018 "
    "(repris comme exemple)"
)
ARTICLE = (
    "gestionsociale.fr, « La Face et le ministère de la Ville mobilisent 5000 entreprises », septembre 2016"
)
JOURNAL = "Journal de preuves de Vis-à-vis"
AXES = (
    (
        *(1, "inclusion_numerique", "Inclusion numérique", "Digital inclusion"),
        "Jeunes filmés, profils publiés, vues qualifiées, contacts et réponses.",
    ),
    (
        *(2, "insertion", "Insertion sociale et professionnelle", "Social and professional inclusion"),
        "Personnes très éloignées de l’emploi qui suivent un accompagnement renforcé.",
    ),
    (
        *(3, "stages_de_troisieme", "Stages de troisième", "Work placements at the end of middle school"),
        "Collégiens des quartiers accueillis en entreprise, et stages préparés avec eux.",
    ),
    (
        *(4, "innovation", "Innovation économique et sociale", "Economic and social innovation"),
        "Projets lauréats repris dans de nouveaux quartiers.",
    ),
    (
        *(5, "contrats_de_ville", "Entreprises engagées dans les contrats de ville"),
        *("Companies committed to city contracts",),
        "Entreprises du réseau engagées par écrit, et leurs actions par territoire.",
    ),
)
# axis, indicator, label, kind, value, unit, source, dated on.
TARGETS = (
    (1, "filmed", "Jeunes filmés", "target", 750, "persons", PROTOCOL, "2016-09-06"),
    (2, "accompanied", "Personnes accompagnées", "target", 1000, "persons", PROTOCOL, "2016-09-06"),
    (5, "network", "Entreprises du réseau", "baseline", 5250, "companies", ARTICLE, "2016-09-06"),
    (5, "engaged_share", "Entreprises déjà engagées", "baseline", 50, "percent", ARTICLE, "2016-09-06"),
    (1, "filmed", "Jeunes filmés", "result", None, "persons", JOURNAL, "2026-11-23"),
)
PERIODS = (
    ("an-1", "Première année", "2026-09", "2027-08"),
    ("an-2", "Deuxième année", "2027-09", "2028-08"),
    ("an-3", "Troisième année", "2028-09", "2029-08"),
)
RULES = (
    (
        "personnes-2026.1",
        "Une personne est filmée quand sa première vidéo est prête. Elle compte une fois par convention.",
    ),
    (
        "publications-2026.1",
        "Une présentation (vidéo, voix ou texte) est publiée quand la structure l’a validée et mise en ligne.",
    ),
    (
        "vues-2026.1",
        (
            "Une vue compte quand un recruteur connecté d’une entreprise vérifiée, hors service et hors structure "
            "de la personne, a regardé 10 secondes, ou la moitié si c’est plus court. Une au plus par recruteur, "
            "profil et heure."
        ),
    ),
    (
        "contacts-2026.1",
        "Une proposition compte à son envoi par une entreprise vérifiée, une réponse le jour où elle est donnée.",
    ),
    (
        "suites-2026.1",
        (
            "Une suite (entretien, immersion, stage, formation, emploi) compte quand elle est confirmée par "
            "l’autre côté que celui qui l’a dite."
        ),
    ),
    (
        "corrections-2026.1",
        (
            "Un fait écrit par erreur reste dans le journal ; un fait suivant le nomme et dit pourquoi : "
            "il ne compte plus."
        ),
    ),
)
TERRITORIES = ("13", "59", "62", "69", "75", "93")
KINDS = "kind in ('baseline', 'target', 'result')"
UNITS = "unit in ('persons', 'companies', 'percent')"


def upgrade() -> None:
    make_tables()
    fill()


def make_tables() -> None:
    """Make the tables of a convention; each row of the others belongs to one."""
    op.create_table(
        "programme_convention",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("is_example", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_programme_convention")),
        sa.CheckConstraint("starts_on < ends_on", name=op.f("ck_programme_convention_lasts")),
    )
    of_convention(
        "axis",
        ["number"],
        sa.Column("number", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("code", "title", "title_en", "counted")),
    )
    of_convention(
        "target",
        ["indicator", "kind", "dated_on"],
        sa.Column("axis", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("indicator", "label", "kind")),
        sa.Column("value", sa.Integer(), nullable=True),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("unit", "source")),
        sa.Column("dated_on", sa.Date(), nullable=False),
        sa.CheckConstraint(KINDS, name=op.f("ck_programme_target_kind_known")),
        sa.CheckConstraint(UNITS, name=op.f("ck_programme_target_unit_known")),
        sa.CheckConstraint(
            "(value is null) = (kind = 'result')", name=op.f("ck_programme_target_result_is_counted")
        ),
        sa.ForeignKeyConstraint(
            ["convention", "axis"],
            ["programme_axis.convention", "programme_axis.number"],
            name=op.f("fk_programme_target_convention_programme_axis"),
        ),
    )
    months = (sa.Column(name, sa.Text(), nullable=False) for name in ("first_month", "last_month"))
    of_convention(
        "period",
        ["code"],
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        *months,
        sa.CheckConstraint("first_month <= last_month", name=op.f("ck_programme_period_lasts")),
    )
    of_convention(
        "rule",
        ["version"],
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("in_force_on", sa.Date(), nullable=False),
    )
    of_convention("territory", ["department"], sa.Column("department", sa.Text(), nullable=False))


def of_convention(name: str, key: list[str], *columns: sa.Column | sa.Constraint) -> None:  # type: ignore[type-arg]  # SQLAlchemy's own
    """Make a table whose rows belong to a convention."""
    op.create_table(
        f"programme_{name}",
        sa.Column("convention", sa.Text(), nullable=False),
        *columns,
        sa.PrimaryKeyConstraint("convention", *key, name=op.f(f"pk_programme_{name}")),
        sa.ForeignKeyConstraint(
            ["convention"],
            ["programme_convention.code"],
            name=op.f(f"fk_programme_{name}_convention_programme_convention"),
        ),
    )


def fill() -> None:
    """Write the example down."""
    put(
        "convention",
        ("code", "title", "starts_on", "ends_on", "is_example"),
        [(CODE, "Convention d’exemple FACE 2026-2029", "2026-09-01", "2029-08-31", "true")],
    )
    put("axis", ("convention", "number", "code", "title", "title_en", "counted"), with_code(AXES))
    columns = ("convention", "axis", "indicator", "label", "kind", "value", "unit", "source", "dated_on")
    put("target", columns, with_code(TARGETS))
    put("period", ("convention", "code", "label", "first_month", "last_month"), with_code(PERIODS))
    put(
        "rule",
        ("convention", "version", "text", "in_force_on"),
        [(CODE, *rule, "2026-11-23") for rule in RULES],
    )
    put("territory", ("convention", "department"), [(CODE, department) for department in TERRITORIES])


def with_code(rows: tuple[tuple[object, ...], ...]) -> list[tuple[object, ...]]:
    """Return rows of the example."""
    return [(CODE, *row) for row in rows]


def put(name: str, columns: tuple[str, ...], rows: list[tuple[object, ...]]) -> None:
    """Insert rows of our own."""
    values = ",\n  ".join(f"({', '.join(map(literal, row))})" for row in rows)
    op.execute(f"insert into programme_{name} ({', '.join(columns)}) values\n  {values}".replace(":", r"\:"))


def literal(value: object) -> str:
    """Write a value as SQL does; dates and booleans are read from their text."""
    if value is None:
        return "null"
    return str(value) if isinstance(value, int) else f"'{value}'"


def downgrade() -> None:
    for name in ("territory", "rule", "period", "target", "axis", "convention"):
        op.drop_table(f"programme_{name}")
