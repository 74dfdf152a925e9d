"""Beginnings of files that were read before: faces of one template need not be read anew."""

import threading
from collections import OrderedDict
from dataclasses import dataclass
from typing import Final

from signing.pdf.assembly import SealFields, begin, sealed_order
from signing.pdf.beginnings import NOTHING_READ, ObjectsRead, read_beginning
from signing.pdf.document import Document
from signing.pdf.objects import Stream
from signing.pdf.openings import HEADER_ALONE, Opening

MAX_OPENINGS: Final = 16
_MIN_STREAM_BYTES: Final = 32 * 1024
_MAX_OPENING_BYTES: Final = 512 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownOpening:
    """The beginning of a file, and what it says.

    Attributes:
        opening: The bytes; they are as our writer writes them.
        read: What they say.
    """

    opening: Opening
    read: ObjectsRead

    def fits(self, bare: Document, seal: SealFields) -> bool:
        """Whether our writer would begin the file of ``bare`` and ``seal`` with these bytes.

        That they are in the file is known. But the same bytes could stand in a file of other
        numbers, or be its catalog or its page, which are written with the seal in mind.
        """
        numbers = tuple(self.opening.offsets)
        changed = {bare.root.number, seal.page}
        return tuple(sealed_order(bare)[: len(numbers)]) == numbers and changed.isdisjoint(numbers)


UNKNOWN: Final = KnownOpening(opening=HEADER_ALONE, read=NOTHING_READ)


class KnownOpenings:
    """The last few openings, compared byte for byte; a mere memory, never a judgment.

    Threads may share it.
    """

    def __init__(self, most: int = MAX_OPENINGS) -> None:
        self._most = most
        self._known: OrderedDict[bytes, KnownOpening] = OrderedDict()
        self._turn = threading.Lock()

    def __len__(self) -> int:
        return len(self._known)

    def find(self, data: bytes) -> KnownOpening:
        """Return the opening with which ``data`` begins, ``UNKNOWN`` if there is none."""
        with self._turn:
            for beginning, known in reversed(self._known.items()):
                if data.startswith(beginning):
                    self._known.move_to_end(beginning)
                    return known
        return UNKNOWN

    def learn(self, bare: Document, seal: SealFields) -> None:
        """Keep how a file begins that was shown to be as our writer writes it.

        Args:
            bare: The page below the seal.
            seal: The seal on it.
        """
        ends = {bare.root.number, seal.page}
        count = next(index for index, number in enumerate(bare.order) if number in ends)
        values = [bare.objects[number - 1] for number in bare.order[:count]]
        streams = sum(len(value.data) for value in values if isinstance(value, Stream))
        if not _MIN_STREAM_BYTES <= streams + len(seal.form) <= _MAX_OPENING_BYTES:
            return
        opening = begin(bare, box=seal.box, form=seal.form, count=count)
        known = KnownOpening(opening=opening, read=read_beginning(opening.data))
        with self._turn:
            self._known[opening.data] = known
            while len(self._known) > self._most:
                self._known.popitem(last=False)
