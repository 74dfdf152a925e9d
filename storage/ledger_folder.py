"""The ledger as files, for any web server or network of caches to hand out.

Source: C2SP tlog-tiles: ``{log}/checkpoint`` and ``{log}/tile/…``.
"""

import secrets
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from certs.errors import LedgerDamagedError
from certs.ledger.entries import LedgerName
from signing.algorithms import SM3_BYTES
from signing.ledger.notes import MAX_NOTE_BYTES
from signing.ledger.tiles import BUNDLES, TILE_WIDTH, TileName, parse_bundle, write_bundle
from storage.flushing import flush_files, flush_folders

_CHECKPOINT: Final = "checkpoint"


class LedgerFolder:
    """A folder for each log; a file is there whole or not at all."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def read(self, log: LedgerName, name: TileName) -> bytes:
        """Return a tile or bundle, or the beginning of the fuller one that took its place.

        Raises:
            LedgerDamagedError: It is not there, or shorter than its name says.
        """
        for width in (name.width, TILE_WIDTH, *self._fuller(log, name)):
            path = self._path(log, TileName(name.level, name.index, width))
            if path.is_file():
                return _beginning(path.read_bytes(), name)
        raise LedgerDamagedError(f"{log}: {name.path} is missing")

    def put_all(self, log: LedgerName, tiles: Mapping[TileName, bytes]) -> None:
        """Lay out tiles durably, all before any checkpoint that needs them."""
        written = {self._path(log, name): content for name, content in tiles.items()}
        for path, content in written.items():
            path.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
            _replace(path, content)
        flush_files(written)
        flush_folders({folder for path in written for folder in self._up_to_root(path)})
        for name in tiles:
            if name.width == TILE_WIDTH:
                self._remove_parts(log, name)

    def checkpoint(self, log: LedgerName) -> str:
        """Return the checkpoint that lies there; empty if there is none."""
        path = self._root / log / _CHECKPOINT
        if not path.is_file():
            return ""
        if path.stat().st_size > MAX_NOTE_BYTES:
            raise LedgerDamagedError(f"{log}: the checkpoint is not what was written")
        return path.read_text("utf-8")

    def put_checkpoint(self, log: LedgerName, note: str) -> None:
        """Lay out a checkpoint durably, whole or not at all."""
        path = self._root / log / _CHECKPOINT
        path.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
        incoming = path.with_name(f"{_CHECKPOINT}.{secrets.token_hex(4)}.incoming")
        try:
            incoming.write_text(note, "utf-8")
            flush_files([incoming])
            incoming.replace(path)
        finally:
            incoming.unlink(missing_ok=True)
        flush_folders([path.parent])

    def _path(self, log: LedgerName, name: TileName) -> Path:
        return self._root / log / name.path

    def _fuller(self, log: LedgerName, name: TileName) -> list[int]:
        """Return the widths of the partial tiles that are wider; this host may lack others."""
        parts = self._path(log, TileName(name.level, name.index, 1)).parent
        widths = [int(path.name) for path in parts.glob("*") if path.name.isdecimal()]
        return sorted(width for width in widths if name.width < width < TILE_WIDTH)

    def _up_to_root(self, path: Path) -> list[Path]:
        return [folder for folder in path.parents if folder.is_relative_to(self._root)]

    def _remove_parts(self, log: LedgerName, name: TileName) -> None:
        """Remove the partial tiles whose place a full one took."""
        parts = self._path(log, TileName(name.level, name.index, 1)).parent
        shutil.rmtree(parts, ignore_errors=True)


def _replace(path: Path, content: bytes) -> None:
    """Write a file in the place of what an attempt before a crash may have left."""
    incoming = path.with_name(f"{path.name}.{secrets.token_hex(4)}.incoming")
    try:
        incoming.write_bytes(content)
        incoming.replace(path)
    finally:
        incoming.unlink(missing_ok=True)


def _beginning(content: bytes, name: TileName) -> bytes:
    """Return as much of a tile or a bundle as ``name`` says."""
    if name.level == BUNDLES:
        entries = parse_bundle(content)
        if len(entries) < name.width:
            raise LedgerDamagedError(f"{name.path} is shorter than its name says")
        return write_bundle(entries[: name.width])
    if len(content) < name.width * SM3_BYTES:
        raise LedgerDamagedError(f"{name.path} is shorter than its name says")
    return content[: name.width * SM3_BYTES]
