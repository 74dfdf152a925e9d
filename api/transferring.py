"""Hand a case over to another region, and take one (异地代收代办).

1. The transfer is signed, encrypted for the receiver and on record before it is sent.
2. It is sent again, the very same bytes, until the signed receipt comes back.
3. The receiver checks who sends, keeps the bytes and gives its receipt, once for a number.
4. A window of the receiver opens the case under its own gate: it looks everything up itself, and
   what came as an attachment is verified anew and only shown.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, Protocol

from api.transfer_contents import fitting, release_to_partner, takes
from certs.ports import Clock
from certs.regions import RegionCode
from certs.releases import ReleaseWork
from signing.signer import CertifiedSigner, Decryptor
from verify.acceptance.attachments import AttachedLicense
from verify.acceptance.notices import CaseView
from verify.acceptance.records import PersonRole
from verify.case_errors import TransferNotFoundError
from verify.conclusions import Conclusion
from verify.decision_errors import RoleMissingError, TransferRefusedError
from verify.errors import ShareError
from verify.one_things.desk import OneThingDesk
from verify.partners import Partners
from verify.ports import RegionClient
from verify.receipts import new_number
from verify.transfers.messages import (
    Receipt,
    Transfer,
    message_digest,
    open_receipt,
    open_transfer,
    read_transfer,
    sender_of,
    sign_receipt,
    sign_transfer,
)
from verify.transfers.records import ReceivedTransfer, SentTransfer, TransferWork
from verify.transfers.returns import KeptReturn
from verify.trust_lists import TrustedRegion
from verify.verifier import Verifier

_INBOX: Final = 100


class TransferringWork(ReleaseWork, TransferWork, Protocol):
    """One transaction over transfers and the uses that they are."""


class TransferClient(RegionClient, Protocol):
    """Also carries cases to other regions."""

    def transfer_case(self, service_url: str, transfer: bytes) -> bytes | None:
        """Return the receipt of a transfer as it came, or None."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedTransfer:
    """A case that was opened for a transfer.

    Attributes:
        view: The case, by our own look-ups.
        attachments: Our verdict on what came with it, by the sender's materials.
    """

    view: CaseView
    attachments: Mapping[str, Conclusion]


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedOver:
    """A case that was handed over.

    Attributes:
        returned: What became of it there; None while that was not told.
    """

    sent: SentTransfer
    returned: KeptReturn | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferOffice:
    """移交 of one region.

    Attributes:
        own: The own region.
        desk: Opens cases and fills their forms in.
        attached: Reads the licenses that are attached to a case.
        partners: The regions of the trust list.
        client: Carries transfers.
        signer: Signs transfers and receipts.
        decryptor: Opens what is for us.
        verifier: Verifies what comes as an attachment.
        unit_of_work: Opens a unit of work.
        clock: Tells the time.
    """

    own: RegionCode
    desk: OneThingDesk
    attached: Callable[[str], tuple[AttachedLicense, ...]]
    partners: Partners
    client: TransferClient
    signer: CertifiedSigner
    decryptor: Decryptor
    verifier: Verifier
    unit_of_work: Callable[[], TransferringWork]
    clock: Clock

    def hand_over(self, case_id: str, region: str, *, operator: str) -> SentTransfer:
        """Hand a case over; the same again sends the same bytes until there is a receipt.

        Raises:
            CaseNotFoundError: There is no such case.
            TransferRefusedError: The region is not in the trust list, or is another than before.
            RoleMissingError: The operator may not accept cases.
            RecordRefusedError: The case is settled.
        """
        partner = self._partner(region)
        with self.unit_of_work() as work:
            work.only_read()
            work.cases.get(case_id)
            sent = work.transfers.sent(case_id)
        if sent is None:
            sent = self._record(case_id, partner, operator)
        if sent.partner != str(partner.code):
            raise TransferRefusedError("handed over to another region before")
        return sent if sent.received_at is not None else self._send(sent, partner)

    def view(self, case_id: str) -> HandedOver:
        """Return a case that was handed over, and what became of it there.

        Raises:
            CaseNotFoundError: There is no such case.
            TransferNotFoundError: It was not handed over.
        """
        with self.unit_of_work() as work:
            work.only_read()
            work.cases.get(case_id)
            sent = work.transfers.sent(case_id)
            if sent is None:
                raise TransferNotFoundError(case_id)
            return HandedOver(sent=sent, returned=work.returns.kept(sent.number))

    def receive(self, data: bytes) -> bytes:
        """Take a transfer of another region; the same again is given the same receipt.

        Raises:
            ShareError: It must not be taken; why, is not for the sender.
            KeyUnavailableError: The receipt cannot be signed now.
        """
        now = self.clock.now()
        sender = self.partners.find(sender_of(data))
        if sender is None:
            raise ShareError("not a region that may hand over")
        transfer, digest = open_transfer(
            data,
            own=self.own,
            sender=sender,
            decryptor=self.decryptor,
            lists=self.partners.lists(sender),
            now=now,
        )
        with self.unit_of_work() as work:
            known = work.transfers.received(str(sender.code), transfer.number)
            if known is not None:
                if known.digest != digest:
                    raise ShareError("another case has this number")
                return known.receipt
            receipt = sign_receipt(
                Receipt(number=transfer.number, digest=digest, received_at=now),
                receiver=self.own,
                signer=self.signer,
            )
            work.transfers.add_received(
                ReceivedTransfer(
                    partner=str(sender.code),
                    number=transfer.number,
                    digest=digest,
                    encoded=data,
                    receipt=receipt,
                    received_at=now,
                )
            )
            work.commit()
        return receipt

    def inbox(self) -> tuple[ReceivedTransfer, ...]:
        """Return what came, the newest first; who applies is not told before it is opened."""
        with self.unit_of_work() as work:
            work.only_read()
            return work.transfers.inbox(_INBOX)

    def open(self, region: str, number: str, *, operator: str) -> OpenedTransfer:
        """Open the case of a transfer under our own gate; once.

        Raises:
            TransferNotFoundError: Nothing came from the region under the number.
            TransferRefusedError: A case was opened for it before.
            MatterNotFoundError: The matter is not handled here.
            SituationError: The matter asks otherwise here.
            RoleMissingError: The operator may not accept cases.
        """
        with self.unit_of_work() as work:
            work.only_read()
            received = work.transfers.received(region, number)
            may_accept = work.cases.holds_role(operator, PersonRole.ACCEPTANCE)
        if received is None:
            raise TransferNotFoundError(number)
        if not may_accept:
            raise RoleMissingError(operator, PersonRole.ACCEPTANCE)
        if received.case_id:
            raise TransferRefusedError("opened before")
        transfer = read_transfer(received.encoded, decryptor=self.decryptor)
        draft = self.desk.cases.draft(
            transfer.matter,
            transfer.applicant,
            operator=operator,
            situation=transfer.situation,
            parties=transfer.parties,
        )
        with self.unit_of_work() as work:
            view = self.desk.cases.keep(work, draft)
            work.transfers.add_opening(region, number, view.case.id)
            work.commit()
        self._fill_in(view.case.id, transfer.answers, operator)
        return OpenedTransfer(
            view=view,
            attachments={
                material: self.verifier.verify(face).conclusion
                for material, face in transfer.faces.items()
            },
        )

    def _record(self, case_id: str, partner: TrustedRegion, operator: str) -> SentTransfer:
        """Put the transfer on record, and the uses that it is, before anything leaves."""
        now, number = self.clock.now(), new_number()
        licenses = self.attached(case_id)
        faces = fitting(licenses)
        with self.unit_of_work() as work:
            work.cases.hold(case_id)
            case = work.cases.get(case_id)
            if not work.cases.holds_role(operator, PersonRole.ACCEPTANCE):
                raise RoleMissingError(operator, PersonRole.ACCEPTANCE)
            kept = work.forms.find(case_id)
            encoded = sign_transfer(
                Transfer(
                    number=number,
                    matter=case.matter_code,
                    applicant=case.applicant,
                    situation=case.situation,
                    parties=case.parties,
                    answers=kept.answers if kept is not None else {},
                    faces=faces,
                ),
                sender=self.own,
                receiver=partner,
                signer=self.signer,
                now=now,
            )
            for license in licenses:
                if license.material in faces and license.lookup.region == self.own:
                    release_to_partner(license, partner, work=work, at=now)
            sent = SentTransfer(
                number=number,
                case_id=case_id,
                partner=str(partner.code),
                digest=message_digest(encoded),
                encoded=encoded,
                operator=operator,
                made_at=now,
            )
            work.transfers.add_sent(sent)
            work.commit()
        return sent

    def _send(self, sent: SentTransfer, partner: TrustedRegion) -> SentTransfer:
        """Send, and keep the receipt if a good one comes; else the transfer waits."""
        answer = self.client.transfer_case(partner.service_url, sent.encoded)
        if answer is None:
            return sent
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
            return sent
        with self.unit_of_work() as work:
            work.transfers.add_receipt(sent.number, answer, received_at=receipt.received_at)
            work.commit()
            kept = work.transfers.sent(sent.case_id)
        return kept or sent

    def _fill_in(self, case_id: str, answers: Mapping[str, str], operator: str) -> None:
        """Take over what the applicant wrote, where our form has the field and takes the value."""
        view = self.desk.forms.view(case_id)
        taken = {
            item.field.code: answers[item.field.code]
            for item in view.fields
            if item.field.code in answers and takes(item, answers[item.field.code])
        }
        if taken:
            self.desk.forms.fill_in(case_id, taken, operator=operator, version=view.version)

    def _partner(self, region: str) -> TrustedRegion:
        found = self.partners.find(RegionCode(region))
        if found is None or found.code == self.own:
            raise TransferRefusedError("not another region of the trust list")
        return found
