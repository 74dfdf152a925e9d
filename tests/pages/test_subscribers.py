"""Pages of social verifiers, and pages inside other apps, in a browser."""

import pytest

from tests.browser import PHONE
from tests.pages.stages import Stage, needs_chromium

pytestmark = needs_chromium


@pytest.mark.parametrize("width", [360, 1280])
def test_a_verifier_is_registered_and_its_desk_signs_in(stage: Stage, width: int) -> None:
    browser = stage.browser
    browser.set_width(1280, 800)
    stage.choose_persona("security_admin")
    browser.set_width(width, 800)
    stage.visit("/admin/verifiers")
    assert browser.violations() == []
    if browser.page.locator("#verifier-name").is_hidden():
        browser.page.locator("summary").first.click()
    browser.fill("#verifier-name", f"bank-{width}")
    browser.fill("#verifier-title", "样例银行")
    browser.fill("#verifier-purpose", "开户")
    browser.fill("#verifier-types", "food_business")
    browser.fill("#verifier-fields", "certificateHolderName")
    browser.press('form[action$="/register"] button')
    secret = browser.page.locator(".code.wide").inner_text()
    stage.keep(f"admin-verifiers-{width}")
    assert browser.violations() == []

    stage.visit("/verifier")
    assert browser.violations() == []
    browser.fill("#secret", secret)
    browser.press('form[action="/verifier"] button')
    stage.keep(f"verifier-{width}")

    assert "样例银行" in browser.text
    assert browser.violations() == []
    browser.press('form[action="/verifier/end"] button')


@pytest.mark.parametrize("path", ["/verify", "/bring", "/pass", "/S", "/verify/offline"])
def test_pages_inside_an_app_keep_nobody_out(stage: Stage, path: str) -> None:
    browser = stage.browser
    browser.set_width(*PHONE)
    stage.visit("/h5?to=/verify")
    stage.visit(path)
    try:
        assert browser.page.locator("header.top").count() == 0
        assert browser.violations() == []
    finally:
        browser.page.context.clear_cookies()
