"""Packages as folders: other programs accept them, and what was changed is not read."""

import os
from collections.abc import Callable
from pathlib import Path

import bagit
import pytest

from certs.errors import MalformedPackageError
from certs.packages.files import RECORD, SIGNATURE
from certs.packages.package import LIMITS, contents_package
from storage import bag_folders
from storage.bag_folders import read_bag, write_bag
from tests import archived


@pytest.fixture
def bag(tmp_path: Path) -> Path:
    write_bag(tmp_path / "bag", archived.package().contents)
    return tmp_path / "bag"


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_bag_is_accepted_by_another_program_and_read_back_to_the_same_bytes(bag: Path) -> None:
    bagit.Bag(str(bag)).validate()

    package = contents_package(read_bag(bag))

    assert package.encode() == archived.encoded()
    assert package.package_id == archived.package().package_id
    assert [path.name for path in bag.parent.iterdir()] == ["bag"]


def test_nothing_is_written_over(bag: Path, tmp_path: Path) -> None:
    with pytest.raises(FileExistsError):
        write_bag(bag, {})
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    with pytest.raises(FileExistsError):
        write_bag(tmp_path / "link", {})


def _linked(bag: Path) -> None:
    (bag / RECORD).rename(bag.parent / "record")
    (bag / RECORD).symlink_to(bag.parent / "record")


def _linked_folder(bag: Path) -> None:
    (bag / "data").rename(bag.parent / "data")
    (bag / "data").symlink_to(bag.parent / "data")


def _pipe(bag: Path) -> None:
    (bag / RECORD).unlink()
    os.mkfifo(bag / RECORD)


def _changed(bag: Path) -> None:
    (bag / RECORD).write_bytes((bag / RECORD).read_bytes().replace(b"{", b"[", 1))


def _badly_named(bag: Path) -> None:
    (bag / os.fsdecode(b"data/\xff")).write_bytes(b"x")


def _large(bag: Path) -> None:
    with (bag / RECORD).open("r+b") as file:
        file.truncate(LIMITS.file_bytes + 1)


def _many(bag: Path) -> None:
    for number in range(LIMITS.entries):
        (bag / "data" / str(number)).touch()


def _deep(bag: Path) -> None:
    path = bag / "data"
    for _ in range(80):
        path /= "d"
    path.mkdir(parents=True)
    (path / "x").touch()


def _other_spelling(bag: Path) -> None:
    path = bag / "bagit.txt"
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))


def _foreign(bag: Path) -> None:
    path = bag / "bag-info.txt"
    path.write_bytes(b"Source-Organization: somebody\n")


@pytest.mark.parametrize(
    ("spoil", "rule", "about"),
    [
        (_linked, "not-a-file", RECORD),
        (_linked_folder, "not-a-file", "data"),
        (_pipe, "not-a-file", RECORD),
        (_changed, "content-changed", RECORD),
        (lambda bag: (bag / SIGNATURE).unlink(), "missing", SIGNATURE),
        (lambda bag: (bag / "data/more.txt").touch(), "unlisted", "data/more.txt"),
        (lambda bag: (bag / "notes.txt").touch(), "unlisted", "notes.txt"),
        (lambda bag: (bag / "data/empty").mkdir(), "unlisted", "data/empty/"),
        (lambda bag: (bag / "manifest-sm3.txt").unlink(), "missing", "manifest-sm3.txt"),
        (_badly_named, "name", ""),
        (_large, "too-large", ""),
        (_many, "too-many-entries", ""),
        (_deep, "too-many-entries", ""),
        (_other_spelling, "tag-changed", "bagit.txt"),
        (_foreign, "foreign", "bag-info.txt"),
    ],
)
def test_what_was_changed_in_a_bag_is_named(
    bag: Path, spoil: Callable[[Path], None], rule: str, about: str
) -> None:
    spoil(bag)

    with pytest.raises(MalformedPackageError) as refused:
        contents_package(read_bag(bag))

    assert (str(refused.value.rule), refused.value.about) == (rule, about)


def test_a_bag_that_lists_another_spelling_is_refused(bag: Path) -> None:
    """Every digest is right, and still no byte may be other than we write it."""
    contents = read_bag(bag)
    changed = contents_package(contents)
    declared = contents["bagit.txt"].replace(b"1.0", b"0.97")
    tags = {**changed.tags, "bagit.txt": declared}
    listed = archived.with_tag("bagit.txt", tags["bagit.txt"], is_listed=True)
    entries = {name.partition("/")[2]: data for name, data in archived.contents(listed).items()}

    with pytest.raises(MalformedPackageError) as refused:
        contents_package(entries)

    assert (refused.value.rule, refused.value.about) == ("not-strict", "bagit.txt")


def test_what_is_no_folder_is_no_bag(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for name in ("file", "nothing"):
        with pytest.raises(NotADirectoryError):
            read_bag(tmp_path / name)


def test_a_disk_that_is_full_leaves_no_bag(tmp_path: Path) -> None:
    def full(_paths: object) -> None:
        raise OSError(28, "No space left on device")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bag_folders, "flush_files", full)
        with pytest.raises(OSError, match="No space"):
            write_bag(tmp_path / "bag", archived.package().contents)

    assert not list(tmp_path.iterdir())
