"""What varies on a page as operators of a PDF content stream, each piece under its name.

Source: ISO 32000-1:2008, 8 and 9, 14.6 (marked content).
"""

import re
from functools import cache
from itertools import groupby
from operator import attrgetter
from typing import Final

from certs.faces.layout import POINTS_PER_MM, FaceLayout, PlacedCode, PlacedText
from certs.faces.pdf_fonts import PageFont
from signing.page_marks import CODE_NAME, MARK_PREFIX

GROUND: Final = "Ground"
"""The resource name of the layer that all faces of a template share."""

_ROW: Final = b"y"
# Dark modules are 0 and light ones 255.
_DIGITS: Final = bytes([ord("1"), *([ord("0")] * 255)])


def write_content(layout: FaceLayout, fonts: dict[str, PageFont]) -> bytes:
    """Return the content of a page: the ground, the texts, the code.

    Args:
        layout: What stands where.
        fonts: The page's fonts by family; they learn which characters are used. Their
            resource names are those of `font_name`, in the order of the mapping.
    """
    height = layout.height_mm * POINTS_PER_MM
    names = {family: font_name(index) for index, family in enumerate(fonts)}
    lines = [b"/%b Do" % GROUND.encode("ascii")]
    if layout.texts:
        lines.append(b"BT")
        for mark, runs in groupby(layout.texts, key=attrgetter("mark")):
            texts = [_text(run, names[run.family], fonts[run.family], height) for run in runs]
            lines.extend(_marked(mark, texts))
        lines.append(b"ET")
    if layout.code is not None:
        operators = _code(layout.code, height)
        lines.extend(_marked(CODE_NAME if layout.code.is_marked else "", operators))
    return b"\n".join(lines)


def font_name(index: int) -> str:
    """Return the resource name of the font at ``index``."""
    return f"F{index}"


def _marked(mark: str, operators: list[bytes]) -> list[bytes]:
    """Put operators between the two that say what they show (marked content)."""
    if not mark:
        return operators
    return [b"/%b BMC" % f"{MARK_PREFIX}{mark}".encode("ascii"), *operators, b"EMC"]


def _text(run: PlacedText, name: str, font: PageFont, height: float) -> bytes:
    red, green, blue = (int(run.color[i : i + 2], 16) / 255 for i in (1, 3, 5))
    return b"/%b %.4g Tf %.3g %.3g %.3g rg 1 0 0 1 %.2f %.2f Tm <%b> Tj" % (
        *(name.encode("ascii"), run.size_pt, red, green, blue),
        *(run.x_mm * POINTS_PER_MM, height - run.baseline_mm * POINTS_PER_MM),
        font.encode(run.text),
    )


def _code(code: PlacedCode, height: float) -> list[bytes]:
    """Return the code as one path, so that no reader shows seams between its bars."""
    module = code.size_mm * POINTS_PER_MM / code.modules.size
    left, top = code.x_mm * POINTS_PER_MM, height - code.y_mm * POINTS_PER_MM
    # Row 0 is the upper one: the unit points down.
    return [
        b"q %.5f 0 0 -%.5f %.2f %.2f cm 0 g" % (module, module, left, top),
        *(_row(y, row) for y, row in enumerate(code.modules.rows)),
        b"f Q",
    ]


def _row(y: int, row: bytes) -> bytes:
    """Return the dark modules of one row as rectangles, looked up eight modules at a time."""
    padded = row.ljust(-(-len(row) // 8) * 8, b"\xff")
    octets = int(padded.translate(_DIGITS), 2).to_bytes(len(padded) // 8, "big")
    bars = b"".join([_octet(index, octet) for index, octet in enumerate(octets)])
    return bars.replace(_ROW, b"%d" % y)


@cache
def _octet(index: int, octet: int) -> bytes:
    """Return the rectangles of eight modules, the number of their row being left open."""
    bars = re.finditer("1+", f"{octet:08b}")
    return b"".join(
        b"%d %b %d 1 re\n" % (8 * index + bar.start(), _ROW, bar.end() - bar.start())
        for bar in bars
    )
