"""Examinations as JSON: what a limited process answers, and what a verdict can be made from again.

Empty values are left out; bytes are base64; instants are ISO 8601.
"""

import base64
import binascii
import json
from datetime import datetime
from typing import Final

from certs.typed_tables import TypedTable
from verify.checks import Check, Outcome
from verify.errors import MalformedExaminationError
from verify.examination import Examination, Reading, SignatureKind
from verify.report import DocumentFormat, Finding

SCHEMA: Final = "yinxin.examination/1"
MAX_JSON_BYTES: Final = 64 * 2**20
_MAX_TEXT: Final = 16 * 2**20

JsonValue = str | int | bool | list["JsonValue"] | dict[str, "JsonValue"]


def encode_examination(examination: Examination) -> bytes:
    """Return ``examination`` as UTF-8 JSON."""
    return json.dumps(
        _kept(
            {
                "schema": SCHEMA,
                "format": examination.format.value,
                "digest": examination.digest,
                "findings": [_finding(item) for item in examination.findings],
                "readings": [_reading(item) for item in examination.readings],
                "is_own": examination.is_own,
                "record": _text(examination.record),
                "record_signature": _text(examination.record_signature),
                "needs_page": examination.needs_page,
            }
        ),
        ensure_ascii=False,
    ).encode("utf-8", "surrogatepass")


def decode_examination(data: bytes) -> Examination:
    """Parse what ``encode_examination`` wrote.

    Raises:
        MalformedExaminationError: It is something else.
    """
    if len(data) > MAX_JSON_BYTES:
        raise MalformedExaminationError("longer than any examination")
    try:
        value = json.loads(data.decode("utf-8", "surrogatepass"))
    except (ValueError, RecursionError) as error:
        raise MalformedExaminationError("no JSON") from error
    if not isinstance(value, dict):
        raise MalformedExaminationError("no JSON object")
    table = TypedTable(value, error=MalformedExaminationError, max_text=_MAX_TEXT)
    if table.take("schema", str) != SCHEMA:
        raise MalformedExaminationError("another schema")
    found = Examination(
        format=table.member("format", DocumentFormat),
        digest=table.take("digest", str),
        findings=tuple(_to_finding(item) for item in _tables(table, "findings")),
        readings=tuple(_to_reading(item) for item in _tables(table, "readings")),
        is_own=table.take("is_own", bool, default=False),
        record=_bytes(table, "record"),
        record_signature=_bytes(table, "record_signature"),
        needs_page=table.take("needs_page", bool, default=False),
    )
    table.finish()
    return found


def _finding(finding: Finding) -> JsonValue:
    return _kept(
        {
            "check": finding.check.value,
            "signature": finding.signature,
            "outcome": finding.outcome.value,
            "reason": finding.reason,
            "facts": [[name, value] for name, value in finding.facts.items()],
        }
    )


def _to_finding(table: TypedTable) -> Finding:
    pairs = table.take("facts", list) if table.has("facts") else []
    found = Finding(
        check=table.member("check", Check),
        signature=table.take("signature", int) if table.has("signature") else 0,
        outcome=table.member("outcome", Outcome),
        reason=_optional(table, "reason"),
        facts=dict(_pair(item) for item in pairs),
    )
    table.finish()
    return found


def _pair(item: object) -> tuple[str, str]:
    match item:
        case [str() as name, str() as value]:
            return name, value
        case _:
            raise MalformedExaminationError("a fact is no pair of texts")


def _reading(reading: Reading) -> JsonValue:
    return _kept(
        {
            "number": reading.number,
            "place": reading.place,
            "kind": reading.kind.value,
            "signer": _text(reading.signer),
            "chain": [_text(item) for item in reading.chain],
            "seal": _text(reading.seal),
            "signed_at": reading.signed_at.isoformat() if reading.signed_at else "",
            "timestamp": _text(reading.timestamp),
            "stamped": _text(reading.stamped),
            "intact": reading.intact,
            "unprotected": list(reading.unprotected),
        }
    )


def _to_reading(table: TypedTable) -> Reading:
    found = Reading(
        number=table.positive("number"),
        place=_optional(table, "place"),
        kind=table.member("kind", SignatureKind),
        signer=_bytes(table, "signer"),
        chain=tuple(_to_bytes(item) for item in _texts(table, "chain")),
        seal=_bytes(table, "seal"),
        signed_at=_instant(table, "signed_at"),
        timestamp=_bytes(table, "timestamp"),
        stamped=_bytes(table, "stamped"),
        intact=table.take("intact", bool, default=False),
        unprotected=_texts(table, "unprotected"),
    )
    table.finish()
    return found


def _kept(values: dict[str, JsonValue]) -> dict[str, JsonValue]:
    return {name: value for name, value in values.items() if value}


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def _tables(table: TypedTable, key: str) -> tuple[TypedTable, ...]:
    return table.tables(key, may_be_empty=True) if table.has(key) else ()


def _texts(table: TypedTable, key: str) -> tuple[str, ...]:
    return tuple(str(item) for item in table.take(key, list)) if table.has(key) else ()


def _optional(table: TypedTable, key: str) -> str:
    return table.take(key, str) if table.has(key) else ""


def _instant(table: TypedTable, key: str) -> datetime | None:
    return table.instant(key) if table.has(key) else None


def _bytes(table: TypedTable, key: str) -> bytes:
    return _to_bytes(_optional(table, key))


def _to_bytes(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise MalformedExaminationError("no base64") from error
