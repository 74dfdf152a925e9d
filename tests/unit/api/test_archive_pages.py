"""The report of the four properties as a page."""

from dataclasses import replace
from pathlib import Path

import pytest
from defusedxml.ElementTree import fromstring

from api.archive_pages import reports_page
from tests import archived
from tests.browser import CHROMIUM, open_browser
from verify.archive_checks.registry import ITEMS, run_checks
from verify.archive_checks.results import CheckOutcome, CheckResult, Stage
from verify.archive_checks.subjects import CheckSubject, Registered


def test_the_page_shows_every_item_and_runs_nothing_that_a_package_says() -> None:
    hostile = Registered(identifier="", digests={}, repeated=("<script>alert(1)</script>",))
    subject = CheckSubject(package=archived.package(), registered=hostile)
    report = run_checks(subject, stage=Stage.KEEPING, checked_at=archived.AT)

    page = reports_page([report, replace(report, subject="<b>")])

    assert all(page.count(f"<td>CQ-{item.number}</td>") == 2 for item in ITEMS)
    assert "<script>" not in page
    assert "&lt;script&gt;" in page
    assert "来源可靠" in page
    body = page[page.index("<body>") : page.index("</html>")]
    assert fromstring(body).find("section/h2") is not None


@pytest.mark.parametrize(
    ("outcomes", "told"),
    [
        ((CheckOutcome.PASS, CheckOutcome.NOT_APPLICABLE), "合格 pass"),
        ((CheckOutcome.PASS, CheckOutcome.MANUAL), "未见不合格，1 项需人工"),
        ((CheckOutcome.MANUAL, CheckOutcome.FAIL), "不合格 FAIL"),
    ],
)
def test_what_people_have_to_look_at_is_not_called_passed(
    outcomes: tuple[CheckOutcome, ...], told: str
) -> None:
    report = run_checks(
        CheckSubject(package=archived.package()), stage=Stage.KEEPING, checked_at=archived.AT
    )
    items = tuple(
        replace(item, result=CheckResult(outcome=outcome, evidence={}))
        for item, outcome in zip(report.items, outcomes, strict=False)
    )
    page = reports_page([replace(report, items=items)])

    assert f"：{told}" in page[page.index("<h2>") : page.index("</h2>")]


@pytest.mark.skipif(not CHROMIUM.exists(), reason="there is no /usr/bin/chromium to look with")
def test_no_identifier_however_long_runs_out_of_the_page(tmp_path: Path) -> None:
    report = run_checks(
        CheckSubject(package=archived.package()), stage=Stage.KEEPING, checked_at=archived.AT
    )
    page = tmp_path / "report.html"
    page.write_text(reports_page([replace(report, subject="8" * 128, package_id="a" * 64)]))

    with open_browser() as browser:
        for width in (1000, 600):
            browser.set_width(width)
            browser.open(page.as_uri())
            beyond = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
            assert browser.evaluate(beyond) == 0
