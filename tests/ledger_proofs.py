"""Proofs that the ledger of 芜湖 has a file, seen by 宝鸡."""

from datetime import datetime

from certs.ledger.entries import LedgerEntry, LedgerName
from certs.ledger.publishing import origin_of
from signing.algorithms import sm3
from signing.ledger.checkpoints import Checkpoint
from signing.ledger.notes import Note, cosign_note, sign_note
from signing.ledger.proof_files import LedgerProof
from tests import world
from tests.brute_trees import path_to, root_of

KEEPER, SEER = "340200", "610300"


def proof_of(data: bytes, *, seen_at: datetime | None) -> LedgerProof:
    """A proof that the file stands in the log among others; seen by nobody if no time is given."""
    entries = [_entry(content) for content in (b"before", data, b"after")]
    origin = origin_of(KEEPER, LedgerName.ISSUE)
    text = Checkpoint(origin=origin, size=len(entries), root=root_of(entries)).text
    note = Note(
        text=text,
        signatures=(sign_note(text, name=origin, signer=world.region(KEEPER).ledger.signer),),
    )
    if seen_at is not None:
        seer = world.region(SEER).ledger.signer
        note = note.signed_also(
            [cosign_note(text, name=f"{SEER}.yinxin", signer=seer, now=seen_at)]
        )
    return LedgerProof(entry=entries[1], index=1, path=path_to(1, entries), note=note)


def _entry(content: bytes) -> bytes:
    return LedgerEntry(
        kind="issued",
        at=world.NOON,
        organization="11340200MB9TXY014H",
        digests=(sm3(content).hex(),),
    ).encode()
