"""Receipts (核验回执): a verdict with all that it follows from, signed by whoever verified.

A receipt names nobody: the license in it is masked as in reports, and the record stays outside.
It holds the document's digest, what the document says of itself, what every region said, the
trust list, and the policy, so that anybody can judge again, years later, without asking anyone.
"""

import base64
import binascii
import json
import re
import secrets
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache
from typing import Final, Protocol

from certs.canonical import JsonValue
from certs.envelopes import Envelope, parse_envelope
from certs.errors import MalformedRecordError
from certs.typed_tables import TypedTable
from signing.certificates import Certificate
from signing.signed_messages import SignedMessage
from verify.carriers.receipts import MAX_RECEIPT_BYTES, SCHEMA
from verify.checks import Check
from verify.conclusions import Conclusion
from verify.errors import (
    MalformedExaminationError,
    MalformedGroundsError,
    MalformedPolicyError,
    MalformedReceiptError,
)
from verify.examination import Examination
from verify.examination_json import examination_json, parse_examination
from verify.grounds import Grounds
from verify.grounds_json import grounds_json, parse_grounds
from verify.policies import Policy, parse_policy
from verify.report import DocumentFormat
from verify.trust_lists import MAX_LIST_BYTES

_NUMBER_BYTES: Final = 16
_NUMBER: Final = re.compile(r"[A-Z2-7]{26}")
_JUDGED: Final = frozenset(
    {
        Check.SEAL_STATUS,
        Check.TIMESTAMP_TRUSTED,
        Check.LEDGER_TIME,
        Check.ISSUER_CODE,
        Check.ISSUER_ENTITLED,
        Check.TRUST_LIST,
        Check.TRUST_REGION,
        Check.LICENSE_VALIDITY,
        Check.LICENSE_STATUS,
        Check.RECEIPT_VERDICT,
        Check.RECEIPT_DOCUMENT,
    }
)
_MOST_LISTS: Final = 64
_LISTS_KEPT: Final = 4
_MAX_WORDS: Final = 4000


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptVerifier:
    """Who verified: the region, and the authority as its certificate names it.

    Attributes:
        region: 行政区划代码.
        code: 统一社会信用代码; empty where the certificate names none.
    """

    region: str
    name: str
    code: str

    @classmethod
    def of(cls, region: str, certificate: Certificate) -> "ReceiptVerifier":
        """Return whoever a certificate names."""
        return cls(
            region=region,
            name=certificate.organization or certificate.common_name,
            code=certificate.organization_code,
        )

    def as_json(self) -> dict[str, JsonValue]:
        """Return it as receipts carry it."""
        value: dict[str, JsonValue] = {"region": self.region, "name": self.name}
        return value | ({"code": self.code} if self.code else {})


class SignedReceipt(Protocol):
    """What a receipt of any kind says of whoever signed it."""

    @property
    def issued_at(self) -> datetime:
        """When it was signed."""
        ...

    @property
    def verifier(self) -> ReceiptVerifier:
        """Who signed it."""
        ...

    @property
    def grounds(self) -> Grounds:
        """What regions said; the trust list of that day among it."""
        ...

    @property
    def revocation_lists(self) -> tuple[bytes, ...]:
        """The signer's own region's, DER."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """A receipt as it says; nothing is believed yet.

    Attributes:
        number: 26 letters of base32, unguessable.
        issued_at: When it was signed, whole seconds.
        asked_about: The moment that the verdict is about; None for the moment it was made.
        policy: What weighed the findings.
        verdict: What it states, to be remade by ``verify.receipt_statements``.
        zh: The verdict in one sentence, as the verifier's program put it.
        en: The same in English.
        examination: What the document says of itself.
        grounds: What regions said.
        revocation_lists: The verifier's own region's, DER.
    """

    number: str
    issued_at: datetime
    verifier: ReceiptVerifier
    asked_about: datetime | None
    policy: Policy
    verdict: Mapping[str, JsonValue] = field(repr=False)
    zh: str
    en: str
    examination: Examination = field(repr=False)
    grounds: Grounds = field(repr=False)
    revocation_lists: tuple[bytes, ...] = field(default=(), repr=False)

    @property
    def conclusion(self) -> str:
        """What it states in a word."""
        return str(self.verdict.get("conclusion", ""))

    def payload(self) -> dict[str, JsonValue]:
        """Return what is to be signed."""
        value: dict[str, JsonValue] = {
            "schema": SCHEMA,
            "number": self.number,
            "issued_at": self.issued_at.isoformat(),
            "verifier": self.verifier.as_json(),
            "policy": self.policy.as_json(),
            "verdict": dict(self.verdict),
            "zh": self.zh,
            "en": self.en,
            "examination": examination_json(self.examination),
            "grounds": grounds_json(replace(self.grounds, trust_list=b"")),
            "trust_list": pack_list(self.grounds.trust_list),
            "revocation_lists": encoded_lists(self.revocation_lists),
        }
        if self.asked_about is not None:
            value["asked_about"] = self.asked_about.isoformat()
        return value


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptEntry:
    """A receipt as it is kept here.

    Attributes:
        digest: SM3 of the signed receipt, under which it is stored, hexadecimal.
        document: SM3 of what was verified, hexadecimal.
        requester: Who asked for it; that stands nowhere in the receipt.
        request_key: SM3 of the key of the request that led to it; empty without one.
        page: SM3 of its printed page, under which that is stored; empty while there is none.
    """

    number: str
    digest: str
    issued_at: datetime
    document: str
    conclusion: Conclusion
    requester: str
    request_key: str = ""
    page: str = ""


def new_number() -> str:
    """Return a fresh number: 26 letters of base32, 128 random bits."""
    return base64.b32encode(secrets.token_bytes(_NUMBER_BYTES)).decode("ascii").rstrip("=")


def is_number(text: str) -> bool:
    """Whether ``text`` has the form of a receipt's number."""
    return _NUMBER.fullmatch(text) is not None


def kept_form(examination: Examination) -> Examination:
    """Return an examination as a receipt can keep it: nobody named, and text that is text.

    Raises:
        MalformedExaminationError: What the document says cannot be written down.
    """
    value = examination_json(examination.without_people())
    # Names inside a damaged document may hold halves of characters, which have no UTF-8.
    text = json.dumps(value, ensure_ascii=False).encode("utf-8", "replace")
    return parse_examination(json.loads(text))


def parse_receipt(data: bytes) -> tuple[Receipt, SignedMessage]:
    """Parse a receipt; its signature is checked by whoever examined it.

    Returns:
        What it says, and its signature.

    Raises:
        MalformedReceiptError: It is none, or names people.
    """
    try:
        envelope = parse_envelope(data, max_bytes=MAX_RECEIPT_BYTES)
        return _receipt(envelope), envelope.message
    except (
        MalformedRecordError,
        MalformedExaminationError,
        MalformedGroundsError,
        MalformedPolicyError,
    ) as error:
        raise MalformedReceiptError(str(error)) from error


def _receipt(envelope: Envelope) -> Receipt:
    table = _table(envelope.payload)
    if table.take("schema", str) != SCHEMA:
        raise MalformedReceiptError("another schema")
    examination = parse_examination(table.take("examination", dict))
    if examination.record or examination.receipt or examination.needs_page:
        raise MalformedReceiptError("the examination holds what no receipt keeps")
    if any(_is_judged(item.check, examination) for item in examination.findings):
        raise MalformedReceiptError("the examination says what only regions can tell")
    grounds = parse_grounds(table.take("grounds", dict))
    found = Receipt(
        number=table.take("number", str),
        issued_at=table.instant("issued_at"),
        verifier=read_verifier(table.table("verifier")),
        asked_about=table.instant("asked_about") if table.has("asked_about") else None,
        policy=parse_policy(TypedTable(table.take("policy", dict), error=MalformedPolicyError)),
        verdict=table.take("verdict", dict),
        zh=_words(table, "zh"),
        en=_words(table, "en"),
        examination=examination,
        grounds=replace(grounds, trust_list=unpack_list(table.take("trust_list", str))),
        revocation_lists=read_lists(table.take("revocation_lists", list)),
    )
    table.finish()
    if not is_number(found.number) or grounds.trust_list:
        raise MalformedReceiptError("no number of a receipt, or two trust lists")
    return found


def _is_judged(check: Check, examination: Examination) -> bool:
    """Whether a check rests on what regions say, so that no document can have passed it."""
    if check is Check.CODE_SIGNATURE:
        # The code on a face is compared with the face; one that comes alone is not.
        return examination.format is DocumentFormat.QR
    return check in _JUDGED or "_certificate." in check


def _table(value: Mapping[str, object]) -> TypedTable:
    return TypedTable(value, error=MalformedReceiptError, max_text=MAX_RECEIPT_BYTES)


def read_verifier(table: TypedTable) -> ReceiptVerifier:
    """Return who signed, as `ReceiptVerifier.as_json` wrote it."""
    found = ReceiptVerifier(
        region=table.take("region", str),
        name=table.take("name", str),
        code=table.take("code", str) if table.has("code") else "",
    )
    table.finish()
    return found


def _words(table: TypedTable, key: str) -> str:
    text = table.take(key, str)
    if len(text) > _MAX_WORDS:
        raise table.error(key, f"must be at most {_MAX_WORDS} characters")
    return text


def read_lists(values: list[object]) -> tuple[bytes, ...]:
    """Return the revocation lists inside a receipt, DER.

    Raises:
        MalformedReceiptError: They are too many, or no base64.
    """
    if len(values) > _MOST_LISTS:
        raise MalformedReceiptError(f"more than {_MOST_LISTS} revocation lists")
    return tuple(_bytes(item) for item in values)


def _bytes(value: object) -> bytes:
    try:
        return base64.b64decode(str(value), validate=True)
    except (binascii.Error, ValueError) as error:
        raise MalformedReceiptError("no base64") from error


def unpack_list(text: str) -> bytes:
    """Return the trust list inside a receipt; no more is unpacked than a list may have.

    Raises:
        MalformedReceiptError: It cannot be unpacked.
    """
    packed = zlib.decompressobj()
    try:
        found = packed.decompress(_bytes(text), MAX_LIST_BYTES + 1)
    except zlib.error as error:
        raise MalformedReceiptError("the trust list cannot be unpacked") from error
    if not packed.eof or packed.unused_data or len(found) > MAX_LIST_BYTES:
        raise MalformedReceiptError("the trust list cannot be unpacked, or is too large")
    return found


@lru_cache(_LISTS_KEPT)
def pack_list(trust_list: bytes) -> str:
    """Return a trust list as receipts carry it; one list stands in many receipts."""
    return _text(zlib.compress(trust_list, 9))


def encoded_lists(lists: tuple[bytes, ...]) -> list[JsonValue]:
    """Return revocation lists as receipts carry them."""
    return [_text(item) for item in lists]


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")
