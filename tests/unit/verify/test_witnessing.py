"""A witness signs a log's checkpoint only where it continues what the witness saw before."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from functools import partial

import pytest

from signing.errors import InvalidProofError, InvalidSignatureError, MalformedStructureError
from signing.ledger.checkpoints import Checkpoint
from signing.ledger.hashing import leaf_hash
from signing.ledger.notes import Note, NoteKey, NoteRole, sign_note
from signing.ledger.trees import GrowingTree
from signing.ledger.witness_requests import WitnessRequest, parse_witness_request
from storage.database import connect
from storage.witness_book import SqlWitnessBook
from tests import world
from tests.brute_trees import path_from
from tests.databases import NewDatabase
from tests.doubles.issuing import FixedClock
from verify.errors import OldSizeError, StrangeLogError
from verify.ledger.witnessing import Witness

ORIGIN = "340200.yinxin/issue"
LOG = world.MemorySigner("ledger")
WITNESS = world.MemorySigner("ledger")
KEY = NoteKey(name=ORIGIN, role=NoteRole.LOG, public_key=LOG.public_key)
WITNESS_KEY = NoteKey(name="610300.yinxin", role=NoteRole.WITNESS, public_key=WITNESS.public_key)


def entries(size: int, fork: str = "") -> list[bytes]:
    return [f"{fork}{number}".encode() for number in range(size)]


def note_of(size: int, *, fork: str = "", origin: str = ORIGIN) -> Note:
    tree = GrowingTree()
    tree.append([leaf_hash(entry) for entry in entries(size, fork)])
    text = Checkpoint(origin=origin, size=size, root=tree.root()).text
    return Note(text=text, signatures=(sign_note(text, name=origin, signer=LOG),))


def request_of(old: int, size: int, *, fork: str = "") -> WitnessRequest:
    path = path_from(old, entries(size, fork)) if old else ()
    return WitnessRequest(old_size=old, path=path, note=note_of(size, fork=fork))


@pytest.fixture
def witness(new_database: NewDatabase) -> Iterator[Witness]:
    engine = connect(new_database())
    yield Witness(
        name="610300.yinxin",
        signer=WITNESS,
        clock=FixedClock(),
        keys=lambda: {ORIGIN: (KEY,)},
        open_book=partial(SqlWitnessBook, engine),
    )
    engine.dispose()


def last_size(witness: Witness) -> int:
    with witness.open_book() as book:
        seen = book.last_seen(ORIGIN)
    return Checkpoint.parse(seen.split("\n\n", 1)[0] + "\n").size if seen else 0


def test_checkpoints_that_continue_are_cosigned_with_the_time(witness: Witness) -> None:
    old = 0
    for size in (1, 7, 7, 20):
        request = parse_witness_request(request_of(old, size).encode())
        signature = witness.cosign(request)
        cosigned = request.note.signed_also([signature])
        assert cosigned.seen_at(WITNESS_KEY) == world.NOON
        assert last_size(witness) == size
        old = size


def test_smaller_tree_is_never_signed(witness: Witness) -> None:
    witness.cosign(request_of(0, 20))
    for request in (request_of(0, 7), request_of(7, 7), request_of(0, 20)):
        with pytest.raises(OldSizeError) as caught:
            witness.cosign(request)
        assert caught.value.size == 20
    with pytest.raises(InvalidProofError):
        witness.cosign(WitnessRequest(old_size=20, path=(), note=note_of(7)))
    assert last_size(witness) == 20


def test_rewritten_log_is_never_signed(witness: Witness) -> None:
    witness.cosign(request_of(0, 20))
    with pytest.raises(OldSizeError):
        witness.cosign(WitnessRequest(old_size=20, path=(), note=note_of(20, fork="f")))
    with pytest.raises(InvalidProofError):
        witness.cosign(request_of(20, 25, fork="f"))
    with pytest.raises(InvalidProofError):
        witness.cosign(replace(request_of(20, 25), path=()))
    witness.cosign(request_of(20, 25))


def test_log_of_nobody_and_signature_of_nobody_are_refused(witness: Witness) -> None:
    strange = note_of(5, origin="999999.yinxin/issue")
    with pytest.raises(StrangeLogError):
        witness.cosign(WitnessRequest(old_size=0, path=(), note=strange))
    stranger = world.MemorySigner("ledger")
    text = note_of(5).text
    for signature in (
        sign_note(text, name=ORIGIN, signer=stranger),
        replace(note_of(5).signatures[0], value=bytes(64)),
        note_of(6).signatures[0],
    ):
        with pytest.raises(InvalidSignatureError):
            witness.cosign(
                WitnessRequest(old_size=0, path=(), note=Note(text=text, signatures=(signature,)))
            )
    assert last_size(witness) == 0


def test_what_was_signed_is_on_record_before_it_is_signed(witness: Witness) -> None:
    seen: list[int] = []

    class Asking:
        key, public_key = WITNESS.key, WITNESS.public_key

        def sign(self, message: bytes) -> bytes:
            seen.append(last_size(witness))
            return WITNESS.sign(message)

    replace(witness, signer=Asking()).cosign(request_of(0, 9))
    assert seen == [9]


def test_of_two_forks_at_once_one_is_signed(witness: Witness) -> None:
    forks = [request_of(0, 5 + number, fork=str(number)) for number in range(6)]

    def ask(request: WitnessRequest) -> int:
        with suppress(OldSizeError, InvalidProofError):
            witness.cosign(request)
            return 1
        return 0

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(ask, forks)) == 1


@pytest.mark.parametrize(
    "change",
    [
        ("old 3", "old 03"),
        ("old 3", "old"),
        ("old 3", "new 3"),
        ("old 3", "old -1"),
        ("=\n\n3", "\n\n3"),
        ("=\n", "=\n\n"),
        ("— ", "x "),
        ("\n9\n", "\n09\n"),
    ],
)
def test_only_the_one_spelling_of_a_request_is_read(change: tuple[str, str]) -> None:
    data = request_of(3, 9).encode()
    request = parse_witness_request(data)
    assert (request.old_size, request.path) == (3, path_from(3, entries(9)))
    assert request.checkpoint.size == 9
    with pytest.raises(MalformedStructureError):
        parse_witness_request(data.replace(*change))


def test_request_with_too_long_a_path_or_body_is_refused() -> None:
    request = request_of(3, 9)
    for data in (
        replace(request, path=(bytes(32),) * 64).encode(),
        request.encode() + "x" * (80 << 10),
    ):
        with pytest.raises(MalformedStructureError):
            parse_witness_request(data)
