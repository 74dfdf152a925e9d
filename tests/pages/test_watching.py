"""Auditors: a whole proof by its entry's number, and a checkpoint that they kept."""

from certs.ledger.entries import LedgerName
from tests.pages.stages import Stage, needs_chromium
from tests.unit.api.test_ledger import publish, witness

pytestmark = needs_chromium


def test_auditor_reads_a_whole_proof_and_takes_it_along(stage: Stage) -> None:
    publish(stage.country.wuhu)
    witness(stage.country.wuhu)
    stage.choose_persona("auditor")
    stage.visit("/audit/continuity")
    stage.keep("continuity")
    assert stage.browser.violations() == []
    stage.browser.fill("#number", "0")
    stage.browser.press(".asking button")
    stage.keep("entry")
    assert "证明成立" in stage.browser.text
    assert stage.license not in stage.browser.text
    assert stage.browser.violations() == []
    with stage.browser.page.expect_download() as downloading:
        stage.browser.page.locator("a[download]").click()
    assert downloading.value.suggested_filename == "issue-0.tlog-proof"


def test_second_visit_compares_with_the_checkpoint_that_was_kept(stage: Stage) -> None:
    publish(stage.country.wuhu)
    kept = stage.country.wuhu.services.ledger.shelf.checkpoint(LedgerName.ISSUE)
    stage.country.wuhu.mint(1)
    publish(stage.country.wuhu)
    stage.choose_persona("auditor")
    stage.visit("/audit/continuity")
    stage.browser.fill("#checkpoint", kept)
    stage.browser.press(".pasting button")
    stage.keep("continues")
    assert "只增不改" in stage.browser.text
    assert stage.browser.violations() == []


def test_pages_of_entries_fit_a_phone_and_large_print(stage: Stage) -> None:
    stage.choose_persona("auditor")
    stage.browser.set_width(360)
    try:
        for size in ("small", "large"):
            for name, path in (("ask", "/audit/continuity"), ("entry", "/audit/entries/issue/0")):
                stage.visit(path)
                stage.keep(f"phone-{size}-{name}")
                assert stage.browser.evaluate("document.documentElement.scrollWidth") == 360
                assert stage.browser.violations() == []
            stage.browser.press('.reading button[name="size"]')
    finally:
        stage.browser.set_width(1280)
