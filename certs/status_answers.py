"""Signed online answers about a license's status (状态应答), with date and reason.

An answer repeats the asker's nonce, so that it cannot be an old one shown again. It tells how a
license stood at the moment asked about, as known when the answer was given, and what the status
list says besides.
"""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Self

from certs.canonical import JsonValue
from certs.envelopes import Envelope, sign_payload
from certs.errors import MalformedRecordError
from certs.statuses import StatusEvent, StatusKind
from signing.signer import CertifiedSigner

SCHEMA: Final = "yinxin.status-answer/1"
NONCE: Final = re.compile(r"[0-9a-f]{32}")
LONGEST_AGE: Final = timedelta(minutes=5)
_UNKNOWN: Final = "unknown"
_FLAGGED: Final = "1"
_MORE: Final = ("list_number", "list_index", "list_version", "valid_from", "valid_to")


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusAnswer:
    """What an issuing region says about one license at one moment.

    Attributes:
        identifier: 证照标识 as asked.
        nonce: 16 bytes of the asker's, in hexadecimal.
        region: 行政区划代码 of who answers.
        answered_at: When it was signed.
        event: The event in force at ``at``; None when there was none yet, or the region knows no
            such license.
        record_digest: SM3 of the license's record, in hexadecimal; empty when unknown.
        at: The moment asked about; None for when it was answered.
        known: What was recorded later did not count; None if all that was known did.
        flagged: A correction (纠错) about the license is open; told to those who ask for it.
        list_number: The status list in which the license stands; empty when unknown.
        list_index: Its entry there; empty when unknown.
        list_version: SM3 of that list's present token, hexadecimal; empty before the first.
        valid_from: 有效期起始日期, ISO; empty when unknown.
        valid_to: 有效期截止日期, ISO; empty for 长期, and when unknown.
    """

    identifier: str
    nonce: str
    region: str
    answered_at: datetime
    event: StatusEvent | None
    record_digest: str
    at: datetime | None = None
    known: datetime | None = None
    flagged: bool = False
    list_number: str = ""
    list_index: str = ""
    list_version: str = ""
    valid_from: str = ""
    valid_to: str = ""

    @property
    def asked_about(self) -> datetime:
        """The moment that the answer is about."""
        return self.at or self.answered_at

    def as_payload(self) -> dict[str, JsonValue]:
        """Return what is signed, alone or among others."""
        return self._payload()

    def sign(self, signer: CertifiedSigner) -> bytes:
        """Return the signed answer as JSON text."""
        return sign_payload(self._payload(), signer=signer, signed_at=self.answered_at)

    @classmethod
    def of(cls, envelope: Envelope) -> Self:
        """Read an answer; the signature is the caller's business.

        Raises:
            MalformedRecordError: Not an answer.
        """
        payload = {key: value for key, value in envelope.payload.items() if isinstance(value, str)}
        if payload != envelope.payload or payload.get("schema") != SCHEMA:
            raise MalformedRecordError(f"not of the schema {SCHEMA}")
        try:
            answer = cls(
                identifier=payload["identifier"],
                nonce=payload["nonce"],
                region=payload["region"],
                answered_at=_instant(payload["answered_at"]),
                event=_event(payload),
                record_digest=payload["record_digest"],
                at=_instant(payload["at"]),
                known=_instant(payload["known"]) if "known" in payload else None,
                flagged=payload.get("flagged") == _FLAGGED,
                **{name: payload[name] for name in _MORE},
            )
        except (KeyError, ValueError) as error:
            raise MalformedRecordError("an answer lacks a part or has a wrong one") from error
        if answer._payload() != envelope.payload:
            raise MalformedRecordError("an answer with unknown or contradicting parts")
        return answer

    def _payload(self) -> dict[str, JsonValue]:
        event = self.event
        return {
            "schema": SCHEMA,
            "identifier": self.identifier,
            "nonce": self.nonce,
            "region": self.region,
            "answered_at": self.answered_at.isoformat(),
            "record_digest": self.record_digest,
            "at": self.asked_about.isoformat(),
            **({"known": self.known.isoformat()} if self.known else {}),
            **({"flagged": _FLAGGED} if self.flagged else {}),
            **{name: getattr(self, name) for name in _MORE},
            "status": event.kind.value if event else _UNKNOWN,
            "effective_at": event.effective_at.isoformat() if event else "",
            "recorded_at": event.recorded_at.isoformat() if event else "",
            "reason": event.reason if event else "",
            "decision_no": event.decision_no if event else "",
        }


def _event(payload: dict[str, str]) -> StatusEvent | None:
    if payload["status"] == _UNKNOWN:
        return None
    return StatusEvent(
        kind=StatusKind(payload["status"]),
        effective_at=_instant(payload["effective_at"]),
        recorded_at=_instant(payload["recorded_at"]),
        reason=payload["reason"],
        decision_no=payload["decision_no"],
    )


def _instant(text: str) -> datetime:
    instant = datetime.fromisoformat(text)
    if instant.tzinfo is None:
        raise ValueError("an instant has a time zone")
    return instant
