"""Proofs in files: read in one spelling, and true of one entry alone."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from signing.errors import InvalidProofError, MalformedStructureError, SigningError
from signing.ledger.checkpoints import Checkpoint
from signing.ledger.notes import Note, NoteSignature
from signing.ledger.proof_files import LedgerProof, parse_proof
from tests.brute_trees import path_to, root_of

ENTRIES = [b"entry %d" % at for at in range(23)]
SIGNATURE = NoteSignature(name="a.log", key_id=b"abcd", value=bytes(64))


def proof_of(index: int, size: int = 23) -> LedgerProof:
    entries = ENTRIES[:size]
    head = Checkpoint(origin="a.log", size=size, root=root_of(entries))
    return LedgerProof(
        entry=entries[index],
        index=index,
        path=path_to(index, entries),
        note=Note(text=head.text, signatures=(SIGNATURE,)),
    )


@given(size=st.integers(1, 23), data=st.data())
def test_proof_reads_back_and_holds(size: int, data: st.DataObject) -> None:
    proof = proof_of(data.draw(st.integers(0, size - 1)), size)
    read = parse_proof(proof.encode())
    assert read == proof
    read.verify_inclusion()


def test_proof_is_of_its_entry_place_and_tree_alone() -> None:
    proof = proof_of(7)
    other = Checkpoint(origin="a.log", size=23, root=bytes(32))
    for changed in (
        replace(proof, entry=b"entry 8"),
        replace(proof, index=8),
        replace(proof, path=proof.path[::-1]),
        replace(proof, note=replace(proof.note, text=other.text)),
    ):
        with pytest.raises(InvalidProofError):
            parse_proof(changed.encode()).verify_inclusion()


@settings(max_examples=300)
@given(at=st.integers(0), letter=st.characters(codec="utf-8"))
def test_no_changed_letter_gives_another_proof_that_holds(at: int, letter: str) -> None:
    data = proof_of(7).encode()
    # Signatures are checked against keys, elsewhere.
    at %= data.index("— ")
    if data[at] == letter:
        return
    with pytest.raises(SigningError):
        check_of_log_a(data[:at] + letter + data[at + 1 :])


def check_of_log_a(data: str) -> None:
    proof = parse_proof(data)
    proof.verify_inclusion()
    # The name of the log is covered by its signature alone.
    if proof.checkpoint.origin != "a.log":
        raise InvalidProofError(proof.checkpoint.origin)


@pytest.mark.parametrize(
    "data",
    [
        "",
        "c2sp.org/tlog-proof@v1\n",
        proof_of(3).encode().replace("index 3", "index 03"),
        proof_of(3).encode().replace("@v1", "@v2"),
        proof_of(3).encode().replace("extra ", "extra  "),
        proof_of(3).encode().replace("index 3", "index 99999999999999999999"),
        proof_of(3).encode() + "\n",
        "x" * (80 << 10),
        "c2sp.org/tlog-proof@v1\nextra eA==\nindex 0\n" + f"{'A' * 43}=\n" * 64 + "\n",
    ],
)
def test_other_files_are_no_proofs(data: str) -> None:
    with pytest.raises(MalformedStructureError):
        parse_proof(data)
