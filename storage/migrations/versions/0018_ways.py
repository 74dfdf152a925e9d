"""Every way of having a material: look-ups by way, rules by day, decisions that cite them all.

The tables of acceptance are made anew, because SQLite cannot change a rule. What they held is
carried over: every look-up was one of licenses, every rule had no end, and decisions keep the
edition of the rules under which they were made.
"""

from typing import Final

import sqlalchemy as sa
from alembic import op

from storage.migrations.triggers_0018 import STATEMENTS

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

_FIRST_DAY: Final = -719162
_LAST_DAY: Final = 2932896
"""The calendar's first day and last, by number since 1970."""

# The only matter that was ever shipped without its definition being kept.
_OPEN_RESTAURANT: Final = (
    '{"code":"open-restaurant","materials":[{"code":"food-business-license","name_en"'
    ':"Food business license","name_zh":"食品经营许可证","rules":[{"legal_basis":"《国务院关于在线政务'
    '服务的若干规定》（国务院令第716号）第七条、第十条、第十一条","license_types":["11100000MB9TXY0149001"],"min_'
    'remaining_days":30,"needs_agreement":false,"required_fields":["operator","credit'
    '_code","premises","business_items","valid_to"],"way":"e_license"}],"source":"gov'
    'ernment_issued"},{"code":"application-form","name_en":"Application form","name_z'
    'h":"开办餐饮店申请表","source":"self"},{"code":"floor-plan","name_en":"Floor plan of the'
    ' premises","name_zh":"店面平面布置图","source":"self"}],"name_en":"Opening a restaurant'
    '","name_zh":"开办餐饮店","schema":"yinxin.matter/2","version":1}'
)

_WAYS: Final = (
    "way = 'exempt', way = 'e_license', way = 'data_check', way = 'department_check',"
    " way = 'commitment', way = 'deferral'"
)
_FLAGS: Final = "is_cancelled, asks_license, asks_data, asks_department, may_commit, may_defer"
_OPENED_ON: Final = "(opened_at + 28800000000) / 86400000000"


def upgrade() -> None:
    """Add what this version adds."""
    for name in _TABLES:
        op.execute(f"CREATE TABLE {name}_before AS SELECT * FROM {name}")
    for name in reversed(_TABLES):
        op.drop_table(name)
    _create_tables()
    for statement in _CARRIED:
        op.execute(statement)
    op.get_bind().execute(
        sa.text(
            "UPDATE matters SET definition = :definition"
            " WHERE code = 'open-restaurant' AND version = 1"
        ),
        {"definition": _OPEN_RESTAURANT.encode()},
    )
    for name in _TABLES:
        op.drop_table(f"{name}_before")
    dialect = op.get_bind().dialect.name
    for of_dialect, statement in STATEMENTS:
        if of_dialect == dialect:
            op.get_bind().exec_driver_sql(statement)


_TABLES: Final = (
    "exception_reasons",
    "matters",
    "matter_materials",
    "cases",
    "case_materials",
    "lookups",
    "material_decisions",
)
"""In the order in which they refer to one another."""

_CARRIED: Final = (
    (
        "INSERT INTO exception_reasons (code, applies_to, needs_approver)"
        " SELECT code, applies_to, needs_approver FROM exception_reasons_before"
    ),
    "INSERT INTO matters (code, version) SELECT code, version FROM matters_before",
    (
        f"INSERT INTO matter_materials (matter_code, matter_version, code, source, way,"
        f" first_day, last_day, {_FLAGS})"
        f" SELECT matter_code, matter_version, code, source, way, {_FIRST_DAY}, {_LAST_DAY}, {_WAYS}"
        " FROM matter_materials_before"
    ),
    (
        "INSERT INTO cases (id, matter_code, matter_version, applicant_code_type, applicant_code,"
        " applicant_name, operator, operator_role, opened_at, opened_on, situation)"
        " SELECT id, matter_code, matter_version, applicant_code_type, applicant_code,"
        f" applicant_name, operator, operator_role, opened_at, {_OPENED_ON}, '{{}}'"
        " FROM cases_before"
    ),
    (
        "INSERT INTO case_materials (case_id, material, matter_code, matter_version, way,"
        f" opened_on, first_day, last_day, {_FLAGS})"
        " SELECT case_id, material, matter_code, matter_version, way,"
        f" (SELECT {_OPENED_ON} FROM cases_before WHERE cases_before.id = case_id),"
        f" {_FIRST_DAY}, {_LAST_DAY}, {_WAYS}"
        " FROM case_materials_before"
    ),
    (
        "INSERT INTO lookups (case_id, material, number, way, result, license, region, conclusion,"
        " looked_up_at)"
        " SELECT case_id, material, number, way, result, license, region, conclusion, looked_up_at"
        " FROM lookups_before"
    ),
    (
        f"INSERT INTO material_decisions (case_id, material, edition, way, {_FLAGS},"
        " lookup_way, lookup_number, lookup_result, looked_up_at, data_way, check_way,"
        " form, voluntary, reason, ground, reason_needs_approver, note, operator, operator_role,"
        " approver, approver_role, decided_at)"
        f" SELECT case_id, material, 1, way, {_WAYS},"
        " 'e_license', lookup_number, lookup_result, looked_up_at, 'data_check', 'department_check',"
        " form, voluntary, reason, CASE WHEN reason IS NULL THEN NULL ELSE lookup_result END,"
        " reason_needs_approver, note, operator, operator_role, approver, approver_role, decided_at"
        " FROM material_decisions_before"
    ),
)


def _create_tables() -> None:
    _create_exception_reasons()
    _create_matters()
    _create_matter_materials()
    _create_cases()
    _create_case_materials()
    _create_lookups()
    _create_material_decisions()


def _create_exception_reasons() -> None:
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
            "applies_to IN ('valid', 'none', 'expired', 'suspended', 'revoked', 'source_down', 'mismatch', 'unverified', 'confirmed', 'denied', 'asked', 'timed_out')",
            name=op.f("ck_exception_reasons_applies_to_known"),
        ),
        sa.CheckConstraint(
            "applies_to NOT IN ('valid', 'confirmed') OR needs_approver",
            name=op.f("ck_exception_reasons_serving_needs_approver"),
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


def _create_matters() -> None:
    op.create_table(
        "matters",
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("definition", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("code", "version", name=op.f("pk_matters")),
    )


def _create_matter_materials() -> None:
    op.create_table(
        "matter_materials",
        sa.Column("matter_code", sa.String(length=40), nullable=False),
        sa.Column("matter_version", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("source", sa.String(length=24), nullable=False),
        sa.Column("way", sa.String(length=24), nullable=False),
        sa.Column("first_day", sa.Integer(), server_default=sa.text("-719162"), nullable=False),
        sa.Column("last_day", sa.Integer(), server_default=sa.text("2932896"), nullable=False),
        sa.Column(
            "is_cancelled",
            sa.Boolean(create_constraint=True, name="is_cancelled_flag"),
            nullable=False,
        ),
        sa.Column(
            "asks_license",
            sa.Boolean(create_constraint=True, name="asks_license_flag"),
            nullable=False,
        ),
        sa.Column(
            "asks_data", sa.Boolean(create_constraint=True, name="asks_data_flag"), nullable=False
        ),
        sa.Column(
            "asks_department",
            sa.Boolean(create_constraint=True, name="asks_department_flag"),
            nullable=False,
        ),
        sa.Column(
            "may_commit", sa.Boolean(create_constraint=True, name="may_commit_flag"), nullable=False
        ),
        sa.Column(
            "may_defer", sa.Boolean(create_constraint=True, name="may_defer_flag"), nullable=False
        ),
        sa.CheckConstraint(
            "(source = 'government_issued') = (way <> 'none')",
            name=op.f("ck_matter_materials_issued_has_way"),
        ),
        sa.CheckConstraint(
            "source IN ('self', 'government_issued', 'other')",
            name=op.f("ck_matter_materials_source_known"),
        ),
        sa.CheckConstraint(
            "way <> 'none' OR NOT (is_cancelled OR asks_license OR asks_data OR asks_department)",
            name=op.f("ck_matter_materials_issued_spared"),
        ),
        sa.CheckConstraint(
            "way IN ('none', 'exempt', 'data_check', 'department_check', 'e_license', 'commitment', 'deferral')",
            name=op.f("ck_matter_materials_way_known"),
        ),
        sa.CheckConstraint(
            "NOT is_cancelled OR NOT (asks_license OR asks_data OR asks_department OR may_commit OR may_defer)",
            name=op.f("ck_matter_materials_cancelled_alone"),
        ),
        sa.CheckConstraint("first_day <= last_day", name=op.f("ck_matter_materials_days_ordered")),
        sa.ForeignKeyConstraint(
            ["matter_code", "matter_version"],
            ["matters.code", "matters.version"],
            name="fk_matter_materials_matter",
        ),
        sa.PrimaryKeyConstraint(
            "matter_code", "matter_version", "code", "first_day", name=op.f("pk_matter_materials")
        ),
        sa.UniqueConstraint(
            "matter_code",
            "matter_version",
            "code",
            "way",
            "first_day",
            "last_day",
            "is_cancelled",
            "asks_license",
            "asks_data",
            "asks_department",
            "may_commit",
            "may_defer",
            name="uq_matter_materials_with_ways",
        ),
    )


def _create_cases() -> None:
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
        sa.Column("opened_on", sa.Integer(), nullable=False),
        sa.Column("situation", sa.Text(), nullable=False),
        sa.CheckConstraint("operator_role = 'acceptance'", name=op.f("ck_cases_operator_accepts")),
        sa.CheckConstraint(
            "opened_on = (opened_at + 28800000000) / 86400000000",
            name=op.f("ck_cases_opened_that_day"),
        ),
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
        sa.UniqueConstraint(
            "id", "matter_code", "matter_version", "opened_on", name="uq_cases_with_matter"
        ),
    )
    op.create_index("ix_cases_opened_at", "cases", ["opened_at"], unique=False)


def _create_case_materials() -> None:
    op.create_table(
        "case_materials",
        sa.Column("case_id", sa.String(length=21), nullable=False),
        sa.Column("material", sa.String(length=40), nullable=False),
        sa.Column("matter_code", sa.String(length=40), nullable=False),
        sa.Column("matter_version", sa.Integer(), nullable=False),
        sa.Column("way", sa.String(length=24), nullable=False),
        sa.Column("opened_on", sa.Integer(), nullable=False),
        sa.Column("first_day", sa.Integer(), nullable=False),
        sa.Column("last_day", sa.Integer(), nullable=False),
        sa.Column(
            "is_cancelled",
            sa.Boolean(create_constraint=True, name="is_cancelled_flag"),
            nullable=False,
        ),
        sa.Column(
            "asks_license",
            sa.Boolean(create_constraint=True, name="asks_license_flag"),
            nullable=False,
        ),
        sa.Column(
            "asks_data", sa.Boolean(create_constraint=True, name="asks_data_flag"), nullable=False
        ),
        sa.Column(
            "asks_department",
            sa.Boolean(create_constraint=True, name="asks_department_flag"),
            nullable=False,
        ),
        sa.Column(
            "may_commit", sa.Boolean(create_constraint=True, name="may_commit_flag"), nullable=False
        ),
        sa.Column(
            "may_defer", sa.Boolean(create_constraint=True, name="may_defer_flag"), nullable=False
        ),
        sa.CheckConstraint(
            "opened_on BETWEEN first_day AND last_day",
            name=op.f("ck_case_materials_rules_of_that_day"),
        ),
        sa.ForeignKeyConstraint(
            ["case_id", "matter_code", "matter_version", "opened_on"],
            ["cases.id", "cases.matter_code", "cases.matter_version", "cases.opened_on"],
            name="fk_case_materials_case",
        ),
        sa.ForeignKeyConstraint(
            [
                "matter_code",
                "matter_version",
                "material",
                "way",
                "first_day",
                "last_day",
                "is_cancelled",
                "asks_license",
                "asks_data",
                "asks_department",
                "may_commit",
                "may_defer",
            ],
            [
                "matter_materials.matter_code",
                "matter_materials.matter_version",
                "matter_materials.code",
                "matter_materials.way",
                "matter_materials.first_day",
                "matter_materials.last_day",
                "matter_materials.is_cancelled",
                "matter_materials.asks_license",
                "matter_materials.asks_data",
                "matter_materials.asks_department",
                "matter_materials.may_commit",
                "matter_materials.may_defer",
            ],
            name="fk_case_materials_matter_material",
        ),
        sa.PrimaryKeyConstraint("case_id", "material", name=op.f("pk_case_materials")),
        sa.UniqueConstraint(
            "case_id",
            "material",
            "way",
            "is_cancelled",
            "asks_license",
            "asks_data",
            "asks_department",
            "may_commit",
            "may_defer",
            name="uq_case_materials_with_ways",
        ),
    )


def _create_lookups() -> None:
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
        sa.Column("due_at", sa.BigInteger(), nullable=True),
        sa.Column("question", sa.Integer(), nullable=True),
        sa.Column("question_result", sa.String(length=24), nullable=True),
        sa.Column("reference", sa.String(length=64), nullable=True),
        sa.CheckConstraint(
            "(result IN ('valid', 'expired', 'suspended', 'revoked', 'mismatch', 'unverified')) = (license IS NOT NULL)",
            name=op.f("ck_lookups_license_named"),
        ),
        sa.CheckConstraint(
            "(way = 'department_check' AND result <> 'asked') = (question IS NOT NULL)",
            name=op.f("ck_lookups_question_named"),
        ),
        sa.CheckConstraint(
            "(way = 'department_check') = (due_at IS NOT NULL)",
            name=op.f("ck_lookups_due_of_department"),
        ),
        sa.CheckConstraint(
            "(way = 'e_license' AND result IN ('valid', 'none', 'expired', 'suspended', 'revoked', 'source_down', 'mismatch', 'unverified')) OR (way = 'data_check' AND result IN ('source_down', 'confirmed', 'denied')) OR (way = 'department_check' AND result IN ('confirmed', 'denied', 'asked', 'timed_out'))",
            name=op.f("ck_lookups_result_of_way"),
        ),
        sa.CheckConstraint(
            "conclusion IN ('failed', 'indeterminate', 'passed')",
            name=op.f("ck_lookups_conclusion_known"),
        ),
        sa.CheckConstraint(
            "question_result IS NULL OR question_result = 'asked'",
            name=op.f("ck_lookups_question_asked"),
        ),
        sa.CheckConstraint(
            "reference IS NULL OR way = 'department_check'",
            name=op.f("ck_lookups_reference_of_department"),
        ),
        sa.CheckConstraint(
            "result <> 'asked' OR due_at >= looked_up_at + 3600000000",
            name=op.f("ck_lookups_time_to_answer"),
        ),
        sa.CheckConstraint(
            "result <> 'timed_out' OR looked_up_at >= due_at",
            name=op.f("ck_lookups_timed_out_when_due"),
        ),
        sa.CheckConstraint(
            "result <> 'unverified' OR conclusion <> 'passed'",
            name=op.f("ck_lookups_unverified_not_passed"),
        ),
        sa.CheckConstraint(
            "result <> 'valid' OR conclusion = 'passed'", name=op.f("ck_lookups_valid_passed")
        ),
        sa.CheckConstraint(
            "(license IS NULL) = (region IS NULL) AND (license IS NULL) = (conclusion IS NULL)",
            name=op.f("ck_lookups_license_whole"),
        ),
        sa.CheckConstraint(
            "(question IS NULL) = (question_result IS NULL)", name=op.f("ck_lookups_question_whole")
        ),
        sa.CheckConstraint("number >= 1", name=op.f("ck_lookups_number_positive")),
        sa.ForeignKeyConstraint(
            ["case_id", "material", "way", "question", "question_result", "due_at"],
            [
                "lookups.case_id",
                "lookups.material",
                "lookups.way",
                "lookups.number",
                "lookups.result",
                "lookups.due_at",
            ],
            name="fk_lookups_question",
        ),
        sa.ForeignKeyConstraint(
            ["case_id", "material"],
            ["case_materials.case_id", "case_materials.material"],
            name="fk_lookups_case_material",
        ),
        sa.PrimaryKeyConstraint("case_id", "material", "way", "number", name=op.f("pk_lookups")),
        sa.UniqueConstraint(
            "case_id",
            "material",
            "way",
            "number",
            "result",
            "due_at",
            name="uq_lookups_with_due_time",
        ),
        sa.UniqueConstraint(
            "case_id",
            "material",
            "way",
            "number",
            "result",
            "looked_up_at",
            name="uq_lookups_with_result",
        ),
    )


def _create_material_decisions() -> None:
    op.create_table(
        "material_decisions",
        sa.Column("case_id", sa.String(length=21), nullable=False),
        sa.Column("material", sa.String(length=40), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("way", sa.String(length=24), nullable=False),
        sa.Column(
            "is_cancelled",
            sa.Boolean(create_constraint=True, name="is_cancelled_flag"),
            nullable=False,
        ),
        sa.Column(
            "asks_license",
            sa.Boolean(create_constraint=True, name="asks_license_flag"),
            nullable=False,
        ),
        sa.Column(
            "asks_data", sa.Boolean(create_constraint=True, name="asks_data_flag"), nullable=False
        ),
        sa.Column(
            "asks_department",
            sa.Boolean(create_constraint=True, name="asks_department_flag"),
            nullable=False,
        ),
        sa.Column(
            "may_commit", sa.Boolean(create_constraint=True, name="may_commit_flag"), nullable=False
        ),
        sa.Column(
            "may_defer", sa.Boolean(create_constraint=True, name="may_defer_flag"), nullable=False
        ),
        sa.Column("lookup_way", sa.String(length=24), nullable=False),
        sa.Column("lookup_number", sa.Integer(), nullable=True),
        sa.Column("lookup_result", sa.String(length=24), nullable=True),
        sa.Column("looked_up_at", sa.BigInteger(), nullable=True),
        sa.Column("data_way", sa.String(length=24), nullable=False),
        sa.Column("data_number", sa.Integer(), nullable=True),
        sa.Column("data_result", sa.String(length=24), nullable=True),
        sa.Column("data_at", sa.BigInteger(), nullable=True),
        sa.Column("check_way", sa.String(length=24), nullable=False),
        sa.Column("check_number", sa.Integer(), nullable=True),
        sa.Column("check_result", sa.String(length=24), nullable=True),
        sa.Column("check_at", sa.BigInteger(), nullable=True),
        sa.Column("form", sa.String(length=24), nullable=False),
        sa.Column(
            "voluntary", sa.Boolean(create_constraint=True, name="voluntary_flag"), nullable=False
        ),
        sa.Column("reason", sa.String(length=24), nullable=True),
        sa.Column("ground", sa.String(length=24), nullable=True),
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
            "(asks_data AND coalesce(lookup_result, '') <> 'valid') = (data_number IS NOT NULL)",
            name=op.f("ck_material_decisions_data_cited"),
        ),
        sa.CheckConstraint(
            "NOT ((form = 'paper' AND NOT voluntary AND (is_cancelled OR asks_license OR asks_data OR asks_department)) AND (is_cancelled OR coalesce(data_result, lookup_result, 'none') IN ('valid', 'confirmed') OR coalesce(check_result, '') = 'confirmed')) OR (reason IS NOT NULL AND approver IS NOT NULL)",
            name=op.f("ck_material_decisions_serving_approved"),
        ),
        sa.CheckConstraint(
            "NOT ((form = 'paper' AND NOT voluntary AND (is_cancelled OR asks_license OR asks_data OR asks_department)) AND is_cancelled)",
            name=op.f("ck_material_decisions_cancelled_not_demanded"),
        ),
        sa.CheckConstraint(
            "NOT (form = 'paper' AND NOT voluntary AND (is_cancelled OR asks_license OR asks_data OR asks_department)) OR reason IS NOT NULL",
            name=op.f("ck_material_decisions_demand_has_reason"),
        ),
        sa.CheckConstraint(
            "NOT voluntary OR form = 'paper'", name=op.f("ck_material_decisions_voluntary_paper")
        ),
        sa.CheckConstraint(
            "approver_role IS NULL OR approver_role = 'acceptance_approver'",
            name=op.f("ck_material_decisions_approver_approves"),
        ),
        sa.CheckConstraint(
            "check_number IS NOT NULL OR NOT asks_department OR coalesce(data_result, lookup_result, 'none') NOT IN ('none', 'denied', 'source_down')",
            name=op.f("ck_material_decisions_check_cited"),
        ),
        sa.CheckConstraint(
            "check_number IS NULL OR (asks_department AND coalesce(data_result, lookup_result, 'none') NOT IN ('valid', 'confirmed'))",
            name=op.f("ck_material_decisions_check_counts"),
        ),
        sa.CheckConstraint(
            "edition = 1 OR NOT (form = 'paper' AND NOT voluntary AND (is_cancelled OR asks_license OR asks_data OR asks_department)) OR (is_cancelled OR coalesce(data_result, lookup_result, 'none') IN ('valid', 'confirmed') OR coalesce(check_result, '') = 'confirmed') OR coalesce(check_result, '') IN ('denied', 'timed_out') OR (check_result IS NULL AND coalesce(lookup_result, '') <> 'none' AND coalesce(data_result, '') <> 'denied')",
            name=op.f("ck_material_decisions_department_heard"),
        ),
        sa.CheckConstraint(
            "form <> 'commitment' OR may_commit OR edition = 1",
            name=op.f("ck_material_decisions_commitment_has_rule"),
        ),
        sa.CheckConstraint(
            "form <> 'data_check' OR coalesce(data_result, '') = 'confirmed'",
            name=op.f("ck_material_decisions_data_confirmed"),
        ),
        sa.CheckConstraint(
            "form <> 'deferral' OR may_defer OR edition = 1 OR coalesce(lookup_result, '') = 'source_down' OR coalesce(data_result, '') = 'source_down'",
            name=op.f("ck_material_decisions_deferral_has_rule"),
        ),
        sa.CheckConstraint(
            "form <> 'department_check' OR coalesce(check_result, '') = 'confirmed'",
            name=op.f("ck_material_decisions_department_confirmed"),
        ),
        sa.CheckConstraint(
            "form <> 'e_license' OR coalesce(lookup_result, '') = 'valid'",
            name=op.f("ck_material_decisions_e_license_valid"),
        ),
        sa.CheckConstraint(
            "form <> 'exempt' OR is_cancelled", name=op.f("ck_material_decisions_exempt_cancelled")
        ),
        sa.CheckConstraint(
            "form IN ('exempt', 'data_check', 'department_check', 'e_license', 'commitment', 'deferral', 'paper')",
            name=op.f("ck_material_decisions_form_known"),
        ),
        sa.CheckConstraint(
            "form NOT IN ('commitment', 'deferral') OR NOT (is_cancelled OR coalesce(data_result, lookup_result, 'none') IN ('valid', 'confirmed') OR coalesce(check_result, '') = 'confirmed')",
            name=op.f("ck_material_decisions_no_detour"),
        ),
        sa.CheckConstraint(
            "ground IS NULL OR NOT (is_cancelled OR coalesce(data_result, lookup_result, 'none') IN ('valid', 'confirmed') OR coalesce(check_result, '') = 'confirmed') OR ground IN ('valid', 'confirmed')",
            name=op.f("ck_material_decisions_ground_serves"),
        ),
        sa.CheckConstraint(
            "ground IS NULL OR ground IN (coalesce(lookup_result, ''), coalesce(data_result, ''), coalesce(check_result, ''))",
            name=op.f("ck_material_decisions_ground_cited"),
        ),
        sa.CheckConstraint(
            "lookup_way = 'e_license' AND data_way = 'data_check' AND check_way = 'department_check'",
            name=op.f("ck_material_decisions_ways_named"),
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
            "(check_number IS NULL) = (check_result IS NULL) AND (check_number IS NULL) = (check_at IS NULL)",
            name=op.f("ck_material_decisions_check_whole"),
        ),
        sa.CheckConstraint(
            "(data_number IS NULL) = (data_result IS NULL) AND (data_number IS NULL) = (data_at IS NULL)",
            name=op.f("ck_material_decisions_data_whole"),
        ),
        sa.CheckConstraint(
            "(lookup_number IS NULL) = (lookup_result IS NULL) AND (lookup_number IS NULL) = (looked_up_at IS NULL)",
            name=op.f("ck_material_decisions_lookup_whole"),
        ),
        sa.CheckConstraint(
            "(reason IS NULL) = (ground IS NULL) AND (reason IS NULL) = (reason_needs_approver IS NULL)",
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
            "asks_license = (lookup_number IS NOT NULL)",
            name=op.f("ck_material_decisions_lookup_cited"),
        ),
        sa.CheckConstraint(
            "check_at IS NULL OR decided_at >= check_at",
            name=op.f("ck_material_decisions_check_before"),
        ),
        sa.CheckConstraint(
            "data_at IS NULL OR (decided_at >= data_at AND decided_at <= data_at + 600000000)",
            name=op.f("ck_material_decisions_data_fresh"),
        ),
        sa.CheckConstraint(
            "looked_up_at IS NULL OR (decided_at >= looked_up_at AND decided_at <= looked_up_at + 600000000)",
            name=op.f("ck_material_decisions_lookup_fresh"),
        ),
        sa.CheckConstraint(
            "reason IS NULL OR NOT reason_needs_approver OR approver IS NOT NULL",
            name=op.f("ck_material_decisions_reason_approved"),
        ),
        sa.ForeignKeyConstraint(
            ["approver", "approver_role"],
            ["people_roles.person", "people_roles.role"],
            name="fk_material_decisions_approver",
        ),
        sa.ForeignKeyConstraint(
            ["case_id", "material", "check_way", "check_number", "check_result", "check_at"],
            [
                "lookups.case_id",
                "lookups.material",
                "lookups.way",
                "lookups.number",
                "lookups.result",
                "lookups.looked_up_at",
            ],
            name="fk_material_decisions_check",
        ),
        sa.ForeignKeyConstraint(
            ["case_id", "material", "data_way", "data_number", "data_result", "data_at"],
            [
                "lookups.case_id",
                "lookups.material",
                "lookups.way",
                "lookups.number",
                "lookups.result",
                "lookups.looked_up_at",
            ],
            name="fk_material_decisions_data",
        ),
        sa.ForeignKeyConstraint(
            ["case_id", "material", "lookup_way", "lookup_number", "lookup_result", "looked_up_at"],
            [
                "lookups.case_id",
                "lookups.material",
                "lookups.way",
                "lookups.number",
                "lookups.result",
                "lookups.looked_up_at",
            ],
            name="fk_material_decisions_lookup",
        ),
        sa.ForeignKeyConstraint(
            [
                "case_id",
                "material",
                "way",
                "is_cancelled",
                "asks_license",
                "asks_data",
                "asks_department",
                "may_commit",
                "may_defer",
            ],
            [
                "case_materials.case_id",
                "case_materials.material",
                "case_materials.way",
                "case_materials.is_cancelled",
                "case_materials.asks_license",
                "case_materials.asks_data",
                "case_materials.asks_department",
                "case_materials.may_commit",
                "case_materials.may_defer",
            ],
            name="fk_material_decisions_case_material",
        ),
        sa.ForeignKeyConstraint(
            ["operator", "operator_role"],
            ["people_roles.person", "people_roles.role"],
            name="fk_material_decisions_operator",
        ),
        sa.ForeignKeyConstraint(
            ["reason", "ground", "reason_needs_approver"],
            [
                "exception_reasons.code",
                "exception_reasons.applies_to",
                "exception_reasons.needs_approver",
            ],
            name="fk_material_decisions_reason",
        ),
        sa.PrimaryKeyConstraint("case_id", "material", name=op.f("pk_material_decisions")),
    )
