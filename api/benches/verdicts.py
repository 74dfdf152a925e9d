"""Verdicts over HTTP, beside an endpoint that does nothing; and how their cost grows."""

import json
import secrets
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import httpx

from api import demo_steps
from api.benches import loads
from api.benches.growth import bench_growth
from api.benches.loads import Target
from api.benches.measuring import Measurement
from api.benches.processes import free_port, run_process, serve_command, trivial_server
from api.composition import open_services
from api.demo_country import DemoRegion, found_country, prepare_folder, regions, spread_trust
from certs.printed_codes import DOMAIN, claims_of, to_address
from certs.records import LicenseRecord
from signing import cose

_LICENSES: Final = 200
_WARM: Final = 8_000
_CODES: Final = 3_000
_MORE_CODES: Final = 1_000
_TRIVIAL: Final = 12_000
_PATH: Final = "/api/v1/verifications"
_PASSED: Final = b'"conclusion":"passed"'
_PEER: Final = 418.0
"""Verifications a second that a peer publishes, checking neither seal nor trust."""


def bench_verdict() -> list[Measurement]:
    """Identifiers, codes and batches against a real server process; then growth in process."""
    with _country() as country, country.serving() as (service, cold_seconds):
        with trivial_server(_PASSED) as trivial:
            found = _against(country, service, trivial)
        found.append(
            Measurement(
                name="cold start to the first verdict",
                per_second=cold_seconds,
                reference="wanted",
                reference_per_second=3.0,
                at_most=1.0,
                unit="s",
            )
        )
    return found + bench_growth()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Country:
    """A founded region with licenses, and codes that nobody has seen."""

    out: Path
    region: DemoRegion
    identifiers: tuple[str, ...]
    codes: tuple[str, ...]

    @contextmanager
    def serving(self) -> Iterator[tuple[Target, float]]:
        """Run the region's server; give it and how long its first verdict took."""
        started = time.perf_counter()
        command = serve_command(self.out / self.region.folder, self.region.port)
        with run_process(command) as process:
            loads.wait_for(self.region.port)
            question = {"identifier": self.identifiers[0]}
            answer = httpx.post(f"{self.region.url}{_PATH}", json=question, timeout=30)
            if answer.json()["conclusion"] != "passed":
                raise RuntimeError(f"the first verdict is {answer.text[:300]}")
            cold = time.perf_counter() - started
            yield Target(port=self.region.port, pid=process.pid, expected=_PASSED), cold


@contextmanager
def _country() -> Iterator[_Country]:
    with tempfile.TemporaryDirectory(prefix="yinxin-bench-") as folder:
        out = Path(folder) / "country"
        region = regions(free_port(), 0)[0]
        passphrase, now = prepare_folder(out), datetime.now(UTC)
        found_country(out, (region,), passphrase=passphrase, now=now)
        spread_trust(out, (region,), passphrase=passphrase, now=now)
        sheet, home = out / "sheet.xlsx", out / region.folder
        demo_steps.write_samples(sheet, region, _LICENSES, with_bad=False)
        minted = demo_steps.mint(home, sheet, out / "licenses", lambda _done: None)
        record = LicenseRecord.parse(minted.pdfs[0].with_suffix(".json").read_bytes())
        with open_services(home) as services:
            signer = next(iter(services.desks.values())).record_signer
        codes = tuple(
            to_address(
                cose.sign_claims(
                    claims_of(replace(record, salt=secrets.token_bytes(16))),
                    signer=signer,
                    domain=DOMAIN,
                ),
                public_url=region.url,
            )
            for _ in range(_CODES + _MORE_CODES + 200)
        )
        identifiers = tuple(item.identifier for item in minted.licenses)
        yield _Country(out=out, region=region, identifiers=identifiers, codes=codes)


def _against(country: _Country, service: Target, trivial: Target) -> list[Measurement]:
    questions = [_question(identifier=item) for item in country.identifiers]
    warm = [questions[number % len(questions)] for number in range(_WARM)]
    codes = [_question(code=item) for item in country.codes]
    body = json.dumps({"identifier": country.identifiers[0]}).encode()
    nothing = [loads.post("/trivial", body)] * _TRIVIAL
    loads.per_core_second(trivial, nothing[:500])
    loads.per_core_second(service, questions + codes[_CODES + _MORE_CODES :])
    reference = loads.per_core_second(trivial, nothing)
    by_identifier = loads.per_core_second(service, warm)
    by_code = loads.per_core_second(service, codes[:_CODES])
    return [
        _ratio("verdict by identifier, warm", by_identifier, reference, 0.35),
        _ratio("verdict on a code never seen", by_code, reference, 0.2),
        _peer("verdict by identifier, on the clock", loads.per_second(service, warm)),
        _peer("verdict on a code never seen, on the clock", _on_the_clock(country, service)),
        _latency(service, warm, rate=by_identifier / 2),
        _batch(country, service, reference),
    ]


def _on_the_clock(country: _Country, service: Target) -> float:
    codes = [_question(code=item) for item in country.codes[_CODES : _CODES + _MORE_CODES]]
    return loads.per_second(service, codes)


def _question(**asked: str) -> bytes:
    return loads.post(_PATH, json.dumps(asked).encode())


def _ratio(name: str, rate: float, reference: float, at_least: float) -> Measurement:
    return Measurement(
        name=name,
        per_second=rate,
        reference="trivial endpoint, per core",
        reference_per_second=reference,
        at_least=at_least,
    )


def _peer(name: str, rate: float) -> Measurement:
    return Measurement(
        name=name,
        per_second=rate,
        reference="DIVOC, as published",
        reference_per_second=_PEER,
        at_least=1.0,
    )


def _latency(service: Target, warm: list[bytes], *, rate: float) -> Measurement:
    found = loads.latencies_ms(service, warm[:4000], rate=rate)
    return Measurement(
        name="verdict by identifier, p99 at half load",
        per_second=loads.percentile(found, 99),
        reference="wanted",
        reference_per_second=25.0,
        at_most=1.0,
        unit="ms",
    )


def _batch(country: _Country, service: Target, reference: float) -> Measurement:
    lines = [
        json.dumps({"identifier": country.identifiers[number % len(country.identifiers)]})
        for number in range(10_000)
    ]
    url = f"http://127.0.0.1:{service.port}{_PATH}"
    headers = {"content-type": "application/x-ndjson"}
    started = time.perf_counter()
    answer = httpx.post(url, content="\n".join(lines).encode(), headers=headers, timeout=120)
    seconds = time.perf_counter() - started
    if answer.content.count(_PASSED) != len(lines):
        raise RuntimeError(f"not all lines passed: {answer.text[:300]}")
    return Measurement(
        name="10,000 identifiers in one call",
        per_second=len(lines) / seconds,
        reference="trivial endpoint, per core",
        reference_per_second=reference,
        at_least=5000 / reference,
    )
