"""The page of a receipt (受理通知书) compared with the signed receipt inside it.

The seal vouches for the page and for what is attached to it. This check tells that both say the
same of what matters: number, case, applicant, last day, and how each material was obtained.
Explanations beside them are not compared.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from certs.envelopes import parse_envelope
from signing.errors import InvalidSignatureError
from verify.carriers.receipts import MAX_RECEIPT_BYTES
from verify.case_receipts.documents import CaseReceiptDocument
from verify.case_receipts.statements import Obtained
from verify.case_receipts.words import OBTAINED
from verify.checks import Check, Outcome
from verify.errors import MalformedReceiptError
from verify.report import Finding

_ZERO_WIDTH: Final = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff"))


def check_receipt_page(attached: tuple[bytes, ...], text: str | None) -> Finding:
    """受理通知书页面: what the page says is what the signed receipt inside it says.

    Args:
        attached: The different receipts that are attached.
        text: What the page says; None if nobody could read it.
    """
    if len(attached) != 1:
        return _finding(Outcome.BAD, "several", count=str(len(attached)))
    try:
        document, _ = CaseReceiptDocument.parse(attached[0])
        parse_envelope(attached[0], max_bytes=MAX_RECEIPT_BYTES).verify()
        wanted = tuple(_wanted(document))
    except InvalidSignatureError:
        return _finding(Outcome.BAD, "altered")
    except (MalformedReceiptError, KeyError, TypeError, ValueError):
        return _finding(Outcome.BAD, "malformed")
    if text is None:
        return _finding(Outcome.UNKNOWN, "unread")
    said = _dense(text)
    missing = "" if document.number in said else "number"
    missing = missing or next(_missing(wanted, said), "")
    if missing:
        return _finding(Outcome.BAD, "differs", place=missing)
    count = sum(place.endswith(".obtained") for place, _ in wanted)
    return _finding(Outcome.OK, "", number=document.number, count=str(count))


def _wanted(document: CaseReceiptDocument) -> Iterator[tuple[str, str]]:
    """Yield what the page has to say in this order, each with the name of its place."""
    statement: Mapping[str, Any] = document.statement
    applicant = statement["applicant"]
    yield "version", f"第 {document.version} 版"
    yield "matter", statement["matter"]["zh"]
    yield "applicant", applicant["name"] + applicant["code"]
    yield "case", statement["case"]
    yield "done_by", statement["done_by"]
    for line in statement["materials"]:
        how, _ = OBTAINED[Obtained(line["obtained"])]
        yield f"materials.{line['code']}", line["zh"]
        yield f"materials.{line['code']}.obtained", how
        for name in ("reason_zh", "license"):
            if name in line:
                yield f"materials.{line['code']}.{name}", line[name]


def _missing(wanted: tuple[tuple[str, str], ...], said: str) -> Iterator[str]:
    """Yield the places of which the page does not say what it has to, in its order."""
    at = 0
    for place, text in wanted:
        dense = _dense(text)
        found = said.find(dense, at)
        if found < 0:
            yield place
        else:
            at = found + len(dense)


def _dense(text: str) -> str:
    return "".join(text.translate(_ZERO_WIDTH).split())


def _finding(outcome: Outcome, reason: str, **facts: str) -> Finding:
    return Finding(check=Check.RECEIPT_PAGE, outcome=outcome, reason=reason, facts=facts)
