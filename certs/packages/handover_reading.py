"""Lists of what is handed over (交接单据), and receipts of them, read from their signed form."""

import re
from collections.abc import Mapping
from typing import Final

from certs.envelopes import Envelope, parse_envelope
from certs.errors import HandoverError, MalformedRecordError
from certs.packages.handovers import (
    LIST_SCHEMA,
    MAX_LIST_BYTES,
    RECEIPT_SCHEMA,
    HandoverItem,
    HandoverList,
    HandoverParty,
    HandoverReceipt,
)
from certs.typed_tables import TypedTable

MAX_SIGNED_BYTES: Final = 2 * MAX_LIST_BYTES
_NUMBER: Final = re.compile(r"[A-Z2-7]{26}")


def parse_handover(data: bytes) -> tuple[HandoverList, Envelope]:
    """Read a list; whether its signer may be believed is another question.

    Raises:
        HandoverError: It is none, or its sums contradict it.
    """
    envelope, table = _opened(data, LIST_SCHEMA)
    listed = table.take("items", list)
    found = HandoverList(
        number=_number(table),
        made_at=table.instant("made_at"),
        sender=_party(table.table("sender")),
        receiver=_party(table.table("receiver")),
        items=tuple(_item(number, item) for number, item in enumerate(listed, start=1)),
    )
    sums = (table.take("count", int), table.take("bytes", int), table.take("sm3", str))
    table.finish()
    if sums != (len(found.items), found.length_bytes, found.digest):
        raise HandoverError("交接单据的合计与条目不符 · the sums of the list contradict it")
    return found, envelope


def parse_handover_receipt(data: bytes) -> tuple[HandoverReceipt, Envelope]:
    """Read a receipt; whether its signer may be believed is another question.

    Raises:
        HandoverError: It is none.
    """
    envelope, table = _opened(data, RECEIPT_SCHEMA)
    found = HandoverReceipt(
        list=table.take("list", str),
        number=_number(table),
        receiver=_party(table.table("receiver")),
        received_at=table.instant("received_at"),
        count=table.take("count", int),
        length_bytes=table.take("bytes", int),
        digest=table.take("sm3", str),
        report=table.take("report", str),
    )
    table.finish()
    return found, envelope


def identity_of(envelope: Envelope) -> str:
    """Return the identity of a signed list, hexadecimal."""
    return envelope.identity.hex()


def _opened(data: bytes, schema: str) -> tuple[Envelope, TypedTable]:
    try:
        envelope = parse_envelope(data, max_bytes=MAX_SIGNED_BYTES)
    except MalformedRecordError as error:
        raise HandoverError(f"不是交接单据或其回执 · no list, and no receipt: {error}") from error
    table = TypedTable(envelope.payload, error=HandoverError)
    if table.take("schema", str) != schema:
        raise HandoverError("不是交接单据或其回执 · another schema")
    return envelope, table


def _item(number: int, value: object) -> HandoverItem:
    if not isinstance(value, Mapping):
        raise HandoverError("交接单据的条目不合格式 · an item of the list is malformed")
    table = TypedTable(value, error=HandoverError, where=f"items[{number}]")
    if table.take("no", int) != number:
        raise HandoverError(f"交接单据缺号：{number} · a number of the list is missing")
    found = HandoverItem(
        name=table.take("name", str),
        package=table.take("package", str),
        sm3=table.take("sm3", str),
        length_bytes=table.take("bytes", int),
        completes=table.optional_text("completes"),
    )
    table.finish()
    return found


def _party(table: TypedTable) -> HandoverParty:
    found = HandoverParty(name=table.take("name", str), region=table.optional_text("region"))
    table.finish()
    return found


def _number(table: TypedTable) -> str:
    number = table.take("number", str)
    if not _NUMBER.fullmatch(number):
        raise HandoverError("交接单据编号不合格式 · no number of a list")
    return number
