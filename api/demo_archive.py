"""The demo's archive: a license becomes one file, which a stranger's program finds whole."""

import json
import time
from pathlib import Path
from typing import Final

from api.composition import open_services
from api.demo_steps import Row
from api.services import Services
from certs.packages.files import CAPTURE_CHECKS
from storage.check import BadPackageError, check_package
from verify.archive_checks.results import CheckOutcome

PACKAGE: Final = "license.package.zip"
_PATIENCE_SECONDS: Final = 40.0
_PAUSE_SECONDS: Final = 0.5


def archive_one(out: Path, home: Path, identifier: str) -> Row:
    """Wait until the region's server has archived a license, and check the package offline.

    Args:
        out: Where the package is put.
        home: The region's instance, whose server runs.
        identifier: 电子证照标识.
    """
    started = time.perf_counter()
    with open_services(home) as services:
        data = _package(services, identifier)
    (out / PACKAGE).write_bytes(data)
    try:
        _, files, told = check_package(data)
    except BadPackageError as error:
        told, files = [str(error)], {}
    counted = _counted(files.get(CAPTURE_CHECKS, b"{}"))
    is_whole = any(line.startswith("issued:") for line in told)
    state = "存档包完好，签发有账可查 whole, its issuing in the ledger" if is_whole else told[-1]
    passed, manual = counted[CheckOutcome.PASS], counted[CheckOutcome.MANUAL]
    return Row(
        step="单套归档，离线核对 · archived, checked offline",
        result=f"四性检测 {passed} 项合格 pass，{manual} 项需人工 manual；{state}",
        as_expected=is_whole and passed > 0 and not counted[CheckOutcome.FAIL],
        seconds=time.perf_counter() - started,
        facts={"told": told, "checks": {str(name): count for name, count in counted.items()}},
    )


def _package(services: Services, identifier: str) -> bytes:
    """Return the package of a license, as soon as there is one; nothing if that takes too long."""
    until = time.perf_counter() + _PATIENCE_SECONDS
    while time.perf_counter() < until:
        with services.unit_of_work() as work:
            kept = work.archive.newest_of(identifier)
        if kept is not None:
            return services.objects.get(kept.object)
        time.sleep(_PAUSE_SECONDS)
    return b""


def _counted(report: bytes) -> dict[CheckOutcome, int]:
    results = json.loads(report).get("results", [])
    return {
        outcome: sum(item["outcome"] == outcome for item in results) for outcome in CheckOutcome
    }
