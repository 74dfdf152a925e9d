"""Examinations as JSON: what a limited process answers, and what a verdict can be made from again.

Empty values are left out; bytes are base64; instants are ISO 8601.
"""

import base64
import binascii
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Final

from certs.errors import MalformedIdentifierError
from certs.typed_tables import TypedTable
from verify.checks import Check, Outcome
from verify.errors import MalformedExaminationError
from verify.examination import Examination
from verify.license_claims import LicenseClaims
from verify.readings import Reading, SignatureKind
from verify.report import DocumentFormat, Finding

SCHEMA: Final = "yinxin.examination/1"
MAX_JSON_BYTES: Final = 64 * 2**20
_MAX_TEXT: Final = 16 * 2**20

JsonValue = str | int | bool | list["JsonValue"] | dict[str, "JsonValue"]


def encode_examination(examination: Examination) -> bytes:
    """Return ``examination`` as UTF-8 JSON."""
    return json.dumps(examination_json(examination), ensure_ascii=False).encode(
        "utf-8", "surrogatepass"
    )


def examination_json(examination: Examination) -> dict[str, JsonValue]:
    """Return ``examination`` as a JSON object."""
    return _kept(
        {
            "schema": SCHEMA,
            "format": examination.format.value,
            "digest": examination.digest,
            "findings": [_finding(item) for item in examination.findings],
            "readings": [_reading(item) for item in examination.readings],
            "is_own": examination.is_own,
            "license": _claims(examination.license),
            "record": _text(examination.record),
            "record_signature": _text(examination.record_signature),
            "code": _text(examination.code),
            "offline_code": _text(examination.offline_code),
            "receipt": _text(examination.receipt),
            "attached": [_text(item) for item in examination.attached],
            "needs_page": examination.needs_page,
        }
    )


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
    return parse_examination(value)


def parse_examination(value: Mapping[str, object]) -> Examination:
    """Parse what ``examination_json`` returned.

    Raises:
        MalformedExaminationError: It is something else.
    """
    table = TypedTable(value, error=MalformedExaminationError, max_text=_MAX_TEXT)
    if table.take("schema", str) != SCHEMA:
        raise MalformedExaminationError("another schema")
    found = Examination(
        format=table.member("format", DocumentFormat),
        digest=table.take("digest", str),
        findings=tuple(_to_finding(item) for item in _tables(table, "findings")),
        readings=tuple(_to_reading(item) for item in _tables(table, "readings")),
        is_own=table.take("is_own", bool, default=False),
        license=_to_claims(table),
        code=_bytes(table, "code"),
        offline_code=_bytes(table, "offline_code"),
        receipt=_bytes(table, "receipt"),
        record=_bytes(table, "record"),
        record_signature=_bytes(table, "record_signature"),
        attached=_attached(table),
        needs_page=table.take("needs_page", bool, default=False),
    )
    table.finish()
    return found


def _claims(claims: LicenseClaims | None) -> JsonValue:
    return {**claims.as_json()} if claims is not None else {}


def _to_claims(table: TypedTable) -> LicenseClaims | None:
    inner = table.optional_table("license")
    try:
        return LicenseClaims.of_json(inner) if inner is not None else None
    except MalformedIdentifierError as error:
        raise MalformedExaminationError("no identifier of a license") from error


def _finding(finding: Finding) -> dict[str, JsonValue]:
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


def _reading(reading: Reading) -> dict[str, JsonValue]:
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


def _attached(table: TypedTable) -> tuple[bytes, ...]:
    return tuple(_to_bytes(item) for item in _texts(table, "attached"))


def _bytes(table: TypedTable, key: str) -> bytes:
    return _to_bytes(_optional(table, key))


def _to_bytes(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise MalformedExaminationError("no base64") from error
