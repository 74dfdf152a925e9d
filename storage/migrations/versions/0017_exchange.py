"""Handovers of packages, who took them, and what they are found by."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

_UNLISTED = sa.text("issued_on IS NULL")
_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


_ROLES = "role in ('issuer', 'window', 'citizen', 'archivist')"


def upgrade() -> None:
    """Add what this version adds."""
    _let_archivists_in()
    op.create_table(
        "archive_handovers",
        sa.Column("row", _BIG, autoincrement=True, nullable=False),
        sa.Column("identity", sa.String(length=64), nullable=False),
        sa.Column("side", sa.String(length=10), nullable=False),
        sa.Column("number", sa.String(length=26), nullable=False),
        sa.Column("partner", sa.String(length=500), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("encoded", sa.LargeBinary(), nullable=False),
        sa.Column("receipt", sa.LargeBinary(), nullable=True),
        sa.Column("closed_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "side IN ('sent', 'received')", name=op.f("ck_archive_handovers_side_known")
        ),
        sa.CheckConstraint(
            "length(identity) = 64", name=op.f("ck_archive_handovers_identity_length")
        ),
        sa.CheckConstraint(
            "(receipt IS NULL) = (closed_at IS NULL)",
            name=op.f("ck_archive_handovers_closed_whole"),
        ),
        sa.PrimaryKeyConstraint("row", name=op.f("pk_archive_handovers")),
        sa.UniqueConstraint("identity", "side", name=op.f("uq_archive_handovers_identity_side")),
    )
    op.create_index("ix_archive_handovers_digest", "archive_handovers", ["digest"])
    op.create_table(
        "archive_uses",
        sa.Column("row", _BIG, autoincrement=True, nullable=False),
        sa.Column("package_id", sa.String(length=64), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("person", sa.String(length=200), nullable=False),
        sa.Column("purpose", sa.String(length=200), nullable=False),
        sa.Column("salt", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["package_id"],
            ["archive_packages.package_id"],
            name=op.f("fk_archive_uses_package_id_archive_packages"),
        ),
        sa.PrimaryKeyConstraint("row", name=op.f("pk_archive_uses")),
    )
    op.create_index("ix_archive_uses_package_id", "archive_uses", ["package_id"])
    for column in (
        sa.Column("holder_key", sa.String(length=64), nullable=True),
        sa.Column("number_key", sa.String(length=64), nullable=True),
        sa.Column("type_code", sa.String(length=21), nullable=True),
        sa.Column("issued_on", sa.Date(), nullable=True),
    ):
        op.add_column("archive_packages", column)
    for columns in (
        ("holder_key", "archived_at"),
        ("number_key", "archived_at"),
        ("type_code", "archived_at"),
        ("type_code", "issued_on"),
        ("kind", "archived_at"),
        ("kind", "issued_on"),
        ("issued_on",),
        ("archived_at",),
    ):
        name = f"ix_archive_packages_{'_'.join(columns)}"
        op.create_index(name, "archive_packages", [*columns, "row"])
    op.create_index(
        "ix_archive_packages_unlisted",
        "archive_packages",
        ["row"],
        sqlite_where=_UNLISTED,
        postgresql_where=_UNLISTED,
    )


def _let_archivists_in() -> None:
    """Widen the rule of the roles; SQLite cannot change a rule, so the table is made anew."""
    if op.get_bind().dialect.name != "sqlite":
        op.drop_constraint(op.f("ck_access_tokens_role_known"), "access_tokens", type_="check")
        op.create_check_constraint(op.f("ck_access_tokens_role_known"), "access_tokens", _ROLES)
        return
    op.rename_table("access_tokens", "access_tokens_before")
    op.create_table(
        "access_tokens",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("person", sa.String(length=200), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("holder_key", sa.String(length=64), nullable=False),
        sa.Column("holder_shown", sa.String(length=512), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(_ROLES, name=op.f("ck_access_tokens_role_known")),
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
