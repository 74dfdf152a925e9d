"""Revisions that were added to a PDF after a signature (增量更新), and what they change.

pyHanko compares the signed revision with every later one; each object that the later revisions
write has to be explained, so hidden, replaced and swapped content shows as ``OTHER``. Source:
ISO 32000-1:2008, 7.5.6 (incremental updates), 12.8.2.2 (DocMDP).
"""

import io
import logging
import re
from typing import Any, Final

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import (
    DEFAULT_DIFF_POLICY,
    ModificationLevel,
    SuspiciousModification,
)

from signing.later_changes import LaterChanges

_END: Final = re.compile(rb"startxref\s+(\d{1,10})\s+%%EOF[\r\n]{0,2}\Z")
_END_MARK: Final = b"%%EOF"
_TAIL_BYTES: Final = 64
_MAX_REVISIONS: Final = 32
_NO_CHANGES_ALLOWED: Final = 1


_LEVELS: Final = {
    ModificationLevel.NONE: LaterChanges.NONE,
    ModificationLevel.LTA_UPDATES: LaterChanges.VALIDATION_DATA,
    ModificationLevel.FORM_FILLING: LaterChanges.FORM_FILLING,
    ModificationLevel.ANNOTATIONS: LaterChanges.OTHER,
    ModificationLevel.OTHER: LaterChanges.OTHER,
}


def classify_later_changes(data: bytes, signed_end: int) -> LaterChanges:
    """Return what the revisions after the first ``signed_end`` bytes do to the document.

    ``FORM_FILLING`` includes a further signature in a field that stood empty; whether that
    signature is good is asked elsewhere. Bytes that belong to no revision are ``OTHER``.
    """
    if signed_end >= len(data):
        return LaterChanges.NONE
    signed, last = _declared(data[:signed_end]), _declared(data)
    if signed is None or last is None:
        return LaterChanges.OTHER
    logger = logging.getLogger("pyhanko")
    level = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        return _review(data, signed, last, signed_end)
    except (PdfError, ValueError, TypeError, LookupError, AttributeError):
        return LaterChanges.UNREADABLE
    except (ArithmeticError, NotImplementedError, RecursionError):
        return LaterChanges.UNREADABLE
    finally:
        logger.setLevel(level)


def _declared(revision: bytes) -> int | None:
    """Return where the revision that ends here says its cross-references stand."""
    end = _END.search(revision[-_TAIL_BYTES:])
    return int(end[1]) if end else None


def _review(data: bytes, signed: int, last: int, signed_end: int) -> LaterChanges:
    reader = PdfFileReader(io.BytesIO(data))
    count = reader.xrefs.total_revisions
    if count > _MAX_REVISIONS:
        return LaterChanges.OTHER
    starts = [reader.xrefs.get_startxref_for_revision(number) for number in range(count)]
    # A chain that leaves the signed revision out shows a document that was never signed.
    if signed not in starts or last != starts[-1]:
        return LaterChanges.OTHER
    # Every end of a revision needs a table of its own, or bytes lie between that none explains.
    later = starts[starts.index(signed) + 1 :]
    if data.count(_END_MARK, signed_end) != len(later) or min(later, default=0) < signed_end:
        return LaterChanges.OTHER
    result = DEFAULT_DIFF_POLICY.review_file(reader, starts.index(signed))
    if isinstance(result, SuspiciousModification):
        return LaterChanges.OTHER
    level = result.modification_level
    if level > ModificationLevel.LTA_UPDATES and _forbids_changes(reader, starts.index(signed)):
        return LaterChanges.OTHER
    return _LEVELS[level]


def _forbids_changes(reader: PdfFileReader, revision: int) -> bool:
    """Whether the signed revision was certified with DocMDP P 1 (12.8.2.2.2, table 254)."""
    root = reader.get_historical_resolver(revision).root
    certification = _entry(_entry(root, "/Perms"), "/DocMDP")
    for number in range(len(_entry(certification, "/Reference"))):
        reference = certification["/Reference"][number]
        parameters = _entry(reference, "/TransformParams")
        is_certification = reference["/TransformMethod"] == "/DocMDP"
        if is_certification and _entry(parameters, "/P") == _NO_CHANGES_ALLOWED:
            return True
    return False


def _entry(dictionary: generic.DictionaryObject, key: str) -> Any:  # noqa: ANN401 - any PDF object
    """Return an entry with its reference followed, which ``get`` does not do."""
    return dictionary[key] if key in dictionary else generic.DictionaryObject()
