"""The gate (受理): opening a case with eight materials from two regions, over real HTTP."""

import statistics
import time
from typing import Final

from api.benches import loads
from api.benches.acceptance_country import AcceptanceCountry, open_country
from api.benches.acceptance_growth import bench_case_growth
from api.benches.loads import Target
from api.benches.measuring import Measurement
from api.benches.processes import trivial_server

_ONE_BY_ONE: Final = 300
_AT_ONCE: Final = 600
_TRIVIAL: Final = 3_000
_P50_MS: Final = 60.0
_P99_MS: Final = 250.0
_CASES_PER_SECOND: Final = 50.0
_PASSED: Final = b'"conclusion":"passed"'


def bench_acceptance() -> list[Measurement]:
    """Openings one by one, and as many at once as two cores take; then growth in process."""
    with open_country() as country, trivial_server(_PASSED) as trivial:
        found = _openings(country, trivial)
    return found + bench_case_growth()


def _openings(country: AcceptanceCountry, trivial: Target) -> list[Measurement]:
    requests = [country.opening(number) for number in range(_AT_ONCE)]
    nothing = [loads.post("/trivial", b'{"identifier":"x"}')] * _TRIVIAL
    loads.turnaround_ms(trivial, nothing[:200])
    one_by_one = loads.turnaround_ms(country.service, requests[:_ONE_BY_ONE])
    empty = loads.turnaround_ms(trivial, nothing[:_ONE_BY_ONE])
    trivial_rate = loads.per_second(trivial, nothing)
    before = _cpu_seconds(country)
    started = time.perf_counter()
    loads.per_second(country.service, requests)
    rate = len(requests) / (time.perf_counter() - started)
    per_core_second = len(requests) / (_cpu_seconds(country) - before)
    return [
        _wanted_ms("case of 8 materials from 2 regions, p50", one_by_one, 50, _P50_MS),
        _wanted_ms("case of 8 materials from 2 regions, p99", one_by_one, 99, _P99_MS),
        Measurement(
            name="the same, p50, beside an endpoint that does nothing",
            per_second=statistics.median(one_by_one),
            reference="trivial endpoint, p50",
            reference_per_second=statistics.median(empty),
            unit="ms",
        ),
        Measurement(
            name="cases on the clock, both regions and the load on this machine",
            per_second=rate,
            reference="wanted",
            reference_per_second=_CASES_PER_SECOND,
            at_least=1.0,
        ),
        Measurement(
            name="cases per core-second, both regions together",
            per_second=per_core_second,
            reference="trivial endpoint, on the clock",
            reference_per_second=trivial_rate,
        ),
    ]


def _cpu_seconds(country: AcceptanceCountry) -> float:
    return loads.cpu_seconds(country.service.pid) + loads.cpu_seconds(country.away.pid)


def _wanted_ms(name: str, found: list[float], percent: int, wanted: float) -> Measurement:
    return Measurement(
        name=name,
        per_second=loads.percentile(found, percent),
        reference="wanted",
        reference_per_second=wanted,
        at_most=1.0,
        unit="ms",
    )
