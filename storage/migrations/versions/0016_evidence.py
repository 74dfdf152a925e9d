"""Evidence over archived packages: batches, timestamps over them, and what is read again."""

import sqlalchemy as sa
from alembic import op

from storage.migrations.triggers_0016 import STATEMENTS

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add what this version adds; every package that is there waits for its batch."""
    _create_evidence_batches()
    _create_evidence_members()
    _create_evidence_stamps()
    _create_evidence_readings()
    dialect = op.get_bind().dialect.name
    for of_dialect, statement in STATEMENTS:
        if of_dialect == dialect:
            op.get_bind().exec_driver_sql(statement)
    op.execute('INSERT INTO evidence_members (package) SELECT "row" FROM archive_packages')


def _create_evidence_batches() -> None:
    op.create_table(
        "evidence_batches",
        sa.Column("number", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("packages", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_evidence_batches")),
    )


def _create_evidence_members() -> None:
    op.create_table(
        "evidence_members",
        sa.Column("package", _BIG, autoincrement=False, nullable=False),
        sa.Column("batch", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["batch"],
            ["evidence_batches.number"],
            name=op.f("fk_evidence_members_batch_evidence_batches"),
        ),
        sa.ForeignKeyConstraint(
            ["package"],
            ["archive_packages.row"],
            name=op.f("fk_evidence_members_package_archive_packages"),
        ),
        sa.PrimaryKeyConstraint("package", name=op.f("pk_evidence_members")),
    )
    op.create_index("ix_evidence_members_batch", "evidence_members", ["batch", "package"])


def _create_evidence_stamps() -> None:
    op.create_table(
        "evidence_stamps",
        sa.Column("batch", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("chain", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=32), nullable=False),
        sa.Column("token", sa.LargeBinary(), nullable=False),
        sa.Column("stamped_at", sa.BigInteger(), nullable=False),
        sa.Column("ends_at", sa.BigInteger(), nullable=False),
        sa.Column("leaves", sa.LargeBinary(), nullable=True),
        sa.Column("lists", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint(
            "digest IN ('1.2.156.10197.1.401', '2.16.840.1.101.3.4.2.3')",
            name=op.f("ck_evidence_stamps_digest_known"),
        ),
        sa.CheckConstraint(
            "chain >= 1 AND number >= chain", name=op.f("ck_evidence_stamps_counts")
        ),
        sa.ForeignKeyConstraint(
            ["batch"],
            ["evidence_batches.number"],
            name=op.f("fk_evidence_stamps_batch_evidence_batches"),
        ),
        sa.PrimaryKeyConstraint("batch", "number", name=op.f("pk_evidence_stamps")),
    )


def _create_evidence_readings() -> None:
    op.create_table(
        "evidence_readings",
        sa.Column("batch", sa.Integer(), nullable=False),
        sa.Column("skip", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("hashes", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["batch"],
            ["evidence_batches.number"],
            name=op.f("fk_evidence_readings_batch_evidence_batches"),
        ),
        sa.PrimaryKeyConstraint("batch", "skip", name=op.f("pk_evidence_readings")),
    )
