"""A region with its register in PostgreSQL and its objects in S3, from founding to a verdict."""

import io
import json
import os
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

import httpx
import pytest
from sqlalchemy import select

from api import cli
from api.demo_country import UNLOCK_NOTE, prepare_folder
from storage.database import connect
from storage.license_tables import licenses
from storage.object_bucket import ObjectBucket
from tests import world
from tests.country import WUHU
from tests.databases import PostgresqlDatabases
from tests.object_stores import below
from tests.region_processes import Region, at_home
from tests.shared_regions import found_shared

pytestmark = pytest.mark.xdist_group("databases")


@dataclass(frozen=True, kw_only=True)
class Served:
    """A region that is served, and where it keeps things."""

    region: Region
    database: str
    objects: str


@pytest.fixture(scope="module")
def database(postgresql_databases: PostgresqlDatabases) -> str:
    """A database in which nothing was ever made."""
    return postgresql_databases.address(postgresql_databases.new(template="template0"))


@pytest.fixture(scope="module")
def served(
    tmp_path_factory: pytest.TempPathFactory, database: str, s3_address: str
) -> Iterator[Served]:
    """Founded where the environment says, and served where the file says."""
    shared = found_shared(
        tmp_path_factory.mktemp("databases") / "out",
        database=database,
        objects=below(s3_address),
    )
    with httpx.Client(timeout=60, trust_env=False) as http:
        region = Region(plan=shared.plan, home=shared.home, http=http, token=shared.token)
        region.start()
        try:
            region.wait()
            region.mint(1)
            yield Served(region=region, database=database, objects=shared.objects)
        finally:
            region.stop()


@pytest.mark.parametrize("kind", ["pdf", "ofd"])
def test_what_it_issues_verifies(served: Served, kind: str) -> None:
    report = served.region.verify_file(served.region.file(kind=kind))

    assert (report["format"], report["conclusion"]) == (kind, "passed")
    assert report["license"]["identifier"] == served.region.identifiers[0]


def test_the_register_is_in_postgresql_and_the_objects_in_the_bucket(served: Served) -> None:
    engine, bucket = connect(served.database), ObjectBucket.at(served.objects)
    with engine.connect() as connection:
        (row,) = connection.execute(select(licenses)).mappings()
    engine.dispose()

    assert row["identifier"] == served.region.identifiers[0]
    assert bucket.get(row["pdf_object"]) == served.region.file()
    assert not (served.region.home / "db.sqlite3").exists()
    assert not [path for path in (served.region.home / "objects").rglob("*") if path.is_file()]


def test_neither_password_nor_secret_is_logged(served: Served) -> None:
    assert "yinxin-test-secret" not in served.region.log


def test_a_revocation_is_seen_at_once(served: Served) -> None:
    served.region.mint(1, first=1)
    file = served.region.file(1)
    served.region.revoke(1)

    report = served.region.verify_file(file)

    assert (report["conclusion"], report["conclusion_at_sealing"]) == ("failed", "passed")


def _run(home: Path, *arguments: str) -> tuple[int, dict[str, object]]:
    out, errors = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(errors):
        code = cli.main(["--home", str(home), *arguments, "--json"])
    return code, json.loads(out.getvalue() or "{}") | {"told": errors.getvalue()}


def test_init_makes_the_tables_where_the_environment_says(
    tmp_path: Path, postgresql_databases: PostgresqlDatabases
) -> None:
    database = postgresql_databases.address(postgresql_databases.new(template="template0"))
    prepare_folder(tmp_path / "out")
    named = ("--region", WUHU, "--name", "芜湖市")
    issuer, unified = world.ISSUERS[WUHU]
    with at_home(tmp_path / "out"), patch.dict(os.environ, {"YINXIN_DATABASE_URL": database}):
        code, told = _run(
            tmp_path / "home",
            *("init", *named, "--issuer-code", unified, "--issuer-name", issuer),
        )
        assert (code, told["kind"]) == (0, "region"), told
        code, told = _run(tmp_path / "home", "database", "show")

    assert (code, told["version"]) == (0, told["needed"])
    assert str(told["address"]).startswith("postgresql")
    assert not (tmp_path / "home" / "db.sqlite3").exists()
    assert (tmp_path / "out" / UNLOCK_NOTE).exists()


def test_a_database_that_came_later_is_made_by_the_upgrade(
    tmp_path: Path, postgresql_databases: PostgresqlDatabases
) -> None:
    database = postgresql_databases.address(postgresql_databases.new(template="template0"))
    (tmp_path / "yinxin.toml").write_text(
        f'schema_name = "yinxin.home/1"\nname = "芜湖市"\ndatabase_url = "{database}"\n', "utf-8"
    )
    with at_home(tmp_path):
        code, told = _run(tmp_path, "database", "show")
        assert (code, told["version"]) == (1, None)
        code, told = _run(tmp_path, "database", "upgrade")
        assert (code, told["from"]) == (0, None)
        assert _run(tmp_path, "database", "show") == (
            0,
            {
                "address": told_of(database),
                "version": told["to"],
                "needed": told["to"],
                "told": "",
            },
        )


def told_of(database: str) -> str:
    """The address as the command tells it."""
    engine = connect(database)
    try:
        return engine.url.render_as_string()
    finally:
        engine.dispose()
