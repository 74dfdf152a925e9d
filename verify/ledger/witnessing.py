"""A witness (见证) of other regions' logs: signs that a checkpoint continues what it saw before.

It never signs a smaller tree, nor another one of the same size, and it stores what it signs
before it answers.
Source: C2SP tlog-witness.
"""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from certs.ports import Clock
from signing.errors import InvalidSignatureError
from signing.ledger.checkpoints import Checkpoint
from signing.ledger.hashing import EMPTY_ROOT
from signing.ledger.notes import Note, NoteKey, NoteSignature, cosign_note, parse_note
from signing.ledger.proofs import verify_consistency
from signing.ledger.witness_requests import WitnessRequest
from signing.signer import Signer
from verify.errors import OldSizeError, StrangeLogError


class WitnessBook(Protocol):
    """What a witness saw last of each log, within one transaction."""

    def last_seen(self, origin: str) -> str | None:
        """Return the last note that was cosigned; nobody else changes it until the commit."""
        ...

    def keep_seen(self, origin: str, note: str, *, now: datetime) -> None:
        """Store a note about to be cosigned, in the place of the one before."""
        ...

    def commit(self) -> None:
        """Make the changes durable."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Witness:
    """Watches the logs of the regions that the trust list names.

    Attributes:
        name: Under which it signs.
        keys: Returns the keys of each log, by its name; asked every time.
        open_book: Opens a transaction on what was seen.
    """

    name: str
    signer: Signer
    clock: Clock
    keys: Callable[[], Mapping[str, tuple[NoteKey, ...]]]
    open_book: Callable[[], AbstractContextManager[WitnessBook]]

    def cosign(self, request: WitnessRequest) -> NoteSignature:
        """Check that a checkpoint continues the last one of its log, store it and sign it.

        Raises:
            StrangeLogError: No region of the trust list keeps this log.
            InvalidSignatureError: Nobody who may signed the checkpoint.
            OldSizeError: The last checkpoint seen has another size, or another root at this one.
            InvalidProofError: The tree does not continue the last one.
            KeyUnavailableError: The key store did not answer.
        """
        head = request.checkpoint
        keys = self.keys().get(head.origin)
        if not keys:
            raise StrangeLogError(head.origin)
        check_signed(request.note, keys)
        with self.open_book() as book:
            self._check_continues(head, request, book)
            # On disk before anybody can hold the signature: a restart must not forget it.
            now = self.clock.now()
            book.keep_seen(head.origin, request.note.encode(), now=now)
            book.commit()
        return cosign_note(request.note.text, name=self.name, signer=self.signer, now=now)

    def _check_continues(
        self, head: Checkpoint, request: WitnessRequest, book: WitnessBook
    ) -> None:
        seen = book.last_seen(head.origin)
        last = Checkpoint.parse(parse_note(seen).text) if seen is not None else None
        size, root = (last.size, last.root) if last is not None else (0, EMPTY_ROOT)
        if request.old_size != size or (head.size == size and head.root != root):
            raise OldSizeError(size)
        verify_consistency(
            old_size=size,
            old_root=root,
            new_size=head.size,
            new_root=head.root,
            path=request.path,
        )


def check_signed(note: Note, keys: tuple[NoteKey, ...]) -> NoteKey:
    """Return the first of the keys that signed a note.

    Raises:
        InvalidSignatureError: None of them did, or one that is named did not.
    """
    named = [key for key in keys if any(item.is_by(key) for item in note.signatures)]
    if not named:
        raise InvalidSignatureError("the log has not signed its checkpoint")
    for key in named:
        note.verify(key)
    return named[0]
