"""Requests for licenses in files, as for ``POST /licenses``."""

import sys
from pathlib import Path
from typing import Final

from pydantic import ValidationError

from api.errors import UsageError
from api.schemas.licenses import LicenseIn

_MAX_REQUEST_BYTES: Final = 1_048_576


def read_license(name: str) -> LicenseIn:
    """Return the request in a file; what is wrong with it is told without its values.

    Raises:
        UsageError: It cannot be read, or is not of that form.
    """
    data = sys.stdin.buffer.read(_MAX_REQUEST_BYTES) if name == "-" else _bytes_of(Path(name))
    try:
        return LicenseIn.model_validate_json(data)
    except ValidationError as error:
        places = ", ".join(".".join(str(part) for part in item["loc"]) for item in error.errors())
        raise UsageError(
            f"{name} 不符合 POST /licenses 的格式 · not of the form of POST /licenses: {places}"
        ) from error


def _bytes_of(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise UsageError(f"无法读取 {path} · cannot read it") from error
