"""License faces (照面) as PDF/A-3b, typeset by typst from the template of the license type.

A type's folder holds ``face.typ``, which defines ``face(face)``: a function from what is to be
shown to the content of one page. The document around it (metadata, attachments, ground) is the
same for all types and is written here. The seal is not part of the template: the sealer puts it
into the place the type names.
"""

import json
import shutil
import tempfile
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum, unique
from pathlib import Path
from types import TracebackType
from typing import Self

import typst

from certs.errors import FaceError, MissingGlyphError
from certs.faces.fonts import Family, font_folder, missing_characters
from certs.faces.ornament import Ornament, draw_ground
from certs.faces.qr import qr_svg

TEMPLATE_NAME = "face.typ"
"""The file in a type's folder that draws the face."""

_MAX_TEMPLATE_FILES, _MAX_TEMPLATE_BYTES = 32, 4 << 20
_MAX_ATTACHMENTS = 8
_MAX_CHARACTERS = 20_000

# All that varies from face to face comes in as JSON: it is data and can never become markup.
_MAIN = f"""
#import "template/{TEMPLATE_NAME}": face
#let given = json(bytes(sys.inputs.face))
#set document(
  title: given.title, author: given.author, keywords: given.identifier,
)
#set text(font: {json.dumps([*Family]).replace("[", "(").replace("]", ")")},
  lang: "zh", region: "cn", fallback: false)
#set page(width: given.width * 1mm, height: given.height * 1mm, margin: 0mm,
  background: image("ground.svg", width: 100%, height: 100%, alt: "底纹"))
#for file in given.attachments {{
  pdf.attach(file.name, read(file.path, encoding: none), relationship: file.relationship,
    mime-type: file.media_type, description: file.description)
}}
#face(given + (qr: image(bytes(sys.inputs.qr), format: "svg", width: 100%, alt: "二维码")))
"""


@unique
class Relationship(StrEnum):
    """How an attached file relates to the page (AFRelationship, ISO 32000-2, 7.11.3)."""

    SOURCE = "source"
    DATA = "data"
    ALTERNATIVE = "alternative"
    SUPPLEMENT = "supplement"


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file inside a face (附件).

    Attributes:
        name: File name, for instance ``license.json``.
        media_type: For instance ``application/json``.
        description: What it is, in Chinese.
        relationship: How it relates to the page.
        content: Its bytes.
    """

    name: str
    media_type: str
    description: str
    relationship: Relationship
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class FaceContent:
    """What one face shows and carries.

    Attributes:
        template: Folder of the license type, with ``face.typ``.
        values: Texts to show by field name.
        title: Title of the document, the name of the license type first.
        author: 发证机关.
        identifier: 证照标识.
        qr_text: What the QR code says.
        created_at: Time of making, timezone-aware.
        specimen: The face is a 样本 and says so.
        attachments: Files to embed.
        ornament: Size and colors of the ground.
    """

    template: Path
    values: Mapping[str, str]
    title: str
    author: str
    identifier: str
    qr_text: str
    created_at: datetime
    specimen: bool
    attachments: tuple[Attachment, ...] = ()
    ornament: Ornament = Ornament()  # noqa: RUF009  frozen, like a number

    def __post_init__(self) -> None:
        if self.created_at.tzinfo is None:
            raise FaceError("the time of making a face has a time zone")
        if len(self.attachments) > _MAX_ATTACHMENTS:
            raise FaceError(f"a face carries at most {_MAX_ATTACHMENTS} files")


class TypstRenderer:
    """Renders faces; keeps compilers, which makes the second face ten times faster.

    Use it as a context manager, or call ``close``: it owns a temporary folder. Threads may
    share it and take turns; batches use one renderer per process.
    """

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="yinxin-faces-")
        self._fonts = typst.Fonts(
            include_system_fonts=False,
            include_embedded_fonts=False,
            font_paths=[str(font_folder())],
        )
        self._benches: dict[tuple[Path, Ornament], _Bench] = {}
        self._turn = threading.Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Remove the temporary folder. Closing twice does no harm."""
        with self._turn:
            self._benches.clear()
            self._folder.cleanup()

    def render(self, content: FaceContent) -> bytes:
        """Render a face.

        Returns:
            A PDF/A-3b of one page with a classic cross-reference table; the same content
            always gives the same bytes.

        Raises:
            MissingGlyphError: A text has a character that no font can print.
            FaceError: The template is missing or typst refuses it, or the texts do not fit.
        """
        _check_texts(content)
        qr = qr_svg(content.qr_text)
        with self._turn:
            return self._bench(content).render(content, qr)

    def _bench(self, content: FaceContent) -> "_Bench":
        if not Path(self._folder.name).is_dir():
            raise FaceError("the renderer is closed")
        key = (content.template, content.ornament)
        if key not in self._benches:
            root = Path(self._folder.name) / str(len(self._benches))
            self._benches[key] = _Bench(root, content, self._fonts)
        return self._benches[key]


class _Bench:
    """One type's workplace: a root folder with copies of its template, and a compiler."""

    def __init__(self, root: Path, content: FaceContent, fonts: typst.Fonts) -> None:
        try:
            root.mkdir(exist_ok=True)
            _copy_template(content.template, root / "template")
            (root / "ground.svg").write_text(draw_ground(content.ornament), encoding="utf-8")
            (root / "main.typ").write_text(_MAIN, encoding="utf-8")
        except OSError as error:
            raise FaceError(f"no usable template in {content.template}") from error
        self._root = root
        # Without a package folder of its own the compiler could reach packages of the machine.
        self._compiler = typst.Compiler(
            str(root / "main.typ"),
            root=str(root),
            font_paths=fonts,
            package_path=str(root / "packages"),
            package_cache_path=str(root / "packages"),
        )

    def render(self, content: FaceContent, qr: str) -> bytes:
        paths = [self._root / f"attachment-{i}" for i in range(len(content.attachments))]
        try:
            for path, attachment in zip(paths, content.attachments, strict=True):
                path.write_bytes(attachment.content)
            pdf, warnings = self._compiler.compile_with_warnings(
                format="pdf",
                pdf_standards="a-3b",
                pdf_tags=False,
                timestamp=int(content.created_at.timestamp()),
                sys_inputs={"face": _as_json(content), "qr": qr},
            )
        except (typst.TypstError, ValueError) as error:
            raise FaceError(f"typst refuses the face: {error}") from error
        finally:
            # They hold personal data and are not left lying about.
            for path in paths:
                path.unlink(missing_ok=True)
        if warnings or not isinstance(pdf, bytes):
            raise FaceError(f"typst warns of the face: {[str(warning) for warning in warnings]}")
        return pdf


def _check_texts(content: FaceContent) -> None:
    text = "".join((content.title, content.author, content.identifier, *content.values.values()))
    if len(text) > _MAX_CHARACTERS:
        raise FaceError(f"a face shows at most {_MAX_CHARACTERS} characters")
    if missing := missing_characters(text):
        raise MissingGlyphError(missing)


def _copy_template(template: Path, target: Path) -> None:
    files = [file for file in sorted(template.iterdir()) if file.is_file()]
    size = sum(file.stat().st_size for file in files)
    if len(files) > _MAX_TEMPLATE_FILES or size > _MAX_TEMPLATE_BYTES:
        raise FaceError(f"the folder {template} is too large for a template")
    if template / TEMPLATE_NAME not in files:
        raise FaceError(f"{template} has no {TEMPLATE_NAME}")
    target.mkdir(exist_ok=True)
    for file in files:
        shutil.copyfile(file, target / file.name)


def _as_json(content: FaceContent) -> str:
    return json.dumps(
        {
            "values": dict(content.values),
            "title": content.title,
            "author": content.author,
            "identifier": content.identifier,
            "specimen": content.specimen,
            "width": content.ornament.width_mm,
            "height": content.ornament.height_mm,
            "attachments": [
                {
                    "name": attachment.name,
                    "path": f"attachment-{index}",
                    "media_type": attachment.media_type,
                    "description": attachment.description,
                    "relationship": attachment.relationship,
                }
                for index, attachment in enumerate(content.attachments)
            ],
        },
        ensure_ascii=False,
        sort_keys=True,
    )
