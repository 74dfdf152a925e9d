"""Load license types from their folders; the schema is strict, errors name file and line.

A type stands in ``<short name>/<version>/``: ``type.toml`` with its parts, ``face.typ`` which
draws it, and ``sample.toml`` with rows to try it with.
"""

import re
import tomllib
from datetime import date
from functools import cache
from pathlib import Path
from typing import Final

from certs.catalogue import Catalogue, LicenseType
from certs.errors import MalformedTypeError
from certs.toml_lines import key_lines, line_of
from certs.type_tables import read_type
from certs.typed_tables import TypedTable

TYPE_FILE: Final = "type.toml"
_SHIPPED: Final = Path(__file__).parent / "types"
_MAX_FILE_BYTES: Final = 131_072
_DECODE_LINE: Final = re.compile(r"at line (\d+)")


@cache
def shipped_types() -> tuple[LicenseType, ...]:
    """Return the license types that come with the program, all versions, by short name."""
    return _types_in(_SHIPPED)


def shipped_type(short_name: str) -> LicenseType:
    """Return the newest version of a type that comes with the program.

    Raises:
        MalformedTypeError: None goes by the name.
    """
    found = Catalogue.of(shipped_types()).find(short_name)
    if found is None:
        raise MalformedTypeError(f"no license type {short_name} comes with the program")
    return found


def types_in(folder: Path) -> tuple[LicenseType, ...]:
    """Return all versions of the types in a folder; none where it does not exist.

    Raises:
        MalformedTypeError: One does not follow the schema.
    """
    return _types_in(folder)


def catalogue_with(folder: Path, *, on: date = date.max) -> Catalogue:
    """Return the types that come with the program and those in a folder, as on a day.

    Args:
        folder: Where imported types lie; it need not exist.
        on: The day; versions published later make no licenses yet.

    Raises:
        MalformedTypeError: One was damaged since it was imported, or clashes with another.
    """
    return Catalogue.of((*shipped_types(), *types_in(folder)), on=on)


def load_type(folder: Path) -> LicenseType:
    """Return the license type that ``folder``, ``<short name>/<version>``, describes.

    Raises:
        MalformedTypeError: ``type.toml`` is missing, larger than 128 KiB, not TOML, or keys
            of it are unknown, missing, of the wrong kind or against the rules; each line of
            the message names file, line and key.
    """
    path = folder / TYPE_FILE
    text = _text_of(path)
    try:
        table = TypedTable(tomllib.loads(text), error=MalformedTypeError)
    except (ValueError, RecursionError) as error:
        found = _DECODE_LINE.search(str(error))
        line = found.group(1) if found else "1"
        raise MalformedTypeError(f"{path.as_posix()}:{line}: {error}") from error
    lines = key_lines(text)
    try:
        return read_type(folder, table)
    except MalformedTypeError as error:
        places = (f"{path.as_posix()}:{line_of(what, lines)}: {what}" for what in error.problems)
        raise MalformedTypeError(*places) from error


def _types_in(folder: Path) -> tuple[LicenseType, ...]:
    return tuple(load_type(path.parent) for path in sorted(folder.glob(f"*/*/{TYPE_FILE}")))


def _text_of(path: Path) -> str:
    try:
        with path.open("rb") as file:
            content = file.read(_MAX_FILE_BYTES + 1)
        if len(content) > _MAX_FILE_BYTES:
            raise MalformedTypeError(f"{path.as_posix()}:1: more than {_MAX_FILE_BYTES} bytes")
        return content.decode("utf-8")
    except (OSError, ValueError) as error:
        raise MalformedTypeError(f"{path.as_posix()}:1: {error}") from error
