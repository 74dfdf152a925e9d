"""The frame around the objects of a file, as we write it: header, objects, table, trailer.

Source: ISO 32000-1:2008, 7.5; ISO 19005-3:2012, 6.1.2 to 6.1.4 (header and table).
"""

from collections.abc import Mapping, Sequence
from typing import Final

from signing.pdf.objects import PdfObject, write_object

HEADER: Final = b"%PDF-1.7\n%\x80\x80\x80\x80\n"


def frame_object(number: int, value: PdfObject) -> bytes:
    """Return an indirect object with its frame."""
    return b"%d 0 obj\n%b\nendobj\n" % (number, write_object(value))


def frame_table(offsets: Sequence[int], trailer: Mapping[str, PdfObject]) -> bytes:
    """Return table and trailer up to the number after ``startxref``.

    Args:
        offsets: Where objects 1 … n begin.
        trailer: ``/Size`` is set here.
    """
    count = len(offsets) + 1
    entries = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    kept = {key: value for key, value in trailer.items() if key != "Size"}
    return b"xref\n0 %d\n0000000000 65535 f \n%btrailer\n%b\nstartxref\n" % (
        count,
        entries,
        write_object({"Size": count, **kept}),
    )
