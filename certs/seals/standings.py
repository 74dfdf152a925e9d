"""The bulletin of seals (印章状态公告): every seal of a region with its whole life, signed.

It tells how any of them stood at any time before it was issued, without a question to anybody:
a verifier that keeps a copy can judge while the region is silent. It names no persons. What the
bulletin was too early to know stays unknown.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, Self

from certs.canonical import JsonValue
from certs.envelopes import Envelope, sign_payload
from certs.errors import MalformedRecordError
from certs.seals.events import SealEvent, SealState
from certs.seals.status_answers import SealStanding, Standing
from signing.signer import CertifiedSigner

SCHEMA: Final = "yinxin.seal-standings/1"
MAX_BYTES: Final = 4 * 2**20
"""The longest bulletin, signature included: about 9,000 seals."""

LIFETIME: Final = timedelta(hours=48)
_MOST_SEALS: Final = 20_000
_MOST_PHASES: Final = 1000
_NOTHING: Final = timedelta()


@dataclass(frozen=True, slots=True, kw_only=True)
class SealPhase:
    """What a seal became, from when on, and why.

    Attributes:
        recorded_at: When the register learned of it; None for when it took effect.
        decision_no: The document that decided it.
        reason: Why, in words.
    """

    state: SealState
    since: datetime
    recorded_at: datetime | None = None
    decision_no: str = ""
    reason: str = ""

    @classmethod
    def of(cls, event: SealEvent) -> Self:
        """Return what everybody may know of an event."""
        is_late = event.recorded_at != event.effective_at
        return cls(
            state=event.move.state,
            since=event.effective_at,
            recorded_at=event.recorded_at if is_late else None,
            decision_no=event.document_no,
            reason=event.reason,
        )

    def as_json(self) -> dict[str, JsonValue]:
        """Return a JSON object; what is empty is left out."""
        values = {
            "state": self.state.value,
            "since": self.since.isoformat(),
            "recorded_at": self.recorded_at.isoformat() if self.recorded_at else "",
            "decision_no": self.decision_no,
            "reason": self.reason,
        }
        return {name: value for name, value in values.items() if value}


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedSeal:
    """One seal in the bulletin.

    Attributes:
        code: 印章编码.
        digest: SM3 of the SESeal, hexadecimal.
        phases: Its life in the order of the register, which decides where times overlap.
    """

    code: str
    digest: str
    phases: tuple[SealPhase, ...]

    def phase_at(self, moment: datetime) -> SealPhase | None:
        """Return the phase that decides about ``moment``; None before the first."""
        return next((item for item in reversed(self.phases) if item.since <= moment), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class SealStandings:
    """What a region says of all its seals at once.

    Attributes:
        region: 行政区划代码 of who says so.
        issued_at: As known when.
        expires_at: From when it must not be relied on.
        seals: By code.
    """

    region: str
    issued_at: datetime
    expires_at: datetime
    seals: Mapping[str, ListedSeal] = field(repr=False)

    def at(self, code: str, digest: str, moment: datetime) -> SealStanding:
        """Return how a seal stood at ``moment``, as far as the bulletin can tell.

        Of a moment after its issue it only tells what cannot have changed since, and that a
        seal was enabled last; how old that knowledge may be is for the caller to say.

        Args:
            code: 印章编码.
            digest: SM3 of the SESeal at hand, hexadecimal.
            moment: The time of the seal signature.
        """
        # A signature names whole seconds, and so does the time of issue: of the second itself
        # it cannot be said which came first.
        is_told = moment < self.issued_at
        seal = self.seals.get(code)
        phase = seal.phase_at(moment) if seal is not None else None
        problem = _problem(seal, digest, phase)
        is_final = problem == "other-seal" or (phase is not None and phase.state in _FINAL)
        if moment >= self.expires_at or not (is_told or not problem or is_final):
            return SealStanding(standing=Standing.UNKNOWN, problem="not-told", as_of=self.issued_at)
        return SealStanding(
            standing=Standing.BAD if problem else Standing.GOOD,
            problem=problem,
            state=phase.state if phase is not None else None,
            since=phase.since if phase is not None else None,
            reason=phase.reason if phase is not None else "",
            decision_no=phase.decision_no if phase is not None else "",
            as_of=self.issued_at,
        )

    def without_reasons(self) -> Self:
        """Return the same but for the words; for regions with more seals than fit otherwise."""
        seals = {
            code: ListedSeal(
                code=code,
                digest=seal.digest,
                phases=tuple(
                    SealPhase(state=item.state, since=item.since, recorded_at=item.recorded_at)
                    for item in seal.phases
                ),
            )
            for code, seal in self.seals.items()
        }
        return type(self)(
            region=self.region, issued_at=self.issued_at, expires_at=self.expires_at, seals=seals
        )

    def sign(self, signer: CertifiedSigner) -> bytes:
        """Return the signed bulletin as JSON text.

        Raises:
            MalformedRecordError: It is longer than a bulletin may be.
        """
        signed = sign_payload(self._payload(), signer=signer, signed_at=self.issued_at)
        if len(signed) > MAX_BYTES:
            raise MalformedRecordError(f"a bulletin of more than {MAX_BYTES} bytes")
        return signed

    @classmethod
    def of(cls, envelope: Envelope) -> Self:
        """Read a bulletin; the signature is the caller's business.

        Raises:
            MalformedRecordError: Not a bulletin.
        """
        payload = envelope.payload
        if payload.get("schema") != SCHEMA:
            raise MalformedRecordError(f"not of the schema {SCHEMA}")
        try:
            seals = tuple(_seal(item) for item in _list(payload["seals"], _MOST_SEALS))
            found = cls(
                region=_text(payload["region"]),
                issued_at=_instant(payload["issued_at"]),
                expires_at=_instant(payload["expires_at"]),
                seals={item.code: item for item in seals},
            )
        except (KeyError, ValueError) as error:
            raise MalformedRecordError("a bulletin lacks a part or has a wrong one") from error
        if found.issued_at >= found.expires_at:
            raise MalformedRecordError("a bulletin that contradicts itself")
        # One code twice would leave one seal out.
        if found._payload() != payload:
            raise MalformedRecordError("a bulletin with unknown parts, or other spellings")
        return found

    def _payload(self) -> dict[str, JsonValue]:
        return {
            "schema": SCHEMA,
            "region": self.region,
            "issued_at": self.issued_at.isoformat(),
            "expires_at": self.expires_at.isoformat(),
            "seals": [
                {
                    "code": seal.code,
                    "digest": seal.digest,
                    "states": [item.as_json() for item in seal.phases],
                }
                for seal in self.seals.values()
            ],
        }


_FINAL: Final = frozenset({SealState.REVOKED, SealState.DESTROYED})
"""What no later event takes back."""


def listed_seals(
    digests: Mapping[str, str], lives: Mapping[str, Iterable[SealEvent]]
) -> dict[str, ListedSeal]:
    """Return the seals of a register by code, in the order of their codes.

    Args:
        digests: SM3 of each SESeal by code, hexadecimal.
        lives: Their events in order; seals without any are left out.
    """
    return {
        code: ListedSeal(
            code=code,
            digest=digests[code],
            phases=tuple(SealPhase.of(event) for event in lives[code]),
        )
        for code in sorted(digests.keys() & lives.keys())
    }


def _problem(seal: ListedSeal | None, digest: str, phase: SealPhase | None) -> str:
    if seal is None:
        return "not-registered"
    if seal.digest != digest:
        return "other-seal"
    if phase is None:
        return "not-begun"
    return "" if phase.state is SealState.ENABLED else "not-enabled"


def _seal(value: JsonValue) -> ListedSeal:
    entry = _object(value)
    phases = tuple(_phase(item) for item in _list(entry["states"], _MOST_PHASES))
    if not phases:
        raise ValueError("a seal without a life")
    return ListedSeal(code=_text(entry["code"]), digest=_text(entry["digest"]), phases=phases)


def _phase(value: JsonValue) -> SealPhase:
    entry = _object(value)
    recorded = entry.get("recorded_at")
    return SealPhase(
        state=SealState(_text(entry["state"])),
        since=_instant(entry["since"]),
        recorded_at=None if recorded is None else _instant(recorded),
        decision_no=_text(entry.get("decision_no", "")),
        reason=_text(entry.get("reason", "")),
    )


def _object(value: JsonValue) -> Mapping[str, JsonValue]:
    if not isinstance(value, dict):
        raise ValueError("not an object")  # noqa: TRY004 - one kind of error for all of it
    return value


def _list(value: JsonValue, most: int) -> list[JsonValue]:
    if not isinstance(value, list) or len(value) > most:
        raise ValueError("not a list, or too long")
    return value


def _text(value: JsonValue) -> str:
    if not isinstance(value, str):
        raise ValueError("not text")  # noqa: TRY004 - one kind of error for all of it
    return value


def _instant(value: JsonValue) -> datetime:
    instant = datetime.fromisoformat(_text(value))
    if instant.utcoffset() != _NOTHING:
        raise ValueError("an instant is in UTC")
    return instant
