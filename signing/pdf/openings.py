"""The constant beginning that files of one template share: written once, hashed once."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from signing.pdf.frames import HEADER, frame_object
from signing.pdf.objects import PdfObject


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """The header and the first objects of a file, as bytes.

    Attributes:
        data: The bytes.
        offsets: Where each object begins, by number, in the order of the file.
    """

    data: bytes = field(repr=False)
    offsets: Mapping[int, int]
    # SM3 over ``data``; only ever copied.
    _state: Any = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_state", hashlib.new("sm3", self.data))

    def continued(
        self, order: Sequence[int], objects: Sequence[PdfObject]
    ) -> tuple[bytes, dict[int, int]]:
        """Return this opening with the other objects behind it, and where each object begins.

        Args:
            order: The numbers of all objects, those that are here already included.
            objects: Object ``n`` at index ``n - 1``.

        Raises:
            ValueError: ``order`` does not begin with the objects of this opening.
        """
        begun = len(self.offsets)
        if tuple(order[:begun]) != tuple(self.offsets):
            raise ValueError("the objects of the opening do not come first")
        chunks, offsets, at = [self.data], dict(self.offsets), len(self.data)
        for number in order[begun:]:
            chunk = frame_object(number, objects[number - 1])
            chunks.append(chunk)
            offsets[number] = at
            at += len(chunk)
        return b"".join(chunks), offsets

    def digest(self, rest: Sequence[bytes | memoryview]) -> bytes:
        """Return SM3 over this opening and what follows, 32 bytes."""
        state = self._state.copy()
        for piece in rest:
            state.update(piece)
        digest: bytes = state.digest()
        return digest


HEADER_ALONE: Final = Opening(data=HEADER, offsets={})
