"""The table of nonces that signed requests used up."""

from typing import Final

from sqlalchemy import Column, Index, String, Table

from storage.constraints import check
from storage.database import Instant
from storage.tables import metadata

request_nonces: Final = Table(
    "request_nonces",
    metadata,
    Column("region", String(6), primary_key=True),
    Column("nonce", String(32), primary_key=True),
    Column("until", Instant, nullable=False),
    check("region_length", "length(region) = 6"),
    check("nonce_length", "length(nonce) = 32"),
    Index("ix_request_nonces_until", "until"),
)
"""The primary key makes a request count once, whichever worker it reaches."""
