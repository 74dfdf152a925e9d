"""The present status lists as files, for any web server or network of caches to hand out."""

import os
import re
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from certs.status_lists.tokens import MAX_TOKEN_BYTES, version_of

_NAME: Final = re.compile(r"(0|[1-9][0-9]{0,8})\.cwt")


class StatusFolder:
    """A file ``{number}.cwt`` for each list; there whole or not at all."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._versions: dict[int, str] | None = None

    def versions(self) -> Mapping[int, str]:
        """Return the version of every token that lies there; files are read the first time."""
        if self._versions is None:
            self._versions = dict(self._read())
        return dict(self._versions)

    def put(self, number: int, token: bytes) -> None:
        """Lay a token there, durably."""
        self._folder.mkdir(mode=0o755, parents=True, exist_ok=True)
        incoming = self._folder / f"{number}.{secrets.token_hex(4)}.incoming"
        try:
            with incoming.open("xb") as file:
                file.write(token)
                file.flush()
                os.fsync(file.fileno())
            incoming.replace(self._folder / f"{number}.cwt")
        finally:
            incoming.unlink(missing_ok=True)
        self._flush()
        if self._versions is not None:
            self._versions[number] = version_of(token)

    def _read(self) -> list[tuple[int, str]]:
        named = ((path, _NAME.fullmatch(path.name)) for path in self._folder.glob("*.cwt"))
        return [
            (int(name[1]), version_of(path.read_bytes()))
            for path, name in named
            if name is not None and path.stat().st_size <= MAX_TOKEN_BYTES
        ]

    def _flush(self) -> None:
        descriptor = os.open(self._folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
