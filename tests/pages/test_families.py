"""A family's path: registered at the window by two people, then on the guardian's phone."""

from tests.browser import PHONE
from tests.pages.stages import Stage, needs_chromium
from tests.unit.api.test_guardians import CHILD, PARENT

pytestmark = needs_chromium


def test_two_people_register_a_guardian_at_the_window(stage: Stage) -> None:
    browser = stage.browser
    stage.choose_persona("window")
    stage.visit("/window/guardians")
    stage.keep("guardians")
    assert browser.violations() == []
    browser.fill("#child-name", "严样苗")
    browser.fill("#child-code", CHILD.code)
    browser.fill("#guardian-name", "严样林")
    browser.fill("#guardian-code", PARENT.code)
    browser.press("#propose button")
    assert "等待另一人确认" in browser.text

    stage.choose_persona("approver")
    stage.visit("/window/guardians")
    browser.set_width(*PHONE)
    stage.keep("guardians-waiting")
    assert browser.violations() == []
    browser.fill('form[action$="/confirm"] input[name="child_code"]', CHILD.code)
    browser.fill('form[action$="/confirm"] input[name="guardian_code"]', PARENT.code)
    browser.press('form[action$="/confirm"] button')
    browser.set_width(1280, 800)

    assert "已确认" in browser.text
    assert CHILD.code not in browser.text
