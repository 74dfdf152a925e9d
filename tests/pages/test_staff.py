"""An enterprise's path: its representative appoints an agent, who shows one kind of license."""

from certs.access import AccessGrant, CallerRole
from tests.browser import PHONE
from tests.instance_parts import holder_of
from tests.pages.stages import Stage, needs_chromium
from tests.pages.test_people import TOO_SMALL
from tests.unit.api.test_staff import BOSS, CLERK

pytestmark = needs_chromium


def sign_in_as(stage: Stage, grant: AccessGrant) -> None:
    headers = stage.country.wuhu.bearer(grant)
    sign_in_with(stage, headers["Authorization"].removeprefix("Bearer "))


def sign_in_with(stage: Stage, token: str) -> None:
    """Sign in with a token."""
    stage.visit("/session")
    stage.browser.fill("#token", token)
    stage.browser.press("form:has(#token) button")


def test_a_representative_appoints_an_agent_and_takes_it_back(stage: Stage) -> None:
    browser, wuhu = stage.browser, stage.country.wuhu
    keys = wuhu.services.holder_keys
    operator = wuhu.rows[0]["operator"]
    food = wuhu.services.license_type("food_business")
    assert food is not None
    boss = AccessGrant(
        person="P-boss",
        role=CallerRole.CITIZEN,
        holder_key=keys.of(holder_of(wuhu.rows[0])),
        holder_shown=operator,
        actor_key=keys.of(BOSS),
    )
    browser.set_width(1280, 800)
    sign_in_as(stage, boss)
    browser.press('a[href="/me/staff"]')
    assert browser.violations() == []
    browser.fill("#name", "严样林")
    browser.fill("#code", CLERK.code)
    browser.evaluate(f"""document.querySelector('input[value="{food.code}"]').click()""")
    browser.press("#appoint button")
    stage.keep("staff")
    assert "已任命，立即生效" in browser.text
    assert CLERK.code not in browser.text
    browser.set_width(*PHONE)
    stage.keep("staff-phone")
    assert browser.violations() == []
    browser.press('.reading button[name="size"]')
    stage.visit("/me/staff")
    assert browser.evaluate(TOO_SMALL) == []
    assert browser.evaluate("document.documentElement.scrollWidth") == PHONE[0]
    browser.press('.reading button[name="size"]')

    clerk = AccessGrant(
        person="P-clerk",
        role=CallerRole.CITIZEN,
        holder_key=keys.of(CLERK),
        holder_shown="严样林",
    )
    sign_in_as(stage, clerk)
    stage.visit("/me")
    stage.keep("staff-own")
    assert browser.violations() == []
    browser.press('form[action$="/enter"] button')
    stage.keep("staff-acting")
    assert "企业经办人身份" in browser.text
    browser.press(".wallet-card")
    assert browser.violations() == []
    assert "亮证" in browser.text

    sign_in_as(stage, boss)
    stage.visit("/me/staff")
    browser.evaluate("document.querySelector('#staff details').open = true")
    browser.press('form[action$="/end"] button')
    browser.set_width(1280, 800)
    assert "已免去" in browser.text


def test_without_knowing_who_acts_nobody_is_appointed(stage: Stage) -> None:
    stage.choose_persona("citizen")
    stage.visit("/me/staff")

    assert "任命须由本人" in stage.browser.text
    assert stage.browser.violations() == []
