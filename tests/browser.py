"""Drives a real Chromium: what people press and read, and what they never see but would suffer."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserType, Page, sync_playwright

CHROMIUM: Final = Path("/usr/bin/chromium")
_PATIENCE_MS: Final = 30_000
_OPTIONS: Final = ("--no-sandbox", "--disable-quic", "--disable-background-networking")
_SERIOUS: Final = frozenset({"serious", "critical"})
DESK: Final = (1280, 800)
PHONE: Final = (360, 800)


class Browser:
    """One page of one browser.

    Attributes:
        page: What drives it, for what the few words here do not say.
        complaints: What the browser complained of, and requests to other hosts; tests expect none.
    """

    def __init__(self, page: Page) -> None:
        self.page = page
        self.complaints: list[str] = []
        page.set_default_timeout(_PATIENCE_MS)
        page.on("console", lambda said: self._hear(said.type, said.text))
        page.on("pageerror", lambda error: self.complaints.append(f"error: {error}"))
        page.on("request", lambda request: self._see(request.url))

    def open(self, address: str) -> None:
        """Go to an address and wait until it is there."""
        self.page.goto(address)

    def press(self, selector: str) -> None:
        """Press what leads to another page."""
        with self.page.expect_navigation():
            # Not where somebody would have to scroll to: the tests' pages are long.
            self.page.locator(selector).first.dispatch_event("click")

    def change(self, selector: str) -> None:
        """Press what changes a part of the page and leaves the rest of it."""
        self.page.evaluate(
            "() => { delete document.documentElement.dataset.settled;"
            " document.addEventListener('htmx:afterSettle',"
            " () => { document.documentElement.dataset.settled = 'yes'; }, { once: true }); }"
        )
        self.page.locator(selector).first.dispatch_event("click")
        self.page.wait_for_selector("html[data-settled]", state="attached")

    def fill(self, selector: str, text: str) -> None:
        """Type into a field, or choose."""
        field = self.page.locator(selector).first
        if field.evaluate("node => node.tagName") == "SELECT":
            field.select_option(text)
        else:
            field.fill(text)

    def choose_file(self, selector: str, path: Path) -> None:
        """Choose a file for upload."""
        self.page.locator(selector).first.set_input_files(path)

    def set_width(self, width: int, height: int = 900) -> None:
        """Make the page as wide as a phone or a desk."""
        self.page.set_viewport_size({"width": width, "height": height})

    def screenshot(self, path: Path, *, whole: bool = True) -> None:
        """Draw the whole page, or what fits the window."""
        self.page.screenshot(path=path, full_page=whole)

    @property
    def text(self) -> str:
        """What a person reads."""
        return self.page.locator("body").inner_text()

    @property
    def address(self) -> str:
        return self.page.url

    def evaluate(self, expression: str) -> Any:  # noqa: ANN401 - whatever the expression gives
        """Return what an expression gives."""
        return self.page.evaluate(expression)

    @contextmanager
    def beside(self, *options: str) -> Iterator["Browser"]:
        """Open another browser, with options of its own."""
        program = self.page.context.browser
        assert program is not None
        with _launched(program.browser_type, *options) as other:
            yield other

    def violations(self) -> list[str]:
        """Return where the page keeps somebody out (axe-core): serious and critical ones."""
        found = _axe().run(self.page).response["violations"]
        return [
            f"{item['id']}: {node['html'][:120]}"
            for item in found
            if item["impact"] in _SERIOUS
            for node in item["nodes"]
        ]

    def _hear(self, kind: str, text: str) -> None:
        # A page that says "not found" or "not allowed" is an answer.
        if kind == "error" and "the server responded with a status of 4" not in text:
            self.complaints.append(f"console: {text}")

    def _see(self, address: str) -> None:
        parts = urlsplit(address)
        if parts.scheme in {"http", "https", "ws", "wss"} and parts.hostname != "127.0.0.1":
            self.complaints.append(f"another host: {address}")


@cache
def _axe() -> Axe:
    return Axe()


@contextmanager
def open_browser(**context: Any) -> Iterator[Browser]:  # noqa: ANN401 - as Playwright takes them
    """A fresh browser with nothing kept; it ends with the block."""
    with sync_playwright() as tool, _launched(tool.chromium, **context) as browser:
        yield browser


@contextmanager
def _launched(
    chromium: BrowserType,
    *options: str,
    **context: Any,  # noqa: ANN401 - as Playwright takes them
) -> Iterator[Browser]:
    width, height = DESK
    browser = chromium.launch(executable_path=CHROMIUM, args=[*_OPTIONS, *options])
    try:
        page = browser.new_page(
            viewport={"width": width, "height": height}, locale="zh-CN", **context
        )
        yield Browser(page)
    finally:
        browser.close()
