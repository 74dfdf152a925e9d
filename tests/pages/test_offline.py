"""Showing and verifying without a network: the phone of the holder, the phone of whoever looks."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from certs.faces.qr import read_qr
from tests.browser import PHONE
from tests.pages.stages import Stage, needs_chromium
from tests.published_lists import publish_lists
from verify.conclusions import Conclusion

pytestmark = needs_chromium
KEPT = """async () => {
  const shelf = await caches.open("yinxin-offline");
  const found = {};
  for (const request of await shelf.keys()) {
    found[new URL(request.url).pathname] = await (await shelf.match(request)).text();
  }
  return found;
}"""


@pytest.fixture(autouse=True)
def phone(stage: Stage, tmp_path: Path) -> Iterator[None]:
    """A phone whose clock is that of the country, with nothing kept, and published lists."""
    publish_lists(stage.country.wuhu, tmp_path)
    stage.browser.set_width(*PHONE)
    stage.browser.page.clock.set_fixed_time(stage.country.clock.now())
    yield
    stage.browser.page.context.set_offline(False)


def take_along(stage: Stage) -> None:
    """Make an offline code of the license, as its holder does, and be on the page of codes."""
    stage.choose_persona("citizen")
    stage.visit(f"/me/licenses/{stage.license}")
    stage.browser.page.locator("#offline button").click()
    stage.browser.page.wait_for_url("**/pass")
    stage.browser.page.wait_for_selector(".pass .qr svg")
    stage.browser.page.wait_for_selector("#ready:visible")


def screen(stage: Stage, folder: Path) -> str:
    """What a scanner reads from a photo of the screen."""
    picture = folder / "screen.png"
    stage.browser.page.locator(".pass .qr").screenshot(path=picture)
    (text,) = read_qr(picture.read_bytes())
    return text


def prepare(stage: Stage) -> None:
    stage.visit("/verify/offline")
    stage.browser.page.wait_for_selector('[data-is="ready"]:visible')


def verify(stage: Stage, text: str) -> str:
    """Type a code and return what the page says."""
    stage.browser.fill("#text", text)
    stage.browser.page.locator("#scan button").first.click()
    stage.browser.page.wait_for_selector("#verdict:focus")
    return stage.browser.page.locator("#verdict").inner_text()


def test_a_code_taken_along_is_shown_and_judged_without_a_network(
    stage: Stage, tmp_path: Path
) -> None:
    take_along(stage)
    prepare(stage)
    stage.keep("offline-ready")
    stage.browser.page.context.set_offline(True)

    stage.visit("/pass")
    stage.browser.page.wait_for_selector(".pass .qr svg")
    stage.keep("offline-code")
    assert stage.browser.violations() == []
    text = screen(stage, tmp_path)
    stage.visit("/verify/offline")
    stage.browser.page.wait_for_selector("#renewed:visible")
    told = verify(stage, text)
    stage.keep("offline-verdict")

    assert stage.browser.violations() == []
    assert "核验通过" in told
    assert "食品经营许可证" in told
    assert stage.country.wuhu.rows[0]["operator"] in told
    stage.browser.complaints.clear()  # that there is no network the console says as well


def test_our_own_verifier_takes_what_the_screen_says(stage: Stage, tmp_path: Path) -> None:
    take_along(stage)
    report = stage.country.wuhu.services.verifier.verify_text(screen(stage, tmp_path))

    assert report.conclusion is Conclusion.PASSED


def test_a_picture_of_the_screen_ends_and_the_same_screen_twice_is_told(
    stage: Stage, tmp_path: Path
) -> None:
    take_along(stage)
    text = screen(stage, tmp_path)
    prepare(stage)

    assert "三分钟内扫过" not in verify(stage, text)
    assert "三分钟内扫过" in verify(stage, text)
    stage.browser.page.clock.set_fixed_time(stage.country.clock.now() + timedelta(seconds=95))
    told = verify(stage, text)
    assert "核验不通过" in told
    assert "可能是截图" in told
    assert stage.country.wuhu.rows[0]["operator"] not in told


def test_without_a_network_the_verification_page_is_the_one_that_needs_none(stage: Stage) -> None:
    prepare(stage)
    stage.browser.page.context.set_offline(True)
    stage.visit("/verify")
    stage.browser.page.wait_for_selector("#renewed:visible")

    assert "离线核验" in stage.browser.text
    stage.browser.complaints.clear()


def test_a_scanned_code_can_be_judged_here_or_by_the_system(stage: Stage, tmp_path: Path) -> None:
    take_along(stage)
    text = screen(stage, tmp_path)
    letters = text.partition("#")[2]
    sent: list[str] = []
    stage.browser.page.on("request", lambda request: sent.append(request.url))
    stage.visit("/")
    stage.visit(f"/S#{letters}")
    stage.browser.page.locator("#here").click()
    stage.browser.page.wait_for_selector("#verdict:focus")

    assert "核验通过" in stage.browser.page.locator("#verdict").inner_text()
    assert not any(letters[:40] in url.partition("#")[0] for url in sent)

    stage.visit("/")
    stage.visit(f"/S#{letters}")
    stage.browser.press("#ask button")
    stage.keep("offline-online")
    assert "核验通过" in stage.browser.text
    assert stage.country.wuhu.rows[0]["operator"] in stage.browser.text


def test_what_a_phone_keeps_of_pages_says_nothing_about_anybody(stage: Stage) -> None:
    take_along(stage)
    prepare(stage)
    kept = stage.browser.page.evaluate(KEPT)

    assert {"/pass", "/verify/offline", "/static/vendor/sm2.min.js"} <= kept.keys()
    assert not any(path.startswith(("/me", "/api", "/window")) for path in kept)
    for path in ("/pass", "/verify/offline"):
        assert 'href="/session"' in kept[path]
        assert "已登录" not in kept[path]
        assert "Signed in" not in kept[path]


def test_a_code_is_removed_from_the_device(stage: Stage) -> None:
    take_along(stage)
    stage.browser.page.locator(".pass .forget").click()
    stage.browser.page.wait_for_selector("#none:visible")
    stage.visit("/pass")
    stage.browser.page.wait_for_selector("#none:visible")

    assert stage.browser.page.locator(".pass").count() == 0


def test_a_code_ends_after_a_day_on_the_device_too(stage: Stage) -> None:
    take_along(stage)
    stage.browser.page.clock.set_fixed_time(stage.country.clock.now() + timedelta(hours=25))
    stage.visit("/pass")
    stage.browser.page.wait_for_selector("#none:visible")

    assert stage.browser.page.locator(".pass").count() == 0


def test_what_does_not_fit_into_a_code_is_told_on_the_license_s_page(stage: Stage) -> None:
    stage.choose_persona("citizen")
    stage.visit(f"/me/licenses/{stage.license}")
    page = stage.browser.page
    page.locator("#offline summary").click()
    for box in page.locator("#offline input[type=checkbox]").all():
        box.check()
    page.locator("#offline button").click()
    page.wait_for_selector("#offline-trouble:visible")

    assert "放不下" in stage.browser.text


def test_signing_out_leaves_no_code_behind(stage: Stage) -> None:
    take_along(stage)
    stage.visit("/session")
    stage.browser.press('form[action="/session/end"] button')
    stage.visit("/pass")
    stage.browser.page.wait_for_selector("#none:visible")

    assert stage.browser.page.locator(".pass").count() == 0


def test_the_window_is_told_when_there_is_no_network(stage: Stage) -> None:
    stage.browser.set_width(1280, 800)
    stage.choose_persona("window")
    stage.visit("/window")
    page = stage.browser.page
    assert page.locator("#no-network").is_hidden()
    page.context.set_offline(True)
    page.wait_for_selector("#no-network:visible")
    stage.keep("window-offline")
    assert stage.browser.violations() == []
    page.context.set_offline(False)
    page.wait_for_selector("#no-network", state="hidden")
