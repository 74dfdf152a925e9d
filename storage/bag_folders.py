"""Packages as folders (BagIt, RFC 8493): written for other programs, and read back.

A folder that comes from elsewhere is not trusted: nothing but plain files is opened, never
through a link, and neither more files nor more bytes are read than a package may have.
"""

import os
import shutil
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path
from tempfile import mkdtemp
from typing import Final

from certs.errors import MalformedPackageError
from certs.packages.package import LIMITS
from certs.packages.rules import PackageRule
from signing.ofd.rules import OfdRule
from storage.flushing import flush_files, flush_folders

_PARTIAL: Final = ".partial"
_MOST_FOLDERS: Final = 64


def write_bag(folder: Path, contents: Mapping[str, bytes]) -> None:
    """Write a package as a bag; the folder appears whole or not at all.

    Args:
        folder: The bag itself; it must not exist yet.
        contents: Every file by its path, as ``ArchivePackage.contents`` has them.

    Raises:
        FileExistsError: Something is there.
        OSError: It could not be written.
    """
    if folder.exists() or folder.is_symlink():
        raise FileExistsError(str(folder))
    folder.parent.mkdir(parents=True, exist_ok=True)
    partial = Path(mkdtemp(prefix=f"{folder.name}.", suffix=_PARTIAL, dir=folder.parent))
    try:
        _write_files(partial, contents)
        partial.chmod(0o755)
        partial.rename(folder)
    except OSError:
        shutil.rmtree(partial, ignore_errors=True)
        raise
    flush_folders([folder.parent])


def _write_files(folder: Path, contents: Mapping[str, bytes]) -> None:
    written = []
    for name, content in contents.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        written.append(path)
    flush_files(written)


def read_bag(folder: Path) -> dict[str, bytes]:
    """Return every file of a bag by its path; what they say is not looked at here.

    Raises:
        MalformedPackageError: ``not-a-file`` for links, pipes and the like, ``too-large``,
            ``too-many-entries``, ``name``, or ``unlisted`` for a folder with nothing in it.
        NotADirectoryError: It is no folder.
    """
    if not folder.is_dir():
        raise NotADirectoryError(20, "no folder", str(folder))
    found: dict[str, bytes] = {}
    left = LIMITS.file_bytes
    for name, descriptor in _opened(folder):
        with os.fdopen(descriptor, "rb") as file:
            content = file.read(left + 1)
        left -= len(content)
        if left < 0:
            raise MalformedPackageError(OfdRule.TOO_LARGE, "more than a package may have")
        found[name] = content
        if len(found) > LIMITS.entries:
            raise MalformedPackageError(OfdRule.TOO_MANY_ENTRIES, "too many files")
    return found


def _opened(folder: Path) -> Iterator[tuple[str, int]]:
    """Yield every plain file with a descriptor, which whoever takes it closes."""
    walked = enumerate(os.fwalk(folder, follow_symlinks=False))
    for folders, (place, inner, files, at) in walked:
        prefix = "" if Path(place) == folder else f"{Path(place).relative_to(folder).as_posix()}/"
        if folders > _MOST_FOLDERS:
            raise MalformedPackageError(OfdRule.TOO_MANY_ENTRIES, "too many folders")
        if not inner and not files:
            raise MalformedPackageError(PackageRule.UNLISTED, "an empty folder", about=prefix)
        for name in inner:
            if stat.S_ISLNK(os.stat(name, dir_fd=at, follow_symlinks=False).st_mode):
                raise _no_file(f"{prefix}{name}")
        for name in files:
            yield _named(f"{prefix}{name}"), _descriptor(name, at, about=f"{prefix}{name}")


def _descriptor(name: str, at: int, *, about: str) -> int:
    """Open a plain file, or refuse what is none without waiting for it."""
    try:
        found = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=at)
    except OSError as error:
        raise _no_file(about) from error
    if not stat.S_ISREG(os.fstat(found).st_mode):
        os.close(found)
        raise _no_file(about)
    return found


def _named(name: str) -> str:
    try:
        name.encode()
    except UnicodeEncodeError as error:
        raise MalformedPackageError(OfdRule.NAME, "a name that is not UTF-8") from error
    return name


def _no_file(name: str) -> MalformedPackageError:
    shown = name.encode("utf-8", "replace").decode()
    return MalformedPackageError(PackageRule.NOT_A_FILE, "a link, or no plain file", about=shown)
