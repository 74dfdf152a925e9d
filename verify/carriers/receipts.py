"""Receipts recognized (核验回执、受理通知书): signed JSON whose payload says that it is one."""

import re
from datetime import datetime
from typing import Final

from certs.envelopes import Envelope, parse_envelope
from certs.errors import MalformedRecordError
from signing.errors import InvalidSignatureError
from verify.checks import Check, Outcome
from verify.evidence import Evidence, Problem
from verify.report import DocumentFormat, Finding

SCHEMA: Final = "yinxin.receipt/1"
CASE_SCHEMA: Final = "yinxin.case-receipt/1"
MAX_RECEIPT_BYTES: Final = 16 * 2**20
MAX_PAYLOAD_BYTES: Final = MAX_RECEIPT_BYTES - 2**18
"""Room for the signature stays: certificates and a timestamp."""
_MOST_PARTS: Final = 100_000
_OPENING: Final = re.compile(rb'\s*\{\s*"(?:payload|signature)"\s*:')
_FORMATS: Final = {
    SCHEMA: DocumentFormat.RECEIPT,
    CASE_SCHEMA: DocumentFormat.CASE_RECEIPT,
}
_BROKEN, _OTHER_TIME = "broken", "other-time"


def read_receipt(data: bytes) -> Evidence | None:
    """Take a receipt apart, or return None if ``data`` is something else."""
    named = [kind for schema, kind in _FORMATS.items() if f'"{schema}"'.encode() in data]
    if not _OPENING.match(data) or not named:
        return None
    # Whoever counts first does not build a million small values.
    if len(data) > MAX_RECEIPT_BYTES or data.count(b",") > _MOST_PARTS:
        return _malformed(named[0])
    try:
        envelope = parse_envelope(data, max_bytes=MAX_RECEIPT_BYTES)
    except MalformedRecordError:
        return _malformed(named[0])
    kind = _FORMATS.get(str(envelope.payload.get("schema")))
    if kind is None:
        return None
    return Evidence(format=kind, receipt=data, receipt_fault=_fault_of(envelope))


def check_receipt_signature(evidence: Evidence) -> Finding | None:
    """回执签名: what the receipt says is what was signed, at the time that it says."""
    if not evidence.receipt:
        return None
    reason = evidence.receipt_fault
    return Finding(
        check=Check.RECEIPT_SIGNATURE,
        outcome=Outcome.BAD if reason else Outcome.OK,
        reason="" if reason == _BROKEN else reason,
    )


def _fault_of(envelope: Envelope) -> str:
    try:
        envelope.verify()
    except InvalidSignatureError:
        return _BROKEN
    issued_at = envelope.payload.get("issued_at")
    try:
        said = datetime.fromisoformat(issued_at) if isinstance(issued_at, str) else None
    except ValueError:
        said = None
    is_same = said is not None and said.tzinfo is not None and said == envelope.message.signed_at
    return "" if is_same else _OTHER_TIME


def _malformed(kind: DocumentFormat) -> Evidence:
    return Evidence(format=kind, problem=Problem(reason="malformed"))
