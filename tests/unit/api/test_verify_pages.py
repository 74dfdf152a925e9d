"""The pages where anybody verifies: the picture, receipts, and what the field for codes takes."""

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response

from api.app import create_app
from certs.faces.pages import page_png
from certs.faces.qr import read_qr
from signing.errors import TimestampUnavailableError
from tests.instances import Country, Instance
from tests.receipt_offices import office_for
from tests.unit.api.test_pages import csrf_of, sign_in
from verify.conclusions import Conclusion

FORM = re.compile(r'name="receipt" value="([0-9a-f]{32})"')
NUMBER = re.compile(r"/api/v1/receipts/([A-Z2-7]{26})\.pdf")
FRAME = re.compile(r'<rect x="([\d.]+)"')


@pytest.fixture
def office(country: Country) -> Iterator[Instance]:
    """An instance that gives receipts."""
    wuhu = country.wuhu
    services = replace(wuhu.services, receipts=office_for(wuhu.services))
    with TestClient(create_app(services), base_url=str(wuhu.client.base_url)) as client:
        yield replace(wuhu, services=services, client=client)


def face_of(instance: Instance, kind: str = "pdf", row: int = 0) -> bytes:
    return instance.file(str(instance.mint(row)["identifier"]), kind)


def sent(client: TestClient, data: bytes, **fields: str) -> Response:
    return client.post("/verify", files={"file": ("a", data)}, data=fields)


@pytest.mark.parametrize("kind", ["pdf", "ofd"])
def test_the_page_is_shown_with_its_seal_framed(country: Country, kind: str) -> None:
    told = sent(country.wuhu.client, face_of(country.wuhu, kind)).text

    assert 'src="data:image/webp;base64,UklGR' in told
    assert len(FRAME.findall(told)) == 1
    assert "第 1 页，共 1 页" in told


def test_what_has_no_pages_shows_none_and_says_nothing_of_it(country: Country) -> None:
    told = sent(country.wuhu.client, b'{"no": "license"}').text

    assert "data:image" not in told
    assert "无法显示" not in told


def test_a_page_that_cannot_be_drawn_changes_no_verdict(country: Country) -> None:
    class Blind:
        def view(self, document: bytes) -> None:
            """See nothing."""

    services = replace(country.wuhu.services, page_viewer=Blind())
    with TestClient(create_app(services), base_url=str(country.wuhu.client.base_url)) as client:
        told = sent(client, face_of(country.wuhu)).text

    assert "印章真实；证照有效" in told
    assert "这份文件的页面无法显示" in told


def test_whoever_is_signed_in_gets_a_receipt_of_the_verdict(office: Instance) -> None:
    client = sign_in(office, office.tokens["window"])
    form = client.get("/verify").text
    (name, _) = FORM.findall(form)
    data = face_of(office)

    told = sent(client, data, csrf=csrf_of(form), receipt=name).text
    again = sent(client, data, csrf=csrf_of(form), receipt=name).text
    other = sent(client, face_of(office, "ofd", 1), csrf=csrf_of(form), receipt=name).text

    (number,) = set(NUMBER.findall(told))
    assert set(NUMBER.findall(again)) == {number}
    assert set(NUMBER.findall(other)) != {number}
    kept = client.get(f"/api/v1/receipts/{number}").json()
    assert kept["payload"]["verdict"]["conclusion"] == Conclusion.PASSED
    assert client.get(f"/api/v1/receipts/{number}.pdf").content.startswith(b"%PDF")


def test_a_receipt_is_given_of_a_bad_file_too(office: Instance) -> None:
    client = sign_in(office, office.tokens["window"])
    form = client.get("/verify").text
    told = sent(client, b"%PDF-1.7", csrf=csrf_of(form), receipt="a").text

    assert "核验不通过" in told
    assert NUMBER.search(told)


def test_nobody_gets_a_receipt_without_signing_in(office: Instance) -> None:
    form = office.client.get("/verify").text
    asked = office.client.post(
        "/verify",
        files={"file": ("a", b"%PDF-1.7")},
        data={"receipt": "a"},
        follow_redirects=False,
    )

    assert "登录</a>后可以同时出具核验回执" in form
    assert not FORM.search(form)
    assert (asked.status_code, asked.headers["location"]) == (303, "/session")


@pytest.mark.parametrize("secret", ["", "0" * 64])
def test_a_receipt_takes_a_form_of_the_session(office: Instance, secret: str) -> None:
    client = sign_in(office, office.tokens["window"])

    assert sent(client, b"%PDF-1.7", csrf=secret, receipt="a").status_code == 403


def test_a_verdict_is_told_when_no_receipt_can_be_given(office: Instance) -> None:
    class Silent:
        def stamp(self, _digest: bytes) -> bytes:
            raise TimestampUnavailableError("the clock is silent")

    receipts = office.services.receipts
    assert receipts is not None
    assert receipts.desk is not None
    silent = replace(receipts, desk=replace(receipts.desk, timestamps=Silent()))
    services = replace(office.services, receipts=silent)
    with TestClient(create_app(services), base_url=str(office.client.base_url)) as opened:
        client = sign_in(replace(office, client=opened), office.tokens["window"])
        form = client.get("/verify").text
        told = sent(client, face_of(office), csrf=csrf_of(form), receipt="a")

    assert told.status_code == 200
    assert "核验通过" in told.text
    assert "没有出具回执" in told.text


def test_an_instance_without_the_key_offers_no_receipts(country: Country) -> None:
    client = sign_in(country.wuhu, country.wuhu.tokens["window"])

    assert "核验回执" not in client.get("/verify").text


def test_an_identifier_is_judged(country: Country) -> None:
    identifier = str(country.wuhu.mint()["identifier"])
    told = country.wuhu.client.post("/verify/code", data={"text": f" {identifier} "})

    assert told.status_code == 200
    assert "证照有效" in told.text
    assert identifier in told.text


def test_a_number_alone_finds_nothing_and_why_is_said(country: Country) -> None:
    numbers = ["JY23402020000081", "皖芜字第（2026）001号"]
    for number in numbers:
        told = country.wuhu.client.post("/verify/code", data={"text": number})
        assert told.status_code == 422, number
        assert "只凭证照编号不能核验" in told.text


@pytest.mark.parametrize("text", ["https://evil.example/x", "abc", "<script>1</script>", "1 2"])
def test_what_is_nothing_of_ours_is_told_kindly(country: Country, text: str) -> None:
    told = country.wuhu.client.post("/verify/code", data={"text": text})

    assert told.status_code == 422
    assert "这不是证照上的二维码、亮证码或证照标识" in told.text
    assert "<script>1" not in told.text


def _printed(instance: Instance) -> str:
    """What the code printed on a license says."""
    (text,) = read_qr(page_png(face_of(instance), dpi=200))
    return text


def test_a_printed_code_gets_one_receipt_however_often_the_form_is_sent(office: Instance) -> None:
    text = _printed(office)
    client = sign_in(office, office.tokens["window"])
    page = client.get("/verify").text
    form = {"csrf": csrf_of(page), "receipt": FORM.findall(page)[0], "text": text}

    first = client.post("/verify/code", data=form).text
    again = client.post("/verify/code", data=form).text
    without = client.post("/verify/code", data=form | {"receipt": ""}).text

    assert "核验通过" in first
    assert NUMBER.findall(first) == NUMBER.findall(again) != []
    assert NUMBER.findall(without) == []


def test_of_an_offline_code_there_is_no_receipt_and_the_page_says_so(office: Instance) -> None:
    license = str(office.mint()["identifier"])
    taken = office.client.post(
        "/api/v1/display-codes/offline", json={"license": license}, headers=office.citizen()
    ).json()
    client = sign_in(office, office.tokens["window"])
    page = client.get("/verify").text
    form = {"csrf": csrf_of(page), "receipt": FORM.findall(page)[0], "text": taken["url"]}
    told = client.post("/verify/code", data=form).text

    assert "核验通过" in told
    assert "没有出具回执" in told
    assert NUMBER.findall(told) == []


def test_nobody_in_particular_gets_no_receipt_of_a_code(office: Instance) -> None:
    form = {"receipt": "0" * 32, "text": _printed(office)}
    asked = office.client.post("/verify/code", data=form, follow_redirects=False)

    assert (asked.status_code, asked.headers["location"]) == (303, "/session")
