import io
import re
import threading
import zlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from PIL import Image

from certs.errors import FaceError, MissingGlyphError
from certs.faces.ornament import Ornament, draw_ground
from certs.faces.pages import page_png, page_qr, page_text
from certs.faces.renderer import TypstRenderer
from certs.faces.workshop import TEMPLATE_NAME
from tests.unit.certs.face_samples import (
    CONTENT,
    IDENTIFIER,
    RECORD,
    VALUES,
    content_with,
    gray_picture,
)

LONG_ADDRESS = (
    "安徽省芜湖市鸠江区经济技术开发区龙山街道银湖北路与长江中路交叉口东南侧"
    "万达广场商业综合体A区地上三层3012、3013号商铺"
)
LONG_ITEMS = "预包装食品（含冷藏冷冻食品）销售，散装食品（含散装熟食）销售，特殊食品销售，" * 4
LONG = {
    "operator": "芜湖经济技术开发区徽菜研究与传承发展中心餐饮连锁经营管理股份有限公司第三分公司",
    "legal_representative": "A" * 60,
    "domicile": LONG_ADDRESS,
    "premises": LONG_ADDRESS,
    "business_items": LONG_ITEMS,
    "supervising_agency": LONG_ADDRESS,
    "supervisors": "欧阳海涛、上官文静、司马相如、诸葛孔明、端木思齐",
    "issuer": "安徽省芜湖市鸠江区经济技术开发区市场监督管理局行政审批服务中心",
}
DOTS_PER_MM = 4


@pytest.fixture(scope="module")
def renderer() -> Iterator[TypstRenderer]:
    with TypstRenderer() as shared:
        yield shared


@pytest.fixture(scope="module")
def face(renderer: TypstRenderer) -> bytes:
    return renderer.render(CONTENT)


def spoken(pdf: bytes) -> str:
    return re.sub(r"\s", "", page_text(pdf))


def dark_pixels(pdf: bytes, box_mm: tuple[float, float, float, float]) -> int:
    """Pixels as dark as printed text inside left, top, right, bottom."""
    picture = gray_picture(page_png(pdf, dpi=round(DOTS_PER_MM * 25.4)))
    left, top, right, bottom = (round(value * DOTS_PER_MM) for value in box_mm)
    return sum(value < 110 for value in picture.crop((left, top, right, bottom)).tobytes())


def test_face_says_every_value_and_the_identifier(face: bytes) -> None:
    text = spoken(face)

    assert [name for name, value in VALUES.items() if value not in text] == []
    assert IDENTIFIER in text
    assert "食品经营许可证" in text


def test_qr_code_of_a_printed_face_is_read(face: bytes) -> None:
    assert page_qr(face) == (CONTENT.qr_text,)


def test_same_content_gives_the_same_bytes_in_another_renderer(face: bytes) -> None:
    with TypstRenderer() as other:
        other.render(content_with(operator="另一家餐馆"))
        assert other.render(CONTENT) == face


def test_specimen_says_so_and_claims_no_legal_effect(renderer: TypstRenderer, face: bytes) -> None:
    genuine = spoken(renderer.render(replace(CONTENT, specimen=False)))

    assert "样本·无法律效力" in spoken(face)
    assert spoken(face).count("样本") == 2
    assert "具有同等法律效力" not in spoken(face)
    assert "样本" not in genuine
    assert "与纸质证照具有同等法律效力" in genuine


@pytest.mark.parametrize(
    "value",
    ["#panic()", "*粗* _斜_ `码`", "$x^2$ <标签> @引用", "\\u{41} // 注释", '"]; #set page()'],
)
def test_markup_in_a_value_is_printed_not_obeyed(renderer: TypstRenderer, value: str) -> None:
    text = spoken(renderer.render(content_with(operator=value)))

    assert re.sub(r"\s", "", value) in text


def test_long_values_stay_inside_their_columns(renderer: TypstRenderer) -> None:
    pdf = renderer.render(replace(content_with(**LONG), specimen=False))
    text = spoken(pdf)

    assert [name for name, value in LONG.items() if value not in text] == []
    between_columns, below_left, outside_right = (
        (165.5, 66, 171.5, 140),
        (60, 150.5, 165, 152.8),
        (264.5, 30, 276, 180),
    )
    for gap in (between_columns, below_left, outside_right):
        assert dark_pixels(pdf, gap) == 0


def test_place_of_the_seal_holds_nothing_but_issuer_and_date(renderer: TypstRenderer) -> None:
    pdf = renderer.render(replace(content_with(**LONG), specimen=False))
    left, right, top, bottom = 217 - 21, 217 + 21, 162 - 21, 162 + 21

    assert dark_pixels(pdf, (left, top, right, 162 - 7.2)) > 200
    assert dark_pixels(pdf, (left, 162 - 7, right, bottom)) == 0


def test_texts_that_fit_at_no_size_are_refused(renderer: TypstRenderer) -> None:
    with pytest.raises(FaceError, match="do not fit"):
        renderer.render(content_with(business_items="热食类食品制售，" * 300))
    with pytest.raises(FaceError, match="20000 characters"):
        renderer.render(content_with(business_items="热" * 20_000))


def test_characters_that_no_font_has_are_named_before_rendering(renderer: TypstRenderer) -> None:
    with pytest.raises(MissingGlyphError) as caught:
        renderer.render(content_with(operator="\U0002f800记饭店", signatory="周\u202e明"))

    assert set(caught.value.characters) == {"\U0002f800", "\u202e"}


def test_missing_value_is_refused(renderer: TypstRenderer) -> None:
    values = {name: value for name, value in VALUES.items() if name != "premises"}

    with pytest.raises(FaceError, match="premises"):
        renderer.render(replace(CONTENT, values=values))


def test_face_needs_a_time_zone_and_few_attachments() -> None:
    with pytest.raises(FaceError, match="time zone"):
        replace(CONTENT, created_at=datetime(2026, 3, 18))  # noqa: DTZ001
    with pytest.raises(FaceError, match="at most 8"):
        replace(CONTENT, attachments=(RECORD,) * 9)


@pytest.mark.parametrize(
    ("source", "message"),
    [
        (None, "usable template"),
        ("#let face(given) = [字", "typst refuses"),
        ("#let other = 1", "typst refuses"),
        ('#let face(given) = text(font: "Arial")[字]', "typst warns"),
        ('#let face(given) = read("/etc/passwd")', "typst refuses"),
        ('#let face(given) = read("../../../etc/passwd")', "typst refuses"),
    ],
)
def test_unusable_template_is_refused(
    renderer: TypstRenderer, tmp_path: Path, source: str | None, message: str
) -> None:
    folder = tmp_path / "type"
    if source is not None:
        folder.mkdir()
        (folder / TEMPLATE_NAME).write_text(source, encoding="utf-8")

    for _ in range(2):
        with pytest.raises(FaceError, match=message):
            renderer.render(replace(CONTENT, template=folder))


def test_folder_without_or_with_too_much_template_is_refused(
    renderer: TypstRenderer, tmp_path: Path
) -> None:
    with pytest.raises(FaceError, match="has no face"):
        renderer.render(replace(CONTENT, template=tmp_path))
    (tmp_path / "big").write_bytes(bytes((4 << 20) + 1))
    with pytest.raises(FaceError, match="too large"):
        renderer.render(replace(CONTENT, template=tmp_path))


def test_threads_share_one_renderer(renderer: TypstRenderer) -> None:
    contents = [content_with(operator=f"第{index}号饭店") for index in range(6)]
    faces: dict[int, bytes] = {}

    def work(index: int) -> None:
        faces[index] = renderer.render(contents[index])

    threads = [threading.Thread(target=work, args=(index,)) for index in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [f"第{index}号饭店" in spoken(faces[index]) for index in range(6)] == [True] * 6


def test_closed_renderer_leaves_nothing_and_refuses(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    renderer = TypstRenderer()
    renderer.render(CONTENT)
    assert list(tmp_path.rglob("attachment-*")) == []
    assert list(tmp_path.iterdir()) != []
    renderer.close()
    renderer.close()

    assert list(tmp_path.iterdir()) == []
    with pytest.raises(FaceError, match="closed"):
        renderer.render(CONTENT)


def test_local_time_zone_of_the_clock_does_not_matter(renderer: TypstRenderer, face: bytes) -> None:
    beijing = CONTENT.created_at.astimezone(timezone(timedelta(hours=8)))

    assert renderer.render(replace(CONTENT, created_at=beijing)) == face


def test_ground_is_well_formed_repeatable_and_follows_size_and_colors() -> None:
    portrait = Ornament(width_mm=210, height_mm=297, line="#123456")
    ground = draw_ground(portrait)
    root = ET.fromstring(ground)  # noqa: S314  our own text

    assert root.attrib["viewBox"] == "0 0 210 297"
    assert "#123456" in ground
    assert Ornament().line not in ground
    draw_ground.cache_clear()
    assert draw_ground(portrait) == ground
    assert len(zlib.compress(draw_ground(Ornament()).encode())) < 70_000


def test_portrait_ground_turns_the_page(renderer: TypstRenderer, tmp_path: Path) -> None:
    (tmp_path / TEMPLATE_NAME).write_text("#let face(given) = [字]", encoding="utf-8")
    portrait = Ornament(width_mm=210, height_mm=297)
    pdf = renderer.render(replace(CONTENT, template=tmp_path, ornament=portrait))
    picture = Image.open(io.BytesIO(page_png(pdf, dpi=50)))

    assert picture.height > picture.width
