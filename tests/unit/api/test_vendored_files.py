"""Files of others are those whose digests the documents give."""

import re
from hashlib import sha256
from pathlib import Path

ROOT = Path(__file__).parents[3]
VENDOR = ROOT / "api" / "static" / "vendor"
_ROW = re.compile(r"^\| `([\w.-]+)` \|[^|]*\| `([0-9a-f]{64})` \|$", re.MULTILINE)


def test_vendored_files_are_those_of_the_table() -> None:
    told = dict(_ROW.findall((ROOT / "docs" / "pages.md").read_text("utf-8")))
    found = {
        path.name: sha256(path.read_bytes()).hexdigest()
        for path in VENDOR.iterdir()
        if "LICENSE" not in path.name
    }
    assert found == told
