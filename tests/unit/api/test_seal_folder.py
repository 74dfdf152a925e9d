"""Seals kept in a folder."""

from dataclasses import replace
from datetime import timedelta
from functools import cache
from pathlib import Path

import pytest

from api.errors import HomeError
from api.seal_folder import SealFolder
from certs.faces.drawing import Drawing, to_pdf_operators
from certs.faces.seal_drawing import draw_round_seal
from signing.seals import Seal, make_seal
from tests import world

OWNER = world.ISSUERS["340200"][1]


@cache
def drawing() -> Drawing:
    return draw_round_seal("样例机关", line="专用章", code="3402000000001")


def seal(code: str = "3402000000001", *, days: int = 0, region: str = "340200") -> Seal:
    made = world.region(region)
    description = replace(
        made.seal.description, code=code, created_at=world.NOON + timedelta(days=days)
    )
    return make_seal(description, maker=made.maker)


def test_a_seal_is_kept_with_what_it_looks_like(tmp_path: Path) -> None:
    kept = seal()
    SealFolder(tmp_path).add(kept, drawing())

    (found,) = SealFolder(tmp_path).all()

    assert found.seal == kept
    assert found.appearance.content == to_pdf_operators(drawing())
    assert (found.appearance.width_mm, found.appearance.height_mm) == (42, 42)


def test_a_code_is_used_once(tmp_path: Path) -> None:
    folder = SealFolder(tmp_path)
    first = seal()
    folder.add(first, drawing())

    with pytest.raises(HomeError, match="3402000000001"):
        folder.add(seal(), drawing())

    assert [item.seal for item in folder.all()] == [first]


@pytest.mark.parametrize(
    "code", ["", "12345", "../../../../tmp/x", "a" * 33, "3402/000", "a.b.c.d"]
)
def test_a_code_that_cannot_name_a_folder_is_refused(tmp_path: Path, code: str) -> None:
    with pytest.raises(HomeError):
        SealFolder(tmp_path / "seals").add(seal(code), drawing())

    assert not (tmp_path / "seals").exists()


def test_the_newest_seal_of_the_owner_is_used(tmp_path: Path) -> None:
    folder = SealFolder(tmp_path)
    newest = seal("340200B", days=2)
    folder.add(seal("340200A", days=1), drawing())
    folder.add(newest, drawing())
    folder.add(seal("610300A", days=3, region="610300"), drawing())

    found = folder.newest_of(OWNER)

    assert found is not None
    assert found.seal == newest


def test_without_a_seal_of_the_owner_there_is_none(tmp_path: Path) -> None:
    folder = SealFolder(tmp_path)
    folder.add(seal("610300A", region="610300"), drawing())

    assert folder.newest_of(OWNER) is None
    assert SealFolder(tmp_path / "nothing").all() == ()


@pytest.mark.parametrize("name", ["seal.esl", "appearance.ops"])
def test_a_damaged_seal_is_told_and_never_skipped(tmp_path: Path, name: str) -> None:
    folder = SealFolder(tmp_path)
    folder.add(seal(), drawing())
    (tmp_path / "3402000000001" / name).unlink()
    if name == "seal.esl":
        (tmp_path / "3402000000001" / name).write_bytes(b"damaged")

    with pytest.raises(HomeError):
        folder.all()
