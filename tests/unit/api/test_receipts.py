"""Receipts over HTTP: given once, kept, printed once."""

import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import pytest
from fastapi.testclient import TestClient
from pyhanko.pdf_utils.reader import PdfFileReader

from api.app import create_app
from api.page_sealing import PageSeal
from api.receipts import ReceiptOffice
from certs.faces.pages import page_qr, page_text
from certs.statuses import StatusKind
from signing.pdf.locating import locate_signatures
from tests import sealed, world
from tests.instances import Country
from tests.receipts import desk, read, verifier
from tests.sealed import CODE, NOW, At, Regions
from verify.conclusions import Conclusion

PATH = "/api/v1/receipts"
SEAL = "34020000000001"
REVOKED = sealed.event(StatusKind.REVOKED, decision_no="样〔2026〕1号")


@dataclass(frozen=True)
class Office:
    """A receipt office behind a test client."""

    client: TestClient
    receipts: ReceiptOffice
    headers: Mapping[str, str]
    unit_of_work: Any

    def post(self, data: bytes, *, code: int = 201, key: str = "", **form: str) -> Any:  # noqa: ANN401 - an answer
        headers = dict(self.headers) | ({"Idempotency-Key": key} if key else {})
        answer = self.client.post(PATH, files={"file": ("l", data)}, data=form, headers=headers)
        assert answer.status_code == code, answer.text
        return answer

    def uses(self) -> int:
        """How often the seal was used."""
        with self.unit_of_work() as work:
            return len(work.seals.uses(SEAL, limit=100))


def office_of(country: Country, **changes: Any) -> Office:  # noqa: ANN401 - parts of an office
    services = country.wuhu.services
    region = world.region(CODE)
    office = ReceiptOffice(
        desk=desk(),
        unit_of_work=services.unit_of_work,
        objects=services.objects,
        clock=At(NOW),
        public_url="https://yinxin.test",
        seal=PageSeal(
            sealer=region.sealer, signer=region.seal_signer, appearance=sealed._appearance()
        ),
    )
    office = replace(office, **changes)
    by = office.desk.verifier if office.desk is not None else verifier()
    app = create_app(replace(services, receipts=office, verifier=by))
    return Office(
        client=TestClient(app),
        receipts=office,
        headers=country.wuhu.headers("window"),
        unit_of_work=services.unit_of_work,
    )


@pytest.fixture
def office(country: Country) -> Iterator[Office]:
    found = office_of(country)
    with found.client:
        yield found


def test_a_receipt_is_given_kept_and_read_again(office: Office) -> None:
    given = office.post(sealed.sound(), purpose="acceptance")
    number = given.json()["payload"]["number"]

    kept = office.client.get(given.headers["Location"])

    assert given.headers["Location"] == f"{PATH}/{number}"
    assert kept.content == given.content
    assert given.json()["payload"]["policy"]["name"] == "acceptance"
    assert read(kept.content, file=sealed.sound()).conclusion is Conclusion.PASSED


@pytest.mark.parametrize("body", ["identifier", "code"])
def test_codes_and_identifiers_get_receipts_too(office: Office, body: str) -> None:
    text = str(sealed.record().identifier)
    answer = office.client.post(PATH, json={body: text}, headers=office.headers)

    assert answer.status_code == 201, answer.text
    verdict = answer.json()["payload"]["verdict"]
    assert verdict["license"]["identifier"] == text


def test_a_request_repeated_leads_to_the_same_receipt(office: Office) -> None:
    first = office.post(sealed.sound(), key="once")
    second = office.post(sealed.sound(), key="once")
    other = office.post(sealed.sound(), key="twice")

    assert first.content == second.content
    assert other.content != first.content


def test_a_key_used_for_something_else_is_refused(office: Office) -> None:
    office.post(sealed.sound(), key="once")

    assert office.post(sealed.sound_ofd(), key="once", code=422).json()["code"] == (
        "IDEMPOTENCY_KEY_REUSED"
    )


def test_keys_of_one_caller_are_not_those_of_another(office: Office, country: Country) -> None:
    first = office.post(sealed.sound(), key="once")
    other = replace(office, headers=country.wuhu.headers("issuer"))

    assert other.post(sealed.sound(), key="once").content != first.content


def test_a_bad_file_gets_a_receipt_that_says_so(office: Office) -> None:
    payload = office.post(b"no document").json()["payload"]

    assert payload["verdict"]["conclusion"] == "failed"
    assert payload["zh"].startswith("不通过")


def test_nobody_gets_a_receipt_without_signing_in(office: Office) -> None:
    answer = office.client.post(PATH, files={"file": ("l", sealed.sound())})

    assert answer.status_code == 401


def test_a_receipt_gets_no_receipt(office: Office) -> None:
    given = office.post(sealed.sound()).content

    assert office.post(given, code=422).json()["code"] == "RECEIPT_REFUSED"


@pytest.mark.parametrize("number", ["A" * 26, "a" * 26, "1", "..%2f..", "A" * 64])
@pytest.mark.parametrize("ending", ["", ".pdf"])
def test_a_number_that_nobody_was_given_is_not_found(
    office: Office, number: str, ending: str
) -> None:
    answer = office.client.get(f"{PATH}/{number}{ending}")

    assert answer.status_code in {404, 422}
    if answer.status_code == 404 and "receipts" in answer.url.path:
        assert answer.headers["content-type"].startswith("application/problem+json")


@pytest.mark.parametrize(
    ("content", "kind", "code"),
    [
        (b"text", "text/plain", 415),
        (b"{}", "application/json", 422),
        (b'{"identifier":"1","code":"2"}', "application/json", 422),
        (b"", "multipart/form-data", 400),
        (b'{"identifier":"1","purpose":"fun"}', "application/json", 422),
    ],
)
def test_bodies_that_make_no_sense_are_refused(
    office: Office, content: bytes, kind: str, code: int
) -> None:
    headers = {**office.headers, "Content-Type": kind}
    answer = office.client.post(PATH, content=content, headers=headers)

    assert answer.status_code == code, answer.text


def test_without_a_key_there_are_no_new_receipts_and_the_old_ones_stay(country: Country) -> None:
    with_key = office_of(country)
    with with_key.client:
        number = with_key.post(sealed.sound()).json()["payload"]["number"]
    without = office_of(country, desk=None)
    with without.client:
        assert without.post(sealed.sound(), code=503).json()["code"] == "NOT_SERVED_HERE"
        assert without.client.get(f"{PATH}/{number}").status_code == 200


def test_a_process_without_an_office_says_so(country: Country) -> None:
    app = create_app(replace(country.wuhu.services, receipts=None))
    with TestClient(app) as client:
        for path in (f"{PATH}/{'A' * 26}", f"{PATH}/{'A' * 26}.pdf"):
            assert client.get(path).status_code == 503


def test_an_uploaded_receipt_is_verified_with_the_file_beside_it(office: Office) -> None:
    given = office.post(sealed.sound()).content
    files = {"file": ("r.json", given), "content": ("l.pdf", sealed.sound_ofd())}

    alone = office.client.post("/api/v1/verifications", files={"file": ("r.json", given)}).json()
    beside = office.client.post("/api/v1/verifications", files=files).json()

    assert alone["format"] == "receipt"
    assert alone["conclusion"] == "passed"
    assert alone["receipt"]["stated"]["conclusion"] == "passed"
    assert beside["conclusion"] == "failed"
    assert "SM3" in beside["zh"]


# On paper ------------------------------------------------------------------------------------


def printed(office: Office, given: Any) -> bytes:  # noqa: ANN401 - an answer
    answer = office.client.get(f"{given.headers['Location']}.pdf")
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/pdf"
    content: bytes = answer.content
    return content


def test_the_page_says_what_the_receipt_says_and_carries_it(office: Office) -> None:
    given = office.post(sealed.sound())
    pdf = printed(office, given)
    text = page_text(pdf)
    payload = given.json()["payload"]

    assert page_qr(pdf) == (f"https://yinxin.test{given.headers['Location']}",)
    assert b"receipt.json" in pdf
    for said in (
        "核验回执",
        "通过",
        payload["zh"],
        payload["number"],
        payload["verdict"]["digests"]["document"],
        payload["verdict"]["trust_list"]["identity"],
        "芜湖市市场监督管理局",
        "截至 2026-03-18 13:00:00",
        "样本",
    ):
        assert said.replace(" ", "") in text.replace(" ", "")
    assert _attached(pdf) == given.content


def _attached(pdf: bytes) -> bytes:
    names = PdfFileReader(io.BytesIO(pdf)).root["/Names"]["/EmbeddedFiles"]["/Names"]
    stream = names[1].get_object()["/EF"]["/F"].get_object()
    content: bytes = stream.data
    return content


@pytest.mark.parametrize(
    ("regions", "word"),
    [
        (Regions(event=REVOKED), "不通过"),
        (Regions(silent=True), "无法判定"),
    ],
)
def test_the_page_of_a_bad_verdict_says_so(country: Country, regions: Regions, word: str) -> None:
    office = office_of(country, desk=desk(verifier(regions=regions)))
    with office.client:
        text = page_text(printed(office, office.post(sealed.sound())))

    assert word in text


def test_the_page_is_sealed_once_and_stands_up_to_our_own_verifier(office: Office) -> None:
    given = office.post(sealed.sound())
    before = office.uses()

    first, second = printed(office, given), printed(office, given)

    assert first == second
    assert office.uses() == before + 1
    report = verifier().verify(first)
    assert report.conclusion is Conclusion.PASSED
    assert [item.kind for item in report.signatures] == ["cms", "seal"]


def test_a_page_without_a_seal_says_so(country: Country) -> None:
    office = office_of(country, seal=None)
    with office.client:
        pdf = printed(office, office.post(sealed.sound()))

    assert locate_signatures(pdf) == ()
    assert "未加盖印章" in page_text(pdf)


def test_a_seal_that_cannot_be_used_leaves_the_page_unsealed(country: Country) -> None:
    region = world.region("610300")
    # Nobody registered this one here.
    seal = PageSeal(
        sealer=region.sealer, signer=region.seal_signer, appearance=sealed._appearance()
    )
    office = office_of(country, seal=seal)
    with office.client:
        pdf = printed(office, office.post(sealed.sound()))

    assert "未加盖印章" in page_text(pdf)


def test_a_page_outside_the_demo_is_no_sample(country: Country) -> None:
    office = office_of(country, specimen=False, seal=None)
    with office.client:
        assert "样本" not in page_text(printed(office, office.post(sealed.sound())))


def test_names_that_no_font_has_do_not_stop_a_page(country: Country) -> None:
    office = office_of(country)
    with office.client:
        pdf = printed(office, office.post("\u202e\U0001f600".encode() + b"%PDF-1.7"))

    assert "不通过" in page_text(pdf)
