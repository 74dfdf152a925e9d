"""Faces from compiled templates: ready for the seal in milliseconds, without typesetting.

The layout is that of every other face; the file is the one that typst's page would become,
written in the order that lets all faces of a template begin with the same bytes, whose SM3
state is kept.
"""

import threading
from collections import OrderedDict
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from certs.faces.compiled_documents import build_document
from certs.faces.compiled_templates import CompiledTemplate, compile_template
from certs.faces.content import FaceContent
from certs.faces.face_layouts import lay_out_face
from certs.faces.font_chains import FontChain
from certs.faces.layout import FaceLayout
from certs.faces.ornament import Ornament
from certs.faces.workshop import TypstWorkshop
from signing.pdf.assembly import PreparedPdf
from signing.pdf.document import Document
from signing.pdf.openings import Opening
from signing.pdf.sealing import (
    SealAppearance,
    VisibleSeal,
    begin_document,
    prepare_document,
)

TemplateKey = tuple[Path, Ornament, bool]
"""Folder of the license type, ground, and whether the faces say 样本."""
_OpeningKey = tuple[TemplateKey, SealAppearance, int]

MAX_OPENINGS: Final = 64


class CompiledFaces:
    """Writes faces, each template being compiled when it is first asked for.

    Use it as a context manager, or call ``close``: it may own a temporary folder. Threads may
    share it. Other processes can be given the ``templates`` of one that has compiled them.
    """

    def __init__(
        self,
        fonts: FontChain | None = None,
        templates: Mapping[TemplateKey, CompiledTemplate] | None = None,
    ) -> None:
        """Open the fonts.

        Args:
            fonts: The fonts of the faces; the two families alone if None.
            templates: What has been compiled already.
        """
        self._fonts = fonts or FontChain()
        self._templates = dict(templates or {})
        self._workshop = TypstWorkshop(self._fonts)
        self._openings: OrderedDict[_OpeningKey, Opening] = OrderedDict()
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
    def templates(self) -> Mapping[TemplateKey, CompiledTemplate]:
        """What has been compiled so far; it can be pickled."""
        with self._turn:
            return dict(self._templates)

    def missing_characters(self, text: str) -> str:
        """Return the characters that cannot be printed, each once, in order of appearance."""
        return self._fonts.missing(text)

    def layout(self, content: FaceContent) -> FaceLayout:
        """Return what varies on a face, in its places, for a writer of any kind of file.

        Raises:
            MissingGlyphError: A text has a character that no font can print.
            FaceError: The template cannot be compiled, or the texts do not fit.
        """
        return lay_out_face(content, self.template(content).slots, self._fonts)

    def prepare(self, content: FaceContent, seal: VisibleSeal) -> PreparedPdf:
        """Write a face with a seal whose signature value is open.

        Returns:
            A PDF/A-3b of one page and one revision; the same arguments give the same bytes.

        Raises:
            MissingGlyphError: A text has a character that no font can print.
            FaceError: The template cannot be compiled, or the texts do not fit.
            MalformedPdfError: The seal does not lie on the page.
        """
        layout = self.layout(content)
        bare = build_document(content, layout, self.template(content), self._fonts)
        opening = self._opening(content, bare, seal.appearance)
        return prepare_document(bare, seal, opening=opening)

    def template(self, content: FaceContent) -> CompiledTemplate:
        """Return the compiled template of a face.

        Raises:
            FaceError: It cannot be compiled.
        """
        key = _key(content)
        template = self._templates.get(key)
        if template is None:
            # Two threads may compile the same template; what they get is the same.
            folder, ornament, specimen = key
            template = compile_template(self._workshop, folder, ornament, specimen=specimen)
            with self._turn:
                self._templates[key] = template
        return template

    def _opening(self, content: FaceContent, bare: Document, appearance: SealAppearance) -> Opening:
        """Return how the file begins; the number of objects stands in it."""
        key = (_key(content), appearance, len(bare.objects))
        with self._turn:
            opening = self._openings.get(key)
            if opening is not None:
                self._openings.move_to_end(key)
                return opening
        count = len(self.template(content).constant)
        opening = begin_document(bare, appearance, count=count)
        with self._turn:
            self._openings[key] = opening
            while len(self._openings) > MAX_OPENINGS:
                self._openings.popitem(last=False)
        return opening


def _key(content: FaceContent) -> TemplateKey:
    return content.template, content.ornament, content.specimen
