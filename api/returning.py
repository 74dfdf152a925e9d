"""Tell the region that handed a case over what became of it (办理结果回传), and hear the same.

1. A settled case that came from elsewhere has its message signed and on record, once its license
   is made.
2. The very same bytes are sent again until the signed receipt comes; a region that is silent
   keeps nobody else waiting.
3. The region that handed the case over checks who tells, keeps it, and gives its receipt, once
   for a number.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final, Protocol

from api.repeating import repeating
from certs.ports import Clock
from certs.ports import UnitOfWork as LicenseWork
from certs.regions import RegionCode
from signing.signer import CertifiedSigner, Decryptor
from verify.errors import ShareError
from verify.partners import Partners
from verify.ports import RegionClient
from verify.transfers.messages import (
    Receipt,
    message_digest,
    open_receipt,
    sender_of,
    sign_receipt,
)
from verify.transfers.records import TransferWork
from verify.transfers.returns import (
    OUTCOME,
    DueReturn,
    KeptReturn,
    ReturnedOutcome,
    SentReturn,
    open_outcome,
    sign_outcome,
)

INTERVAL_SECONDS: Final = 5.0
_JITTER: Final = 0.2
_PORTION: Final = 50
_MOST_DUE: Final = 500
"""Cases of a region that left the trust list wait; they must not hide those of others."""


class ReturningWork(LicenseWork, TransferWork, Protocol):
    """One transaction over licenses, transfers and what became of them."""


class ReturnClient(RegionClient, Protocol):
    """Also tells other regions what became of their cases."""

    def return_outcome(self, service_url: str, outcome: bytes) -> bytes | None:
        """Return the receipt of an outcome as it came, or None."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnOffice:
    """办理结果回传 of one region.

    Attributes:
        own: The own region.
        partners: The regions of the trust list.
        client: Carries outcomes.
        signer: Signs outcomes and receipts.
        decryptor: Opens what is for us.
        unit_of_work: Opens a unit of work.
        clock: Tells the time.
    """

    own: RegionCode
    partners: Partners
    client: ReturnClient
    signer: CertifiedSigner
    decryptor: Decryptor
    unit_of_work: Callable[[], ReturningWork]
    clock: Clock

    def step(self) -> int:
        """Sign what is due and send what is not confirmed; return how much was confirmed."""
        with self.unit_of_work() as work:
            work.only_read()
            due = work.returns.due(_MOST_DUE)
        for item in due:
            self._record(item)
        with self.unit_of_work() as work:
            work.only_read()
            waiting = [
                work.returns.unconfirmed(partner, _PORTION)
                for partner in work.returns.silent_partners()
            ]
        return sum(map(self._deliver, waiting))

    def receive(self, data: bytes) -> bytes:
        """Take what another region says of a case of ours; the same again has the same receipt.

        Raises:
            ShareError: It must not be taken; why, is not for the sender.
            KeyUnavailableError: The receipt cannot be signed now.
        """
        now = self.clock.now()
        sender = self.partners.find(sender_of(data, OUTCOME))
        if sender is None:
            raise ShareError("not a region that may tell")
        outcome = open_outcome(
            data,
            own=self.own,
            sender=sender,
            decryptor=self.decryptor,
            lists=self.partners.lists(sender),
            now=now,
        )
        digest = message_digest(data)
        with self.unit_of_work() as work:
            sent = work.transfers.sent_under(outcome.number)
            if sent is None or sent.partner != str(sender.code):
                raise ShareError("nothing was handed over to that region under the number")
            known = work.returns.kept(outcome.number)
            if known is not None:
                if known.digest != digest:
                    raise ShareError("another outcome was told before")
                return known.receipt
            receipt = sign_receipt(
                Receipt(number=outcome.number, digest=digest, received_at=now),
                receiver=self.own,
                signer=self.signer,
            )
            work.returns.add_kept(
                KeptReturn(
                    outcome=outcome, digest=digest, encoded=data, receipt=receipt, received_at=now
                )
            )
            work.commit()
        return receipt

    def _record(self, due: DueReturn) -> None:
        """Sign the message of a settled case and put it on record; nothing has left yet."""
        now, partner = self.clock.now(), self.partners.find(RegionCode(due.partner))
        if partner is None:
            return
        with self.unit_of_work() as work:
            # Another process may have been faster.
            work.cases.hold(due.case_id)
            outcome = self._outcome(due, work)
            if outcome is None or due not in work.returns.due(_MOST_DUE):
                return
            encoded = sign_outcome(
                outcome, sender=self.own, receiver=partner, signer=self.signer, now=now
            )
            work.returns.add_sent(
                SentReturn(
                    partner=due.partner,
                    number=due.number,
                    digest=message_digest(encoded),
                    encoded=encoded,
                    made_at=now,
                )
            )
            work.commit()

    def _outcome(self, due: DueReturn, work: ReturningWork) -> ReturnedOutcome | None:
        settled = work.outcomes.find(due.case_id)
        if settled is None:
            return None
        identifier = work.outcomes.license_of(due.case_id)
        license = work.licenses.find(str(identifier)) if identifier is not None else None
        return ReturnedOutcome(
            number=due.number,
            kind=settled.kind,
            license=license.identifier if license is not None else "",
            license_number=license.number if license is not None else "",
            note=settled.note or "",
            decided_at=settled.decided_at,
        )

    def _deliver(self, waiting: Iterable[SentReturn]) -> int:
        """Send what one region has not confirmed, until it does not confirm."""
        confirmed = 0
        for sent in waiting:
            if not self._send(sent):
                break
            confirmed += 1
        return confirmed

    def _send(self, sent: SentReturn) -> bool:
        partner = self.partners.find(RegionCode(sent.partner))
        if partner is None:
            return False
        answer = self.client.return_outcome(partner.service_url, sent.encoded)
        if answer is None:
            return False
        try:
            receipt = open_receipt(
                answer,
                receiver=partner,
                number=sent.number,
                digest=sent.digest,
                lists=self.partners.lists(partner),
                now=self.clock.now(),
            )
        except ShareError:
            return False
        with self.unit_of_work() as work:
            work.returns.confirm(sent.partner, sent.number, answer, received_at=receipt.received_at)
            work.commit()
        return True


@contextmanager
def returning(office: ReturnOffice, *, interval: float = INTERVAL_SECONDS) -> Iterator[None]:
    """Tell what became of other regions' cases every ``interval`` seconds until the block ends."""
    with repeating(
        office.step,
        interval=interval,
        jitter=_JITTER,
        name="returns",
        trouble="outcomes could not be returned",
    ):
        yield
