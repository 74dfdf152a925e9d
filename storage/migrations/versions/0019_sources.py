"""Sources that answer: questions to departments, probes of who is silent, regions left out."""

import sqlalchemy as sa
from alembic import op

from storage.migrations.triggers_0019 import STATEMENTS

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

_OPEN = sa.text("answered_at IS NULL")
_NAMED = sa.text("applicant_code IS NOT NULL")


def upgrade() -> None:
    """Add what this version adds."""
    _create_department_questions()
    _create_source_probes()
    _create_department_answers()
    _create_department_posts()
    _create_lookup_silences()
    op.add_column("lookups", sa.Column("outside", sa.Text(), nullable=True))
    _remake_decisions()
    dialect = op.get_bind().dialect.name
    for of_dialect, statement in STATEMENTS:
        if of_dialect == dialect:
            op.get_bind().exec_driver_sql(statement)


def _create_department_questions() -> None:
    op.create_table(
        "department_questions",
        sa.Column(
            "row",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("receipt", sa.String(length=16), nullable=False),
        sa.Column("asker", sa.String(length=6), nullable=False),
        sa.Column("case_id", sa.String(length=21), nullable=False),
        sa.Column("material", sa.String(length=40), nullable=False),
        sa.Column("department", sa.String(length=40), nullable=False),
        sa.Column("question_zh", sa.String(length=500), nullable=False),
        sa.Column("question_en", sa.String(length=500), nullable=False),
        sa.Column("applicant_code_type", sa.String(length=3), nullable=True),
        sa.Column("applicant_code", sa.String(length=64), nullable=True),
        sa.Column("applicant_name", sa.String(length=200), nullable=True),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.Column("answered_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "(applicant_code_type IS NULL) = (applicant_code IS NULL) AND (applicant_code_type IS NULL) = (applicant_name IS NULL)",
            name=op.f("ck_department_questions_applicant_whole"),
        ),
        sa.CheckConstraint(
            "applicant_code IS NOT NULL OR answered_at IS NOT NULL",
            name=op.f("ck_department_questions_applicant_until_answered"),
        ),
        sa.CheckConstraint(
            "asked_at < due_at", name=op.f("ck_department_questions_asked_before_due")
        ),
        sa.PrimaryKeyConstraint("row", name=op.f("pk_department_questions")),
        sa.UniqueConstraint("asker", "case_id", "material", name="uq_department_questions_once"),
        sa.UniqueConstraint("receipt", name=op.f("uq_department_questions_receipt")),
    )
    op.create_index(
        "ix_department_questions_open",
        "department_questions",
        ["row"],
        unique=False,
        sqlite_where=_OPEN,
        postgresql_where=_OPEN,
    )
    op.create_index(
        "ix_department_questions_named",
        "department_questions",
        ["answered_at"],
        unique=False,
        sqlite_where=_NAMED,
        postgresql_where=_NAMED,
    )


def _create_source_probes() -> None:
    op.create_table(
        "source_probes",
        sa.Column("source", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("probed_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("state IN ('up', 'down')", name=op.f("ck_source_probes_state_known")),
        sa.PrimaryKeyConstraint("source", "probed_at", "state", name=op.f("pk_source_probes")),
        sa.UniqueConstraint("source", "state", "probed_at", name="uq_source_probes_with_state"),
    )


def _create_department_answers() -> None:
    op.create_table(
        "department_answers",
        sa.Column("receipt", sa.String(length=16), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("reply", sa.String(length=24), nullable=False),
        sa.Column("person", sa.String(length=100), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "reply IN ('confirmed', 'denied')", name=op.f("ck_department_answers_reply_known")
        ),
        sa.CheckConstraint("number >= 1", name=op.f("ck_department_answers_number_positive")),
        sa.ForeignKeyConstraint(
            ["receipt"],
            ["department_questions.receipt"],
            name=op.f("fk_department_answers_receipt_department_questions"),
        ),
        sa.PrimaryKeyConstraint("receipt", "number", name=op.f("pk_department_answers")),
    )


def _create_department_posts() -> None:
    op.create_table(
        "department_posts",
        sa.Column("case_id", sa.String(length=21), nullable=False),
        sa.Column("material", sa.String(length=40), nullable=False),
        sa.Column("way", sa.String(length=24), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("result", sa.String(length=24), nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("region", sa.String(length=6), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("tried_at", sa.BigInteger(), nullable=True),
        sa.Column("next_at", sa.BigInteger(), nullable=True),
        sa.Column("reply", sa.String(length=24), nullable=True),
        sa.Column("replied_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "reply IN ('confirmed', 'denied')", name=op.f("ck_department_posts_reply_known")
        ),
        sa.CheckConstraint(
            "way = 'department_check' AND result = 'asked'",
            name=op.f("ck_department_posts_question_asked"),
        ),
        sa.CheckConstraint(
            "(reply IS NULL) = (replied_at IS NULL)", name=op.f("ck_department_posts_reply_whole")
        ),
        sa.CheckConstraint(
            "attempts >= 0 AND (attempts = 0) = (tried_at IS NULL)",
            name=op.f("ck_department_posts_attempts_counted"),
        ),
        sa.CheckConstraint(
            "reply IS NULL OR region IS NOT NULL",
            name=op.f("ck_department_posts_reply_from_somewhere"),
        ),
        sa.ForeignKeyConstraint(
            ["case_id", "material", "way", "number", "result", "due_at"],
            [
                "lookups.case_id",
                "lookups.material",
                "lookups.way",
                "lookups.number",
                "lookups.result",
                "lookups.due_at",
            ],
            name="fk_department_posts_lookup",
        ),
        sa.PrimaryKeyConstraint("case_id", "material", name=op.f("pk_department_posts")),
    )
    op.create_index("ix_department_posts_next_at", "department_posts", ["next_at"], unique=False)


def _create_lookup_silences() -> None:
    op.create_table(
        "lookup_silences",
        sa.Column("case_id", sa.String(length=21), nullable=False),
        sa.Column("material", sa.String(length=40), nullable=False),
        sa.Column("way", sa.String(length=24), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("result", sa.String(length=24), nullable=False),
        sa.Column("looked_up_at", sa.BigInteger(), nullable=False),
        sa.Column("source", sa.String(length=64), nullable=False),
        sa.CheckConstraint(
            "result = 'source_down'", name=op.f("ck_lookup_silences_source_was_down")
        ),
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
            name="fk_lookup_silences_lookup",
        ),
        sa.PrimaryKeyConstraint(
            "case_id", "material", "way", "number", "source", name=op.f("pk_lookup_silences")
        ),
    )


_DECIDED = (
    "case_id",
    "material",
    "edition",
    "way",
    "is_cancelled",
    "asks_license",
    "asks_data",
    "asks_department",
    "may_commit",
    "may_defer",
    "lookup_way",
    "lookup_number",
    "lookup_result",
    "looked_up_at",
    "data_way",
    "data_number",
    "data_result",
    "data_at",
    "check_way",
    "check_number",
    "check_result",
    "check_at",
    "form",
    "voluntary",
    "reason",
    "ground",
    "reason_needs_approver",
    "note",
    "operator",
    "operator_role",
    "approver",
    "approver_role",
    "decided_at",
)


def _remake_decisions() -> None:
    """Make the decisions anew, because SQLite cannot add a rule to a table; all are carried over."""
    op.execute("CREATE TABLE material_decisions_before AS SELECT * FROM material_decisions")
    op.drop_table("material_decisions")
    _create_material_decisions()
    columns = ", ".join(_DECIDED)
    op.execute(
        f"INSERT INTO material_decisions ({columns})"
        f" SELECT {columns} FROM material_decisions_before"
    )
    op.drop_table("material_decisions_before")


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
        sa.Column("probe_way", sa.String(length=24), nullable=True),
        sa.Column("probe_number", sa.Integer(), nullable=True),
        sa.Column("probe_source", sa.String(length=64), nullable=True),
        sa.Column("probe_state", sa.String(length=24), nullable=True),
        sa.Column("probed_at", sa.BigInteger(), nullable=True),
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
            "edition < 3 OR coalesce(ground, '') <> 'source_down' OR probe_way IS NOT NULL",
            name=op.f("ck_material_decisions_silence_probed"),
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
            "probe_state IS NULL OR probe_state = 'down'",
            name=op.f("ck_material_decisions_probe_down"),
        ),
        sa.CheckConstraint(
            "probe_way IS NULL OR (probe_way = 'e_license' AND coalesce(lookup_result, '') = 'source_down' AND probe_number = lookup_number AND probed_at >= looked_up_at) OR (probe_way = 'data_check' AND coalesce(data_result, '') = 'source_down' AND probe_number = data_number AND probed_at >= data_at)",
            name=op.f("ck_material_decisions_probe_of_look_up"),
        ),
        sa.CheckConstraint(
            "probe_way IS NULL OR coalesce(ground, '') = 'source_down'",
            name=op.f("ck_material_decisions_probe_for_ground"),
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
            "(probe_way IS NULL) = (probe_number IS NULL) AND (probe_way IS NULL) = (probe_source IS NULL) AND (probe_way IS NULL) = (probe_state IS NULL) AND (probe_way IS NULL) = (probed_at IS NULL)",
            name=op.f("ck_material_decisions_probe_whole"),
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
            "probed_at IS NULL OR probed_at <= decided_at",
            name=op.f("ck_material_decisions_probe_before"),
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
            ["case_id", "material", "probe_way", "probe_number", "probe_source"],
            [
                "lookup_silences.case_id",
                "lookup_silences.material",
                "lookup_silences.way",
                "lookup_silences.number",
                "lookup_silences.source",
            ],
            name="fk_material_decisions_silence",
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
            ["probe_source", "probe_state", "probed_at"],
            ["source_probes.source", "source_probes.state", "source_probes.probed_at"],
            name="fk_material_decisions_probe",
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
