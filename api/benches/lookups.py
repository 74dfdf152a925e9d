"""Look-ups in the register as it grows: by identifier, and by holder and type."""

import os
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Engine, insert, text

from api.benches.measuring import Measurement
from api.benches.minting_offices import BENCH_DATABASE, new_database
from signing.algorithms import sm3
from storage.database import POSTGRESQL, connect
from storage.license_tables import licenses
from storage.schema import upgrade
from storage.unit_of_work import SqlUnitOfWork

_SMALL: Final = 10_000
_LARGE: Final = 1_000_000
_AT_ONCE: Final = 5_000
_LOOK_UPS: Final = 2_000
_GROWTH: Final = 1.5
_TYPE: Final = "11100000MB9TXY0149001"
_ISSUER: Final = "11340200MB9TXY014H"
_NOW: Final = datetime(2026, 3, 1, tzinfo=UTC)
_HUNDREDTHS: Final = 100

LookUp = Callable[[SqlUnitOfWork, int], object]


def bench_lookup() -> list[Measurement]:
    """The same question to a small and to a large register."""
    found = list(_measured("", "SQLite"))
    if server := os.environ.get(BENCH_DATABASE):
        found += _measured(server, "PostgreSQL")
    return found


def _measured(server: str, name: str) -> Iterator[Measurement]:
    with _register(server, _SMALL) as small, _register(server, _LARGE) as large:
        for what, look_up in (
            ("by identifier", lambda work, at: work.licenses.get(_identifier(at))),
            ("by holder and type", lambda work, at: work.licenses.of_holder(_holder(at), _TYPE)),
        ):
            in_small, in_large = _times(small, _SMALL, large, _LARGE, look_up)
            for part, of in (("p50", statistics.median), ("p99", _p99)):
                yield Measurement(
                    name=f"look-up {what}, 10⁶ rows, {part}, {name}",
                    per_second=of(in_large) * 1000,
                    reference="10⁴ rows",
                    reference_per_second=of(in_small) * 1000,
                    at_most=_GROWTH,
                    unit="ms",
                )


def _times(
    small: Engine, few: int, large: Engine, many: int, look_up: LookUp
) -> tuple[list[float], list[float]]:
    """Return the seconds of look-ups at random places, the registers taking turns."""
    chosen = random.Random(1)  # noqa: S311 - repeatable, no secrets
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(_LOOK_UPS):
        for engine, rows, so_far in ((small, few, times[0]), (large, many, times[1])):
            at = chosen.randrange(rows)
            started = time.perf_counter()
            with SqlUnitOfWork(engine) as work:
                look_up(work, at)
            so_far.append(time.perf_counter() - started)
    return times


def _p99(seconds: list[float]) -> float:
    return statistics.quantiles(seconds, n=_HUNDREDTHS)[-1]


@contextmanager
def _register(server: str, rows: int) -> Iterator[Engine]:
    """Make a register of so many licenses."""
    with (
        tempfile.TemporaryDirectory(prefix="yinxin-bench-") as folder,
        new_database(server) as url,
    ):
        engine = connect(url or f"sqlite:///{Path(folder) / 'db.sqlite3'}")
        upgrade(engine)
        for first in range(0, rows, _AT_ONCE):
            with engine.begin() as connection:
                made = map(_row, range(first, min(first + _AT_ONCE, rows)))
                connection.execute(insert(licenses), list(made))
        if engine.dialect.name == POSTGRESQL:
            with engine.connect() as connection:
                # What a server does by itself some time after so many rows.
                connection.execute(text("ANALYZE licenses"))
                connection.commit()
        yield engine
        engine.dispose()


def _identifier(at: int) -> str:
    return f"1.2.156.3005.2.{_TYPE}.{_ISSUER}.{_digest(at)[:20].upper()}.001.0"


def _holder(at: int) -> str:
    # Some holders have several licenses.
    return _digest(at - at % 3)


def _digest(at: int) -> str:
    return sm3(b"%d" % at).hex()


def _row(at: int) -> dict[str, Any]:
    return {
        "identifier": _identifier(at),
        "type_code": _TYPE,
        "type_name": "食品经营许可证",
        "number": f"JY{at:014d}",
        "issuer_code": _ISSUER,
        "holder_key": _holder(at),
        "holder_shown": "芜湖市样例餐饮店",
        "valid_from": date(2026, 3, 1),
        "valid_to": date(2031, 2, 28),
        "status": "active",
        "sealed_at": _NOW,
        "record_object": _digest(at),
        "signature_object": _digest(at),
        "pdf_object": _digest(at),
        "ofd_object": _digest(at),
        "status_list": at >> 20,
        "status_entry": at & ((1 << 20) - 1),
    }
