"""What the keeper of a log sends to a witness: a checkpoint, and that it continues the last one.

Source: C2SP tlog-witness, ``add-checkpoint``, with SM3.
"""

import re
from dataclasses import dataclass
from typing import Final

from signing.errors import MalformedStructureError
from signing.ledger.checkpoints import Checkpoint, encode_hash, parse_hash
from signing.ledger.notes import MAX_NOTE_BYTES, Note, parse_note
from signing.ledger.proofs import MAX_PATH

MAX_REQUEST_BYTES: Final = MAX_NOTE_BYTES + (8 << 10)

_OLD: Final = re.compile(r"old (0|[1-9][0-9]{0,18})")


@dataclass(frozen=True, slots=True, kw_only=True)
class WitnessRequest:
    """One ``add-checkpoint``.

    Attributes:
        old_size: The size of the last checkpoint that the witness saw, as the log remembers it.
        path: That the new tree continues the old one.
        note: The checkpoint, signed by the log.
    """

    old_size: int
    path: tuple[bytes, ...]
    note: Note

    @property
    def checkpoint(self) -> Checkpoint:
        """What the note says."""
        return Checkpoint.parse(self.note.text)

    def encode(self) -> str:
        """Return the body of the request."""
        lines = [f"old {self.old_size}", *map(encode_hash, self.path)]
        return "\n".join(lines) + f"\n\n{self.note.encode()}"


def parse_witness_request(data: str) -> WitnessRequest:
    """Read what `WitnessRequest.encode` wrote.

    Raises:
        MalformedStructureError: Not such a request.
    """
    if len(data) > MAX_REQUEST_BYTES:
        raise MalformedStructureError("the request is too long")
    head, _, note = data.partition("\n\n")
    old, *hashes = head.split("\n")[: MAX_PATH + 2]
    found = _OLD.fullmatch(old)
    if found is None or len(hashes) > MAX_PATH:
        raise MalformedStructureError("not a request to a witness")
    request = WitnessRequest(
        old_size=int(found[1]),
        path=tuple(parse_hash(line) for line in hashes),
        note=parse_note(note),
    )
    Checkpoint.parse(request.note.text)
    if request.encode() != data:
        raise MalformedStructureError("the request is not in its one spelling")
    return request
