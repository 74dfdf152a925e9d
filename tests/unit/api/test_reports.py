"""The report's public form, whose keys others script against."""

import json
from datetime import datetime

import pytest

from api.reports import report_bytes, report_json
from tests import sealed
from tests.foreign_cases import every_case
from tests.sealed import judge
from tests.verdict_cases import Case, report_of

KEYS = {
    *("conclusion", "conclusion_at_sealing", "zh", "en", "format", "document_digest"),
    *("sealed_at", "judged_at", "license", "signatures", "findings", "trust_list"),
    *("status_lists", "schema", "moment", "trust_list_version", "policy", "etsi"),
}


@pytest.mark.parametrize("case", every_case(), ids=str)
def test_every_report_can_be_written_as_json_with_the_same_keys(case: Case) -> None:
    value = report_json(report_of(case))

    assert json.loads(json.dumps(value, ensure_ascii=False)) == value
    assert json.loads(report_bytes(report_of(case))) == value
    assert json.loads(report_bytes(report_of(case))) == value
    assert value.keys() - {"receipt"} == KEYS
    assert "receipt" not in value or value["format"] in {"receipt", "case-receipt"}
    assert value["conclusion"] == case.conclusion.value
    for finding in value["findings"]:
        assert finding.keys() == {
            *("check", "signature", "outcome", "level", "reason", "as_of", "zh", "en", "facts")
        }


def test_a_sound_report_says_what_it_is_about() -> None:
    value = report_json(judge(sealed.sound()))

    assert value["format"] == "pdf"
    assert value["license"]["identifier"] == str(sealed.record().identifier)
    assert value["license"]["status"] == "active"
    assert [item["kind"] for item in value["signatures"]] == ["cms", "seal"]
    assert {item["covers"] for item in value["signatures"]} == {"all"}
    assert value["trust_list"] == sealed.trust().identity
    assert datetime.fromisoformat(value["sealed_at"]).utcoffset() is not None


def test_a_report_on_nothing_has_nothing_in_its_parts() -> None:
    value = report_json(judge(b""))

    assert (value["license"], value["sealed_at"], value["signatures"]) == (None, None, [])
