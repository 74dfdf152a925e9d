"""Files to try batches with: an empty one with the headings of a type, and the demo's samples."""

import secrets
import tempfile
from pathlib import Path
from typing import Final

from certs.catalogue import LicenseType
from certs.regions import RegionCode
from certs.samples.bad_rows import bad_rows
from certs.samples.food_business import food_business_rows
from certs.samples.workbooks import write_sheet

SAMPLED_TYPE: Final = "food_business"
SAMPLE_ROWS: Final = 1000
_SETS: Final = 40
_SEEDS: Final = 2**31


def empty_sheet(license_type: LicenseType) -> bytes:
    """Return a workbook with the headings of a type and no rows."""
    return _sheet(license_type, ())


def sample_sheet(license_type: LicenseType, region: RegionCode) -> bytes:
    """Return a workbook of a thousand synthetic rows, a few of them with faults.

    The rows differ from time to time: what was minted once cannot be minted again.
    """
    seed = secrets.randbelow(_SEEDS)
    skipped = SAMPLE_ROWS * (1 + secrets.randbelow(_SETS))
    # License numbers run from 1 in every set; the first ones are the demo's own.
    rows = food_business_rows(region, skipped + SAMPLE_ROWS, seed=seed)[skipped:]
    bad = bad_rows(region, rows[0], seed=seed)
    return _sheet(license_type, (*rows[: -len(bad)], *(row.cells for row in bad)))


def _sheet(license_type: LicenseType, rows: tuple[object, ...]) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rows.xlsx"
        write_sheet(path, license_type, rows)  # type: ignore[arg-type]
        return path.read_bytes()
