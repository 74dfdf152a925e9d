"""Handing over (移交): the signed list (交接单据), and the signed receipt of it.

Both are JSON ``{"payload", "signature"}`` as trust lists and receipts of verdicts are. The list
names every package by its id, its SM3 and its length, in order and numbered without a gap, so
that whoever receives them needs nothing else of the sender.
Source: unconfirmed; GB/T 18894-2016 asks for such a document, its form was not read.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum, unique
from typing import Final, Protocol

from certs import canonical
from certs.canonical import JsonValue
from certs.errors import HandoverError
from signing.algorithms import sm3

LIST_SCHEMA: Final = "yinxin.handover/1"
RECEIPT_SCHEMA: Final = "yinxin.handover-receipt/1"
MAX_ITEMS: Final = 10_000
MAX_LIST_BYTES: Final = 8 * 2**20
_NAME: Final = re.compile(r"[0-9A-Za-z][0-9A-Za-z.\-]{0,199}")
_DIGEST: Final = re.compile(r"[0-9a-f]{64}")
_MAX_BYTES: Final = 100_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class HandoverParty:
    """Who hands over, or receives.

    Attributes:
        name: As people call it.
        region: 行政区划代码; empty for whoever is in no trust list.
    """

    name: str
    region: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HandoverItem:
    """One package of a list.

    Attributes:
        name: 电子文件号, the identifier of the license or the number of the case.
        package: The id of the package in the file.
        sm3: SM3 of the file, hexadecimal.
        completes: The id under which the sender keeps it, where what that one refers to was put
            in; empty where it is the same.

    Raises:
        HandoverError: It names no package.
    """

    name: str
    package: str
    sm3: str
    length_bytes: int
    completes: str = ""

    def __post_init__(self) -> None:
        digests = (self.package, self.sm3, *((self.completes,) if self.completes else ()))
        is_named = _NAME.fullmatch(self.name) and all(map(_DIGEST.fullmatch, digests))
        if not is_named or not 0 < self.length_bytes <= _MAX_BYTES:
            raise HandoverError("交接单据的条目不合格式 · an item of the list is malformed")

    @property
    def file(self) -> str:
        """Where the package lies in the folder that is handed over."""
        return f"packages/{self.package}.zip"


@dataclass(frozen=True, slots=True, kw_only=True)
class HandoverList:
    """交接单据.

    Attributes:
        number: 26 letters of base32.
        made_at: Whole seconds.

    Raises:
        HandoverError: It lists nothing, too much, or something twice.
    """

    number: str
    made_at: datetime
    sender: HandoverParty
    receiver: HandoverParty
    items: tuple[HandoverItem, ...]

    def __post_init__(self) -> None:
        packages = {item.package for item in self.items}
        if not 0 < len(self.items) <= MAX_ITEMS or len(packages) != len(self.items):
            raise HandoverError(
                f"交接单据须列 1 至 {MAX_ITEMS} 件，每件一次 · 1 to {MAX_ITEMS} packages, each once"
            )

    @property
    def length_bytes(self) -> int:
        """How long all of it is."""
        return sum(item.length_bytes for item in self.items)

    @property
    def digest(self) -> str:
        """SM3 of the list of packages in canonical form, hexadecimal."""
        return items_digest(self.items)

    def payload(self) -> dict[str, JsonValue]:
        """Return what is to be signed."""
        return {
            "schema": LIST_SCHEMA,
            "number": self.number,
            "made_at": self.made_at.isoformat(),
            "sender": _party_json(self.sender),
            "receiver": _party_json(self.receiver),
            "count": len(self.items),
            "bytes": self.length_bytes,
            "sm3": self.digest,
            "items": _items_json(self.items),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class HandoverReceipt:
    """What the receiver signs when every package was found in order.

    Attributes:
        list: Identity of the list: SM3 of its payload, hexadecimal.
        number: The list's.
        digest: SM3 of the list of packages.
        report: SM3 of the report of the checks, hexadecimal.
    """

    list: str
    number: str
    receiver: HandoverParty
    received_at: datetime
    count: int
    length_bytes: int
    digest: str
    report: str

    def payload(self) -> dict[str, JsonValue]:
        """Return what is to be signed."""
        return {
            "schema": RECEIPT_SCHEMA,
            "list": self.list,
            "number": self.number,
            "receiver": _party_json(self.receiver),
            "received_at": self.received_at.isoformat(),
            "count": self.count,
            "bytes": self.length_bytes,
            "sm3": self.digest,
            "report": self.report,
        }

    def is_of(self, other: HandoverList, *, identity: str) -> bool:
        """Whether it is a receipt of all of this list, and of nothing else."""
        mine = (self.list, self.number, self.count, self.length_bytes, self.digest)
        return mine == (identity, other.number, len(other.items), other.length_bytes, other.digest)


@unique
class HandoverSide(StrEnum):
    """Which part an instance has in a handover."""

    SENT = "sent"
    RECEIVED = "received"


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptHandover:
    """A handover as it is on record.

    Attributes:
        identity: SM3 of the list's payload, hexadecimal.
        partner: The other party by name.
        digest: SM3 of the list of packages.
        encoded: The signed list.
        receipt: The signed receipt; empty until there is one.
        closed_at: When the receipt was given, or came back.
    """

    identity: str
    side: HandoverSide
    number: str
    partner: str
    digest: str
    made_at: datetime
    encoded: bytes
    receipt: bytes = b""
    closed_at: datetime | None = None


class HandoverBook(Protocol):
    """Handovers on record."""

    def add(self, handover: KeptHandover) -> None:
        """Keep a handover; keeping the same again does no harm, and changes nothing."""
        ...

    def find(self, identity: str, side: HandoverSide) -> KeptHandover | None:
        """Return the handover of a list, or None."""
        ...

    def open_of(self, partner: str, digest: str) -> KeptHandover | None:
        """Return what was handed over to somebody and not received yet, by the list's digest."""
        ...

    def close(self, identity: str, receipt: bytes, at: datetime) -> bool:
        """Keep the receipt of what was sent; tell whether there was none before."""
        ...


def items_digest(items: tuple[HandoverItem, ...]) -> str:
    """Return SM3 of a list of packages in canonical form, hexadecimal."""
    return sm3(canonical.encode(_items_json(items), max_bytes=MAX_LIST_BYTES)).hex()


def _items_json(items: tuple[HandoverItem, ...]) -> list[JsonValue]:
    return [
        {
            "no": number,
            "name": item.name,
            "package": item.package,
            "sm3": item.sm3,
            "bytes": item.length_bytes,
            **({"completes": item.completes} if item.completes else {}),
        }
        for number, item in enumerate(items, start=1)
    ]


def _party_json(party: HandoverParty) -> dict[str, JsonValue]:
    value: dict[str, JsonValue] = {"name": party.name}
    return value | ({"region": party.region} if party.region else {})
