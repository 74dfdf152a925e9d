"""Rice codes: ascending whole numbers in little room, for what changed in a list.

A number is told by its distance to the one before: the distance divided by 2^k as so many ones
and a zero, then k bits of the remainder. For numbers strewn evenly no code of whole bits is
much shorter. Source: R. F. Rice, adaptive variable-length coding; the layout is our own.
"""

from collections.abc import Sequence
from typing import Final

from certs.errors import MalformedStatusListError

MAX_PARAMETER: Final = 32
_BYTE_BITS: Final = 8


def parameter_for(count: int, *, size: int) -> int:
    """Return the k that codes ``count`` numbers below ``size`` best, if they are strewn evenly."""
    # The best k is near the logarithm to 2 of 0.69 (ln 2) of the mean distance.
    mean = 69 * size // (100 * max(count, 1))
    return max(mean.bit_length() - 1, 0)


def encode(numbers: Sequence[int], *, parameter: int) -> bytes:
    """Return ascending numbers, each once, as bits; the last byte is filled up with zeros."""
    words, before = [], -1
    for number in numbers:
        quotient, rest = divmod(number - before - 1, 1 << parameter)
        words.append("1" * quotient + "0" + (f"{rest:0{parameter}b}" if parameter else ""))
        before = number
    text = "".join(words)
    text += "0" * (-len(text) % _BYTE_BITS)
    return int("0" + text, 2).to_bytes(len(text) // _BYTE_BITS)


def decode(data: bytes, *, count: int, parameter: int, size: int) -> tuple[int, ...]:
    """Return the numbers in ``data``.

    Args:
        data: What ``encode`` returned.
        count: How many numbers there are.
        parameter: The k that they were coded with.
        size: All numbers are below this.

    Raises:
        MalformedStatusListError: Not ``count`` numbers below ``size`` in exactly these bytes.
    """
    bits = f"{int.from_bytes(data):0{len(data) * _BYTE_BITS}b}" if data else ""
    numbers, before, at = [], -1, 0
    for _ in range(count):
        end = bits.find("0", at)
        quotient, rest = end - at, bits[end + 1 : end + 1 + parameter]
        if end < 0 or len(rest) != parameter:
            raise MalformedStatusListError("the changes end too soon")
        before += 1 + (quotient << parameter) + int("0" + rest, 2)
        if before >= size:
            raise MalformedStatusListError("a change of an entry that is none")
        numbers.append(before)
        at = end + 1 + parameter
    # What fills the last byte holds nothing, so that changes have one form.
    if len(bits) - at >= _BYTE_BITS or "1" in bits[at:]:
        raise MalformedStatusListError("something behind the changes")
    return tuple(numbers)
