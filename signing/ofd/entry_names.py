"""Names of zip entries, and the paths by which one part of an OFD file names another.

A name is safe to write below a folder on any system, and no two names differ only in ways
that some systems ignore. Source: APPNOTE.TXT 6.3.10, 4.4.17 (names); GB/T 33190-2016, ST_Loc
(paths: absolute within the package, or relative to the part that holds them).
"""

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterable
from itertools import pairwise
from typing import Final

from signing.errors import MalformedOfdError
from signing.ofd.rules import OfdRule

MAX_NAME_BYTES: Final = 1024
_DRIVE: Final = re.compile(r"[A-Za-z]:")
# Control and format characters (bidirectional marks among them), line and paragraph ends.
_INVISIBLE: Final = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})


def decode_name(raw: bytes) -> str:
    """Return an entry's name.

    It is read as UTF-8 whether or not the flag says so: many programs forget the flag, and
    those who take the bytes for another character set find no such file rather than another.

    Raises:
        MalformedOfdError: Not UTF-8, or a name that is not safe.
    """
    if len(raw) > MAX_NAME_BYTES:
        raise _bad_name("too long")
    try:
        name = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise _bad_name("not UTF-8") from error
    check_name(name.removesuffix("/"))
    return name


def check_name(name: str) -> None:
    """Refuse a name that could lead out of a folder or mean two things.

    Raises:
        MalformedOfdError: ``name``.
    """
    if "\\" in name or _DRIVE.match(name):
        raise _bad_name(f"{name[:80]!r} has a backslash or a drive")
    if not (name.isascii() and name.isprintable()) and any(
        unicodedata.category(character) in _INVISIBLE for character in name
    ):
        raise _bad_name(f"{name[:80]!r} has characters that cannot be seen")
    if any(part in {"", ".", ".."} for part in name.split("/")):
        raise _bad_name(f"{name[:80]!r} is absolute or has a part that is no name")


def check_distinct(names: Iterable[str]) -> None:
    """Refuse names that some system takes for one, and a name that is also a folder.

    Args:
        names: Entries; those of folders end in a solidus.

    Raises:
        MalformedOfdError: ``duplicate-name``.
    """
    folded = [_folded(name) for name in names]
    ordered = sorted(name.removesuffix("/") for name in folded)
    for one, other in pairwise(ordered):
        if one == other:
            raise MalformedOfdError(OfdRule.DUPLICATE_NAME, f"{one[:80]!r} stands twice")
    for name in folded:
        folder = f"{name}/"
        at = bisect_left(ordered, folder)
        if at < len(ordered) and ordered[at].startswith(folder):
            raise MalformedOfdError(OfdRule.DUPLICATE_NAME, f"{name[:80]!r} is a folder too")


def resolve(location: str, *, base: str, names: Iterable[str]) -> str | None:
    """Return the entry that ``location`` means, or None when there is none.

    Args:
        location: ST_Loc as written: absolute with a leading solidus; without one relative to
            ``base``, or (as some vendors write) absolute all the same.
        base: The entry that holds ``location``.
        names: The entries there are, as a set or mapping.

    Raises:
        MalformedOfdError: ``path``: read in both ways it leads to two entries.
    """
    location = location.strip()
    folder, _, _ = base.rpartition("/")
    bases = ("",) if location.startswith("/") else (folder, "")
    found = {
        entry for start in bases if (entry := _join(start, location)) is not None and entry in names
    }
    if len(found) > 1:
        raise MalformedOfdError(OfdRule.PATH, f"{location[:80]!r} leads to two entries")
    return next(iter(found), None)


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())


def _join(folder: str, location: str) -> str | None:
    parts = folder.split("/") if folder else []
    for part in location.removeprefix("/").split("/"):
        if part == "..":
            if not parts:
                return None
            parts.pop()
        elif part != ".":
            parts.append(part)
    return "/".join(parts)


def _bad_name(message: str) -> MalformedOfdError:
    return MalformedOfdError(OfdRule.NAME, message)
