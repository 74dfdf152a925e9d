"""A database with one case of every result, and rows to write past the program."""

from datetime import datetime
from typing import Final

from sqlalchemy import Connection, text

from storage.acceptance import SqlCases
from storage.database import Instant
from tests.doubles.acceptance import EVERY_RESULT, NOON, a_case, a_lookup, ruled
from verify.acceptance.reasons import REASONS, LookupResult, ReasonCode
from verify.acceptance.records import PersonRole

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
}


def fill(connection: Connection) -> None:
    """Publish reasons and matter, name people, keep one case and one look-up a material."""
    cases = SqlCases(connection)
    cases.publish_reasons()
    cases.publish(EVERY_RESULT)
    for person in ("window", "chief", "second-window"):
        cases.grant_role(person, PersonRole.ACCEPTANCE)
    for person in ("chief", "head", "retired"):
        cases.grant_role(person, PersonRole.ACCEPTANCE_APPROVER)
    cases.withdraw_role("retired", PersonRole.ACCEPTANCE_APPROVER)
    cases.add(CASE, EVERY_RESULT)
    for result in LookupResult:
        cases.add_lookup(a_lookup(CASE, result))


def decision_row(result: LookupResult | None, form: str = "paper", **changes: object) -> Row:
    """A decision on the material with this result (None: the applicant's own), as a row."""
    row: Row = {
        "case_id": CASE.id,
        "material": "own" if result is None else ruled(result).code,
        "way": "none" if result is None else "e_license",
        "lookup_number": None if result is None else 1,
        "lookup_result": None if result is None else result.value,
        "looked_up_at": None if result is None else AT,
        "form": form,
        "voluntary": False,
        "reason": None,
        "reason_needs_approver": None,
        "note": None,
        "operator": "window",
        "operator_role": "acceptance",
        "approver": None,
        "approver_role": None,
        "decided_at": AT,
    }
    return {**row, **changes}


def demand_row(result: LookupResult, reason: ReasonCode, **changes: object) -> Row:
    """A lawful demand for paper, as a row."""
    return {
        **decision_row(
            result,
            reason=reason.value,
            reason_needs_approver=REASONS[reason].needs_approver(result),
            note="因故",
            approver="chief",
            approver_role="acceptance_approver",
        ),
        **changes,
    }


def lookup_row(result: LookupResult = LookupResult.VALID, **changes: object) -> Row:
    """A second look-up of a material, as a row."""
    lookup = a_lookup(CASE, result, number=2)
    row: Row = {
        "case_id": CASE.id,
        "material": lookup.material,
        "number": 2,
        "way": "e_license",
        "result": result.value,
        "license": lookup.license and str(lookup.license),
        "region": lookup.region and lookup.region.value,
        "conclusion": lookup.conclusion and lookup.conclusion.value,
        "looked_up_at": AT,
    }
    return {**row, **changes}


def insert_raw(connection: Connection, table: str, row: Row, *, verb: str = "INSERT") -> None:
    """Insert a row in plain SQL, past the program."""
    columns = ", ".join(row)
    places = ", ".join(f":{column}" for column in row)
    connection.execute(text(f"{verb} INTO {table} ({columns}) VALUES ({places})"), row)
