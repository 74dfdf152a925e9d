"""ofd.js, the reader that web pages use, shows our faces and finds their seals valid.

It comes with ``make interop-tools``, or from wherever ``YINXIN_OFDJS`` says.
"""

import json
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache, partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageChops
from pylopdf_fonts_zh_cn import sans_path, serif_path

from certs.faces.content import FaceContent
from certs.faces.ofd.rendering import page_png
from tests.browser import CHROMIUM, open_browser
from tests.unit.certs.face_samples import CONTENT, gray_picture
from tests.unit.certs.faces.ofd.sealed_ofd import RARE_CONTENT, SEAL_BOX, files_of, sealed

FOLDER = Path(
    os.environ.get("YINXIN_OFDJS")
    or Path(__file__).parents[2] / ".interop" / "ofd.js-0.2.6" / "package" / "lib"
)
SCRIPT = FOLDER / "ofd.umd.min.js"
pytestmark = [
    pytest.mark.skipif(not CHROMIUM.exists(), reason="there is no /usr/bin/chromium"),
    pytest.mark.skipif(not SCRIPT.exists(), reason=f"no ofd.js at {SCRIPT}: make interop-tools"),
]

PIXELS_PER_MM = 4
PAGE = """<!doctype html><meta charset="utf-8"><style>
@font-face { font-family: "Noto Serif SC"; src: url(serif) }
@font-face { font-family: "Noto Sans SC"; src: url(sans) }
body { margin: 0 }</style><div id="page"></div><script src="ofd.js"></script>"""
# The page is drawn at the scale (width - 10) / 297.
SHOW = """
window.state = "";
ofd.parseOfdDocument({
  ofd: location.origin + "/face.ofd",
  success(documents) {
    const pages = ofd.renderOfd(1198, documents[0]);
    pages.forEach((page) => document.getElementById("page").appendChild(page));
    document.fonts.ready.then(() => { window.state = "shown, " + pages.length; });
  },
  fail(error) { window.state = "failed: " + error; },
});"""
SEALS = """JSON.stringify([...document.querySelectorAll("[name=seal_img_div]")].map((seal) => ({
  valid: JSON.parse(seal.dataset.signedInfo).VerifyRet,
  box: ["left", "top", "width", "height"].map((side) => parseFloat(seal.style[side])),
  above: Math.max(...[...document.querySelectorAll("#page svg")].filter((item) => item !== seal)
    .map((item) => Number(item.style.zIndex))) < Number(seal.style.zIndex),
})))"""


class _QuietHandler(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        return


@contextmanager
def _site(folder: Path) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_QuietHandler, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/index.html"
    finally:
        server.shutdown()
        server.server_close()


def _shown(ofd: bytes, folder: Path) -> tuple[list[dict[str, Any]], Path]:
    """What ofd.js says of the seals of a file, and a picture of its page."""
    site = folder / "site"
    site.mkdir()
    (site / "face.ofd").write_bytes(ofd)
    (site / "index.html").write_text(PAGE, encoding="utf-8")
    for name, path in (("ofd.js", SCRIPT), ("serif", serif_path()), ("sans", sans_path())):
        (site / name).symlink_to(path)
    picture = folder / "page.png"
    with _site(site) as address, open_browser() as browser:
        browser.set_width(1198, 850)
        browser.open(address)
        browser.evaluate(SHOW)
        ends = time.monotonic() + 30
        while not browser.evaluate("window.state") and time.monotonic() < ends:
            time.sleep(0.1)
        assert browser.evaluate("window.state") == "shown, 1"
        # A frame more, so that the fonts are in use.
        time.sleep(1)
        seals = json.loads(str(browser.evaluate(SEALS)))
        browser.screenshot(picture)
    return seals, picture


@cache
def _sealed(content_name: str) -> bytes:
    contents: dict[str, FaceContent] = {"sample": CONTENT, "rare": RARE_CONTENT}
    return sealed(contents[content_name])


@pytest.mark.parametrize("name", ["sample", "rare"])
def test_ofdjs_shows_one_valid_seal_and_the_face_as_we_do(name: str, tmp_path: Path) -> None:
    seals, path = _shown(_sealed(name), tmp_path)

    box = [side * PIXELS_PER_MM for side in SEAL_BOX]
    assert seals == [{"valid": True, "box": box, "above": True}]
    with Image.open(path) as picture:
        theirs = picture.convert("L")
    ours = gray_picture(page_png(_sealed(name), dpi=round(PIXELS_PER_MM * 25.4)))
    size = (297 * PIXELS_PER_MM, 210 * PIXELS_PER_MM)
    pictures = [
        picture.resize(size) if picture is ours else picture.crop((0, 0, *size))
        for picture in (ours, theirs)
    ]
    for one, other in (pictures, pictures[::-1]):
        black = one.point([255 * (value < 80) for value in range(256)])
        dark = other.point([255 * (value < 150) for value in range(256)])
        assert black.histogram()[255] > 10_000
        # Half a millimeter is two pixels.
        assert ImageChops.subtract(black, _spread(dark)).histogram()[255] < 60


def test_ofdjs_refuses_another_signature_value(tmp_path: Path) -> None:
    """The test sees a difference: what is not valid is not called so."""
    ofd = _sealed("sample")
    value = files_of(ofd)["Doc_0/Signs/Sign_0/SignedValue.dat"]
    at = ofd.index(value) + len(value) - 1
    damaged = ofd[:at] + bytes((ofd[at] ^ 1,)) + ofd[at + 1 :]
    seals, _ = _shown(damaged, tmp_path)
    assert [seal["valid"] for seal in seals] in ([], [False])


def _spread(picture: Image.Image) -> Image.Image:
    found = picture
    for x in range(-2, 3):
        for y in range(-2, 3):
            found = ImageChops.lighter(found, ImageChops.offset(picture, x, y))
    return found
