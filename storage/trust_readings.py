"""What was read from a trust folder, and whether a file has changed since."""

import time
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final, Self

from storage.trust_files import CHANGES, NEWEST, ROOT, Stamp, TrustFiles, list_name, stamp_of
from verify.trust_lists import TrustList
from verify.trust_roots import RootTerm, TrustRoots

_SETTLED_NS: Final = 2 * 10**9
"""Changes so close to one another may share a time, so a younger folder is looked at again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """How the files were that a list was read from.

    Attributes:
        paths: Root, changes of root, mark and the list itself.
        stamps: Of each of them.
        folder: Of the folder, which changes with every name in it.
    """

    version: int
    paths: tuple[Path, ...]
    stamps: tuple[Stamp, ...]
    folder: Stamp

    @classmethod
    def of(cls, files: TrustFiles, version: int) -> Self:
        """Look at the files of a version."""
        folder = stamp_of(files.folder)
        paths = tuple(files.folder / name for name in (ROOT, CHANGES, NEWEST, list_name(version)))
        return cls(version=version, paths=paths, stamps=tuple(map(stamp_of, paths)), folder=folder)

    def still_holds(self, files: TrustFiles) -> bool:
        """Whether the same version is the newest, and no file has changed."""
        if self.folder is None or tuple(map(stamp_of, self.paths)) != self.stamps:
            return False
        is_settled = time.time_ns() - self.folder[0] > _SETTLED_NS
        if is_settled and stamp_of(files.folder) == self.folder:
            return True
        return files.newest_version() == self.version


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A list that checked out, with the roots that were known then."""

    watch: Watch
    trust: TrustList
    roots: TrustRoots
    _term: RootTerm = field(init=False, repr=False)

    def __post_init__(self) -> None:
        term = next(term for term in self.roots.terms if term.root == self.trust.root)
        object.__setattr__(self, "_term", term)

    def is_believed_at(self, instant: datetime) -> bool:
        """Whether lists of the root behind this one are believed at ``instant``."""
        return self._term.covers(instant)
