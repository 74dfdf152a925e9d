"""Worker processes over PostgreSQL and S3 mint a batch together, whatever becomes of one."""

import io
import json
import time
from collections.abc import Iterator
from contextlib import redirect_stdout
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from api import cli
from api.batch_reports import report_of, rows_that
from api.composition import open_services
from api.services import Services
from certs.batches.batch import Batch, BatchCounts, BatchState, RowOutcome
from certs.batches.reception import receive
from certs.regions import RegionCode
from certs.rows.opening import open_rows
from certs.samples.food_business import food_business_rows
from certs.samples.workbooks import write_sheet
from storage.database import connect
from tests import desks
from tests.country import WUHU
from tests.databases import PostgresqlDatabases
from tests.object_stores import below
from tests.region_processes import at_home
from tests.shared_regions import SharedRegion, found_shared, worker_process

pytestmark = [pytest.mark.xdist_group("databases"), pytest.mark.timeout(240)]
ROWS = 450
FEW = 20
STOCK = food_business_rows(RegionCode(WUHU), ROWS + FEW, seed=7)
"""Of one seed, so that no number stands twice."""
_SECONDS = 150.0


@pytest.fixture(scope="module")
def shared(
    tmp_path_factory: pytest.TempPathFactory,
    postgresql_databases: PostgresqlDatabases,
    s3_address: str,
) -> SharedRegion:
    return found_shared(
        tmp_path_factory.mktemp("workers") / "out",
        database=postgresql_databases.address(postgresql_databases.new(template="template0")),
        objects=below(s3_address),
    )


@pytest.fixture(scope="module")
def services(shared: SharedRegion) -> Iterator[Services]:
    with at_home(shared.folder), open_services(shared.home) as services:
        yield services


@pytest.fixture(scope="module")
def engine(shared: SharedRegion) -> Iterator[Engine]:
    engine = connect(shared.database)
    yield engine
    engine.dispose()


def staged(services: Services, folder: Path) -> Batch:
    path = folder / "many.xlsx"
    write_sheet(path, desks.food_business(), STOCK[:ROWS])
    desk = services.desks[desks.TYPE]
    with open_rows(path, desk.license_type) as table:
        return receive(table, name=path.name, digest="d" * 64, desk=desk)


def test_the_command_starts_workers_that_end_with_the_batch(
    shared: SharedRegion, tmp_path: Path
) -> None:
    sheet = tmp_path / "few.xlsx"
    write_sheet(sheet, desks.food_business(), STOCK[ROWS:])
    home = ("--home", str(shared.home), "license", "batch", str(sheet), "--workers", "2")
    out = io.StringIO()

    with at_home(shared.folder), redirect_stdout(out):
        code = cli.main([*home, "--yes", "--json"])

    told = json.loads(out.getvalue())
    assert (code, told["state"], told["counts"]["minted"]) == (0, "done", FEW)
    assert told["reconciled"]


def counts(batch: Batch, services: Services) -> BatchCounts:
    with services.unit_of_work() as work:
        return work.batches.counts(batch.id)


def wait_until_ended(batch: Batch, services: Services, least: int) -> None:
    deadline = time.monotonic() + _SECONDS
    while (so_far := counts(batch, services)).ended < least:
        assert time.monotonic() < deadline, so_far
        time.sleep(0.1)


def test_a_batch_survives_the_death_of_a_worker(
    shared: SharedRegion, services: Services, engine: Engine, tmp_path: Path
) -> None:
    batch = staged(services, tmp_path)
    with worker_process(shared.home) as first, worker_process(shared.home, "--once") as second:
        wait_until_ended(batch, services, 51)
        first.kill()
        wait_until_ended(batch, services, ROWS)
        assert second.wait(30) == 0

    with services.unit_of_work() as work:
        report = report_of(batch.id, work)
        minted = [row.identifier for row in rows_that(batch.id, work, RowOutcome.MINTED)]
    assert (report.batch.state, report.counts) == (BatchState.DONE, BatchCounts(minted=ROWS))
    assert report.is_reconciled
    assert len(set(minted)) == ROWS
    with engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM procrastinate_jobs")).scalar() == 0
