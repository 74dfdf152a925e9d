"""Receipts of cases on paper (受理通知书): the page that the applicant takes home."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from certs.faces.font_chains import FontChain
from certs.faces.qr import qr_svg
from certs.faces.typeset_pages import printable, typeset_page

_TEMPLATE: Final = Path(__file__).parents[1] / "types" / "receipt" / "case.typ"
SEAL_CENTER_MM: Final = (161.0, 262.5)
"""Where the seal stands on the first page, from its upper left corner."""

Text = Mapping[str, str]
"""``zh`` and ``en``, and whatever else belongs to it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseReceiptPage:
    """What the page says.

    Attributes:
        number: The receipt's number.
        version: Which version it is, in words.
        issuer: Who issues it.
        issued_on: The day, as it stands below the name.
        issued_at: When it was signed.
        address: Where its holder complains; ASCII.
        facts: Of the case; each has ``zh``, ``en``, ``value``.
        materials: Each has ``number``, ``zh``, ``en``, ``how``, ``how_en``, ``detail`` and
            ``tone``: ``had``, ``open`` or ``asked``.
        rules: What may not be asked for, and what follows; ``zh`` and ``en``.
        notes: What has to be said besides.
        specimen: It is a 样本 and says so.
        receipt: The signed receipt, attached as ``case-receipt.json``.
    """

    number: str
    version: str
    issuer: str
    issued_on: str
    issued_at: datetime
    address: str
    facts: Sequence[Text]
    materials: Sequence[Text]
    rules: Sequence[Text]
    notes: Sequence[Text]
    specimen: bool
    receipt: bytes


def typeset_case_receipt(page: CaseReceiptPage) -> bytes:
    """Typeset the page; the same arguments give the same bytes.

    Returns:
        A PDF/A-3b with the receipt attached.

    Raises:
        FaceError: It cannot be typeset.
    """
    fonts = FontChain()
    values: dict[str, object] = {
        "title": f"受理通知书 {page.number}",
        "number": page.number,
        "version": page.version,
        "issuer": page.issuer,
        "issued_on": page.issued_on,
        "facts": [dict(item) for item in page.facts],
        "materials": [dict(item) for item in page.materials],
        "rules": [dict(item) for item in page.rules],
        "notes": [dict(item) for item in page.notes],
        "specimen": page.specimen,
    }
    inputs = {
        "page": json.dumps(printable(values, fonts), ensure_ascii=False),
        "qr": qr_svg(page.address),
        "receipt": page.receipt.decode("utf-8"),
    }
    return typeset_page(_TEMPLATE, inputs, fonts=fonts, made_at=page.issued_at)
