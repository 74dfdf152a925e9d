"""The grounds of a verdict as JSON: what a report or a receipt carries so that it can be remade.

Bytes are base64, instants ISO 8601. They name nobody.
"""

import base64
import binascii
from collections.abc import Mapping
from datetime import datetime
from typing import Final

from certs.canonical import JsonValue
from certs.typed_tables import TypedTable
from verify.errors import MalformedGroundsError
from verify.grounds import (
    Asked,
    Grounds,
    KeyQuestion,
    LicenseQuestion,
    ListQuestion,
    SealQuestion,
)

SCHEMA: Final = "yinxin.grounds/1"
_MAX_TEXT: Final = 16 * 2**20


def grounds_json(grounds: Grounds) -> dict[str, JsonValue]:
    """Return ``grounds`` as a JSON object; proofs of a ledger are rarely asked for."""
    proofs: list[JsonValue] = [
        {
            "region": question.region,
            "identifier": question.identifier,
            **_heard("proof", proof),
        }
        for question, proof in grounds.ledger_proofs
    ]
    return {
        "schema": SCHEMA,
        "gathered_at": grounds.gathered_at.isoformat(),
        "trust_list": _text(grounds.trust_list),
        "revocation_lists": [
            {"region": region, "lists": [_text(item) for item in lists]}
            for region, lists in grounds.revocation_lists
        ],
        "certificates": [
            {
                "region": question.region,
                "key_id": question.key_id.hex(),
                "certificates": [_text(item) for item in found],
            }
            for question, found in grounds.certificates
        ],
        "status_lists": [
            {
                "region": question.region,
                "number": question.number,
                "moment": _instant(question.moment),
                **_heard("token", token),
            }
            for question, token in grounds.status_lists
        ],
        "license_answers": [
            {
                "region": question.region,
                "identifier": question.identifier,
                "moment": _instant(question.moment),
                **_asked(asked),
            }
            for question, asked in grounds.license_answers
        ],
        "seal_answers": [
            {
                "region": question.region,
                "code": question.code,
                "moment": _instant(question.moment),
                **_asked(asked),
            }
            for question, asked in grounds.seal_answers
        ],
        "seal_standings": [
            {"region": region, **_heard("bulletin", bulletin)}
            for region, bulletin in grounds.seal_standings
        ],
        **({"ledger_proofs": proofs} if proofs else {}),
    }


def parse_grounds(value: Mapping[str, object]) -> Grounds:
    """Parse what ``grounds_json`` returned.

    Raises:
        MalformedGroundsError: It is something else.
    """
    table = TypedTable(value, error=MalformedGroundsError, max_text=_MAX_TEXT)
    if table.take("schema", str) != SCHEMA:
        raise MalformedGroundsError("another schema")
    found = Grounds(
        gathered_at=table.instant("gathered_at"),
        trust_list=_bytes(table, "trust_list"),
        revocation_lists=tuple(
            (item.take("region", str), _all_bytes(item, "lists"))
            for item in _tables(table, "revocation_lists")
        ),
        certificates=tuple(_certificates(item) for item in _tables(table, "certificates")),
        status_lists=tuple(_status_list(item) for item in _tables(table, "status_lists")),
        license_answers=tuple(
            (
                LicenseQuestion(
                    region=item.take("region", str),
                    identifier=item.take("identifier", str),
                    moment=_moment(item),
                ),
                _to_asked(item),
            )
            for item in _tables(table, "license_answers")
        ),
        seal_answers=tuple(
            (
                SealQuestion(
                    region=item.take("region", str),
                    code=_optional(item, "code"),
                    moment=item.instant("moment"),
                ),
                _to_asked(item),
            )
            for item in _tables(table, "seal_answers")
        ),
        seal_standings=tuple(
            (item.take("region", str), _bytes(item, "bulletin") if item.has("bulletin") else None)
            for item in _tables(table, "seal_standings")
        ),
        ledger_proofs=tuple(
            (
                LicenseQuestion(
                    region=item.take("region", str), identifier=item.take("identifier", str)
                ),
                _bytes(item, "proof") if item.has("proof") else None,
            )
            for item in (_tables(table, "ledger_proofs") if table.has("ledger_proofs") else ())
        ),
    )
    table.finish()
    return found


def _asked(asked: Asked) -> dict[str, JsonValue]:
    return {
        "nonce": asked.nonce,
        "asked_at": asked.at.isoformat(),
        **_heard("answer", asked.answer),
    }


def _heard(key: str, answer: bytes | None) -> dict[str, JsonValue]:
    """Return what came back; silence leaves the key out."""
    return {} if answer is None else {key: _text(answer)}


def _to_asked(table: TypedTable) -> Asked:
    return Asked(
        nonce=_optional(table, "nonce"),
        at=table.instant("asked_at"),
        answer=_bytes(table, "answer") if table.has("answer") else None,
    )


def _certificates(table: TypedTable) -> tuple[KeyQuestion, tuple[bytes, ...]]:
    try:
        key_id = bytes.fromhex(table.take("key_id", str))
    except ValueError as error:
        raise table.error("key_id", "is not hexadecimal") from error
    question = KeyQuestion(region=table.take("region", str), key_id=key_id)
    return question, _all_bytes(table, "certificates")


def _status_list(table: TypedTable) -> tuple[ListQuestion, bytes | None]:
    question = ListQuestion(
        region=table.take("region", str), number=table.take("number", int), moment=_moment(table)
    )
    return question, _bytes(table, "token") if table.has("token") else None


def _tables(table: TypedTable, key: str) -> tuple[TypedTable, ...]:
    return table.tables(key, may_be_empty=True)


def _moment(table: TypedTable) -> datetime | None:
    text = _optional(table, "moment")
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise table.error("moment", "is no time") from error
    if moment.tzinfo is None:
        raise table.error("moment", "has no time zone")
    return moment


def _optional(table: TypedTable, key: str) -> str:
    """Return a text that may be empty, as what was not said is written."""
    return table.any_text(key)


def _instant(instant: datetime | None) -> str:
    return instant.isoformat() if instant is not None else ""


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def _bytes(table: TypedTable, key: str) -> bytes:
    return _decoded(table, key, _optional(table, key))


def _all_bytes(table: TypedTable, key: str) -> tuple[bytes, ...]:
    return tuple(_decoded(table, key, str(item)) for item in table.take(key, list))


def _decoded(table: TypedTable, key: str, text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise table.error(key, "is not base64") from error
