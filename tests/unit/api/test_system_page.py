"""What the system administrator sees: how everything stands, and what is to be done first."""

import shutil
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest

from api.nightly import nightly_of
from api.system_checks import State, SystemCheck, system_checks
from certs.packages.bag_info import PackageKind
from certs.packages.jobs import ArchiveJob, ArchiveStep
from tests.instances import Country
from tests.unit.api.test_pages import sign_in


def found(country: Country) -> dict[str, SystemCheck]:
    return {item.zh: item for item in system_checks(country.wuhu.services)}


def test_everything_is_good_after_a_night(country: Country) -> None:
    assert found(country)["用证计数"].state is State.WATCH
    nightly_of(country.wuhu.services).step()
    country.wuhu.mint()
    country.wuhu.services.ledger.publish_and_ask()

    checks = found(country)

    assert {item.state for item in checks.values()} == {State.GOOD, State.WATCH}
    assert checks["信任列表"].state is State.WATCH, "30 days are left"
    assert checks["用证计数"].state is State.GOOD
    assert "已见证" in checks["账本 issue"].found


def test_what_is_out_of_date_or_never_ended_is_bad_and_says_what_to_do(country: Country) -> None:
    nightly_of(country.wuhu.services).step()
    country.clock.advance(timedelta(days=40))

    checks = found(country)

    assert checks["信任列表"].state is State.BAD
    assert "yinxin trust import" in checks["信任列表"].todo[0]
    assert checks["用证计数"].state is State.BAD


def test_the_page_shows_it_to_the_system_administrator_alone(country: Country) -> None:
    wuhu = country.wuhu
    page = sign_in(wuhu, wuhu.tokens["system_admin"]).get("/admin/system")

    assert page.status_code == 200
    assert "信任列表" in page.text
    for person in ("security_admin", "auditor", "issuer"):
        answer = wuhu.client.get("/admin/system", headers=wuhu.headers(person))
        assert answer.status_code == 403


@pytest.mark.parametrize("person", ["system_admin"])
def test_signing_in_leads_there(country: Country, person: str) -> None:
    answer = country.wuhu.client.post(
        "/session", data={"token": country.wuhu.tokens[person]}, follow_redirects=False
    )

    assert answer.headers["location"] == "/admin/system"


def test_a_webhook_that_is_not_taken_for_an_hour_is_watched(country: Country) -> None:
    desk = replace(country.wuhu.services.webhooks, allows_plain=True)
    desk.register("portal", address="http://x.test/", license_types=frozenset({"*"}), by="X001")
    country.wuhu.mint()

    def standing() -> SystemCheck:
        checks = system_checks(country.wuhu.services)
        return next(item for item in checks if item.zh == "推送 portal")

    assert standing().state is State.GOOD
    assert "等待 waiting 1" in standing().found
    country.clock.instant += timedelta(hours=2)
    assert standing().state is State.WATCH
    desk.stop("portal", by="X001")
    assert "推送 portal" not in {item.zh for item in system_checks(country.wuhu.services)}


def test_what_waits_for_an_hour_is_watched_and_says_who_looks(country: Country) -> None:
    now = country.clock.now()
    with country.wuhu.services.unit_of_work() as work:
        job = ArchiveJob(
            subject="x", kind=PackageKind.LICENSE, step=ArchiveStep.COLLECTED, changed_at=now
        )
        work.archive.begin((job,))
        work.commit()
    before = found(country)["待办 归档"]
    country.clock.advance(timedelta(hours=2))
    after = found(country)["待办 归档"]

    assert (before.state, before.todo) == (State.GOOD, ("", ""))
    assert before.found.startswith("1，最早")
    assert after.state is State.WATCH
    assert "yinxin worker" in after.todo[0]


def test_notices_that_nobody_takes_are_kept_and_alarm_nobody(country: Country) -> None:
    country.wuhu.mint()
    country.clock.advance(timedelta(hours=2))
    check = found(country)["待办 通知"]

    assert check.state is State.GOOD
    assert "未设接收方" in check.found


@pytest.mark.parametrize(("free", "state"), [(50, State.GOOD), (10, State.WATCH), (4, State.BAD)])
def test_a_disk_that_fills_up_is_told_before_it_is_full(
    country: Country, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, free: int, state: State
) -> None:
    usage = SimpleNamespace(total=100 * 2**30, free=free * 2**30)
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: usage)
    services = replace(country.wuhu.services, home=tmp_path)
    checks = {item.zh: item for item in system_checks(services)}

    assert checks["磁盘"].state is state
    assert f"{free}.0 GiB" in checks["磁盘"].found
    assert "MiB" in checks["数据库"].found
