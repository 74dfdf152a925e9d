"""Issuing offices to mint in: embedded, and on a PostgreSQL that the environment names."""

import os
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Final

from sqlalchemy import create_engine, make_url, text

from api.composition import open_services
from api.demo_country import found_country, prepare_folder, regions, spread_trust
from certs.issuing_desk import IssuingDesk
from certs.regions import RegionCode
from certs.samples.food_business import food_business_rows
from certs.samples.workbooks import write_sheet
from certs.status_lists.publishing import StatusPublisher
from verify.archiving.desk import ArchiveDesk

BENCH_DATABASE: Final = "YINXIN_BENCH_DATABASE_URL"
"""Names a PostgreSQL server whose user may make databases; without it nothing is measured there."""

_DATABASE: Final = "YINXIN_DATABASE_URL"
TYPE: Final = "food_business"


@dataclass(frozen=True, slots=True, kw_only=True)
class MintingOffice:
    """A region with one department.

    Attributes:
        home: Its folder.
        desk: As ``serve`` uses it.
        archive: The same.
        publisher: The same.
    """

    home: Path
    passphrase: str = field(repr=False)
    region: RegionCode
    desk: IssuingDesk
    archive: ArchiveDesk
    publisher: StatusPublisher
    _sheets: Iterator[int] = field(default_factory=count)

    def sheet(self, rows: int) -> Path:
        """Return a new spreadsheet of rows that were never minted."""
        number = next(self._sheets)
        path = self.home / f"bench-{number}.xlsx"
        made = food_business_rows(self.region, (number + 1) * _ROWS_APART, seed=1)
        first = number * _ROWS_APART
        write_sheet(path, self.desk.license_type, made[first : first + rows])
        return path


_ROWS_APART: Final = 3000


@contextmanager
def minting_office(server: str = "") -> Iterator[MintingOffice]:
    """Found a region for as long as the block lasts.

    Args:
        server: Address of a PostgreSQL server; the embedded database where empty.
    """
    with (
        tempfile.TemporaryDirectory(prefix="yinxin-bench-") as folder,
        new_database(server) as url,
        _environment(url),
    ):
        out = Path(folder) / "country"
        region = regions(0, 0)[0]
        passphrase = prepare_folder(out)
        now = datetime.now(UTC)
        found_country(out, (region,), passphrase=passphrase, now=now)
        spread_trust(out, (region,), passphrase=passphrase, now=now)
        home = out / region.folder
        with open_services(home) as services:
            license_type = services.license_type(TYPE)
            archive, publisher = services.archive, services.status_publisher
            if license_type is None or archive is None or publisher is None:
                raise LookupError(TYPE)
            yield MintingOffice(
                home=home,
                passphrase=passphrase,
                region=RegionCode(region.code),
                desk=services.desks[str(license_type.code)],
                archive=archive,
                publisher=publisher,
            )


@contextmanager
def new_database(server: str) -> Iterator[str]:
    """Make a database on a PostgreSQL server for as long as the block lasts; blank without one."""
    if not server:
        yield ""
        return
    url = make_url(server).set(drivername="postgresql+psycopg")
    name = f"yinxin_bench_{secrets.token_hex(6)}"
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'"))
        yield url.set(database=name).render_as_string(hide_password=False)
        with engine.connect() as connection:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    finally:
        engine.dispose()


@contextmanager
def _environment(url: str) -> Iterator[None]:
    """Let new instances, and their workers, use a database."""
    before = os.environ.get(_DATABASE)
    if url:
        os.environ[_DATABASE] = url
    try:
        yield
    finally:
        if url and before is None:
            del os.environ[_DATABASE]
        elif before is not None:
            os.environ[_DATABASE] = before
