"""The applicant takes home what was obtained and how; it is re-checked without asking anybody."""

import io
import json
from typing import Any

import pytest
from pyhanko.pdf_utils.reader import PdfFileReader

from certs.faces.pages import page_qr, page_text
from signing.pdf.locating import locate_signatures
from tests.instances import Country, Instance
from tests.receipts import NoNetwork
from tests.unit.api.test_case_outcomes import opened
from tests.unit.api.test_pages import csrf_of, sign_in
from verify.case_receipts.statements import Obtained
from verify.case_receipts.words import source_words
from verify.conclusions import Conclusion
from verify.matters.files import shipped_matters
from verify.matters.source_names import DEPARTMENTS, REGISTERS
from verify.matters.ways import DataRule, DepartmentRule
from verify.verifier import Inquiry, Verifier


def window(instance: Instance, method: str, path: str, body: object = None) -> Any:  # noqa: ANN401 - a response
    return instance.client.request(
        method, f"/api/v1/cases/{path}", json=body, headers=instance.headers("window")
    )


def decided(instance: Instance, *, but: str = "") -> dict[str, Any]:
    """A case in which a license serves one material and the applicant brought the others."""
    instance.mint()
    case: dict[str, Any] = instance.open_case(instance.rows[0])
    for item in case["materials"]:
        if item["code"] != but:
            decide(instance, case, item)
    return case


def decide(instance: Instance, case: dict[str, Any], item: dict[str, Any]) -> None:
    forms = {"e_license": "e_license", "exempt": "exempt"}
    form = forms.get(item["outcome"])
    body = {"form": form} if form else {"form": "paper", "voluntary": True}
    answer = window(instance, "POST", f"{case['case']}/materials/{item['code']}/decision", body)
    assert answer.status_code == 201, answer.text


def issued(instance: Instance, case: dict[str, Any]) -> dict[str, Any]:
    answer = window(instance, "POST", f"{case['case']}/receipt")
    assert answer.status_code == 201, answer.text
    receipt: dict[str, Any] = answer.json()
    return receipt


def required(case: dict[str, Any]) -> str:
    return next(str(item["code"]) for item in case["materials"] if item["necessity"] == "required")


def test_receipt_is_refused_while_a_required_material_waits(country: Country) -> None:
    wuhu = country.wuhu
    case: dict[str, Any] = wuhu.open_case(wuhu.rows[0])
    waiting = required(case)
    case = decided(wuhu, but=waiting)

    answer = window(wuhu, "POST", f"{case['case']}/receipt")
    read = window(wuhu, "GET", f"{case['case']}/receipt")

    assert (answer.status_code, answer.json()["code"]) == (422, "CASE_INCOMPLETE")
    assert answer.json()["materials"] == [waiting]
    assert (read.status_code, read.json()["code"]) == (404, "CASE_RECEIPT_NOT_FOUND")


def test_receipt_says_how_each_material_was_obtained(country: Country) -> None:
    case = decided(country.wuhu)

    receipt = issued(country.wuhu, case)

    lines = {item["code"]: item for item in receipt["materials"]}
    assert list(lines) == [item["code"] for item in case["materials"]]
    served = next(item for item in case["materials"] if item["outcome"] == "e_license")
    line = lines[served["code"]]
    assert line["obtained"] == "e_license"
    assert line["license"] == served["license"]
    assert line["basis"]
    assert served["code"] in receipt["not_to_be_asked"]
    voluntary = [item for item in lines.values() if item["obtained"] == "voluntary"]
    assert voluntary
    assert receipt["complaint"].endswith(f"/case/{receipt['number']}")


def test_receipt_is_issued_once_and_a_change_gives_the_next_version(country: Country) -> None:
    wuhu = country.wuhu
    wuhu.mint()
    case = opened(wuhu, "food-license-renewal", {"conditions": "same"})
    optional = next(i["code"] for i in case["materials"] if i["necessity"] == "optional")
    for item in case["materials"]:
        if item["code"] != optional:
            decide(wuhu, case, item)
    first = issued(wuhu, case)

    again = issued(wuhu, case)
    decide(wuhu, case, next(i for i in case["materials"] if i["code"] == optional))
    second = issued(wuhu, case)

    assert again == first
    assert (first["version"], first["former"]) == (1, None)
    assert (second["version"], second["former"]) == (2, first["number"])
    assert window(wuhu, "GET", f"{case['case']}/receipt").json() == second


def test_page_is_sealed_and_has_the_receipt_inside(country: Country) -> None:
    wuhu = country.wuhu
    case = decided(wuhu)
    receipt = issued(wuhu, case)

    page = window(wuhu, "GET", f"{case['case']}/receipt/page").content
    document = window(wuhu, "GET", f"{case['case']}/receipt/document").content

    text = page_text(page)
    assert "受理通知书" in text
    assert "窗口不得要求" in text
    assert "样" in text
    assert page_qr(page) == (receipt["complaint"],)
    assert len(locate_signatures(page)) == 1
    files = PdfFileReader(io.BytesIO(page)).root["/Names"]["/EmbeddedFiles"]["/Names"]
    assert files[1].get_object()["/EF"]["/F"].get_object().data == document
    report = wuhu.verify(page)
    assert report["conclusion"] == "passed", report


def offline(instance: Instance) -> Verifier:
    whole = instance.services.verifier
    return Verifier(
        trust=whole.trust,
        regions=NoNetwork(),
        examiner=whole.examiner,
        pages=whole.pages,
        clock=whole.clock,
        history=whole.history,
    )


def document_of(instance: Instance) -> bytes:
    case = decided(instance)
    issued(instance, case)
    answer = window(instance, "GET", f"{case['case']}/receipt/document")
    document: bytes = answer.content
    return document


def test_receipt_is_rechecked_without_asking_anybody(country: Country) -> None:
    document = document_of(country.wuhu)

    report = offline(country.wuhu).verify(document, inquiry=Inquiry())

    assert report.conclusion is Conclusion.PASSED, report.findings
    assert report.format.value == "case-receipt"
    assert report.receipt is not None
    assert report.receipt.region == "340200"
    said = country.wuhu.client.post(
        "/api/v1/verifications", files={"file": ("receipt.json", document)}
    ).json()
    assert said["conclusion"] == "passed"
    assert "受理通知书" in said["zh"]


@pytest.mark.parametrize("what", ["reason", "certificate"])
def test_changed_receipt_fails(country: Country, what: str) -> None:
    document = document_of(country.wuhu)
    envelope = json.loads(document)
    if what == "reason":
        envelope["payload"]["statement"]["materials"][0]["obtained"] = "demanded"
    else:
        envelope["payload"]["issuer"]["name"] = "别的机关（样例）"
    changed = json.dumps(envelope, ensure_ascii=False, separators=(",", ":")).encode()

    report = offline(country.wuhu).verify(changed)

    assert report.conclusion is Conclusion.FAILED


def test_receipt_of_another_schema_inside_its_envelope_is_malformed(country: Country) -> None:
    envelope = json.loads(document_of(country.wuhu))
    envelope["payload"]["number"] = "short"

    report = offline(country.wuhu).verify(json.dumps(envelope).encode())

    assert report.conclusion is Conclusion.FAILED


def test_window_issues_and_prints_the_receipt(country: Country) -> None:
    wuhu = country.wuhu
    case = decided(wuhu)
    address = f"/window/cases/{case['case']}"
    client = sign_in(wuhu, wuhu.tokens["window"])
    page = client.get(address).text

    answer = client.post(f"{address}/receipt", data={"csrf": csrf_of(page)})

    assert "出具受理通知书" in page
    assert (answer.status_code, answer.url.path) == (200, address)
    assert f'href="{address}/receipt"' in answer.text
    printed = client.get(f"{address}/receipt")
    assert printed.headers["content-type"] == "application/pdf"
    assert "受理通知书" in page_text(printed.content)


def verified(instance: Instance, page: bytes) -> dict[str, Any]:
    """What the page check of a receipt found."""
    report: Any = instance.verify(page)
    return next(item for item in report["findings"] if item["check"] == "receipt.page")


def test_sealed_page_is_compared_with_the_receipt_inside(country: Country) -> None:
    wuhu = country.wuhu
    case = decided(wuhu)
    receipt = issued(wuhu, case)
    page = window(wuhu, "GET", f"{case['case']}/receipt/page").content

    found = verified(wuhu, page)

    assert found["outcome"] == "ok"
    assert found["facts"]["number"] == receipt["number"]
    assert found["facts"]["count"] == str(len(case["materials"]))
    assert "未比对" in found["zh"]


def test_page_names_departments_and_registers_and_no_codes() -> None:
    asked = {
        (rule.department if isinstance(rule, DepartmentRule) else rule.source)
        for matter in shipped_matters().matters
        for material in matter.materials
        for rule in material.rules
        if isinstance(rule, DataRule | DepartmentRule)
    }

    assert {"public-security", "enterprise"} <= asked
    assert asked - REGISTERS.keys() - DEPARTMENTS.keys() == set()
    assert source_words(Obtained.DEPARTMENT_CHECKED, "public-security") == "核验部门 公安机关"
    assert source_words(Obtained.DATA_CHECKED, "enterprise") == "数据来源 市场主体登记库"
