"""The openssl command line as a witness, and the files other implementations made."""

import os
import subprocess
from pathlib import Path

import pytest

VECTORS = Path(os.environ.get("YINXIN_VECTORS", "../shared/vectors"))
USER_ID = "distid:1234567812345678"


def openssl(*arguments: str | Path, stdin: bytes = b"") -> str:
    """Return what openssl prints, or fail with what it complains about."""
    done = subprocess.run(
        ["openssl", *map(str, arguments)], input=stdin, capture_output=True, check=False
    )
    if done.returncode != 0:
        raise AssertionError((done.stdout + done.stderr).decode("utf-8", "replace"))
    return done.stdout.decode("utf-8", "replace")


def vector(path: str) -> bytes:
    """Return a file that another implementation made, or skip the test."""
    file = VECTORS / path
    if not file.is_file():
        pytest.skip(f"no vectors at {VECTORS} (set YINXIN_VECTORS)")
    return file.read_bytes()
