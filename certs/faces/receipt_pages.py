"""Receipts on paper (核验回执): a page for those who must print, with the receipt inside.

The page is for people; what can be re-checked is the signed receipt attached to it.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from certs.faces.font_chains import FontChain
from certs.faces.qr import qr_svg
from certs.faces.typeset_pages import printable, typeset_page

_TEMPLATE: Final = Path(__file__).parents[1] / "types" / "receipt" / "page.typ"
SEAL_CENTER_MM: Final = (161.0, 262.5)
"""Where the seal stands on the first page, from its upper left corner."""

Text = Mapping[str, str]
"""``zh`` and ``en``, and whatever else belongs to it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """Facts under a heading; each row has ``zh``, ``en``, ``value``, and perhaps ``wide``."""

    zh: str
    en: str
    rows: Sequence[Mapping[str, str | bool]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptPage:
    """What the page says.

    Attributes:
        title: Title of the document.
        number: The receipt's number.
        conclusion: ``passed``, ``failed`` or ``indeterminate``.
        words: The conclusion in a word, ``zh`` and ``en``.
        sentence: The verdict in a sentence, ``zh`` and ``en``.
        verifier: Who verified.
        issued_on: The day, as it stands below the name.
        issued_at: When the receipt was signed.
        address: Where the receipt can be fetched; ASCII.
        sections: Facts.
        others: Findings that are not good, each with ``outcome``.
        good: Findings that are.
        notes: What has to be said besides.
        specimen: It is a 样本 and says so.
        receipt: The signed receipt, attached as ``receipt.json``.
    """

    title: str
    number: str
    conclusion: str
    words: Text
    sentence: Text
    verifier: str
    issued_on: str
    issued_at: datetime
    address: str
    sections: Sequence[Section]
    others: Sequence[Text]
    good: Sequence[Text]
    notes: Sequence[Text]
    specimen: bool
    receipt: bytes


def typeset_receipt(page: ReceiptPage) -> bytes:
    """Typeset the page; the same arguments give the same bytes.

    Returns:
        A PDF/A-3b, of one page as a rule, with the receipt attached.

    Raises:
        FaceError: It cannot be typeset.
    """
    fonts = FontChain()
    inputs = {
        "page": json.dumps(printable(_values(page), fonts), ensure_ascii=False),
        "qr": qr_svg(page.address),
        "receipt": page.receipt.decode("utf-8"),
    }
    return typeset_page(_TEMPLATE, inputs, fonts=fonts, made_at=page.issued_at)


def _values(page: ReceiptPage) -> dict[str, object]:
    return {
        "title": page.title,
        "author": page.verifier,
        "number": page.number,
        "conclusion": page.conclusion,
        "conclusion_zh": page.words["zh"],
        "conclusion_en": page.words["en"],
        "zh": page.sentence["zh"],
        "en": page.sentence["en"],
        "verifier": page.verifier,
        "issued_on": page.issued_on,
        "sections": [
            {"zh": item.zh, "en": item.en, "rows": [dict(row) for row in item.rows]}
            for item in page.sections
        ],
        "others": [dict(item) for item in page.others],
        "good": [dict(item) for item in page.good],
        "notes": [dict(item) for item in page.notes],
        "specimen": page.specimen,
    }
