"""What a timestamp says (TSTInfo): the digest, the time, under which rules and how exactly.

Source: RFC 3161 §2.4.2.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from signing import der
from signing.algorithms import SM3, SM3_BYTES
from signing.errors import MalformedStructureError

TST_INFO: Final = "1.2.840.113549.1.9.16.1.4"
"""id-ct-TSTInfo: the content type of tokens."""
_SM3_NAMES: Final = frozenset({SM3, f"{SM3}.1"})
_MAX_NUMBER_BYTES: Final = 64
_TIME: Final = re.compile(rb"(\d{14})(?:\.(\d{1,9}))?Z")
_NULL: Final = der.tlv(der.NULL)
_EXTENSIONS: Final = 0xA1
_OPTIONAL: Final = (der.SEQUENCE, der.BOOLEAN, der.INTEGER, 0xA0, _EXTENSIONS)
"""accuracy, ordering, nonce, tsa and extensions, in this order."""
_UNITS: Final = {
    der.INTEGER: ("seconds", 10**9),
    0x80: ("milliseconds", 1000),
    0x81: ("microseconds", 1000),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class TimestampInfo:
    """The content of a timestamp token.

    Attributes:
        policy: Dotted OID of the rules it is given under.
        imprint: The SM3 digest that is timestamped, 32 bytes.
        time: genTime, UTC, cut to microseconds.
        nonce: What the request said, if it said anything.
        accuracy: How far off ``time`` may be, if the authority says so.
    """

    policy: str
    imprint: bytes
    serial: int
    time: datetime
    nonce: int | None = None
    accuracy: timedelta | None = None

    def encode(self) -> bytes:
        """Return the DER; time in whole seconds, accuracy too."""
        accuracy = self.accuracy
        return der.sequence(
            der.integer(1),
            der.oid(self.policy),
            encode_imprint(self.imprint),
            der.integer(self.serial),
            der.generalized_time(self.time),
            *(
                ()
                if accuracy is None
                else (der.sequence(der.integer(int(accuracy.total_seconds()))),)
            ),
            *(() if self.nonce is None else (der.integer(self.nonce),)),
        )


def parse_info(data: bytes) -> TimestampInfo:
    """Parse a TSTInfo.

    Raises:
        MalformedStructureError: Not one over an SM3 digest, or with a critical extension.
    """
    version, policy, imprint, serial, time, *more = at_least(der.read(data), 5)
    if der.to_integer(version) != 1:
        raise MalformedStructureError("not a version 1 timestamp")
    optional = _optional(more)
    nonce, accuracy = optional.get(der.INTEGER), optional.get(der.SEQUENCE)
    return TimestampInfo(
        policy=der.to_oid(policy),
        imprint=parse_imprint(imprint),
        serial=to_number(serial),
        time=_time(time),
        nonce=None if nonce is None else to_number(nonce),
        accuracy=None if accuracy is None else _accuracy(accuracy),
    )


def encode_imprint(digest: bytes) -> bytes:
    """Return a MessageImprint of an SM3 digest, DER."""
    return der.sequence(der.sequence(der.oid(SM3)), der.octets(digest))


def parse_imprint(imprint: der.Element) -> bytes:
    """Return the SM3 digest of a MessageImprint, 32 bytes.

    Raises:
        MalformedStructureError: Another algorithm or length.
    """
    algorithm, digest = der.parts(imprint, der.SEQUENCE, der.OCTET_STRING)
    if not is_sm3(algorithm) or len(digest.content) != SM3_BYTES:
        raise MalformedStructureError("the imprint is no SM3 digest")
    return digest.content


def is_sm3(algorithm: der.Element) -> bool:
    """Whether an AlgorithmIdentifier names SM3, with NULL parameters or none."""
    return algorithm_of(algorithm) in _SM3_NAMES


def algorithm_of(identifier: der.Element) -> str:
    """Return the dotted OID of an AlgorithmIdentifier with NULL parameters or none.

    Raises:
        MalformedStructureError: It is none, or has other parameters.
    """
    kind, *parameters = at_least(identifier, 1)
    if [item.encoded for item in parameters] not in ([], [_NULL]):
        raise MalformedStructureError("an algorithm has parameters")
    return der.to_oid(kind)


def at_least(element: der.Element, count: int) -> tuple[der.Element, ...]:
    """Return the parts of a SEQUENCE that has ``count`` of them or more.

    Raises:
        MalformedStructureError: It is no sequence, or shorter.
    """
    found = der.children(der.expect(element, der.SEQUENCE))
    if len(found) < count:
        raise MalformedStructureError(f"expected {count} parts or more, found {len(found)}")
    return found


def to_number(element: der.Element) -> int:
    """Return a serial number or a nonce, at most 64 bytes.

    Raises:
        MalformedStructureError: No minimal INTEGER, or longer.
    """
    if len(element.content) > _MAX_NUMBER_BYTES:
        raise MalformedStructureError("a number of a timestamp is too long")
    return der.to_integer(element)


def _optional(found: list[der.Element]) -> dict[int, der.Element]:
    tags = [item.tag for item in found]
    if tags != [tag for tag in _OPTIONAL if tag in tags]:
        raise MalformedStructureError("a timestamp says too much, or out of order")
    optional = dict(zip(tags, found, strict=True))
    for extension in der.children(optional[_EXTENSIONS]) if _EXTENSIONS in optional else ():
        flags = [part for part in der.children(extension) if part.tag == der.BOOLEAN]
        if any(flag.content != b"\0" for flag in flags):
            raise MalformedStructureError("a critical extension of a timestamp is unknown")
    return optional


def _accuracy(element: der.Element) -> timedelta:
    found: dict[str, int] = {}
    for part in der.children(element):
        unit, limit = _UNITS.get(part.tag, ("", 0))
        value = int.from_bytes(part.content[:8], "big", signed=True)
        if not unit or unit in found or not 0 <= value < limit:
            raise MalformedStructureError("a timestamp's accuracy is no length of time")
        found[unit] = value
    return timedelta(**found)


def _time(element: der.Element) -> datetime:
    """Return genTime, which alone among the times of signatures may have fractions."""
    match = _TIME.fullmatch(der.expect(element, der.GENERALIZED_TIME).content)
    if match is None:
        raise MalformedStructureError("not a time in UTC")
    whole = der.to_time(der.read(der.tlv(der.GENERALIZED_TIME, match[1], b"Z")))
    fraction = (match[2] or b"").ljust(6, b"0")[:6]
    return whole.astimezone(UTC) + timedelta(microseconds=int(fraction))
