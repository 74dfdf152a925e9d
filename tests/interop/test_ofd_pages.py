"""Pages and seals of OFD files that other programs made, as pictures."""

import pytest
from PIL import Image

from certs.errors import FaceError
from certs.faces.ofd.rendering import page_count, page_png, seal_images
from tests.openssl import VECTORS
from tests.unit.certs.face_samples import opened_picture

SIGNED = VECTORS / "ofd-signed"
pytestmark = pytest.mark.skipif(
    not SIGNED.is_dir(), reason=f"no vectors at {VECTORS} (set YINXIN_VECTORS)"
)


def _red(picture: Image.Image) -> list[tuple[int, int]]:
    """The red pixels from the fourth to the tenth centimeter of a picture at 72 dpi."""
    found = []
    for y in range(110, 284):
        for x in range(picture.width):
            pixel = picture.getpixel((x, y))
            assert isinstance(pixel, tuple)
            if pixel[0] > 200 and pixel[1] < 100:
                found.append((x, y))
    return found


def test_files_of_other_programs_are_drawn_with_their_seals() -> None:
    shown: dict[str, int] = {}
    for path in sorted(SIGNED.iterdir()):
        data = path.read_bytes()
        assert all(page_png(data, page=number + 1, dpi=36) for number in range(page_count(data)))
        shown[path.name] = len(seal_images(data))
    assert shown["two-seals.ofd"] == shown["h.ofd"] == 2
    assert shown["sealed1.ofd"] == shown["sealed4.ofd"] == shown["sealed5.ofd"] == 1
    assert shown["signed-p7.ofd"] == shown["hello-integrity.ofd"] == 0


def test_a_seal_stands_where_its_stamp_says() -> None:
    data = (SIGNED / "sealed4.ofd").read_bytes()
    red = _red(opened_picture(page_png(data, dpi=72)).convert("RGB"))
    scale = 72 / 25.4
    for side in (0, 1):
        assert 50 * scale - 1 <= min(place[side] for place in red) <= 53 * scale
        assert 87 * scale <= max(place[side] for place in red) <= 90 * scale + 1


def test_a_seal_across_pages_shows_a_strip_on_each() -> None:
    data = (SIGNED / "V4RideRight.ofd").read_bytes()
    scale = 72 / 25.4
    strips = []
    for page in range(1, 6):
        picture = opened_picture(page_png(data, page=page, dpi=72)).convert("RGB")
        strips.append(_red(picture))
        assert strips[-1]
        # The strip is eight millimeters wide, at the right edge.
        assert min(x for x, _ in strips[-1]) >= 202 * scale - 1
    assert len({frozenset(strip) for strip in strips}) == 5


def test_fuzzed_files_are_drawn_or_refused() -> None:
    outcomes = {"drawn": 0, "refused": 0}
    for path in sorted((VECTORS / "ofd-fuzz").iterdir()):
        try:
            page_png(path.read_bytes(), dpi=36)
            seal_images(path.read_bytes())
            outcomes["drawn"] += 1
        except FaceError:
            outcomes["refused"] += 1
    assert min(outcomes.values()) > 0
