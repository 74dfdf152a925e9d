"""Drives a real Chromium through its DevTools protocol: a few words are enough for plain forms."""

import base64
import json
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final
from urllib.request import urlopen

from websockets.sync.client import ClientConnection, connect

CHROMIUM: Final = Path("/usr/bin/chromium")
_PATIENCE_SECONDS: Final = 30.0
_OPTIONS: Final = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--remote-debugging-port=0",
)


class BrowserError(Exception):
    """The browser did not do what a test asked."""


class Browser:
    """One page of one browser."""

    def __init__(self, connection: ClientConnection) -> None:
        self._connection = connection
        self._number = 0
        self.command("Page.enable")
        self.command("Runtime.enable")

    def command(self, method: str, **parameters: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
        """Send one command and return its result."""
        self._number += 1
        self._connection.send(
            json.dumps({"id": self._number, "method": method, "params": parameters})
        )
        while True:
            answer = json.loads(self._connection.recv(timeout=_PATIENCE_SECONDS))
            if answer.get("id") == self._number:
                if "error" in answer:
                    raise BrowserError(answer["error"]["message"])
                result: dict[str, Any] = answer["result"]
                return result

    def open(self, address: str) -> None:
        """Go to an address and wait until it is there."""
        with self._new_page():
            self.command("Page.navigate", url=address)

    def press(self, selector: str) -> None:
        """Press what leads to another page."""
        with self._new_page():
            self.evaluate(f"document.querySelector({json.dumps(selector)}).click()")

    def fill(self, selector: str, text: str) -> None:
        """Type into a field."""
        self.evaluate(f"document.querySelector({json.dumps(selector)}).value = {json.dumps(text)}")

    def choose_file(self, selector: str, path: Path) -> None:
        """Choose a file for upload."""
        root = self.command("DOM.getDocument")["root"]["nodeId"]
        node = self.command("DOM.querySelector", nodeId=root, selector=selector)["nodeId"]
        self.command("DOM.setFileInputFiles", nodeId=node, files=[str(path)])

    def set_width(self, width: int, height: int = 900) -> None:
        """Make the page as wide as a phone or a desk."""
        self.command(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=width < 600,
        )

    def screenshot(self, path: Path) -> None:
        """Draw the whole page."""
        picture = self.command("Page.captureScreenshot", captureBeyondViewport=True)
        path.write_bytes(base64.b64decode(picture["data"]))

    @property
    def text(self) -> str:
        """What a person reads."""
        return str(self.evaluate("document.body.innerText"))

    @property
    def address(self) -> str:
        return str(self.evaluate("location.href"))

    def evaluate(self, expression: str) -> object:
        """Return what an expression gives; the tests' own script, pages have none."""
        answer = self.command("Runtime.evaluate", expression=expression, returnByValue=True)
        if "exceptionDetails" in answer:
            raise BrowserError(str(answer["exceptionDetails"].get("text")))
        return answer["result"].get("value")

    @contextmanager
    def _new_page(self) -> Iterator[None]:
        """Wait until the document is another one, and complete."""
        self.evaluate("window.isOldPage = true")
        yield
        ends = time.monotonic() + _PATIENCE_SECONDS
        while time.monotonic() < ends:
            try:
                ready = self.evaluate("!window.isOldPage && document.readyState === 'complete'")
            except BrowserError:
                ready = False  # between two documents there is nobody to ask
            if ready:
                return
            time.sleep(0.05)
        raise BrowserError("the page did not come")


@contextmanager
def open_browser(folder: Path) -> Iterator[Browser]:
    """A fresh browser with nothing kept; it ends with the block."""
    process = subprocess.Popen(
        [CHROMIUM, *_OPTIONS, f"--user-data-dir={folder}", "about:blank"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        port = _port(folder / "DevToolsActivePort")
        with urlopen(f"http://127.0.0.1:{port}/json/list", timeout=10) as answer:
            pages = [item for item in json.load(answer) if item["type"] == "page"]
        with connect(pages[0]["webSocketDebuggerUrl"], max_size=64 << 20) as connection:
            yield Browser(connection)
    finally:
        process.terminate()
        process.wait(timeout=10)


def _port(path: Path) -> int:
    ends = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < ends:
        if path.is_file() and (lines := path.read_text().split()):
            return int(lines[0])
        time.sleep(0.05)
    raise BrowserError("the browser did not start")
