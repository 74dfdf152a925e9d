"""A settled case becomes a package by itself, with all that belongs to it."""

import json

import pytest

from certs.packages.files import CASE_RECORD
from certs.packages.package import parse_package
from storage.check import BadPackageError, check_package
from tests.instances import Country
from tests.unit.api.test_case_outcomes import GIVEN, renewal, settle
from tests.unit.api.test_case_receipts import issued
from tests.unit.api.test_complaints import press


def test_settled_case_is_archived_by_itself_once_with_its_history(country: Country) -> None:
    wuhu = country.wuhu
    _, case = renewal(wuhu)
    receipt = issued(wuhu, case)
    press(wuhu, receipt, "")
    archive = wuhu.services.case_archive()
    assert archive.run() == 0, "it is open"
    made = settle(wuhu, case, given=GIVEN).json()["license"]

    counts = (archive.run(), archive.run())

    assert counts == (1, 0)
    with wuhu.services.unit_of_work() as work:
        kept = work.archive.newest_of(case["case"])
    assert kept is not None
    data = wuhu.services.objects.get(kept.object)
    record = json.loads(parse_package(data).files[CASE_RECORD].content)
    assert record["outcome"]["outcome"] == "approve"
    assert record["result_license"] == made
    assert [item["number"] for item in record["receipts"]] == [receipt["number"]]
    assert [item["shown"] for item in record["complaints"]] == ["unrecorded"]
    assert check_package(data)[0] == kept.package_id


def test_changed_byte_of_an_archived_case_is_found(country: Country) -> None:
    wuhu = country.wuhu
    _, case = renewal(wuhu)
    settle(wuhu, case, given=GIVEN)
    wuhu.services.case_archive().run()
    with wuhu.services.unit_of_work() as work:
        kept = work.archive.newest_of(case["case"])
    assert kept is not None
    data = wuhu.services.objects.get(kept.object)
    at = data.index(b'"approve"')

    changed = data[: at + 1] + b"A" + data[at + 2 :]

    with pytest.raises(BadPackageError):
        check_package(changed)
