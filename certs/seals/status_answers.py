"""Signed answers about a seal's status at the time of a signature (印章状态应答).

An answer says what a seal was at one moment, as known when it was given. It repeats the asker's
nonce, so that it cannot be an old one shown again, and the digest of the seal, so that another
seal under the same code is not taken for it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum, unique
from typing import Final, Self

from certs.canonical import JsonValue
from certs.envelopes import Envelope, parse_envelope, sign_payload
from certs.errors import MalformedRecordError
from certs.seals.events import SealState
from certs.status_answers import LONGEST_AGE
from signing.errors import InvalidPathError, InvalidSignatureError
from signing.signer import CertifiedSigner

SCHEMA: Final = "yinxin.seal-status-answer/1"
MAX_ANSWER_BYTES: Final = 65_536
_UNKNOWN: Final = "unknown"
_NOT_BEGUN: Final = "not-begun"


@dataclass(frozen=True, slots=True, kw_only=True)
class SealStatusAnswer:
    """What the keeper of a seal says about one moment.

    Attributes:
        code: 印章编码 as asked.
        at: The moment asked about.
        nonce: 16 bytes of the asker's, in hexadecimal; empty if none was given.
        region: 行政区划代码, or another name, of who answers.
        answered_at: When it was signed.
        seal_digest: SM3 of the SESeal, hexadecimal; empty when the seal is unknown.
        state: What the seal was; None before it was made, or when it is unknown.
        since: From when it was so.
        reason: Why, in words.
        decision_no: The document that decided it.
    """

    code: str
    at: datetime
    nonce: str
    region: str
    answered_at: datetime
    seal_digest: str = ""
    state: SealState | None = None
    since: datetime | None = None
    reason: str = ""
    decision_no: str = ""

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
            named = payload["status"]
            answer = cls(
                code=payload["code"],
                at=_instant(payload["at"]),
                nonce=payload["nonce"],
                region=payload["region"],
                answered_at=_instant(payload["answered_at"]),
                seal_digest=payload["seal_digest"],
                state=None if named in {_UNKNOWN, _NOT_BEGUN} else SealState(named),
                since=_instant(payload["since"]) if payload["since"] else None,
                reason=payload["reason"],
                decision_no=payload["decision_no"],
            )
        except (KeyError, ValueError) as error:
            raise MalformedRecordError("an answer lacks a part or has a wrong one") from error
        if answer._payload() != envelope.payload:
            raise MalformedRecordError("an answer with unknown or contradicting parts")
        return answer

    def _payload(self) -> dict[str, JsonValue]:
        nothing = _NOT_BEGUN if self.seal_digest else _UNKNOWN
        return {
            "schema": SCHEMA,
            "code": self.code,
            "at": self.at.isoformat(),
            "nonce": self.nonce,
            "region": self.region,
            "answered_at": self.answered_at.isoformat(),
            "seal_digest": self.seal_digest,
            "status": self.state.value if self.state else nothing,
            "since": self.since.isoformat() if self.state and self.since else "",
            "reason": self.reason if self.state else "",
            "decision_no": self.decision_no if self.state else "",
        }


@unique
class Standing(StrEnum):
    """What the answer means for a signature."""

    GOOD = "good"
    """The seal was enabled."""
    BAD = "bad"
    """It was not: not yet, suspended, revoked, destroyed, or it is another seal."""
    UNKNOWN = "unknown"
    """Nobody could be believed about it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SealStanding:
    """How a seal stood when it signed, and who says so.

    Attributes:
        standing: What it means.
        problem: Empty where good; else a stable word: ``silent``, ``not-trusted``,
            ``other-question``, ``not-registered``, ``other-seal``, ``not-begun`` or
            ``not-enabled``.
        state: What the seal was at the time asked about, if that is known.
        since: From when it was so.
        reason: Why, in words.
        decision_no: The document that decided it.
        as_of: When the answer was given.
        answered_by: Common name of the certificate that signed the answer.
    """

    standing: Standing
    problem: str = ""
    state: SealState | None = None
    since: datetime | None = None
    reason: str = ""
    decision_no: str = ""
    as_of: datetime | None = None
    answered_by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SealQuestion:
    """What was asked.

    Attributes:
        code: 印章编码.
        seal_digest: SM3 of the SESeal in the document, hexadecimal.
        at: The time of the seal signature, as far as it is trusted.
        nonce: 16 fresh bytes, hexadecimal.
    """

    code: str
    seal_digest: str
    at: datetime
    nonce: str


def read_answer(
    answer: bytes | None,
    question: SealQuestion,
    *,
    check_speaker: Callable[[Envelope], None],
    now: datetime,
) -> SealStanding:
    """Judge an answer; whatever is wrong with it makes the standing unknown, never good.

    Args:
        answer: As it came from a ``SealStatusSource``; None for silence.
        question: What was asked.
        check_speaker: Checks the signature and that its signer may speak about this seal;
            raises InvalidSignatureError or InvalidPathError.
        now: The present; an answer is given within five minutes of it.
    """
    if answer is None:
        return SealStanding(standing=Standing.UNKNOWN, problem="silent")
    try:
        envelope = parse_envelope(answer, max_bytes=MAX_ANSWER_BYTES)
        check_speaker(envelope)
        said = SealStatusAnswer.of(envelope)
    except (MalformedRecordError, InvalidSignatureError, InvalidPathError):
        return SealStanding(standing=Standing.UNKNOWN, problem="not-trusted")
    asked = (question.code, question.at, question.nonce)
    if (said.code, said.at, said.nonce) != asked or abs(now - said.answered_at) > LONGEST_AGE:
        return SealStanding(standing=Standing.UNKNOWN, problem="other-question")
    problem = _problem(said, question)
    return SealStanding(
        standing=Standing.BAD if problem else Standing.GOOD,
        problem=problem,
        state=said.state,
        since=said.since,
        reason=said.reason,
        decision_no=said.decision_no,
        as_of=said.answered_at,
        answered_by=envelope.message.signer.common_name,
    )


def _problem(said: SealStatusAnswer, question: SealQuestion) -> str:
    if not said.seal_digest:
        return "not-registered"
    if said.seal_digest != question.seal_digest:
        return "other-seal"
    match said.state:
        case None:
            return "not-begun"
        case SealState.ENABLED:
            return ""
        case SealState.MADE | SealState.SUSPENDED | SealState.REVOKED | SealState.DESTROYED:
            return "not-enabled"


def _instant(text: str) -> datetime:
    instant = datetime.fromisoformat(text)
    if instant.tzinfo is None:
        raise ValueError("an instant has a time zone")
    return instant
