"""A country whose first region is served on loopback, with a browser in front of it."""

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
import uvicorn

from api.app import create_app
from api.services import Services
from certs.faces.renderer import TypstRenderer
from tests.browser import CHROMIUM, Browser, open_browser
from tests.instances import Country, open_country
from tests.receipt_offices import office_for

needs_chromium = pytest.mark.skipif(
    not CHROMIUM.exists(), reason="there is no /usr/bin/chromium to look at the pages with"
)


@dataclass(frozen=True)
class Stage:
    """A country, its first region's address, and the browser."""

    country: Country
    url: str
    browser: Browser
    license: str

    def choose_persona(self, name: str) -> None:
        """Sign in as somebody of the demo: a key of the instance's tokens, or ``citizen``."""
        self.browser.open(f"{self.url}/session")
        self.browser.press(f'form:has(input[value="{name}"]) button')

    def visit(self, path: str) -> None:
        """Go to a page of the region."""
        self.browser.open(self.url + path)

    def keep(self, name: str, *, whole: bool = True) -> None:
        """Leave a picture of the page, or of what fits the window, where pictures are wanted."""
        folder = os.environ.get("YINXIN_TEST_PICTURES")
        if folder:
            Path(folder).mkdir(parents=True, exist_ok=True)
            self.browser.screenshot(Path(folder) / f"{name}.png", whole=whole)


@contextmanager
def open_stage(folder: Path) -> Iterator[Stage]:
    """Found a country, mint one license, serve its first region and open a browser."""
    with TypstRenderer() as renderer, open_country(folder, renderer) as country:
        license = str(country.wuhu.mint()["identifier"])
        citizen = country.wuhu.citizen()["Authorization"].removeprefix("Bearer ")
        personas = {**country.wuhu.tokens, "citizen": citizen}
        services = replace(country.wuhu.services, receipts=office_for(country.wuhu.services))
        with serve(services, personas) as url, open_browser() as browser:
            yield Stage(country, url, browser, license)


@contextmanager
def serve(services: Services, personas: dict[str, str]) -> Iterator[str]:
    """Serve an instance as ``yinxin serve`` does, on a free port."""
    app = create_app(replace(services, personas=personas))
    server = uvicorn.Server(uvicorn.Config(app, port=0, ws="none", log_level="warning"))
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        while not server.started:
            assert thread.is_alive()
            time.sleep(0.02)
        port = server.servers[0].sockets[0].getsockname()[1]
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join()
