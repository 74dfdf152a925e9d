"""An instance is backed up, wiped and restored: same bytes, same checkpoints, same verdicts."""

import io
import shutil
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from api.console import FAILED, OK, USAGE
from storage import backups
from storage.backups import snapshot_sqlite
from tests.unit.api.test_cli import Country, good, own_country, run

RECOVERY_SECRET = "another one"  # noqa: S105 - of a test


@pytest.fixture(scope="module")
def country(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Country]:
    """A country with two licenses in a published ledger, one of them revoked."""
    with own_country(tmp_path_factory) as made, pytest.MonkeyPatch.context() as patch:
        patch.setenv("YINXIN_RECOVERY_PASSPHRASE", RECOVERY_SECRET)
        identifiers = [made.issue(number) for number in (0, 1)]
        for identifier in identifiers:
            made.export(identifier)
        good(
            *("license", "revoke", identifiers[1], "--kind", "revoked", "--effective"),
            *("2026-03-01T00:00:00+08:00", "--decision-no", "1号", "--reason", "样例"),
            *("--home", made.wuhu),
        )
        good("--home", made.wuhu, "ledger", "checkpoint")
        good("recovery", "--out", made.folder / "recovery")
        yield made


@pytest.fixture(scope="module")
def backup(country: Country) -> Path:
    out = country.folder / "wuhu.backup"
    certificate = country.folder / "recovery" / "certs" / "recovery.pem"
    told = good(
        "--home", country.wuhu, "--json", "backup", "--out", out, "--recovery", certificate
    ).json
    assert told["files"] > 20
    assert told["bytes"] == out.stat().st_size
    assert told["facts"]["region"] == "340200"
    return out


def restored(country: Country, backup: Path, name: str) -> Path:
    home = country.folder / name
    good("--home", home, "restore", backup, "--recovery-home", country.folder / "recovery")
    return home


def contents(home: Path) -> dict[str, bytes]:
    """Every file but the database, which is a copy of what it says."""
    return {
        path.relative_to(home).as_posix(): path.read_bytes()
        for path in home.rglob("*")
        if path.is_file() and not path.name.startswith("db.sqlite3")
    }


def verdicts(country: Country, home: Path) -> list[str]:
    faces = sorted((country.folder / "exported").rglob("*.pdf"))
    return [run("--home", home, "--json", "verify", face).json["zh"] for face in faces]


def test_restored_instance_is_the_same_to_the_byte_and_judges_the_same(
    country: Country, backup: Path
) -> None:
    before, judged = contents(country.wuhu), verdicts(country, country.wuhu)
    heads = good("--home", country.wuhu, "--json", "ledger", "checkpoint").json
    home = restored(country, backup, "again")

    assert contents(home) == before
    assert verdicts(country, home) == judged
    assert good("--home", home, "--json", "ledger", "checkpoint").json == heads
    assert len(judged) == 2
    assert good("--home", home, "ledger", "audit").code == OK
    assert good("--home", home, "license", "reconcile").code == OK


def test_instance_that_was_wiped_goes_on_after_the_restore(country: Country, backup: Path) -> None:
    shutil.copytree(country.wuhu, country.folder / "aside")
    shutil.rmtree(country.wuhu)
    try:
        restored(country, backup, country.wuhu.name)
        country.issue(2)
        heads = good("--home", country.wuhu, "--json", "ledger", "checkpoint").json
        assert [(head["log"], head["size"]) for head in heads] == [("issue", 4)]
    finally:
        shutil.rmtree(country.wuhu)
        (country.folder / "aside").rename(country.wuhu)


def test_keys_are_for_their_owner_alone_and_not_in_the_backup(
    country: Country, backup: Path
) -> None:
    home = restored(country, backup, "keys")
    for path in (home / "keys").iterdir():
        assert path.stat().st_mode & 0o777 == 0o600
    packed = backup.read_bytes()
    for name in ("holder.secret", "status.secret"):
        assert (country.wuhu / "keys" / name).read_bytes() not in packed
    assert b"ENCRYPTED PRIVATE KEY" not in packed
    assert backup.stat().st_mode & 0o777 == 0o600


def test_other_recovery_key_opens_nothing_and_leaves_nothing(
    country: Country, backup: Path
) -> None:
    good("recovery", "--out", country.folder / "stranger")
    home = country.folder / "stolen"
    done = run("--home", home, "restore", backup, "--recovery-home", country.folder / "stranger")
    assert done.code not in {OK, FAILED}
    assert not home.exists()
    assert list(country.folder.glob(".stolen*")) == []


def test_damaged_or_cut_backup_restores_nothing(country: Country, backup: Path) -> None:
    data = backup.read_bytes()
    bad = country.folder / "bad.backup"
    at = data.index(b"yinxin.home/1")
    for content in (
        b"",
        b"no backup",
        data[: len(data) // 2],
        data[:at] + b"Y" + data[at + 1 :],
        _with(data, "../escaped", b"x"),
        _with(data, "/absolute", b"x"),
        _with(data, "objects/00/extra", b"x"),
    ):
        bad.write_bytes(content)
        home = country.folder / "never"
        done = run("--home", home, "restore", bad, "--recovery-home", country.folder / "recovery")
        assert done.code not in {OK, FAILED}
        assert not home.exists()
    assert not (country.folder / "escaped").exists()


def _with(data: bytes, name: str, content: bytes) -> bytes:
    """The backup with one file more in front."""
    out = io.BytesIO()
    with (
        tarfile.open(fileobj=io.BytesIO(data)) as old,
        tarfile.open(fileobj=out, mode="w") as new,
    ):
        member = tarfile.TarInfo(name)
        member.size = len(content)
        new.addfile(member, io.BytesIO(content))
        for item in old:
            new.addfile(item, old.extractfile(item))
    return out.getvalue()


def test_nothing_is_overwritten(country: Country, backup: Path) -> None:
    certificate = country.folder / "recovery" / "certs" / "recovery.pem"
    again = run("--home", country.wuhu, "backup", "--out", backup, "--recovery", certificate)
    assert again.code not in {OK, FAILED}
    there = run(
        *("--home", country.wuhu, "restore", backup),
        *("--recovery-home", country.folder / "recovery"),
    )
    assert there.code == USAGE
    assert "已存在" in there.err


def test_files_that_archiving_takes_away_meanwhile_are_in_the_backup(
    country: Country, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Just before the database is copied, loose files go; just after it, packages are there."""
    home = country.folder / "busy"
    shutil.copytree(country.wuhu, home)
    objects = [path for path in (home / "objects").rglob("*") if path.is_file()]
    kept = {path.name: path.read_bytes() for path in objects}

    def copy(source: Path, target: Path) -> None:
        snapshot_sqlite(source, target)
        for path in objects:
            path.unlink()
        (home / "aip" / "new").write_bytes(b"a package")

    monkeypatch.setattr(backups, "snapshot_sqlite", copy)
    out = country.folder / "busy.backup"
    certificate = country.folder / "recovery" / "certs" / "recovery.pem"
    good("--home", home, "backup", "--out", out, "--recovery", certificate)
    again = restored(country, out, "busy-again")

    found = {
        path.name: path.read_bytes() for path in (again / "objects").rglob("*") if path.is_file()
    }
    assert found == kept
    assert (again / "aip" / "new").read_bytes() == b"a package"
    assert good("--home", again, "license", "reconcile").code == OK
