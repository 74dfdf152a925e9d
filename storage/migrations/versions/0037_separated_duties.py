"""三员分立: administrators and the auditor sign in, each of them as nothing else."""

import sqlalchemy as sa
from alembic import op

from storage.migrations.triggers_0037 import STATEMENTS

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None

_NEW = "'auditor', 'system_admin', 'security_admin'"
_STAFF = f"role IN ('issuer', 'window', 'archivist', 'supervisor', {_NEW})"
_ALL = f"role IN ('issuer', 'window', 'citizen', 'archivist', 'supervisor', {_NEW})"
_STANDING = "ended_at IS NULL"


def upgrade() -> None:
    """Widen the rules of the roles, and hold the three apart."""
    if op.get_bind().dialect.name == "sqlite":
        # SQLite cannot change a rule, so the tables are made anew, and what hangs on them as well.
        op.execute("CREATE TABLE sessions_before AS SELECT * FROM sessions")
        op.drop_table("sessions")
        _renew_access_tokens()
        _renew_account_roles()
        _create_sessions()
    else:
        _widen("access_tokens", _ALL)
        _widen("account_roles", _STAFF)
    op.create_index("ix_access_tokens_person", "access_tokens", ["person"], unique=False)
    connection = op.get_bind()
    for of_dialect, statement in STATEMENTS:
        if of_dialect == connection.dialect.name:
            connection.exec_driver_sql(statement)


def _widen(table: str, rule: str) -> None:
    name = op.f(f"ck_{table}_role_known")
    op.drop_constraint(name, table, type_="check")
    op.create_check_constraint(name, table, rule)


def _renew_access_tokens() -> None:
    op.rename_table("access_tokens", "access_tokens_before")
    op.create_table(
        "access_tokens",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("person", sa.String(length=200), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("holder_key", sa.String(length=64), nullable=False),
        sa.Column("holder_shown", sa.String(length=512), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(_ALL, name=op.f("ck_access_tokens_role_known")),
        sa.CheckConstraint(
            "(role = 'citizen') = (holder_key <> '')", name=op.f("ck_access_tokens_citizens_hold")
        ),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_access_tokens")),
    )
    op.execute(
        "INSERT INTO access_tokens (digest, person, role, holder_key, holder_shown, expires_at)"
        " SELECT digest, person, role, holder_key, holder_shown, expires_at"
        " FROM access_tokens_before"
    )
    op.drop_table("access_tokens_before")


def _renew_account_roles() -> None:
    op.drop_index("uq_account_roles_standing", "account_roles")
    op.rename_table("account_roles", "account_roles_before")
    op.create_table(
        "account_roles",
        sa.Column("row", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("account", sa.String(length=64), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("bound_at", sa.BigInteger(), nullable=False),
        sa.Column("bound_by", sa.String(length=200), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("ended_by", sa.String(length=200), nullable=True),
        sa.CheckConstraint(_STAFF, name=op.f("ck_account_roles_role_known")),
        sa.CheckConstraint("bound_by <> ''", name=op.f("ck_account_roles_bound_by_named")),
        sa.CheckConstraint(
            "(ended_at IS NULL) = (ended_by IS NULL)", name=op.f("ck_account_roles_end_whole")
        ),
        sa.CheckConstraint(
            "ended_at IS NULL OR ended_at >= bound_at", name=op.f("ck_account_roles_end_after")
        ),
        sa.ForeignKeyConstraint(
            ["account"], ["accounts.account"], name=op.f("fk_account_roles_account_accounts")
        ),
        sa.PrimaryKeyConstraint("row", name=op.f("pk_account_roles")),
    )
    columns = '"row", account, role, bound_at, bound_by, ended_at, ended_by'
    op.execute(f"INSERT INTO account_roles ({columns}) SELECT {columns} FROM account_roles_before")
    op.drop_table("account_roles_before")
    op.create_index(
        "uq_account_roles_standing",
        "account_roles",
        ["account", "role"],
        unique=True,
        sqlite_where=sa.text(_STANDING),
    )


def _create_sessions() -> None:
    op.create_table(
        "sessions",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("access", sa.String(length=64), nullable=False),
        sa.Column("address", sa.String(length=64), nullable=False),
        sa.Column("signed_in_at", sa.BigInteger(), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "length(digest) = 64 AND length(address) = 64",
            name=op.f("ck_sessions_digests_whole"),
        ),
        sa.CheckConstraint("seen_at >= signed_in_at", name=op.f("ck_sessions_seen_since")),
        sa.ForeignKeyConstraint(
            ["access"],
            ["access_tokens.digest"],
            name=op.f("fk_sessions_access_access_tokens"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_sessions")),
    )
    op.execute("INSERT INTO sessions SELECT * FROM sessions_before")
    op.drop_table("sessions_before")
    op.create_index("ix_sessions_access", "sessions", ["access"], unique=False)
    op.create_index("ix_sessions_seen_at", "sessions", ["seen_at"], unique=False)
