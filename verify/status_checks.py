"""The check on legal status (证照状态): what the issuing region itself says, signed.

Either it answers a question, with dates and reasons, or it has published a status list, which
needs no question. The policy says whom to hear first; a region that is silent makes nothing
good.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final

from certs.civil_dates import day_of
from certs.errors import MalformedRecordError
from certs.status_answer_batches import parse_answers
from certs.status_answers import LONGEST_AGE, StatusAnswer
from certs.status_indexes import StatusIndex
from certs.status_lists.tokens import StatusListToken
from certs.statuses import StatusEvent, StatusKind
from certs.validity_ranges import PERMANENT
from signing.errors import InvalidPathError, InvalidSignatureError
from signing.revocation_lists import RevocationList
from signing.roles import Role
from verify.checks import Check, Outcome
from verify.errors import StatusListError
from verify.grounds import Asked
from verify.license_claims import LicenseClaims
from verify.policies import StatusOrder
from verify.report import Finding, StatusListFacts
from verify.sources import Sources
from verify.speakers import check_speaker
from verify.status_list_checks import read_status_list
from verify.trust_lists import TrustedRegion

_ACTIVE, _ENDED, _SUSPENDED, _SUPERSEDED = range(4)
_OF_LISTS: Final = {_ENDED: "ended", _SUSPENDED: "suspended", _SUPERSEDED: "superseded"}
_UNTOLD: Final = "unknown"
_SILENT: Final = "silent"


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusQuestion:
    """How does a license stand, and what may be believed about it?

    Attributes:
        lists: The region's certificate revocation lists.
        order: Whom to hear first.
        longest_age: How old what the region said may be.
        now: The present.
        moment: The moment asked about; None for the present.
    """

    claims: LicenseClaims
    region: TrustedRegion
    sources: Sources
    lists: Iterable[RevocationList]
    order: StatusOrder
    longest_age: timedelta
    now: datetime
    moment: datetime | None = None

    @property
    def at(self) -> datetime:
        """The moment asked about."""
        return self.moment or self.now


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusVerdict:
    """What came of it.

    Attributes:
        status: Legal status by name, ``unknown`` if nobody could tell.
        claims: The claims with what the region added to them.
        status_list: The list that was read, if one was.
    """

    finding: Finding
    status: str
    claims: LicenseClaims
    status_list: StatusListFacts | None = None

    @property
    def is_known(self) -> bool:
        """Whether the region told how the license stands."""
        return self.finding.outcome is not Outcome.UNKNOWN

    @property
    def is_silent(self) -> bool:
        """Whether nothing at all was heard."""
        return self.finding.reason == _SILENT


def check_status(question: StatusQuestion) -> StatusVerdict:
    """证照状态: the issuing region says that the license is in force."""
    match question.order:
        case StatusOrder.ONLINE_ONLY:
            return _online(question)
        case StatusOrder.ONLINE_FIRST:
            told = _online(question)
            if told.is_known:
                return told
            listed = _listed(question)
            # Why a list does not serve tells more than that nobody answered.
            return listed if listed.is_known or told.is_silent else told
        case StatusOrder.LIST_FIRST:
            listed = _listed(question)
            if listed.finding.outcome is Outcome.OK:
                return listed
            # Dates and reasons are not in a list.
            told = _online(question)
            return told if told.is_known or listed.is_silent else listed


# An answer -----------------------------------------------------------------------------------


def _online(question: StatusQuestion) -> StatusVerdict:
    asked = question.sources.license_status(
        question.region, str(question.claims.identifier), question.moment
    )
    if asked.answer is None:
        return _unknown(question, _SILENT)
    try:
        envelope, answers = parse_answers(asked.answer)
        check_speaker(
            envelope, question.region, Role.STATUS, lists=question.lists, now=question.now
        )
    except (MalformedRecordError, InvalidSignatureError, InvalidPathError):
        return _unknown(question, "not-trusted")
    answer = answers.get(str(question.claims.identifier))
    if answer is None:
        return _unknown(question, "other-question")
    if not _is_about(answer, asked, question):
        return _unknown(question, "other-question")
    if question.now - answer.answered_at > question.longest_age:
        return _unknown(question, "stale", as_of=answer.answered_at)
    return _judge(answer, question)


def _is_about(answer: StatusAnswer, asked: Asked, question: StatusQuestion) -> bool:
    return (
        answer.nonce == asked.nonce
        and answer.identifier == str(question.claims.identifier)
        and answer.region == str(question.region.code)
        and abs(asked.at - answer.answered_at) <= LONGEST_AGE
        and _is_of_moment(answer, question.moment)
    )


def _is_of_moment(answer: StatusAnswer, moment: datetime | None) -> bool:
    """Whether an answer tells about a moment: it was asked about it, or about a later present."""
    is_present = answer.asked_about == answer.answered_at
    if moment is None:
        return is_present
    return answer.asked_about == moment or is_present


def _judge(answer: StatusAnswer, question: StatusQuestion) -> StatusVerdict:
    event, claims = answer.event, question.claims
    if event is None:
        reason = "not-registered" if not answer.record_digest else "not-begun"
        return _bad(answer, question, reason, {})
    if claims.digest and answer.record_digest != claims.digest:
        facts = {"record": claims.digest, "register": answer.record_digest}
        return _bad(answer, question, "other-record", facts)
    if event.effective_at > question.at and event.kind is not StatusKind.RESCINDED:
        return _unknown(question, "not-told", as_of=answer.answered_at)
    facts = _facts(event)
    if event.kind is not StatusKind.ACTIVE:
        return _bad(answer, question, "not-active", facts)
    finding = Finding(
        check=Check.LICENSE_STATUS,
        outcome=Outcome.OK,
        # In force all the same: an open correction informs, and refuses nothing.
        reason="flagged" if answer.flagged else "",
        facts=facts,
        as_of=answer.answered_at,
    )
    return StatusVerdict(
        finding=finding, status=event.kind.value, claims=_completed(claims, answer)
    )


def _facts(event: StatusEvent) -> dict[str, str]:
    return {
        "kind": event.kind.value,
        "term": event.kind.zh,
        "day": day_of(event.effective_at).isoformat(),
        "effective_at": event.effective_at.isoformat(),
        "recorded_at": event.recorded_at.isoformat(),
        "decision": event.decision_no,
        "reason": event.reason,
    }


def _completed(claims: LicenseClaims, answer: StatusAnswer) -> LicenseClaims:
    """Return the claims with what only the register knows of an identifier brought alone."""
    if answer.list_number and answer.list_index and claims.status_index is None:
        index = StatusIndex(list_number=int(answer.list_number), index=int(answer.list_index))
        claims = replace(claims, status_index=index)
    if claims.has_validity or not answer.valid_from:
        return claims
    end = answer.valid_to
    return replace(
        claims,
        has_validity=True,
        valid_from=date.fromisoformat(answer.valid_from),
        valid_to=date.fromisoformat(end) if end not in {"", PERMANENT} else None,
        digest=claims.digest or answer.record_digest,
    )


def _bad(
    answer: StatusAnswer, question: StatusQuestion, reason: str, facts: dict[str, str]
) -> StatusVerdict:
    finding = Finding(
        check=Check.LICENSE_STATUS,
        outcome=Outcome.BAD,
        reason=reason,
        facts=facts,
        as_of=answer.answered_at,
    )
    status = answer.event.kind.value if answer.event is not None else _UNTOLD
    return StatusVerdict(finding=finding, status=status, claims=_completed(question.claims, answer))


def _unknown(
    question: StatusQuestion, reason: str, *, as_of: datetime | None = None
) -> StatusVerdict:
    finding = Finding(
        check=Check.LICENSE_STATUS, outcome=Outcome.UNKNOWN, reason=reason, as_of=as_of
    )
    return StatusVerdict(finding=finding, status=_UNTOLD, claims=question.claims)


# A list --------------------------------------------------------------------------------------


def _listed(question: StatusQuestion) -> StatusVerdict:
    place, region = question.claims.status_index, question.region
    if place is None:
        return _unknown(question, _SILENT)
    token = question.sources.status_list(region, place.list_number, question.moment)
    if token is None:
        return _unknown(question, _SILENT)
    try:
        read = read_status_list(
            token,
            region=region,
            uri=f"{region.service_url}/api/v1/status-lists/{place.list_number}",
            certificates=lambda key: question.sources.certificates(region, key),
            lists=tuple(question.lists),
            now=question.now,
            # Of an earlier moment its own list is believed, if it stood then.
            at=question.at,
        )
    except StatusListError as error:
        return _unknown(question, f"list-{error.reason}")
    if question.at - read.issued_at > question.longest_age:
        return _unknown(question, "stale", as_of=read.issued_at)
    return _from_list(question, read, place)


def _from_list(
    question: StatusQuestion, read: StatusListToken, place: StatusIndex
) -> StatusVerdict:
    value = read.statuses.get(place.index)
    finding = Finding(
        check=Check.LICENSE_STATUS,
        outcome=Outcome.OK if value == _ACTIVE else Outcome.BAD,
        reason=f"list-{_OF_LISTS[value]}" if value else "listed",
        as_of=read.issued_at,
    )
    return StatusVerdict(
        finding=finding,
        status=_OF_LISTS.get(value, StatusKind.ACTIVE.value),
        claims=question.claims,
        status_list=StatusListFacts(
            uri=read.uri,
            version=read.version,
            issued_at=read.issued_at,
            expires_at=read.expires_at,
        ),
    )
