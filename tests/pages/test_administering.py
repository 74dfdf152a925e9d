"""What the security administrator sees and does."""

from tests.client_calls import public_pem
from tests.pages.stages import Stage, needs_chromium
from tests.world import MemorySigner

pytestmark = needs_chromium


def unfold(stage: Stage, selector: str) -> None:
    stage.browser.page.locator(selector).first.dispatch_event("click")


def test_the_security_administrator_gives_a_token_and_takes_a_role_away(stage: Stage) -> None:
    browser = stage.browser
    stage.choose_persona("security_admin")
    assert browser.address.endswith("/admin/people")
    assert browser.violations() == []
    stage.keep("admin-people")

    unfold(stage, "details:has(#token-person) > summary")
    browser.fill("#token-person", "W077")
    browser.fill("#token-role", "window")
    stage.keep("admin-people-giving")
    browser.press("details:has(#token-person) form button")
    assert "只显示这一次" in browser.text
    assert browser.violations() == []
    stage.keep("admin-token")

    stage.visit("/admin/people?role=window")
    mine = 'article:has(input[value="W077"])'
    unfold(stage, f'{mine} details:has(input[value="role"]) > summary')
    assert browser.violations() == []
    stage.keep("admin-people-taking")
    browser.press(f'{mine} form:has(input[value="role"]) button')
    assert "身份已收回" in browser.text
    assert "W077" not in browser.text


def test_the_page_of_people_fits_a_phone_and_large_print(stage: Stage) -> None:
    browser = stage.browser
    browser.set_width(360)
    try:
        stage.choose_persona("security_admin")
        for number in (1, 2):
            unfold(stage, f".giving details:nth-of-type({number}) > summary")
        assert browser.evaluate("document.documentElement.scrollWidth") == 360
        assert browser.violations() == []
        stage.keep("admin-people-360")
        browser.press('button[name="size"]')
        stage.visit("/admin/people")
        assert browser.evaluate("document.documentElement.scrollWidth") == 360
        stage.keep("admin-people-elder-360")
    finally:
        stage.visit("/admin/people")
        browser.press('button[name="size"]')
        browser.set_width(1280)


def test_the_system_administrator_sees_how_everything_stands(stage: Stage) -> None:
    stage.choose_persona("system_admin")
    stage.keep("system")
    assert stage.browser.address.endswith("/admin/system")
    assert "信任列表" in stage.browser.text
    assert stage.browser.violations() == []
    stage.browser.set_width(360)
    try:
        stage.visit("/admin/system")
        assert stage.browser.evaluate("document.documentElement.scrollWidth") == 360
    finally:
        stage.browser.set_width(1280)


def test_the_security_administrator_registers_a_system_and_stops_it(stage: Stage) -> None:
    browser = stage.browser
    stage.choose_persona("security_admin")
    stage.visit("/admin/clients")
    assert browser.violations() == []
    unfold(stage, "details:has(#new-name) > summary")
    browser.fill("#new-name", "window-system")
    browser.fill("#new-person", "S901")
    browser.fill("#new-role", "window")
    browser.fill("#new-matters", "open-restaurant")
    browser.fill("#new-key", public_pem(MemorySigner("system")))
    stage.keep("admin-clients-registering")
    browser.press('form[action="/admin/clients/register"] > button')
    assert "已登记" in browser.text
    for name in ("更改", "停用"):
        unfold(stage, f'article details:has(> summary:has-text("{name}")) > summary')
    assert browser.violations() == []
    stage.keep("admin-clients")
    browser.set_width(360)
    try:
        assert browser.evaluate("document.documentElement.scrollWidth") == 360
        stage.keep("admin-clients-360")
    finally:
        browser.set_width(1280)
    browser.press('form[action="/admin/clients/stop"] button')
    assert "已停用" in browser.text
