"""The pages in a real browser, over loopback: what people see and press."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Page, Request

from tests.instance_parts import OPERATOR, SITUATION
from tests.nurses import BORN, licensed_nurse
from tests.pages.stages import Stage, needs_chromium
from tests.unit.api.test_case_receipts import decide, issued

pytestmark = needs_chromium

# Every text against what lies behind it (WCAG 2.1, 1.4.3); pictures have no text here.
LOWEST_CONTRAST = """
(() => {
  const parse = (color) => (color.match(/[\\d.]+/g) || [0, 0, 0, 0]).map(Number);
  const light = ([r, g, b]) => {
    const [x, y, z] = [r, g, b].map((v) => v / 255)
      .map((v) => (v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  const behind = (node) => {
    for (let at = node; at; at = at.parentElement) {
      const color = parse(getComputedStyle(at).backgroundColor);
      if (color.length < 4 || color[3] > 0.99) return color;
    }
    return [255, 255, 255];
  };
  let lowest = [99, ''];
  for (const node of document.querySelectorAll('body *')) {
    const own = [...node.childNodes].some((c) => c.nodeType === 3 && c.textContent.trim());
    if (!own || !node.checkVisibility()) continue;
    const [a, b] = [light(parse(getComputedStyle(node).color)), light(behind(node))];
    const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (contrast < lowest[0]) lowest = [contrast, node.outerHTML.slice(0, 120)];
  }
  return lowest;
})()
"""


def test_genuine_license_is_verified_with_one_press(stage: Stage, tmp_path: Path) -> None:
    path = tmp_path / "license.pdf"
    path.write_bytes(stage.country.wuhu.file(stage.license))

    stage.browser.open(f"{stage.url}/verify")
    stage.browser.choose_file("#file", path)
    stage.browser.page.locator("#upload button").click()
    stage.browser.page.wait_for_selector(".verdict")

    assert "印章真实；证照有效" in stage.browser.text
    stage.keep("report")


def test_window_is_refused_the_paper_and_takes_the_e_license(stage: Stage) -> None:
    row = stage.country.wuhu.rows[0]
    stage.choose_persona("window")
    stage.browser.fill("#matter", "open-restaurant")
    stage.browser.fill("#code", row["credit_code"])
    stage.browser.fill("#name", row["operator"])
    stage.browser.press('form[action="/window/cases"] button')
    stage.keep("question")
    for question, choice in SITUATION.items():
        stage.browser.fill("#situation", f"{question}={choice}")
        stage.browser.press('form[action="/window/cases"] button')
    stage.browser.fill("#party_code", OPERATOR["code"])
    stage.browser.fill("#party_name", OPERATOR["name"])
    stage.browser.press('form[action="/window/cases"] button')
    stage.keep("case")

    stage.browser.change("form.demand button")
    refused = stage.browser.text
    stage.keep("refused")
    stage.browser.change("#food-business-license .actions form button")
    accepted = stage.browser.text

    assert "不得要求提交纸质证照" in refused
    assert "国务院令第716号" in refused
    assert "已办结" in accepted
    assert row["credit_code"] not in stage.browser.address


def test_holder_shows_a_code_and_somebody_uses_it_once(stage: Stage) -> None:
    stage.choose_persona("citizen")
    stage.browser.press(".wallet-card")
    stage.browser.press('form[action$="/code"] button')
    stage.keep("code")
    code = stage.browser.evaluate("document.querySelector('.wide').innerText")

    stage.browser.open(f"{stage.url}/Q/{code}")
    stage.browser.press("main form button")
    first = stage.browser.text
    stage.browser.open(f"{stage.url}/Q/{code}")
    stage.browser.press("main form button")

    assert "食品经营许可证：有效" in first
    assert "已使用或已过期" in stage.browser.text


def test_a_scan_at_the_window_fills_in_whose_case_it_is(stage: Stage) -> None:
    stage.choose_persona("citizen")
    stage.browser.press(".wallet-card")
    stage.browser.press("#at-window button")
    code = stage.browser.evaluate("document.querySelector('.wide').innerText")
    stage.choose_persona("window")

    # A page says where to begin only when it is drawn, which may be after it was loaded.
    page = stage.browser.page
    page.wait_for_selector("#display:focus")
    page.keyboard.type(code)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    page.wait_for_selector('form[action="/window/applicant"] button:focus')
    stage.keep("window-scanned")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    page.wait_for_selector("#matter:focus")
    stage.keep("window-applicant")

    row = stage.country.wuhu.rows[0]
    assert page.input_value("#code") == row["credit_code"]
    assert page.input_value("#name") == row["operator"]
    assert stage.browser.violations() == []


def test_holder_proves_an_age_and_shows_nothing_else(stage: Stage) -> None:
    nurse = licensed_nurse(stage.country.wuhu)
    stage.browser.set_width(360, 800)
    try:
        stage.visit("/session")
        stage.browser.fill("#token", nurse.token)
        stage.browser.press("form:has(#token) button")
        stage.visit(f"/me/licenses/{nurse.license}")
        stage.keep("age-license")
        stage.browser.press('button[value="age-over-18"]')
        stage.keep("age-code", whole=False)
        (read,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(stage.browser.page.screenshot())))
        stage.visit(f"/Q/{read.text.rsplit('/', 1)[1]}")
        stage.browser.press("main form button")
        stage.keep("age-shown", whole=False)
        shown, violations = stage.browser.text, stage.browser.violations()
    finally:
        stage.browser.set_width(1280, 800)

    assert "已满18周岁" in shown
    assert "护士执业证书：有效" in shown
    assert not any(value in shown for value in (BORN, nurse.row["holder_code"], nurse.row["name"]))
    assert violations == []


def test_pages_run_no_script_but_ours(stage: Stage) -> None:
    stage.browser.open(f"{stage.url}/")
    stage.browser.evaluate(
        "document.body.append(Object.assign(document.createElement('script'),"
        "{textContent: 'window.ran = true'}))"
    )
    assert stage.browser.evaluate("window.ran === true") is False
    assert "Content Security Policy" in stage.browser.complaints.pop()


@pytest.mark.parametrize("persona", ["window", "citizen"])
def test_pages_fit_a_phone_and_can_be_read(stage: Stage, persona: str) -> None:
    case = stage.country.wuhu.open_case(stage.country.wuhu.rows[0])["case"]
    paths = {
        "window": [
            *("/", "/verify", "/bring", "/bring/newborn", "/session", "/V"),
            *("/window", f"/window/cases/{case}"),
        ],
        "citizen": ["/me", f"/me/licenses/{stage.license}", "/nothing", "/Q/" + "A" * 26],
    }
    stage.choose_persona(persona)
    stage.browser.set_width(360)
    try:
        for path in paths[persona]:
            stage.browser.open(stage.url + path)
            assert stage.browser.violations() == [], path
            lowest = stage.browser.evaluate(LOWEST_CONTRAST)
            assert isinstance(lowest, list)
            assert 4.5 <= lowest[0] <= 21, (path, lowest)
            width = stage.browser.evaluate("document.documentElement.scrollWidth")
            assert width == 360, (path, width)
    finally:
        stage.browser.set_width(1200)


# What is too small in large print: texts below 18 px, and things to press below 60 by 60.
TOO_SMALL = """
(() => {
  const small = [];
  for (const node of document.querySelectorAll('body *')) {
    const own = [...node.childNodes].some((c) => c.nodeType === 3 && c.textContent.trim());
    if (own && node.checkVisibility() && parseFloat(getComputedStyle(node).fontSize) < 18)
      small.push('text ' + node.outerHTML.slice(0, 100));
  }
  const pressed = 'main button, main input:not([type=hidden],[type=checkbox],[type=radio]),'
    + ' main select, main summary, .top nav a, .big a, .ways a, .wallet-card, .reading button';
  for (const node of document.querySelectorAll(pressed)) {
    const {width, height} = node.getBoundingClientRect();
    if (node.checkVisibility() && (width < 59.5 || height < 59.5))
      small.push(`${width} by ${height} ` + node.outerHTML.slice(0, 100));
  }
  return small;
})()
"""


def test_large_print_is_large_and_still_fits_a_phone(stage: Stage) -> None:
    stage.choose_persona("citizen")
    stage.browser.set_width(360)
    stage.browser.press('.reading button[name="size"]')
    try:
        public = ("/", "/verify", "/bring", "/session")
        holder = ("/me", "/me/grants", "/me/cases", "/me/uses", "/me/files", "/me/verifying")
        own = (*holder, f"/me/licenses/{stage.license}")
        for path in (*public, *own):
            stage.browser.open(stage.url + path)
            stage.keep(f"elder{path.replace('/', '-')[:12]}")
            assert stage.browser.evaluate(TOO_SMALL) == [], path
            width = stage.browser.evaluate("document.documentElement.scrollWidth")
            assert width == 360, (path, width)
    finally:
        stage.browser.press('.reading button[name="size"]')
        stage.browser.set_width(1200)


def test_chinese_alone_shows_no_english(stage: Stage) -> None:
    stage.browser.open(f"{stage.url}/verify")
    both = stage.browser.text
    stage.browser.press('.reading button[name="language"]')
    chinese = stage.browser.text
    stage.browser.press('.reading button[name="language"]')

    assert "Verify" in both
    assert "Verify" not in chinese
    assert "核验" in chinese
    assert "Verify" in stage.browser.text


def test_holder_of_a_receipt_complains_with_one_press(stage: Stage) -> None:
    wuhu = stage.country.wuhu
    case: Any = wuhu.open_case(wuhu.rows[0])
    for item in case["materials"]:
        decide(wuhu, case, item)
    receipt = issued(wuhu, case)
    stage.browser.open(f"{stage.url}/case/{receipt['number']}")

    stage.browser.press("#food-business-license button")

    stage.keep("complaint")
    assert "窗口无权要求" in stage.browser.text
    assert stage.browser.address.endswith(f"/case/{receipt['number']}")


def test_an_exception_is_approved_by_somebody_else(stage: Stage) -> None:
    wuhu = stage.country.wuhu
    case = wuhu.open_case(wuhu.rows[0])["case"]
    stage.choose_persona("window")
    stage.visit(f"/window/cases/{case}")
    stage.browser.page.locator("#food-business-license .demanding summary").click()
    stage.browser.fill("#reason-food-business-license", "P09")
    stage.browser.change("form.demand button")
    stage.keep("exception-waits")
    assert "等待审批" in stage.browser.text

    stage.choose_persona("approver")
    stage.visit("/window/approvals")
    stage.keep("exception-approval")
    assert stage.browser.violations() == []
    stage.browser.press("article button.warning")
    assert "没有待审批的申请" in stage.browser.text
    stage.visit(f"/window/cases/{case}")
    stage.keep("exception-approved")
    assert "审批 W002" in stage.browser.text


def test_holder_reads_a_license_on_a_phone_and_objects(stage: Stage) -> None:
    stage.choose_persona("citizen")
    stage.browser.set_width(360)
    try:
        stage.visit(f"/me/licenses/{stage.license}")
        stage.keep("license-phone")
        assert stage.browser.evaluate("document.documentElement.scrollWidth") == 360
        assert stage.browser.violations() == []
        stage.browser.page.locator("#objections summary").click()
        stage.browser.fill("#right-value", "样例东路3号")
        stage.browser.press("#objections form button")
        assert "提出" in stage.browser.page.locator("#objections .pill").inner_text()
    finally:
        stage.browser.set_width(1280)


@pytest.mark.parametrize("path", ["/me", "/verify"])
def test_wallet_and_verify_page_are_light(stage: Stage, path: str) -> None:
    """Up to 150 kB on an empty cache: they are opened on phones, in queues."""
    stage.choose_persona("citizen")
    page = stage.browser.page
    page.context.new_cdp_session(page).send("Network.clearBrowserCache")
    with weighing(page) as sizes:
        stage.visit(path)
        page.wait_for_load_state("networkidle")

    assert len(sizes) >= 3
    assert sum(sizes) <= 150_000, sizes


def test_a_verdict_with_the_picture_of_its_page_is_light(stage: Stage, tmp_path: Path) -> None:
    path = tmp_path / "license.pdf"
    path.write_bytes(stage.country.wuhu.file(stage.license))
    page = stage.browser.page
    stage.visit("/verify")
    stage.browser.choose_file("#file", path)
    with weighing(page) as sizes:
        page.locator("#upload button").click()
        page.wait_for_selector(".sheet img")
        page.wait_for_load_state("networkidle")

    assert page.evaluate("document.querySelector('.sheet img').naturalWidth") >= 800
    assert sum(sizes) <= 150_000, sizes


@contextmanager
def weighing(page: Page) -> Iterator[list[int]]:
    """What each answer weighs that arrives meanwhile, in bytes."""
    sizes: list[int] = []

    def weigh(request: Request) -> None:
        found = request.sizes()
        sizes.append(found["responseBodySize"] + found["responseHeadersSize"])

    page.on("requestfinished", weigh)
    try:
        yield sizes
    finally:
        page.remove_listener("requestfinished", weigh)
