"""Hide what identifies a person before it is shown, logged or put into a message."""

import re

# An 18-digit citizen number, or the 15-digit form of before 1999, by the shape of its
# birth date; found inside longer text as well, because people type it into any column.
_CITIZEN_NUMBER = re.compile(
    r"[1-9][0-9]{5}(?:"
    r"(?:18|19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])[0-9]{3}[0-9Xx]"
    r"|[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])[0-9]{3}(?![0-9])"
    r")"
)
_LONGEST_SHORT_TEXT = 6


def mask(text: str) -> str:
    """Return ``text`` with its middle as stars: 3 characters stay in front, 2 behind.

    Of six characters or fewer (names, mostly) only the first stays.
    """
    if len(text) <= _LONGEST_SHORT_TEXT:
        return text[:1] + "*" * (len(text) - 1)
    return text[:3] + "*" * (len(text) - 5) + text[-2:]


def redact(text: str) -> str:
    """Return ``text`` with everything in it that looks like a citizen number masked."""
    return _CITIZEN_NUMBER.sub(lambda match: mask(match.group()), text)
