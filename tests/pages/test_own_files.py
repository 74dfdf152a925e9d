"""A holder keeps a file beside the licenses: marked apart, judged, and removed."""

from pathlib import Path

from tests.browser import PHONE
from tests.pages.stages import Stage, needs_chromium

pytestmark = needs_chromium


def test_a_file_is_uploaded_seen_apart_judged_and_removed(stage: Stage, tmp_path: Path) -> None:
    browser, wuhu = stage.browser, stage.country.wuhu
    answer = wuhu.client.get(
        f"/api/v1/licenses/{stage.license}/files/pdf", headers=wuhu.headers("issuer")
    )
    brought = tmp_path / "以前的执照.pdf"
    brought.write_bytes(answer.content)
    browser.set_width(*PHONE)
    stage.choose_persona("citizen")
    stage.visit("/me")
    browser.press('a[href="/me/files"]')
    browser.page.set_input_files("#file", brought)
    browser.press("#add button")
    stage.keep("own-files-phone")
    assert "以前的执照.pdf" in browser.text
    assert "上传时核验通过：食品经营许可证" in browser.text
    assert browser.violations() == []

    stage.visit("/me")
    stage.keep("wallet-with-own-file-phone")
    borders = browser.evaluate(
        "[...document.querySelectorAll('.wallet-card')].map(e => getComputedStyle(e).borderStyle)"
    )
    assert borders == ["solid", "dashed"]
    assert browser.violations() == []

    stage.visit("/me/files")
    browser.press('form[action$="/verify"] button')
    assert "核验通过" in browser.text
    stage.visit("/me/files")
    browser.evaluate("document.querySelector('.own-file details').open = true")
    browser.press('form[action$="/remove"] button')
    browser.set_width(1280, 800)
    assert "已删除，不可恢复" in browser.text
    assert "还没有上传文件" in browser.text
