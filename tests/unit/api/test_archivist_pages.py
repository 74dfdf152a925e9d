"""The archivist's pages: what waits, what is kept, and who may look."""

from datetime import timedelta

import pytest
from fastapi.testclient import TestClient

from certs.keeping.holdings import LegalHold
from certs.keeping.retention import RetentionClass
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
    assert "须由另一位档案员批准" in again.text
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


HOLD = {"authority": "芜湖市中级人民法院", "document_no": "（2026）皖02执1号"}


def test_a_hold_is_placed_once_however_often_the_form_is_sent_and_lifted(
    country: Country,
) -> None:
    wuhu = country.wuhu
    package, identifier = _archived(wuhu)
    held = license_of(wuhu, identifier).files.package
    client = archivist(wuhu)
    path = f"/archive/packages/{package}"
    form = {"csrf": csrf_of(client.get(path).text)}

    placed = client.post(f"{path}/holds", data=form | HOLD)
    client.post(f"{path}/holds", data=form | HOLD)
    with wuhu.services.unit_of_work() as work:
        (hold,) = work.holds.of(held)
    keeper = wuhu.services.keeper
    assert keeper is not None
    assert keeper.store.is_held(held)
    lifted = client.post(f"{path}/holds/{hold.number}", data=form | {"document_no": "解2号"})
    unknown = client.post(f"{path}/holds/99", data=form | {"document_no": "解3号"})

    assert "保留中" in placed.text
    assert hold.placed_by == "A001"
    assert "解2号" in lifted.text
    assert not keeper.store.is_held(held)
    assert unknown.status_code == 404


@pytest.mark.parametrize("missing", ["authority", "document_no"])
def test_a_hold_names_who_wants_it_and_by_which_document(country: Country, missing: str) -> None:
    package, _ = _archived(country.wuhu)
    client = archivist(country.wuhu)
    path = f"/archive/packages/{package}"
    form = {"csrf": csrf_of(client.get(path).text), **HOLD, missing: " "}

    answer = client.post(f"{path}/holds", data=form)

    assert 400 <= answer.status_code < 500
    assert "保留中" not in answer.text


def _due(country: Country, proposer: str) -> tuple[str, str]:
    """A package whose period is over, and that somebody proposed to dispose of."""
    wuhu = country.wuhu
    package, identifier = _archived(wuhu)
    kept = license_of(wuhu, identifier).files.package
    keeper = wuhu.services.keeper
    assert keeper is not None
    keeper.appraise(kept, RetentionClass.TEN_YEARS, appraiser="A009", document_no="鉴1号")
    country.clock.instant += timedelta(days=11 * 366)
    keeper.propose_disposal(kept, proposer=proposer, document_no="销1号", reason="保管期满")
    return package, kept


def test_another_archivist_approves_and_the_bytes_are_gone(country: Country) -> None:
    package, kept = _due(country, "A009")
    client = archivist(country.wuhu)
    path = f"/archive/packages/{package}"
    form = {"csrf": csrf_of(client.get(path).text)}
    keeper = country.wuhu.services.keeper
    assert keeper is not None

    unticked = client.post(f"{path}/destruction", data=form)
    assert keeper.store.has(kept)
    approved = client.post(f"{path}/destruction", data=form | {"agreed": "true"})

    assert unticked.status_code in range(400, 500)
    assert "已销毁" in approved.text
    assert not keeper.store.has(kept)


def test_nobody_approves_what_oneself_proposed(country: Country) -> None:
    package, kept = _due(country, "A001")
    client = archivist(country.wuhu)
    path = f"/archive/packages/{package}"
    page = client.get(path).text
    answer = client.post(f"{path}/destruction", data={"csrf": csrf_of(page), "agreed": "true"})
    keeper = country.wuhu.services.keeper

    assert "批准并销毁" not in page
    assert answer.status_code in range(400, 500)
    assert keeper is not None
    assert keeper.store.has(kept)


def test_what_is_held_is_not_destroyed(country: Country) -> None:
    package, kept = _due(country, "A009")
    keeper = country.wuhu.services.keeper
    assert keeper is not None
    keeper.hold(kept, authority="法院", document_no="1号", person="A009")
    client = archivist(country.wuhu)
    path = f"/archive/packages/{package}"
    answer = client.post(
        f"{path}/destruction",
        data={"csrf": csrf_of(client.get(path).text), "agreed": "true"},
    )

    assert answer.status_code in range(400, 500)
    assert keeper.store.has(kept)


def test_keeping_asks_to_show_anew_who_one_is(country: Country) -> None:
    package, _ = _archived(country.wuhu)
    client = archivist(country.wuhu)
    path = f"/archive/packages/{package}"
    form = {"csrf": csrf_of(client.get(path).text)} | HOLD
    country.clock.instant += timedelta(minutes=6)

    answer = client.post(f"{path}/holds", data=form)

    assert answer.status_code == 403
    assert "保留中" not in client.get(path).text
