"""Packages that were handed over, received (接收): looked at one by one, and a receipt of all.

Nothing of the sender is needed but its trust list, and no instance of one's own; without one
there is a report and no receipt. A receipt is given when every package passed: of what did not,
the report tells the sender which to send again.
"""

import json
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from api.archiving import keeping_desk
from api.bootstrap import SystemClock
from api.clients.regions import HttpRegionClient
from api.composition import open_services
from api.errors import UsageError
from api.examiner import ProcessExaminer
from api.handing_over import RECEIVED, note
from api.homes import Home
from api.page_reader import ProcessPageReader
from api.services import Services
from certs.envelopes import Envelope, sign_payload
from certs.errors import HandoverError
from certs.ledger.entries import LedgerName
from certs.packages.handover_reading import (
    MAX_SIGNED_BYTES,
    parse_handover,
    parse_handover_receipt,
)
from certs.packages.handovers import (
    HandoverItem,
    HandoverList,
    HandoverParty,
    HandoverReceipt,
    HandoverSide,
    KeptHandover,
)
from certs.packages.package import MAX_PACKAGE_BYTES
from signing.algorithms import sm3
from signing.certificates import parse_pem_certificates
from signing.revocation_lists import RevocationList
from storage.handover_folder import LIST_FILE, REVOCATION_LISTS, HandoverFolder
from storage.trust_folder import TrustFolder
from verify.archive_checks.results import ArchiveReport, Stage
from verify.archive_checks.subjects import Delivery
from verify.archiving.handover_checks import (
    FoundFiles,
    check_handover,
    check_party,
    refused_list,
    region_of,
)
from verify.archiving.inspection import MISSING, Inspector
from verify.speakers import parse_lists
from verify.trust_lists import MAX_LIST_BYTES
from verify.verifier import Verifier

SCHEMA: Final = "yinxin.handover-checks/1"
_UNWANTED: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceivingPlace:
    """Who receives.

    Attributes:
        services: The instance; None where there is none, and so nothing to sign with.
    """

    inspector: Inspector
    services: Services | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """What came of a folder.

    Attributes:
        reports: On the list as a whole, and on each package.
        report: The same as JSON, whose digest stands in the receipt.
        receipt: The signed receipt; empty where none is given.
        revocation_lists: The receiver's own, for a sender who reaches nobody.
    """

    reports: tuple[ArchiveReport, ...]
    report: bytes
    receipt: bytes = b""
    revocation_lists: tuple[bytes, ...] = ()

    @property
    def is_good(self) -> bool:
        """Whether nothing failed."""
        return not any(item.is_blocked for item in self.reports)


@contextmanager
def receiving_place(
    home: Path, *, trust_list: Path | None, root: Path | None
) -> Iterator[ReceivingPlace]:
    """Open the instance, or a place that knows a trust list and no more.

    Args:
        home: The instance, or where its trust would lie.
        trust_list: A trust list to go by instead of the home's.
        root: The certificate (PEM) of the root that signed it; without one the home's counts.

    Raises:
        UsageError: A file is none.
        TrustListError: The root did not sign the list.
    """
    with ExitStack() as stack:
        if trust_list is None and (Home(home).folder("keys") / "status.pem").is_file():
            services = stack.enter_context(open_services(home))
            if services.archive is None:
                raise UsageError("本实例不归档 · this instance archives nothing")
            yield ReceivingPlace(
                inspector=keeping_desk(services.archive).inspector, services=services
            )
            return
        trust = TrustFolder(Home(home).folder("trust"))
        if trust_list is not None:
            folder = Path(stack.enter_context(TemporaryDirectory(prefix="yinxin-trust-")))
            trust = _given_trust(folder, trust, trust_list=trust_list, root=root)
        clock = SystemClock()
        verifier = Verifier(
            trust=trust,
            regions=stack.enter_context(HttpRegionClient()),
            examiner=stack.enter_context(ProcessExaminer()),
            pages=stack.enter_context(ProcessPageReader()),
            clock=clock,
            history=trust,
        )
        yield ReceivingPlace(inspector=Inspector(verifier=verifier, clock=clock))


def _given_trust(
    folder: Path, own: TrustFolder, *, trust_list: Path, root: Path | None
) -> TrustFolder:
    """Return a trust folder that goes by a given list, if a pinned root signed it."""
    pinned = own.root() if root is None else parse_pem_certificates(root.read_text("ascii"))[0]
    if pinned is None:
        raise UsageError("请用 --root 给出信任根证书 · give the root's certificate with --root")
    given = TrustFolder(folder)
    given.pin(pinned)
    with trust_list.open("rb") as file:
        given.accept(file.read(MAX_LIST_BYTES + 1))
    return given


def receive(folder: HandoverFolder, place: ReceivingPlace) -> Received:
    """Look at everything in a folder, and give a receipt if all of it passed."""
    try:
        encoded = folder.read(LIST_FILE, max_bytes=MAX_SIGNED_BYTES) or b""
        listed, envelope = parse_handover(encoded)
    except HandoverError as error:
        now = place.inspector.clock.now()
        return _received((refused_list(LIST_FILE, str(error), now=now),))
    lengths = folder.lengths()
    packages = tuple(_look(item, listed, folder, lengths, place) for item in listed.items)
    whole = check_handover(
        listed,
        FoundFiles(lengths=lengths, surplus=_surplus(listed, lengths)),
        packages,
        signature=check_party(
            envelope,
            listed.sender,
            place.inspector.verifier.trust.current(),
            lists=_revocation_lists(listed, folder, place),
            now=place.inspector.clock.now(),
        ),
        now=place.inspector.clock.now(),
    )
    found = _received((whole, *packages))
    if not found.is_good or place.services is None:
        return found
    return replace(
        found,
        receipt=_receipt(listed, envelope, encoded, found, place.services),
        revocation_lists=place.services.revocation_lists(),
    )


def _received(reports: tuple[ArchiveReport, ...]) -> Received:
    value = {"schema": SCHEMA, "reports": [item.as_json() for item in reports]}
    encoded = json.dumps(value, ensure_ascii=False, sort_keys=True).encode()
    return Received(reports=reports, report=encoded)


def _look(
    item: HandoverItem,
    listed: HandoverList,
    folder: HandoverFolder,
    lengths: dict[str, int],
    place: ReceivingPlace,
) -> ArchiveReport:
    """Look at one package as the list has it."""
    data = folder.read(item.file, max_bytes=MAX_PACKAGE_BYTES)
    if data is None:
        return place.inspector.unreadable(
            item.name, Stage.TRANSFER, MISSING, package_id=item.package, about=item.file
        )
    delivery = Delivery(
        digest=item.sm3,
        found=sm3(data).hex(),
        length_bytes=item.length_bytes,
        found_bytes=len(data),
        count=len(listed.items),
        found_count=sum(1 for one in listed.items if one.file in lengths),
    )
    return place.inspector.look(
        data, stage=Stage.TRANSFER, delivery=delivery, name=item.name, package_id=item.package
    )


def _surplus(listed: HandoverList, lengths: dict[str, int]) -> tuple[str, ...]:
    """Return what lies there and belongs to nothing, or is no plain file."""
    wanted = {LIST_FILE, *(item.file for item in listed.items)}
    found = (
        name
        for name, length in lengths.items()
        if length < 0 or (name not in wanted and not name.startswith(f"{REVOCATION_LISTS}/"))
    )
    return tuple(found)[:_UNWANTED]


def _revocation_lists(
    listed: HandoverList, folder: HandoverFolder, place: ReceivingPlace
) -> tuple[RevocationList, ...]:
    """Return the lists that came along, and those that the sender's region publishes."""
    verifier = place.inspector.verifier
    region = region_of(listed.sender, verifier.trust.current())
    published = verifier.regions.revocation_lists(region.service_url) if region else ()
    return parse_lists((*published, *folder.revocation_lists()))


def _receipt(
    listed: HandoverList,
    envelope: Envelope,
    encoded: bytes,
    found: Received,
    services: Services,
) -> bytes:
    """Return the receipt of a list: the one that was given before, or a new one, on record."""
    identity = envelope.identity.hex()
    with services.unit_of_work() as work:
        before = work.handovers.find(identity, HandoverSide.RECEIVED)
    if before is not None:
        return before.receipt
    desk = services.receipts.desk if services.receipts is not None else None
    is_ours = listed.receiver.region in {"", str(services.region)}
    if desk is None or not is_ours:
        return b""
    now = services.clock.now().replace(microsecond=0)
    made = HandoverReceipt(
        list=identity,
        number=listed.number,
        receiver=HandoverParty(name=services.name, region=str(services.region)),
        received_at=now,
        count=len(listed.items),
        length_bytes=listed.length_bytes,
        digest=listed.digest,
        report=sm3(found.report).hex(),
    )
    receipt = sign_payload(made.payload(), signer=desk.signer, signed_at=now)
    kept = KeptHandover(
        identity=identity,
        side=HandoverSide.RECEIVED,
        number=listed.number,
        partner=listed.sender.name,
        digest=listed.digest,
        made_at=listed.made_at,
        encoded=encoded,
        receipt=receipt,
        closed_at=now,
    )
    _note_received(kept, services)
    return receipt


def _note_received(kept: KeptHandover, services: Services) -> None:
    """Keep a list with its receipt, and note both in the ledger."""
    _, signed = parse_handover_receipt(kept.receipt)
    now = services.clock.now()
    with services.unit_of_work() as work:
        work.handovers.add(kept)
        entry = note(RECEIVED, kept.identity, signed.identity.hex(), at=now)
        work.ledger.note(LedgerName.ARCHIVE, [entry])
        work.commit()
