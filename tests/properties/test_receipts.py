"""No byte of a receipt can change unnoticed."""

import random
from itertools import pairwise

import pytest

from certs.envelopes import parse_envelope
from certs.errors import MalformedRecordError
from tests.receipts import read, sound_receipt
from verify.carriers.receipts import MAX_RECEIPT_BYTES
from verify.conclusions import Conclusion

POSITIONS = 400
CHUNKS = 4


def _same_in_another_spelling(data: bytes) -> bool:
    """Whether only the spelling changed: the last letter of base64 has bits that say nothing."""
    try:
        changed, sound = (
            parse_envelope(item, max_bytes=MAX_RECEIPT_BYTES) for item in (data, sound_receipt())
        )
    except MalformedRecordError:
        return False
    return (changed.identity, changed.message) == (sound.identity, sound.message)


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_a_flipped_bit_never_passes(chunk: int) -> None:
    chooser = random.Random(chunk)  # noqa: S311 - positions, no secrets
    data = sound_receipt()
    count = POSITIONS // CHUNKS
    bounds = [len(data) * number // count for number in range(count + 1)]

    for start, end in pairwise(bounds):
        changed = bytearray(data)
        changed[chooser.randrange(start, end)] ^= 1 << chooser.randrange(8)
        if not _same_in_another_spelling(bytes(changed)):
            assert read(bytes(changed)).conclusion is not Conclusion.PASSED
