"""Where typst typesets faces: copies of the templates in a temporary folder, and compilers.

A type's folder holds ``face.typ``, which defines ``face(given)``: a function to what all
licenses of the type have in common, with slots for what varies. The document around it
(metadata, attachments, ground, the texts in the slots) is the same for all types and is
written here. The seal is not part of the template: the sealer puts it into the place the type
names.
"""

import json
import shutil
import tempfile
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import typst

from certs.errors import FaceError
from certs.faces.content import Attachment
from certs.faces.font_chains import FontChain
from certs.faces.fonts import Family
from certs.faces.ornament import Ornament, draw_ground
from certs.faces.slots import FaceSlots, parse_slots

TEMPLATE_NAME: Final = "face.typ"
"""The file in a type's folder that draws the face."""

_SHARED: Final = Path(__file__).parents[1] / "types" / "shared"
_MAX_TEMPLATE_FILES, _MAX_TEMPLATE_BYTES = 32, 4 << 20

_REFUSALS: Final = (typst.TypstError, RuntimeError, ValueError)
_ANY_TIME: Final = datetime.fromtimestamp(0, UTC)

# All that varies from face to face comes in as JSON: it is data and can never become markup.
# The empty box keeps typst from moving a sign that opens a run to the left.
_MAIN: Final = f"""
#import "template/{TEMPLATE_NAME}": face
#let given = json(bytes(sys.inputs.face))
#set document(title: given.title, author: given.author, keywords: given.keywords)
#set text(font: {json.dumps([*Family]).replace("[", "(").replace("]", ")")},
  lang: "zh", region: "cn", fallback: false)
#set page(width: given.width * 1mm, height: given.height * 1mm, margin: 0mm,
  background: image("ground.svg", width: 100%, height: 100%, alt: "底纹"))
#for file in given.attachments {{
  pdf.attach(file.name, read(file.path, encoding: none), relationship: file.relationship,
    mime-type: file.media_type, description: file.description)
}}
#face((specimen: given.specimen, width: given.width * 1mm, height: given.height * 1mm))
#for run in given.runs {{
  place(top + left, dx: run.x * 1mm, dy: run.baseline * 1mm, text(
    font: run.family, size: run.size * 1pt, fill: rgb(run.color), top-edge: "baseline",
    bottom-edge: "baseline", kerning: false, ligatures: false, cjk-latin-spacing: none,
    box(width: 0pt) + run.text,
  ))
}}
#for code in given.codes {{
  place(top + left, dx: code.x * 1mm, dy: code.y * 1mm,
    image(bytes(sys.inputs.qr), format: "svg", width: code.size * 1mm, alt: "二维码"))
}}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """What typst is told of one face, beside the template.

    Attributes:
        title: Title of the document.
        author: Its author.
        keywords: Its keywords.
        specimen: The face is a 样本.
        created_at: Time of making.
        runs: The texts in their places.
        codes: The places of the QR code.
        qr: The QR code, an SVG.
        attachments: Files to embed.
    """

    title: str = ""
    author: str = ""
    keywords: str = ""
    specimen: bool
    created_at: datetime
    runs: Sequence[Mapping[str, object]] = ()
    codes: Sequence[Mapping[str, float]] = ()
    qr: str = ""
    attachments: tuple[Attachment, ...] = ()


class TypstWorkshop:
    """Keeps compilers, which makes the second face ten times faster.

    It owns a temporary folder; ``close`` removes it. Threads may share it and take turns;
    batches use one workshop per process.
    """

    def __init__(self, fonts: FontChain) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="yinxin-faces-")
        self._fonts = typst.Fonts(
            include_system_fonts=False,
            include_embedded_fonts=False,
            font_paths=[str(folder) for folder in fonts.folders],
        )
        self._benches: dict[tuple[Path, Ornament], _Bench] = {}
        self._turn = threading.Lock()

    def close(self) -> None:
        """Remove the temporary folder. Closing twice does no harm."""
        with self._turn:
            self._benches.clear()
            self._folder.cleanup()

    def slots(self, template: Path, ornament: Ornament, *, specimen: bool) -> FaceSlots:
        """Return the places that a template declares.

        Raises:
            FaceError: The template is missing, or typst refuses it, or a slot makes no sense.
        """
        with self._turn:
            return self._bench(template, ornament).slots(specimen=specimen)

    def compile(self, template: Path, ornament: Ornament, sheet: Sheet) -> bytes:
        """Typeset a face; the same arguments give the same bytes.

        Raises:
            FaceError: The template is missing, or typst refuses it or warns of it.
        """
        with self._turn:
            return self._bench(template, ornament).compile(sheet)

    def draw(self, template: Path, ornament: Ornament, sheet: Sheet) -> str:
        """Draw a face of one page as SVG; attachments are left out.

        Raises:
            FaceError: As `compile`, or there are several pages.
        """
        with self._turn:
            return self._bench(template, ornament).draw(sheet)

    def _bench(self, template: Path, ornament: Ornament) -> "_Bench":
        if not Path(self._folder.name).is_dir():
            raise FaceError("the renderer is closed")
        key = (template, ornament)
        if key not in self._benches:
            root = Path(self._folder.name) / str(len(self._benches))
            self._benches[key] = _Bench(root, template, ornament, self._fonts)
        return self._benches[key]


class _Bench:
    """One type's workplace: a root folder with copies of its template, and a compiler."""

    def __init__(self, root: Path, template: Path, ornament: Ornament, fonts: typst.Fonts) -> None:
        try:
            root.mkdir(exist_ok=True)
            _copy_template(template, root / "template")
            _copy_template(_SHARED, root / "shared", needed="slots.typ")
            (root / "ground.svg").write_text(draw_ground(ornament), encoding="utf-8")
            (root / "main.typ").write_text(_MAIN, encoding="utf-8")
        except OSError as error:
            raise FaceError(f"no usable template in {template}") from error
        self._root = root
        self._ornament = ornament
        self._fonts = fonts
        self._slots: dict[bool, FaceSlots] = {}
        # Without a package folder of its own the compiler could reach packages of the machine.
        self._compiler = typst.Compiler(
            str(root / "main.typ"),
            root=str(root),
            font_paths=fonts,
            package_path=str(root / "packages"),
            package_cache_path=str(root / "packages"),
        )

    def slots(self, *, specimen: bool) -> FaceSlots:
        if specimen not in self._slots:
            self._slots[specimen] = self._query(specimen=specimen)
        return self._slots[specimen]

    def compile(self, sheet: Sheet) -> bytes:
        paths = [self._root / f"attachment-{i}" for i in range(len(sheet.attachments))]
        try:
            for path, attachment in zip(paths, sheet.attachments, strict=True):
                path.write_bytes(attachment.content)
            pdf, warnings = self._compiler.compile_with_warnings(
                format="pdf",
                pdf_standards="a-3b",
                pdf_tags=False,
                timestamp=int(sheet.created_at.timestamp()),
                sys_inputs={"face": self._as_json(sheet), "qr": sheet.qr},
            )
        except _REFUSALS as error:
            raise FaceError(f"typst refuses the face: {error}") from error
        finally:
            # They hold personal data and are not left lying about.
            for path in paths:
                path.unlink(missing_ok=True)
        if warnings or not isinstance(pdf, bytes):
            raise FaceError(f"typst warns of the face: {[str(warning) for warning in warnings]}")
        return pdf

    def draw(self, sheet: Sheet) -> str:
        alone = replace(sheet, attachments=())
        try:
            svg = self._compiler.compile(
                format="svg", sys_inputs={"face": self._as_json(alone), "qr": sheet.qr}
            )
        except _REFUSALS as error:
            raise FaceError(f"typst refuses the face: {error}") from error
        if not isinstance(svg, bytes):
            raise FaceError("a face is one page")
        return svg.decode("utf-8")

    def _query(self, *, specimen: bool) -> FaceSlots:
        sheet = Sheet(specimen=specimen, created_at=_ANY_TIME)
        try:
            declared = typst.query(
                str(self._root / "main.typ"),
                "<slot>",
                field="value",
                root=str(self._root),
                font_paths=self._fonts,
                package_path=str(self._root / "packages"),
                package_cache_path=str(self._root / "packages"),
                sys_inputs={"face": self._as_json(sheet), "qr": ""},
            )
        except _REFUSALS as error:
            raise FaceError(f"typst refuses the face: {error}") from error
        ornament = self._ornament
        return parse_slots(declared, width_mm=ornament.width_mm, height_mm=ornament.height_mm)

    def _as_json(self, sheet: Sheet) -> str:
        return json.dumps(
            {
                "title": sheet.title,
                "author": sheet.author,
                "keywords": sheet.keywords,
                "specimen": sheet.specimen,
                "width": self._ornament.width_mm,
                "height": self._ornament.height_mm,
                "runs": list(sheet.runs),
                "codes": list(sheet.codes),
                "attachments": [
                    {
                        "name": attachment.name,
                        "path": f"attachment-{index}",
                        "media_type": attachment.media_type,
                        "description": attachment.description,
                        "relationship": attachment.relationship,
                    }
                    for index, attachment in enumerate(sheet.attachments)
                ],
            },
            ensure_ascii=False,
            sort_keys=True,
        )


def _copy_template(template: Path, target: Path, *, needed: str = TEMPLATE_NAME) -> None:
    files = [file for file in sorted(template.iterdir()) if file.is_file()]
    size = sum(file.stat().st_size for file in files)
    if len(files) > _MAX_TEMPLATE_FILES or size > _MAX_TEMPLATE_BYTES:
        raise FaceError(f"the folder {template} is too large for a template")
    if template / needed not in files:
        raise FaceError(f"{template} has no {needed}")
    target.mkdir(exist_ok=True)
    for file in files:
        shutil.copyfile(file, target / file.name)
