"""Annotated copies: made on a basis, sealed as documents of their own, expiring, revocable."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from certs.copies import CopyStatement
from certs.errors import CopyRefusedError
from certs.faces.pages import page_text
from certs.faces.renderer import TypstRenderer
from tests.instances import Country, open_country
from tests.sharing import uses
from verify.checks import Check

ORDER = {"recipient": "样例银行镜湖支行", "purpose": "开立单位结算账户", "days": 30}


@pytest.fixture
def license(country: Country) -> str:
    return str(country.wuhu.mint()["identifier"])


def order(country: Country, license: str, headers: dict[str, str], **more: object) -> Any:  # noqa: ANN401 - a response
    return country.wuhu.client.post(
        "/api/v1/annotated-copies", json={"license": license, **ORDER, **more}, headers=headers
    )


def register(country: Country, number: str) -> Any:  # noqa: ANN401 - JSON
    return country.wuhu.client.get(f"/api/v1/annotated-copies/{number}").json()


def findings(report: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {item["check"]: item for item in report["findings"]}


@pytest.fixture(scope="module")
def made(
    tmp_path_factory: pytest.TempPathFactory, renderer: TypstRenderer
) -> Iterator[tuple[Country, str, dict[str, Any], bytes]]:
    """A copy that a holder had made: its country, license, entry and file."""
    with open_country(tmp_path_factory.mktemp("copies"), renderer) as country:
        license = str(country.wuhu.mint()["identifier"])
        holder = country.wuhu.citizen()
        entry = order(country, license, holder).json()
        pdf = country.wuhu.client.get(entry["pdf"], headers=holder).content
        yield country, license, entry, pdf


Made = tuple[Country, str, dict[str, Any], bytes]


def test_a_copy_says_for_whom_and_what_and_that_it_is_none_of_the_originals(made: Made) -> None:
    _, _, entry, pdf = made
    text = "".join((page_text(pdf) or "").split())

    for words in (
        "不是证照原件",
        "仅限样例银行镜湖支行",
        entry["number"],
        "样本",
        "2026年04月17日",
    ):
        assert words in text
    statement = CopyStatement.of_pdf(pdf)
    assert statement is not None
    assert statement.number == entry["number"]
    assert statement.recipient == ORDER["recipient"]
    assert b"license.json" not in pdf


def test_the_use_is_on_record_for_the_holder(made: Made) -> None:
    country, license, _, _ = made

    (use,) = uses(country, license)

    assert (use.basis, use.fields) == ("annotated-copy", ("license.pdf",))
    assert "样例银行镜湖支行" in use.purpose


def test_a_verdict_tells_a_copy_from_a_license_and_when_it_ends(made: Made) -> None:
    country, _, entry, pdf = made
    report = country.wuhu.verify(pdf)
    found = findings(report)

    assert report["conclusion"] == "passed", report
    assert "license" not in report or not report["license"]
    assert found[Check.COPY_STATEMENT]["facts"]["number"] == entry["number"]
    assert "不是原件" in found[Check.COPY_STATEMENT]["zh"]
    assert found[Check.COPY_VALIDITY]["outcome"] == "ok"


def test_a_changed_copy_fails(made: Made) -> None:
    country, _, _, pdf = made
    at = pdf.rindex(b"/Contents", 0, len(pdf)) - 4000
    changed = pdf[:at] + bytes([pdf[at] ^ 1]) + pdf[at + 1 :]

    assert country.wuhu.verify(changed)["conclusion"] == "failed"


def test_two_statements_are_none(made: Made) -> None:
    country, _, _, pdf = made
    forged = pdf + b"% yinxin.annotated-copy/1:QUFB\n"

    with pytest.raises(CopyRefusedError):
        CopyStatement.of_pdf(forged)
    report = country.wuhu.verify(forged)
    assert findings(report)[Check.COPY_STATEMENT]["outcome"] == "bad"
    assert report["conclusion"] == "failed"


def test_an_expired_copy_is_told_as_that(country: Country, license: str) -> None:
    holder = country.wuhu.citizen()
    entry = order(country, license, holder, days=1).json()
    pdf = country.wuhu.client.get(entry["pdf"], headers=holder).content

    country.clock.advance(timedelta(days=1))
    found = findings(country.wuhu.verify(pdf))

    assert found[Check.COPY_VALIDITY]["outcome"] == "bad"
    assert "到期" in found[Check.COPY_VALIDITY]["zh"]
    assert register(country, entry["number"])["state"] == "expired"


def test_revoking_is_told_to_anybody_at_once(country: Country, license: str) -> None:
    entry = order(country, license, country.wuhu.citizen()).json()
    address = f"/api/v1/annotated-copies/{entry['number']}"

    stranger = country.wuhu.client.delete(address, headers=country.wuhu.citizen(1))
    ended = country.wuhu.client.delete(address, headers=country.wuhu.citizen())

    assert stranger.json()["code"] == "COPY_NOT_FOUND"
    assert ended.json()["state"] == "revoked"
    shown = register(country, entry["number"])
    assert shown["state"] == "revoked"
    assert license not in str(shown)
    assert country.wuhu.rows[0]["operator"] not in str(shown)


def test_a_copy_ends_with_its_grant(country: Country, license: str) -> None:
    holder = country.wuhu.citizen()
    given = country.wuhu.client.post(
        "/api/v1/grants",
        json={"license": license, "matter": "open-restaurant", "purpose": "办理开办餐饮店"},
        headers=holder,
    ).json()
    case = country.wuhu.open_case(country.wuhu.rows[0])["case"]
    window = country.wuhu.headers("window")

    entry = order(country, license, window, case=case, grant=given["id"]).json()
    assert register(country, entry["number"])["state"] == "good"
    country.wuhu.client.delete(f"/api/v1/grants/{given['id']}", headers=holder)

    assert register(country, entry["number"])["state"] == "revoked"
    assert uses(country, license)[0].grant_id == given["id"]


def test_without_a_basis_nobody_gets_a_copy(country: Country, license: str) -> None:
    window = order(country, license, country.wuhu.headers("window"))
    stranger = order(country, license, country.wuhu.citizen(1))
    personal = order(country, license, country.wuhu.citizen(), purpose="为11010519491231002X")

    assert window.status_code == 403
    assert stranger.json()["code"] == "LICENSE_NOT_FOUND"
    assert personal.json()["code"] == "COPY_REFUSED"
    assert not uses(country, license)


def test_the_file_is_for_whoever_had_it_made_and_the_holder(country: Country, license: str) -> None:
    entry = order(country, license, country.wuhu.citizen()).json()

    stranger = country.wuhu.client.get(entry["pdf"], headers=country.wuhu.headers("window"))

    assert stranger.json()["code"] == "COPY_NOT_FOUND"
