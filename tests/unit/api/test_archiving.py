"""Archiving: what is issued becomes a package, whatever happens on the way."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from api.archiving import keeping_desk
from certs.errors import ArchivedAlreadyError
from certs.ledger.entries import LedgerEntry, LedgerName
from certs.license_files import read_file
from certs.licenses import License
from certs.packages.files import (
    ANSWERS,
    CAPTURE_CHECKS,
    CASE_RECORD,
    OFD,
    PDF,
    TRUST_LIST,
    VALIDATION,
)
from certs.packages.jobs import ArchiveStep
from certs.packages.package import ArchivePackage, make_package, parse_package
from certs.reconciliation import reconcile
from signing.algorithms import sm3
from storage.check import check_package
from storage.packed_objects import PackedObjects
from tests.doubles.issuing import Fuse, FusedObjects, FusedUnitOfWork, PowerCutError
from tests.instances import Country, Instance
from verify.archive_checks.results import CheckOutcome
from verify.archive_checks.subjects import Delivery
from verify.archiving.case_histories import CaseHistory, case_files
from verify.archiving.cases import case_package, completed, licenses_of
from verify.archiving.desk import ArchiveDesk, ArchiveRun
from verify.case_errors import CaseUndecidedError

AT_ONCE = timedelta()


def desk_of(instance: Instance) -> ArchiveDesk:
    assert instance.services.archive is not None
    return instance.services.archive


def impatient(instance: Instance) -> ArchiveDesk:
    return replace(desk_of(instance), patience=AT_ONCE)


def license_of(instance: Instance, identifier: object) -> License:
    with instance.services.unit_of_work() as work:
        return work.licenses.get(str(identifier))


def loose(instance: Instance) -> set[str]:
    objects = instance.services.objects
    assert isinstance(objects, PackedObjects)
    root = objects.loose._root  # type: ignore[attr-defined]  # the folder's own
    return {path.name for path in root.rglob("*") if path.is_file()}


def stored(instance: Instance) -> set[str]:
    objects = instance.services.objects
    assert isinstance(objects, PackedObjects)
    root = objects.packages._root  # type: ignore[attr-defined]  # the folder's own
    return {path.name for path in root.rglob("*") if path.is_file()}


def is_clean(instance: Instance) -> bool:
    services = instance.services
    found = reconcile([], unit_of_work=services.unit_of_work, objects=services.objects)
    return found.is_clean


def test_an_issued_license_becomes_a_package_and_nothing_is_kept_twice(country: Country) -> None:
    wuhu = country.wuhu
    identifier = wuhu.mint()["identifier"]
    before = {kind: wuhu.file(str(identifier), kind) for kind in ("pdf", "ofd", "json", "p7s")}

    run = desk_of(wuhu).run()

    assert (len(run.archived), run.stopped) == (1, ())
    license = license_of(wuhu, identifier)
    assert license.files.package in stored(wuhu)
    assert set(license.files.names) <= loose(wuhu), "whoever just looked it up still reads them"
    country.clock.advance(timedelta(minutes=2))
    assert desk_of(wuhu).run() == ArchiveRun(tidied=1)
    assert not loose(wuhu)
    assert stored(wuhu) == {license.files.package}
    assert {kind: wuhu.file(str(identifier), kind) for kind in before} == before
    assert wuhu.verify(before["pdf"])["conclusion"] == "passed"
    assert is_clean(wuhu)
    assert not desk_of(wuhu).run().has_moved


def test_the_package_verifies_with_nothing_but_itself(country: Country) -> None:
    wuhu = country.wuhu
    identifier = str(wuhu.mint()["identifier"])
    (package_id,) = desk_of(wuhu).run().archived

    data = wuhu.services.objects.get(license_of(wuhu, identifier).files.package)

    found, _, _ = check_package(data)
    assert found == package_id
    package = parse_package(data)
    assert package.info.identifier == identifier
    assert {TRUST_LIST, VALIDATION, CAPTURE_CHECKS} <= package.files.keys()
    validation = json.loads(package.files[VALIDATION].content)
    assert [item["conclusion"] for item in validation["reports"].values()] == ["passed"] * 2
    answers = json.loads(package.files[ANSWERS].content)
    assert answers["license_answers"][0]["identifier"] == identifier, "no list was published"
    checks = json.loads(package.files[CAPTURE_CHECKS].content)
    outcomes = {item["item"]: item["outcome"] for item in checks["results"]}
    assert not checks["blocked"]
    assert outcomes["GD-1-1"] == "pass"
    assert outcomes["GD-4-2"] == "manual"
    assert checks["principles"] == {"来源可靠": "pass", "程序规范": "manual", "要素合规": "pass"}


def test_each_package_is_noted_in_the_ledger(country: Country) -> None:
    wuhu = country.wuhu
    identifier = wuhu.mint()["identifier"]
    (package_id,) = desk_of(wuhu).run().archived

    with wuhu.services.unit_of_work() as work:
        work.ledger.place(LedgerName.ARCHIVE, 9)
        (placed,) = work.ledger.about(LedgerName.ARCHIVE, package_id)
    entry = LedgerEntry.parse(placed.encoded)
    assert entry.kind == "archived"
    assert entry.digests == (package_id, license_of(wuhu, identifier).files.record)


def test_what_does_not_pass_stays_loose_and_waits_for_a_person(country: Country) -> None:
    wuhu = country.wuhu
    identifier = str(wuhu.mint()["identifier"])
    license = license_of(wuhu, identifier)
    face = wuhu.services.objects.get(license.files.pdf)
    broken = replace(wuhu.services.verifier, trust=_NoTrust())
    desk = impatient(wuhu)
    desk = replace(desk, tools=replace(desk.tools, verifier=broken))

    run = desk.run()

    assert run.archived == ()
    ((stopped, problem),) = run.stopped
    assert (stopped, "GD-1-1" in problem) == (identifier, True)
    assert not desk.run().has_moved
    assert read_file(wuhu.services.objects, license.files, license.files.pdf) == face
    with wuhu.services.unit_of_work() as work:
        (job,) = work.archive.stopped(9)
        assert job.step is ArchiveStep.CHECKED
        assert work.archive.again((identifier,)) == 1
        work.commit()
    assert len(desk_of(wuhu).run().archived) == 1


class _NoTrust:
    def current(self) -> None:
        return None


def test_a_damaged_file_is_named_and_holds_up_nobody(country: Country) -> None:
    wuhu = country.wuhu
    first, second = (str(wuhu.mint(number)["identifier"]) for number in (0, 1))
    wuhu.services.objects.remove(license_of(wuhu, first).files.pdf)

    run = desk_of(wuhu).run()

    ((stopped, problem),) = run.stopped
    assert (stopped, "missing" in problem) == (first, True)
    assert license_of(wuhu, second).files.package


def fused(instance: Instance, fuse: Fuse) -> ArchiveDesk:
    healthy = impatient(instance)
    opened = healthy.unit_of_work
    return replace(
        healthy,
        loose=FusedObjects(healthy.loose, fuse),
        packages=FusedObjects(healthy.packages, fuse),
        unit_of_work=lambda: FusedUnitOfWork(opened(), fuse),
    )


def test_the_power_may_go_at_any_step(country: Country) -> None:
    """Every step of archiving one license and removing its loose files, one after another."""
    wuhu = country.wuhu
    steps = 0
    while True:
        steps += 1
        identifier = str(wuhu.mint(0, key=f"key-{steps}")["identifier"]) if steps == 1 else ""
        fuse = Fuse(steps)
        try:
            desk = fused(wuhu, fuse)
            desk.run()
            desk.run()
        except PowerCutError:
            pass
        else:
            break
        assert _whole(wuhu), steps
        _finish(wuhu)
        assert _whole(wuhu), steps
        _begin_again(wuhu, identifier)
    assert steps > 10


def _whole(instance: Instance) -> bool:
    with instance.services.unit_of_work() as work:
        licenses = work.licenses.newest(10)
    objects = instance.services.objects
    for license in licenses:
        for name in license.files.names:
            read_file(objects, license.files, name)
    return is_clean(instance)


def _finish(instance: Instance) -> None:
    """Run until nothing moves: everything is in its package, and nothing is anybody's but that."""
    for _ in range(3):
        impatient(instance).run()
    with instance.services.unit_of_work() as work:
        licenses = work.licenses.newest(10)
        packages = work.archive.packages(10)
    assert stored(instance) == {item.object for item in packages}
    assert {item.files.package for item in licenses} == stored(instance)
    assert not loose(instance)


def _begin_again(instance: Instance, identifier: str) -> None:
    """Unpack everything, so that archiving has the same to do once more."""
    from sqlalchemy import delete, update  # noqa: PLC0415

    from storage.archive_tables import archive_jobs, archive_packages  # noqa: PLC0415
    from storage.evidence_tables import evidence_members  # noqa: PLC0415
    from storage.license_tables import licenses  # noqa: PLC0415

    objects = instance.services.objects
    with instance.services.unit_of_work() as work:
        (license,) = work.licenses.newest(10)
    contents: Mapping[str, bytes] = {
        name: read_file(objects, license.files, name) for name in license.files.names
    }
    objects.put_all(contents)
    assert isinstance(objects, PackedObjects)
    objects.packages.remove(license.files.package)
    with instance.engine.begin() as connection:
        connection.execute(delete(archive_jobs))
        connection.execute(delete(evidence_members))
        connection.execute(delete(archive_packages))
        connection.execute(update(licenses).values(package_object=None, package_bytes=None))
    assert identifier in {"", license.identifier}


def test_two_processes_archive_one_license_once(country: Country) -> None:
    wuhu = country.wuhu
    wuhu.mint()
    slow = impatient(wuhu)
    # The slow one has begun; the fast one finds the job idle and does it first.
    begun, _ = slow._begun(9)
    made, _ = slow._made(begun)
    assert len(impatient(wuhu).run().archived) == 1

    assert slow._stored(made) == []

    with wuhu.services.unit_of_work() as work:
        (package,) = work.archive.packages(9)
    assert stored(wuhu) == {package.object}


def test_a_package_is_judged_like_the_license_in_it(country: Country) -> None:
    wuhu = country.wuhu
    identifier = str(wuhu.mint()["identifier"])
    desk_of(wuhu).run()
    data = wuhu.services.objects.get(license_of(wuhu, identifier).files.package)

    report: Any = country.baoji.verify(data)

    assert (report["format"], report["conclusion"]) == ("package", "passed")
    assert report["license"]["identifier"] == identifier
    assert len({item["place"] for item in report["signatures"]}) == 2, "of PDF and OFD"
    changed: Any = country.baoji.verify(data + b"\0")
    assert changed["conclusion"] == "failed"
    (bad,) = (item for item in changed["findings"] if item["check"] == "file.format")
    assert (bad["outcome"], bad["facts"]["rule"]) == ("bad", "trailing-bytes")


def test_a_package_whose_face_carries_another_record_fails(country: Country) -> None:
    wuhu = country.wuhu
    first, second = (str(wuhu.mint(number)["identifier"]) for number in (0, 1))
    desk_of(wuhu).run()
    objects = wuhu.services.objects
    good, other = (
        parse_package(objects.get(license_of(wuhu, name).files.package)) for name in (first, second)
    )
    for name in (PDF, OFD):
        swapped = dict(good.files) | {name: other.files[name]}
        mixed = make_package(
            organization=good.info.organization,
            identifier=good.info.identifier,
            packed_on=good.info.packed_on,
            kind=good.info.kind,
            fonds=good.info.fonds,
            retention=good.info.retention,
            files=swapped,
        )

        report: Any = wuhu.verify(mixed.encode())

        assert report["conclusion"] == "failed", name
        assert any(
            item["facts"].get("rule") == "other-record" and item["facts"]["file"] == name
            for item in report["findings"]
        )


def test_stored_packages_are_looked_at_again(country: Country) -> None:
    wuhu = country.wuhu
    wuhu.mint()
    (package_id,) = desk_of(wuhu).run().archived
    keeping = keeping_desk(desk_of(wuhu))
    with wuhu.services.unit_of_work() as work:
        work.ledger.place(LedgerName.ARCHIVE, 9)
        kept = work.archive.find(package_id)
        work.commit()
    assert kept is not None
    assert keeping.look_again(9) == ()
    country.clock.advance(timedelta(minutes=1))

    (report,) = keeping.look_again(9, period=timedelta(seconds=30))

    assert not report.is_blocked, report.named(CheckOutcome.FAIL)
    outcomes = {item.name: item.result.outcome for item in report.items}
    assert outcomes["CQ-1-14"] is outcomes["CQ-4-7"] is CheckOutcome.PASS
    with wuhu.services.unit_of_work() as work:
        (checks,) = work.archive.checks_of(package_id)
    assert json.loads(checks.report)["package"] == package_id
    assert not checks.is_blocked


def test_a_package_that_rots_or_is_gone_is_named(country: Country) -> None:
    wuhu = country.wuhu
    wuhu.mint()
    (package_id,) = desk_of(wuhu).run().archived
    keeping = keeping_desk(desk_of(wuhu))
    with wuhu.services.unit_of_work() as work:
        kept = work.archive.find(package_id)
    assert kept is not None
    data = keeping.packages.get(kept.object)

    received = keeping.receive(data + b"x", _delivery(data))
    keeping.packages.remove(kept.object)
    gone = keeping.look_at(kept)

    for report, rule in ((received, "trailing-bytes"), (gone, "missing-or-damaged")):
        (item,) = report.items
        assert (report.is_blocked, item.result.evidence["rule"]) == (True, rule)
    other = keeping.receive(data, replace(_delivery(data), digest="0" * 64, count=2, found_count=1))
    assert {"YJ-1-14", "YJ-2-1"} <= set(other.named(CheckOutcome.FAIL))
    assert not keeping.receive(data, _delivery(data)).is_blocked


def _delivery(data: bytes) -> Delivery:
    digest = sm3(data).hex()
    return Delivery(digest=digest, found=digest, length_bytes=len(data), found_bytes=len(data))


def test_archivists_read_packages_over_http_and_that_is_on_record(country: Country) -> None:
    wuhu = country.wuhu
    identifier = str(wuhu.mint()["identifier"])
    (package_id,) = desk_of(wuhu).run().archived
    url, headers = f"/api/v1/archive/packages/{package_id}", wuhu.headers("issuer")

    body = wuhu.client.get(url, headers=headers).json()
    answer = wuhu.client.get(f"{url}/file", headers=headers)

    assert (body["package"], body["subject"], body["checks"]) == (package_id, identifier, [])
    assert sm3(answer.content).hex() == body["object"]
    assert parse_package(answer.content).package_id == package_id
    with wuhu.services.unit_of_work() as work:
        (usage,) = work.usages.of_license(identifier)
    assert (usage.basis, usage.fields) == ("archive", ())
    for person, status in (("window", 403), ("citizen", 403)):
        if person in wuhu.tokens:
            assert wuhu.client.get(url, headers=wuhu.headers(person)).status_code == status
    assert wuhu.client.get(url).status_code == 401
    unknown = wuhu.client.get(f"/api/v1/archive/packages/{'0' * 64}", headers=headers)
    assert (unknown.status_code, unknown.json()["code"]) == (404, "PACKAGE_NOT_FOUND")


def _decided(instance: Instance) -> tuple[str, str]:
    """A case in which every material is decided, and the license that it relied on."""
    identifier = str(instance.mint()["identifier"])
    case: Any = instance.open_case(instance.rows[0])
    for item in case["materials"]:
        url = f"/api/v1/cases/{case['case']}/materials/{item['code']}"
        headers = instance.headers("window")
        found: Any = instance.client.post(f"{url}/lookup", headers=headers).json()
        form = "e_license" if found.get("outcome") == "e_license" else "paper"
        body = {"form": form, "voluntary": form == "paper"}
        answer = instance.client.post(f"{url}/decision", json=body, headers=headers)
        assert answer.status_code in {200, 201}, answer.text
    return str(case["case"]), identifier


def _draft(instance: Instance, case: str) -> ArchivePackage:
    services = instance.services
    view = services.acceptance.view_case(case)
    with services.unit_of_work() as work:
        found = {name: work.archive.newest_of(name) for name in licenses_of(view)}
        history = CaseHistory.read(view, work)
    return case_package(
        view,
        {name: kept for name, kept in found.items() if kept is not None},
        history=history,
        files=case_files(view, history, services.objects.get),
        terms=desk_of(instance).tools.terms,
        region=services.region,
        packed_at=services.clock.now(),
    )


def test_a_decided_case_refers_to_licenses_and_is_completed_when_handed_over(
    country: Country,
) -> None:
    wuhu = country.wuhu
    case, identifier = _decided(wuhu)
    desk_of(wuhu).run()

    kept = desk_of(wuhu).archive_case(_draft(wuhu, case))

    objects = wuhu.services.objects
    package = parse_package(objects.get(kept.object))
    license = license_of(wuhu, identifier)
    ((name, reference),) = package.references.items()
    assert (name, reference.sm3) == (f"data/licenses/{identifier}.zip", license.files.package)
    record = json.loads(package.files[CASE_RECORD].content)
    assert [item["decision"]["form"] for item in record["materials"]].count("e_license") == 1
    whole = parse_package(completed(package, objects.get).encode())
    assert not whole.references
    assert parse_package(whole.files[name].content).info.identifier == identifier
    check_package(whole.encode())
    assert check_package(objects.get(kept.object))[0] == kept.package_id
    with pytest.raises(ArchivedAlreadyError):
        desk_of(wuhu).archive_case(_draft(wuhu, case))
    keeping = keeping_desk(desk_of(wuhu))
    assert keeping.look_at(kept).named(CheckOutcome.FAIL) == ()
    country.clock.advance(timedelta(minutes=11))
    # Nobody published the ledger all the while.
    assert keeping.look_at(kept).named(CheckOutcome.FAIL) == ("CQ-4-7",)
    with wuhu.services.unit_of_work() as work:
        assert work.ledger.place(LedgerName.ARCHIVE, 9) == 2


def test_a_case_that_waits_for_a_decision_is_not_archived(country: Country) -> None:
    wuhu = country.wuhu
    case: Any = wuhu.open_case(wuhu.rows[0])

    with pytest.raises(CaseUndecidedError):
        _draft(wuhu, str(case["case"]))


def test_the_power_may_go_while_a_case_is_archived(country: Country) -> None:
    wuhu = country.wuhu
    case, _ = _decided(wuhu)
    desk_of(wuhu).run()
    for steps in range(1, 30):
        try:
            fused(wuhu, Fuse(steps)).archive_case(_draft(wuhu, case))
        except PowerCutError:
            pass
        except ArchivedAlreadyError:
            break
        impatient(wuhu).run()
        with wuhu.services.unit_of_work() as work:
            work.archive.again((case,))
            entered = work.archive.newest_of(case)
            work.commit()
        if entered is not None:
            assert wuhu.services.objects.has(entered.object)
    else:
        pytest.fail("the case was never archived")
    with wuhu.services.unit_of_work() as work:
        packages = work.archive.packages(9)
    assert stored(wuhu) == {item.object for item in packages}
