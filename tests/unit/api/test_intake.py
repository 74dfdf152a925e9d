"""Packages taken in from another region: kept like our own, and nothing is written over."""

from dataclasses import replace
from datetime import timedelta

import pytest

from api.archiving import intake_desk, keeping_desk
from certs.errors import ArchivedAlreadyError, DisposedError, MalformedPackageError
from certs.keeping.keeper import Keeper
from certs.keeping.retention import RetentionClass
from certs.ledger.entries import LedgerName
from certs.packages.bag_info import Retention
from certs.packages.license_packages import ArchiveTerms
from certs.packages.package import parse_package
from signing.algorithms import sm3
from storage.archive_folder import ArchiveFolder
from tests import archived
from tests.doubles.issuing import Fuse, FusedObjects, FusedUnitOfWork, PowerCutError
from tests.instances import Country, Instance
from tests.unit.api.test_archiving import _decided, _draft, _NoTrust, desk_of, license_of
from verify.archive_checks.results import CheckOutcome
from verify.archiving.cases import completed
from verify.archiving.intake import IntakeDesk
from verify.errors import PackageRefusedError


def desk_at(instance: Instance) -> IntakeDesk:
    return intake_desk(desk_of(instance))


def _package(instance: Instance, number: int = 0) -> bytes:
    """The package of a license that was issued and archived there."""
    identifier = str(instance.mint(number)["identifier"])
    desk_of(instance).run()
    return instance.services.objects.get(license_of(instance, identifier).files.package)


def test_a_package_of_another_region_is_kept_byte_for_byte_and_looked_at_again(
    country: Country,
) -> None:
    data = _package(country.wuhu)
    baoji = country.baoji

    taken = desk_at(baoji).take_in(data)
    again = desk_at(baoji).take_in(data)

    assert (taken.is_new, again.is_new, again.kept) == (True, False, taken.kept)
    assert taken.kept.package_id == parse_package(data).package_id
    assert baoji.services.objects.get(taken.kept.object) == data
    with baoji.services.unit_of_work() as work:
        (checks,) = work.archive.checks_of(taken.kept.package_id)
        assert (checks.stage, checks.is_blocked) == ("YJ", False)
        assert work.holdings.get(taken.kept.object).size_bytes == len(data)
        assert len(work.ledger.noted(LedgerName.ARCHIVE, taken.kept.package_id)) == 1
        work.ledger.place(LedgerName.ARCHIVE, 9)
        work.commit()
    country.clock.advance(timedelta(minutes=1))
    report = keeping_desk(desk_of(baoji)).look_at(taken.kept)
    assert not report.is_blocked, report.named(CheckOutcome.FAIL)
    assert not desk_of(baoji).run().has_moved


def test_another_package_of_the_same_license_is_refused_and_the_first_stays(
    country: Country,
) -> None:
    data = _package(country.wuhu)
    baoji = country.baoji
    first = desk_at(baoji).take_in(data)
    again = replace(
        desk_of(country.wuhu).tools,
        terms=ArchiveTerms(
            organization="芜湖市", fonds="11340200MB9TXY014H", retention=Retention.PERMANENT
        ),
    )
    other = _made_anew(country, data, again.terms)

    with pytest.raises(ArchivedAlreadyError):
        desk_at(baoji).take_in(other)

    assert baoji.services.objects.get(first.kept.object) == data
    with baoji.services.unit_of_work() as work:
        assert work.archive.newest_of(first.kept.subject) == first.kept
        assert len(work.archive.packages(9)) == 1


def _made_anew(country: Country, data: bytes, terms: ArchiveTerms) -> bytes:
    """The same license, packed once more under other terms."""
    from verify.archiving.capture import capture  # noqa: PLC0415 - for this alone

    desk = desk_of(country.wuhu)
    identifier = parse_package(data).info.identifier
    with country.wuhu.services.unit_of_work() as work:
        events = work.licenses.events(identifier)
    captured = capture(
        license_of(country.wuhu, identifier),
        events,
        tools=replace(desk.tools, terms=terms),
        now=country.clock.now(),
        repeated=lambda _number, _subject: False,
    )
    return captured.package.encode()


def test_a_package_of_an_unknown_authority_is_refused_by_name(country: Country) -> None:
    data, baoji = _package(country.wuhu), country.baoji
    desk = desk_at(baoji)
    blind = replace(desk.inspector, verifier=replace(desk.inspector.verifier, trust=_NoTrust()))

    with pytest.raises(PackageRefusedError) as refused:
        replace(desk, inspector=blind).take_in(data)

    assert refused.value.items == ("YJ-1-1",)
    assert not baoji.services.objects.has(sm3(data).hex())
    with baoji.services.unit_of_work() as work:
        assert work.archive.packages(9) == ()


@pytest.mark.parametrize("name", ["a name twice", "a path outward", "somebody's zip", "longer"])
def test_what_is_no_package_of_ours_is_refused_by_name(country: Country, name: str) -> None:
    make, rule, _ = archived.BAD[name]

    with pytest.raises(MalformedPackageError) as refused:
        desk_at(country.baoji).take_in(make())

    assert refused.value.rule == rule


def test_a_case_needs_what_it_refers_to_or_everything_in_it(country: Country) -> None:
    wuhu, baoji = country.wuhu, country.baoji
    case, identifier = _decided(wuhu)
    desk_of(wuhu).run()
    kept = desk_of(wuhu).archive_case(_draft(wuhu, case))
    objects = wuhu.services.objects
    data = objects.get(kept.object)
    desk = desk_at(baoji)

    with pytest.raises(PackageRefusedError) as refused:
        desk.take_in(data)
    assert refused.value.items == ("YJ-3-6",)

    license_package = license_of(wuhu, identifier).files.package
    desk.take_in(objects.get(license_package))
    taken = desk.take_in(data)
    assert taken.kept == replace(kept, archived_at=taken.kept.archived_at)
    with baoji.services.unit_of_work() as work:
        (reference,) = work.holdings.references(license_package)
    assert reference.referrer == kept.object
    whole = completed(parse_package(data), objects.get).encode()
    with pytest.raises(ArchivedAlreadyError):
        desk.take_in(whole)


def test_what_was_disposed_of_does_not_come_back_and_lost_bytes_do(country: Country) -> None:
    data = _package(country.wuhu)
    baoji = country.baoji
    kept = desk_at(baoji).take_in(data).kept
    baoji.services.objects.packages.remove(kept.object)  # type: ignore[attr-defined]  # the archive's own
    assert not desk_at(baoji).take_in(data).is_new
    assert baoji.services.objects.get(kept.object) == data

    services = baoji.services
    keeper = Keeper(
        unit_of_work=services.unit_of_work,
        store=ArchiveFolder(
            services.objects.packages._root,  # type: ignore[attr-defined]  # the folder's own
            now=country.clock.now,
        ),
        clock=country.clock,
    )
    by = {"document_no": "1号"}
    keeper.appraise(kept.object, RetentionClass.TEN_YEARS, appraiser="A1", **by)
    country.clock.advance(timedelta(days=366 * 12))
    keeper.propose_disposal(kept.object, proposer="A1", reason="期满", **by)
    keeper.dispose(kept.object, approver="A2")
    with pytest.raises(DisposedError):
        desk_at(baoji).take_in(data)
    assert not services.objects.has(kept.object)


def test_the_power_may_go_while_a_package_is_taken_in(country: Country) -> None:
    data = _package(country.wuhu)
    baoji = country.baoji
    healthy = desk_at(baoji)
    opened = healthy.unit_of_work
    for steps in range(1, 40):
        fuse = Fuse(steps)
        desk = replace(
            healthy,
            packages=FusedObjects(healthy.packages, fuse),
            unit_of_work=lambda fuse=fuse: FusedUnitOfWork(opened(), fuse),  # type: ignore[misc]  # bound early
        )
        try:
            taken = desk.take_in(data)
        except PowerCutError:
            with baoji.services.unit_of_work() as work:
                for kept in work.archive.packages(9):
                    assert baoji.services.objects.has(kept.object), steps
        else:
            assert not taken.is_new, "a step before had entered it"
            return
    pytest.fail("it was never taken in")
