"""The issuing department's space in a real browser."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from api.batch_jobs import BatchWorker
from certs.access import AccessGrant, CallerRole
from certs.regions import RegionCode
from certs.samples.bad_rows import bad_rows
from certs.samples.food_business import food_business_rows
from certs.samples.workbooks import write_sheet
from tests.pages.stages import Stage, needs_chromium

pytestmark = needs_chromium
ROWS = 60
_SKIPPED = 500
"""Rows of before: their numbers are others' in these tests."""


@contextmanager
def worker(stage: Stage) -> Iterator[None]:
    """A worker beside the service, until the block ends."""
    stop = threading.Event()
    services = stage.country.wuhu.services
    thread = threading.Thread(target=BatchWorker(services=services, stop=stop).work)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def sign_in_second(stage: Stage) -> None:
    """Sign in as somebody else of the department."""
    header = stage.country.wuhu.bearer(AccessGrant(person="I002", role=CallerRole.ISSUER))
    stage.visit("/session")
    stage.browser.fill("#token", header["Authorization"].removeprefix("Bearer "))
    stage.browser.press('form:has(input[name="token"]) button')


def sheet(stage: Stage, folder: Path) -> Path:
    """A workbook of good rows and some with faults."""
    region = RegionCode("340200")
    rows = food_business_rows(region, _SKIPPED + ROWS, seed=7)[_SKIPPED:]
    bad = bad_rows(region, rows[0], seed=7)
    license_type = stage.country.wuhu.services.license_type("food_business")
    assert license_type is not None
    path = folder / "食品经营许可证.xlsx"
    write_sheet(path, license_type, [*rows, *(row.cells for row in bad)])
    return path


def test_license_is_minted_after_a_mistake_with_a_preview(stage: Stage) -> None:
    browser = stage.browser
    row = food_business_rows(RegionCode("340200"), 300, seed=3)[299]
    stage.choose_persona("issuer")
    stage.visit("/issue/new/food_business")
    for name, value in row.items():
        browser.fill(f"#f-{name}", value)
    browser.fill("#f-credit_code", row["credit_code"][:-1] + "*")
    browser.page.wait_for_selector("#preview:has(img):has-text('还有 1 项')")
    stage.keep("issue-preview")
    browser.press('button[value="mint"]')
    assert "有 1 处需要改正" in browser.text
    assert browser.evaluate("document.querySelector('#f-operator').value") == row["operator"]
    stage.keep("issue-mistake")

    browser.fill("#f-credit_code", row["credit_code"])
    browser.press('button[value="mint"]')
    stage.keep("issue-minted")

    assert "已制证、盖章并生效" in browser.text
    assert row["credit_code"] not in browser.address
    assert browser.evaluate("document.querySelector('.face img').naturalWidth") > 500


def test_batch_is_followed_to_its_end_and_refused_rows_come_back(
    stage: Stage, tmp_path: Path
) -> None:
    browser = stage.browser
    stage.choose_persona("issuer")
    stage.visit("/issue/batches")
    stage.keep("issue-batches")
    browser.choose_file("#file", sheet(stage, tmp_path))
    browser.press('form[action="/issue/batches"] button')
    with worker(stage):
        browser.page.wait_for_selector("#decide-confirm")
        stage.keep("issue-batch-read")
        browser.press('form[action$="/confirm"] button')
        browser.page.wait_for_selector("#decide-pause")
        stage.keep("issue-batch-running")
        browser.page.wait_for_selector('[data-state="done"]', timeout=120_000)
    stage.keep("issue-batch-done")
    assert "对账相符" in browser.text
    assert browser.evaluate("document.querySelector('.tally .good dd').innerText") == str(ROWS)
    with browser.page.expect_download() as download:
        browser.page.locator('a[href*="refused.xlsx"]').click()
    assert download.value.path().stat().st_size > 5000


def test_suspension_is_proposed_by_one_and_confirmed_by_another(stage: Stage) -> None:
    browser = stage.browser
    stage.choose_persona("issuer")
    stage.visit(f"/issue/licenses/{stage.license}")
    stage.keep("issue-license")
    browser.page.check('input[name="move"][value="suspended"]')
    browser.fill("#decision_no", "芜市监扣〔2026〕1号")
    browser.fill("#reason", "样例：责令停业整顿")
    browser.press('form[action$="/proposals"] button')
    stage.keep("issue-proposed")
    assert "等待另一人复核" in browser.text

    sign_in_second(stage)
    stage.keep("issue-overview")
    stage.visit("/issue/proposals")
    stage.keep("issue-proposals")
    browser.press('form[action$="/confirmed"] button')
    assert "已复核执行" in browser.text
    stage.visit(f"/issue/licenses/{stage.license}")
    assert "暂扣" in browser.evaluate("document.querySelector('main .pill').innerText")


@pytest.mark.parametrize("width", [360, 640])
def test_every_page_fits_and_can_be_read(stage: Stage, width: int) -> None:
    """360 px is a phone; 640 a desk at 200 %."""
    wuhu = stage.country.wuhu
    with wuhu.services.unit_of_work() as work:
        code = work.seals.all()[0].code
        batches = work.batches.newest(1)
    answer = wuhu.client.post(
        "/api/v1/corrections",
        json={
            "kind": "wrong",
            "license": stage.license,
            "type": "food_business",
            "fields": {"premises": "芜湖市镜湖区样例东路3号"},
            "remark": f"门牌号有误 {width}",
        },
        headers=wuhu.citizen(),
    )
    receipt = answer.json()["receipt"]
    stage.choose_persona("issuer")
    paths = [
        *("", "/new", "/new/food_business", "/licenses", f"/licenses/{stage.license}?face=1"),
        *("/batches", *(f"/batches/{item.id}" for item in batches), "/proposals"),
        *("/corrections", f"/corrections/{receipt}?compare=1", "/seals", f"/seals/{code}"),
        *("/types", "/types/food_business", "/quality", "/changes"),
    ]
    stage.browser.set_width(width)
    try:
        for path in paths:
            stage.visit(f"/issue{path}")
            name = path.split("?")[0].replace("/", "-").replace(stage.license, "one")[:24]
            stage.keep(f"w{width}{name}")
            assert stage.browser.violations() == [], path
            found = stage.browser.evaluate("document.documentElement.scrollWidth")
            assert found == width, (path, found)
    finally:
        stage.browser.set_width(1280, 800)


def test_many_licenses_are_changed_at_once_by_two_people(stage: Stage) -> None:
    browser, wuhu = stage.browser, stage.country.wuhu
    minted = [str(wuhu.mint(number)["identifier"]) for number in (1, 2)]
    stage.choose_persona("issuer")
    stage.visit("/issue/changes")
    assert browser.violations() == []
    browser.fill("#licenses", "\n".join([*minted, "JY00000000000000"]))
    browser.page.check('input[value="suspended"]')
    browser.fill("#decision_no", "样例〔2026〕9号")
    browser.fill("#reason", "样例：责令停业整顿")
    browser.press('form[action="/issue/changes"] button')
    stage.keep("issue-bulk-tried")
    for width in (360, 1280):
        browser.set_width(width)
        assert browser.evaluate("document.documentElement.scrollWidth") == width
        assert browser.violations() == []
    assert "可以变更 2 份；不能变更 1 份" in browser.text
    browser.press('form[action="/issue/changes"] button')
    assert "已提出 2 份" in browser.text

    second = wuhu.bearer(AccessGrant(person="I009", role=CallerRole.CHECKER))
    stage.visit("/session")
    browser.fill("#token", second["Authorization"].removeprefix("Bearer "))
    browser.press("form:has(#token) button")
    stage.visit("/issue/proposals")
    stage.keep("issue-bulk-waits")
    assert browser.violations() == []
    browser.press('form[action="/issue/proposals/confirmed"] button')
    stage.keep("issue-bulk-done")
    assert "已执行 2 份" in browser.text
    assert browser.violations() == []


def test_headings_that_nobody_knows_are_decided_on_the_page(stage: Stage, tmp_path: Path) -> None:
    browser = stage.browser
    rows = food_business_rows(RegionCode("340200"), 3, seed=9)
    names = ["经营者全称" if name == "operator" else name for name in rows[0]]
    lines = [",".join([*names, "填报人意见"]), *(",".join([*row.values(), ""]) for row in rows)]
    file = tmp_path / "rows.csv"
    file.write_text("\n".join(lines), encoding="utf-8")
    stage.choose_persona("issuer")
    stage.visit("/issue/batches")
    browser.choose_file("#file", file)
    browser.press('form[enctype] button[type="submit"]')
    for width in (360, 1280):
        browser.set_width(width)
        stage.keep(f"issue-columns-{width}")
        assert browser.evaluate("document.documentElement.scrollWidth") == width
        assert browser.violations() == []
    browser.evaluate("document.querySelector('#column-2').value = '-'")
    browser.choose_file("#same-file", file)
    browser.press("#columns button")

    assert "/issue/batches/" in browser.address
    assert "rows.csv" in browser.text
