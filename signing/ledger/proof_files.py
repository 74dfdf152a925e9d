"""A proof in a file: that an entry is in a log whose head was signed and seen by witnesses.

Source: C2SP tlog-proof, with SM3.
"""

import base64
import binascii
import re
from dataclasses import dataclass
from typing import Final

from signing.errors import MalformedStructureError
from signing.ledger.checkpoints import Checkpoint, encode_hash, parse_hash
from signing.ledger.hashing import leaf_hash
from signing.ledger.notes import MAX_NOTE_BYTES, Note, parse_note
from signing.ledger.proofs import MAX_PATH, verify_inclusion

MAX_PROOF_BYTES: Final = MAX_NOTE_BYTES + (8 << 10)

_FIRST: Final = "c2sp.org/tlog-proof@v1"
_INDEX: Final = re.compile(r"index (0|[1-9][0-9]{0,18})")
_EXTRA: Final = "extra "


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerProof:
    """That an entry is in a log (账本证明).

    Attributes:
        entry: The entry itself, carried as extra data; it counts because its hash leads to the
            root.
        index: Where in the log it is.
        path: The hashes from the entry to the root, the lowest first.
        note: The signed checkpoint.
        checkpoint: What the note says.
    """

    entry: bytes
    index: int
    path: tuple[bytes, ...]
    note: Note

    @property
    def checkpoint(self) -> Checkpoint:
        """What the note says.

        Raises:
            MalformedStructureError: It is not a checkpoint.
        """
        return Checkpoint.parse(self.note.text)

    def encode(self) -> str:
        """Return the file."""
        lines = [
            _FIRST,
            f"{_EXTRA}{base64.b64encode(self.entry).decode('ascii')}",
            f"index {self.index}",
            *map(encode_hash, self.path),
        ]
        return "\n".join(lines) + f"\n\n{self.note.encode()}"

    def verify_inclusion(self) -> None:
        """Check that the entry is in the tree of the checkpoint, whoever signed that.

        Raises:
            InvalidProofError: It is not.
        """
        head = self.checkpoint
        verify_inclusion(
            leaf_hash(self.entry),
            index=self.index,
            size=head.size,
            path=self.path,
            root=head.root,
        )


def parse_proof(data: str) -> LedgerProof:
    """Read a file that `LedgerProof.encode` wrote.

    Raises:
        MalformedStructureError: Not such a file.
    """
    if len(data) > MAX_PROOF_BYTES:
        raise MalformedStructureError("the proof is too long")
    head, _, note = data.partition("\n\n")
    first, extra, index, *hashes = [*head.split("\n"), "", "", ""][: MAX_PATH + 6]
    found = _INDEX.fullmatch(index)
    path = tuple(parse_hash(line) for line in hashes if line)
    if first != _FIRST or not extra.startswith(_EXTRA) or found is None or len(path) > MAX_PATH:
        raise MalformedStructureError("not a proof of a ledger")
    try:
        entry = base64.b64decode(extra.removeprefix(_EXTRA), validate=True)
    except (binascii.Error, ValueError) as error:
        raise MalformedStructureError("not a proof of a ledger") from error
    proof = LedgerProof(entry=entry, index=int(found[1]), path=path, note=parse_note(note))
    Checkpoint.parse(proof.note.text)
    if proof.encode() != data:
        raise MalformedStructureError("the proof is not in its one spelling")
    return proof
