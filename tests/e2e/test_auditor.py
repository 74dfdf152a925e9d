"""An auditor who holds one checkpoint and the root's certificate looks at a copy of a region.

The region issued many licenses more, three others watched its log; then somebody with the
database in their hands took an entry away, changed one, and slipped in one of another day.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import ColumnElement, Connection, and_, delete, insert, select, update

from api.homes import Home
from certs.ledger.entries import LedgerEntry
from certs.regions import RegionCode
from certs.samples.food_business import food_business_rows
from certs.samples.workbooks import write_sheet
from storage.database import connect
from storage.ledger_tables import ledger_entries
from tests import desks, world
from tests.country import LICENSES, XIAN, Country

pytestmark = [pytest.mark.xdist_group("country"), pytest.mark.timeout(300)]

DRAWN = int(os.environ.get("YINXIN_AUDIT_LICENSES", "100"))
"""`make auditor` draws a thousand."""
CHANGED, REMOVED = 5, 7


@dataclass(frozen=True, kw_only=True)
class Auditor:
    """What the auditor has, and the copy of the region's home to look at."""

    country: Country
    checkpoint: Path
    root: Path
    home: Path

    def audit(self, home: Path, root: Path, *, expect: int) -> dict[str, Any]:
        found: dict[str, Any] = self.country.run(
            home,
            *("ledger", "audit", "--checkpoint", str(self.checkpoint), "--root", str(root)),
            *("--sample", str(DRAWN)),
            expect=expect,
        )
        return found


@pytest.fixture(scope="module")
def auditor(country: Country, tmp_path_factory: pytest.TempPathFactory) -> Auditor:
    folder = tmp_path_factory.mktemp("auditor")
    region = country[XIAN]
    sheet = folder / "many.xlsx"
    rows = food_business_rows(RegionCode(XIAN), LICENSES + DRAWN, seed=1)[LICENSES:]
    write_sheet(sheet, desks.food_business(), rows)
    checkpoint, home = folder / "kept.txt", folder / "copy"
    with region.gone():
        # Without its server, which would archive everything beside.
        country.run(region.home, "license", "batch", str(sheet), "--workers", "2", "--yes")
        heads = country.run(region.home, "ledger", "witness")
        shutil.copytree(region.home, home)
    (issue,) = (head for head in heads if head["log"] == "issue")
    checkpoint.write_text(issue["checkpoint"], "utf-8")
    return Auditor(
        country=country,
        checkpoint=checkpoint,
        root=root_of(country, country.root, folder),
        home=home,
    )


def test_drawn_licenses_are_proved_and_the_regions_that_saw_the_log_are_named(
    auditor: Auditor,
) -> None:
    found = auditor.audit(auditor.home, auditor.root, expect=0)

    assert found["findings"] == []
    assert found["sample"] == {"proved": DRAWN, "later": [], "unproved": []}
    assert found["checkpoint"]["region"] == XIAN
    assert {item["region"] for item in found["checkpoint"]["seen"]} == set(world.ISSUERS) - {XIAN}


def test_what_somebody_did_to_the_database_is_found_in_one_look(
    auditor: Auditor, tmp_path: Path
) -> None:
    home = tmp_path / "edited"
    shutil.copytree(auditor.home, home, copy_function=_linked)
    with opened(home) as connection:
        early = entry_of(connection, 0)
        forged = replace(entry_of(connection, CHANGED), digests=("f" * 64,))
        slip_in(connection, replace(early, at=early.at - timedelta(days=365), digests=("e" * 64,)))
    auditor.country.run(home, "ledger", "checkpoint")
    with opened(home) as connection:
        connection.execute(delete(ledger_entries).where(at(REMOVED)))
        changed = update(ledger_entries).where(at(CHANGED))
        connection.execute(changed.values(encoded=forged.encode()))

    found = auditor.audit(home, auditor.root, expect=1)

    assert {(item["problem"], item["position"]) for item in found["findings"]} >= {
        ("entry-removed", REMOVED),
        ("entry-changed", CHANGED),
        ("entry-back-dated", DRAWN + LICENSES),
    }
    assert len(found["sample"]["unproved"]) <= 2
    assert found["sample"]["proved"] == DRAWN - len(found["sample"]["unproved"])


def test_checkpoint_shows_nothing_to_whoever_trusts_another_root(
    auditor: Auditor, tmp_path: Path
) -> None:
    country = auditor.country
    other = root_of(country, country.found_next_root(tmp_path / "other"), tmp_path)

    assert auditor.audit(auditor.home, other, expect=2)["checkpoint"] is None


@contextmanager
def opened(home: Path) -> Iterator[Connection]:
    engine = connect(Home(home).database_url)
    with engine.begin() as connection:
        yield connection
    engine.dispose()


def at(position: int) -> ColumnElement[bool]:
    return and_(ledger_entries.c.log == "issue", ledger_entries.c.position == position)


def entry_of(connection: Connection, position: int) -> LedgerEntry:
    query = select(ledger_entries.c.encoded).where(at(position))
    return LedgerEntry.parse(connection.execute(query).scalar_one())


def slip_in(connection: Connection, entry: LedgerEntry) -> None:
    """Have the publisher take up an entry as if it had waited."""
    row = {"log": "issue", "subject": "slipped in", "encoded": entry.encode()}
    connection.execute(insert(ledger_entries).values(row))


def root_of(country: Country, home: Path, folder: Path) -> Path:
    """The certificate of a root, as it is handed to auditors."""
    path = folder / "root.pem"
    country.run(home, "trust", "export", "--out", str(path))
    return path


def _linked(source: str, target: str) -> None:
    """Copy what the test changes, and link the many files of licenses."""
    if "objects" in Path(source).parts:
        os.link(source, target)
    else:
        shutil.copy2(source, target)
