"""Findings and the quality report over HTTP, and the files of the stock as they really are."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from api.stock_linting import FindingWords, stock_desk
from certs.civil_dates import day_of
from certs.licenses import License, LicenseFiles
from certs.lints.findings import LintFinding
from certs.lints.runs import StockScope
from certs.lints.stock import lint_stock
from certs.type_folders import shipped_type
from signing.algorithms import sm3
from storage.object_folder import ObjectFolder
from storage.packed_objects import PackedObjects
from tests.instance_parts import body_of
from tests.instances import Country, Instance
from verify.checks import Outcome
from verify.examination import Examination, refused


def get(instance: Instance, path: str, person: str = "issuer") -> Any:  # noqa: ANN401 - JSON
    answer = instance.client.get(f"/api/v1{path}", headers=instance.headers(person))
    assert answer.status_code == 200, answer.text
    return answer.json()


def stored(instance: Instance, identifier: object) -> License:
    with instance.services.unit_of_work() as work:
        return work.licenses.get(str(identifier))


def look(instance: Instance) -> list[tuple[str, str]]:
    """What is open about the one license after a look, but for how late it was stored."""
    lint_stock(StockScope(), stock_desk(instance.services))
    with instance.services.unit_of_work() as work:
        (license,) = work.licenses.newest(2)
        return sorted(
            (item.finding.lint, item.finding.field)
            for item in work.quality.of_license(license.identifier)
            if item.is_open and not item.finding.lint.startswith("timeliness.")
        )


def path_of(instance: Instance, digest: str) -> Path:
    objects = instance.services.objects
    assert isinstance(objects, PackedObjects)
    assert isinstance(objects.loose, ObjectFolder)
    return objects.loose._path(digest)


def test_a_sound_license_has_no_finding_about_its_files(country: Country) -> None:
    country.wuhu.mint()

    assert look(country.wuhu) == []
    (department,) = get(country.wuhu, "/statistics/quality")["departments"]
    assert (department["licenses"], department["opened"], department["usable"]) == (1, 1, 1)


@pytest.mark.parametrize(
    ("harm", "expected"),
    [
        (lambda files: files.pdf, ("completeness.files", "pdf")),
        (lambda files: files.ofd, ("completeness.files", "ofd")),
        (lambda files: files.signature, ("completeness.files", "p7s")),
        (lambda files: files.record, ("completeness.files", "json")),
    ],
    ids=["pdf", "ofd", "p7s", "json"],
)
def test_a_damaged_or_missing_file_is_found(
    country: Country, harm: Callable[[LicenseFiles], str], expected: tuple[str, str]
) -> None:
    license = stored(country.wuhu, country.wuhu.mint()["identifier"])
    path = path_of(country.wuhu, harm(license.files))
    path.chmod(0o600)
    path.write_bytes(b"damaged")

    assert look(country.wuhu) == [expected]
    path.unlink()
    assert look(country.wuhu) == [expected]


def test_files_of_another_license_are_found_by_what_they_say(country: Country) -> None:
    first, second = (stored(country.wuhu, country.wuhu.mint(n)["identifier"]) for n in (0, 1))
    record = country.wuhu.services.objects.get(first.files.record)

    wrong = stock_desk(country.wuhu.services).open_files(second, record)

    found = {(item.lint, item.field) for item in wrong}
    assert ("accuracy.record-signature", "p7s") in found
    assert {("consistency.page", "pdf"), ("consistency.page", "ofd")} <= found


def test_a_changed_face_is_found_by_its_seal(country: Country) -> None:
    license = stored(country.wuhu, country.wuhu.mint()["identifier"])
    objects = country.wuhu.services.objects
    face = bytearray(objects.get(license.files.pdf))
    face[len(face) // 3] ^= 1
    changed = replace(license, files=replace(license.files, pdf=objects.put(bytes(face))))

    desk = stock_desk(country.wuhu.services)
    found = desk.open_files(changed, objects.get(license.files.record))

    assert ("accuracy.seal", "pdf") in {(item.lint, item.field) for item in found}


def test_a_face_that_nobody_could_examine_is_not_taken_for_whole(country: Country) -> None:
    country.wuhu.mint()
    services = country.wuhu.services

    class Exhausted:
        def examine(self, data: bytes, content: bytes | None = None) -> Examination:  # noqa: ARG002 - the port
            return refused(sm3(data).hex(), "limits", outcome=Outcome.UNKNOWN)

    tired = replace(services, verifier=replace(services.verifier, examiner=Exhausted()))
    lint_stock(StockScope(), stock_desk(tired))

    (department,) = get(country.wuhu, "/statistics/quality")["departments"]
    assert department["lints"]["accuracy.unread"] == 1
    assert (department["opened"], department["usable"]) == (1, 0)
    assert "consistency.page" not in department["lints"]
    assert look(country.wuhu) == [], "and a look that can read it clears the finding"


@pytest.mark.parametrize(
    ("field", "label"),
    [
        ("premises", "经营场所"),
        ("certificateHolderCode", "统一社会信用代码"),
        ("certificateIdentifier", "证照标识"),
        ("status", "状态位"),
        ("pdf", "PDF 照面"),
        ("", ""),
    ],
)
def test_people_read_what_a_finding_is_at_in_their_words(
    country: Country, field: str, label: str
) -> None:
    words = FindingWords.of(country.wuhu.services.catalogue)
    code = str(shipped_type("food_business").code)

    assert words.label(LintFinding.named("consistency.register", field), code) == label


def test_findings_are_the_issuer_s_to_read_and_hold_no_value(country: Country) -> None:
    body = country.wuhu.mint()
    identifier = body["identifier"]
    path = f"/licenses/{identifier}/findings"

    findings = get(country.wuhu, path)["findings"]

    late = next(item for item in findings if item["lint"] == "timeliness.decision-to-store")
    assert (late["dimension"], late["level"], late["label"]) == ("timeliness", "warn", "发证日期")
    assert late["cleared_at"] is None
    for url in (path, "/statistics/quality"):
        answer = country.wuhu.client.get(f"/api/v1{url}", headers=country.wuhu.headers("window"))
        assert answer.status_code == 403
    unknown = path.replace(".001.", ".002.")
    answer = country.wuhu.client.get(f"/api/v1{unknown}", headers=country.wuhu.headers("issuer"))
    assert answer.status_code == 404


def test_whoever_issues_is_told_what_lints_found_and_no_value(country: Country) -> None:
    body = body_of(country.wuhu.rows[0])
    assert isinstance(body["fields"], dict)
    body["fields"]["premises"] = "待补"
    headers = country.wuhu.headers("issuer") | {"Idempotency-Key": "placeholder"}

    first, again = (
        country.wuhu.client.post("/api/v1/licenses", json=body, headers=headers).json()
        for _ in range(2)
    )

    found = {item["name"]: item for item in first["findings"]}
    assert found["completeness.placeholder"] == {
        "name": "completeness.placeholder",
        "level": "warn",
        "field": "premises",
        "label": "经营场所",
        "zh": "以占位文字代替内容",
        "en": "filled with a placeholder",
    }
    assert "待补" not in str(first["findings"])
    assert again == first


def test_a_license_without_findings_says_that_there_are_none(country: Country) -> None:
    body = body_of(country.wuhu.rows[0])
    today = day_of(country.clock.now())
    assert isinstance(body["fields"], dict)
    body["fields"]["issued_on"] = body["valid_from"] = today.isoformat()
    body["valid_to"] = (today.replace(year=today.year + 5) - timedelta(days=1)).isoformat()
    headers = country.wuhu.headers("issuer")

    issued = country.wuhu.client.post("/api/v1/licenses", json=body, headers=headers)

    assert issued.json()["findings"] == []


def test_open_findings_are_listed_for_whoever_mends_them(country: Country) -> None:
    identifiers = [country.wuhu.mint(number)["identifier"] for number in range(3)]
    path = "/statistics/quality/findings"
    late = "?lint=timeliness.decision-to-store&type=food_business"

    first = get(country.wuhu, f"{path}{late}&limit=2")
    rest = get(country.wuhu, f"{path}{late}&limit=2&after={first['next']}")

    found = [*first["findings"], *rest["findings"]]
    assert [item["identifier"] for item in found] == identifiers
    assert rest["next"] is None
    assert {item["label"] for item in found} == {"发证日期"}
    unknown = country.wuhu.client.get(
        f"/api/v1{path}?type=nonsense", headers=country.wuhu.headers("issuer")
    )
    assert unknown.status_code == 422
    denied = country.wuhu.client.get(f"/api/v1{path}", headers=country.wuhu.headers("window"))
    assert denied.status_code == 403


def test_the_report_tells_figures_by_type_and_issuer(country: Country) -> None:
    country.wuhu.mint(0)
    country.wuhu.mint(1)
    lint_stock(StockScope(), stock_desk(country.wuhu.services))

    report = get(country.wuhu, "/statistics/quality")

    (department,) = report["departments"]
    assert department["type_name"] == "食品经营许可证"
    assert department["licenses"] == department["usable"] == 2
    assert department["trend"] is not None
    assert report["last_run"]["licenses"] == 2
