"""A backup as one file: a tar of what an instance consists of, with a manifest at its end.

Every file's SM3 digest stands in the manifest. Nothing is restored before all of them were
compared, and nothing outside of the new folder is ever written.
"""

import hashlib
import io
import json
import os
import shutil
import sqlite3
import tarfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import IO, Final

from signing.algorithms import sm3_stream
from storage.errors import BackupError
from storage.flushing import flush_folders

SCHEMA: Final = "yinxin.backup/1"
_MANIFEST: Final = "manifest.json"
_PIECE: Final = 1 << 20
_MAX_MANIFEST_BYTES: Final = 1 << 30
_MAX_NAME: Final = 400
_OURS_ALONE: Final = 0o600


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupManifest:
    """What a backup says of itself.

    Attributes:
        created_at: When it was begun: what came later is not in it.
        files: By name, SM3 in hexadecimal.
        facts: What else is worth knowing, for people.
    """

    created_at: datetime
    files: Mapping[str, str]
    facts: Mapping[str, str]


class BackupWriter:
    """Writes one backup; the manifest comes with `finish`."""

    def __init__(self, archive: tarfile.TarFile, *, created_at: datetime) -> None:
        self._archive = archive
        self._created_at = created_at
        self._files: dict[str, str] = {}

    def add_file(self, name: str, path: Path) -> None:
        """Add a file under a name; what it holds now, however long it grows meanwhile."""
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            self._add(name, _Counted(file, size), size)

    def add_bytes(self, name: str, content: bytes) -> None:
        """Add a content under a name."""
        self._add(name, _Counted(io.BytesIO(content), len(content)), len(content))

    def add_folder(self, name: str, folder: Path, *, skip: Iterable[str] = ()) -> None:
        """Add every file below a folder that is not in the backup yet.

        Args:
            name: What the folder is called in the backup.
            folder: Where it lies; a file that is removed meanwhile is left out.
            skip: Folders below it that are left out.
        """
        left_out = {folder / part for part in skip}
        for path in sorted(folder.rglob("*")):
            own = f"{name}/{path.relative_to(folder).as_posix()}"
            is_left_out = path.is_symlink() or not left_out.isdisjoint(path.parents)
            if own not in self._files and not is_left_out and path.is_file():
                with suppress(FileNotFoundError):
                    self.add_file(own, path)

    def finish(self, facts: Mapping[str, str]) -> BackupManifest:
        """Write the manifest."""
        manifest = BackupManifest(created_at=self._created_at, files=self._files, facts=facts)
        content = json.dumps(
            {
                "schema": SCHEMA,
                "created_at": manifest.created_at.isoformat(),
                "facts": dict(facts),
                "files": self._files,
            },
            ensure_ascii=False,
            sort_keys=True,
        ).encode()
        self._archive.addfile(_member(_MANIFEST, len(content)), io.BytesIO(content))
        return manifest

    def _add(self, name: str, content: "_Counted", size: int) -> None:
        self._archive.addfile(_member(name, size), content)
        self._files[name] = content.digest()


class _Counted:
    """A reader of so many bytes that hashes what it gives."""

    def __init__(self, file: IO[bytes], size: int) -> None:
        self._file, self._left = file, size
        self._state = hashlib.new("sm3")

    def read(self, size: int = -1) -> bytes:
        wanted = self._left if size < 0 else min(size, self._left)
        piece = self._file.read(wanted)
        self._left -= len(piece)
        self._state.update(piece)
        return piece

    def digest(self) -> str:
        return self._state.hexdigest()


@contextmanager
def writing(path: Path, *, created_at: datetime) -> Iterator[BackupWriter]:
    """Write a backup; it has its name only once it is whole and on the disk.

    Raises:
        FileExistsError: There is something under the name.
    """
    incoming = path.with_name(f"{path.name}.incoming")
    descriptor = os.open(incoming, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OURS_ALONE)
    try:
        with os.fdopen(descriptor, "wb") as file:
            with tarfile.open(fileobj=file, mode="w", format=tarfile.PAX_FORMAT) as archive:
                yield BackupWriter(archive, created_at=created_at)
            file.flush()
            os.fsync(file.fileno())
        os.link(incoming, path)
    finally:
        incoming.unlink(missing_ok=True)
    flush_folders([path.parent])


def read_manifest(path: Path) -> BackupManifest:
    """Compare every file of a backup with its manifest; return that.

    Raises:
        BackupError: It is no backup, not whole, or a file is not what was written.
    """
    found: dict[str, str] = {}
    manifest: BackupManifest | None = None
    with _opened(path) as members:
        for name, file in members:
            if manifest is not None or name in found:
                raise BackupError(f"{name} 多余或重复 · one file too many in the backup")
            if name == _MANIFEST:
                manifest = _parse(file.read(_MAX_MANIFEST_BYTES))
            else:
                found[name] = sm3_stream(_pieces(file)).hex()
    if manifest is None:
        raise BackupError("备份不完整，没有文件清单 · no manifest: the backup is not whole")
    names = found.keys() | manifest.files.keys()
    wrong = sorted(name for name in names if found.get(name) != manifest.files.get(name))
    if wrong:
        raise BackupError(f"{wrong[0]} 与清单不符 · not what was backed up, {len(wrong)} in all")
    return manifest


def extract(path: Path, root: Path, *, take: Callable[[str], bool]) -> Mapping[str, bytes]:
    """Write the files of a backup below a new folder; return those that are not to be written.

    Args:
        path: What `read_manifest` accepted.
        root: An empty folder.
        take: Whether a file is to be written.
    """
    kept: dict[str, bytes] = {}
    with _opened(path) as members:
        for name, file in members:
            if name == _MANIFEST:
                continue
            if not take(name):
                kept[name] = file.read()
                continue
            target = root / name
            target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with target.open("xb") as written:
                shutil.copyfileobj(file, written, _PIECE)
            target.chmod(_OURS_ALONE)
    return kept


@contextmanager
def _opened(path: Path) -> Iterator[Iterator[tuple[str, IO[bytes]]]]:
    """Give the files of a backup with their names, each to be read before the next."""
    try:
        with tarfile.open(path, mode="r:") as archive:
            yield _members(archive)
    except (tarfile.TarError, EOFError) as error:
        raise BackupError("不是备份文件，或已损坏 · not a backup, or damaged") from error


def _members(archive: tarfile.TarFile) -> Iterator[tuple[str, IO[bytes]]]:
    for member in archive:
        file = archive.extractfile(member) if member.isreg() else None
        if file is None or not _is_name(member.name):
            raise BackupError("备份中有不应有的内容 · what is there is no file of ours")
        yield member.name, file


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    while piece := file.read(_PIECE):
        yield piece


def _is_name(name: str) -> bool:
    parts = PurePosixPath(name).parts
    is_inside = ".." not in parts and not name.startswith("/") and "\0" not in name
    return is_inside and name == "/".join(parts) and 0 < len(name) <= _MAX_NAME


def _member(name: str, size: int) -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.size, member.mode = size, _OURS_ALONE
    return member


def _parse(content: bytes) -> BackupManifest:
    try:
        value = json.loads(content)
        if value["schema"] != SCHEMA:
            raise BackupError("另一版本的备份 · a backup of another version")
        return BackupManifest(
            created_at=datetime.fromisoformat(value["created_at"]),
            files={str(name): str(digest) for name, digest in value["files"].items()},
            facts={str(name): str(fact) for name, fact in value["facts"].items()},
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise BackupError("文件清单无法读取 · the manifest cannot be read") from error


def snapshot_sqlite(source: Path, target: Path) -> None:
    """Copy an embedded database as it stands at one moment, while others write into it."""
    with closing(sqlite3.connect(source)) as original, closing(sqlite3.connect(target)) as copy:
        original.backup(copy)
