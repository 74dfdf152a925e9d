"""Status lists: how large, how fast, and how long after a change they tell of it."""

import random
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import cycle
from pathlib import Path
from typing import Final

from api.benches.measuring import Measurement, rates
from api.benches.status_lags import measure_lags, open_licensed_region
from api.homes import Home
from api.services import Services
from api.trust_entries import own_entry
from certs.status_lists.containers import StatusList
from certs.status_lists.publishing import PATH, uri_of_list
from certs.status_lists.tokens import (
    ENTRY_BITS,
    LIST_SIZE,
    StatusListToken,
    sign_status_list,
)
from signing import sm2
from signing.signature_values import SignatureValue
from signing.signer import CertifiedSigner
from verify.speakers import parse_lists
from verify.status_list_checks import read_status_list

_SEED: Final = 7
_KILO: Final = 1024
_DRAFT: Final = {
    (10**6, 0.001): 2.2,
    (10**6, 0.01): 13.7,
    (10**6, 0.05): 43.9,
    (10**7, 0.001): 21.1,
    (10**7, 0.01): 135.4,
    (10**7, 0.05): 437.0,
}
"""Sizes in the table of the IETF draft by entries and share revoked, in units of 1024 bytes."""

_AT_MOST: Final = {1: 1.03, ENTRY_BITS: 1.15}
_ENDED_SHARE: Final = 0.8
_BUILD_SECONDS: Final = 1.0
_LAG_SECONDS: Final = 10.0
_FRESH_TOKENS: Final = 200
_URL: Final = "http://127.0.0.1:8000"


def bench_status() -> list[Measurement]:
    """Sizes, the work on one list, and the time from a change to its publication."""
    with open_licensed_region() as (services, home):
        work = _work(services, home)
        typical, worst = measure_lags(services, home)
    return [
        *_sizes(),
        *work,
        _wanted("change of status to published list, median", typical, _LAG_SECONDS),
        _wanted("change of status to published list, worst", worst, _LAG_SECONDS),
    ]


def _sizes() -> Iterator[Measurement]:
    for (size, share), draft in _DRAFT.items():
        for bits, at_most in _AT_MOST.items():
            packed = _list_of(size, share, bits=bits).pack()
            yield Measurement(
                name=f"{bits} bit, {size // 10**6} M entries, {share:.1%} set",
                per_second=len(packed) / _KILO,
                reference="draft's table, 1 bit",
                reference_per_second=draft,
                at_most=at_most,
                unit="KiB",
            )


def _list_of(size: int, share: float, *, bits: int = ENTRY_BITS) -> StatusList:
    """Return a list with a share of its entries set; of two bits, a fifth of them suspended."""
    chance = random.Random(_SEED)  # noqa: S311 - sample data, the same every time
    chosen = chance.sample(range(size), round(size * share))
    values = {
        index: 1 if bits == 1 or chance.random() < _ENDED_SHARE else ENTRY_BITS for index in chosen
    }
    return StatusList.empty(bits=bits, size=size).changed(values)


def _work(services: Services, home: Path) -> list[Measurement]:
    """Return how fast a changed list is made, read and looked up."""
    signer = services.status_signer
    if signer is None:
        return []
    now = datetime.now(UTC).replace(microsecond=0)
    region, lists = own_entry(services, Home(home)), parse_lists(services.revocation_lists())
    before = _list_of(LIST_SIZE, 0.01)
    started = time.perf_counter()
    token = _token(before.changed({7: 1}), signer, now)
    build = time.perf_counter() - started
    fresh = iter([_token(before.changed({at: 3}), signer, now) for at in range(_FRESH_TOKENS)])

    def read(data: bytes) -> int:
        known = read_status_list(
            data,
            region=region,
            uri=uri_of_list(_URL, 0),
            certificates=lambda _: (signer.certificate.encoded,),
            lists=lists,
            now=now,
        )
        return known.statuses.get(7)

    key, message = signer.certificate.public_key, bytes(256)
    value = SignatureValue.from_der(signer.sign(message))
    known, indexes = StatusListToken.parse(token).statuses, cycle(range(0, LIST_SIZE, 101))
    cold, warm, entry, verify = rates(
        (lambda: read(next(fresh)), 20),
        (lambda: read(token), 5_000),
        (lambda: known.get(next(indexes)), 50_000),
        (lambda: sm2.verify(message, value, key=key), 300),
    )
    return [
        _wanted("one changed list: set, pack, sign", build, _BUILD_SECONDS),
        _beside("a list never seen: read and check", cold, verify),
        _beside("a list seen before: check and look up", warm, verify),
        _beside("an entry of a list at hand", entry, verify),
    ]


def _token(statuses: StatusList, signer: CertifiedSigner, now: datetime) -> bytes:
    return sign_status_list(
        statuses,
        uri=uri_of_list(_URL, 0),
        aggregation_uri=f"{_URL}{PATH}",
        issued_at=now,
        signer=signer,
    )


def _beside(name: str, rate: float, verify: float) -> Measurement:
    return Measurement(
        name=name, per_second=rate, reference="sm2 verify", reference_per_second=verify
    )


def _wanted(name: str, seconds: float, most: float) -> Measurement:
    return Measurement(
        name=name,
        per_second=seconds,
        reference="wanted",
        reference_per_second=most,
        at_most=1,
        unit="s",
    )
