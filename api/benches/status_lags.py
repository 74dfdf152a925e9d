"""How long after a change of status the published list tells of it, in a real instance."""

import random
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import cycle, islice
from pathlib import Path
from typing import Final

from api import demo_steps
from api.composition import open_services
from api.demo_country import found_country, prepare_folder, regions
from api.errors import ApiError
from api.services import Services
from api.status_publishing import INTERVAL_SECONDS, publishing
from certs.licenses import License
from certs.lifecycle import record_status
from certs.status_lists.tokens import StatusListToken
from certs.statuses import StatusEvent, StatusKind

_LICENSES: Final = 10
_CHANGES: Final = 30
_POLL_SECONDS: Final = 0.01
_PATIENCE_SECONDS: Final = 60.0
_SEED: Final = 7


@contextmanager
def open_licensed_region() -> Iterator[tuple[Services, Path]]:
    """Found a region, mint a few licenses in it, and open it; yields it with its folder."""
    with tempfile.TemporaryDirectory(prefix="yinxin-bench-") as folder:
        out = Path(folder) / "country"
        region = regions(0, 0)[0]
        found_country(out, (region,), passphrase=prepare_folder(out), now=datetime.now(UTC))
        sheet, home = out / "sheet.xlsx", out / region.folder
        demo_steps.write_samples(sheet, region, _LICENSES, with_bad=False)
        demo_steps.mint(home, sheet, out / "licenses", lambda _done: None)
        with open_services(home) as services:
            yield services, home


def measure_lags(services: Services, home: Path) -> tuple[float, float]:
    """Return median and worst time, in seconds, from a change to the file that tells of it.

    Changes come at any moment between two looks of the publisher, as they do in life.

    Raises:
        ApiError: A change was not published within a minute.
    """
    chance = random.Random(_SEED)  # noqa: S311 - moments, nothing secret
    with services.unit_of_work() as work:
        licenses = work.licenses.newest(_LICENSES)
    kinds = cycle([StatusKind.SUSPENDED] * _LICENSES + [StatusKind.ACTIVE] * _LICENSES)
    lags = []
    with publishing(services.status_publisher):
        for license, kind in islice(zip(cycle(licenses), kinds, strict=False), _CHANGES):
            time.sleep(chance.uniform(0, INTERVAL_SECONDS))
            lags.append(_lag(services, license, kind, home / "public" / "status"))
    return statistics.median(lags), max(lags)


def _lag(services: Services, license: License, kind: StatusKind, folder: Path) -> float:
    now = services.clock.now()
    event = StatusEvent(kind=kind, effective_at=now, recorded_at=now, reason="测量", actor="bench")
    record_status(license.identifier, event, unit_of_work=services.unit_of_work)
    recorded = time.perf_counter()
    while time.perf_counter() - recorded < _PATIENCE_SECONDS:
        if _published(license, folder) == kind.list_value:
            return time.perf_counter() - recorded
        time.sleep(_POLL_SECONDS)
    raise ApiError("状态变更未能发布 · a change of status was not published")


def _published(license: License, folder: Path) -> int | None:
    """Return what the published list says of a license, if there is such a list."""
    place = license.status_index
    file = folder / f"{place.list_number}.cwt" if place else None
    if place is None or file is None or not file.is_file():
        return None
    return StatusListToken.parse(file.read_bytes()).statuses.get(place.index)
