"""The table of receipts that were given; the receipts themselves are objects."""

from typing import Final

from sqlalchemy import Column, String, Table

from storage.constraints import check, known
from storage.database import Instant
from storage.tables import metadata
from verify.conclusions import Conclusion

receipts: Final = Table(
    "receipts",
    metadata,
    Column("number", String(26), primary_key=True),
    Column("digest", String(64), nullable=False),
    Column("issued_at", Instant, nullable=False, index=True),
    Column("document", String(64), nullable=False, index=True),
    Column("conclusion", String(16), nullable=False),
    Column("requester", String(200), nullable=False),
    Column("request_key", String(64), unique=True),
    Column("page", String(64)),
    check("number_length", "length(number) = 26"),
    check("digest_length", "length(digest) = 64"),
    check("document_length", "length(document) = 64"),
    check("page_length", "length(page) = 64"),
    known("conclusion", Conclusion),
)
"""``digest`` and ``page`` name objects: the signed receipt, and its page once it was printed."""
