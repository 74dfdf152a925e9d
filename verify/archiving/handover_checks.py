"""A handover looked at as a whole (移交接收检测): its list, its folder, and who signed it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from certs.envelopes import Envelope
from certs.errors import MalformedIdentifierError
from certs.packages.handovers import HandoverList, HandoverParty
from certs.regions import RegionCode
from signing.errors import SigningError
from signing.revocation_lists import RevocationList
from signing.roles import Role
from verify.archive_checks.registry import ITEMS
from verify.archive_checks.results import (
    ArchiveReport,
    CheckResult,
    ItemResult,
    Stage,
    failed,
    fails_if,
    passed,
)
from verify.speakers import check_speaker
from verify.trust_lists import TrustedRegion, TrustList

ROLE = Role.RECEIPT
"""A list of what is handed over says in a region's name what is so, as receipts do; keys of the
ledger sign nothing but checkpoints, and their notes are of another form."""
_BY_NUMBER = {item.number: item for item in ITEMS}


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundFiles:
    """What lies in the folder.

    Attributes:
        lengths: The lengths of the packages there, by file.
        surplus: Files that do not belong there.
    """

    lengths: Mapping[str, int]
    surplus: Collection[str]


def check_handover(
    listed: HandoverList,
    found: FoundFiles,
    packages: Sequence[ArchiveReport],
    *,
    signature: CheckResult,
    now: datetime,
) -> ArchiveReport:
    """Return what looking at the list as a whole found; its subject is the list's number.

    Args:
        listed: The list.
        found: What lies in the folder.
        packages: The reports on its packages, in the order of the list.
        signature: What ``check_party`` found of the list.
        now: The time.
    """
    wanted = {item.file: item.length_bytes for item in listed.items}
    present = {name: size for name, size in found.lengths.items() if name in wanted}
    results = {
        "1-1": signature,
        "1-11": _named_alike(listed, packages),
        "2-1": _equal(len(wanted), len(present)),
        "2-2": _equal(sum(wanted.values()), sum(present.values())),
        "2-6": fails_if([f"{name}: 缺" for name in wanted if name not in present]),
        "4-3": fails_if(sorted(found.surplus)),
    }
    return ArchiveReport(
        stage=Stage.TRANSFER,
        subject=listed.number,
        package_id="",
        checked_at=now,
        items=tuple(_item(number, result) for number, result in results.items()),
    )


def refused_list(name: str, why: str, *, now: datetime) -> ArchiveReport:
    """Return the report of a list that cannot be read."""
    return ArchiveReport(
        stage=Stage.TRANSFER,
        subject=name,
        package_id="",
        checked_at=now,
        items=(_item("1-1", failed(why=why)),),
    )


def check_party(
    envelope: Envelope,
    party: HandoverParty,
    trust: TrustList | None,
    *,
    lists: Collection[RevocationList],
    now: datetime,
) -> CheckResult:
    """1-1 of a list or of a receipt: the region that it names has signed it.

    Args:
        envelope: What is signed.
        party: Who says so.
        trust: The trust list to go by.
        lists: Revocation lists from anywhere.
        now: The time.
    """
    region = region_of(party, trust)
    if region is None:
        return failed(why="no-trust" if trust is None else "not in the trust list")
    try:
        check_speaker(envelope, region, ROLE, lists=lists, now=now)
    except SigningError as error:
        return failed(why=str(error), region=str(region.code))
    return passed(region=str(region.code), signer=envelope.message.signer.common_name)


def region_of(party: HandoverParty, trust: TrustList | None) -> TrustedRegion | None:
    """Return the region that a party is, or None."""
    try:
        return trust.region(RegionCode(party.region)) if trust is not None else None
    except MalformedIdentifierError:
        return None


def _named_alike(listed: HandoverList, packages: Sequence[ArchiveReport]) -> CheckResult:
    """1-11: what the list calls a package is what it is."""
    problems = [
        item.file
        for item, report in zip(listed.items, packages, strict=True)
        if report.package_id and (report.package_id, report.subject) != (item.package, item.name)
    ]
    return fails_if(problems, packages=str(len(packages)))


def _equal(expected: int, found: int) -> CheckResult:
    said = {"listed": str(expected), "found": str(found)}
    return passed(**said) if expected == found else failed(**said)


def _item(number: str, result: CheckResult) -> ItemResult:
    item = _BY_NUMBER[number]
    return ItemResult(
        name=f"{Stage.TRANSFER}-{number}",
        zh=item.zh,
        en=item.en,
        principle=item.principle,
        result=result,
    )
