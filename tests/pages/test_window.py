"""The window's one screen: materials, form, receipt and outcome of a case, by keyboard."""

from collections.abc import Iterator

import pytest

from tests.browser import Browser
from tests.pages.stages import Stage, needs_chromium

pytestmark = needs_chromium


@pytest.fixture
def browser(stage: Stage) -> Iterator[Browser]:
    """A window that has just opened a case."""
    wuhu = stage.country.wuhu
    case = wuhu.open_case(wuhu.rows[0])["case"]
    stage.browser.set_width(1280, 800)
    stage.choose_persona("window")
    stage.visit(f"/window/cases/{case}")
    stage.browser.page.wait_for_function("() => window.htmx !== undefined")
    yield stage.browser
    stage.browser.set_width(1280, 800)


def _focused(browser: Browser) -> str:
    return str(browser.evaluate("document.activeElement.closest('[id]')?.id ?? ''"))


def _told(browser: Browser) -> list[str]:
    found: list[str] = browser.evaluate(
        "[...document.querySelectorAll('.steps strong')].map(node => node.innerText)"
    )
    return found


def test_a_press_changes_the_case_and_leaves_the_page_where_it_was(
    stage: Stage, browser: Browser
) -> None:
    address = browser.address
    browser.evaluate("window.kept = 'yes'")
    before = _told(browser)
    browser.change("#food-business-license .actions form button")
    stage.keep("window-case")

    assert "采用电子证照" in browser.page.locator("#food-business-license").inner_text()
    assert browser.address == address
    assert browser.evaluate("window.kept") == "yes", "the page was not loaded anew"
    assert (before[0], _told(browser)[0]) == ("0/5", "1/5")
    assert browser.violations() == []


def test_keys_lead_to_the_steps(stage: Stage, browser: Browser) -> None:
    browser.page.keyboard.press("Alt+2")
    form = _focused(browser)
    browser.page.keyboard.press("Alt+1")

    assert form.startswith(("field-", "form"))
    assert _focused(browser) not in {form, ""}
    for width in (360, 1280):
        browser.set_width(width)
        stage.keep(f"window-case-{width}")
        assert browser.evaluate("document.documentElement.scrollWidth") == width
        assert browser.violations() == []


def test_the_form_is_kept_on_the_same_screen_and_says_what_is_wrong(browser: Browser) -> None:
    browser.fill("#field-lease-until", "soon")
    browser.change('form[action$="/form"] button')
    refused = browser.page.locator("#form").inner_text()
    browser.fill("#field-lease-until", "2030-12-31")
    browser.change('form[action$="/form"] button')

    assert "lease-until" in refused or "租" in refused
    assert browser.page.input_value("#field-lease-until") == "2030-12-31"
    assert "version 1" in browser.page.locator("#form").inner_text()


def test_a_case_goes_from_its_materials_to_the_receipt_without_another_page(
    stage: Stage, browser: Browser
) -> None:
    browser.evaluate("window.kept = 'yes'")
    while browser.page.locator(".material .actions form").count():
        browser.change(".material .actions form button")
    browser.change('form[action$="/receipt"] button')
    stage.keep("window-case-received")

    assert browser.evaluate("window.kept") == "yes"
    assert "5/5" in _told(browser)
    assert browser.page.locator('#receipt a[href$="/receipt"]').count() == 1
    assert browser.violations() == []


def test_who_is_signed_out_meanwhile_is_told_on_a_page_of_its_own(
    stage: Stage, browser: Browser
) -> None:
    browser.page.context.clear_cookies()
    with browser.page.expect_navigation():
        browser.page.locator("#food-business-license .actions form button").first.dispatch_event(
            "click"
        )
    stage.browser.page.wait_for_load_state()

    assert "登录" in browser.text
