"""Entries of a ledger: one spelling, nothing personal, about digests alone."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certs.errors import MalformedRecordError
from certs.ledger.entries import LedgerEntry
from tests.world import NOON

DIGEST = "5" * 64
ENTRY = LedgerEntry(
    kind="issued", at=NOON, organization="11340200MB9TXY014H", digests=(DIGEST, "6" * 64)
)


@given(
    kind=st.from_regex(r"[a-z]{3,30}", fullmatch=True),
    at=st.datetimes(datetime(2000, 1, 1), datetime(9999, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 - hypothesis wants bounds without a zone
    organization=st.sampled_from(["", "11340200MB9TXY014H"]),
    digests=st.lists(st.binary(min_size=32, max_size=32), min_size=1, max_size=8),
)
def test_entry_reads_back(kind: str, at: datetime, organization: str, digests: list[bytes]) -> None:
    entry = LedgerEntry(
        kind=kind,
        at=at.replace(microsecond=0),
        organization=organization,
        digests=tuple(digest.hex() for digest in digests),
    )
    assert LedgerEntry.parse(entry.encode()) == entry


def test_entry_is_short_canonical_json_in_utc() -> None:
    shanghai = timezone(timedelta(hours=8))
    assert LedgerEntry(
        kind="issued", at=NOON.astimezone(shanghai), organization="", digests=(DIGEST,)
    ).encode() == (
        b'{"at":"%s","digests":["%s"],"kind":"issued","organization":""}'
        % (NOON.strftime("%Y-%m-%dT%H:%M:%SZ").encode(), DIGEST.encode())
    )


@pytest.mark.parametrize(
    "encoded",
    [
        b"",
        b"{}",
        b"[]",
        b'"issued"',
        ENTRY.encode() + b" ",
        ENTRY.encode().replace(b"issued", b"Issued"),
        ENTRY.encode().replace(b"issued", b"a" * 31),
        ENTRY.encode().replace(b"11340200MB9TXY014H", "张三".encode()),
        ENTRY.encode().replace(b'Z"', b'+08:00"'),
        ENTRY.encode().replace(b'Z"', b'.5Z"'),
        ENTRY.encode().replace(b"5" * 64, b"5" * 63),
        ENTRY.encode().replace(b'"' + b"5" * 64 + b'"', b"5"),
        ENTRY.encode().replace(b'"kind"', b'"extra":1,"kind"'),
        ENTRY.encode().replace(
            b"[", b"[" + b'"' + b"7" * 64 + b'",' * 1 + (b'"%s",' % (b"8" * 64)) * 6
        ),
        b'{"at":"x","digests":["' + b"5" * 2000 + b'"]}',
    ],
)
def test_anything_else_is_no_entry(encoded: bytes) -> None:
    with pytest.raises(MalformedRecordError):
        LedgerEntry.parse(encoded)


@pytest.mark.parametrize(
    ("at", "digests"),
    [
        (NOON.replace(microsecond=1), (DIGEST,)),
        (NOON.replace(tzinfo=None), (DIGEST,)),
        (NOON, ()),
        (NOON, (DIGEST.upper().replace("5", "A"),)),
        (NOON, (DIGEST,) * 9),
    ],
)
def test_entry_of_no_second_or_about_no_digest_cannot_be(
    at: datetime, digests: tuple[str, ...]
) -> None:
    with pytest.raises(MalformedRecordError):
        LedgerEntry(kind="issued", at=at, organization="", digests=digests)
