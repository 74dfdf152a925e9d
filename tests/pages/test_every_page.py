"""Every role's pages on a phone, at a desk, and at a desk at 200 %: they fit and can be read."""

from collections.abc import Iterator

import pytest

from tests.pages.stages import Stage, needs_chromium

pytestmark = needs_chromium

PAGES = {
    "": (
        "/",
        "/bring",
        "/bring/open-restaurant",
        "/verify",
        "/verify/offline",
        "/session",
        "/supervise/public",
        "/verifier",
        "/h5",
    ),
    "citizen": (
        "/me",
        "/me/licenses/{license}",
        "/me/cases",
        "/me/grants",
        "/me/uses",
        "/me/staff",
        "/me/files",
        "/pass",
    ),
    "window": (
        "/window",
        "/window/cases/{case}",
        "/window/deferrals",
        "/window/guardians",
    ),
    "approver": ("/window/approvals",),
    "issuer": ("/issue/seals", "/issue/seals/offers"),
    "supervisor": ("/supervise", "/supervise/cases?fact=case", "/supervise/overasks"),
    "archivist": ("/archive",),
    "auditor": ("/audit", "/audit/entries/issue/0", "/audit/continuity", "/audit/decisions"),
    "system_admin": ("/admin/system",),
    "security_admin": ("/admin/people", "/admin/clients", "/admin/verifiers", "/admin/webhooks"),
}
STATUS = "performance.getEntriesByType('navigation')[0].responseStatus"
SIZES = {"phone": (360, 800), "desk at 200 %": (640, 400), "desk": (1280, 800)}


@pytest.fixture(scope="module")
def case(stage: Stage) -> str:
    stage.country.wuhu.services.ledger.publish_and_ask()
    return str(stage.country.wuhu.open_case(stage.country.wuhu.rows[0])["case"])


@pytest.fixture
def desk(stage: Stage) -> Iterator[Stage]:
    yield stage
    stage.browser.set_width(1280, 800)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("role", PAGES)
def test_pages_fit_and_can_be_read(desk: Stage, case: str, role: str, size: str) -> None:
    if role:
        desk.choose_persona(role)
    else:
        desk.browser.page.context.clear_cookies()
    width, height = SIZES[size]
    desk.browser.set_width(width, height)
    for path in PAGES[role]:
        desk.visit(path.format(license=desk.license, case=case))
        name = (
            path.split("?")[0].strip("/").format(license="one", case="one").replace("/", "-")
            or "home"
        )
        desk.keep(f"{size.replace(' ', '')}-{role}-{name}")
        assert desk.browser.evaluate(STATUS) == 200, path
        assert desk.browser.evaluate("document.documentElement.scrollWidth") == width, path
        assert desk.browser.violations() == [], path
