"""The tables of the first release: register, intents, displays, access, acceptance."""

import sqlalchemy as sa
from alembic import op

from storage.migrations.triggers_0001 import STATEMENTS

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add what this version adds."""
    op.create_table(
        "access_tokens",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("person", sa.String(length=200), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("holder_key", sa.String(length=64), nullable=False),
        sa.Column("holder_shown", sa.String(length=512), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "(role = 'citizen') = (holder_key <> '')", name=op.f("ck_access_tokens_citizens_hold")
        ),
        sa.CheckConstraint(
            "role in ('issuer', 'window', 'citizen')", name=op.f("ck_access_tokens_role_known")
        ),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_access_tokens")),
    )
    op.create_table(
        "counters",
        sa.Column("name", sa.String(length=50), nullable=False),
        sa.Column("next", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_counters")),
    )
    op.create_table(
        "exception_reasons",
        sa.Column("code", sa.String(length=24), nullable=False),
        sa.Column("applies_to", sa.String(length=24), nullable=False),
        sa.Column(
            "needs_approver",
            sa.Boolean(create_constraint=True, name="needs_approver_flag"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "applies_to <> 'valid' OR needs_approver",
            name=op.f("ck_exception_reasons_valid_needs_approver"),
        ),
        sa.CheckConstraint(
            "applies_to IN ('valid', 'none', 'expired', 'suspended', 'revoked', 'source_down', 'mismatch', 'unverified')",
            name=op.f("ck_exception_reasons_applies_to_known"),
        ),
        sa.CheckConstraint(
            "code IN ('P01', 'P02', 'P03', 'P04', 'P05', 'P06', 'P07', 'P08', 'P09', 'P10', 'P99')",
            name=op.f("ck_exception_reasons_code_known"),
        ),
        sa.PrimaryKeyConstraint("code", "applies_to", name=op.f("pk_exception_reasons")),
        sa.UniqueConstraint(
            "code", "applies_to", "needs_approver", name="uq_exception_reasons_with_approver"
        ),
    )
    op.create_table(
        "intents",
        sa.Column("row", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("identifier", sa.String(length=128), nullable=False),
        sa.Column("stem", sa.String(length=128), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("request_key", sa.String(length=200), nullable=False),
        sa.Column("stage", sa.String(length=16), nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("record", sa.LargeBinary(), nullable=False),
        sa.Column("record_to_be_signed", sa.LargeBinary(), nullable=False),
        sa.Column("code_to_be_signed", sa.LargeBinary(), nullable=False),
        sa.Column("record_signature", sa.LargeBinary(), nullable=False),
        sa.Column("code_signature", sa.LargeBinary(), nullable=False),
        sa.Column("document_digest", sa.LargeBinary(), nullable=False),
        sa.Column("seal_to_be_signed", sa.LargeBinary(), nullable=False),
        sa.Column("seal_signature", sa.LargeBinary(), nullable=False),
        sa.Column("document_to_be_signed", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint(
            "stage in ('recorded', 'signed', 'rendered', 'sealed', 'issued', 'abandoned')",
            name=op.f("ck_intents_stage_known"),
        ),
        sa.PrimaryKeyConstraint("row", name=op.f("pk_intents")),
        sa.UniqueConstraint("identifier", name=op.f("uq_intents_identifier")),
        sa.UniqueConstraint("request_key", name=op.f("uq_intents_request_key")),
        sa.UniqueConstraint("stem", "version", name=op.f("uq_intents_stem_version")),
    )
    with op.batch_alter_table("intents", schema=None) as batch_op:
        batch_op.create_index("ix_intents_stage", ["stage"], unique=False)

    op.create_table(
        "licenses",
        sa.Column("row", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("identifier", sa.String(length=128), nullable=False),
        sa.Column("type_code", sa.String(length=21), nullable=False),
        sa.Column("type_name", sa.String(length=200), nullable=False),
        sa.Column("number", sa.String(length=128), nullable=False),
        sa.Column("issuer_code", sa.String(length=18), nullable=False),
        sa.Column("holder_key", sa.String(length=64), nullable=False),
        sa.Column("holder_shown", sa.String(length=512), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("sealed_at", sa.BigInteger(), nullable=False),
        sa.Column("record_object", sa.String(length=64), nullable=False),
        sa.Column("signature_object", sa.String(length=64), nullable=False),
        sa.Column("pdf_object", sa.String(length=64), nullable=False),
        sa.CheckConstraint(
            "status in ('pending', 'active', 'suspended', 'revoked', 'rescinded', 'withdrawn', 'cancelled', 'void', 'superseded', 'transferred')",
            name=op.f("ck_licenses_status_known"),
        ),
        sa.PrimaryKeyConstraint("row", name=op.f("pk_licenses")),
        sa.UniqueConstraint("identifier", name=op.f("uq_licenses_identifier")),
    )
    with op.batch_alter_table("licenses", schema=None) as batch_op:
        batch_op.create_index(
            "ix_licenses_holder_key_type_code", ["holder_key", "type_code"], unique=False
        )
        batch_op.create_index(
            "uq_licenses_number_in_force",
            ["type_code", "issuer_code", "number"],
            unique=True,
            sqlite_where=sa.text("status IN ('pending', 'active', 'suspended')"),
            postgresql_where=sa.text("status IN ('pending', 'active', 'suspended')"),
        )

    op.create_table(
        "matters",
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("code", "version", name=op.f("pk_matters")),
    )
    op.create_table(
        "people_roles",
        sa.Column("person", sa.String(length=100), nullable=False),
        sa.Column("role", sa.String(length=24), nullable=False),
        sa.Column(
            "withdrawn", sa.Boolean(create_constraint=True, name="withdrawn_flag"), nullable=False
        ),
        sa.CheckConstraint(
            "role IN ('acceptance', 'acceptance_approver')", name=op.f("ck_people_roles_role_known")
        ),
        sa.PrimaryKeyConstraint("person", "role", name=op.f("pk_people_roles")),
    )
    op.create_table(
        "cases",
        sa.Column("id", sa.String(length=21), nullable=False),
        sa.Column("matter_code", sa.String(length=40), nullable=False),
        sa.Column("matter_version", sa.Integer(), nullable=False),
        sa.Column("applicant_code_type", sa.String(length=3), nullable=False),
        sa.Column("applicant_code", sa.String(length=64), nullable=False),
        sa.Column("applicant_name", sa.String(length=200), nullable=False),
        sa.Column("operator", sa.String(length=100), nullable=False),
        sa.Column("operator_role", sa.String(length=24), nullable=False),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("operator_role = 'acceptance'", name=op.f("ck_cases_operator_accepts")),
        sa.ForeignKeyConstraint(
            ["matter_code", "matter_version"],
            ["matters.code", "matters.version"],
            name="fk_cases_matter",
        ),
        sa.ForeignKeyConstraint(
            ["operator", "operator_role"],
            ["people_roles.person", "people_roles.role"],
            name="fk_cases_operator",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cases")),
        sa.UniqueConstraint("id", "matter_code", "matter_version", name="uq_cases_with_matter"),
    )
    with op.batch_alter_table("cases", schema=None) as batch_op:
        batch_op.create_index("ix_cases_opened_at", ["opened_at"], unique=False)

    op.create_table(
        "display_codes",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("identifier", sa.String(length=128), nullable=False),
        sa.Column("purpose", sa.String(length=200), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("used_at", sa.BigInteger(), nullable=True),
        sa.Column("used_by", sa.String(length=200), nullable=True),
        sa.CheckConstraint(
            "(used_at is null) = (used_by is null)", name=op.f("ck_display_codes_used_together")
        ),
        sa.CheckConstraint(
            "used_at is null or used_at < expires_at", name=op.f("ck_display_codes_used_in_time")
        ),
        sa.ForeignKeyConstraint(
            ["identifier"],
            ["licenses.identifier"],
            name=op.f("fk_display_codes_identifier_licenses"),
        ),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_display_codes")),
    )
    op.create_table(
        "matter_materials",
        sa.Column("matter_code", sa.String(length=40), nullable=False),
        sa.Column("matter_version", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("source", sa.String(length=24), nullable=False),
        sa.Column("way", sa.String(length=24), nullable=False),
        sa.CheckConstraint(
            "(source = 'government_issued') = (way <> 'none')",
            name=op.f("ck_matter_materials_issued_has_way"),
        ),
        sa.CheckConstraint(
            "source IN ('self', 'government_issued', 'other')",
            name=op.f("ck_matter_materials_source_known"),
        ),
        sa.CheckConstraint(
            "way IN ('none', 'e_license')", name=op.f("ck_matter_materials_way_known")
        ),
        sa.ForeignKeyConstraint(
            ["matter_code", "matter_version"],
            ["matters.code", "matters.version"],
            name="fk_matter_materials_matter",
        ),
        sa.PrimaryKeyConstraint(
            "matter_code", "matter_version", "code", name=op.f("pk_matter_materials")
        ),
        sa.UniqueConstraint(
            "matter_code", "matter_version", "code", "way", name="uq_matter_materials_with_way"
        ),
    )
    op.create_table(
        "status_events",
        sa.Column("row", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("identifier", sa.String(length=128), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("effective_at", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("decision_no", sa.String(length=100), nullable=False),
        sa.Column("actor", sa.String(length=100), nullable=False),
        sa.CheckConstraint(
            "kind in ('pending', 'active', 'suspended', 'revoked', 'rescinded', 'withdrawn', 'cancelled', 'void', 'superseded', 'transferred')",
            name=op.f("ck_status_events_kind_known"),
        ),
        sa.ForeignKeyConstraint(
            ["identifier"],
            ["licenses.identifier"],
            name=op.f("fk_status_events_identifier_licenses"),
        ),
        sa.PrimaryKeyConstraint("row", name=op.f("pk_status_events")),
    )
    with op.batch_alter_table("status_events", schema=None) as batch_op:
        batch_op.create_index("ix_status_events_identifier", ["identifier"], unique=False)

    op.create_table(
        "usages",
        sa.Column("row", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("identifier", sa.String(length=128), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("user", sa.String(length=200), nullable=False),
        sa.Column("basis", sa.String(length=50), nullable=False),
        sa.Column("purpose", sa.String(length=200), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["identifier"], ["licenses.identifier"], name=op.f("fk_usages_identifier_licenses")
        ),
        sa.PrimaryKeyConstraint("row", name=op.f("pk_usages")),
    )
    with op.batch_alter_table("usages", schema=None) as batch_op:
        batch_op.create_index("ix_usages_identifier", ["identifier"], unique=False)

    op.create_table(
        "case_materials",
        sa.Column("case_id", sa.String(length=21), nullable=False),
        sa.Column("material", sa.String(length=40), nullable=False),
        sa.Column("matter_code", sa.String(length=40), nullable=False),
        sa.Column("matter_version", sa.Integer(), nullable=False),
        sa.Column("way", sa.String(length=24), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id", "matter_code", "matter_version"],
            ["cases.id", "cases.matter_code", "cases.matter_version"],
            name="fk_case_materials_case",
        ),
        sa.ForeignKeyConstraint(
            ["matter_code", "matter_version", "material", "way"],
            [
                "matter_materials.matter_code",
                "matter_materials.matter_version",
                "matter_materials.code",
                "matter_materials.way",
            ],
            name="fk_case_materials_matter_material",
        ),
        sa.PrimaryKeyConstraint("case_id", "material", name=op.f("pk_case_materials")),
        sa.UniqueConstraint("case_id", "material", "way", name="uq_case_materials_with_way"),
    )
    op.create_table(
        "lookups",
        sa.Column("case_id", sa.String(length=21), nullable=False),
        sa.Column("material", sa.String(length=40), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("way", sa.String(length=24), nullable=False),
        sa.Column("result", sa.String(length=24), nullable=False),
        sa.Column("license", sa.String(length=128), nullable=True),
        sa.Column("region", sa.String(length=6), nullable=True),
        sa.Column("conclusion", sa.String(length=24), nullable=True),
        sa.Column("looked_up_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "(result IN ('none', 'source_down')) = (license IS NULL)",
            name=op.f("ck_lookups_license_named"),
        ),
        sa.CheckConstraint(
            "conclusion IN ('failed', 'indeterminate', 'passed')",
            name=op.f("ck_lookups_conclusion_known"),
        ),
        sa.CheckConstraint(
            "result <> 'unverified' OR conclusion <> 'passed'",
            name=op.f("ck_lookups_unverified_not_passed"),
        ),
        sa.CheckConstraint(
            "result <> 'valid' OR conclusion = 'passed'", name=op.f("ck_lookups_valid_passed")
        ),
        sa.CheckConstraint(
            "result IN ('valid', 'none', 'expired', 'suspended', 'revoked', 'source_down', 'mismatch', 'unverified')",
            name=op.f("ck_lookups_result_known"),
        ),
        sa.CheckConstraint("way <> 'none'", name=op.f("ck_lookups_has_rule")),
        sa.CheckConstraint(
            "(license IS NULL) = (region IS NULL) AND (license IS NULL) = (conclusion IS NULL)",
            name=op.f("ck_lookups_license_whole"),
        ),
        sa.CheckConstraint("number >= 1", name=op.f("ck_lookups_number_positive")),
        sa.ForeignKeyConstraint(
            ["case_id", "material", "way"],
            ["case_materials.case_id", "case_materials.material", "case_materials.way"],
            name="fk_lookups_case_material",
        ),
        sa.PrimaryKeyConstraint("case_id", "material", "number", name=op.f("pk_lookups")),
        sa.UniqueConstraint(
            "case_id", "material", "number", "result", "looked_up_at", name="uq_lookups_with_result"
        ),
    )
    op.create_table(
        "material_decisions",
        sa.Column("case_id", sa.String(length=21), nullable=False),
        sa.Column("material", sa.String(length=40), nullable=False),
        sa.Column("way", sa.String(length=24), nullable=False),
        sa.Column("lookup_number", sa.Integer(), nullable=True),
        sa.Column("lookup_result", sa.String(length=24), nullable=True),
        sa.Column("looked_up_at", sa.BigInteger(), nullable=True),
        sa.Column("form", sa.String(length=24), nullable=False),
        sa.Column(
            "voluntary", sa.Boolean(create_constraint=True, name="voluntary_flag"), nullable=False
        ),
        sa.Column("reason", sa.String(length=24), nullable=True),
        sa.Column(
            "reason_needs_approver",
            sa.Boolean(create_constraint=True, name="reason_needs_approver_flag"),
            nullable=True,
        ),
        sa.Column("note", sa.String(length=500), nullable=True),
        sa.Column("operator", sa.String(length=100), nullable=False),
        sa.Column("operator_role", sa.String(length=24), nullable=False),
        sa.Column("approver", sa.String(length=100), nullable=True),
        sa.Column("approver_role", sa.String(length=24), nullable=True),
        sa.Column("decided_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "(way = 'none') = (lookup_number IS NULL)", name=op.f("ck_material_decisions_looked_up")
        ),
        sa.CheckConstraint(
            "NOT voluntary OR form = 'paper'", name=op.f("ck_material_decisions_voluntary_paper")
        ),
        sa.CheckConstraint(
            "approver_role IS NULL OR approver_role = 'acceptance_approver'",
            name=op.f("ck_material_decisions_approver_approves"),
        ),
        sa.CheckConstraint(
            "form <> 'e_license' OR (lookup_result IS NOT NULL AND lookup_result = 'valid')",
            name=op.f("ck_material_decisions_e_license_valid"),
        ),
        sa.CheckConstraint(
            "form <> 'paper' OR voluntary OR lookup_result IS NULL OR lookup_result <> 'valid' OR (reason IS NOT NULL AND approver IS NOT NULL)",
            name=op.f("ck_material_decisions_valid_approved"),
        ),
        sa.CheckConstraint(
            "form <> 'paper' OR voluntary OR way = 'none' OR reason IS NOT NULL",
            name=op.f("ck_material_decisions_demand_has_reason"),
        ),
        sa.CheckConstraint(
            "form IN ('exempt', 'data_check', 'department_check', 'e_license', 'commitment', 'deferral', 'paper')",
            name=op.f("ck_material_decisions_form_known"),
        ),
        sa.CheckConstraint(
            "form NOT IN ('commitment', 'deferral') OR lookup_result IS NULL OR lookup_result <> 'valid'",
            name=op.f("ck_material_decisions_no_detour"),
        ),
        sa.CheckConstraint(
            "form NOT IN ('exempt', 'data_check', 'department_check') OR form = way",
            name=op.f("ck_material_decisions_form_has_rule"),
        ),
        sa.CheckConstraint(
            "operator_role = 'acceptance'", name=op.f("ck_material_decisions_operator_accepts")
        ),
        sa.CheckConstraint(
            "reason IS NULL OR form = 'paper'", name=op.f("ck_material_decisions_reason_for_paper")
        ),
        sa.CheckConstraint(
            "reason IS NULL OR reason <> 'P99' OR (note IS NOT NULL AND length(trim(note)) > 0)",
            name=op.f("ck_material_decisions_other_has_note"),
        ),
        sa.CheckConstraint(
            "(approver IS NULL) = (approver_role IS NULL)",
            name=op.f("ck_material_decisions_approver_whole"),
        ),
        sa.CheckConstraint(
            "(lookup_number IS NULL) = (lookup_result IS NULL) AND (lookup_number IS NULL) = (looked_up_at IS NULL)",
            name=op.f("ck_material_decisions_lookup_whole"),
        ),
        sa.CheckConstraint(
            "(reason IS NULL) = (reason_needs_approver IS NULL)",
            name=op.f("ck_material_decisions_reason_whole"),
        ),
        sa.CheckConstraint(
            "NOT voluntary OR (reason IS NULL AND approver IS NULL)",
            name=op.f("ck_material_decisions_voluntary_no_demand"),
        ),
        sa.CheckConstraint(
            "approver IS NULL OR approver <> operator",
            name=op.f("ck_material_decisions_approver_is_another"),
        ),
        sa.CheckConstraint(
            "approver IS NULL OR reason IS NOT NULL",
            name=op.f("ck_material_decisions_approver_has_reason"),
        ),
        sa.CheckConstraint(
            "looked_up_at IS NULL OR (decided_at >= looked_up_at AND decided_at <= looked_up_at + 600000000)",
            name=op.f("ck_material_decisions_lookup_fresh"),
        ),
        sa.CheckConstraint(
            "reason IS NULL OR NOT reason_needs_approver OR approver IS NOT NULL",
            name=op.f("ck_material_decisions_reason_approved"),
        ),
        sa.CheckConstraint(
            "reason IS NULL OR lookup_result IS NOT NULL",
            name=op.f("ck_material_decisions_reason_has_lookup"),
        ),
        sa.ForeignKeyConstraint(
            ["approver", "approver_role"],
            ["people_roles.person", "people_roles.role"],
            name="fk_material_decisions_approver",
        ),
        sa.ForeignKeyConstraint(
            ["case_id", "material", "lookup_number", "lookup_result", "looked_up_at"],
            [
                "lookups.case_id",
                "lookups.material",
                "lookups.number",
                "lookups.result",
                "lookups.looked_up_at",
            ],
            name="fk_material_decisions_lookup",
        ),
        sa.ForeignKeyConstraint(
            ["case_id", "material", "way"],
            ["case_materials.case_id", "case_materials.material", "case_materials.way"],
            name="fk_material_decisions_case_material",
        ),
        sa.ForeignKeyConstraint(
            ["operator", "operator_role"],
            ["people_roles.person", "people_roles.role"],
            name="fk_material_decisions_operator",
        ),
        sa.ForeignKeyConstraint(
            ["reason", "lookup_result", "reason_needs_approver"],
            [
                "exception_reasons.code",
                "exception_reasons.applies_to",
                "exception_reasons.needs_approver",
            ],
            name="fk_material_decisions_reason",
        ),
        sa.PrimaryKeyConstraint("case_id", "material", name=op.f("pk_material_decisions")),
    )
    dialect = op.get_bind().dialect.name
    for of_dialect, statement in STATEMENTS:
        if of_dialect == dialect:
            op.get_bind().exec_driver_sql(statement)
