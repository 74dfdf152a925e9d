"""What anybody sees who verifies: by dropping a file, by a code, and without scripts."""

import hashlib
import io
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import FloatRect

from certs.faces.pages import page_png
from tests.pages.stages import Stage, needs_chromium

pytestmark = needs_chromium
# What a file manager does that drops a file.
DROP = """
(bytes) => {
  const data = new DataTransfer();
  data.items.add(new File([new Uint8Array(bytes)], "license.pdf", {type: "application/pdf"}));
  document.querySelector("#upload").dispatchEvent(
    new DragEvent("drop", {dataTransfer: data, bubbles: true, cancelable: true}));
}
"""


def printed_text(stage: Stage) -> str:
    """What a phone reads from the license on paper."""
    picture = page_png(stage.country.wuhu.file(stage.license), dpi=200)
    (code,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(picture)))
    return code.text


def test_a_dropped_file_is_judged_and_its_digest_shown(stage: Stage) -> None:
    pdf = stage.country.wuhu.file(stage.license)
    page = stage.browser.page
    stage.visit("/verify")
    stage.keep("verify")
    assert stage.browser.violations() == []
    digests: list[str] = []

    def keep(text: str) -> None:
        digests.append(text)

    page.expose_function("keepDigest", keep)
    page.evaluate(
        "new MutationObserver(() => keepDigest(document.querySelector('#digest').textContent))"
        ".observe(document.querySelector('#digest'), {childList: true})"
    )
    page.evaluate(DROP, list(pdf))
    page.wait_for_selector(".verdict.passed")

    assert "印章真实；证照有效" in stage.browser.text
    assert digests == [hashlib.sha256(pdf).hexdigest()]
    assert stage.browser.violations() == []


def test_the_page_is_shown_with_a_frame_around_its_seal(stage: Stage, tmp_path: Path) -> None:
    path = tmp_path / "license.pdf"
    path.write_bytes(stage.country.wuhu.file(stage.license))
    page = stage.browser.page
    for width in (1280, 360):
        stage.browser.set_width(width)
        try:
            stage.visit("/verify")
            stage.browser.choose_file("#file", path)
            page.locator("#upload button").click()
            page.wait_for_selector(".sheet rect")
            stage.keep(f"verdict-{width}")
            sheet = page.locator(".sheet-page img").bounding_box()
            frame = page.locator(".sheet rect").bounding_box()
            assert sheet is not None
            assert frame is not None
            # A round seal: the shares of the page come out as a square on the screen.
            assert abs(frame["width"] - frame["height"]) < 0.05 * frame["width"] + 1
            assert sheet["x"] < frame["x"] < sheet["x"] + sheet["width"]
            assert red_share(page.locator(".sheet-page").screenshot(), sheet, frame) > 0.05
            assert stage.browser.evaluate("document.documentElement.scrollWidth") == width
            assert stage.browser.violations() == []
        finally:
            stage.browser.set_width(1280)


def red_share(picture: bytes, sheet: FloatRect, frame: FloatRect) -> float:
    """How much of what the frame encloses is as red as a seal."""
    shown = Image.open(io.BytesIO(picture)).convert("RGB")
    left, top = frame["x"] - sheet["x"] + 4, frame["y"] - sheet["y"] + 4
    inside = shown.crop(
        (int(left), int(top), int(left + frame["width"] - 8), int(top + frame["height"] - 8))
    )
    pixels = [inside.getpixel((x, y)) for x in range(inside.width) for y in range(inside.height)]
    red = [item for item in pixels if isinstance(item, tuple) and item[0] > item[1] + 60]
    return len(red) / len(pixels)


def test_a_bad_file_says_so_without_color_alone(stage: Stage, tmp_path: Path) -> None:
    path = tmp_path / "license.pdf"
    path.write_bytes(stage.country.wuhu.file(stage.license) + b"\n% more")
    stage.visit("/verify")
    stage.browser.choose_file("#file", path)
    stage.browser.page.locator("#upload button").click()
    stage.browser.page.wait_for_selector(".verdict.failed")
    stage.keep("verdict-failed")

    assert "核验不通过" in stage.browser.text
    assert stage.browser.violations() == []


def test_a_receipt_is_downloaded(stage: Stage, tmp_path: Path) -> None:
    path = tmp_path / "license.pdf"
    path.write_bytes(stage.country.wuhu.file(stage.license))
    stage.choose_persona("window")
    page = stage.browser.page
    try:
        stage.visit("/verify")
        stage.keep("verify-signed-in")
        page.locator("#receipt").check()
        stage.browser.choose_file("#file", path)
        page.locator("#upload button").click()
        page.wait_for_selector(".receipt")
        stage.keep("verdict-receipt")
        assert stage.browser.violations() == []
        contents = []
        for link in page.locator(".receipt a").all():
            with page.expect_download() as waiting:
                link.click()
            contents.append(Path(waiting.value.path()).read_bytes())
    finally:
        page.context.clear_cookies()

    assert contents[0].startswith(b"%PDF")
    assert b'"yinxin.receipt/1"' in contents[1]


def test_an_identifier_typed_is_judged_and_a_number_is_explained(stage: Stage) -> None:
    stage.visit("/verify")
    stage.browser.fill("#text", stage.license)
    stage.browser.press('form[action="/verify/code"] button')
    stage.keep("identifier")
    assert "证照有效" in stage.browser.text
    stage.visit("/verify")
    stage.browser.fill("#text", "JY23402020000081")
    stage.browser.press('form[action="/verify/code"] button')
    stage.keep("number")
    assert "只凭证照编号不能核验" in stage.browser.text
    assert stage.browser.violations() == []


def test_a_printed_code_is_judged_when_somebody_presses(stage: Stage) -> None:
    text = printed_text(stage)
    page = stage.browser.page
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url + (request.post_data or "")))
    stage.visit("/V#" + text.partition("#")[2])
    stage.keep("printed-code")
    letters = text.partition("#")[2][:40]
    assert not any(letters in item for item in asked if "#" not in item)
    stage.browser.press("#ask button")
    stage.keep("printed-code-verdict")

    assert "二维码真实；证照有效" in stage.browser.text
    assert stage.browser.violations() == []


def test_one_field_takes_every_code(stage: Stage) -> None:
    stage.visit("/verify")
    stage.browser.fill("#text", printed_text(stage))
    stage.browser.press('form[action="/verify/code"] button')
    assert "二维码真实" in stage.browser.text
    stage.visit("/verify")
    stage.browser.fill("#text", f"HTTPS://ANY.EXAMPLE/Q/{'A' * 26}")
    stage.browser.press('form[action="/verify/code"] button')
    assert stage.browser.address.endswith("/Q/" + "A" * 26)
    stage.visit("/verify")
    stage.browser.fill("#text", "https://evil.example/x")
    stage.browser.press('form[action="/verify/code"] button')
    assert "不是证照上的二维码" in stage.browser.text


def test_without_scripts_everything_is_judged_as_well(stage: Stage, tmp_path: Path) -> None:
    path = tmp_path / "license.ofd"
    path.write_bytes(stage.country.wuhu.file(stage.license, "ofd"))
    chromium = stage.browser.page.context.browser
    assert chromium is not None
    context = chromium.new_context(java_script_enabled=False)
    try:
        page = context.new_page()
        page.goto(f"{stage.url}/verify")
        page.set_input_files("#file", path)
        with page.expect_navigation():
            page.locator("#upload button").click()
        assert "印章真实；证照有效" in page.locator("body").inner_text()
        page.goto(f"{stage.url}/V#{printed_text(stage).partition('#')[2]}")
        assert not page.locator("#ask").is_visible()
    finally:
        context.close()


@pytest.mark.parametrize("path", ["/verify", "/V"])
def test_both_fit_a_phone(stage: Stage, path: str) -> None:
    stage.browser.set_width(360)
    try:
        stage.visit(path)
        stage.keep(f"phone-{path[1:]}")
        assert stage.browser.evaluate("document.documentElement.scrollWidth") == 360
    finally:
        stage.browser.set_width(1280)
