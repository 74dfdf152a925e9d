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
from storage.trust_folder import TrustFolder
from tests import sealed, world
from verify.errors import TrustListError
from verify.trust_lists import TrustedRegion, sign_trust_list


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


def test_the_root_is_what_was_pinned(folder: TrustFolder) -> None:
    found: Certificate | None = folder.root()

    assert found == world.root().certificate
