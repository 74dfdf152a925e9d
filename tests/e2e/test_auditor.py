"""An auditor who holds one checkpoint and the root's certificate looks at a copy of a region.

The region issued many licenses more, three others watched its log; then somebody with the
database in their hands took an entry away, changed one, and slipped in one of another day.
"""

import os
import shutil
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
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
from signing.ledger.checkpoints import Checkpoint
from signing.ledger.notes import parse_note
from storage.database import connect
from storage.ledger_tables import ledger_entries
from tests import desks, world
from tests.country import LICENSES, XIAN, Country
from tests.region_processes import Region

pytestmark = [pytest.mark.xdist_group("country"), pytest.mark.timeout(300)]

DRAWN = int(os.environ.get("YINXIN_AUDIT_LICENSES", "100"))
"""`make auditor` draws a thousand."""
CHANGED, REMOVED = 5, 7
DATABASE = "db.sqlite3"
_WITNESSES = 3
_FIRST = LICENSES + 20  # behind what other tests of the country issue
_SECONDS = 120.0


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
    sheet, checkpoint = folder / "many.xlsx", folder / "kept.txt"
    rows = food_business_rows(RegionCode(XIAN), _FIRST + DRAWN, seed=1)[_FIRST:]
    write_sheet(sheet, desks.food_business(), rows)
    country.run(region.home, "license", "batch", str(sheet), "--workers", "2", "--yes")
    checkpoint.write_text(seen_checkpoint(region), "utf-8")
    return Auditor(
        country=country,
        checkpoint=checkpoint,
        root=root_of(country, country.root, folder),
        home=copy_of(region.home, folder / "copy"),
    )


def seen_checkpoint(region: Region) -> str:
    """What anybody can keep: the checkpoint over all licenses, once three regions have seen it."""
    deadline = time.monotonic() + _SECONDS
    while time.monotonic() < deadline:
        text = region.http.get(f"{region.url}/api/v1/ledger/issue/checkpoint").text
        note = parse_note(text)
        others = {item.name for item in note.signatures} - {f"{region.code}.yinxin/issue"}
        if Checkpoint.parse(note.text).size >= DRAWN + LICENSES and len(others) == _WITNESSES:
            return text
        time.sleep(0.2)
    raise AssertionError("nobody has seen the log")


def copy_of(home: Path, target: Path) -> Path:
    """Copy a home whose server goes on, its database as it is at one moment.

    The database comes first: what it names lies there for a minute, whatever is archived.
    """
    target.mkdir()
    with (
        closing(sqlite3.connect(home / DATABASE)) as source,
        closing(sqlite3.connect(target / DATABASE)) as copied,
    ):
        source.backup(copied)
    shutil.copytree(home, target, copy_function=_linked, dirs_exist_ok=True)
    return target


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
    home = copy_of(auditor.home, tmp_path / "edited")
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
    """Link the many files of licenses, and copy the others but for the database."""
    if Path(source).name.startswith(DATABASE):
        return
    if "objects" in Path(source).parts:
        # What is archived meanwhile is removed there, and lies in a package.
        with suppress(FileNotFoundError):
            os.link(source, target)
    else:
        shutil.copy2(source, target)
