"""The tour of the first page, step by step; `make tour` keeps its pictures for docs/tour.md."""

import io
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image

from tests.pages.stages import Stage, needs_chromium
from tests.pages.test_issue import sheet, worker
from tests.published_lists import publish_lists
from tests.unit.api.test_cases import LICENSE, decide

pytestmark = needs_chromium
ROOT = Path(__file__).parents[2]
TOUR = ROOT / "docs" / "tour.md"


def begin(stage: Stage, step: str, persona: str) -> None:
    """Press a step of the tour on the first page, and choose the persona that it names."""
    stage.visit("/session")
    if stage.browser.page.locator('form[action="/session/end"]').count():
        stage.browser.press('form[action="/session/end"] button')
    stage.visit("/")
    stage.browser.press(f'.tour a:has-text("{step}")')
    stage.browser.press(f'form:has(input[value="{persona}"]) button')


def test_everything_of_the_tour_is_on_the_first_page(stage: Stage) -> None:
    stage.visit("/")
    stage.keep("home", whole=False)
    steps = stage.browser.page.locator(".tour li a").all()

    assert [step.get_attribute("href") for step in steps] == [
        "/session?back=%2Fme",
        "/verify",
        "/session?back=%2Fwindow",
        "/session?back=%2Fissue%2Fbatches",
        "/session?back=%2Fsupervise",
        "/session?back=%2Faudit",
    ]
    assert stage.browser.violations() == []


def test_a_wallet_shows_a_live_code_that_any_phone_reads(stage: Stage) -> None:
    begin(stage, "亮一次证", "citizen")
    stage.browser.set_width(360, 780)
    try:
        stage.visit("/me")
        stage.keep("wallet", whole=False)
        stage.browser.press(".wallet-card")
        stage.browser.press('form[action$="/code"] button')
        stage.keep("code", whole=False)
        picture = Image.open(io.BytesIO(stage.browser.page.screenshot()))
        (read,) = zxingcpp.read_barcodes(picture)
        code = stage.browser.page.locator(".wide").inner_text()
    finally:
        stage.browser.set_width(1280, 800)

    assert re.fullmatch(rf"HTTPS?://.*/Q/{code}", read.text, re.IGNORECASE)


def test_a_license_is_taken_along_and_shown_without_a_network(stage: Stage, tmp_path: Path) -> None:
    publish_lists(stage.country.wuhu, tmp_path)
    begin(stage, "亮一次证", "citizen")
    page = stage.browser.page
    page.clock.set_fixed_time(stage.country.clock.now())
    stage.browser.set_width(360, 780)
    try:
        stage.visit(f"/me/licenses/{stage.license}")
        page.locator("#offline button").click()
        page.wait_for_url("**/pass")
        page.wait_for_selector("#ready:visible")
        page.context.set_offline(True)
        stage.visit("/pass")
        page.wait_for_selector(".pass .qr svg")
        stage.keep("offline", whole=False)
    finally:
        page.context.set_offline(False)
        page.clock.set_fixed_time(datetime.now(UTC))
        stage.browser.set_width(1280, 800)
        stage.browser.complaints.clear()

    assert page.locator(".pass .qr svg").count() == 1


def test_a_file_that_is_dropped_gets_its_verdict(stage: Stage, tmp_path: Path) -> None:
    path = tmp_path / "license.pdf"
    path.write_bytes(stage.country.wuhu.file(stage.license))
    stage.visit("/")
    stage.browser.press('.tour a[href="/verify"]')
    stage.browser.choose_file("#file", path)
    stage.browser.page.locator("#upload button").click()
    stage.browser.page.wait_for_selector(".verdict")
    stage.keep("verdict", whole=False)

    assert "印章真实；证照有效" in stage.browser.text


def test_a_case_refuses_paper(stage: Stage) -> None:
    case = stage.country.wuhu.open_case(stage.country.wuhu.rows[0])["case"]
    begin(stage, "系统拒绝", "window")
    stage.visit(f"/window/cases/{case}")
    stage.browser.change("form.demand button")
    stage.browser.page.locator("#food-business-license").scroll_into_view_if_needed()
    stage.keep("refused", whole=False)

    assert "不得要求提交纸质证照" in stage.browser.text


def test_a_batch_is_watched(stage: Stage, tmp_path: Path) -> None:
    browser = stage.browser
    begin(stage, "上传 1000 件", "issuer")
    browser.choose_file("#file", sheet(stage, tmp_path))
    browser.press('form[action="/issue/batches"] button')
    with worker(stage):
        browser.page.wait_for_selector("#decide-confirm")
        browser.press('form[action$="/confirm"] button')
        browser.page.wait_for_selector('[data-state="done"]', timeout=120_000)
    stage.keep("batch", whole=False)

    assert "对账相符" in browser.text


def test_charts_lead_to_cases(stage: Stage) -> None:
    wuhu = stage.country.wuhu
    for body in (
        {"form": "e_license"},
        {"form": "e_license"},
        {"form": "paper", "voluntary": True},
    ):
        decide(wuhu, wuhu.open_case(wuhu.rows[0]), LICENSE, body)
    begin(stage, "替代率", "supervisor")
    stage.keep("figures", whole=False)
    stage.browser.press('.legend a[href*="e_license"]')

    assert stage.browser.page.locator("main code").count() == 2


def test_proofs_and_decisions_are_looked_up(stage: Stage) -> None:
    stage.country.wuhu.services.ledger.publish_and_ask()
    begin(stage, "账本证明", "auditor")
    stage.keep("ledger", whole=False)

    assert "条目" in stage.browser.text


@pytest.mark.parametrize("name", re.findall(r"images/tour/([a-z-]+\.png)", TOUR.read_text("utf-8")))
def test_every_picture_of_the_tour_is_there(name: str) -> None:
    with Image.open(ROOT / "docs" / "images" / "tour" / name) as picture:
        assert picture.width in {360, 1280}
