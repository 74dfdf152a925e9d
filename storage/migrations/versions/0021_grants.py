"""Grants, refused over-asking, annotated copies, and what a use says besides."""

import sqlalchemy as sa
from alembic import op

from storage.migrations.triggers_0021 import STATEMENTS

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add what this version adds."""
    for name, length in (("matter", 40), ("case_id", 21), ("grant_id", 21), ("on_behalf_of", 200)):
        op.add_column("usages", sa.Column(name, sa.String(length=length), nullable=True))
    op.create_index("ix_usages_grant_id", "usages", ["grant_id"])

    _create_overasks()
    _create_use_counts()
    _create_disputes()
    _create_grants()
    _create_annotated_copies()
    _create_dispute_answers()
    _create_grant_events()
    _create_grant_fields()
    _create_copy_revocations()
    dialect = op.get_bind().dialect.name
    for of_dialect, statement in STATEMENTS:
        if of_dialect == dialect:
            op.get_bind().exec_driver_sql(statement)


def _create_overasks() -> None:
    op.create_table(
        "overasks",
        sa.Column("row", _BIG, autoincrement=True, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("user", sa.String(length=200), nullable=False),
        sa.Column("department", sa.String(length=200), nullable=False),
        sa.Column("matter", sa.String(length=40), nullable=False),
        sa.Column("type_code", sa.String(length=21), nullable=False),
        sa.Column("case_id", sa.String(length=21), nullable=False),
        sa.Column("fields", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "day = (at + 28800000000) / 86400000000", name=op.f("ck_overasks_that_day")
        ),
        sa.PrimaryKeyConstraint("row", name=op.f("pk_overasks")),
    )
    op.create_index("ix_overasks_day", "overasks", ["day"], unique=False)


def _create_use_counts() -> None:
    op.create_table(
        "use_counts",
        sa.Column("holder_key", sa.String(length=64), nullable=False),
        sa.Column("through", _BIG, autoincrement=False, nullable=False),
        sa.Column("uses", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("salt", sa.String(length=32), nullable=False),
        sa.Column("counted_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("uses >= 1", name=op.f("ck_use_counts_some_uses")),
        sa.PrimaryKeyConstraint("holder_key", "through", name=op.f("pk_use_counts")),
    )
    op.create_index("ix_use_counts_through", "use_counts", ["through"], unique=False)


def _create_disputes() -> None:
    op.create_table(
        "disputes",
        sa.Column("row", _BIG, autoincrement=True, nullable=False),
        sa.Column("id", sa.String(length=21), nullable=False),
        sa.Column("use_row", _BIG, nullable=False),
        sa.Column("holder_key", sa.String(length=64), nullable=False),
        sa.Column("department", sa.String(length=200), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("raised_at", sa.BigInteger(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("due_at > raised_at", name=op.f("ck_disputes_time_to_answer")),
        sa.ForeignKeyConstraint(
            ["use_row"], ["usages.row"], name=op.f("fk_disputes_use_row_usages")
        ),
        sa.PrimaryKeyConstraint("row", name=op.f("pk_disputes")),
        sa.UniqueConstraint("id", name=op.f("uq_disputes_id")),
        sa.UniqueConstraint("use_row", name=op.f("uq_disputes_use_row")),
    )
    op.create_index("ix_disputes_department", "disputes", ["department"], unique=False)
    op.create_index("ix_disputes_holder_key", "disputes", ["holder_key"], unique=False)


def _create_grants() -> None:
    op.create_table(
        "grants",
        sa.Column("row", _BIG, autoincrement=True, nullable=False),
        sa.Column("id", sa.String(length=21), nullable=False),
        sa.Column("request_key", sa.String(length=300), nullable=False),
        sa.Column("license", sa.String(length=128), nullable=False),
        sa.Column("holder_key", sa.String(length=64), nullable=False),
        sa.Column("basis", sa.String(length=16), nullable=False),
        sa.Column("matter", sa.String(length=40), nullable=False),
        sa.Column("grantee_kind", sa.String(length=16), nullable=False),
        sa.Column("grantee", sa.String(length=200), nullable=False),
        sa.Column("purpose", sa.String(length=200), nullable=False),
        sa.Column("not_before", sa.BigInteger(), nullable=False),
        sa.Column("not_after", sa.BigInteger(), nullable=False),
        sa.Column("max_uses", sa.Integer(), nullable=False),
        sa.Column("given_by", sa.String(length=200), nullable=False),
        sa.Column(
            "given_at_window",
            sa.Boolean(create_constraint=True, name="given_at_window_flag"),
            nullable=False,
        ),
        sa.Column("evidence_kind", sa.String(length=16), nullable=True),
        sa.Column("evidence", sa.String(length=200), nullable=True),
        sa.Column("legal_ref", sa.String(length=200), nullable=True),
        sa.Column("noticed_at", sa.BigInteger(), nullable=True),
        sa.Column("case_id", sa.String(length=21), nullable=True),
        sa.Column("parent", sa.String(length=21), nullable=True),
        sa.Column("parent_not_after", sa.BigInteger(), nullable=True),
        sa.Column("parent_depth", sa.Integer(), nullable=True),
        sa.Column("depth", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(basis = 'legal_duty') = (coalesce(legal_ref, '') <> '')",
            name=op.f("ck_grants_duty_named"),
        ),
        sa.CheckConstraint(
            "(basis = 'one_case') = (case_id IS NOT NULL)", name=op.f("ck_grants_case_named")
        ),
        sa.CheckConstraint(
            "NOT given_at_window OR coalesce(evidence_kind, '') <> 'session'",
            name=op.f("ck_grants_window_no_session"),
        ),
        sa.CheckConstraint(
            "basis <> 'consent' OR coalesce(evidence, '') <> ''",
            name=op.f("ck_grants_consent_evident"),
        ),
        sa.CheckConstraint(
            "basis <> 'delegation' OR (grantee_kind <> 'matter' AND grantee <> given_by)",
            name=op.f("ck_grants_delegation_to_another"),
        ),
        sa.CheckConstraint(
            "basis <> 'delegation' OR coalesce(evidence, '') <> ''",
            name=op.f("ck_grants_delegation_evident"),
        ),
        sa.CheckConstraint(
            "basis <> 'delegation' OR not_after <= not_before + 2592000000000",
            name=op.f("ck_grants_delegation_month"),
        ),
        sa.CheckConstraint(
            "basis <> 'legal_duty' OR (noticed_at IS NOT NULL AND given_at_window)",
            name=op.f("ck_grants_duty_noticed"),
        ),
        sa.CheckConstraint(
            "basis <> 'one_case' OR grantee_kind = 'matter'", name=op.f("ck_grants_case_of_matter")
        ),
        sa.CheckConstraint(
            "basis IN ('consent', 'legal_duty', 'one_case', 'delegation')",
            name=op.f("ck_grants_basis_known"),
        ),
        sa.CheckConstraint(
            "evidence_kind IN ('session', 'id_reader', 'face', 'paper')",
            name=op.f("ck_grants_evidence_kind_known"),
        ),
        sa.CheckConstraint(
            "grantee_kind IN ('matter', 'person', 'organization')",
            name=op.f("ck_grants_grantee_kind_known"),
        ),
        sa.CheckConstraint(
            "matter <> '' AND grantee <> '' AND purpose <> '' AND holder_key <> ''",
            name=op.f("ck_grants_named"),
        ),
        sa.CheckConstraint(
            "parent IS NULL OR basis = 'delegation'", name=op.f("ck_grants_passed_on_delegation")
        ),
        sa.CheckConstraint(
            "(evidence_kind IS NULL) = (evidence IS NULL)", name=op.f("ck_grants_evidence_whole")
        ),
        sa.CheckConstraint(
            "(parent IS NULL) = (parent_not_after IS NULL) AND (parent IS NULL) = (parent_depth IS NULL)",
            name=op.f("ck_grants_parent_whole"),
        ),
        sa.CheckConstraint(
            "depth = coalesce(parent_depth, 0) + 1 AND depth <= 2",
            name=op.f("ck_grants_passed_on_once"),
        ),
        sa.CheckConstraint("max_uses BETWEEN 1 AND 1000", name=op.f("ck_grants_uses_bounded")),
        sa.CheckConstraint(
            "not_after <= not_before + 31622400000000", name=op.f("ck_grants_year_at_most")
        ),
        sa.CheckConstraint("not_after > not_before", name=op.f("ck_grants_time_ordered")),
        sa.CheckConstraint(
            "parent IS NULL OR not_after <= parent_not_after",
            name=op.f("ck_grants_passed_on_within"),
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_grants_case"),
        sa.ForeignKeyConstraint(
            ["license"], ["licenses.identifier"], name=op.f("fk_grants_license_licenses")
        ),
        sa.ForeignKeyConstraint(
            ["parent", "license", "holder_key", "matter", "parent_not_after", "parent_depth"],
            [
                "grants.id",
                "grants.license",
                "grants.holder_key",
                "grants.matter",
                "grants.not_after",
                "grants.depth",
            ],
            name="fk_grants_parent",
        ),
        sa.PrimaryKeyConstraint("row", name=op.f("pk_grants")),
        sa.UniqueConstraint(
            "id", "license", "holder_key", "matter", "not_after", "depth", name="uq_grants_whole"
        ),
        sa.UniqueConstraint("id", name=op.f("uq_grants_id")),
        sa.UniqueConstraint("request_key", name=op.f("uq_grants_request_key")),
    )
    op.create_index("ix_grants_given_by", "grants", ["given_by"], unique=False)
    op.create_index("ix_grants_grantee", "grants", ["grantee"], unique=False)
    op.create_index("ix_grants_holder_key", "grants", ["holder_key"], unique=False)


def _create_annotated_copies() -> None:
    op.create_table(
        "annotated_copies",
        sa.Column("row", _BIG, autoincrement=True, nullable=False),
        sa.Column("number", sa.String(length=21), nullable=False),
        sa.Column("identifier", sa.String(length=128), nullable=False),
        sa.Column("license_type", sa.String(length=200), nullable=False),
        sa.Column("recipient", sa.String(length=200), nullable=False),
        sa.Column("purpose", sa.String(length=200), nullable=False),
        sa.Column("issued_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("made_by", sa.String(length=200), nullable=False),
        sa.Column("grant_id", sa.String(length=21), nullable=True),
        sa.Column("case_id", sa.String(length=21), nullable=True),
        sa.CheckConstraint(
            "recipient <> '' AND purpose <> '' AND digest <> ''",
            name=op.f("ck_annotated_copies_named"),
        ),
        sa.CheckConstraint(
            "expires_at <= issued_at + 31622400000000",
            name=op.f("ck_annotated_copies_year_at_most"),
        ),
        sa.CheckConstraint("expires_at > issued_at", name=op.f("ck_annotated_copies_time_ordered")),
        sa.ForeignKeyConstraint(
            ["grant_id"], ["grants.id"], name=op.f("fk_annotated_copies_grant_id_grants")
        ),
        sa.ForeignKeyConstraint(
            ["identifier"],
            ["licenses.identifier"],
            name=op.f("fk_annotated_copies_identifier_licenses"),
        ),
        sa.PrimaryKeyConstraint("row", name=op.f("pk_annotated_copies")),
        sa.UniqueConstraint("number", name=op.f("uq_annotated_copies_number")),
    )
    op.create_index(
        "ix_annotated_copies_identifier", "annotated_copies", ["identifier"], unique=False
    )


def _create_dispute_answers() -> None:
    op.create_table(
        "dispute_answers",
        sa.Column("id", sa.String(length=21), nullable=False),
        sa.Column("finding", sa.String(length=16), nullable=False),
        sa.Column("words", sa.String(length=200), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("actor", sa.String(length=200), nullable=False),
        sa.CheckConstraint(
            "finding IN ('rightful', 'mistake')", name=op.f("ck_dispute_answers_finding_known")
        ),
        sa.CheckConstraint("words <> ''", name=op.f("ck_dispute_answers_in_words")),
        sa.ForeignKeyConstraint(
            ["id"], ["disputes.id"], name=op.f("fk_dispute_answers_id_disputes")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dispute_answers")),
    )


def _create_grant_events() -> None:
    op.create_table(
        "grant_events",
        sa.Column("grant_id", sa.String(length=21), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("actor", sa.String(length=200), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.CheckConstraint(
            "(number = 1) = (kind = 'given')", name=op.f("ck_grant_events_given_first")
        ),
        sa.CheckConstraint(
            "kind IN ('given', 'suspended', 'confirmed', 'revoked')",
            name=op.f("ck_grant_events_kind_known"),
        ),
        sa.CheckConstraint("number >= 1", name=op.f("ck_grant_events_number_positive")),
        sa.ForeignKeyConstraint(
            ["grant_id"], ["grants.id"], name=op.f("fk_grant_events_grant_id_grants")
        ),
        sa.PrimaryKeyConstraint("grant_id", "number", name=op.f("pk_grant_events")),
    )


def _create_grant_fields() -> None:
    op.create_table(
        "grant_fields",
        sa.Column("grant_id", sa.String(length=21), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("field", sa.String(length=60), nullable=False),
        sa.Column("parent", sa.String(length=21), nullable=True),
        sa.ForeignKeyConstraint(
            ["grant_id"], ["grants.id"], name=op.f("fk_grant_fields_grant_id_grants")
        ),
        sa.ForeignKeyConstraint(
            ["parent", "field"],
            ["grant_fields.grant_id", "grant_fields.field"],
            name="fk_grant_fields_parent",
        ),
        sa.PrimaryKeyConstraint("grant_id", "field", name=op.f("pk_grant_fields")),
    )


def _create_copy_revocations() -> None:
    op.create_table(
        "copy_revocations",
        sa.Column("number", sa.String(length=21), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("actor", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["number"],
            ["annotated_copies.number"],
            name=op.f("fk_copy_revocations_number_annotated_copies"),
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_copy_revocations")),
    )
