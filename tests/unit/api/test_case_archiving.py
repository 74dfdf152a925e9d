"""A settled case becomes a package by itself, with all that belongs to it."""

import base64
import json
from dataclasses import fields, replace
from datetime import timedelta
from typing import Any, Final

import pytest

from api.archive_views import trial_lines
from api.demo_restaurant import SITUATION
from certs import canonical
from certs.errors import MalformedPackageError
from certs.packages.files import CASE_RECORD, PackageFile
from certs.packages.package import ArchivePackage, parse_package
from signing.algorithms import sm3
from storage.check import BadPackageError, check_package
from tests.instance_parts import case_of
from tests.instances import Country, Instance
from tests.unit.api.test_case_outcomes import GIVEN, renewal, settle
from tests.unit.api.test_case_receipts import issued
from tests.unit.api.test_cases import decide
from tests.unit.api.test_complaints import press, served
from verify.acceptance.attachments import pack
from verify.archiving.case_histories import (
    MATTER,
    CaseHistory,
    document_name,
    face_name,
    page_name,
)
from verify.archiving.case_trials import MOST_TRIALS
from verify.archiving.restored_cases import RestoredCase
from verify.matters.encoding import encode_matter

PARTS: Final = tuple(part.name for part in fields(CaseHistory))


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


def with_a_declaration(instance: Instance) -> dict[str, Any]:
    """A case whose applicant may declare one of the materials."""
    body = case_of(instance.rows[0]) | {"situation": SITUATION}
    answer = instance.client.post("/api/v1/cases", json=body, headers=instance.headers("window"))
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def declare(instance: Instance, case: str, evidence: bytes) -> tuple[int, str]:
    """Have the applicant declare the rules of food safety on paper, scanned."""
    path = f"/api/v1/cases/{case}/materials/food-safety-rules/declaration"
    window = instance.headers("window")
    body = {
        "digest": instance.client.get(path, headers=window).json()["digest"],
        "evidence": base64.b64encode(evidence).decode("ascii"),
    }
    answer = instance.client.post(path, json=body, headers=window)
    return answer.status_code, str(answer.json().get("code", ""))


@pytest.mark.parametrize(
    ("evidence", "end"),
    [
        (b"%PDF-1.7 signed", "pdf"),
        (b"\x89PNG\r\n\x1a\n signed", "png"),
        (b"\xff\xd8\xff signed", "jpg"),
        (b"II*\x00 signed", "tif"),
        (b"MM\x00* signed", "tif"),
    ],
)
def test_a_case_with_a_signed_declaration_is_archived_with_the_scan(
    country: Country, evidence: bytes, end: str
) -> None:
    wuhu = country.wuhu
    case = with_a_declaration(wuhu)
    assert declare(wuhu, case["case"], evidence)[0] == 201
    for material in case["materials"]:
        is_declared = material["code"] == "food-safety-rules"
        body = {"form": "commitment"} if is_declared else {"form": "paper", "voluntary": True}
        if material["outcome"] == "self_provided" and not is_declared:
            body = {"form": "paper"}
        answer = decide(wuhu, case, material["code"], body)
        assert answer.status_code == 201, (material["code"], answer.text)

    wuhu.services.case_archive().archive(case["case"])

    package = archived(wuhu, case["case"])
    name = f"data/content/declaration-{sm3(evidence).hex()}.{end}"
    assert package.files[name].content == evidence
    assert wuhu.services.case_archive().compare(case["case"]) == ()


@pytest.mark.parametrize(
    "evidence", [b"not a scan", b"MZ\x90", b"<html>", b"{}", b"PK\x03\x04 a letter"]
)
def test_what_could_never_be_archived_is_refused_when_it_comes(
    country: Country, evidence: bytes
) -> None:
    case = with_a_declaration(country.wuhu)["case"]
    assert declare(country.wuhu, case, evidence) == (422, "EVIDENCE_REFUSED")


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


def archived(instance: Instance, case_id: str) -> ArchivePackage:
    """The package of a case, read from its bytes alone."""
    with instance.services.unit_of_work() as work:
        kept = work.archive.newest_of(case_id)
    assert kept is not None
    return parse_package(instance.services.objects.get(kept.object))


def test_package_alone_rebuilds_the_case_field_by_field(country: Country) -> None:
    wuhu, services = country.wuhu, country.wuhu.services
    _, case = renewal(wuhu)
    again = wuhu.client.post(
        f"/api/v1/cases/{case['case']}/materials/{served(case)}/lookup",
        headers=wuhu.headers("window"),
    )
    receipt = issued(wuhu, case)
    press(wuhu, receipt, served(case))
    press(wuhu, receipt, "")
    settle(wuhu, case, given=GIVEN)
    assert services.case_archive().run() == 1
    view = services.acceptance.view_case(case["case"])
    with services.unit_of_work() as work:
        history = CaseHistory.read(view, work)
        faces = work.attachments.of_case(case["case"])

    restored = RestoredCase.of(archived(wuhu, case["case"]))

    assert again.status_code == 200, again.text
    assert restored.case == view.case
    assert {name: getattr(restored.history, name) for name in PARTS} == {
        name: getattr(history, name) for name in PARTS
    }
    numbers = [item.number for item in history.lookups if item.material == served(case)]
    assert max(numbers) > 1, "look-ups that a later one took the place of are in it as well"
    assert history.decisions
    assert history.complaints
    assert faces
    licenses = {item.license for item in history.lookups if item.license is not None}
    packed = pack(
        case["case"], {str(item): restored.contents[face_name(str(item))] for item in licenses}
    )
    assert {sm3(packed).hex()} == set(faces.values())
    (kept,) = history.receipts
    assert sm3(restored.contents[page_name(kept.page)]).hex() == kept.page
    assert sm3(restored.contents[document_name(kept.document)]).hex() == kept.document
    assert restored.contents[MATTER] == encode_matter(view.matter)
    assert services.case_archive().compare(case["case"]) == ()


def test_comparison_names_what_a_package_does_not_tell(country: Country) -> None:
    wuhu = country.wuhu
    _, case = renewal(wuhu)
    receipt = issued(wuhu, case)
    settle(wuhu, case, given=GIVEN)
    assert wuhu.services.case_archive().run() == 1

    press(wuhu, receipt, "")

    assert wuhu.services.case_archive().compare(case["case"]) == ("complaints",)


@pytest.mark.parametrize(
    ("part", "value"),
    [
        ("schema", "yinxin.case/1"),
        ("lookups", [{}]),
        ("applicant", {}),
        ("materials", [{"decision": {}}]),
    ],
)
def test_record_of_another_form_is_no_case(country: Country, part: str, value: object) -> None:
    wuhu = country.wuhu
    _, case = renewal(wuhu)
    settle(wuhu, case, given=GIVEN)
    wuhu.services.case_archive().run()
    package = archived(wuhu, case["case"])
    record = json.loads(package.files[CASE_RECORD].content)
    files = dict(package.files)
    files[CASE_RECORD] = PackageFile(content=canonical.encode(record | {part: value}))

    with pytest.raises(MalformedPackageError):
        RestoredCase.of(replace(package, files=files))


def test_case_that_cannot_be_archived_is_tried_later_and_told_with_its_reason(
    country: Country,
) -> None:
    wuhu, services = country.wuhu, country.wuhu.services
    _, case = renewal(wuhu)
    receipt = issued(wuhu, case)
    settle(wuhu, case, given=GIVEN)
    with services.unit_of_work() as work:
        kept = work.case_receipts.latest(case["case"])
    assert kept is not None
    page = services.objects.get(kept.page)
    services.objects.remove(kept.page)
    archive = services.case_archive()

    counts = [archive.run(), archive.run()]
    with services.unit_of_work() as work:
        (first,) = work.case_trials.newest(10)
    for _ in range(2 * MOST_TRIALS):
        country.clock.advance(timedelta(hours=13))
        archive.run()
    with services.unit_of_work() as work:
        (last,) = work.case_trials.newest(10)

    assert (counts, first.attempts, first.code) == ([0, 0], 1, "OBJECT_UNREADABLE")
    assert (last.attempts, last.is_stuck) == (MOST_TRIALS, True)
    assert f"yinxin archive case {case['case']}" in " ".join(trial_lines(last))
    assert receipt["number"] not in str(last)
    services.objects.put(page)
    archive.archive(case["case"])
    with services.unit_of_work() as work:
        assert work.case_trials.newest(10) == ()
