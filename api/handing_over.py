"""Handing packages over (移交), and the receipt that comes back.

1. Each package is completed with what it refers to, and written where it is not there yet.
2. The list of them is signed and on record; the same packages for the same receiver have one
   list until it was received, however often this is done.
3. The list is written last: a folder with a list is whole.
4. The receipt that comes back is checked, kept, and noted in the ledger.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from api.archive_uses import HANDOVER, note_use
from api.errors import UsageError
from api.services import Services
from certs.envelopes import sign_payload
from certs.errors import HandoverError
from certs.ledger.entries import LedgerEntry, LedgerName
from certs.packages.handover_reading import MAX_SIGNED_BYTES, parse_handover, parse_handover_receipt
from certs.packages.handovers import (
    MAX_LIST_BYTES,
    HandoverItem,
    HandoverList,
    HandoverParty,
    HandoverSide,
    KeptHandover,
    items_digest,
)
from certs.packages.jobs import KeptPackage
from certs.packages.package import MAX_PACKAGE_BYTES, ArchivePackage, parse_package
from signing.algorithms import sm3
from signing.signer import CertifiedSigner
from storage.handover_folder import LIST_FILE, HandoverFolder
from verify.archive_checks.results import CheckOutcome
from verify.archiving.cases import completed
from verify.archiving.handover_checks import check_party
from verify.receipts import new_number
from verify.speakers import parse_lists
from verify.trust_lists import TrustedRegion, TrustList

HANDED: Final = "handed"
RECEIVED: Final = "received"
_ANOTHER: Final = (
    "该目录已有另一份交接单据，请换一个目录 · another list lies there; give another folder"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedOver:
    """What was handed over.

    Attributes:
        identity: Of the list.
        written: How many packages were not there yet.
    """

    list: HandoverList
    identity: str
    written: int


def hand_over(
    kept: Iterable[KeptPackage],
    folder: HandoverFolder,
    services: Services,
    *,
    receiver: str,
    person: str,
) -> HandedOver:
    """Write packages and the signed list of them into a folder.

    Args:
        kept: What is handed over.
        folder: Where to; what lies there whole is not written again.
        services: The instance.
        receiver: 行政区划代码 or name of a region of the trust list, or any other name.
        person: Who does it; stands in the records of use.

    Raises:
        UsageError: This instance has no key for it, or the folder has another list.
        HandoverError: Nothing was named, or too much.
        MalformedPackageError: What a package refers to is not what is stored.
    """
    signer = _signer(services)
    packages = tuple({item.package_id: item for item in kept}.values())
    _check_folder(folder, {item.package_id for item in packages})
    note_use(packages, services, person=person, purpose=HANDOVER)
    items: list[HandoverItem] = []
    written = 0
    for package in packages:
        item, data = _completed(package, services)
        written += _written(item, data, folder)
        items.append(item)
    party = party_named(receiver, services.trust.current())
    encoded = _listed(tuple(items), party, services, signer)
    found, envelope = parse_handover(encoded)
    if folder.read(LIST_FILE, max_bytes=MAX_SIGNED_BYTES) not in {None, encoded}:
        raise UsageError(_ANOTHER)
    folder.put_revocation_lists(services.revocation_lists())
    folder.put(LIST_FILE, encoded)
    return HandedOver(list=found, identity=envelope.identity.hex(), written=written)


def confirm(
    receipt: bytes, services: Services, *, lists: tuple[bytes, ...] = ()
) -> tuple[KeptHandover, bool]:
    """Take the receiver's receipt back, and note the handover in the ledger.

    Args:
        receipt: The receipt.
        services: The instance.
        lists: Revocation lists that came with it.

    Returns:
        The handover, and whether it was open until now.

    Raises:
        HandoverError: It is no receipt of a list of ours, or not the receiver's.
    """
    told, envelope = parse_handover_receipt(receipt)
    with services.unit_of_work() as work:
        kept = work.handovers.find(told.list, HandoverSide.SENT)
    if kept is None:
        raise HandoverError("没有这份交接单据 · no list of ours was received with it")
    listed, _ = parse_handover(kept.encoded)
    is_ours = told.is_of(listed, identity=kept.identity)
    if not is_ours or told.receiver.region != listed.receiver.region:
        raise HandoverError("回执与交接单据不符 · the receipt is not of this list")
    trust = services.trust.current()
    found = check_party(
        envelope,
        listed.receiver,
        trust,
        lists=parse_lists((*lists, *_lists_of(services, trust, listed.receiver))),
        now=services.clock.now(),
    )
    if found.outcome is not CheckOutcome.PASS:
        why = found.evidence.get("why", "")
        raise HandoverError(f"回执不是接收方所签 · not signed by the receiver: {why}")
    return kept, _closed(kept, receipt, envelope.identity.hex(), services)


def note(kind: str, handover: str, receipt: str, *, at: datetime) -> tuple[str, LedgerEntry]:
    """Return the entry of the log ``archive`` about a handover, under the list's identity."""
    entry = LedgerEntry(
        kind=kind, at=at.replace(microsecond=0), organization="", digests=(handover, receipt)
    )
    return handover, entry


def party_named(name: str, trust: TrustList | None) -> HandoverParty:
    """Return the region with this code or name, or whoever else is called so.

    Raises:
        UsageError: A name is blank or too long.
    """
    for region in trust.regions if trust is not None else ():
        if name in {str(region.code), region.name}:
            return HandoverParty(name=region.name, region=str(region.code))
    if not name.strip() or len(name) > 200 or not name.isprintable():  # noqa: PLR2004 - a name
        raise UsageError("请写明接收方 · name the receiver")
    return HandoverParty(name=name)


def _lists_of(
    services: Services, trust: TrustList | None, party: HandoverParty
) -> tuple[bytes, ...]:
    """Return the revocation lists of a party's region."""
    regions: tuple[TrustedRegion, ...] = trust.regions if trust is not None else ()
    client = services.verifier.regions
    return tuple(
        item
        for region in regions
        if str(region.code) == party.region
        for item in client.revocation_lists(region.service_url)
    )


def _signer(services: Services) -> CertifiedSigner:
    desk = services.receipts.desk if services.receipts is not None else None
    if desk is None:
        raise UsageError("本实例没有回执密钥，不能签交接单据 · this instance has no receipt key")
    return desk.signer


def _completed(kept: KeptPackage, services: Services) -> tuple[HandoverItem, bytes]:
    data = services.objects.get(kept.object)
    package: ArchivePackage = parse_package(data)
    is_whole = not package.references
    if not is_whole:
        package = completed(package, services.objects.get)
        data = package.encode()
    item = HandoverItem(
        name=kept.subject,
        package=package.package_id,
        sm3=sm3(data).hex(),
        length_bytes=len(data),
        completes="" if is_whole else kept.package_id,
    )
    return item, data


def _written(item: HandoverItem, data: bytes, folder: HandoverFolder) -> bool:
    """Write a package unless it lies there, whole; tell whether it did not."""
    present = folder.read(item.file, max_bytes=MAX_PACKAGE_BYTES)
    if present is not None and sm3(present).hex() == item.sm3:
        return False
    folder.put(item.file, data)
    return True


def _listed(
    items: tuple[HandoverItem, ...],
    receiver: HandoverParty,
    services: Services,
    signer: CertifiedSigner,
) -> bytes:
    """Return the signed list: the one that is on record and open, or a new one."""
    with services.unit_of_work() as work:
        present = work.handovers.open_of(receiver.name, items_digest(items))
    if present is not None:
        return present.encoded
    now = services.clock.now().replace(microsecond=0)
    made = HandoverList(
        number=new_number(),
        made_at=now,
        sender=HandoverParty(name=services.name, region=str(services.region)),
        receiver=receiver,
        items=items,
    )
    encoded = sign_payload(made.payload(), signer=signer, signed_at=now, max_bytes=MAX_LIST_BYTES)
    _, envelope = parse_handover(encoded)
    with services.unit_of_work() as work:
        work.handovers.add(
            KeptHandover(
                identity=envelope.identity.hex(),
                side=HandoverSide.SENT,
                number=made.number,
                partner=receiver.name,
                digest=made.digest,
                made_at=now,
                encoded=encoded,
            )
        )
        work.commit()
    return encoded


def _check_folder(folder: HandoverFolder, wanted: set[str]) -> None:
    """Refuse a folder that has the list of other packages, before anything is written there."""
    present = folder.read(LIST_FILE, max_bytes=MAX_SIGNED_BYTES)
    if present is not None:
        listed, _ = parse_handover(present)
        if {item.completes or item.package for item in listed.items} != wanted:
            raise UsageError(_ANOTHER)


def _closed(kept: KeptHandover, receipt: bytes, identity: str, services: Services) -> bool:
    now = services.clock.now()
    with services.unit_of_work() as work:
        is_new = work.handovers.close(kept.identity, receipt, now)
        if is_new:
            entry = note(HANDED, kept.identity, identity, at=now)
            work.ledger.note(LedgerName.ARCHIVE, [entry])
        work.commit()
    return is_new
