"""Attached licenses, forms, outcomes and results of cases, and one-things."""

import json

import sqlalchemy as sa
from alembic import op

from storage.migrations.triggers_0020 import STATEMENTS

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add what this version adds."""
    op.create_index(
        "ix_cases_applicant", "cases", ["applicant_code", "applicant_code_type"], unique=False
    )
    op.create_index("uq_cases_with_operator", "cases", ["id", "operator"], unique=True)
    _create_received_transfers()
    _create_applications()
    _create_optional_materials()
    _create_application_cases()
    _create_case_forms()
    _create_case_outcomes()
    _create_sent_transfers()
    _create_transfer_openings()
    _create_result_intents()
    _create_transfer_receipts()
    _create_attached_licenses()
    _create_result_licenses()
    op.create_index(
        "ix_received_transfers_received_at", "received_transfers", ["received_at"], unique=False
    )
    op.create_index("ix_case_outcomes_decided_at", "case_outcomes", ["decided_at"], unique=False)
    op.bulk_insert(
        sa.table("optional_materials", *map(sa.column, _OPTIONAL_COLUMNS)), _optional_materials()
    )
    dialect = op.get_bind().dialect.name
    for of_dialect, statement in STATEMENTS:
        if of_dialect == dialect:
            op.get_bind().exec_driver_sql(statement)


def _create_received_transfers() -> None:
    op.create_table(
        "received_transfers",
        sa.Column("partner", sa.String(length=6), nullable=False),
        sa.Column("number", sa.String(length=26), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("encoded", sa.LargeBinary(), nullable=False),
        sa.Column("receipt", sa.LargeBinary(), nullable=False),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("partner", "number", name=op.f("pk_received_transfers")),
    )


def _create_applications() -> None:
    op.create_table(
        "applications",
        sa.Column("id", sa.String(length=21), nullable=False),
        sa.Column("one_thing", sa.String(length=40), nullable=False),
        sa.Column("operator", sa.String(length=100), nullable=False),
        sa.Column("operator_role", sa.String(length=24), nullable=False),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "operator_role = 'acceptance'", name=op.f("ck_applications_operator_accepts")
        ),
        sa.ForeignKeyConstraint(
            ["operator", "operator_role"],
            ["people_roles.person", "people_roles.role"],
            name="fk_applications_operator",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_applications")),
        sa.UniqueConstraint("id", "operator", name="uq_applications_with_operator"),
    )


def _create_optional_materials() -> None:
    op.create_table(
        "optional_materials",
        sa.Column("matter_code", sa.String(length=40), nullable=False),
        sa.Column("matter_version", sa.Integer(), nullable=False),
        sa.Column("material", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["matter_code", "matter_version"],
            ["matters.code", "matters.version"],
            name="fk_optional_materials_matter",
        ),
        sa.PrimaryKeyConstraint(
            "matter_code", "matter_version", "material", name=op.f("pk_optional_materials")
        ),
    )


def _create_application_cases() -> None:
    op.create_table(
        "application_cases",
        sa.Column("application", sa.String(length=21), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.String(length=21), nullable=False),
        sa.Column("operator", sa.String(length=100), nullable=False),
        sa.CheckConstraint("position >= 1", name=op.f("ck_application_cases_position_positive")),
        sa.ForeignKeyConstraint(
            ["application", "operator"],
            ["applications.id", "applications.operator"],
            name="fk_application_cases_application",
        ),
        sa.ForeignKeyConstraint(
            ["case_id", "operator"],
            ["cases.id", "cases.operator"],
            name="fk_application_cases_case",
        ),
        sa.PrimaryKeyConstraint("application", "position", name=op.f("pk_application_cases")),
        sa.UniqueConstraint("case_id", name="uq_application_cases_case"),
    )


def _create_case_forms() -> None:
    op.create_table(
        "case_forms",
        sa.Column("case_id", sa.String(length=21), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("entries", sa.Text(), nullable=False),
        sa.Column("operator", sa.String(length=100), nullable=False),
        sa.Column("operator_role", sa.String(length=24), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "operator_role = 'acceptance'", name=op.f("ck_case_forms_operator_accepts")
        ),
        sa.CheckConstraint("version >= 1", name=op.f("ck_case_forms_version_positive")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_case_forms_case"),
        sa.ForeignKeyConstraint(
            ["operator", "operator_role"],
            ["people_roles.person", "people_roles.role"],
            name="fk_case_forms_operator",
        ),
        sa.PrimaryKeyConstraint("case_id", "version", name=op.f("pk_case_forms")),
    )


def _create_case_outcomes() -> None:
    op.create_table(
        "case_outcomes",
        sa.Column("case_id", sa.String(length=21), nullable=False),
        sa.Column("outcome", sa.String(length=24), nullable=False),
        sa.Column("operator", sa.String(length=100), nullable=False),
        sa.Column("approver", sa.String(length=100), nullable=False),
        sa.Column("approver_role", sa.String(length=24), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=True),
        sa.Column("decided_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "approver_role = 'acceptance_approver'", name=op.f("ck_case_outcomes_approver_approves")
        ),
        sa.CheckConstraint(
            "outcome <> 'reject' OR (note IS NOT NULL AND length(trim(note)) > 0)",
            name=op.f("ck_case_outcomes_rejection_has_reason"),
        ),
        sa.CheckConstraint(
            "outcome IN ('approve', 'reject')", name=op.f("ck_case_outcomes_outcome_known")
        ),
        sa.CheckConstraint(
            "approver <> operator", name=op.f("ck_case_outcomes_approver_is_another")
        ),
        sa.ForeignKeyConstraint(
            ["approver", "approver_role"],
            ["people_roles.person", "people_roles.role"],
            name="fk_case_outcomes_approver",
        ),
        sa.ForeignKeyConstraint(
            ["case_id", "operator"], ["cases.id", "cases.operator"], name="fk_case_outcomes_case"
        ),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_case_outcomes")),
        sa.UniqueConstraint("case_id", "outcome", name="uq_case_outcomes_with_outcome"),
    )


def _create_sent_transfers() -> None:
    op.create_table(
        "sent_transfers",
        sa.Column("number", sa.String(length=26), nullable=False),
        sa.Column("case_id", sa.String(length=21), nullable=False),
        sa.Column("partner", sa.String(length=6), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("encoded", sa.LargeBinary(), nullable=False),
        sa.Column("operator", sa.String(length=100), nullable=False),
        sa.Column("operator_role", sa.String(length=24), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "operator_role = 'acceptance'", name=op.f("ck_sent_transfers_operator_accepts")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_sent_transfers_case"),
        sa.ForeignKeyConstraint(
            ["operator", "operator_role"],
            ["people_roles.person", "people_roles.role"],
            name="fk_sent_transfers_operator",
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_sent_transfers")),
        sa.UniqueConstraint("case_id", name="uq_sent_transfers_case"),
    )


def _create_transfer_openings() -> None:
    op.create_table(
        "transfer_openings",
        sa.Column("partner", sa.String(length=6), nullable=False),
        sa.Column("number", sa.String(length=26), nullable=False),
        sa.Column("case_id", sa.String(length=21), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_transfer_openings_case"),
        sa.ForeignKeyConstraint(
            ["partner", "number"],
            ["received_transfers.partner", "received_transfers.number"],
            name="fk_transfer_openings_transfer",
        ),
        sa.PrimaryKeyConstraint("partner", "number", name=op.f("pk_transfer_openings")),
        sa.UniqueConstraint("case_id", name="uq_transfer_openings_case"),
    )


def _create_result_intents() -> None:
    op.create_table(
        "result_intents",
        sa.Column("case_id", sa.String(length=21), nullable=False),
        sa.Column("outcome", sa.String(length=24), nullable=False),
        sa.Column("license_type", sa.String(length=21), nullable=False),
        sa.Column("fields", sa.Text(), nullable=False),
        sa.Column("replaces", sa.String(length=128), nullable=True),
        sa.CheckConstraint("outcome = 'approve'", name=op.f("ck_result_intents_of_approved")),
        sa.ForeignKeyConstraint(
            ["case_id", "outcome"],
            ["case_outcomes.case_id", "case_outcomes.outcome"],
            name="fk_result_intents_outcome",
        ),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_result_intents")),
    )


def _create_transfer_receipts() -> None:
    op.create_table(
        "transfer_receipts",
        sa.Column("number", sa.String(length=26), nullable=False),
        sa.Column("encoded", sa.LargeBinary(), nullable=False),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["number"], ["sent_transfers.number"], name="fk_transfer_receipts_transfer"
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_transfer_receipts")),
    )


def _create_attached_licenses() -> None:
    op.create_table(
        "attached_licenses",
        sa.Column("case_id", sa.String(length=21), nullable=False),
        sa.Column("material", sa.String(length=40), nullable=False),
        sa.Column("way", sa.String(length=24), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("result", sa.String(length=24), nullable=False),
        sa.Column("looked_up_at", sa.BigInteger(), nullable=False),
        sa.Column("object", sa.String(length=64), nullable=False),
        sa.CheckConstraint("result = 'valid'", name=op.f("ck_attached_licenses_was_valid")),
        sa.CheckConstraint("way = 'e_license'", name=op.f("ck_attached_licenses_of_license")),
        sa.CheckConstraint("length(object) = 64", name=op.f("ck_attached_licenses_object_named")),
        sa.ForeignKeyConstraint(
            ["case_id", "material", "way", "number", "result", "looked_up_at"],
            [
                "lookups.case_id",
                "lookups.material",
                "lookups.way",
                "lookups.number",
                "lookups.result",
                "lookups.looked_up_at",
            ],
            name="fk_attached_licenses_lookup",
        ),
        sa.PrimaryKeyConstraint("case_id", "material", "number", name=op.f("pk_attached_licenses")),
    )


def _create_result_licenses() -> None:
    op.create_table(
        "result_licenses",
        sa.Column("case_id", sa.String(length=21), nullable=False),
        sa.Column("license", sa.String(length=128), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["result_intents.case_id"], name="fk_result_licenses_intent"
        ),
        sa.ForeignKeyConstraint(
            ["license"], ["licenses.identifier"], name="fk_result_licenses_license"
        ),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_result_licenses")),
        sa.UniqueConstraint("license", name="uq_result_licenses_license"),
    )


_OPTIONAL_COLUMNS = ("matter_code", "matter_version", "material")


def _optional_materials() -> list[dict[str, object]]:
    """Return what the matters that are kept can do without, as their definitions say."""
    kept = op.get_bind().execute(
        sa.text("SELECT code, version, definition FROM matters WHERE definition IS NOT NULL")
    )
    return [
        {"matter_code": code, "matter_version": version, "material": material["code"]}
        for code, version, definition in kept
        for material in json.loads(bytes(definition)).get("materials", ())
        if material.get("necessity") == "optional"
    ]
