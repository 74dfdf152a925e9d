"""What keeping needs from an object store besides putting and getting (归档存储)."""

from collections.abc import Iterator
from datetime import datetime
from typing import Protocol

from certs.ports import ObjectStore


class ArchiveStore(ObjectStore, Protocol):
    """An object store that can be bound not to give an object up."""

    def lock(self, digest: str, until: datetime) -> None:
        """Bind the store to keep an object; nobody can shorten it, so appraise first (鉴定).

        Args:
            digest: SM3 digest of the object in hexadecimal.
            until: When it may be removed again; kept to whole seconds, rounded up.

        Raises:
            ObjectNotFoundError: Nothing is stored under it.
            DamagedObjectError: What is stored is not what was put, and not worth binding.
            ObjectLockedError: It is locked for longer already.
        """
        ...

    def locked_until(self, digest: str) -> datetime | None:
        """Return until when an object is locked, also where that is past; None where it is not."""
        ...

    def hold(self, digest: str, *, on: bool) -> None:
        """Place or lift a legal hold (法律保留); doing it twice does no harm.

        Raises:
            ObjectNotFoundError: Nothing is stored under it, and a hold is to be placed.
        """
        ...

    def is_held(self, digest: str) -> bool:
        """Tell whether a legal hold lies on an object."""
        ...

    def remove(self, digest: str) -> None:
        """Remove what is stored under ``digest``, if anything is.

        Raises:
            ObjectLockedError: It is locked or held.
        """
        ...


class ScrubbedStore(ArchiveStore, Protocol):
    """One home of objects, which can be read through and repaired."""

    def check(self, digest: str) -> int:
        """Read an object and compare it with its digest, without keeping it in memory.

        Returns:
            Its length in bytes.

        Raises:
            ObjectNotFoundError: Nothing is stored under it.
            DamagedObjectError: What is stored is not what was put.
        """
        ...

    def repair(self, digest: str, content: bytes) -> None:
        """Put a good copy in the place of a damaged or missing one, which is kept aside.

        Raises:
            DamagedObjectError: The copy is none.
        """
        ...

    def digests(self) -> Iterator[str]:
        """Return the digests of everything that is stored, in no particular order."""
        ...
