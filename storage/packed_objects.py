"""Loose objects and archive packages, each in a store of their own, read as one."""

from collections.abc import Mapping
from dataclasses import dataclass

from certs.ports import ObjectStore


@dataclass(frozen=True, slots=True, kw_only=True)
class PackedObjects:
    """Writes loose objects; reads them, and packages where there is no such loose object.

    What is stored is named by its digest, so that it makes no difference where it is found.

    Attributes:
        loose: The objects of issuing and of everything else.
        packages: Archive packages; nothing is written to them or removed from here.
    """

    loose: ObjectStore
    packages: ObjectStore

    def put(self, content: bytes) -> str:
        """Store ``content`` durably and return its SM3 digest in hexadecimal."""
        return self.loose.put(content)

    def put_all(self, contents: Mapping[str, bytes]) -> None:
        """Store several contents durably, each under its digest."""
        self.loose.put_all(contents)

    def has(self, digest: str) -> bool:
        """Tell whether something is stored under ``digest``, without reading it."""
        return self.loose.has(digest) or self.packages.has(digest)

    def remove(self, digest: str) -> None:
        """Remove the loose object; packages stay."""
        self.loose.remove(digest)

    def get(self, digest: str) -> bytes:
        """Return the content stored under ``digest``, checked against it."""
        return self._of(digest).get(digest)

    def find(self, digest: str) -> bytes | None:
        """Return the same; None where nothing is stored, or not what was put."""
        return self._of(digest).find(digest)

    def get_range(self, digest: str, offset: int, length: int) -> bytes:
        """Return a part of what is stored under ``digest``, as it is stored."""
        # Parts are asked of packages alone, as a rule.
        if self.packages.has(digest):
            return self.packages.get_range(digest, offset, length)
        return self.loose.get_range(digest, offset, length)

    def _of(self, digest: str) -> ObjectStore:
        return self.loose if self.loose.has(digest) else self._other(digest)

    def _other(self, digest: str) -> ObjectStore:
        return self.packages if self.packages.has(digest) else self.loose
