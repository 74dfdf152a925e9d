"""Evidence records: a day's packages under one timestamp, and what each costs."""

import secrets
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Final

from sqlalchemy import Engine, insert, text

from api.benches.growth_regions import LONG, NOW, MemoryKey
from api.benches.measuring import Measurement, rates
from certs.evidence.batch_records import REREAD_BYTES, BatchRecords
from certs.evidence.desk import EvidenceDesk
from certs.packages.bag_info import PackageKind, Retention
from signing.authorities import CertificateAuthority
from signing.certificate_requests import build_request
from signing.evidence_trees import EvidenceDigest, HashTree
from signing.names import DistinguishedName
from signing.roles import Role
from signing.signer import CertifiedSigner
from signing.timestamp_authorities import TimestampAuthority
from storage.archive_tables import archive_packages
from storage.database import connect
from storage.evidence import await_evidence
from storage.object_folder import ObjectFolder
from storage.schema import upgrade
from storage.unit_of_work import SqlUnitOfWork

_DAY: Final = 100_000
"""Packages of one day of a large city."""
_GIVEN: Final = 2_000
_PROTOTYPE_BYTES: Final = 2_418
"""What a record of such a day had in the prototype, with a token of 1,700 bytes."""
_WANTED_A_SECOND: Final = 5_000
_ROW_BYTES: Final = 100


class _Clock:
    def now(self) -> datetime:
        """Return when everything here happens."""
        return NOW


def bench_evidence() -> list[Measurement]:
    """Measure a day's evidence in a database of its own."""
    with tempfile.TemporaryDirectory() as folder, _books(Path(folder)) as engine:
        unit_of_work = partial(SqlUnitOfWork, engine)
        desk = EvidenceDesk(
            unit_of_work=unit_of_work,
            clock=_Clock(),
            timestamps=_authority(),
            packages=ObjectFolder(Path(folder) / "aip"),
        )
        started = time.perf_counter()
        desk.prove(before=NOW)
        proved = _DAY / (time.perf_counter() - started)
        taken = _size(engine) / _DAY
        with unit_of_work() as work:
            objects, stamps = work.evidence.objects(1), work.evidence.stamps(1)
    return [*_day(proved, taken, objects), *_records(BatchRecords(objects, stamps))]


def _day(proved: float, taken: float, objects: tuple[bytes, ...]) -> Iterator[Measurement]:
    (trees,) = rates((lambda: HashTree(objects, EvidenceDigest.SM3), 1))
    yield Measurement(
        name=f"prove a day of {_DAY:,} packages, with rows and timestamp",
        per_second=proved,
        reference="its tree alone",
        reference_per_second=trees * _DAY,
    )
    yield Measurement(
        name="database of evidence, a package",
        per_second=taken,
        reference="wanted",
        reference_per_second=_ROW_BYTES,
        at_most=1,
        unit="B",
    )


def _records(records: BatchRecords) -> Iterator[Measurement]:
    places = [secrets.randbelow(_DAY) for _ in range(_GIVEN)]
    own = secrets.token_bytes(REREAD_BYTES)
    given, covered = rates(
        (lambda: [records.record(place).encode() for place in places], 1),
        (lambda: [records.covered(place, own) for place in places], 1),
    )
    for name, rate in (("give out an evidence record", given), ("put it under SHA-512", covered)):
        yield Measurement(
            name=f"{name}, per core-second",
            per_second=rate * _GIVEN,
            reference="wanted",
            reference_per_second=_WANTED_A_SECOND,
            at_least=1,
        )
    yield Measurement(
        name=f"evidence record of a day of {_DAY:,}",
        per_second=len(records.record(0).encode()),
        reference="prototype",
        reference_per_second=_PROTOTYPE_BYTES,
        at_most=1,
        unit="B",
    )


@contextmanager
def _books(folder: Path) -> Iterator[Engine]:
    """Return a database with a day's packages in it, which wait for their batch."""
    engine = connect(f"sqlite:///{folder / 'db.sqlite3'}")
    upgrade(engine)
    names = [secrets.token_hex(32) for _ in range(_DAY)]
    with engine.begin() as connection:
        connection.execute(insert(archive_packages), [_row(name) for name in names])
        await_evidence(connection, names)
    yield engine
    engine.dispose()


def _row(name: str) -> dict[str, object]:
    return {
        "package_id": name,
        "object": secrets.token_hex(32),
        "sha512": secrets.token_hex(64),
        "length_bytes": 1,
        "kind": PackageKind.CASE.value,
        "subject": name,
        "archive_number": name,
        "retention": Retention.THIRTY_YEARS.value,
        "archived_at": NOW - timedelta(days=1),
        "checked_at": NOW,
    }


def _size(engine: Engine) -> int:
    """Return the bytes of the pages that evidence takes in the database."""
    pages = text("SELECT sum(pgsize) FROM dbstat WHERE name LIKE '%evidence%'")
    with engine.connect() as connection:
        return int(connection.execute(pages).scalar_one())


def _authority() -> TimestampAuthority:
    name = DistinguishedName(common_name="Bench clock CA")
    authority = CertificateAuthority.self_signed(name, signer=MemoryKey(), validity=LONG)
    key = MemoryKey()
    request = build_request(DistinguishedName(common_name="Bench clock"), signer=key)
    certificate = authority.issue(request, role=Role.TIMESTAMP, validity=LONG)
    signer = CertifiedSigner(signer=key, certificate=certificate)
    return TimestampAuthority(signer=signer, now=lambda: NOW)
