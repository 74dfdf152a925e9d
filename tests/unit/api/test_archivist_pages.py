"""The archivist's pages: what waits, what is kept, and who may look."""

import pytest
from fastapi.testclient import TestClient

from certs.keeping.holdings import LegalHold
from certs.packages.bag_info import PackageKind
from certs.packages.jobs import ArchiveJob, ArchiveStep
from tests.instances import Country, Instance
from tests.unit.api.test_archive_routes import _archived
from tests.unit.api.test_archiving import license_of
from tests.unit.api.test_pages import csrf_of, sign_in

PROPOSAL = {"document_no": "档字〔2026〕1号", "reason": "保管期满"}


def archivist(instance: Instance) -> TestClient:
    return sign_in(instance, instance.tokens["archivist"])


def test_an_archivist_comes_home_to_what_waits_and_what_was_archived(country: Country) -> None:
    wuhu = country.wuhu
    package, _ = _archived(wuhu)
    wuhu.mint(1)
    client = archivist(wuhu)

    entered = client.post(
        "/session", data={"token": wuhu.tokens["archivist"]}, follow_redirects=False
    )
    board = client.get("/archive").text

    assert entered.headers["location"] == "/archive"
    assert "<dd>1</dd>" in board.split("待归档证照")[1][:200]
    assert f'href="/archive/packages/{package}"' in board


def test_what_could_not_be_archived_is_told_with_its_reason(country: Country) -> None:
    wuhu = country.wuhu
    identifier = str(wuhu.mint()["identifier"])
    job = ArchiveJob(
        subject=identifier,
        kind=PackageKind.LICENSE,
        step=ArchiveStep.CHECKED,
        changed_at=country.clock.now(),
        problem="GD-1-1 未通过",
    )
    with wuhu.services.unit_of_work() as work:
        work.archive.begin((job,))
        work.commit()

    board = archivist(wuhu).get("/archive").text

    assert "GD-1-1 未通过" in board
    assert "yinxin archive run --again" in board


def test_a_number_finds_its_package_and_stands_in_no_address(country: Country) -> None:
    wuhu = country.wuhu
    (package, _), (other, _) = _archived(wuhu, 0), _archived(wuhu, 1)
    client = archivist(wuhu)
    csrf = csrf_of(client.get("/archive").text)

    found = client.post("/archive", data={"csrf": csrf, "number": wuhu.rows[0]["number"]})
    nothing = client.post("/archive", data={"csrf": csrf, "number": "没有这个"})

    assert package in found.text
    assert other not in found.text
    assert found.url.query == b""
    assert "没有找到" in nothing.text


def test_a_package_shows_the_report_of_its_capture_and_its_holds(country: Country) -> None:
    wuhu = country.wuhu
    package, identifier = _archived(wuhu)
    with wuhu.services.unit_of_work() as work:
        work.holds.place(
            LegalHold(
                package_id=license_of(wuhu, identifier).files.package,
                authority="芜湖市中级人民法院",
                document_no="（2026）皖02执1号",
                placed_by="A001",
                held_from=country.clock.now(),
            )
        )
        work.commit()

    page = archivist(wuhu).get(f"/archive/packages/{package}").text

    assert "归档时" in page
    assert "GD-1-1" in page
    assert "未见不合格" in page
    assert "芜湖市中级人民法院" in page
    assert "保留中" in page


def test_a_disposal_is_proposed_once_however_often_the_form_is_sent(country: Country) -> None:
    wuhu = country.wuhu
    package, identifier = _archived(wuhu)
    client = archivist(wuhu)
    path = f"/archive/packages/{package}"
    form = PROPOSAL | {"csrf": csrf_of(client.get(path).text)}

    first = client.post(f"{path}/disposal", data=form)
    again = client.post(f"{path}/disposal", data=form)
    other = client.post(f"{path}/disposal", data=form | {"reason": "另一"})

    assert (first.status_code, again.status_code, other.status_code) == (200, 200, 409)
    assert "保管期满" in again.text
    assert "须由另一人" in again.text
    with wuhu.services.unit_of_work() as work:
        assert work.disposals.proposal(license_of(wuhu, identifier).files.package) is not None


def test_a_proposal_without_a_reason_is_explained(country: Country) -> None:
    package, _ = _archived(country.wuhu)
    client = archivist(country.wuhu)
    path = f"/archive/packages/{package}"
    form = PROPOSAL | {"csrf": csrf_of(client.get(path).text), "reason": " "}

    answer = client.post(f"{path}/disposal", data=form)

    assert 400 <= answer.status_code < 500
    assert "不能销毁" in answer.text


@pytest.mark.parametrize("person", ["window", "issuer", "auditor", "supervisor"])
def test_nobody_else_sees_the_archive(country: Country, person: str) -> None:
    package, _ = _archived(country.wuhu)
    client = sign_in(country.wuhu, country.wuhu.tokens[person])

    answers = [client.get(path) for path in ("/archive", f"/archive/packages/{package}")]

    assert [answer.status_code for answer in answers] == [403, 403]


def test_a_package_that_there_is_not_is_told_so(country: Country) -> None:
    assert archivist(country.wuhu).get(f"/archive/packages/{'0' * 64}").status_code == 404
