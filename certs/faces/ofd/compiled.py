"""OFD faces from compiled templates: ready for the seal in milliseconds.

The layout is that of the PDF face, so both say the same in the same places.
"""

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from certs.errors import FaceError
from certs.faces.content import FaceContent
from certs.faces.face_layouts import lay_out_face
from certs.faces.font_chains import FontChain
from certs.faces.fonts import Family
from certs.faces.layout import FaceLayout
from certs.faces.ofd.documents import (
    OfdDocument,
    StaticPage,
    page_identifiers,
    write_document,
    write_static_page,
)
from certs.faces.ofd.glyph_subsets import GlyphSubsets
from certs.faces.ofd.pages import write_page
from certs.faces.ofd.static_layers import read_static_layer
from certs.faces.ofd.visible_seals import OfdSeal
from certs.faces.ornament import Ornament
from certs.faces.slots import FaceSlots
from certs.faces.workshop import Sheet, TypstWorkshop
from signing.ofd.descriptions import Stamp
from signing.ofd.sealing import PreparedOfd, prepare

OfdTemplateKey = tuple[Path, Ornament, bool]
"""Folder of the license type, ground, and whether the faces say 样本."""
_ANY_TIME: Final = datetime.fromtimestamp(0, UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class CompiledOfdTemplate:
    """A type's face without what varies (编译模板): plain data, good in every process.

    Attributes:
        slots: The places of what varies.
        static: All the rest.
    """

    slots: FaceSlots
    static: StaticPage


class CompiledOfdFaces:
    """Writes OFD faces, each template being compiled when it is first asked for.

    Use it as a context manager, or call ``close``: it owns a temporary folder. Threads may
    share it. Other processes can be given the ``templates`` of one that has compiled them.
    """

    def __init__(
        self,
        fonts: FontChain | None = None,
        templates: Mapping[OfdTemplateKey, CompiledOfdTemplate] | None = None,
    ) -> None:
        """Open the fonts.

        Args:
            fonts: The fonts of the faces; the two families alone if None.
            templates: What has been compiled already.
        """
        self._fonts = fonts or FontChain()
        self._templates = dict(templates or {})
        self._workshop = TypstWorkshop(self._fonts)
        self._subsets = {str(family): GlyphSubsets(self._fonts.named(family)) for family in Family}
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
        self._workshop.close()

    @property
    def templates(self) -> Mapping[OfdTemplateKey, CompiledOfdTemplate]:
        """What has been compiled so far; it can be pickled."""
        with self._turn:
            return dict(self._templates)

    def layout(self, content: FaceContent) -> FaceLayout:
        """Return what varies on a face, in its places.

        Raises:
            MissingGlyphError: A text has a character that no font can print.
            FaceError: The template cannot be compiled, or the texts do not fit.
        """
        return lay_out_face(content, self.template(content).slots, self._fonts)

    def document(self, content: FaceContent, layout: FaceLayout | None = None) -> OfdDocument:
        """Write the document of a face; the same arguments give the same bytes.

        Args:
            content: What it shows and carries.
            layout: Its layout, where the PDF face has one already.

        Raises:
            MissingGlyphError: A text has a character that no font can print.
            FaceError: The template cannot be compiled, or the texts do not fit.
        """
        layout = layout or self.layout(content)
        static = self.template(content).static
        page = write_page(layout, self._fonts, last_identifier=page_identifiers(static)[1])
        fonts = {
            family: self._subsets[family].write(page.characters[family])
            for family in sorted(page.characters)
            if page.characters[family]
        }
        return write_document(content, static, page, fonts)

    def prepare(
        self, content: FaceContent, seal: OfdSeal, layout: FaceLayout | None = None
    ) -> PreparedOfd:
        """Write a face with a seal whose signature value is open.

        Raises:
            MissingGlyphError: A text has a character that no font can print.
            FaceError: The template cannot be compiled, or the texts do not fit.
        """
        document = self.document(content, layout)
        return prepare(
            document.members,
            info=document.info,
            seal=seal.seal,
            stamps=(Stamp(page=document.page, boundary=seal.boundary),),
            signed_at=seal.signed_at,
        )

    def template(self, content: FaceContent) -> CompiledOfdTemplate:
        """Return the compiled template of a face.

        Raises:
            FaceError: It cannot be compiled.
        """
        key = (content.template, content.ornament, content.specimen)
        template = self._templates.get(key)
        if template is None:
            # Two threads may compile the same template; what they get is the same.
            template = self._compiled(content)
            with self._turn:
                self._templates[key] = template
        return template

    def _compiled(self, content: FaceContent) -> CompiledOfdTemplate:
        folder, ornament = content.template, content.ornament
        slots = self._workshop.slots(folder, ornament, specimen=content.specimen)
        svg = self._workshop.draw(
            folder, ornament, Sheet(specimen=content.specimen, created_at=_ANY_TIME)
        )
        width_mm, height_mm = slots.width_mm, slots.height_mm
        paths = read_static_layer(svg, width_mm=width_mm, height_mm=height_mm)
        if not paths:
            raise FaceError("the template draws nothing")
        return CompiledOfdTemplate(
            slots=slots, static=write_static_page(paths, width_mm=width_mm, height_mm=height_mm)
        )
