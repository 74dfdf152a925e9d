"""Measured tables (性能表): each figure beside a reference taken in the same run.

Rates are medians over rounds; the machine may be noisy, so read the ratios.
"""

import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Final

from api import demo_steps
from api.demo_country import found_country, prepare_folder, regions
from certs.face_contents import face_of
from certs.faces.content import FaceContent
from certs.faces.renderer import TypstRenderer
from certs.records import LicenseRecord
from certs.type_folders import shipped_types
from signing import sm2
from signing.algorithms import SEAL_SIGNATURE_ATTRIBUTE
from signing.engines.selection import engine_named
from signing.pdf.locating import covered_digest, locate_signatures
from signing.pdf.reading import parse_strict
from signing.reference.validation import validate
from signing.seal_signatures import parse_seal_signature
from signing.signed_messages import Dialect, parse_message
from storage.trust_folder import TrustFolder

_ROUNDS: Final = 7
_SAMPLE_LICENSES: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurement:
    """One figure and its reference.

    Attributes:
        per_second: Median rate of what is measured.
        reference: What it is compared with.
        reference_per_second: Its median rate in the same run.
    """

    name: str
    per_second: float
    reference: str
    reference_per_second: float

    @property
    def ratio(self) -> float:
        """How many times the reference's rate."""
        return self.per_second / self.reference_per_second


def bench_sm2() -> list[Measurement]:
    """SM2 signatures by the fast engine, against the pure-Python library."""
    fast, slow = engine_named("libcrypto"), engine_named("gmssl")
    message = bytes(256)
    key, slow_key = sm2.PrivateKey.generate(engine=fast), sm2.PrivateKey.generate(engine=slow)
    value = sm2.sign(message, key=key)
    return [
        Measurement(
            name="sm2 sign",
            per_second=_rate(lambda: sm2.sign(message, key=key), 200),
            reference="gmssl",
            reference_per_second=_rate(lambda: sm2.sign(message, key=slow_key), 5),
        ),
        Measurement(
            name="sm2 verify",
            per_second=_rate(lambda: sm2.verify(message, value, key=key.public, engine=fast), 200),
            reference="gmssl",
            reference_per_second=_rate(
                lambda: sm2.verify(message, value, key=key.public, engine=slow), 5
            ),
        ),
    ]


def bench_check() -> list[Measurement]:
    """Strict check of a sealed face (structure, CMS, seal), against pyHanko's validation."""
    with tempfile.TemporaryDirectory(prefix="yinxin-bench-") as folder:
        out = Path(folder) / "country"
        pdf = _minted(out, 1).pdfs[0].read_bytes()
        root = TrustFolder(out / "wuhu" / "trust").root()
    anchors = (root.encoded,) if root is not None else ()
    now = datetime.now(UTC)
    return [
        Measurement(
            name="check sealed face",
            per_second=_rate(lambda: _check(pdf), 20),
            reference="pyHanko",
            reference_per_second=_rate(lambda: validate(pdf, anchors=anchors, at=now), 5),
        )
    ]


def bench_mint() -> list[Measurement]:
    """Minting from a spreadsheet with everything on disk, against drawing one face alone."""
    with tempfile.TemporaryDirectory(prefix="yinxin-bench-") as folder:
        minted = _minted(Path(folder) / "country", _SAMPLE_LICENSES)
        rate = len(minted.licenses) / minted.seconds
        records = [
            LicenseRecord.parse(pdf.with_suffix(".json").read_bytes()) for pdf in minted.pdfs
        ]
    # typst remembers what it drew before, so every face of the reference must be a new one.
    faces = (_face(records[n % len(records)], n) for n in count())
    with TypstRenderer() as renderer:
        floor = _rate(lambda: renderer.render(next(faces)), 5)
    return [
        Measurement(
            name="mint", per_second=rate, reference="typst rendering", reference_per_second=floor
        )
    ]


def _face(record: LicenseRecord, number: int) -> FaceContent:
    return face_of(
        record,
        license_type=shipped_types()[0],
        signature=number.to_bytes(1024, "big"),
        qr_text=f"HTTP://127.0.0.1/V#{number:0300d}",
        created_at=datetime.now(UTC),
        specimen=True,
    )


BENCHES: Final[dict[str, Callable[[], list[Measurement]]]] = {
    "sm2": bench_sm2,
    "check": bench_check,
    "mint": bench_mint,
}


def _minted(out: Path, size: int) -> demo_steps.Minted:
    """Found a region and mint ``size`` sample licenses in it."""
    country = regions(0, 0)[:1]
    found_country(out, country, passphrase=prepare_folder(out), now=datetime.now(UTC))
    sheet = out / "sheet.xlsx"
    demo_steps.write_samples(sheet, country[0], size, with_bad=False)
    return demo_steps.mint(out / country[0].folder, sheet, out / "licenses", lambda _done: None)


def _check(pdf: bytes) -> None:
    strict = parse_strict(pdf)
    (located,) = locate_signatures(pdf)
    digest = covered_digest(pdf, located)
    message = parse_message(Dialect.CMS, strict.contents)
    message.verify(digest)
    seal_signature = parse_seal_signature(message.attributes[SEAL_SIGNATURE_ATTRIBUTE])
    seal_signature.verify(digest)
    seal_signature.seal.verify_maker()


def _rate(work: Callable[[], object], repeats: int) -> float:
    """Return calls per second, the median of several rounds after a warm-up."""
    work()
    rates = []
    for _ in range(_ROUNDS):
        started = time.perf_counter()
        for _ in range(repeats):
            work()
        rates.append(repeats / (time.perf_counter() - started))
    return statistics.median(rates)
