"""What auditors see: an entry with its proof, and a log that only grew since they last looked."""

from tests.pages.stages import Stage, needs_chromium
from tests.unit.api.test_ledger import publish, witness

pytestmark = needs_chromium


def test_auditor_finds_an_entry_and_takes_its_proof_along(stage: Stage) -> None:
    publish(stage.country.wuhu)
    witness(stage.country.wuhu)
    stage.choose_persona("auditor")
    assert stage.browser.address.endswith("/audit")
    stage.keep("audit")
    assert stage.browser.violations() == []

    stage.browser.fill("#about", stage.license)
    stage.browser.press(".asking button")
    stage.keep("audit-entry")
    assert "证明成立" in stage.browser.text
    assert stage.license not in stage.browser.text
    assert stage.browser.violations() == []
    with stage.browser.page.expect_download() as downloading:
        stage.browser.page.locator("a[download]").click()
    assert downloading.value.suggested_filename == "issue-0.tlog-proof"


def test_second_visit_compares_with_what_the_browser_kept(stage: Stage) -> None:
    stage.choose_persona("auditor")
    stage.country.wuhu.mint(1)
    publish(stage.country.wuhu)
    stage.visit("/audit")
    stage.keep("audit-again")
    stage.browser.press('[data-origin$="/issue"] .since-last button')
    stage.keep("audit-continuity")
    assert "只增不改" in stage.browser.text
    assert stage.browser.violations() == []
    kept = stage.browser.evaluate("Object.values(localStorage).join()")
    assert "/issue\n2\n" in kept


def test_pages_of_the_ledger_fit_a_phone_and_large_print(stage: Stage) -> None:
    stage.choose_persona("auditor")
    stage.browser.set_width(360)
    try:
        for size in ("small", "large"):
            for name, path in (("audit", "/audit"), ("entry", "/audit/entries/issue/0")):
                stage.visit(path)
                stage.keep(f"phone-{size}-{name}")
                assert stage.browser.evaluate("document.documentElement.scrollWidth") == 360
                assert stage.browser.violations() == []
            stage.browser.press('.reading button[name="size"]')
    finally:
        stage.browser.set_width(1280)
