"""An upgrade from the release that knew licenses only: what it recorded stays readable."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Engine

from certs.type_folders import shipped_types
from storage import schema
from storage.acceptance import SqlCases
from storage.database import connect
from tests.databases import PostgresqlDatabases
from tests.doubles.acceptance_database import AT, Row, insert_raw
from verify.acceptance.reasons import LookupResult
from verify.acceptance.records import DecisionRequest, Form
from verify.case_errors import RecordRefusedError
from verify.matters.definitions import types_by_name
from verify.matters.encoding import readable_matters
from verify.matters.files import shipped_matters

MATERIAL = "food-business-license"
CASES = {"decided": "C" + "A" * 20, "open": "C" + "B" * 20}
_MATTER: Row = {"matter_code": "open-restaurant", "matter_version": 1}


@pytest.fixture(params=["sqlite", "postgresql"])
def upgraded(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """A database where a detour was lawful once, brought to this release."""
    address = f"sqlite:///{tmp_path / 'db.sqlite3'}"
    if request.param == "postgresql":
        server: PostgresqlDatabases = request.getfixturevalue("postgresql_databases")
        address = server.address(server.new(template="template0"))
    engine = connect(address)
    schema.upgrade(engine, "0017")
    _fill(engine)
    schema.upgrade(engine)
    yield engine
    engine.dispose()


def _fill(engine: Engine) -> None:
    rows: list[tuple[str, Row]] = [
        ("matters", {"code": "open-restaurant", "version": 1}),
        ("people_roles", {"person": "window", "role": "acceptance", "withdrawn": False}),
    ]
    for code, source, way in (
        (MATERIAL, "government_issued", "e_license"),
        ("application-form", "self", "none"),
        ("floor-plan", "self", "none"),
    ):
        rows.append(("matter_materials", {**_MATTER, "code": code, "source": source, "way": way}))
    for case in CASES.values():
        rows += _case_rows(case)
    rows.append(
        (
            "material_decisions",
            {
                "case_id": CASES["decided"],
                "material": MATERIAL,
                "way": "e_license",
                "lookup_number": 1,
                "lookup_result": "none",
                "looked_up_at": AT,
                "form": "deferral",
                "voluntary": False,
                "operator": "window",
                "operator_role": "acceptance",
                "decided_at": AT,
            },
        )
    )
    with engine.begin() as connection:
        for table, row in rows:
            insert_raw(connection, table, row)


def _case_rows(case: str) -> list[tuple[str, Row]]:
    opened: Row = {
        **_MATTER,
        "id": case,
        "applicant_code_type": "001",
        "applicant_code": "11340200MB9TXY014H",
        "applicant_name": "样例",
        "operator": "window",
        "operator_role": "acceptance",
        "opened_at": AT,
    }
    asked = {"case_id": case, "material": MATERIAL, "way": "e_license"}
    return [
        ("cases", opened),
        ("case_materials", {**_MATTER, **asked}),
        ("lookups", {**asked, "number": 1, "result": "none", "looked_up_at": AT}),
    ]


def test_a_decision_of_before_comes_back_as_it_was_made(upgraded: Engine) -> None:
    with upgraded.begin() as connection:
        decision = SqlCases(connection).decisions(CASES["decided"])[MATERIAL]

    assert decision.request == DecisionRequest(form=Form.DEFERRAL, operator="window")
    assert [lookup.result for lookup in decision.lookups] == [LookupResult.NONE]


def test_a_case_of_before_is_decided_by_the_rules_of_today(upgraded: Engine) -> None:
    with upgraded.begin() as connection:
        cases = SqlCases(connection)
        again = replace(
            cases.decisions(CASES["decided"])[MATERIAL],
            case_id=CASES["open"],
            lookups=cases.latest_lookups(CASES["open"])[MATERIAL],
        )

    with pytest.raises(RecordRefusedError) as refused, upgraded.begin() as connection:
        SqlCases(connection).add_decision(again)
    assert refused.value.constraint == "ck_material_decisions_deferral_has_rule"


def test_the_matter_that_old_cases_cite_can_be_read_without_its_file(upgraded: Engine) -> None:
    with upgraded.begin() as connection:
        kept = SqlCases(connection).definitions()

    (matter,) = readable_matters(kept, types_by_name(shipped_types()))
    assert (matter.code, matter.version) == ("open-restaurant", 1)
    assert [item.code for item in matter.materials] == [
        MATERIAL,
        "application-form",
        "floor-plan",
    ]


def test_publishing_the_shipped_matters_after_the_upgrade_changes_nothing(
    upgraded: Engine,
) -> None:
    with upgraded.begin() as connection:
        cases = SqlCases(connection)
        cases.publish_reasons()
        for matter in shipped_matters().matters:
            cases.publish(matter)
