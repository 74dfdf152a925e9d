"""Minting from a spreadsheet: read, check, sign, render, seal, store and commit."""

import os
import statistics
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Final

from api.batch_minting import mint_source
from api.batch_sources import FileRows
from api.batch_workers import Workforce
from api.benches.careless import careless
from api.benches.measuring import Measurement
from api.benches.minting_offices import BENCH_DATABASE, MintingOffice, minting_office
from api.databases import open_database
from api.homes import Home
from api.settings import Settings
from certs.applications import parse_application
from certs.batches.batch import BatchCounts
from certs.issuance import CHUNK, issue
from certs.issue_requests import IssueRequest
from certs.issuing_desk import IssuingDesk
from certs.samples.food_business import food_business_rows

_ROWS: Final = 400
_ROWS_OF_WORKERS: Final = 1600
_BOTH: Final = 60
_PDF: Final = 150
_TWO_WORKERS: Final = 1.8
_ROUNDS: Final = 5
_OVERHEAD: Final = 1.15


def bench_mint() -> list[Measurement]:
    """Mint in the embedded database, and in PostgreSQL where the environment names a server."""
    found = list(_measured("", "SQLite"))
    if server := os.environ.get(BENCH_DATABASE):
        found += _measured(server, "PostgreSQL")
    return found


def _measured(server: str, name: str) -> Iterator[Measurement]:
    with minting_office(server) as office:
        _mint(office, office.desk, CHUNK)  # templates are compiled once for each process
        yield _wanted(f"mint PDF and OFD, {name}", _mint(office, office.desk, _ROWS), _BOTH)
        alone = replace(office.desk, ofd=None)
        yield _wanted(f"mint PDF alone, {name}", _mint(office, alone, _ROWS), _PDF)
        one, two = (_rate_of(office, workers) for workers in (1, 2))
        yield Measurement(
            name=f"mint by 2 workers, on the clock, {name}",
            per_second=two,
            reference="1 worker",
            reference_per_second=one,
            at_least=_TWO_WORKERS,
        )
        yield _overhead(office, name)


def _wanted(name: str, rate: float, at_least: float) -> Measurement:
    return Measurement(
        name=f"{name}, per core-second",
        per_second=rate,
        reference="wanted",
        reference_per_second=at_least,
        at_least=1,
    )


def _mint(office: MintingOffice, desk: IssuingDesk, rows: int) -> float:
    """Mint a new spreadsheet in this process; return licenses per second of processor time."""
    source = FileRows(path=office.sheet(rows))
    started = time.process_time()
    report = mint_source(source, desk=desk, workforce=Workforce(home=office.home))
    return report.counts.minted / (time.process_time() - started)


@dataclass(slots=True)
class _Timeline:
    """When how many rows were done."""

    points: list[tuple[float, int]] = field(default_factory=list)

    def watch(self, counts: BatchCounts) -> None:
        if counts.ended and (not self.points or counts.ended > self.points[-1][1]):
            self.points.append((time.monotonic(), counts.ended))

    @property
    def rate(self) -> float:
        """Rows a second from the first that were done: starting is not counted."""
        (begun, first), (ended, last) = self.points[0], self.points[-1]
        return (last - first) / (ended - begun)


def _rate_of(office: MintingOffice, workers: int) -> float:
    timeline = _Timeline()
    workforce = Workforce(home=office.home, passphrase=office.passphrase, workers=workers)
    source = FileRows(path=office.sheet(_ROWS_OF_WORKERS))
    mint_source(source, desk=office.desk, workforce=workforce, watch=timeline.watch)
    return timeline.rate


def _overhead(office: MintingOffice, name: str) -> Measurement:
    """Issue with and without crash safety in turns; compare the time on the clock."""
    engine = open_database(Home(office.home), Settings.read(office.home))
    with_care, without = office.desk, careless(office.desk, engine, office.home / "careless")
    rows = food_business_rows(office.region, (2 * _ROUNDS + 2) * CHUNK, seed=2)
    applications = [parse_application(office.desk.license_type, row) for row in rows]
    # Numbers that no spreadsheet of this bench has.
    requests = iter(
        IssueRequest(f"overhead:{at}", replace(item, number=f"JY9{at:013d}"))
        for at, item in enumerate(applications)
    )
    seconds: dict[bool, list[float]] = {True: [], False: []}
    for _ in range(_ROUNDS + 1):
        for is_careful, desk in ((True, with_care), (False, without)):
            chunk = [next(requests) for _ in range(CHUNK)]
            started = time.perf_counter()
            issue(chunk, desk=desk)
            seconds[is_careful].append(time.perf_counter() - started)
    engine.dispose()
    careful, careless_ = (statistics.median(seconds[kind][1:]) for kind in (True, False))
    return Measurement(
        name=f"issuing {CHUNK}, crash-safe, {name}",
        per_second=careful,
        reference="without flush and intents",
        reference_per_second=careless_,
        at_most=_OVERHEAD,
        unit="s",
    )
