"""Trust lists on disk: newest counts, nothing older or tampered is ever believed."""

import os
import threading
from collections.abc import Callable
from datetime import timedelta
from functools import cache, partial
from pathlib import Path

import pytest

from signing.certificates import Certificate
from signing.roles import Role
from signing.signer import CertifiedSigner
from storage.trust_files import TrustFiles
from storage.trust_folder import TrustFolder
from tests import sealed, trust_lists, world
from verify.errors import TrustListError
from verify.trust_lists import TrustedRegion, TrustList, sign_content, sign_trust_list


@cache
def list_signer() -> CertifiedSigner:
    return world.certified(world.root(), Role.TRUST_LIST)


@cache
def signed(version: int, *regions: TrustedRegion, days: int = 30) -> bytes:
    return sign_trust_list(
        regions or (sealed.trusted_region(),),
        version=version,
        issued_at=world.NOON,
        expires_at=world.NOON + timedelta(days=days),
        signer=list_signer(),
    )


@pytest.fixture
def folder(tmp_path: Path) -> TrustFolder:
    """A folder with the world's root."""
    made = TrustFolder(tmp_path / "trust")
    made.pin(world.root().certificate)
    return made


def reason_of(act: Callable[[], object]) -> str:
    with pytest.raises(TrustListError) as caught:
        act()
    return caught.value.reason


def file_of(tmp_path: Path, version: int) -> Path:
    return tmp_path / "trust" / f"{version:08d}.json"


def test_without_a_root_nothing_is_accepted_and_nothing_is_believed(tmp_path: Path) -> None:
    bare = TrustFolder(tmp_path / "trust")

    assert reason_of(lambda: bare.accept(signed(1))) == "not-trusted"
    file_of(tmp_path, 1).parent.mkdir()
    file_of(tmp_path, 1).write_bytes(signed(1))

    assert (bare.root(), bare.current(), bare.current_bytes()) == (None, None, None)


def test_a_pinned_root_is_never_replaced(folder: TrustFolder) -> None:
    folder.pin(world.root().certificate)
    other = world.region("340200").authority.certificate

    assert reason_of(lambda: folder.pin(other)) == "conflict"
    assert folder.root() == world.root().certificate


def test_a_damaged_root_is_not_replaced_either_and_nothing_is_believed(
    folder: TrustFolder, tmp_path: Path
) -> None:
    folder.accept(signed(1))
    (tmp_path / "trust" / "root.pem").write_text("damaged", "ascii")

    assert folder.current() is None
    assert reason_of(lambda: folder.pin(world.root().certificate)) == "conflict"


def test_a_root_file_of_too_many_bytes_is_no_root(folder: TrustFolder, tmp_path: Path) -> None:
    path = tmp_path / "trust" / "root.pem"
    path.write_text(path.read_text("ascii") + "\n" * 2**20, "ascii")

    assert folder.root() is None


def test_an_accepted_list_is_current_for_everybody_and_after_a_restart(
    folder: TrustFolder, tmp_path: Path
) -> None:
    accepted = folder.accept(signed(3))

    for reader in (folder, TrustFolder(tmp_path / "trust")):
        assert reader.current() == accepted
        assert reader.current_bytes() == signed(3)


def test_a_newer_list_takes_over_and_the_older_one_is_kept(
    folder: TrustFolder, tmp_path: Path
) -> None:
    folder.accept(signed(3))

    folder.accept(signed(12))

    assert folder.current_bytes() == signed(12)
    assert file_of(tmp_path, 3).read_bytes() == signed(3)


def test_rollback_is_refused(folder: TrustFolder) -> None:
    folder.accept(signed(3))

    assert reason_of(lambda: folder.accept(signed(2))) == "rollback"
    assert folder.current_bytes() == signed(3)


def test_two_lists_of_one_version_are_a_conflict(folder: TrustFolder) -> None:
    folder.accept(signed(3))

    assert reason_of(lambda: folder.accept(signed(3, days=31))) == "conflict"
    assert folder.current_bytes() == signed(3)


def test_the_same_list_again_does_no_harm(folder: TrustFolder) -> None:
    assert folder.accept(signed(3)) == folder.accept(signed(3)) == folder.current()


def test_an_expired_list_is_kept_and_known_as_expired(folder: TrustFolder) -> None:
    folder.accept(signed(1, days=1))

    current = folder.current()

    assert current is not None
    assert not current.is_fresh_at(world.NOON + timedelta(days=2))


@pytest.mark.parametrize("data", [b"", b"{}", b"\x00" * 100], ids=["empty", "object", "zeros"])
def test_what_is_no_list_is_refused(folder: TrustFolder, data: bytes) -> None:
    folder.accept(signed(1))

    assert reason_of(lambda: folder.accept(data)) == "malformed"
    assert folder.current_bytes() == signed(1)


def test_a_list_of_another_signer_is_refused(folder: TrustFolder) -> None:
    foreign = sign_trust_list(
        (sealed.trusted_region(),),
        version=9,
        issued_at=world.NOON,
        expires_at=world.NOON + timedelta(days=30),
        signer=world.certified(world.region("340200").authority, Role.TRUST_LIST),
    )

    assert reason_of(lambda: folder.accept(foreign)) == "not-trusted"
    assert folder.current() is None


def _tampered(data: bytes) -> bytes:
    return data.replace("芜湖市".encode(), "芜糊市".encode())


@pytest.mark.parametrize(
    "tamper", [_tampered, lambda data: data[:-1], lambda _: b""], ids=["word", "cut", "empty"]
)
def test_a_tampered_newest_list_leaves_none_rather_than_an_older_one(
    folder: TrustFolder, tmp_path: Path, tamper: Callable[[bytes], bytes]
) -> None:
    # The older list may trust an anchor that the newer one withdrew.
    folder.accept(signed(1))
    folder.accept(signed(2))
    file_of(tmp_path, 2).write_bytes(tamper(signed(2)))

    for reader in (folder, TrustFolder(tmp_path / "trust")):
        assert reader.current() is None
        assert reason_of(partial(reader.accept, signed(1))) == "rollback"


def test_a_tampered_list_can_be_imported_again(folder: TrustFolder, tmp_path: Path) -> None:
    folder.accept(signed(2))
    file_of(tmp_path, 2).write_bytes(b"damaged")

    folder.accept(signed(2))

    assert folder.current_bytes() == signed(2)


def test_an_old_list_under_a_new_name_is_not_believed(folder: TrustFolder, tmp_path: Path) -> None:
    folder.accept(signed(1))
    folder.accept(signed(2))
    file_of(tmp_path, 99).write_bytes(signed(1))

    assert folder.current() is None


def test_a_change_that_keeps_the_time_of_the_file_changes_nothing_believed(
    folder: TrustFolder, tmp_path: Path
) -> None:
    folder.accept(signed(1))
    assert folder.current_bytes() == signed(1)
    path = file_of(tmp_path, 1)
    times = path.stat()
    path.write_bytes(_tampered(signed(1)))
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))

    assert folder.current_bytes() in {None, signed(1)}


def test_other_files_in_the_folder_are_left_alone(folder: TrustFolder, tmp_path: Path) -> None:
    folder.accept(signed(1))
    for name in ("notes.json", "9.json", "00000007.json.incoming", "00000008.txt"):
        (tmp_path / "trust" / name).write_bytes(b"notes")

    assert folder.current_bytes() == signed(1)


def test_versions_are_numbers_also_beyond_eight_digits(folder: TrustFolder) -> None:
    folder.accept(signed(99_999_999))

    folder.accept(signed(100_000_000))

    assert folder.current_bytes() == signed(100_000_000)


def test_a_list_of_too_many_bytes_is_not_read(folder: TrustFolder, tmp_path: Path) -> None:
    folder.accept(signed(1))
    with file_of(tmp_path, 2).open("wb") as file:
        file.truncate(10 * 2**30)  # a sparse file, far larger than a list

    assert folder.current() is None


def test_many_importers_and_readers_agree_on_the_newest(
    folder: TrustFolder, tmp_path: Path
) -> None:
    versions = range(1, 9)
    lists = {version: signed(version) for version in versions}
    seen: list[list[int]] = []
    start = threading.Barrier(6)

    def write(order: list[int], writer: TrustFolder) -> None:
        start.wait()
        for version in order:
            try:
                writer.accept(lists[version])
            except TrustListError as error:
                assert error.reason == "rollback"  # noqa: PT017 - both ends are right here

    def read() -> None:
        start.wait()
        reader, found = TrustFolder(tmp_path / "trust"), []
        for _ in range(20):
            current = reader.current()
            found.append(current.version if current else 0)
        seen.append(found)

    threads = [
        *(threading.Thread(target=write, args=(list(versions), folder)) for _ in range(2)),
        threading.Thread(target=write, args=(list(versions), TrustFolder(tmp_path / "trust"))),
        threading.Thread(target=write, args=([8, 7, 6], folder)),
        *(threading.Thread(target=read) for _ in range(2)),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert folder.current_bytes() == lists[8]
    assert len(seen) == 2
    assert all(found == sorted(found) for found in seen)
    assert not list((tmp_path / "trust").glob("*.incoming"))


def test_a_list_stored_while_the_folder_is_read_does_not_look_lost(
    folder: TrustFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder.accept(signed(1))
    reader, listed = TrustFolder(tmp_path / "trust"), TrustFiles.newest_version

    def listed_just_before(files: TrustFiles) -> int:
        version = listed(files)
        monkeypatch.undo()
        folder.accept(signed(2))
        return version

    monkeypatch.setattr(TrustFiles, "newest_version", listed_just_before)
    current = reader.current()

    assert current is not None
    assert current.version == 2


def test_the_root_is_what_was_pinned(folder: TrustFolder) -> None:
    found: Certificate | None = folder.root()

    assert found == world.root().certificate


# What was accepted and refused is remembered ---------------------------------------------------


def test_an_older_list_does_not_come_back_when_the_newer_file_is_gone(
    folder: TrustFolder, tmp_path: Path
) -> None:
    folder.accept(signed(1))
    folder.accept(signed(2))
    file_of(tmp_path, 2).unlink()

    for reader in (folder, TrustFolder(tmp_path / "trust")):
        assert reader.current() is None
        assert reader.problem() == "lost"
        assert reason_of(partial(reader.accept, signed(1))) == "rollback"
    folder.accept(signed(2))
    assert folder.current_bytes() == signed(2)


def test_a_damaged_list_is_repaired_by_itself_and_not_by_another_of_its_version(
    folder: TrustFolder, tmp_path: Path
) -> None:
    folder.accept(signed(2))
    file_of(tmp_path, 2).write_bytes(b"damaged")

    assert reason_of(lambda: folder.accept(signed(2, days=31))) == "conflict"
    assert (folder.current(), folder.problem()) == (None, "damaged")
    folder.accept(signed(2))
    assert folder.current_bytes() == signed(2)


def test_a_folder_from_before_there_was_a_memory_is_read_as_it_is(
    folder: TrustFolder, tmp_path: Path
) -> None:
    folder.accept(signed(2))
    (tmp_path / "trust" / "newest.json").unlink()

    for reader in (folder, TrustFolder(tmp_path / "trust")):
        assert reader.current_bytes() == signed(2)
        assert reason_of(partial(reader.accept, signed(1))) == "rollback"
        assert reason_of(partial(reader.accept, signed(2, days=31))) == "conflict"


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"version":0,"identity":"x"}', "\x00", "[" * 99])
def test_a_damaged_memory_keeps_nobody_from_the_newest_list(
    folder: TrustFolder, tmp_path: Path, text: str
) -> None:
    folder.accept(signed(2))
    (tmp_path / "trust" / "newest.json").write_text(text, "ascii")

    assert folder.current_bytes() == signed(2)
    assert reason_of(lambda: folder.accept(signed(1))) == "rollback"


def test_refused_lists_are_remembered_once_each_the_latest_first(
    folder: TrustFolder, tmp_path: Path
) -> None:
    folder.accept(signed(3))
    for data in (signed(1), signed(3, days=31), signed(1)):
        reason_of(partial(folder.accept, data))

    found = TrustFolder(tmp_path / "trust").refusals()

    assert [(item.reason, item.version, item.known) for item in found] == [
        ("rollback", 1, 3),
        ("conflict", 3, 3),
    ]


def test_of_two_lists_of_one_version_both_are_kept_as_evidence(
    folder: TrustFolder, tmp_path: Path
) -> None:
    folder.accept(signed(3))
    reason_of(lambda: folder.accept(signed(3, days=31)))

    (kept,) = (tmp_path / "trust").glob("conflict-*")
    assert kept.read_bytes() == signed(3, days=31)
    assert folder.current_bytes() == signed(3)


def test_refusals_do_not_fill_the_disk(folder: TrustFolder, tmp_path: Path) -> None:
    folder.accept(signed(3))
    for days in range(60):
        reason_of(partial(folder.accept, signed(3, days=100 + days)))

    assert len(folder.refusals()) == 50
    assert len(list((tmp_path / "trust").glob("conflict-*"))) == 8


@pytest.mark.parametrize("text", ["", "no", '{"refused":1}', '{"refused":[{"at":1}]}', "[]"])
def test_damaged_refusals_are_no_refusals(folder: TrustFolder, tmp_path: Path, text: str) -> None:
    (tmp_path / "trust" / "refused.json").write_text(text, "ascii")

    assert folder.refusals() == ()


def test_what_is_not_signed_is_not_remembered(folder: TrustFolder, tmp_path: Path) -> None:
    folder.accept(signed(3))
    for data in (b"", b"{}", _tampered(signed(2))):
        reason_of(partial(folder.accept, data))

    assert folder.refusals() == ()
    assert not (tmp_path / "trust" / "refused.json").exists()


# Clocks ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("minutes", "taken"), [(4, True), (5, True), (6, False), (10, False)])
def test_a_list_may_lie_a_little_in_the_future(
    tmp_path: Path, minutes: int, *, taken: bool
) -> None:
    slow = world.NOON - timedelta(minutes=minutes)
    folder = TrustFolder(tmp_path / "trust", now=lambda: slow)
    folder.pin(world.root().certificate)

    if taken:
        assert folder.accept(signed(1)) == folder.current()
    else:
        assert reason_of(lambda: folder.accept(signed(1))) == "not-yet"
        assert folder.current() is None


def test_a_clock_that_was_wrong_bricks_nothing(tmp_path: Path) -> None:
    clock = [world.NOON - timedelta(minutes=10)]
    folder = TrustFolder(tmp_path / "trust", now=lambda: clock[0])
    folder.pin(world.root().certificate)
    reason_of(lambda: folder.accept(signed(1)))

    clock[0] = world.NOON

    assert folder.accept(signed(1)) == folder.current()


# Roots -----------------------------------------------------------------------------------------


class Moving(TrustFolder):
    """A folder with a clock that the test moves."""

    def __init__(self, path: Path) -> None:
        self.at = sealed.NOW
        super().__init__(path, now=lambda: self.at)


@pytest.fixture
def moving(tmp_path: Path) -> Moving:
    """A folder with the world's root and a clock."""
    made = Moving(tmp_path / "trust")
    made.pin(world.root().certificate)
    return made


@cache
def by_root(version: int, signer: CertifiedSigner) -> bytes:
    return trust_lists.rolled(version, trust_lists.root_change(), signer)


def test_a_root_changes_while_the_instance_goes_on(moving: Moving, tmp_path: Path) -> None:
    moving.accept(signed(1))
    moving.accept(by_root(2, list_signer()))
    moving.accept(by_root(3, trust_lists.next_signer()))
    moving.accept(by_root(4, list_signer()))
    moving.accept(by_root(5, trust_lists.next_signer()))

    moving.at = sealed.NOW + timedelta(days=2)

    assert reason_of(lambda: moving.accept(by_root(6, list_signer()))) == "not-trusted"
    assert moving.current_bytes() == by_root(5, trust_lists.next_signer())
    again = Moving(tmp_path / "trust")
    again.at = moving.at
    assert again.current() == moving.current()
    assert again.root() == world.root().certificate


def test_a_change_of_root_is_remembered_although_later_lists_leave_it_out(
    moving: Moving, tmp_path: Path
) -> None:
    moving.accept(by_root(1, list_signer()))
    silent = sign_content(trust_lists.content(2), signer=trust_lists.next_signer())

    moving.accept(silent)

    assert Moving(tmp_path / "trust").current_bytes() == silent
    moving.at = sealed.NOW + timedelta(days=2)
    assert reason_of(lambda: moving.accept(signed(3))) == "not-trusted"


def test_the_list_that_stands_remembers_the_change_of_root_too(
    moving: Moving, tmp_path: Path
) -> None:
    moving.accept(by_root(1, trust_lists.next_signer()))
    (tmp_path / "trust" / "root-changes.json").unlink()

    again = Moving(tmp_path / "trust")
    again.at = sealed.NOW + timedelta(days=2)

    assert again.current_bytes() == by_root(1, trust_lists.next_signer())
    assert reason_of(lambda: again.accept(signed(2))) == "not-trusted"


def test_an_instance_that_slept_through_the_overlap_catches_up(moving: Moving) -> None:
    moving.accept(signed(1))
    moving.at = sealed.NOW + timedelta(days=20)
    late = by_root(7, trust_lists.next_signer())

    assert moving.accept(late) == moving.current()


def test_a_list_that_is_refused_brings_no_root(moving: Moving, tmp_path: Path) -> None:
    moving.accept(signed(5))

    reason_of(lambda: moving.accept(by_root(4, list_signer())))

    roots = Moving(tmp_path / "trust").roots()
    assert roots is not None
    assert roots.changes == ()


def test_the_list_of_a_root_that_ended_is_believed_no_more(moving: Moving) -> None:
    moving.accept(by_root(1, list_signer()))
    assert moving.current() is not None

    moving.at = sealed.NOW + timedelta(days=2)

    assert (moving.current(), moving.problem()) == (None, "root-ended")


@pytest.mark.parametrize("text", ["", "{}", "[1]", "[{}]", "[" * 99])
def test_damaged_changes_of_root_are_none(moving: Moving, tmp_path: Path, text: str) -> None:
    moving.accept(by_root(1, list_signer()))
    (tmp_path / "trust" / "root-changes.json").write_text(text, "ascii")

    found = Moving(tmp_path / "trust").roots()

    assert found is not None
    assert found.at(sealed.NOW) == (world.root().certificate,)


def test_repinning_starts_anew_and_keeps_the_old_files_aside(moving: Moving) -> None:
    moving.accept(signed(999))
    other = trust_lists.next_root().certificate

    aside = moving.repin(other)

    assert moving.root() == other
    assert (moving.current(), moving.problem()) == (None, "no-list")
    assert (aside / "00000999.json").read_bytes() == signed(999)
    mine = sign_content(trust_lists.content(1), signer=trust_lists.next_signer())
    assert moving.accept(mine) == moving.current()
    assert reason_of(lambda: moving.accept(signed(1000))) == "not-trusted"
    assert moving.repin(world.root().certificate) != aside


# Why there is none -----------------------------------------------------------------------------


def test_why_there_is_no_list_can_be_told(tmp_path: Path) -> None:
    folder = TrustFolder(tmp_path / "trust")
    assert folder.problem() == "no-root"

    folder.pin(world.root().certificate)
    assert folder.problem() == "no-list"

    folder.accept(signed(1))
    assert folder.problem() == ""

    file_of(tmp_path, 1).write_bytes(b"x")
    assert folder.problem() == "damaged"


# Reading again and again -----------------------------------------------------------------------


def test_a_list_that_has_not_changed_is_not_parsed_again(
    folder: TrustFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    accepted = folder.accept(signed(1))

    def fail(*_: object, **__: object) -> None:
        raise AssertionError

    monkeypatch.setattr(TrustList, "follow", fail)

    assert folder.current() is folder.current() is accepted


@pytest.mark.parametrize("old", [True, False], ids=["long ago", "just now"])
def test_what_another_process_accepts_is_seen_at_once(
    folder: TrustFolder, tmp_path: Path, *, old: bool
) -> None:
    folder.accept(signed(1))
    if old:
        os.utime(tmp_path / "trust", (1, 1))
    assert folder.current_bytes() == signed(1)

    TrustFolder(tmp_path / "trust").accept(signed(2))

    assert folder.current_bytes() == signed(2)


def test_a_name_that_appears_in_the_same_instant_is_seen(
    folder: TrustFolder, tmp_path: Path
) -> None:
    folder.accept(signed(1))
    times = (tmp_path / "trust").stat()
    file_of(tmp_path, 2).write_bytes(signed(2))
    os.utime(tmp_path / "trust", ns=(times.st_atime_ns, times.st_mtime_ns))

    assert folder.current_bytes() == signed(2)


def test_one_importer_waits_for_another(folder: TrustFolder, tmp_path: Path) -> None:
    done: list[TrustList] = []
    other = threading.Thread(
        target=lambda: done.append(TrustFolder(tmp_path / "trust").accept(signed(1)))
    )
    with TrustFiles(tmp_path / "trust").locked():
        other.start()
        other.join(0.3)
        assert (done, folder.current()) == ([], None)
    other.join(30)

    assert done == [folder.current()]


def test_another_root_pinned_by_hand_ends_what_was_read(
    folder: TrustFolder, tmp_path: Path
) -> None:
    folder.accept(signed(1))
    other = trust_lists.next_root().certificate.to_pem()
    (tmp_path / "trust" / "root.pem").write_text(other, "ascii")

    assert folder.current() is None


def test_a_write_that_fails_leaves_the_list_that_was(
    folder: TrustFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder.accept(signed(1))

    def full(_: int) -> None:
        raise OSError(28, "no space left")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(OSError, match="no space"):
            folder.accept(signed(2))

    for reader in (folder, TrustFolder(tmp_path / "trust")):
        assert reader.current_bytes() == signed(1)
    assert not list((tmp_path / "trust").glob("*.incoming"))


def test_a_list_without_its_memory_counts_as_after_a_crash_between_the_two(
    folder: TrustFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder.accept(signed(1))

    def crash(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(TrustFiles, "write_mark", crash)
        with pytest.raises(KeyboardInterrupt):
            folder.accept(signed(2))

    again = TrustFolder(tmp_path / "trust")
    assert again.current_bytes() == signed(2)
    assert reason_of(lambda: again.accept(signed(1))) == "rollback"
