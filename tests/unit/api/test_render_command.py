"""Pages and seals as pictures, drawn by a process of its own."""

import io
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from api.cli import main
from api.console import OK, USAGE
from signing.seals import make_seal
from tests import foreign, sealed


def _write(tmp_path: Path, name: str, data: bytes) -> str:
    path = tmp_path / name
    path.write_bytes(data)
    return str(path)


@pytest.mark.parametrize("kind", ["pdf", "ofd"])
def test_a_page_and_its_seal_are_drawn(tmp_path: Path, kind: str) -> None:
    data = sealed.sound() if kind == "pdf" else sealed.sound_ofd()
    page, seals = tmp_path / "page.png", tmp_path / "seals"
    face = _write(tmp_path, f"face.{kind}", data)

    code = main(["render", face, "--out", str(page), "--dpi", "50", "--seals", str(seals)])

    assert code == OK
    drawn = Image.open(page)
    assert drawn.size == pytest.approx((297 / 25.4 * 50, 210 / 25.4 * 50), abs=1)
    red, green, _ = drawn.convert("RGB").split()
    assert red.tobytes() != green.tobytes(), "the seal is red"


def test_the_picture_of_a_seal_is_what_the_seal_holds(tmp_path: Path) -> None:
    drawn = io.BytesIO()
    Image.new("P", (8, 8), 1).save(drawn, "PNG")
    described = foreign.wuhu().seal.description
    picture = replace(described.picture, image=drawn.getvalue())
    seal = make_seal(replace(described, picture=picture), maker=foreign.wuhu().maker)

    path = _write(tmp_path, "seal.esl", seal.encoded)

    assert main(["render", path, "--seals", str(tmp_path)]) == OK
    assert (tmp_path / "seal-1.png").read_bytes() == drawn.getvalue()


def test_what_cannot_be_drawn_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    broken = _write(tmp_path, "broken.pdf", b"%PDF-1.7\n")
    face = _write(tmp_path, "face.pdf", sealed.sound())
    out = str(tmp_path / "page.png")

    assert main(["render", broken, "--out", out]) == USAGE
    assert main(["render", face, "--out", out, "--page", "2"]) == USAGE
    assert main(["render", face]) == USAGE
    assert "该页无法显示" in capsys.readouterr().err
    assert not Path(out).exists()


def test_resolutions_have_bounds(tmp_path: Path) -> None:
    face = _write(tmp_path, "face.pdf", sealed.sound())

    for dpi in ("9", "601"):
        assert main(["render", face, "--out", str(tmp_path / "p.png"), "--dpi", dpi]) == USAGE
