"""Licenses on their way (制发中): an intent, with what would else be worked out at every stage."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Self

from certs import printed_codes
from certs.intents import Intent
from certs.issuing_desk import IssuingDesk
from certs.records import LicenseRecord
from signing import cose
from signing.signed_messages import Dialect, PreparedMessage
from signing.signed_messages import prepare as prepare_message


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """One license version on its way.

    Attributes:
        intent: What is on record of it.
        record: What ``intent.record`` says.
        message: license.p7s but for its signature value.
    """

    intent: Intent
    record: LicenseRecord = field(repr=False)
    message: PreparedMessage = field(repr=False)

    @classmethod
    def begun(
        cls, key: str, record: LicenseRecord, *, started_at: datetime, desk: IssuingDesk
    ) -> Self:
        """Return a draft of which nothing is signed yet (intent A)."""
        message = record_message(record, started_at, desk)
        intent = Intent(
            identifier=str(record.identifier),
            request_key=key,
            started_at=started_at,
            record=record.encode(),
            record_to_be_signed=message.to_be_signed,
            code_to_be_signed=code_message(record, desk),
        )
        return cls(intent=intent, record=record, message=message)

    @classmethod
    def of(cls, intent: Intent, desk: IssuingDesk) -> Self:
        """Return the draft of an intent that is on record."""
        record = LicenseRecord.parse(intent.record)
        message = record_message(record, intent.started_at, desk)
        return cls(intent=intent, record=record, message=message)

    @property
    def identifier(self) -> str:
        """证照标识."""
        return self.intent.identifier

    @property
    def signature_file(self) -> bytes:
        """license.p7s, once the record is signed."""
        return self.message.complete(self.intent.record_signature)

    def would_come_out_the_same(self, desk: IssuingDesk) -> bool:
        """Whether the desk's keys make the bytes that are on record to be signed."""
        return (
            self.message.to_be_signed == self.intent.record_to_be_signed
            and code_message(self.record, desk) == self.intent.code_to_be_signed
        )

    def at(self, intent: Intent) -> Self:
        """Return this draft with its intent further on."""
        return replace(self, intent=intent)


def intents_of(drafts: Iterable[Draft]) -> list[Intent]:
    """Return the intents of drafts."""
    return [draft.intent for draft in drafts]


def record_message(
    record: LicenseRecord, started_at: datetime, desk: IssuingDesk
) -> PreparedMessage:
    """Return license.p7s but for its signature; the same input gives the same bytes."""
    return prepare_message(
        Dialect.GB_T_35275, record.digest, signer=desk.record_signer, signed_at=started_at
    )


def code_message(record: LicenseRecord, desk: IssuingDesk) -> bytes:
    """Return what the QR code's signature is over."""
    return cose.to_be_signed(
        printed_codes.claims_of(record),
        certificate=desk.record_signer.certificate,
        domain=printed_codes.DOMAIN,
    )
