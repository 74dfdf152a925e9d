"""The report of the four properties as a page."""

from dataclasses import replace

from defusedxml.ElementTree import fromstring

from api.archive_pages import reports_page
from tests import archived
from verify.archive_checks.registry import ITEMS, run_checks
from verify.archive_checks.results import Stage
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
