"""The table of decisions: what the gate refuses, it refuses again, by rules within one row.

A decision cites the look-up of every way that counts, each by a foreign key over number, result
and time. So nothing but the row itself has to be looked at to tell whether it may be.
"""

from typing import Final

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Index,
    Integer,
    PrimaryKeyConstraint,
    String,
    Table,
)

from storage.constraints import check, flag, known, whole
from storage.database import Instant
from storage.matter_tables import CASE_ID, CODE, FLAGS, PERSON, SPARED, WORD
from storage.source_tables import SOURCE
from storage.tables import metadata
from verify.acceptance.lookups import LOOKUP_LIFETIME
from verify.acceptance.records import Form
from verify.matters.ways import Way

EDITION: Final = 3
"""The edition of the rules; decisions stay as they were made. The first knew licenses only, the
second took the silence of a source at its word."""

_LIFETIME_MICROSECONDS: Final = int(LOOKUP_LIFETIME.total_seconds()) * 1_000_000

# The last look-up that counts before the department's: of the register, else of the license.
_LAST: Final = "coalesce(data_result, lookup_result, 'none')"
_SERVES: Final = (
    f"(is_cancelled OR {_LAST} IN ('valid', 'confirmed')"
    " OR coalesce(check_result, '') = 'confirmed')"
)
_IS_DEMAND: Final = f"(form = 'paper' AND NOT voluntary AND {SPARED})"


def _citation(way_column: str, number: str, result: str, at: str) -> ForeignKeyConstraint:
    """Return one key over all of it.

    The result is not altered, the look-up not borrowed from another case, material or way, its
    time not made younger.
    """
    return ForeignKeyConstraint(
        ["case_id", "material", way_column, number, result, at],
        [
            f"lookups.{name}"
            for name in ("case_id", "material", "way", "number", "result", "looked_up_at")
        ],
        name=f"fk_material_decisions_{way_column.removesuffix('_way')}",
    )


def _fresh(name: str, at: str) -> CheckConstraint:
    return check(
        f"{name}_fresh",
        f"{at} IS NULL OR (decided_at >= {at} AND decided_at <= {at} + {_LIFETIME_MICROSECONDS})",
    )


def _way(name: str) -> Column[str]:
    return Column(name, WORD, nullable=False)


material_decisions: Final = Table(
    "material_decisions",
    metadata,
    Column("case_id", CASE_ID, nullable=False),
    Column("material", CODE, nullable=False),
    Column("edition", Integer, nullable=False),
    Column("way", WORD, nullable=False),
    *map(flag, FLAGS),
    _way("lookup_way"),
    Column("lookup_number", Integer),
    Column("lookup_result", WORD),
    Column("looked_up_at", Instant),
    _way("data_way"),
    Column("data_number", Integer),
    Column("data_result", WORD),
    Column("data_at", Instant),
    _way("check_way"),
    Column("check_number", Integer),
    Column("check_result", WORD),
    Column("check_at", Instant),
    Column("probe_way", WORD),
    Column("probe_number", Integer),
    Column("probe_source", SOURCE),
    Column("probe_state", WORD),
    Column("probed_at", Instant),
    Column("form", WORD, nullable=False),
    flag("voluntary"),
    Column("reason", WORD),
    Column("ground", WORD),
    flag("reason_needs_approver", nullable=True),
    Column("note", String(500)),
    Column("operator", PERSON, nullable=False),
    Column("operator_role", WORD, nullable=False),
    Column("approver", PERSON),
    Column("approver_role", WORD),
    Column("decided_at", Instant, nullable=False),
    PrimaryKeyConstraint("case_id", "material"),
    ForeignKeyConstraint(
        ["case_id", "material", "way", *FLAGS],
        [f"case_materials.{name}" for name in ("case_id", "material", "way", *FLAGS)],
        name="fk_material_decisions_case_material",
    ),
    _citation("lookup_way", "lookup_number", "lookup_result", "looked_up_at"),
    _citation("data_way", "data_number", "data_result", "data_at"),
    _citation("check_way", "check_number", "check_result", "check_at"),
    # The probe is of a source that this very look-up found silent, and says what it says.
    ForeignKeyConstraint(
        ["case_id", "material", "probe_way", "probe_number", "probe_source"],
        [f"lookup_silences.{name}" for name in ("case_id", "material", "way", "number", "source")],
        name="fk_material_decisions_silence",
    ),
    ForeignKeyConstraint(
        ["probe_source", "probe_state", "probed_at"],
        ["source_probes.source", "source_probes.state", "source_probes.probed_at"],
        name="fk_material_decisions_probe",
    ),
    ForeignKeyConstraint(
        ["reason", "ground", "reason_needs_approver"],
        [
            "exception_reasons.code",
            "exception_reasons.applies_to",
            "exception_reasons.needs_approver",
        ],
        name="fk_material_decisions_reason",
    ),
    ForeignKeyConstraint(
        ["operator", "operator_role"],
        ["people_roles.person", "people_roles.role"],
        name="fk_material_decisions_operator",
    ),
    ForeignKeyConstraint(
        ["approver", "approver_role"],
        ["people_roles.person", "people_roles.role"],
        name="fk_material_decisions_approver",
    ),
    known("form", Form),
    # Which look-ups are cited -----------------------------------------------------------------
    check(
        "ways_named",
        f"lookup_way = '{Way.E_LICENSE}' AND data_way = '{Way.DATA_CHECK}'"
        f" AND check_way = '{Way.DEPARTMENT_CHECK}'",
    ),
    whole("lookup", "lookup_number", "lookup_result", "looked_up_at"),
    whole("data", "data_number", "data_result", "data_at"),
    whole("check", "check_number", "check_result", "check_at"),
    check("lookup_cited", "asks_license = (lookup_number IS NOT NULL)"),
    check(
        "data_cited",
        "(asks_data AND coalesce(lookup_result, '') <> 'valid') = (data_number IS NOT NULL)",
    ),
    check(
        "check_cited",
        "check_number IS NOT NULL OR NOT asks_department"
        f" OR {_LAST} NOT IN ('none', 'denied', 'source_down')",
    ),
    check(
        "check_counts",
        f"check_number IS NULL OR (asks_department AND {_LAST} NOT IN ('valid', 'confirmed'))",
    ),
    _fresh("lookup", "looked_up_at"),
    _fresh("data", "data_at"),
    # What a department says stands until it says something else.
    check("check_before", "check_at IS NULL OR decided_at >= check_at"),
    # Probes -----------------------------------------------------------------------------------
    whole("probe", "probe_way", "probe_number", "probe_source", "probe_state", "probed_at"),
    check("probe_down", "probe_state IS NULL OR probe_state = 'down'"),
    check(
        "probe_of_look_up",
        "probe_way IS NULL"
        " OR (probe_way = 'e_license' AND coalesce(lookup_result, '') = 'source_down'"
        " AND probe_number = lookup_number AND probed_at >= looked_up_at)"
        " OR (probe_way = 'data_check' AND coalesce(data_result, '') = 'source_down'"
        " AND probe_number = data_number AND probed_at >= data_at)",
    ),
    check("probe_before", "probed_at IS NULL OR probed_at <= decided_at"),
    check("probe_for_ground", "probe_way IS NULL OR coalesce(ground, '') = 'source_down'"),
    check(
        "silence_probed",
        "edition < 3 OR coalesce(ground, '') <> 'source_down' OR probe_way IS NOT NULL",
    ),
    # Forms ------------------------------------------------------------------------------------
    check("exempt_cancelled", "form <> 'exempt' OR is_cancelled"),
    check("e_license_valid", "form <> 'e_license' OR coalesce(lookup_result, '') = 'valid'"),
    check("data_confirmed", "form <> 'data_check' OR coalesce(data_result, '') = 'confirmed'"),
    check(
        "department_confirmed",
        "form <> 'department_check' OR coalesce(check_result, '') = 'confirmed'",
    ),
    check("no_detour", f"form NOT IN ('commitment', 'deferral') OR NOT {_SERVES}"),
    check("commitment_has_rule", "form <> 'commitment' OR may_commit OR edition = 1"),
    check(
        "deferral_has_rule",
        "form <> 'deferral' OR may_defer OR edition = 1"
        " OR coalesce(lookup_result, '') = 'source_down'"
        " OR coalesce(data_result, '') = 'source_down'",
    ),
    # Paper ------------------------------------------------------------------------------------
    check("voluntary_paper", "NOT voluntary OR form = 'paper'"),
    check("voluntary_no_demand", "NOT voluntary OR (reason IS NULL AND approver IS NULL)"),
    check("cancelled_not_demanded", f"NOT ({_IS_DEMAND} AND is_cancelled)"),
    check("demand_has_reason", f"NOT {_IS_DEMAND} OR reason IS NOT NULL"),
    check(
        "department_heard",
        f"edition = 1 OR NOT {_IS_DEMAND} OR {_SERVES}"
        " OR coalesce(check_result, '') IN ('denied', 'timed_out')"
        " OR (check_result IS NULL AND coalesce(lookup_result, '') <> 'none'"
        " AND coalesce(data_result, '') <> 'denied')",
    ),
    # Said once more without the table of reasons, in case somebody edits that.
    check(
        "serving_approved",
        f"NOT ({_IS_DEMAND} AND {_SERVES}) OR (reason IS NOT NULL AND approver IS NOT NULL)",
    ),
    # Reasons and people -----------------------------------------------------------------------
    whole("reason", "reason", "ground", "reason_needs_approver"),
    check("reason_for_paper", "reason IS NULL OR form = 'paper'"),
    check(
        "ground_cited",
        "ground IS NULL OR ground IN"
        " (coalesce(lookup_result, ''), coalesce(data_result, ''), coalesce(check_result, ''))",
    ),
    check("ground_serves", f"ground IS NULL OR NOT {_SERVES} OR ground IN ('valid', 'confirmed')"),
    check(
        "other_has_note",
        "reason IS NULL OR reason <> 'P99' OR (note IS NOT NULL AND length(trim(note)) > 0)",
    ),
    check("operator_accepts", "operator_role = 'acceptance'"),
    whole("approver", "approver", "approver_role"),
    check("approver_approves", "approver_role IS NULL OR approver_role = 'acceptance_approver'"),
    check("approver_has_reason", "approver IS NULL OR reason IS NOT NULL"),
    check("approver_is_another", "approver IS NULL OR approver <> operator"),
    check(
        "reason_approved",
        "reason IS NULL OR NOT reason_needs_approver OR approver IS NOT NULL",
    ),
    Index("ix_material_decisions_decided_at", "decided_at"),
)
