"""A license record brought by itself, with its signature or without."""

from typing import Final

from signing.signed_messages import Dialect
from verify.evidence import Evidence, Problem, read_message, read_record
from verify.report import DocumentFormat

MAX_RECORD_BYTES: Final = 262_144


def read_lone_record(data: bytes, signature: bytes | None) -> Evidence | None:
    """Take license.json apart, or return None if ``data`` is something else.

    Args:
        data: The record.
        signature: license.p7s, if it is at hand.
    """
    if len(data) > MAX_RECORD_BYTES:
        return None
    record = read_record(data)
    if record is None:
        return None
    message = read_message(Dialect.GB_T_35275, signature)
    broken = signature is not None and message is None
    return Evidence(
        format=DocumentFormat.RECORD,
        problem=Problem(reason="malformed") if broken else None,
        record=record,
        record_message=message,
        record_signature=signature or b"" if not broken else b"",
    )
