"""Somebody acts for a holder: named on one phone, found on another, scanned at a window."""

import io

import zxingcpp
from PIL import Image

from certs.access import AccessGrant, CallerRole
from tests.browser import PHONE
from tests.nurses import licensed_nurse
from tests.pages.stages import Stage, needs_chromium
from tests.pages.test_people import TOO_SMALL
from tests.pages.test_staff import sign_in_as
from tests.unit.api.test_delegations import FRIEND

pytestmark = needs_chromium


def test_a_delegate_shows_a_code_that_a_window_reads(stage: Stage) -> None:
    browser, wuhu = stage.browser, stage.country.wuhu
    nurse = licensed_nurse(wuhu)
    browser.set_width(*PHONE)
    stage.visit("/session")
    browser.fill("#token", nurse.token)
    browser.press("form:has(#token) button")
    browser.press('a[href="/me/grants"]')
    browser.evaluate("document.querySelector('#delegate').open = true")
    stage.keep("delegating-phone")
    assert browser.violations() == []
    browser.fill("#d-name", "楚样友")
    browser.fill("#d-code", FRIEND.code)
    browser.press("#delegate button")
    assert "委托代办" in browser.text
    assert FRIEND.code not in browser.text

    friend = AccessGrant(
        person="P-friend",
        role=CallerRole.CITIZEN,
        holder_key=wuhu.services.holder_keys.of(FRIEND),
        holder_shown="楚**",
    )
    sign_in_as(stage, friend)
    browser.press('a[href="/me"]')
    stage.keep("delegated-wallet-phone")
    assert browser.violations() == []
    browser.press("#delegations a")
    stage.keep("delegation-phone")
    assert browser.violations() == []
    assert browser.evaluate("document.documentElement.scrollWidth") == PHONE[0]
    here = str(browser.evaluate("location.pathname"))
    browser.press('.reading button[name="size"]')
    stage.visit(here)
    assert browser.evaluate(TOO_SMALL) == []
    browser.press('.reading button[name="size"]')
    stage.visit(here)
    browser.press('form[action$="/code"] button')
    (read,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(browser.page.screenshot())))
    assert browser.violations() == []

    stage.choose_persona("window")
    browser.set_width(1280, 800)
    browser.fill('form[action="/window/redeem"] input[name="code"]', read.text)
    browser.press('form[action="/window/redeem"] button')
    stage.keep("delegated-at-the-window")
    assert "（代办人楚**出示）" in browser.text
    assert nurse.row["holder_code"] in browser.text
    browser.press('form[action="/window/applicant"] button')
    assert browser.evaluate("document.querySelector('#name').value") == nurse.row["name"]
    assert browser.evaluate("innerWidth") == 1280
