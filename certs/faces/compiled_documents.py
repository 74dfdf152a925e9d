"""One face from a compiled template, as the objects of a PDF/A-3b of one page.

The constant objects come first, then the catalog, the page and all that varies.
Source: ISO 32000-1:2008, 7.7 and 7.11; ISO 19005-3:2012, 6.6 and 6.8.
"""

import hashlib
import zlib
from typing import Final

from certs.faces.compiled_templates import GROUND_OBJECT, CompiledTemplate
from certs.faces.content import Attachment, FaceContent
from certs.faces.font_chains import FontChain
from certs.faces.layout import FaceLayout
from certs.faces.page_content import GROUND, font_name, write_content
from certs.faces.pdf_fonts import PageFont, stored
from certs.faces.xmp import CREATOR, write_xmp
from signing.pdf.document import Document
from signing.pdf.objects import Name, PdfObject, Reference, Stream
from signing.pdf.strings import encode_date, encode_text

# The code and the texts deflate to much the same size at any level.
_LEVEL: Final = 1
_ID_BYTES: Final = 16


def build_document(
    content: FaceContent, layout: FaceLayout, template: CompiledTemplate, fonts: FontChain
) -> Document:
    """Return the bare page of a face.

    Args:
        content: What it carries.
        layout: What it shows.
        template: Its static layer.
        fonts: The fonts of the layout.
    """
    return _Builder(content, layout, template).build(fonts)


class _Builder:
    """Numbers the objects of one face, one after the other."""

    def __init__(
        self, content: FaceContent, layout: FaceLayout, template: CompiledTemplate
    ) -> None:
        self._content = content
        self._layout = layout
        self._template = template
        self._objects: list[PdfObject] = list(template.constant)

    def build(self, fonts: FontChain) -> Document:
        page_fonts = {run.family: PageFont(fonts.named(run.family)) for run in self._layout.texts}
        operators = write_content(self._layout, page_fonts)
        metadata = write_xmp(self._content)
        # What the seal will change stands first, behind what all faces share.
        catalog, page, pages = self._add(None), self._add(None), self._add(None)
        information = self._add(self._information())
        self._put(catalog, self._catalog(pages, self._add(_metadata_stream(metadata))))
        self._put(pages, {"Type": Name("Pages"), "Kids": (page,), "Count": 1})
        self._put(page, self._page(pages, self._add(_deflated(operators)), page_fonts))
        identity = self._identity(operators, metadata)
        return Document(
            objects=tuple(self._objects),
            order=tuple(range(1, len(self._objects) + 1)),
            trailer={
                "Size": len(self._objects) + 1,
                "Root": catalog,
                "Info": information,
                "ID": (identity, identity),
            },
            names=frozenset(),
        )

    def _add(self, value: PdfObject) -> Reference:
        self._objects.append(value)
        return Reference(len(self._objects))

    def _put(self, reference: Reference, value: PdfObject) -> None:
        self._objects[reference.number - 1] = value

    def _catalog(self, pages: Reference, metadata: Reference) -> dict[str, PdfObject]:
        attached = {
            attachment.name: self._attach(attachment) for attachment in self._content.attachments
        }
        leaves = [item for name in sorted(attached) for item in (encode_text(name), attached[name])]
        catalog: dict[str, PdfObject] = {
            "Type": Name("Catalog"),
            "Pages": pages,
            "Metadata": metadata,
            "OutputIntents": self._template.output_intents,
            "Lang": b"zh-CN",
            "ViewerPreferences": {"DisplayDocTitle": True},
        }
        if attached:
            catalog["Names"] = {"EmbeddedFiles": {"Names": tuple(leaves)}}
            catalog["AF"] = tuple(attached.values())
        return catalog

    def _attach(self, attachment: Attachment) -> Reference:
        content = attachment.content
        entries: dict[str, PdfObject] = {
            "Type": Name("EmbeddedFile"),
            "Subtype": Name(attachment.media_type),
            "Params": {"Size": len(content), "ModDate": encode_date(self._content.created_at)},
        }
        file = self._add(stored(content, entries))
        return self._add(
            {
                "Type": Name("Filespec"),
                "F": encode_text(attachment.name),
                "UF": encode_text(attachment.name),
                "EF": {"F": file, "UF": file},
                "AFRelationship": Name(attachment.relationship.capitalize()),
                "Desc": encode_text(attachment.description),
            }
        )

    def _page(
        self, pages: Reference, operators: Reference, fonts: dict[str, PageFont]
    ) -> dict[str, PdfObject]:
        resources: dict[str, PdfObject] = {"XObject": {GROUND: GROUND_OBJECT}}
        if fonts:
            resources["Font"] = {
                font_name(index): self._add_font(font) for index, font in enumerate(fonts.values())
            }
        return {
            "Type": Name("Page"),
            "Parent": pages,
            "MediaBox": self._template.media_box,
            "Resources": resources,
            "Contents": operators,
        }

    def _add_font(self, font: PageFont) -> Reference:
        number = len(self._objects) + 1
        self._objects.extend(font.objects(number))
        return Reference(number)

    def _information(self) -> dict[str, PdfObject]:
        content, date = self._content, encode_date(self._content.created_at)
        return {
            "Title": encode_text(content.title),
            "Author": encode_text(content.author),
            "Keywords": encode_text(content.identifier),
            "Creator": encode_text(CREATOR),
            "CreationDate": date,
            "ModDate": date,
        }

    def _identity(self, operators: bytes, metadata: bytes) -> bytes:
        state = hashlib.new("sm3", operators)
        state.update(metadata)
        for attachment in self._content.attachments:
            state.update(attachment.content)
        return state.digest()[:_ID_BYTES]


def _metadata_stream(metadata: bytes) -> Stream:
    return stored(metadata, {"Type": Name("Metadata"), "Subtype": Name("XML")})


def _deflated(data: bytes) -> Stream:
    packed = zlib.compress(data, _LEVEL)
    return Stream(entries={"Length": len(packed), "Filter": Name("FlateDecode")}, data=packed)
