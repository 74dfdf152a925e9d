"""One entry of a ledger (账本条目): that something happened, without saying to whom.

An entry names what it is about by SM3 digests alone, of things that hold a random salt or a
signature: whoever has the thing finds it, and nobody else learns anything.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum, unique
from typing import Final, Self

from certs import canonical
from certs.errors import MalformedRecordError

MAX_ENTRY_BYTES: Final = 1_024

_DIGEST: Final = re.compile(r"[0-9a-f]{64}")
_KIND: Final = re.compile(r"[a-z]{3,30}")
_ORGANIZATION: Final = re.compile(r"[0-9A-Z]{0,18}")
_TIME: Final = "%Y-%m-%dT%H:%M:%SZ"
_MAX_DIGESTS: Final = 8


@unique
class LedgerName(StrEnum):
    """A region's logs."""

    ISSUE = "issue"
    """签发: licenses, and what becomes of them."""
    ARCHIVE = "archive"
    """归档: packages."""
    AUDIT = "audit"
    """审计: who used what, and why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerEntry:
    """What stands in the log.

    Attributes:
        kind: What happened, as ``issued`` or ``revoked``.
        at: When, by the clock of the region; whole seconds. The log itself shows by which
            checkpoint it was there.
        organization: 统一社会信用代码 of who did it; empty for the region itself.
        digests: What it is about, SM3 in hexadecimal.

    Raises:
        MalformedRecordError: No entry says this.
    """

    kind: str
    at: datetime
    organization: str
    digests: tuple[str, ...]

    def __post_init__(self) -> None:
        is_said = _KIND.fullmatch(self.kind) and _ORGANIZATION.fullmatch(self.organization)
        if not is_said or self.at.microsecond or self.at.utcoffset() is None:
            raise MalformedRecordError("no entry of a ledger says this")
        if not 0 < len(self.digests) <= _MAX_DIGESTS or not all(map(_is_digest, self.digests)):
            raise MalformedRecordError("an entry of a ledger is about one to eight digests")

    def encode(self) -> bytes:
        """Return the canonical JSON of the entry, whose hash is the leaf."""
        return canonical.encode(
            {
                "at": self.at.astimezone(UTC).strftime(_TIME),
                "digests": self.digests,
                "kind": self.kind,
                "organization": self.organization,
            },
            max_bytes=MAX_ENTRY_BYTES,
        )

    @classmethod
    def parse(cls, encoded: bytes) -> Self:
        """Read what `encode` wrote.

        Raises:
            MalformedRecordError: It is no entry.
        """
        match canonical.decode(encoded, max_bytes=MAX_ENTRY_BYTES):
            case {"at": str(at), "kind": str(kind), "organization": str(who), **rest}:
                digests = _texts(rest)
            case _:
                raise MalformedRecordError("not an entry of a ledger")
        try:
            instant = datetime.strptime(at, _TIME).replace(tzinfo=UTC)
        except ValueError as error:
            raise MalformedRecordError("not the time of an entry") from error
        entry = cls(kind=kind, at=instant, organization=who, digests=digests)
        if entry.encode() != encoded:
            raise MalformedRecordError("not the one spelling of an entry")
        return entry


def _texts(rest: Mapping[object, object]) -> tuple[str, ...]:
    """Return the digests, the only member that is left."""
    digests = rest.get("digests")
    if len(rest) != 1 or not isinstance(digests, list):
        raise MalformedRecordError("not an entry of a ledger")
    return tuple(digest for digest in digests if isinstance(digest, str))


def _is_digest(text: str) -> bool:
    return _DIGEST.fullmatch(text) is not None
