"""Appointments in enterprises (企业用证人员), and narrower roles of issuing departments."""

from collections.abc import Mapping
from types import MappingProxyType

import sqlalchemy as sa
from alembic import op

from storage.migrations.triggers_0046 import STATEMENTS

revision = "0046"
down_revision = "0045"
branch_labels = None
depends_on = None

_ORG = "'org_admin', 'org_agent'"
_DESKS = "'maker', 'checker', 'seal_keeper', 'seal_approver'"
_REST = "'archivist', 'supervisor', 'auditor', 'system_admin', 'security_admin'"
_ALL = f"role IN ('issuer', 'window', 'citizen', {_ORG}, {_DESKS}, {_REST})"
_STAFF = f"role IN ('issuer', 'window', {_DESKS}, {_REST})"
_ALL_BEFORE = f"role IN ('issuer', 'window', 'citizen', {_REST})"
_STAFF_BEFORE = f"role IN ('issuer', 'window', {_REST})"
_HOLD = "(role IN ('citizen', 'org_admin', 'org_agent')) = (holder_key <> '')"
_APPOINTED = f"(role IN ({_ORG})) = (appointment IS NOT NULL)"
_NAMED = "appointment IS NULL OR (actor_key <> '' AND actor_key <> holder_key)"
_SEPARATED = ("access_tokens", "account_roles", "people_roles", "clients")


def upgrade() -> None:
    """Add the tables, and widen the rules of the roles."""
    _create_appointments()
    if op.get_bind().dialect.name == "sqlite":
        _renew_all()
    else:
        _widen("access_tokens", _ALL)
        _widen("account_roles", _STAFF)
        _widen("access_decisions", _ALL)
        _widen_tokens()
    connection = op.get_bind()
    for of_dialect, statement in STATEMENTS:
        if of_dialect == connection.dialect.name:
            connection.exec_driver_sql(statement)


def _create_appointments() -> None:
    op.create_table(
        "appointments",
        sa.Column("number", sa.String(length=21), nullable=False),
        sa.Column("enterprise_key", sa.String(length=64), nullable=False),
        sa.Column("enterprise_shown", sa.String(length=512), nullable=False),
        sa.Column("person_key", sa.String(length=64), nullable=False),
        sa.Column("person_shown", sa.String(length=200), nullable=False),
        sa.Column("post", sa.String(length=16), nullable=False),
        sa.Column("license_types", sa.Text(), nullable=False),
        sa.Column("matters", sa.Text(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("appointed_at", sa.BigInteger(), nullable=False),
        sa.Column("appointed_by", sa.String(length=200), nullable=False),
        sa.Column("sponsor_key", sa.String(length=64), nullable=False),
        sa.Column("under", sa.String(length=21), nullable=True),
        sa.CheckConstraint(
            "post IN ('administrator', 'agent')", name=op.f("ck_appointments_post_known")
        ),
        sa.CheckConstraint(
            "person_key <> sponsor_key AND person_key <> enterprise_key"
            " AND person_key <> '' AND sponsor_key <> '' AND enterprise_key <> ''",
            name=op.f("ck_appointments_two_people"),
        ),
        sa.CheckConstraint(
            "post = 'agent' OR under IS NULL",
            name=op.f("ck_appointments_administrators_by_representative"),
        ),
        sa.CheckConstraint("appointed_by <> ''", name=op.f("ck_appointments_appointed_by_named")),
        sa.ForeignKeyConstraint(
            ["under"], ["appointments.number"], name=op.f("fk_appointments_under_appointments")
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_appointments")),
    )
    for column in ("enterprise_key", "person_key"):
        op.create_index(f"ix_appointments_{column}", "appointments", [column], unique=False)
    op.create_table(
        "appointment_events",
        sa.Column("row", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("number", sa.String(length=21), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("by", sa.String(length=200), nullable=False),
        sa.Column("sponsor_key", sa.String(length=64), nullable=True),
        sa.Column("under", sa.String(length=21), nullable=True),
        sa.CheckConstraint(
            "kind IN ('confirmed', 'suspended', 'ended')",
            name=op.f("ck_appointment_events_kind_known"),
        ),
        sa.CheckConstraint("by <> ''", name=op.f("ck_appointment_events_by_named")),
        sa.CheckConstraint(
            "(kind = 'confirmed') = (sponsor_key IS NOT NULL)",
            name=op.f("ck_appointment_events_confirmed_by_somebody"),
        ),
        sa.CheckConstraint(
            "under IS NULL OR kind = 'confirmed'",
            name=op.f("ck_appointment_events_under_confirmed"),
        ),
        sa.ForeignKeyConstraint(
            ["number"],
            ["appointments.number"],
            name=op.f("fk_appointment_events_number_appointments"),
        ),
        sa.ForeignKeyConstraint(
            ["under"],
            ["appointments.number"],
            name=op.f("fk_appointment_events_under_appointments"),
        ),
        sa.PrimaryKeyConstraint("row", name=op.f("pk_appointment_events")),
    )
    op.create_index("ix_appointment_events_number", "appointment_events", ["number"], unique=False)


def _widen(table: str, rule: str) -> None:
    name = op.f(f"ck_{table}_role_known")
    op.drop_constraint(name, table, type_="check")
    op.create_check_constraint(name, table, rule)


def _widen_tokens() -> None:
    op.add_column(
        "access_tokens",
        sa.Column("actor_key", sa.String(length=64), nullable=False, server_default=""),
    )
    op.alter_column("access_tokens", "actor_key", server_default=None)
    op.add_column("access_tokens", sa.Column("appointment", sa.String(length=21), nullable=True))
    op.create_foreign_key(
        op.f("fk_access_tokens_appointment_appointments"),
        "access_tokens",
        "appointments",
        ["appointment"],
        ["number"],
    )
    op.drop_constraint(op.f("ck_access_tokens_citizens_hold"), "access_tokens", type_="check")
    for name, rule in (
        ("holders_hold", _HOLD),
        ("staff_appointed", _APPOINTED),
        ("staff_named", _NAMED),
    ):
        op.create_check_constraint(op.f(f"ck_access_tokens_{name}"), "access_tokens", rule)


def _renew_all() -> None:
    """Make the tables anew: SQLite cannot change a rule."""
    for table in _SEPARATED:
        # They name the tables, and would follow one that is renamed.
        op.execute(f"DROP TRIGGER {table}_separated")
        op.execute(f"DROP TRIGGER {table}_separated_update")
    connection = op.get_bind()
    sessions = [
        sql
        for (sql,) in connection.exec_driver_sql(
            "SELECT sql FROM sqlite_master WHERE tbl_name = 'sessions' AND sql IS NOT NULL"
            " ORDER BY type DESC"
        )
    ]
    op.execute("CREATE TABLE sessions_before AS SELECT * FROM sessions")
    op.drop_table("sessions")
    _renew(
        "access_tokens",
        {
            _ALL_BEFORE: _ALL,
            "expires_at BIGINT,": "expires_at BIGINT, actor_key VARCHAR(64) NOT NULL,"
            " appointment VARCHAR(21),",
            "CONSTRAINT ck_access_tokens_citizens_hold"
            " CHECK ((role = 'citizen') = (holder_key <> ''))": (
                f"CONSTRAINT ck_access_tokens_holders_hold CHECK ({_HOLD}),"
                f" CONSTRAINT ck_access_tokens_staff_appointed CHECK ({_APPOINTED}),"
                f" CONSTRAINT ck_access_tokens_staff_named CHECK ({_NAMED}),"
                " CONSTRAINT fk_access_tokens_appointment_appointments"
                " FOREIGN KEY(appointment) REFERENCES appointments (number)"
            ),
        },
        added=MappingProxyType({"actor_key": "''", "appointment": "NULL"}),
    )
    _renew("account_roles", {_STAFF_BEFORE: _STAFF})
    _renew("access_decisions", {_ALL_BEFORE: _ALL})
    for sql in sessions:
        op.execute(sql)
    op.execute("INSERT INTO sessions SELECT * FROM sessions_before")
    op.drop_table("sessions_before")


def _renew(
    table: str, changes: Mapping[str, str], *, added: Mapping[str, str] = MappingProxyType({})
) -> None:
    """Make a table anew with parts of its definition changed, and its rows and indexes in it."""
    connection = op.get_bind()
    made = connection.exec_driver_sql(
        f"SELECT sql FROM sqlite_master WHERE type = 'table' AND name = '{table}'"
    ).scalar_one()
    for old, new in changes.items():
        if made.count(old) != 1:
            raise RuntimeError(f"{table} is not as it was made: {old}")
        made = made.replace(old, new)
    indexes = connection.exec_driver_sql(
        "SELECT sql FROM sqlite_master"
        f" WHERE type = 'index' AND tbl_name = '{table}' AND sql IS NOT NULL"
    ).scalars()
    known = list(indexes)
    columns = [f'"{row[1]}"' for row in connection.exec_driver_sql(f"PRAGMA table_info({table})")]
    op.rename_table(table, f"{table}_before")
    op.execute(made)
    op.execute(
        f"INSERT INTO {table} ({', '.join([*columns, *added])})"
        f" SELECT {', '.join([*columns, *added.values()])} FROM {table}_before"
    )
    op.drop_table(f"{table}_before")
    for sql in known:
        op.execute(sql)
