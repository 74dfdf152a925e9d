"""Amended packages: what happened after archiving is archived too, and nothing is rewritten."""

from dataclasses import replace
from datetime import timedelta

import pytest

from api.archive_names import package_chain
from certs.errors import ArchivedAlreadyError, LicenseNotFoundError, PackageNotFoundError
from certs.ledger.entries import LedgerName
from certs.packages.bag_info import PackageType
from certs.packages.events import EventType, parse_events
from certs.packages.files import EVENTS, PDF
from certs.packages.package import parse_package
from storage.check import check_package
from tests.doubles.issuing import Fuse, PowerCutError
from tests.instances import Country, Instance
from tests.unit.api.test_archiving import desk_of, fused, impatient, license_of, stored
from verify.archiving.amending import AmendingDesk
from verify.errors import NothingAmendedError


def _archived(instance: Instance) -> str:
    identifier = str(instance.mint()["identifier"])
    desk_of(instance).run()
    return identifier


def _suspend(country: Country, identifier: str) -> None:
    country.clock.advance(timedelta(minutes=2))
    answer = country.wuhu.client.post(
        f"/api/v1/licenses/{identifier}/status",
        json={"kind": "suspended", "reason": "检查", "decision_no": "1号"},
        headers=country.wuhu.headers("issuer"),
    )
    assert answer.status_code in {200, 201}, answer.text


def _amend(instance: Instance, identifier: str) -> str:
    desk = AmendingDesk(desk=impatient(instance))
    return desk.amend(identifier, reason="状态变更", person="A001").package_id


def test_a_changed_license_is_packed_again_and_the_old_package_stays(country: Country) -> None:
    wuhu = country.wuhu
    identifier = _archived(wuhu)
    first = license_of(wuhu, identifier).files.package
    face = wuhu.file(identifier, "pdf")
    _suspend(country, identifier)

    second = _amend(wuhu, identifier)

    files = license_of(wuhu, identifier).files
    assert files.package not in {"", first}
    assert {first, files.package} <= stored(wuhu)
    assert wuhu.file(identifier, "pdf") == face, "faces are read from the newest"
    old, new = (parse_package(wuhu.services.objects.get(name)) for name in (first, files.package))
    assert (new.info.type, new.info.supersedes) == (PackageType.AMENDED, old.package_id)
    assert new.files[PDF].sm3 == old.files[PDF].sm3
    check_package(new.encode())
    told = parse_events(new.files[EVENTS].content)
    assert "suspended" in {item.detail for item in told if item.type is EventType.STATUS_CHANGE}
    assert ("A001", "状态变更") in {(item.agent, item.detail) for item in told}
    assert package_chain(identifier, wuhu.services.unit_of_work) == [old.package_id, second]
    with wuhu.services.unit_of_work() as work:
        assert work.holdings.get(first).destroyed_at is None
        assert work.holdings.get(files.package).size_bytes == files.package_bytes
        assert len(work.ledger.noted(LedgerName.ARCHIVE, second)) == 1
    with pytest.raises(NothingAmendedError):
        _amend(wuhu, identifier)
    impatient(wuhu).run()
    assert not impatient(wuhu).run().has_moved


def test_what_is_not_archived_is_not_amended(country: Country) -> None:
    wuhu = country.wuhu
    identifier = str(wuhu.mint()["identifier"])

    with pytest.raises(PackageNotFoundError):
        _amend(wuhu, identifier)
    with pytest.raises(LicenseNotFoundError):
        _amend(wuhu, "1.2.156")


def test_of_two_that_amend_one_license_one_is_told_that_it_came_too_late(
    country: Country,
) -> None:
    wuhu = country.wuhu
    identifier = _archived(wuhu)
    _suspend(country, identifier)
    slow = AmendingDesk(desk=impatient(wuhu))
    with wuhu.services.unit_of_work() as work:
        events = work.licenses.events(identifier)
        old = work.archive.newest_of(identifier)
    assert old is not None
    late = slow._packed(license_of(wuhu, identifier), events, old, reason="迟到", person="A002")
    first = _amend(wuhu, identifier)

    assert not slow.desk.keep(late)
    assert late.kept.object not in stored(wuhu)
    assert package_chain(identifier, wuhu.services.unit_of_work)[-1] == first


def test_the_power_may_go_while_a_license_is_amended(country: Country) -> None:
    wuhu = country.wuhu
    identifier = _archived(wuhu)
    country.clock.advance(timedelta(minutes=2))
    desk_of(wuhu).run()
    _suspend(country, identifier)
    count = 0
    for steps in range(1, 60):
        desk = replace(fused(wuhu, Fuse(steps)), patience=timedelta())
        try:
            AmendingDesk(desk=desk).amend(identifier, reason="状态变更", person="A001")
        except PowerCutError:
            pass
        except (NothingAmendedError, ArchivedAlreadyError):
            break
        wuhu.file(identifier, "pdf")
        for _ in range(2):
            impatient(wuhu).run()
        with wuhu.services.unit_of_work() as work:
            packages = work.archive.packages(9)
        count = len(packages)
        assert stored(wuhu) == {item.object for item in packages}, steps
        assert license_of(wuhu, identifier).files.package == packages[-1].object, steps
    else:
        pytest.fail("it was never amended")
    assert count == 2
