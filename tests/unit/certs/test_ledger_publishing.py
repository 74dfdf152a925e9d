"""The ledger's publisher: tiles continue, checkpoints never contradict each other, crashes pass."""

import shutil
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest

from certs.errors import LedgerDamagedError
from certs.ledger.copies import LedgerCopy
from certs.ledger.entries import LedgerEntry, LedgerName
from certs.ledger.publishing import LedgerPublisher, origin_of
from signing.errors import KeyUnavailableError
from signing.ledger.checkpoints import Checkpoint
from signing.ledger.hashing import leaf_hash, tree_hash
from signing.ledger.notes import NoteKey, NoteRole, parse_note
from signing.ledger.proofs import verify_consistency, verify_inclusion
from signing.ledger.tiles import BUNDLES, TileName, parse_bundle
from signing.signer import KeyReference, Signer
from signing.sm2 import PublicKey
from storage.ledger_folder import LedgerFolder
from tests import world
from tests.doubles.issuing import FixedClock, Fuse, FusedUnitOfWork, PowerCutError
from tests.doubles.register import MemoryDatabase

ISSUE = LedgerName.ISSUE


def entry(number: int) -> LedgerEntry:
    return LedgerEntry(
        kind="issued",
        at=world.NOON + timedelta(seconds=number),
        organization="11340200MB9TXY014H",
        digests=(f"{number:064x}",),
    )


@dataclass
class Books:
    """A database, a shelf and a publisher."""

    folder: Path
    database: MemoryDatabase
    publisher: LedgerPublisher

    def note(self, first: int, count: int, log: LedgerName = ISSUE) -> None:
        with self.database.unit_of_work() as work:
            numbers = range(first, first + count)
            work.ledger.note(log, [(f"s{number}", entry(number)) for number in numbers])
            work.commit()

    def copy(self) -> LedgerCopy:
        return LedgerCopy(log=ISSUE, shelf=LedgerFolder(self.folder))

    def root(self, size: int) -> bytes:
        return tree_hash([leaf_hash(entry(number).encode()) for number in range(size)])


@pytest.fixture(scope="module")
def signer() -> Signer:
    return world.MemorySigner("ledger")


@pytest.fixture
def books(tmp_path: Path, signer: Signer) -> Books:
    database = MemoryDatabase()
    folder = tmp_path / "ledger"
    return Books(
        folder,
        database,
        LedgerPublisher(
            unit_of_work=database.unit_of_work,
            clock=FixedClock(),
            region="340200",
            signer=signer,
            shelf=LedgerFolder(folder),
        ),
    )


def test_what_waits_is_covered_by_a_checkpoint_that_the_region_signed(
    books: Books, signer: Signer
) -> None:
    books.note(0, 300)
    (head,) = books.publisher.publish()
    note = parse_note((books.folder / "issue" / "checkpoint").read_text("utf-8"))
    note.verify(
        NoteKey(
            name=origin_of("340200", ISSUE),
            role=NoteRole.LOG,
            public_key=signer.public_key,
        )
    )
    assert head.note == note.encode()
    checkpoint = Checkpoint.parse(note.text)
    assert (checkpoint.origin, checkpoint.size) == ("340200.yinxin/issue", 300)
    assert checkpoint.root == books.root(300)
    tree = books.copy().tree(300)
    for number in (0, 255, 256, 299):
        verify_inclusion(
            leaf_hash(entry(number).encode()),
            index=number,
            size=300,
            path=tree.inclusion_path(number),
            root=checkpoint.root,
        )


def test_nothing_new_signs_nothing_new(books: Books) -> None:
    assert books.publisher.publish() == ()
    books.note(0, 3)
    books.publisher.publish()
    before = (books.folder / "issue" / "checkpoint").read_bytes()
    assert books.publisher.publish() == ()
    assert (books.folder / "issue" / "checkpoint").read_bytes() == before


def test_every_checkpoint_continues_the_one_before(books: Books) -> None:
    heads: list[Checkpoint] = []
    size = 0
    for more in (1, 254, 1, 1, 300, 700, 3):
        books.note(size, more)
        size += more
        books.publisher.publish()
        found = books.copy().head()
        assert found is not None
        heads.append(found)
    for old in heads:
        for new in heads:
            if old.size <= new.size:
                verify_consistency(
                    old_size=old.size,
                    old_root=old.root,
                    new_size=new.size,
                    new_root=new.root,
                    path=books.copy().tree(new.size).consistency_path(old.size),
                )


def test_entries_can_be_read_from_the_bundles(books: Books) -> None:
    for first, count in ((0, 200), (200, 200), (400, 1)):
        books.note(first, count)
        books.publisher.publish()
    shelf = LedgerFolder(books.folder)
    bundles = [TileName(BUNDLES, 0), TileName(BUNDLES, 1, 145)]
    read = [item for name in bundles for item in parse_bundle(shelf.read(ISSUE, name))]
    assert read == [entry(number).encode() for number in range(401)]
    assert not (books.folder / "issue" / "tile" / "entries" / "000.p").exists()


def test_logs_are_published_side_by_side(books: Books) -> None:
    books.note(0, 2)
    books.note(0, 5, LedgerName.AUDIT)
    assert [(head.log, head.size) for head in books.publisher.publish()] == [
        (ISSUE, 2),
        (LedgerName.AUDIT, 5),
    ]


@dataclass(frozen=True)
class AwaySigner:
    """A key store that does not answer."""

    inner: Signer

    @property
    def key(self) -> KeyReference:
        return self.inner.key

    @property
    def public_key(self) -> PublicKey:
        return self.inner.public_key

    def sign(self, _message: bytes) -> bytes:
        raise KeyUnavailableError("away")


@dataclass
class FusedShelf:
    """The power may go before and after each writing."""

    inner: LedgerFolder
    fuse: Fuse

    def read(self, log: LedgerName, name: TileName) -> bytes:
        return self.inner.read(log, name)

    def put_all(self, log: LedgerName, tiles: Mapping[TileName, bytes]) -> None:
        self.fuse.step()
        for name, content in tiles.items():
            self.inner.put_all(log, {name: content})
            self.fuse.step()

    def checkpoint(self, log: LedgerName) -> str:
        return self.inner.checkpoint(log)

    def put_checkpoint(self, log: LedgerName, note: str) -> None:
        self.fuse.step()
        self.inner.put_checkpoint(log, note)
        self.fuse.step()


@pytest.mark.parametrize("steps", range(20))
def test_process_that_ends_anywhere_leaves_a_ledger_that_goes_on(books: Books, steps: int) -> None:
    books.note(0, 300)
    books.publisher.publish()
    first = books.copy().head()
    assert first is not None
    books.note(300, 500)
    fuse = Fuse(steps)
    fused = replace(
        books.publisher,
        unit_of_work=lambda: FusedUnitOfWork(books.database.unit_of_work(), fuse),
        shelf=FusedShelf(LedgerFolder(books.folder), fuse),
    )
    with suppress(PowerCutError):
        fused.publish()
    books.note(800, 7)
    books.publisher.publish()
    found = books.copy().head()
    assert found is not None
    assert (found.size, found.root) == (807, books.root(807))
    verify_consistency(
        old_size=first.size,
        old_root=first.root,
        new_size=found.size,
        new_root=found.root,
        path=books.copy().tree(807).consistency_path(300),
    )


def test_database_from_before_what_was_published_signs_nothing(books: Books) -> None:
    books.note(0, 10)
    books.publisher.publish()
    books.database.state = MemoryDatabase().state
    books.note(0, 10)
    with pytest.raises(LedgerDamagedError, match="10 entries were published"):
        books.publisher.publish()


def test_tiles_that_were_changed_sign_nothing(books: Books) -> None:
    books.note(0, 10)
    books.publisher.publish()
    tile = books.folder / "issue" / TileName(0, 0, 10).path
    content = tile.read_bytes()
    tile.write_bytes(content[:40] + bytes([content[40] ^ 1]) + content[41:])
    books.note(10, 1)
    with pytest.raises(LedgerDamagedError, match="not those of the checkpoint"):
        books.publisher.publish()
    tile.unlink()
    with pytest.raises(LedgerDamagedError, match="missing"):
        books.publisher.publish()


def test_other_host_lays_out_the_same_files_from_the_database(books: Books, tmp_path: Path) -> None:
    for first, count in ((0, 300), (300, 300)):
        books.note(first, count)
        books.publisher.publish()
    other = LedgerPublisher(
        unit_of_work=books.database.unit_of_work,
        clock=books.publisher.clock,
        region="340200",
        signer=books.publisher.signer,
        shelf=LedgerFolder(tmp_path / "other"),
    )
    other.fill_shelf()
    mine, others = _files(books.folder), _files(tmp_path / "other")
    assert others.items() <= mine.items()
    assert {name for name in mine if name not in others} == {"issue/tile/1/000.p/1"}
    for size in (300, 600):
        tree = LedgerCopy(log=ISSUE, shelf=LedgerFolder(tmp_path / "other")).tree(size)
        assert tree.root() == books.root(size)
    shutil.rmtree(tmp_path / "other")
    books.note(600, 5)
    (head,) = other.publish()
    assert Checkpoint.parse(parse_note(head.note).text).root == books.root(605)


def test_host_without_files_notices_entries_that_were_changed_in_the_database(
    books: Books, tmp_path: Path
) -> None:
    books.note(0, 300)
    books.publisher.publish()
    placed = books.database.state.ledger.placed[ISSUE]
    placed[7] = type(placed[7])(position=7, subject="s7", encoded=entry(1000).encode())
    other = LedgerPublisher(
        unit_of_work=books.database.unit_of_work,
        clock=books.publisher.clock,
        region="340200",
        signer=books.publisher.signer,
        shelf=LedgerFolder(tmp_path / "other"),
    )
    with pytest.raises(LedgerDamagedError, match="not what was published"):
        other.fill_shelf()
    del placed[7]
    with pytest.raises(LedgerDamagedError):
        other.fill_shelf()
    assert not (tmp_path / "other" / "issue" / "checkpoint").exists()


def _files(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_key_store_that_does_not_answer_stops_nothing_for_good(
    books: Books, signer: Signer
) -> None:
    books.note(0, 3)

    with pytest.raises(KeyUnavailableError):
        replace(books.publisher, signer=AwaySigner(signer)).publish()
    (head,) = books.publisher.publish()
    assert head.size == 3
