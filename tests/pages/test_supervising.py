"""What supervisors see: figures as pictures, and the cases behind them."""

from datetime import timedelta
from typing import Any

from tests.pages.stages import Stage, needs_chromium
from tests.unit.api.test_cases import LICENSE, decide

pytestmark = needs_chromium
DECISIONS: list[list[dict[str, Any]]] = [
    [{"form": "e_license"}],
    [{"form": "e_license"}, {"form": "paper", "voluntary": True}],
    [{"form": "paper"}, {"form": "paper", "reason": "P09", "approver": "W002"}],
    [{"form": "e_license"}, {"form": "e_license"}, {"form": "e_license"}],
]


def days_of_work(stage: Stage) -> None:
    """Cases of every kind, in two weeks: the tests' revocation lists are good for one."""
    wuhu = stage.country.wuhu
    for bodies in DECISIONS:
        for body in bodies:
            decide(wuhu, wuhu.open_case(wuhu.rows[0]), LICENSE, body)
        stage.country.clock.advance(timedelta(days=1, hours=20))


def test_supervisor_reads_the_board_and_reaches_the_cases_behind_it(stage: Stage) -> None:
    days_of_work(stage)
    stage.choose_persona("supervisor")
    stage.visit("/supervise")
    stage.keep("supervision")
    assert "每周替代率" in stage.browser.text
    assert stage.browser.violations() == []

    stage.browser.press('.legend a[href*="e_license"]')
    stage.keep("supervision-cases")
    assert stage.browser.page.locator("main code").count() == 5
    stage.visit("/supervise")
    stage.browser.press(".columns:not(.low) li:last-child a")
    assert stage.browser.page.locator(".columns:not(.low) li").count() == 1


def test_board_fits_a_phone_and_large_print(stage: Stage) -> None:
    stage.choose_persona("supervisor")
    stage.browser.set_width(360)
    try:
        for _ in range(2):
            stage.visit("/supervise")
            stage.keep(f"supervision-phone-{_}")
            width = stage.browser.evaluate("document.documentElement.scrollWidth")
            assert width == 360
            assert stage.browser.violations() == []
            stage.browser.press('.reading button[name="size"]')
    finally:
        stage.browser.set_width(1280)


def test_figures_are_downloaded(stage: Stage) -> None:
    stage.choose_persona("supervisor")
    stage.visit("/supervise")
    with stage.browser.page.expect_download() as downloading:
        stage.browser.page.locator('a[href*="format=csv"]').click()
    text = downloading.value.path().read_text("utf-8-sig")
    assert "替代率" in text.splitlines()[0]
