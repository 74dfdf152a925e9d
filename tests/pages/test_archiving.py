"""What the archivist sees, and that it fits a phone."""

import pytest

from tests.pages.stages import Stage, needs_chromium
from tests.unit.api.test_archiving import desk_of

pytestmark = needs_chromium


@pytest.fixture
def package(stage: Stage) -> str:
    """A package of the archive: of the stage's license, whoever had it archived."""
    desk_of(stage.country.wuhu).run()
    with stage.country.wuhu.services.unit_of_work() as work:
        kept = work.archive.newest_of(stage.license)
    assert kept is not None
    return kept.package_id


def test_an_archivist_goes_from_the_queue_to_a_report_and_proposes(
    stage: Stage, package: str
) -> None:
    stage.choose_persona("archivist")
    assert stage.browser.address.endswith("/archive")
    stage.keep("archive")
    assert stage.browser.violations() == []

    stage.browser.press(f'a[href="/archive/packages/{package}"]')
    assert "四性检测" in stage.browser.text
    assert "未见不合格" in stage.browser.text
    stage.browser.page.locator("details").first.evaluate("node => { node.open = true }")
    stage.keep("archive-package")
    assert stage.browser.violations() == []

    stage.browser.page.locator('summary:has-text("提出销毁")').click()
    stage.browser.fill("#document-no", "档字〔2026〕1号")
    stage.browser.fill("#reason", "保管期满")
    stage.browser.press('form[action$="/disposal"] button')
    assert "此前什么都不会销毁" in stage.browser.text


@pytest.mark.parametrize("width", [360, 640])
def test_the_archivists_pages_fit_a_phone_and_twice_the_size(
    stage: Stage, package: str, width: int
) -> None:
    stage.choose_persona("archivist")
    stage.browser.set_width(width, 800)
    try:
        for path in ("/archive", f"/archive/packages/{package}"):
            stage.visit(path)
            stage.keep(f"archive-{width}-{len(path)}")
            assert stage.browser.evaluate("document.documentElement.scrollWidth") == width, path
            assert stage.browser.violations() == []
    finally:
        stage.browser.set_width(1280, 800)
