"""``yinxin archive``: keeping packages from the command line, over one home and over two."""

import json
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from api.archive_rooms import ArchiveRoom, archive_room
from api.console import FAILED, USAGE
from api.errors import SettingsError
from api.homes import Home
from api.object_stores import folder_of, open_archive, open_objects
from api.settings import FILE_NAME, Settings
from certs.keeping.holdings import Holding
from storage import schema
from storage.archive_bucket import ArchiveBucket
from storage.database import connect
from storage.errors import ObjectStoreError, UnfitObjectStoreError
from storage.failover import FailoverArchive, FailoverObjects
from tests.object_stores import below
from tests.s3_proxies import answering, s3_proxy
from tests.unit.api.test_cli import good, run

CONTENT = b"package " * 1000


@pytest.fixture
def home(tmp_path: Path, sqlite_template: Path) -> Iterator[Path]:
    """An instance without keys, which no command here needs, and a second folder."""
    root = tmp_path / "home"
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("YINXIN_")]:
            patch.delenv(name)
        Home(root).lay_out(
            {
                "schema_name": "yinxin.home/1",
                "environment": "dev",
                "name": "芜湖市",
                "archive_second_url": f"file://{tmp_path / 'second'}",
            }
        )
        (root / "db.sqlite3").write_bytes(sqlite_template.read_bytes())
        yield root


def _keep(home: Path, *, stored_at: datetime | None = None) -> str:
    with archive_room(home) as room:
        package = room.homes.store.put(CONTENT)
        at = stored_at or room.clock.now()
        with room.unit_of_work() as work:
            work.holdings.add(Holding.of(package, size_bytes=len(CONTENT), at=at))
            work.commit()
    return package


def _damage(folder: Path, package: str) -> Path:
    path = folder / package[:2] / package[2:4] / package
    path.chmod(0o640)
    path.write_bytes(b"other")
    return path


def test_a_scrub_repairs_and_tells_and_its_exit_code_is_about_what_is_left(home: Path) -> None:
    package = _keep(home)
    path = _damage(home / "aip", package)

    found = good("archive", "scrub", "--rate", "500", "--json", "--home", home).json
    assert (found["damaged"], found["repaired"], found["lost"]) == (1, 1, 0)
    assert path.read_bytes() == CONTENT

    _damage(home / "aip", package)
    _damage(home.parent / "second", package)
    lost = run("archive", "scrub", "--home", home)
    assert lost.code == FAILED
    assert package in lost.out


def test_what_is_appraised_and_held_is_disposed_of_by_two_when_all_is_over(home: Path) -> None:
    package = _keep(home, stored_at=datetime(2001, 5, 6, tzinfo=UTC))
    by = ("--document-no", "1号", "--by", "A001", "--home", home)
    (kept,) = good("archive", "appraise", package, "--retention", "10y", *by, "--json").json
    assert kept["keep_until"].startswith("2012-01-01")
    number = good("archive", "hold", package, "--authority", "法院", *by, "--json").json["number"]
    good("archive", "dispose", package, "--reason", "期满", *by)

    held = run("archive", "dispose", package, "--approve", "--by", "A002", "--home", home)
    assert (held.code, "法律保留" in held.err) == (USAGE, True)
    released = good("archive", "release", package, str(number), *by, "--json").json
    assert released["still_held"] == []
    alone = run("archive", "dispose", package, "--approve", "--by", "A001", "--home", home)
    assert (alone.code, "另一" in alone.err or "以外" in alone.err) == (USAGE, True)
    line = good(
        *("archive", "dispose", package, "--approve", "--by", "A002", "--home", home, "--json")
    ).json

    assert (line["proposer"], line["approver"]) == ("A001", "A002")
    with archive_room(home) as room:
        assert not room.homes.store.has(package)
    assert good("archive", "scrub", "--json", "--home", home).json["packages"] == 0


@pytest.mark.parametrize("rate", ["0", "-1", "inf", "nan", "fast"])
def test_a_rate_is_a_number_above_zero(home: Path, rate: str) -> None:
    assert run("archive", "scrub", f"--rate={rate}", "--home", home).code == USAGE


def test_an_approval_brings_no_reason_of_its_own(home: Path) -> None:
    package = _keep(home)

    told = run(
        *("archive", "dispose", package, "--approve", "--reason", "x", "--by", "A002"),
        *("--home", home),
    )

    assert told.code == USAGE


# Settings ---------------------------------------------------------------------------------------


def _settings(home: Path, **changes: str) -> Settings:
    """The settings of an instance with these addresses and no others."""
    values = Settings.read(home).model_dump(exclude_defaults=True, mode="json")
    known = {key: value for key, value in values.items() if not key.endswith("_url")}
    lines = {**known, "schema_name": "yinxin.home/1", **changes}
    text = "".join(f"{key} = {json.dumps(value)}\n" for key, value in lines.items())
    (home / FILE_NAME).write_text(text, "utf-8")
    return Settings.read(home)


def _now() -> datetime:
    return datetime.now(UTC)


def test_two_buckets_and_folders_are_one_store(
    home: Path, tmp_path: Path, s3_address: str, locking_s3_address: str
) -> None:
    settings = _settings(
        home,
        objects_second_url=f"file://{tmp_path / 'objects'}",
        objects_url=below(s3_address),
        archive_url=below(locking_s3_address),
        archive_second_url=f"file://{tmp_path / 'a%20b'}",
    )

    archive = open_archive(Home(home), settings, now=_now)
    objects = open_objects(Home(home), settings, now=_now).loose

    assert isinstance(archive.store, FailoverArchive)
    assert isinstance(archive.homes[0], ArchiveBucket)
    assert isinstance(objects, FailoverObjects)
    digest = archive.store.put(CONTENT)
    assert archive.homes[0].get(digest) == archive.homes[1].get(digest) == CONTENT
    assert (tmp_path / "a b" / digest[:2]).is_dir()
    assert objects.first.get(objects.put(CONTENT)) == objects.second.get(digest)


def test_packages_lie_below_the_files_where_nothing_else_is_said(
    home: Path, tmp_path: Path, locking_s3_address: str
) -> None:
    address = below(locking_s3_address)
    bucket = open_archive(
        Home(home), _settings(home, objects_url=f"{address}/?region=us-east-1"), now=_now
    ).store
    folder = open_archive(
        Home(home), _settings(home, objects_url=f"file://{tmp_path / 'files'}"), now=_now
    ).store

    digest = bucket.put(CONTENT)
    assert ArchiveBucket.at(f"{address}/aip").get(digest) == CONTENT
    folder.put(CONTENT)
    assert (tmp_path / "files" / "aip" / digest[:2]).is_dir()
    assert not (home / "aip" / digest[:2]).exists()


def test_an_archive_refuses_a_bucket_that_cannot_lock(home: Path, s3_address: str) -> None:
    settings = _settings(home, archive_url=below(s3_address))

    with pytest.raises(UnfitObjectStoreError, match="COMPLIANCE"):
        open_archive(Home(home), settings, now=_now)


AWAY = "s3+http://key:secret@127.0.0.1:1/archive"


@pytest.mark.usefixtures("hurried")
def test_a_process_that_starts_in_an_outage_reads_and_does_not_write(
    home: Path, locking_s3_address: str, caplog: pytest.LogCaptureFixture
) -> None:
    with s3_proxy(below(locking_s3_address)) as proxy:
        settings = _settings(
            home,
            archive_url=proxy.address,
            archive_second_url=f"file://{home / 'other'}",
            objects_url=proxy.address,
            objects_second_url=f"file://{home / 'second'}",
        )
        archive = open_archive(Home(home), settings, now=_now)
        digest = archive.store.put(CONTENT)

        proxy.meddle = answering(503)
        archive = open_archive(Home(home), settings, now=_now)
        objects = open_objects(Home(home), settings, now=_now).loose
        assert archive.store.get(digest) == CONTENT
        for store in (archive.store, objects):
            with pytest.raises(ObjectStoreError, match="does not answer"):
                store.put(b"new")
        proxy.meddle = lambda _: False
        assert archive.store.get(archive.store.put(b"new")) == b"new"
    assert "started without one of two" in caplog.text
    assert "secret" not in caplog.text


@pytest.mark.usefixtures("hurried")
def test_what_was_silent_and_is_unfit_is_never_written(home: Path, s3_address: str) -> None:
    with s3_proxy(below(s3_address)) as proxy:
        proxy.meddle = answering(503)
        settings = _settings(
            home, archive_url=proxy.address, archive_second_url=f"file://{home / 'other'}"
        )
        archive = open_archive(Home(home), settings, now=_now)
        proxy.meddle = lambda _: False

        with pytest.raises(UnfitObjectStoreError, match="COMPLIANCE"):
            archive.store.put(CONTENT)

    assert list(archive.homes[1].digests()) == []


@pytest.mark.usefixtures("hurried")
def test_nothing_starts_where_every_store_is_silent(home: Path) -> None:
    settings = _settings(home, archive_url=AWAY, archive_second_url=AWAY)

    with pytest.raises(ObjectStoreError, match="does not answer"):
        open_archive(Home(home), settings, now=_now)


@pytest.mark.parametrize("address", ["file://host/folder", "file:relative", "file://"])
def test_a_folder_is_named_by_its_whole_path(address: str, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="file:///"):
        folder_of(address, tmp_path)


def test_an_archive_is_not_opened_over_an_older_database(home: Path) -> None:
    (home / "db.sqlite3").unlink()
    engine = connect(Home(home).database_url)
    schema.upgrade(engine, "0013")
    engine.dispose()

    told = run("archive", "scrub", "--home", home)

    assert "database upgrade" in told.err


def test_a_room_has_what_its_keeper_needs(home: Path) -> None:
    with archive_room(home) as room:
        assert isinstance(room, ArchiveRoom)
        assert room.keeper.store is room.homes.store
