"""The value of ``/Contents``: one DER element, then zeros up to a size fixed in advance."""

from typing import Final

from signing.errors import MalformedPdfError
from signing.pdf.rules import PdfRule

MAX_CONTENTS_BYTES: Final = 1024 * 1024
_LONG_FORM: Final = 0x80
_MAX_LENGTH_OCTETS: Final = 4


def pad_contents(value: bytes, *, size_bytes: int) -> bytes:
    """Return ``value`` followed by zeros, ``size_bytes`` in all.

    Raises:
        MalformedPdfError: ``value`` is not one DER element, or does not fit.
    """
    if len(value) > size_bytes or _element_bytes(value) != len(value):
        raise _malformed(f"{len(value)} bytes are not one DER element of at most {size_bytes}")
    return value + bytes(size_bytes - len(value))


def strip_contents(padded: bytes) -> bytes:
    """Return the DER element at the start, which only zeros may follow.

    The element's own length decides; a value may end in zeros itself.

    Raises:
        MalformedPdfError: No definite length, longer than what is there, or not only zeros.
    """
    end = _element_bytes(padded)
    if end > len(padded) or padded.count(0, end) != len(padded) - end:
        raise _malformed("the element is cut short or something follows it")
    return padded[:end]


def _element_bytes(data: bytes) -> int:
    """Return how long the element at the start says it is, header included."""
    head = data[:2]
    if len(head) < len(b"\x30\x00") or head[0] == 0:
        raise _malformed("there is no element")
    if head[1] < _LONG_FORM:
        return 2 + head[1]
    count = head[1] - _LONG_FORM
    octets = data[2 : 2 + count]
    if not 0 < count <= _MAX_LENGTH_OCTETS or len(octets) != count:
        raise _malformed("the element has no definite length")
    return 2 + count + int.from_bytes(octets, "big")


def _malformed(message: str) -> MalformedPdfError:
    return MalformedPdfError(PdfRule.CONTENTS, message)
