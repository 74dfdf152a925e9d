"""A code read with the camera: a film of it stands in for what a phone sees."""

from pathlib import Path

from PIL import Image

from certs.faces.qr import QR_QUIET_ZONE_MODULES, qr_modules
from tests.browser import Browser
from tests.pages.stages import Stage, needs_chromium
from tests.pages.test_verifying import printed_text

pytestmark = needs_chromium
WIDTH, HEIGHT, FRAMES = 640, 480, 10
_FAKE = "--use-fake-device-for-media-stream"
_ALLOWED = "--use-fake-ui-for-media-stream"


def film(path: Path, text: str | None) -> str:
    """Write a film that shows a code, or a gray wall; return the option that plays it."""
    picture = Image.new("L", (WIDTH, HEIGHT), 128)
    if text is not None:
        modules = qr_modules(text, level="L")
        size = modules.size + 2 * QR_QUIET_ZONE_MODULES
        code = Image.new("L", (size, size), 255)
        rows = Image.frombytes("L", (modules.size, modules.size), b"".join(modules.rows))
        code.paste(rows, (QR_QUIET_ZONE_MODULES, QR_QUIET_ZONE_MODULES))
        scale = HEIGHT // size
        large = code.resize((size * scale, size * scale), Image.Resampling.NEAREST)
        picture.paste(large, ((WIDTH - large.width) // 2, (HEIGHT - large.height) // 2))
    chroma = bytes([128]) * (WIDTH * HEIGHT // 2)
    frame = b"FRAME\n" + picture.tobytes() + chroma
    path.write_bytes(
        f"YUV4MPEG2 W{WIDTH} H{HEIGHT} F10:1 Ip A1:1 C420jpeg\n".encode() + frame * FRAMES
    )
    return f"--use-file-for-fake-video-capture={path}"


def press_camera(browser: Browser, stage: Stage) -> None:
    browser.open(f"{stage.url}/verify")
    browser.page.locator("#camera-start").click()


def test_a_code_before_the_camera_is_judged(stage: Stage, tmp_path: Path) -> None:
    played = film(tmp_path / "code.y4m", printed_text(stage))
    with stage.browser.beside(_FAKE, _ALLOWED, played) as browser:
        fetched: list[str] = []
        browser.page.on("request", lambda request: fetched.append(request.url))
        browser.open(f"{stage.url}/verify")
        before = [url for url in fetched if "barcode" in url or "wasm" in url]
        browser.page.locator("#camera-start").click()
        browser.page.wait_for_selector(".verdict")

        assert before == []
        assert any(url.endswith("/zxing-reader.wasm") for url in fetched)
        assert "证照有效" in browser.text
        assert browser.complaints == []


def test_a_camera_that_sees_no_code_waits_and_can_be_stopped(stage: Stage, tmp_path: Path) -> None:
    played = film(tmp_path / "wall.y4m", None)
    with stage.browser.beside(_FAKE, _ALLOWED, played) as browser:
        browser.set_width(360, 800)
        press_camera(browser, stage)
        page = browser.page
        page.wait_for_selector("#camera-stop:visible")
        page.evaluate("document.querySelector('#camera video').play()")
        is_live = "document.querySelector('#camera video').srcObject.active"
        assert browser.evaluate(is_live) is True
        Stage(stage.country, stage.url, browser, stage.license).keep("camera")
        assert browser.violations() == []
        page.evaluate("window.seen = document.querySelector('#camera video').srcObject")
        page.locator("#camera-stop").click()

        assert browser.evaluate("window.seen.active") is False
        assert page.locator("#camera").is_hidden()
        assert page.locator("#camera-start").is_visible()
        assert browser.complaints == []


def test_a_camera_that_is_not_allowed_is_told_in_words(stage: Stage) -> None:
    # Without the option that says yes, a browser without a window says no.
    with stage.browser.beside(_FAKE) as browser:
        press_camera(browser, stage)
        browser.page.wait_for_selector("#camera-refused:visible")

        assert "没有使用相机的许可" in browser.text
        assert browser.violations() == []


def test_a_device_without_a_camera_is_told_so(stage: Stage) -> None:
    with stage.browser.beside(_ALLOWED) as browser:
        press_camera(browser, stage)
        browser.page.wait_for_selector("#camera-missing:visible")

        assert "没有相机" in browser.text


def test_after_half_a_minute_without_a_code_it_is_said_and_the_camera_is_off(
    stage: Stage, tmp_path: Path
) -> None:
    played = film(tmp_path / "wall.y4m", None)
    with stage.browser.beside(_FAKE, _ALLOWED, played) as browser:
        press_camera(browser, stage)
        page = browser.page
        page.wait_for_selector("#camera-stop:visible")
        page.evaluate("window.seen = document.querySelector('#camera video').srcObject")
        # Each look at the clock finds it five seconds further on.
        page.evaluate(
            "{ const now = performance.now.bind(performance); let ahead = 0;"
            " performance.now = () => now() + (ahead += 5000); }"
        )
        page.wait_for_selector("#camera-nothing:visible")

        assert browser.evaluate("window.seen.active") is False
        assert page.locator("#camera-start").is_visible(), "one may try again"
        assert "键入证照标识" in browser.text
        assert browser.violations() == []


def test_a_camera_that_another_program_holds_is_told_in_words(stage: Stage) -> None:
    with stage.browser.beside(_FAKE, _ALLOWED) as browser:
        browser.page.add_init_script(
            "navigator.mediaDevices.getUserMedia = async () => {"
            " throw new DOMException('in use', 'NotReadableError'); };"
        )
        press_camera(browser, stage)
        browser.page.wait_for_selector("#camera-broken:visible")

        assert "占用相机的其他程序" in browser.text
        assert browser.complaints == []


def test_only_the_page_with_the_camera_may_use_it(stage: Stage) -> None:
    page = stage.browser.page
    policies = {}
    for path in ("/verify", "/", "/V"):
        answer = page.goto(stage.url + path)
        assert answer is not None
        policies[path] = (
            "wasm-unsafe-eval" in answer.headers["content-security-policy"],
            "camera=(self)" in answer.headers["permissions-policy"],
        )

    assert policies == {"/verify": (True, True), "/": (False, False), "/V": (False, False)}
