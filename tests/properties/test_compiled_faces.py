"""One changed byte in a face from a compiled template is always seen, whatever was read before."""

import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from signing.errors import MalformedPdfError
from signing.pdf import reading
from signing.pdf.known_openings import UNKNOWN, KnownOpenings
from signing.pdf.reading import parse_strict
from tests.bare_pages import CONTENTS
from tests.unit.certs.faces.sealed_faces import prepared, sealed

_DATA = sealed()
_DIGEST = prepared().digest()
_OPENING = len(prepared().opening.data)
_QUICK = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@pytest.fixture(autouse=True)
def _read_before() -> None:
    parse_strict(_DATA)
    assert reading._OPENINGS.find(_DATA) is not UNKNOWN


def _verdict(data: bytes) -> str:
    """What is wrong with a file; empty if nothing is."""
    try:
        read = parse_strict(data)
    except MalformedPdfError as error:
        return error.rule
    return "" if read.digest() == _DIGEST and read.contents == CONTENTS else "other digest"


def _flipped(offset: int, mask: int) -> bytes:
    return _DATA[:offset] + bytes((_DATA[offset] ^ mask,)) + _DATA[offset + 1 :]


def _positions() -> list[int]:
    """Places all over the file, more of them where it varies, and every byte of its frame."""
    some = random.Random(33190)  # noqa: S311 - a fixed sample
    opening = some.sample(range(_OPENING), 200)
    rest = some.sample(range(_OPENING, len(_DATA)), 400)
    head = len(prepared().head)
    frame = [*range(60), *range(head - 120, head + 12), *range(len(_DATA) - 160, len(_DATA))]
    return sorted({*opening, *rest, *frame, _OPENING - 1, _OPENING, _OPENING + 1})


def test_a_changed_byte_anywhere_is_seen() -> None:
    positions = _positions()
    assert len(positions) >= 900
    assert _verdict(_DATA) == ""
    unseen = [offset for offset in positions if _verdict(_flipped(offset, 0xFF)) == ""]
    assert unseen == []


def test_a_changed_bit_of_what_varies_is_seen() -> None:
    some = random.Random(38540)  # noqa: S311 - a fixed sample
    for offset in some.sample(range(_OPENING, len(_DATA)), 200):
        assert _verdict(_flipped(offset, 1 << some.randrange(8))) != "", offset


def test_what_was_read_before_changes_no_verdict(monkeypatch: pytest.MonkeyPatch) -> None:
    some = random.Random(20520)  # noqa: S311 - a fixed sample
    changed = [_flipped(some.randrange(len(_DATA)), 0x20) for _ in range(120)]
    with_memory = [_verdict(data) for data in changed]
    monkeypatch.setattr(reading, "_OPENINGS", KnownOpenings(0))
    assert [_verdict(data) for data in changed] == with_memory


@given(start=st.integers(0, len(_DATA)), length=st.integers(0, 40), other=st.binary(max_size=40))
@_QUICK
def test_any_replaced_piece_is_seen(start: int, length: int, other: bytes) -> None:
    changed = _DATA[:start] + other + _DATA[start + length :]
    if changed != _DATA:
        assert _verdict(changed) != ""
