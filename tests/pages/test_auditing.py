"""What the auditor sees."""

from tests.pages.stages import Stage, needs_chromium

pytestmark = needs_chromium


def test_auditor_proves_an_entry_and_comes_back_later(stage: Stage) -> None:
    ledger = stage.country.wuhu.services.ledger
    ledger.publish_and_ask()
    stage.choose_persona("auditor")
    assert stage.browser.address.endswith("/audit")
    stage.browser.fill("#subject", stage.license)
    stage.browser.press("form.search button")
    stage.keep("audit")
    assert "在账本中" in stage.browser.text
    assert "与上次查看相同" in stage.browser.text
    assert stage.browser.violations() == []

    stage.country.wuhu.mint(1)
    ledger.publish_and_ask()
    stage.visit("/audit")
    assert "是上次的延续" in stage.browser.text
    stage.visit("/audit/decisions")
    stage.keep("audit-decisions")
    assert "auditor:audit.read" in stage.browser.text
    assert stage.browser.violations() == []


def test_the_auditors_pages_fit_a_phone(stage: Stage) -> None:
    stage.choose_persona("auditor")
    stage.browser.set_width(360)
    try:
        for path in ("/audit", "/audit/decisions", f"/audit?subject={stage.license}"):
            stage.visit(path)
            assert stage.browser.evaluate("document.documentElement.scrollWidth") == 360, path
            assert stage.browser.violations() == []
    finally:
        stage.browser.set_width(1280)
