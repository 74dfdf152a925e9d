"""The layout of one face, the same for the PDF and the OFD that are written from it."""

from certs.faces.content import FaceContent
from certs.faces.font_chains import FontChain
from certs.faces.layout import FaceLayout, lay_out
from certs.faces.qr import qr_modules
from certs.faces.slots import FaceSlots


def lay_out_face(content: FaceContent, slots: FaceSlots, fonts: FontChain) -> FaceLayout:
    """Put what a face says into the places of its template, each piece under its name.

    Raises:
        MissingGlyphError: A text has a character that no font can print.
        FaceError: The texts do not fit, or the template has no place for what must be said.
    """
    texts = content.texts
    fonts.check((content.title, content.author, *texts.values()))
    content.check_places(slot.name for slot in slots.texts)
    code = qr_modules(content.qr_text)
    return lay_out(slots, texts, fonts=fonts, code=code, mark_of=content.mark_of)
