"""Trusted time in packages: captured when other regions saw the license, and never silently not."""

import json
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from api.archiving import keeping_desk, unwaiting
from api.console import OK
from api.settings import Settings
from certs.ledger.proving import proof_of
from certs.packages.files import CAPTURE_CHECKS, ISSUE_PROOF, RECORD
from certs.packages.package import ArchivePackage, parse_package
from signing.ledger.proof_files import parse_proof
from storage.check import BadPackageError, check_package
from tests import world
from tests.instance_parts import BAOJI, url_of
from tests.instances import Country, Instance
from tests.receipts import Pinned
from tests.unit.api.test_cli import run
from verify.archive_checks.results import CheckOutcome
from verify.archive_checks.subjects import Delivery
from verify.archiving.desk import ArchiveDesk, ArchiveRun
from verify.archiving.issue_times import PATIENCE, IssueTimes, check_issue_time

MOMENT = timedelta(minutes=1)


def desk_of(instance: Instance, *, witnesses: int = 1) -> ArchiveDesk:
    """The instance's desk, which knows its ledger."""
    services = instance.services
    assert services.archive is not None
    times = IssueTimes(
        region=services.region,
        proof=partial(proof_of, unit_of_work=services.unit_of_work, shelf=services.ledger.shelf),
        trust=services.trust,
        witnesses=witnesses,
    )
    return replace(services.archive, tools=replace(services.archive.tools, issue_times=times))


def package_of(instance: Instance, identifier: str) -> ArchivePackage:
    return parse_package(stored(instance, identifier))


def stored(instance: Instance, identifier: str) -> bytes:
    with instance.services.unit_of_work() as work:
        license = work.licenses.get(identifier)
    return instance.services.objects.get(license.files.package)


def fixity(package: ArchivePackage) -> dict[str, Any]:
    report = json.loads(package.files[CAPTURE_CHECKS].content)
    found: dict[str, Any] = next(item for item in report["results"] if item["item"] == "GD-1-1")
    return found


def test_a_license_waits_until_another_region_saw_it_and_then_carries_the_proof(
    country: Country, tmp_path: Path
) -> None:
    wuhu, desk = country.wuhu, desk_of(country.wuhu)
    identifier = str(wuhu.mint()["identifier"])
    assert desk.run() == ArchiveRun(unseen=1)
    wuhu.services.ledger.publish_and_ask()
    seen_at = country.clock.now()
    country.clock.advance(MOMENT)

    (package_id,) = desk.run().archived

    package = package_of(wuhu, identifier)
    told = fixity(package)
    assert told["outcome"] == "pass"
    assert (told["evidence"]["seen_at"], told["evidence"]["seen_by"]) == (
        seen_at.replace(microsecond=0).isoformat(),
        BAOJI,
    )
    _verifies_alone(country, package, tmp_path)
    found, _, told_outside = check_package(stored(wuhu, identifier))
    assert found == package_id
    assert f"{BAOJI}.yinxin" in told_outside[-1]


def _verifies_alone(country: Country, package: ArchivePackage, folder: Path) -> None:
    """`yinxin ledger verify` needs proof, record, trust list and the root's certificate."""
    proof, record, trust, root = (
        folder / name for name in ("issue.proof", "license.json", "trust.json", "root.pem")
    )
    proof.write_bytes(package.files[ISSUE_PROOF].content)
    record.write_bytes(package.files[RECORD].content)
    current = country.trust.current()
    assert current is not None
    trust.write_bytes(current.encoded)
    root.write_text(world.root().certificate.to_pem(), "ascii")
    done = run(
        *("--home", folder / "none", "ledger", "verify", proof, "--file", record),
        *("--trust-list", trust, "--root", root),
    )
    assert (done.code, BAOJI in done.out) == (OK, True)


def test_silent_witnesses_hold_up_nothing_for_longer_than_the_patience(country: Country) -> None:
    wuhu, desk = country.wuhu, desk_of(country.wuhu)
    identifier = str(wuhu.mint()["identifier"])
    country.post.silent.add(url_of(BAOJI))
    wuhu.services.ledger.publish_and_ask()
    country.clock.advance(PATIENCE - MOMENT)
    assert desk.run() == ArchiveRun(unseen=1)
    country.clock.advance(MOMENT)

    assert len(desk.run().archived) == 1

    told = fixity(package_of(wuhu, identifier))
    assert told["outcome"] == "manual"
    assert told["evidence"]["unseen"]
    assert ISSUE_PROOF in package_of(wuhu, identifier).files, "that it stands there is proved"


def test_where_too_few_keep_a_ledger_nobody_is_waited_for_and_the_checks_say_so(
    country: Country,
) -> None:
    wuhu = country.wuhu
    identifier = str(wuhu.mint()["identifier"])

    assert len(desk_of(wuhu, witnesses=2).run().archived) == 1

    told = fixity(package_of(wuhu, identifier))
    assert (told["outcome"], "too few" in told["evidence"]["unseen"]) == ("pass", True)


def test_an_instance_without_a_ledger_says_so(country: Country) -> None:
    identifier = str(country.wuhu.mint()["identifier"])
    assert country.wuhu.services.archive is not None
    country.wuhu.services.archive.run()
    assert fixity(package_of(country.wuhu, identifier))["evidence"]["unseen"] == "no ledger is kept"


def test_whoever_archives_at_once_does_not_wait(country: Country) -> None:
    country.wuhu.mint()
    assert len(unwaiting(desk_of(country.wuhu)).run().archived) == 1


def test_one_that_waits_holds_up_no_other(country: Country) -> None:
    wuhu, desk = country.wuhu, desk_of(country.wuhu)
    first = str(wuhu.mint(0)["identifier"])
    wuhu.services.ledger.publish_and_ask()
    wuhu.mint(1)

    run = desk.run()

    assert (len(run.archived), run.unseen) == (1, 1)
    assert package_of(wuhu, first).info.identifier == first


def test_looked_at_again_the_proof_holds_by_the_list_in_the_package(country: Country) -> None:
    wuhu, desk = country.wuhu, desk_of(country.wuhu)
    identifier = str(wuhu.mint()["identifier"])
    wuhu.services.ledger.publish_and_ask()
    desk.run()
    data = stored(wuhu, identifier)
    keeping = keeping_desk(desk)
    verifier = replace(keeping.verifier, history=Pinned())
    country.trust.data = None

    report = replace(keeping, verifier=verifier).receive(data, _whole(data))

    (told,) = [item.result for item in report.items if item.name == "YJ-1-1"]
    assert told.evidence["seen_by"] == BAOJI, "years later, when no list of today knows the keys"


def test_a_proof_of_something_else_fails(country: Country) -> None:
    wuhu, desk = country.wuhu, desk_of(country.wuhu)
    identifiers = [str(wuhu.mint(number)["identifier"]) for number in (0, 1)]
    wuhu.services.ledger.publish_and_ask()
    desk.run()
    first, second = (package_of(wuhu, name) for name in identifiers)
    trust = country.trust.current()

    def told(proof: bytes) -> CheckOutcome:
        return check_issue_time(
            proof,
            record=first.files[RECORD].sm3,
            region=wuhu.services.region,
            lists=(trust,),
            witnesses=1,
        ).outcome

    good = first.files[ISSUE_PROOF].content
    assert told(good) is CheckOutcome.PASS
    assert told(second.files[ISSUE_PROOF].content) is CheckOutcome.FAIL
    assert told(b"no proof") is CheckOutcome.FAIL
    index = parse_proof(good.decode()).index
    with pytest.raises(BadPackageError, match="something else"):
        check_package(first.with_file(ISSUE_PROOF, second.files[ISSUE_PROOF].content).encode())
    moved = good.replace(f"index {index}".encode(), f"index {index + 1}".encode())
    assert told(moved) is CheckOutcome.FAIL


def _whole(data: bytes) -> Delivery:
    return Delivery(digest="0", found="0", length_bytes=len(data), found_bytes=len(data))


@pytest.mark.parametrize("minutes", [-1, 10_081])
def test_patience_has_bounds(minutes: int) -> None:
    with pytest.raises(ValueError, match="archive_patience_minutes"):
        Settings(schema_name="yinxin.home/1", name="x", archive_patience_minutes=minutes)
