"""One holder's log over all licenses, with what filters it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from certs.usages import Usage


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedUse:
    """A use with its place in the log.

    Attributes:
        number: Its number; later uses have larger ones.
        usage: What happened.
        salt: What hides it in the ledger; empty where an older release kept none.
    """

    number: int
    usage: Usage
    salt: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class UseFilter:
    """Which uses are wanted; empty members want all.

    Attributes:
        license: 证照标识.
        basis: A value of `certs.releases.BasisKind`.
        since: From this moment on.
        until: Before this moment.
    """

    license: str = ""
    basis: str = ""
    since: datetime | None = None
    until: datetime | None = None


EVERY_USE = UseFilter()


class HolderLog(Protocol):
    """The uses of all licenses of one holder."""

    def newest(
        self, holder_key: str, limit: int, *, before: int | None = None, wanted: UseFilter
    ) -> tuple[LoggedUse, ...]:
        """Return uses, the newest first, from behind the number ``before``."""
        ...

    def whole(self, holder_key: str, *, through: int) -> tuple[LoggedUse, ...]:
        """Return every use up to a number, the oldest first."""
        ...

    def get(self, number: int) -> tuple[str, LoggedUse] | None:
        """Return whose license a use was of (the holder's key) and the use; None for none."""
        ...

    def holders_since(self, number: int, *, before: datetime) -> tuple[tuple[str, int], ...]:
        """Return the holders with uses behind a number, each with the last one's number.

        Args:
            number: Uses up to this one are left out.
            before: Uses from this moment on are left out.
        """
        ...
