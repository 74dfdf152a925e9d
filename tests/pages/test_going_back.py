"""Impatience, the back button and forgotten tabs: each ends well, or with a kind sentence."""

from collections.abc import Iterator

import pytest

from tests.nurses import licensed_nurse
from tests.pages.stages import Stage, needs_chromium
from tests.pages.test_staff import sign_in_with
from tests.unit.api.test_delegations import FRIEND

pytestmark = needs_chromium


@pytest.fixture(autouse=True)
def quiet(stage: Stage) -> Iterator[None]:
    yield
    stage.browser.complaints.clear()


def test_pressing_twice_sends_a_form_once(stage: Stage) -> None:
    nurse = licensed_nurse(stage.country.wuhu)
    sign_in_with(stage, nurse.token)
    stage.visit("/me/grants")
    page = stage.browser.page
    page.evaluate("document.querySelector('#delegate').open = true")
    stage.browser.fill("#d-name", "楚样友")
    stage.browser.fill("#d-code", FRIEND.code)
    with page.expect_navigation():
        page.locator("#delegate button").evaluate("it => { it.click(); it.click(); }")
    page.wait_for_load_state()

    assert page.locator(".uses li").count() == 1


def test_going_back_after_signing_out_shows_nothing_of_before(stage: Stage) -> None:
    stage.choose_persona("citizen")
    stage.visit(f"/me/licenses/{stage.license}")
    shown = stage.browser.page.locator("h1").inner_text()
    stage.visit("/session")
    stage.browser.press('form[action="/session/end"] button')
    page = stage.browser.page
    page.go_back()
    page.go_back()
    page.wait_for_load_state()

    assert "食品经营许可证" in shown
    assert "食品经营许可证" not in stage.browser.text
    assert "登录" in stage.browser.text


def test_a_tab_from_an_earlier_session_is_told_kindly(stage: Stage) -> None:
    stage.choose_persona("citizen")
    stage.visit("/me/grants")
    page = stage.browser.page
    with page.expect_popup() as opened:
        page.evaluate("window.open('/session')")
    other = opened.value
    try:
        with other.expect_navigation():
            other.locator('form[action="/session/end"] button').first.click()
        other.goto(f"{stage.url}/session")
        with other.expect_navigation():
            other.locator('form:has(input[value="citizen"]) button').click()
    finally:
        other.close()
    stage.browser.press('form[action="/me/grants"] button')

    assert "Traceback" not in stage.browser.text
    assert "请重新打开页面再提交" in stage.browser.text


def test_a_code_that_was_used_is_not_used_again_by_going_back(stage: Stage) -> None:
    stage.choose_persona("citizen")
    stage.visit(f"/me/licenses/{stage.license}")
    stage.browser.press('form[action$="/code"] button')
    code = stage.browser.page.locator(".wide").inner_text()
    stage.visit(f"/Q/{code}")
    stage.browser.press("main form button")
    assert "联网核对" in stage.browser.text
    page = stage.browser.page
    page.go_back()
    page.wait_for_load_state()
    stage.browser.press("main form button")

    stage.keep("code-used-before")
    assert "亮证码" in stage.browser.text
    assert "已使用" in stage.browser.text
