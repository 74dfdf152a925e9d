"""The letters of a printed code: one text for each code, and nothing else is one."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from signing import cose
from signing.errors import MalformedStructureError

_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ$*+-./:"
_RAW = 0xD2
_TEXTS = st.text(st.sampled_from(_ALPHABET), max_size=40) | st.text(max_size=12)


def _packed(text: str) -> bytes | None:
    """What a text stands for, worked out letter by letter; None if for nothing."""
    if len(text) % 3 == 1 or any(letter not in _ALPHABET for letter in text):
        return None
    packed = b""
    for at in range(0, len(text), 3):
        group = text[at : at + 3]
        value = sum(_ALPHABET.index(letter) * 43**place for place, letter in enumerate(group))
        if value >= 256 ** (len(group) - 1):
            return None
        packed += value.to_bytes(len(group) - 1, "big")
    return packed


def _letters(packed: bytes) -> str:
    """The text of some bytes, worked out letter by letter."""
    text = ""
    for at in range(0, len(packed), 2):
        pair = packed[at : at + 2]
        value = int.from_bytes(pair, "big")
        for _ in range(len(pair) + 1):
            value, letter = divmod(value, 43)
            text += _ALPHABET[letter]
    return text


@given(st.binary(max_size=300))
def test_bytes_come_back_from_their_text(rest: bytes) -> None:
    data = bytes((_RAW,)) + rest
    text = cose.to_text(data)

    assert cose.from_text(text) == data
    if len(text) == len(_letters(data)):
        assert text == _letters(data)


@given(_TEXTS)
@example("9I:")
@example("Y*V")
@example("Z*V")
@example(":::")
@example("9I::::")
@example("9I:::")
@example("9I:.5")
@example("9I:/5")
@example("")
def test_any_text_stands_for_its_bytes_or_is_refused(text: str) -> None:
    packed = _packed(text)
    if packed is not None and packed[:1] == bytes((_RAW,)):
        assert cose.from_text(text) == packed
        assert _letters(packed) == text
    elif packed is None or packed[:1] != b"\x78":
        with pytest.raises(MalformedStructureError):
            cose.from_text(text)


@pytest.mark.parametrize("letter", "abcz %,;!_~\x00\x7f\xff印\uff10")
def test_a_letter_of_another_kind_is_refused_wherever_it_stands(letter: str) -> None:
    text = cose.to_text(bytes((_RAW,)) + bytes(range(20)))
    for at in range(len(text)):
        with pytest.raises(MalformedStructureError, match="base43"):
            cose.from_text(text[:at] + letter + text[at + 1 :])
