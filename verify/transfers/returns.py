"""What became of cases that were handed over (办理结果回传): as it travels, and as it is kept.

The window that handles a case tells the one that took it in what became of it: signed, encrypted
for the receiver, and on record before it is sent. The receipt names the very bytes.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Protocol

from certs.canonical import JsonValue
from certs.envelopes import sign_payload
from certs.errors import LicenseError
from certs.identifiers import LicenseIdentifier
from certs.regions import RegionCode
from signing.errors import SigningError
from signing.revocation_lists import RevocationList
from signing.roles import Role
from signing.signer import CertifiedSigner, Decryptor
from verify.errors import ShareError
from verify.letters import decrypted_body, encrypted_body, text_header, texts_of
from verify.outcomes.records import MAX_NOTE, OutcomeKind
from verify.speakers import check_speaker
from verify.transfers.messages import signed_message
from verify.trust_lists import TrustedRegion

OUTCOME: Final = "yinxin.case-outcome/1"
MAX_NUMBER: Final = 128
"""Characters of a license's own number."""

_TEXTS: Final = ("outcome", "license", "license_number", "note", "decided_at")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnedOutcome:
    """办理结果: what became of a case that was handed over.

    Attributes:
        number: Of the transfer.
        kind: What became of the case.
        license: 电子证照标识 of the result license; empty where there is none.
        license_number: 证照编号 of the same; empty where there is none.
        note: The reason of a rejection, in words for the applicant; empty where there is none.
        decided_at: When.

    Raises:
        ShareError: A rejection has a license or no reason, or a text is too long.
    """

    number: str
    kind: OutcomeKind
    license: str = ""
    license_number: str = ""
    note: str = field(default="", repr=False)
    decided_at: datetime

    def __post_init__(self) -> None:
        is_rejected = self.kind is OutcomeKind.REJECT
        if bool(self.license) != bool(self.license_number) or (is_rejected and self.license):
            raise ShareError("a license has a number, and an approved case has it alone")
        if is_rejected and not self.note.strip():
            raise ShareError("a rejection has a reason")
        if len(self.note) > MAX_NOTE or len(self.license_number) > MAX_NUMBER:
            raise ShareError("a text is too long")
        if self.decided_at.tzinfo is None:
            raise ShareError("an instant has its zone")
        if self.license:
            _check_identifier(self.license)


@dataclass(frozen=True, slots=True, kw_only=True)
class DueReturn:
    """A case that came from another region and is settled, of which that was not told."""

    partner: str
    number: str
    case_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SentReturn:
    """What we tell the region that took a case in.

    Attributes:
        partner: 行政区划代码 of that region.
        number: Of its transfer.
        digest: SM3 of what was signed, hexadecimal.
        encoded: The signed message; what it says is for that region alone.
        made_at: When.
    """

    partner: str
    number: str
    digest: str
    encoded: bytes = field(repr=False)
    made_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptReturn:
    """What we were told of a case that we handed over.

    Attributes:
        outcome: What became of it.
        digest: SM3 of what was signed, hexadecimal.
        encoded: The signed message as it came.
        receipt: The receipt that we gave.
        received_at: When it came.
    """

    outcome: ReturnedOutcome
    digest: str
    encoded: bytes = field(repr=False)
    receipt: bytes = field(repr=False)
    received_at: datetime


class ReturnBook(Protocol):
    """Where returned outcomes are kept; everything is added once and never changed."""

    def due(self, limit: int) -> tuple[DueReturn, ...]:
        """Return settled cases that came from elsewhere and have no message, the oldest first.

        One that leads to a license waits until that is made.
        """
        ...

    def add_sent(self, sent: SentReturn) -> None:
        """Keep what is about to be sent.

        Raises:
            RecordRefusedError: The case is not settled, or was told of before.
        """
        ...

    def silent_partners(self) -> tuple[str, ...]:
        """Return the regions that have not confirmed everything that we told them."""
        ...

    def unconfirmed(self, partner: str, limit: int) -> tuple[SentReturn, ...]:
        """Return what a region has not confirmed, the oldest first."""
        ...

    def confirm(self, partner: str, number: str, encoded: bytes, *, received_at: datetime) -> None:
        """Keep the receipt of what was sent; a second one changes nothing."""
        ...

    def add_kept(self, kept: KeptReturn) -> None:
        """Keep what we were told.

        Raises:
            RecordRefusedError: We handed nothing over under the number, or were told before.
        """
        ...

    def kept(self, number: str) -> KeptReturn | None:
        """Return what we were told of what we handed over under a number; None before."""
        ...


def sign_outcome(
    outcome: ReturnedOutcome,
    *,
    sender: RegionCode,
    receiver: TrustedRegion,
    signer: CertifiedSigner,
    now: datetime,
) -> bytes:
    """Return an outcome as it travels to ``receiver``, which handed the case over."""
    body: dict[str, JsonValue] = {
        "outcome": outcome.kind.value,
        "license": outcome.license,
        "license_number": outcome.license_number,
        "note": outcome.note,
        "decided_at": outcome.decided_at.isoformat(),
    }
    payload: dict[str, JsonValue] = {
        "schema": OUTCOME,
        "from": str(sender),
        "to": str(receiver.code),
        "number": outcome.number,
        "at": now.isoformat(),
        "body": encrypted_body(body, receiver.service, _context(outcome.number)),
    }
    return sign_payload(payload, signer=signer, signed_at=now.replace(microsecond=0))


def open_outcome(  # noqa: PLR0913 - what a message is checked against
    data: bytes,
    *,
    own: RegionCode,
    sender: TrustedRegion,
    decryptor: Decryptor,
    lists: Iterable[RevocationList],
    now: datetime,
) -> ReturnedOutcome:
    """Open what ``sender`` says became of a case of ours.

    It may be late, since it is sent again until its receipt comes.

    Raises:
        ShareError: Another region's, not for us, or not to be read.
    """
    envelope = signed_message(data)
    try:
        check_speaker(envelope, sender, Role.SERVICE, lists=lists, now=now)
        header = text_header(envelope, OUTCOME)
        if header["to"] != str(own) or header["from"] != str(sender.code):
            raise ShareError("not told to this region")
        body = decrypted_body(header["body"], decryptor, _context(header["number"]))
        return _outcome(header["number"], body)
    except (SigningError, LicenseError, ValueError, TypeError, KeyError) as error:
        raise ShareError("the outcome cannot be read or not be trusted") from error


def _outcome(number: str, body: JsonValue) -> ReturnedOutcome:
    texts = texts_of(body, *_TEXTS)
    return ReturnedOutcome(
        number=number,
        kind=OutcomeKind(texts["outcome"]),
        license=texts["license"],
        license_number=texts["license_number"],
        note=texts["note"],
        decided_at=datetime.fromisoformat(texts["decided_at"]),
    )


def _context(number: str) -> str:
    return f"{OUTCOME}|{number}"


def _check_identifier(text: str) -> None:
    try:
        LicenseIdentifier.parse(text)
    except LicenseError as error:
        raise ShareError("not an identifier of a license") from error
