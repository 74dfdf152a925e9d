"""What a seal looks like on the pages of any PDF: the whole imprint, or a strip of it.

One form holds the drawing; every place shows it through a small form of its own, turned with
the page and cut by its box. Source: ISO 32000-1:2008, 12.5.5 (appearance streams).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from pyhanko.pdf_utils.generic import DictionaryObject, IndirectObject, StreamObject

from signing.pdf.assembly import INK
from signing.pdf.objects import Name
from signing.pdf.sealing import SealAppearance
from signing.reference.documents import Revision
from signing.reference.objects import Value, to_dictionary

_POINTS_PER_MM: Final = 72 / 25.4
# Cosine and sine of the turns that a page can have.
_TURNS: Final = {0: (1, 0), 90: (0, 1), 180: (-1, 0), 270: (0, -1)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Imprint:
    """The drawing of a seal inside a file.

    Attributes:
        form: The form that holds it.
        width: Its own width, points.
        height: Its own height, points.
    """

    form: IndirectObject
    width: float
    height: float

    @classmethod
    def add(cls, revision: Revision, appearance: SealAppearance, *, has_ink: bool) -> "Imprint":
        """Put the drawing of a seal into a file.

        Args:
            revision: Takes it.
            appearance: The drawing.
            has_ink: Print shows through the seal, as with real seal paste; PDF/A-1 forbids it.
        """
        width, height = appearance.width_mm * _POINTS_PER_MM, appearance.height_mm * _POINTS_PER_MM
        state = {"Type": Name("ExtGState"), **({"BM": Name("Multiply")} if has_ink else {})}
        form = _form((width, height), {"ExtGState": {INK: state}}, {"Filter": Name("FlateDecode")})
        stream = StreamObject(dict_data=form, encoded_data=appearance.deflated)
        return cls(form=revision.add_object(stream), width=width, height=height)

    def fitted(
        self, revision: Revision, size_mm: tuple[float, float], rotation: int
    ) -> IndirectObject:
        """Return a form that shows the whole drawing as large as fits, in the middle.

        Args:
            revision: Takes the form.
            size_mm: Width and height of the place, as seen.
            rotation: The page's, so that the seal stands upright.
        """
        width, height = size_mm[0] * _POINTS_PER_MM, size_mm[1] * _POINTS_PER_MM
        factor = min(width / self.width, height / self.height)
        x, y = (width - self.width * factor) / 2, (height - self.height * factor) / 2
        return self._shown(revision, (width, height), (factor, x, y), rotation)

    def strip(
        self, revision: Revision, number: int, count: int, *, rotation: int
    ) -> IndirectObject:
        """Return a form that shows one of ``count`` strips of equal width, counted from 0."""
        width = self.width / count
        return self._shown(revision, (width, self.height), (1, -number * width, 0), rotation)

    def _shown(
        self,
        revision: Revision,
        size: tuple[float, float],
        shift: tuple[float, float, float],
        rotation: int,
    ) -> IndirectObject:
        cosine, sine = _TURNS[rotation]
        matrix = (cosine, sine, -sine, cosine, 0, 0)
        form = _form(size, {"XObject": {"Seal": self.form}}, {"Matrix": matrix})
        factor, x, y = shift
        content = b"q %.5f 0 0 %.5f %.3f %.3f cm /Seal Do Q" % (factor, factor, x, y)
        return revision.add_object(StreamObject(dict_data=form, stream_data=content))


def blank(revision: Revision, size_mm: tuple[float, float]) -> IndirectObject:
    """Return a form that shows nothing, for a field that is still empty (PDF/A wants one)."""
    size = (size_mm[0] * _POINTS_PER_MM, size_mm[1] * _POINTS_PER_MM)
    return revision.add_object(StreamObject(dict_data=_form(size, {}), stream_data=b""))


def _form(
    size: tuple[float, float],
    resources: Mapping[str, Value],
    more: Mapping[str, Value] = MappingProxyType({}),
) -> DictionaryObject:
    entries: dict[str, Value] = {
        "Type": Name("XObject"),
        "Subtype": Name("Form"),
        "BBox": (0, 0, *size),
        "Resources": resources,
    }
    return to_dictionary(entries | dict(more))
