"""The published JSON schemas: what is given fits them, and what is wrong does not."""

import json
import re
import tomllib
from collections.abc import Callable
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker

from api.reports import report_json
from api.routers.schemas import SchemaName, schema_bytes
from certs.typed_tables import TypedTable
from tests import sealed
from tests.foreign_cases import every_case
from tests.instances import Country
from tests.receipt_cases import receipt_cases
from tests.sealed import judge
from tests.verdict_cases import Case, report_of
from verify import policies
from verify.checks import ALWAYS_REFUSE, Check, Level, Outcome
from verify.conclusions import Conclusion
from verify.errors import MalformedPolicyError
from verify.examination import examine
from verify.policies import Purpose, StatusOrder, parse_policy, shipped_policy
from verify.readings import SignatureKind
from verify.report import DocumentFormat

SHIPPED = sorted((Path(policies.__file__).parent / "shipped_policies").glob("*.toml"))
CASES = {case.name: case for case in (*every_case(), *receipt_cases())}
SOUND = {"schema": "yinxin.policy/1", "name": "mine"}


@cache
def schema(name: SchemaName) -> dict[str, Any]:
    value: dict[str, Any] = json.loads(schema_bytes(name))
    return value


def is_instant(value: object) -> bool:
    """Whether a text is a time with a zone; a format says nothing of other values."""
    return not isinstance(value, str) or datetime.fromisoformat(value).tzinfo is not None


@cache
def checker(name: SchemaName) -> Draft202012Validator:
    formats = FormatChecker(formats=())
    formats.checks("date-time", raises=ValueError)(is_instant)
    return Draft202012Validator(schema(name), format_checker=formats)


def faults(name: SchemaName, value: object) -> list[str]:
    return [f"{error.json_path}: {error.message}" for error in checker(name).iter_errors(value)]


def report(data: bytes | None = None) -> dict[str, Any]:
    """A report as it is sent, with its evidence."""
    data = data or sealed.sound()
    value: dict[str, Any] = json.loads(json.dumps(report_json(judge(data), examine(data))))
    return value


@pytest.mark.parametrize("name", SchemaName)
def test_every_schema_is_one_and_is_published(country: Country, name: SchemaName) -> None:
    Draft202012Validator.check_schema(schema(name))

    answer = country.wuhu.client.get(f"/api/v1/schemas/{name}")

    assert answer.headers["content-type"] == "application/schema+json"
    assert answer.json() == schema(name)
    assert answer.json()["$id"] == f"urn:yinxin:schema:{name}:1"


def test_there_is_no_other_schema(country: Country) -> None:
    for name in ("receipts", "..%2F..%2Fsettings", "report.json"):
        answer = country.wuhu.client.get(f"/api/v1/schemas/{name}")
        assert answer.status_code in {404, 422}
        assert answer.headers["content-type"] == "application/problem+json"


# Reports -------------------------------------------------------------------------------------


@pytest.mark.parametrize("case", CASES.values(), ids=str)
def test_every_report_fits_its_schema(case: Case) -> None:
    value = json.loads(json.dumps(report_json(report_of(case))))

    assert faults(SchemaName.REPORT, value) == []


def test_a_report_with_its_evidence_fits_too() -> None:
    value = report()

    assert "evidence" in value
    assert faults(SchemaName.REPORT, value) == []


def test_a_report_may_say_more_one_day() -> None:
    value = report()
    value["more"] = value["license"]["more"] = value["findings"][0]["more"] = "later"

    assert faults(SchemaName.REPORT, value) == []


def test_the_keys_of_a_report_are_those_that_the_schema_requires() -> None:
    value, published = report(), schema(SchemaName.REPORT)

    assert set(published["required"]) == set(value) - {"evidence"}
    for part, found in (
        ("license", value["license"]),
        ("finding", value["findings"][0]),
        ("signature", value["signatures"][0]),
    ):
        assert set(published["$defs"][part]["required"]) == set(found)


@pytest.mark.parametrize("key", schema(SchemaName.REPORT)["required"])
def test_a_report_without_one_of_its_keys_does_not_fit(key: str) -> None:
    value = report()
    del value[key]

    assert any(key in fault for fault in faults(SchemaName.REPORT, value))


@pytest.mark.parametrize(
    "spoil",
    [
        lambda value: value.update(conclusion="valid"),
        lambda value: value.update(conclusion=True),
        lambda value: value.update(findings=[]),
        lambda value: value.update(judged_at="yesterday"),
        lambda value: value.update(trust_list="1" * 63),
        lambda value: value["findings"][0].update(outcome="good"),
        lambda value: value["findings"][0].update(check="everything"),
        lambda value: value["findings"][0].update(facts={"count": 1}),
        lambda value: value["findings"][0].pop("zh"),
        lambda value: value["signatures"][0].update(covers="most"),
        lambda value: value["signatures"][0].pop("signed_at"),
        lambda value: value["license"].update(identifier=""),
        lambda value: value["policy"].pop("identity"),
        lambda value: value["etsi"].update(indication="VALID"),
        lambda value: value.update(receipt={}),
        lambda value: value.update(evidence={}),
    ],
)
def test_a_report_that_says_something_wrong_does_not_fit(
    spoil: Callable[[dict[str, Any]], object],
) -> None:
    value = report()
    spoil(value)

    assert faults(SchemaName.REPORT, value)


def test_what_the_schema_enumerates_is_what_there_is() -> None:
    published = schema(SchemaName.REPORT)
    properties, parts = published["properties"], published["$defs"]
    for place, members in (
        (properties["conclusion"], Conclusion),
        (properties["format"], DocumentFormat),
        (parts["finding"]["properties"]["outcome"], Outcome),
        (parts["finding"]["properties"]["level"], Level),
        (parts["signature"]["properties"]["kind"], SignatureKind),
    ):
        assert set(place["enum"]) == {item.value for item in members}
    name = re.compile(parts["finding"]["properties"]["check"]["pattern"])
    assert all(name.search(check) for check in Check)


def test_a_finding_alone_has_the_schema_that_it_has_inside_a_report() -> None:
    alone = dict(schema(SchemaName.FINDING))
    for key in ("$schema", "$id", "title"):
        del alone[key]

    assert alone == schema(SchemaName.REPORT)["$defs"]["finding"]
    for item in report()["findings"]:
        assert faults(SchemaName.FINDING, item) == []


# Policies ------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.name)
def test_every_policy_that_comes_with_the_program_fits_its_schema(path: Path) -> None:
    assert len(SHIPPED) == len(Purpose)
    assert faults(SchemaName.POLICY, tomllib.loads(path.read_text("utf-8"))) == []


@pytest.mark.parametrize("purpose", Purpose)
def test_a_policy_as_receipts_carry_it_fits_too(purpose: Purpose) -> None:
    value = shipped_policy(purpose).as_json()

    assert faults(SchemaName.POLICY, value) == []
    assert parse_policy(TypedTable(value, error=MalformedPolicyError)).as_json() == value


def test_the_schema_knows_every_check_and_what_no_policy_softens() -> None:
    levels = schema(SchemaName.POLICY)["properties"]["levels"]["properties"]
    status = schema(SchemaName.POLICY)["properties"]["status"]["properties"]

    assert set(levels) == {check.value for check in Check}
    fixed = {name for name, item in levels.items() if item == {"const": "refuse"}}
    assert fixed == {check.value for check in ALWAYS_REFUSE}
    assert set(status["documents"]["enum"]) == {order.value for order in StatusOrder}


@pytest.mark.parametrize(
    ("is_good", "change"),
    [
        (True, {}),
        (True, {"base": "archive"}),
        (True, {"levels": {"license.status": "inform"}}),
        (True, {"levels": {"signature.intact": "refuse"}}),
        (True, {"status": {"codes": "online-only", "longest_age_hours": 1}}),
        (True, {"status": {"longest_age_hours": 8784}}),
        (True, {"zh": "我的策略", "en": "mine"}),
        (False, {"schema": "yinxin.policy/2"}),
        (False, {"name": " "}),
        (False, {"name": "n" * 501}),
        (False, {"name": 7}),
        (False, {"base": "private"}),
        (False, {"more": "text"}),
        (False, {"levels": {"signature.intact": "warn"}}),
        (False, {"levels": {"license.status": "ignore"}}),
        (False, {"levels": {"license.colour": "warn"}}),
        (False, {"levels": []}),
        (False, {"status": {"codes": "never"}}),
        (False, {"status": {"longest_age_hours": 0}}),
        (False, {"status": {"longest_age_hours": 8785}}),
        (False, {"status": {"longest_age_hours": True}}),
        (False, {"status": {"minutes": 1}}),
    ],
    ids=json.dumps,
)
def test_schema_and_program_take_the_same_policies(
    *, is_good: bool, change: dict[str, object]
) -> None:
    value = {**SOUND, **change}

    assert (faults(SchemaName.POLICY, value) == []) is is_good
    if is_good:
        parse_policy(TypedTable(value, error=MalformedPolicyError))
    else:
        with pytest.raises(MalformedPolicyError):
            parse_policy(TypedTable(value, error=MalformedPolicyError))
