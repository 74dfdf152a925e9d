"""An enterprise applies to be a social verifier, and is registered by the administrator."""

from certs.access import AccessGrant, CallerRole
from tests.browser import PHONE
from tests.instance_parts import holder_of
from tests.pages.stages import Stage, needs_chromium
from tests.pages.test_staff import sign_in_as
from tests.unit.api.test_staff import BOSS

pytestmark = needs_chromium


def test_an_enterprise_applies_and_gets_its_secret(stage: Stage) -> None:
    browser, wuhu = stage.browser, stage.country.wuhu
    keys = wuhu.services.holder_keys
    boss = AccessGrant(
        person="P-boss",
        role=CallerRole.CITIZEN,
        holder_key=keys.of(holder_of(wuhu.rows[0])),
        holder_shown=wuhu.rows[0]["operator"],
        actor_key=keys.of(BOSS),
    )
    browser.set_width(*PHONE)
    sign_in_as(stage, boss)
    stage.visit("/me")
    browser.press('a[href="/me/verifying"]')
    stage.keep("verifying-phone")
    assert browser.violations() == []
    assert browser.evaluate("document.documentElement.scrollWidth") == PHONE[0]
    browser.fill("#purpose", "办理入职")
    browser.evaluate("""document.querySelector('input[name="license_types"]').click()""")
    browser.evaluate("""document.querySelector('input[value="age-over-18"]').click()""")
    browser.press("#apply button")
    assert "等待审核" in browser.text

    browser.set_width(1280, 800)
    stage.choose_persona("security_admin")
    stage.visit("/admin/verifiers")
    stage.keep("verifying-decided")
    assert browser.violations() == []
    browser.press('form[action$="/accept"] button')
    assert "由企业自行领取凭证" in browser.text

    sign_in_as(stage, boss)
    stage.visit("/me/verifying")
    browser.press('form[action$="/secret"] button')
    stage.keep("verifying-secret")
    assert "只显示这一次" in browser.text
    assert browser.violations() == []
