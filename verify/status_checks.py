"""The check on legal status: what the issuing region itself says now, signed."""

import secrets
from collections.abc import Iterable
from datetime import datetime

from certs.civil_dates import day_of
from certs.envelopes import parse_envelope
from certs.errors import MalformedRecordError
from certs.records import LicenseRecord
from certs.status_answers import LONGEST_AGE, StatusAnswer
from certs.statuses import StatusKind
from signing.errors import InvalidPathError, InvalidSignatureError
from signing.revocation_lists import RevocationList
from signing.roles import Role
from verify.checks import Check, Outcome
from verify.ports import RegionClient
from verify.report import Finding
from verify.speakers import check_speaker
from verify.trust_lists import TrustedRegion

_MAX_ANSWER_BYTES = 65_536
_NONCE_BYTES = 16


def check_status(
    record: LicenseRecord,
    region: TrustedRegion,
    *,
    client: RegionClient,
    lists: Iterable[RevocationList],
    now: datetime,
) -> tuple[Finding, str]:
    """证照状态: the issuing region says that the license is in force.

    Returns:
        The finding, and the legal status by name (``unknown`` if nobody could tell).
    """
    nonce = secrets.token_hex(_NONCE_BYTES)
    answer_bytes = client.ask_status(region.service_url, str(record.identifier), nonce)
    if answer_bytes is None:
        return _unknown("silent"), "unknown"
    try:
        envelope = parse_envelope(answer_bytes, max_bytes=_MAX_ANSWER_BYTES)
        check_speaker(envelope, region, Role.STATUS, lists=lists, now=now)
        answer = StatusAnswer.of(envelope)
    except (MalformedRecordError, InvalidSignatureError, InvalidPathError):
        return _unknown("not-trusted"), "unknown"
    if not _is_about(answer, record, region, nonce, now):
        return _unknown("other-question"), "unknown"
    return _judge(answer, record)


def _is_about(
    answer: StatusAnswer, record: LicenseRecord, region: TrustedRegion, nonce: str, now: datetime
) -> bool:
    return (
        answer.nonce == nonce
        and answer.identifier == str(record.identifier)
        and answer.region == str(region.code)
        and abs(now - answer.answered_at) <= LONGEST_AGE
    )


def _judge(answer: StatusAnswer, record: LicenseRecord) -> tuple[Finding, str]:
    event = answer.event
    if event is None:
        reason = "not-registered" if not answer.record_digest else "not-begun"
        return _bad(answer, reason, {}), "unknown"
    if answer.record_digest != record.digest.hex():
        return _bad(answer, "other-record", {}), event.kind.value
    facts = {
        "kind": event.kind.value,
        "term": event.kind.zh,
        "day": day_of(event.effective_at).isoformat(),
        "decision": event.decision_no,
        "reason": event.reason,
    }
    if event.kind is StatusKind.ACTIVE:
        finding = Finding(
            check=Check.LICENSE_STATUS,
            outcome=Outcome.OK,
            facts=facts,
            as_of=answer.answered_at,
        )
        return finding, event.kind.value
    return _bad(answer, "not-active", facts), event.kind.value


def _bad(answer: StatusAnswer, reason: str, facts: dict[str, str]) -> Finding:
    return Finding(
        check=Check.LICENSE_STATUS,
        outcome=Outcome.BAD,
        reason=reason,
        facts=facts,
        as_of=answer.answered_at,
    )


def _unknown(reason: str) -> Finding:
    return Finding(check=Check.LICENSE_STATUS, outcome=Outcome.UNKNOWN, reason=reason)
