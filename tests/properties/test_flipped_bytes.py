"""No byte of a sealed document of ours can change unnoticed.

A run tries 2,000 positions, spread over the whole file; ``YINXIN_ALL_POSITIONS=1`` (``make
fuzz``) tries every one.
"""

import os
import random
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial
from itertools import pairwise

import pytest

from tests import foreign, sealed
from tests.sealed import Pages, judge
from verify.conclusions import Conclusion

POSITIONS = 2_000
CHUNKS = 10


@cache
def _timestamped() -> bytes:
    """A face with a timestamp, which no signature of the face covers."""
    return sealed.Face(clock=foreign.clock(foreign.later(1))).seal_it()


DOCUMENTS: dict[str, Callable[[], bytes]] = {"pdf": _timestamped, "ofd": sealed.sound_ofd}


def _positions(data: bytes, chunk: int) -> range | list[int]:
    """This chunk's share of the file: one position in each of 200 equal stretches, or all."""
    if os.environ.get("YINXIN_ALL_POSITIONS"):
        return range(chunk, len(data), CHUNKS)
    count = POSITIONS // CHUNKS
    chooser = random.Random(chunk)  # noqa: S311 - positions, no secrets
    bounds = [len(data) * number // count for number in range(count + 1)]
    return [chooser.randrange(start, end) for start, end in pairwise(bounds)]


@dataclass(frozen=True)
class _Page:
    """A reader that sees the sound page whatever was done to the file."""

    text: str | None

    def page_text(self, pdf: bytes) -> str | None:
        assert pdf
        return self.text


@pytest.mark.parametrize("chunk", range(CHUNKS))
@pytest.mark.parametrize("kind", DOCUMENTS)
def test_a_flipped_bit_never_passes(kind: str, chunk: int) -> None:
    data = DOCUMENTS[kind]()
    pages = _Page(Pages().page_text(data) if kind == "pdf" else None)
    judge_it = partial(judge, trusted=sealed.trust(), pages=pages)
    assert judge_it(data).conclusion is Conclusion.PASSED
    altered = bytearray(data)
    bits = random.Random(chunk)  # noqa: S311 - positions, no secrets

    for position in _positions(data, chunk):
        bit = 1 << bits.randrange(8)
        altered[position] ^= bit
        report = judge_it(bytes(altered))
        altered[position] ^= bit
        assert report.conclusion is not Conclusion.PASSED, (position, bit)
        assert report.conclusion_at_sealing is not Conclusion.PASSED, (position, bit)
