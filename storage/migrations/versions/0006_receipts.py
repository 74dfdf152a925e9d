"""Receipts that were given of verdicts."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add what this version adds."""
    op.create_table(
        "receipts",
        sa.Column("number", sa.String(length=26), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("issued_at", sa.BigInteger(), nullable=False),
        sa.Column("document", sa.String(length=64), nullable=False),
        sa.Column("conclusion", sa.String(length=16), nullable=False),
        sa.Column("requester", sa.String(length=200), nullable=False),
        sa.Column("request_key", sa.String(length=64), nullable=True),
        sa.Column("page", sa.String(length=64), nullable=True),
        sa.CheckConstraint("length(number) = 26", name=op.f("ck_receipts_number_length")),
        sa.CheckConstraint("length(digest) = 64", name=op.f("ck_receipts_digest_length")),
        sa.CheckConstraint("length(document) = 64", name=op.f("ck_receipts_document_length")),
        sa.CheckConstraint("length(page) = 64", name=op.f("ck_receipts_page_length")),
        sa.CheckConstraint(
            "conclusion IN ('failed', 'indeterminate', 'passed')",
            name=op.f("ck_receipts_conclusion_known"),
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_receipts")),
        sa.UniqueConstraint("request_key", name=op.f("uq_receipts_request_key")),
    )
    op.create_index("ix_receipts_issued_at", "receipts", ["issued_at"])
    op.create_index("ix_receipts_document", "receipts", ["document"])
