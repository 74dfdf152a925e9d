"""Published lists as files: whole or not at all, and known after a restart."""

import os
from pathlib import Path

import pytest

from certs.status_lists.tokens import MAX_TOKEN_BYTES, version_of
from storage.status_folder import StatusFolder


def test_a_token_lies_under_its_number_for_everybody_to_read(tmp_path: Path) -> None:
    folder = StatusFolder(tmp_path / "status")
    assert folder.versions() == {}

    folder.put(0, b"first")
    folder.put(12, b"other")
    folder.put(0, b"second")

    assert (tmp_path / "status" / "0.cwt").read_bytes() == b"second"
    assert folder.versions() == {0: version_of(b"second"), 12: version_of(b"other")}
    assert StatusFolder(tmp_path / "status").versions() == folder.versions()
    assert sorted(item.name for item in (tmp_path / "status").iterdir()) == ["0.cwt", "12.cwt"]


def test_what_is_no_list_is_passed_over(tmp_path: Path) -> None:
    for name in ("00.cwt", "x.cwt", "1.cwt.bak", "2.0a1b.incoming"):
        (tmp_path / name).write_bytes(b"x")
    (tmp_path / "3.cwt").write_bytes(bytes(MAX_TOKEN_BYTES + 1))

    assert StatusFolder(tmp_path).versions() == {}


def test_a_write_that_fails_leaves_the_old_token(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = StatusFolder(tmp_path)
    folder.put(0, b"first")

    def fail(_: int) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OSError, match="no space"):
        folder.put(0, b"second")

    assert (tmp_path / "0.cwt").read_bytes() == b"first"
    assert folder.versions() == {0: version_of(b"first")}
    assert [item.name for item in tmp_path.iterdir()] == ["0.cwt"]
