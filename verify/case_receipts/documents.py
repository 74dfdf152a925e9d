"""Signed receipts of cases (受理通知书的数据原件): read years later without asking anybody.

Beside the statement a receipt carries the trust list of its day and the revocation lists of the
region that signed, as receipts of verdicts do; the page on paper has the same bytes inside.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Self

from certs.canonical import JsonValue
from certs.envelopes import parse_envelope
from certs.errors import MalformedRecordError
from certs.typed_tables import TypedTable
from signing.signed_messages import SignedMessage
from verify.carriers.receipts import CASE_SCHEMA, MAX_RECEIPT_BYTES
from verify.errors import MalformedReceiptError
from verify.grounds import Grounds
from verify.receipts import (
    ReceiptVerifier,
    encoded_lists,
    is_number,
    pack_list,
    read_lists,
    read_verifier,
    unpack_list,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseReceiptDocument:
    """A receipt of a case as it says; nothing is believed yet.

    Attributes:
        number: 26 letters of base32, unguessable: whoever holds the receipt knows it.
        version: From 1.
        former: The number of the version before; empty for the first.
        issued_at: When it was signed, whole seconds.
        verifier: The region that issued it, and its authority.
        statement: What it says of the case.
        complaint: Where to turn when the window asks for more.
        grounds: The trust list of that day.
        revocation_lists: The region's own, DER.
    """

    number: str
    version: int
    former: str
    issued_at: datetime
    verifier: ReceiptVerifier
    statement: Mapping[str, JsonValue] = field(repr=False)
    complaint: str
    grounds: Grounds = field(repr=False)
    revocation_lists: tuple[bytes, ...] = field(default=(), repr=False)

    @property
    def case_id(self) -> str:
        """The case."""
        return str(self.statement.get("case", ""))

    def payload(self) -> dict[str, JsonValue]:
        """Return what is to be signed."""
        value: dict[str, JsonValue] = {
            "schema": CASE_SCHEMA,
            "number": self.number,
            "version": self.version,
            "issued_at": self.issued_at.isoformat(),
            "issuer": self.verifier.as_json(),
            "statement": dict(self.statement),
            "complaint": self.complaint,
            "trust_list": pack_list(self.grounds.trust_list),
            "revocation_lists": encoded_lists(self.revocation_lists),
        }
        return value | ({"former": self.former} if self.former else {})

    @classmethod
    def parse(cls, data: bytes) -> tuple[Self, SignedMessage]:
        """Parse a receipt; its signature is checked by whoever examined it.

        Raises:
            MalformedReceiptError: It is none.
        """
        try:
            envelope = parse_envelope(data, max_bytes=MAX_RECEIPT_BYTES)
        except MalformedRecordError as error:
            raise MalformedReceiptError(str(error)) from error
        table = TypedTable(
            envelope.payload, error=MalformedReceiptError, max_text=MAX_RECEIPT_BYTES
        )
        found = cls._of(table)
        table.finish()
        return found, envelope.message

    @classmethod
    def _of(cls, table: TypedTable) -> Self:
        if table.take("schema", str) != CASE_SCHEMA:
            raise table.error("schema", f"must be {CASE_SCHEMA}")
        issued_at = table.instant("issued_at")
        found = cls(
            number=table.take("number", str),
            version=table.take("version", int),
            former=table.take("former", str) if table.has("former") else "",
            issued_at=issued_at,
            verifier=read_verifier(table.table("issuer")),
            statement=table.take("statement", dict),
            complaint=table.take("complaint", str),
            grounds=Grounds(
                gathered_at=issued_at, trust_list=unpack_list(table.take("trust_list", str))
            ),
            revocation_lists=read_lists(table.take("revocation_lists", list)),
        )
        if not is_number(found.number) or (found.version == 1) != (found.former == ""):
            raise MalformedReceiptError("no number of a receipt, or no former version")
        return found
