"""Seals kept in a folder."""

from dataclasses import replace
from datetime import timedelta
from functools import cache
from pathlib import Path

import pytest

from api.errors import HomeError
from api.seal_folder import SealFolder
from certs.faces.drawing import Drawing, to_pdf_operators, to_svg
from certs.faces.seal_drawing import draw_round_seal
from signing.seals import Seal, SealKind, make_seal
from tests import world

CERTIFICATE = world.region("340200").seal_signer.certificate


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


def test_the_newest_seal_that_lists_the_certificate_is_used(tmp_path: Path) -> None:
    folder = SealFolder(tmp_path)
    newest = seal("340200B", days=2)
    folder.add(seal("340200A", days=1), drawing())
    folder.add(newest, drawing())
    folder.add(seal("610300A", days=3, region="610300"), drawing())

    found = folder.newest_for(CERTIFICATE)

    assert found is not None
    assert found.seal == newest


def test_the_seal_that_was_enabled_last_comes_before_newer_ones(tmp_path: Path) -> None:
    folder = SealFolder(tmp_path)
    older = seal("340200A", days=1)
    folder.add(older, drawing())
    folder.add(seal("340200B", days=2), drawing())
    folder.add(seal("340200C", days=3), drawing())

    enabled = {"340200A": world.NOON, "340200B": world.NOON - timedelta(hours=1)}
    found = folder.newest_for(CERTIFICATE, enabled=enabled)

    assert found is not None
    assert found.seal == older


def test_licenses_are_sealed_with_neither_personal_nor_oval_seals(tmp_path: Path) -> None:
    folder = SealFolder(tmp_path)
    described = seal("340200A").description
    maker = world.region("340200").maker
    personal = replace(described, kind=SealKind.PERSON)
    oval = replace(
        described, code="340200B", picture=replace(described.picture, width_mm=45, height_mm=30)
    )
    for description in (personal, oval):
        folder.add(make_seal(description, maker=maker), drawing())

    assert folder.newest_for(CERTIFICATE, enabled={"340200A": world.NOON}) is None


def test_without_a_seal_for_the_certificate_there_is_none(tmp_path: Path) -> None:
    folder = SealFolder(tmp_path)
    folder.add(seal("610300A", region="610300"), drawing())

    assert folder.newest_for(CERTIFICATE) is None
    assert SealFolder(tmp_path / "nothing").all() == ()


def test_the_very_same_seal_again_changes_nothing(tmp_path: Path) -> None:
    folder = SealFolder(tmp_path)
    kept = seal()
    folder.add(kept, drawing())

    folder.add(kept, draw_round_seal("另一机关"))

    (found,) = folder.all()
    assert found.appearance.content == to_pdf_operators(drawing())


def test_a_seal_is_found_by_its_code_with_its_drawing(tmp_path: Path) -> None:
    folder = SealFolder(tmp_path)
    folder.add(seal(), drawing())

    found = folder.find("3402000000001")

    assert found is not None
    assert folder.drawing_of("3402000000001") == to_svg(drawing())
    for stranger in ("3402000000002", "../3402000000001", ""):
        assert folder.find(stranger) is None
        assert folder.drawing_of(stranger) is None


@pytest.mark.parametrize("name", ["seal.esl", "appearance.ops"])
def test_a_damaged_seal_is_told_and_never_skipped(tmp_path: Path, name: str) -> None:
    folder = SealFolder(tmp_path)
    folder.add(seal(), drawing())
    (tmp_path / "3402000000001" / name).unlink()
    if name == "seal.esl":
        (tmp_path / "3402000000001" / name).write_bytes(b"damaged")

    with pytest.raises(HomeError):
        folder.all()
