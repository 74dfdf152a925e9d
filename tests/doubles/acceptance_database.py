"""A database with one case of every result, and rows to write past the program."""

from datetime import datetime
from typing import Final

from sqlalchemy import Connection, text

from storage.acceptance import SqlCases
from storage.acceptance_rows import lookup_to_row
from storage.database import Instant
from storage.day_numbers import day_number
from storage.decision_tables import EDITION
from storage.matter_tables import FLAGS
from storage.source_probes import SqlSourceProbes
from tests.doubles.acceptance import NOON
from tests.doubles.acceptance_stands import DOWN, EVERY_RESULT, STANDS, Stand, a_case
from verify.acceptance.reasons import REASONS, LookupResult, ReasonCode
from verify.acceptance.records import PersonRole
from verify.matters.ways import Way

Row = dict[str, object]

CASE: Final = a_case()


def microseconds(instant: datetime) -> int:
    """The instant as the column holds it."""
    value = Instant().process_bind_param(instant, None)  # type: ignore[arg-type]  # dialect unused
    assert value is not None
    return value


AT: Final = microseconds(NOON)

OTHER_CASE: Final = "CBBBBBBBBBBBBBBBBBBBB"
CASE_ROW: Final[Row] = {
    "id": OTHER_CASE,
    "matter_code": EVERY_RESULT.code,
    "matter_version": 1,
    "applicant_code_type": "001",
    "applicant_code": "11340200MB9TXY014H",
    "applicant_name": "样本",
    "operator": "window",
    "operator_role": "acceptance",
    "opened_at": AT,
    "opened_on": day_number(CASE.opened_on),
    "situation": "{}",
}


UNKNOWN_MATERIAL: Final = "household-register"
"""A material that the matter does not have, though something is said of its situations."""

_OF_UNKNOWN: Final[Row] = {
    "matter_code": EVERY_RESULT.code,
    "matter_version": 1,
    "material": UNKNOWN_MATERIAL,
    "conditions": "{}",
}


def declaration_row(material: str, **changes: object) -> Row:
    """A signed declaration, as a row; without one no commitment is stored."""
    row: Row = {
        "case_id": CASE.id,
        "material": material,
        "version": 1,
        "digest": "6" * 64,
        "kind": "handwritten",
        "evidence": "7" * 64,
        "operator": "window",
        "operator_role": "acceptance",
        "declared_at": AT,
    }
    return {**row, **changes}


def fill(connection: Connection) -> None:
    """Publish reasons and matter, name people, keep one case with all that was looked up."""
    cases = SqlCases(connection)
    cases.publish_reasons()
    cases.publish(EVERY_RESULT)
    insert_raw(connection, "matter_conditions", _OF_UNKNOWN)
    for person in ("window", "chief", "second-window"):
        cases.grant_role(person, PersonRole.ACCEPTANCE)
    for person in ("chief", "head", "retired"):
        cases.grant_role(person, PersonRole.ACCEPTANCE_APPROVER)
    cases.withdraw_role("retired", PersonRole.ACCEPTANCE_APPROVER)
    cases.add(CASE, EVERY_RESULT)
    for stand in STANDS.values():
        for lookup in stand.lookups(CASE):
            cases.add_lookup(lookup)
        insert_raw(connection, "declarations", declaration_row(stand.code))
    SqlSourceProbes(connection).add(DOWN.values())


NO_PROBE: Final[Row] = dict.fromkeys(
    ("probe_way", "probe_number", "probe_source", "probe_state", "probed_at")
)


def _stand(name: str) -> Stand:
    return STANDS[name.replace("_", "-")]


def ways_row(name: str) -> Row:
    """What matter and case say of the ways of a material, as columns."""
    material = _stand(name).material
    ways = material.ways_on(CASE.opened_on)
    return {
        "way": material.way.value,
        **{column: way in ways for column, way in FLAGS.items()},
    }


def decision_row(name: str, form: str = "paper", **changes: object) -> Row:
    """A decision on the material in a standing (a result: that of its license), as a row."""
    stand = _stand(name)
    row: Row = {
        "case_id": CASE.id,
        "material": stand.code,
        "edition": EDITION,
        **ways_row(name),
        "lookup_way": "e_license",
        "data_way": "data_check",
        "check_way": "department_check",
        **_cited(stand),
        **NO_PROBE,
        "form": form,
        "voluntary": False,
        "reason": None,
        "ground": None,
        "reason_needs_approver": None,
        "note": None,
        "operator": "window",
        "operator_role": "acceptance",
        "approver": None,
        "approver_role": None,
        "decided_at": AT,
    }
    return {**row, **changes}


def _cited(stand: Stand) -> Row:
    columns = {
        Way.E_LICENSE: ("lookup_number", "lookup_result", "looked_up_at"),
        Way.DATA_CHECK: ("data_number", "data_result", "data_at"),
        Way.DEPARTMENT_CHECK: ("check_number", "check_result", "check_at"),
    }
    row: Row = dict.fromkeys((name for names in columns.values() for name in names), None)
    for lookup in stand.item(CASE).evidence:
        number, result, at = columns[lookup.way]
        row |= {
            number: lookup.number,
            result: lookup.result.value,
            at: microseconds(lookup.looked_up_at),
        }
    return row


def demand_row(name: str, reason: ReasonCode, **changes: object) -> Row:
    """A demand for paper, grounded on the look-up that its reason fits, as a row."""
    found = [item.result for item in _stand(name).item(CASE).evidence]
    ground = next((item for item in found if item in REASONS[reason].applies_to), found[0])
    return {
        **decision_row(
            name,
            reason=reason.value,
            ground=ground.value,
            reason_needs_approver=REASONS[reason].needs_approver(ground),
            note="因故",
            approver="chief",
            approver_role="acceptance_approver",
        ),
        **_probe(name, ground),
        **changes,
    }


def _probe(name: str, ground: LookupResult) -> Row:
    """What cites the probe that found a silent source down, as columns."""
    cited = _stand(name).item(CASE).evidence
    lookup = next((item for item in cited if item.result is ground), None)
    if lookup is None or not lookup.silent:
        return NO_PROBE
    return {
        "probe_way": lookup.way.value,
        "probe_number": lookup.number,
        "probe_source": lookup.silent[0],
        "probe_state": "down",
        "probed_at": AT,
    }


def lookup_row(name: str = "valid", **changes: object) -> Row:
    """The next look-up of a material, as a row: what was said last is said again."""
    lookup = _stand(name).lookups(CASE)[-1]
    row: Row = {
        **lookup_to_row(lookup),
        "number": lookup.number + 1,
        "looked_up_at": microseconds(lookup.looked_up_at),
        "due_at": None if lookup.due_at is None else microseconds(lookup.due_at),
    }
    return {**row, **changes}


def insert_raw(connection: Connection, table: str, row: Row, *, verb: str = "INSERT") -> None:
    """Insert a row in plain SQL, past the program."""
    columns = ", ".join(row)
    places = ", ".join(f":{column}" for column in row)
    connection.execute(text(f"{verb} INTO {table} ({columns}) VALUES ({places})"), row)
