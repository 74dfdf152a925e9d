"""The check on a file brought beside a receipt (原件比对): the one, and saying the same."""

from dataclasses import replace
from typing import Final

from verify.checks import Check, Outcome
from verify.errors import MalformedExaminationError
from verify.examination import Examination
from verify.examination_json import examination_json
from verify.receipt_statements import first_difference, place_of
from verify.receipts import kept_form
from verify.report import DocumentFormat, Finding

_UNREAD: Final = "limits"


def check_file(stated: Examination, brought: Examination) -> Finding:
    """Compare what a file says with what the receipt says it said."""
    is_same = brought.digest == stated.digest or bool(stated.code and brought.code == stated.code)
    if not is_same:
        facts = {"stated": stated.digest, "brought": brought.digest}
        return _document(Outcome.BAD, "other-file", **facts)
    if any(item.reason == _UNREAD for item in brought.findings):
        return _document(Outcome.UNKNOWN, "unread")
    try:
        alike = kept_form(brought)
    except MalformedExaminationError:
        return _document(Outcome.UNKNOWN, "unread")
    if stated.format is DocumentFormat.IDENTIFIER:
        # It was answered from the face in the register, and the face was brought.
        alike = replace(alike, format=stated.format)
    if stated.code:
        # The same code may come as text or as a picture.
        alike = replace(alike, digest=stated.digest)
    different = first_difference(examination_json(stated), examination_json(alike))
    if different:
        return _document(Outcome.BAD, "otherwise", place=place_of(different))
    return _document(Outcome.OK)


def _document(outcome: Outcome, reason: str = "", **facts: str) -> Finding:
    return Finding(check=Check.RECEIPT_DOCUMENT, outcome=outcome, reason=reason, facts=facts)
