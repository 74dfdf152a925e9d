"""The command line on embedded defaults: a country is founded, and every verb used on it."""

import contextlib
import io
import json
import os
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from api import cli
from api.console import FAILED, INDETERMINATE, INTERNAL, OK, USAGE
from certs.regions import RegionCode
from certs.samples.bad_rows import bad_rows
from certs.samples.food_business import food_business_rows
from certs.samples.workbooks import write_sheet
from certs.type_folders import shipped_type
from signing.keystores import files
from tests import sealed
from tests.instance_parts import PARTY_OPTION, SITUATION

WUHU, BAOJI = RegionCode("340200"), RegionCode("610300")
SECRET = "geheim für den Test"  # noqa: S105 - opens nothing but test keys
ROWS = food_business_rows(WUHU, 8, seed=1)
SEAL = "3402000000001"


@dataclass(frozen=True)
class Done:
    """What a command came to."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:  # noqa: ANN401 - any JSON value
        """The one document on stdout."""
        return json.loads(self.out)


def run(*arguments: object) -> Done:
    """Run a command in this process."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            code = cli.main([str(argument) for argument in arguments])
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else INTERNAL
    return Done(code, out.getvalue(), err.getvalue())


def application(number: int) -> dict[str, object]:
    """The body of ``license issue`` for a sample row."""
    row = ROWS[number]
    apart = {"operator", "credit_code", "number", "issued_on", "valid_from", "valid_to"}
    return {
        "type": "food_business",
        "holder": {"code_type": "001", "code": row["credit_code"], "name": row["operator"]},
        "fields": {name: value for name, value in row.items() if name not in apart},
        "number": row["number"],
        "issued_on": row["issued_on"],
        "valid_from": row["valid_from"],
        "valid_to": row["valid_to"],
    }


@dataclass(frozen=True)
class Country:
    """A root and two regions, founded by commands alone."""

    folder: Path

    @property
    def root(self) -> Path:
        return self.folder / "root"

    @property
    def wuhu(self) -> Path:
        return self.folder / "wuhu"

    @property
    def baoji(self) -> Path:
        return self.folder / "baoji"

    def found(self) -> None:
        """Root, regions, a seal, a trust list."""
        good("init", "--root", "--name", "测试根", "--home", self.root)
        pem = self.folder / "root.pem"
        good("trust", "export", "--out", pem, "--home", self.root)
        for home, code, name, issuer, unified in (
            (self.wuhu, WUHU, "芜湖市", "芜湖市市场监督管理局", "11340200MB9TXY014H"),
            (self.baoji, BAOJI, "宝鸡市", "宝鸡市市场监督管理局", "11610300MB9TXY014E"),
        ):
            good(
                *("--home", home, "init", "--region", code, "--name", name),
                *("--issuer-code", unified, "--issuer-name", issuer, "--root-home", self.root),
                *("--public-url", f"http://127.0.0.{code.value[0]}:9"),  # nobody answers there
                *(("--trust-root", pem) if code == BAOJI else ()),
            )
        good("--home", self.wuhu, "seal", "make", "--code", SEAL, "--line", "行政审批专用章")
        entries = [self.folder / f"{home.name}.json" for home in (self.wuhu, self.baoji)]
        for home, entry in zip((self.wuhu, self.baoji), entries, strict=True):
            good("--home", home, "trust", "export", "--out", entry)
        good("--home", self.root, "trust", "make", *entries, "--out", self.list_file)
        for home in (self.wuhu, self.baoji):
            good("trust", "import", self.list_file, "--home", home)

    @property
    def list_file(self) -> Path:
        return self.folder / "list.json"

    def issue(self, number: int) -> str:
        """The identifier of the license of a sample row."""
        body = self.folder / f"row-{number}.json"
        body.write_text(json.dumps(application(number)), "utf-8")
        found: str = good("license", "issue", body, "--json", "--home", self.wuhu).json[
            "identifier"
        ]
        return found

    def export(self, identifier: str) -> Path:
        """The face of a license."""
        out = self.folder / "exported"
        done = good("--home", self.wuhu, "--json", "license", "export", identifier, "--out", out)
        return Path(done.json[0])


def good(*arguments: object) -> Done:
    done = run(*arguments)
    assert done.code == OK, done.err
    return done


@contextmanager
def own_secrets() -> Iterator[pytest.MonkeyPatch]:
    """Passphrases for everything that is founded meanwhile, and no settings from outside."""
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("YINXIN_")]:
            patch.delenv(name)
        patch.setenv("YINXIN_PASSPHRASE", SECRET)
        patch.setenv("YINXIN_ROOT_PASSPHRASE", SECRET)
        # Every command opens keys anew; what a real derivation costs is the key store's test.
        patch.setattr(files, "SCRYPT_COST", 2**5)
        yield patch


@contextmanager
def own_country(factory: pytest.TempPathFactory) -> Iterator[Country]:
    """A country of its own, so that nothing that a module does disturbs other tests."""
    with own_secrets():
        made = Country(factory.mktemp("country"))
        made.found()
        yield made


@pytest.fixture(scope="module")
def country(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Country]:
    with own_country(tmp_path_factory) as made:
        yield made


# Founding, trust, seals ----------------------------------------------------------------------


def test_keys_and_secrets_are_for_their_owner_alone(country: Country) -> None:
    for home in (country.root, country.wuhu, country.baoji):
        for path in (home / "keys").iterdir():
            assert stat.S_IMODE(path.stat().st_mode) == 0o600
            assert SECRET.encode() not in path.read_bytes()


def test_trust_is_shown_the_same_in_every_region(country: Country) -> None:
    shown = [
        good("trust", "show", "--json", "--home", home).json
        for home in (country.wuhu, country.baoji, country.root)
    ]

    assert shown[0] == shown[1] == shown[2]
    assert (shown[0]["version"], shown[0]["fresh"]) == (1, True)
    assert [item["code"] for item in shown[0]["regions"]] == ["340200", "610300"]


def test_an_older_list_is_refused_after_a_newer_one(country: Country) -> None:
    newer = country.folder / "newer.json"
    entries = (country.folder / "wuhu.json", country.folder / "baoji.json")
    made = good("--json", "--home", country.root, "trust", "make", *entries, "--out", newer)
    assert made.json["version"] == 2
    good("--home", country.baoji, "trust", "import", newer)

    again = run("--home", country.baoji, "trust", "import", country.list_file)

    assert (again.code, again.out) == (USAGE, "")
    assert "rollback" in again.err


def test_a_seal_is_listed_and_shown_and_its_code_used_once(
    country: Country, tmp_path: Path
) -> None:
    (seal,) = good("seal", "list", "--json", "--home", country.wuhu).json
    assert (seal["code"], "样本" in seal["name"]) == (SEAL, True)

    picture = tmp_path / "seal.png"
    good("seal", "show", SEAL, "--out", picture, "--home", country.wuhu)
    assert picture.read_bytes().startswith(b"\x89PNG")

    again = run("seal", "make", "--code", SEAL, "--home", country.wuhu)
    assert (again.code, SEAL in again.err) == (USAGE, True)


def test_without_an_instance_there_is_no_trust_and_that_is_no_error(tmp_path: Path) -> None:
    done = good("trust", "show", "--json", "--home", tmp_path / "nowhere")

    assert done.json is None
    assert not (tmp_path / "nowhere").exists()


# Licenses ------------------------------------------------------------------------------------


def test_a_license_from_its_issue_to_its_revocation(country: Country, tmp_path: Path) -> None:
    identifier = country.issue(0)
    shown = good("license", "show", identifier, "--json", "--home", country.wuhu).json
    assert (shown["number"], shown["status"]) == (ROWS[0]["number"], "active")
    assert [event["kind"] for event in shown["history"]] == ["active"]

    pdf = country.export(identifier)
    assert {path.suffix for path in pdf.parent.glob(f"{identifier}*")} == {
        ".pdf",
        ".ofd",
        ".json",
        ".p7s",
    }
    report = good("verify", pdf, "--json", "--home", country.wuhu).json
    assert (report["conclusion"], report["zh"]) == ("passed", "印章真实；证照有效")

    # 宝鸡 knows whom to ask, but nobody answers; elsewhere there is nobody to trust.
    for home in (country.baoji, tmp_path / "nowhere"):
        done = run("verify", pdf, "--json", "--home", home)
        assert (done.code, done.json["conclusion"]) == (INDETERMINATE, "indeterminate")

    revoke = ("license", "revoke", identifier, "--effective", "2026-03-01")
    reason = ("--decision-no", "样〔2026〕1号", "--reason", "测试")
    event = good(*revoke, *reason, "--json", "--home", country.wuhu).json
    assert (event["kind"], event["effective_at"]) == ("revoked", "2026-02-28T16:00:00+00:00")

    done = run("verify", pdf, "--json", "--home", country.wuhu)
    assert done.code == FAILED
    assert done.json["conclusion_at_sealing"] == "passed"
    assert done.json["zh"] == "印章真实；证照已于 2026-03-01 吊销"
    again = run(*revoke, *reason, "--home", country.wuhu)
    assert (again.code, "吊销" in again.err) == (USAGE, True)


def test_several_files_have_the_worst_code_and_one_document(
    country: Country, tmp_path: Path
) -> None:
    sound = country.export(country.issue(1))
    foreign, broken = tmp_path / "foreign.pdf", tmp_path / "broken.pdf"
    foreign.write_bytes(sealed.sound())
    broken.write_bytes(sound.read_bytes()[:-1])

    done = run("--home", country.wuhu, "verify", sound, foreign, broken, "--json")
    # The file sealed elsewhere claims this very region, whose authority is another here.
    assert [item["conclusion"] for item in done.json] == ["passed", "failed", "failed"]
    assert done.code == FAILED
    words = run("--home", country.wuhu, "verify", sound, broken, "--quiet")
    assert words.code == FAILED
    assert len(words.out.splitlines()) == 4
    assert "passed" in words.out
    assert "failed" in words.out


def test_a_spreadsheet_is_minted_once_and_its_bad_rows_are_named(
    country: Country, tmp_path: Path
) -> None:
    sheet = tmp_path / "sheet.xlsx"
    bad = bad_rows(WUHU, ROWS[2], seed=1)[:2]
    write_sheet(
        sheet, shipped_type("food_business"), [ROWS[2], *(row.cells for row in bad), ROWS[3]]
    )

    first = run("license", "batch", sheet, "--json", "--home", country.wuhu)
    again = run("--json", "--home", country.wuhu, "license", "batch", sheet)

    assert first.code == again.code == FAILED  # rows were refused
    assert first.json == again.json
    assert [item["row"] for item in first.json["minted"]] == [2, 5]
    assert {item["row"] for item in first.json["refused"]} == {3, 4}
    for item in first.json["refused"]:
        assert all(item[name] for name in ("column", "heading", "value", "code", "zh", "en"))
    words = run("--home", country.wuhu, "license", "batch", sheet)
    assert "4 read = 2 minted + 0 there already + 2 refused" in words.out
    name = first.json["batch"]
    assert f"yinxin batch refused {name}" in good("batch", "show", name, "--home", country.wuhu).out
    shown = good("batch", "show", name, "--json", "--home", country.wuhu).json
    assert (shown["awaits"], shown["refusal"], shown["reconciled"]) == (None, None, True)
    assert good("license", "reconcile", "--json", "--home", country.wuhu).json["finished"] == []
    listed = good("license", "list", "--json", "--home", country.wuhu).json
    assert {item["identifier"] for item in first.json["minted"]} <= {
        item["identifier"] for item in listed
    }


def test_rows_of_a_database_are_minted_and_its_password_stays_off_the_command_line(
    country: Country, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = ROWS[5]
    database = tmp_path / "stock.sqlite3"
    with contextlib.closing(sqlite3.connect(database)) as connection, connection:
        connection.execute(f"CREATE TABLE stock ({', '.join(row)})")
        marks = ", ".join("?" * len(row))
        connection.execute(f"INSERT INTO stock VALUES ({marks})", tuple(row.values()))  # noqa: S608
    query = ("--query", "SELECT * FROM stock ORDER BY number", "--home", country.wuhu)
    batch = ("license", "batch", "--json")

    told = run(*batch, "--database", "postgresql://u:s3cret@127.0.0.1/x", *query)
    assert told.code == USAGE
    assert "YINXIN_SOURCE_URL" in told.err
    assert "s3cret" not in told.err
    assert run(*batch, "--database", "-", *query).code == USAGE
    assert run(*batch, "file.csv", "--database", "-", *query).code == USAGE
    assert run(*batch, "--database", "-", "--home", country.wuhu).code == USAGE
    first = good(*batch, "--database", f"sqlite:///{database}", *query)
    monkeypatch.setenv("YINXIN_SOURCE_URL", f"sqlite:///{database}")
    again = good(*batch, "--database", "-", *query)

    assert [item["row"] for item in first.json["minted"]] == [1]
    assert again.json == first.json


def test_a_wrong_application_is_refused_field_by_field(country: Country, tmp_path: Path) -> None:
    body = application(4) | {"valid_to": "2020-01-01", "number": "JY3340210000001X"}
    path = tmp_path / "row.json"
    path.write_text(json.dumps(body), "utf-8")

    done = run("license", "issue", path, "--home", country.wuhu)

    assert (done.code, done.out) == (USAGE, "")
    assert "许可证编号" in done.err


# Cases ---------------------------------------------------------------------------------------


def test_a_demand_for_paper_is_refused_while_the_license_serves(country: Country) -> None:
    identifier = country.issue(4)
    for person, more in (("W001", ()), ("W002", ("--approver",))):
        granted = good(
            *("access", "grant", "--person", person, "--role", "window", *more),
            *("--json", "--home", country.wuhu),
        )
        assert granted.json["token"]
    opened = good(
        *("case", "open", "--matter", "open-restaurant", "--holder", ROWS[4]["credit_code"]),
        *("--name", ROWS[4]["operator"], "--operator", "W001", "--json", "--home", country.wuhu),
        *(part for answer in SITUATION.items() for part in ("--situation", "=".join(answer))),
        *PARTY_OPTION,
    ).json
    material = next(item for item in opened["materials"] if item["license"])
    assert (material["outcome"], material["license"]) == ("e_license", identifier)
    decide = ("case", "decide", opened["case"], material["code"], "--home", country.wuhu)

    refused = run(*decide, "--form", "paper", "--operator", "W001", "--json")
    assert (refused.code, refused.out) == (FAILED, "")
    assert "ELICENSE_AVAILABLE" in refused.err

    good(*decide, "--form", "e_license", "--operator", "W001")
    again = run(*decide, "--form", "e_license", "--operator", "W001")
    assert (again.code, "ALREADY_DECIDED" in again.err) == (FAILED, True)
    shown = good("case", "show", opened["case"], "--json", "--home", country.wuhu).json
    assert {item["code"]: item["decision"] for item in shown["materials"]}[
        material["code"]
    ] == "e_license"


# Mistakes ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["nonsense"],
        ["license"],
        ["license", "show"],
        ["license", "show", "1.2.3"],
        ["license", "revoke", "1.2.3", "--reason", "r"],
        ["license", "revoke", "1.2.3", "--reason", "r", "--decision-no", "1", "--effective", "x"],
        ["license", "export", "1.2.3", "--out", "{tmp}/out"],
        ["license", "issue", "{tmp}/nothing.json"],
        ["license", "issue", "{tmp}/no.json"],
        ["license", "batch", "{tmp}/nothing.xlsx"],
        ["license", "batch", "{tmp}/no.json"],
        ["license", "batch", "{tmp}/no.json", "--type", "nonsense"],
        ["verify"],
        ["verify", "{tmp}/nothing.pdf"],
        ["verify", "{tmp}"],
        ["seal", "make", "--code", "印章编码印章"],
        ["seal", "make", "--code", "../../../x"],
        ["seal", "make", "--code", "3402000000002", "--days", "0"],
        ["seal", "make", "--code", "3402000000002", "--days", "99999999999"],
        ["seal", "show", "nothing", "--out", "{tmp}/x.png"],
        ["trust", "import", "{tmp}/nothing.json"],
        ["trust", "import", "{tmp}/no.json"],
        ["trust", "import", "{tmp}/no.json", "--trust-root", "{tmp}/no.json"],
        ["trust", "make", "{tmp}/no.json", "--out", "{tmp}/x"],
        ["case", "open", "--matter", "x", "--holder", "1", "--name", "n", "--operator", "W"],
        ["case", "show", "nothing"],
        ["case", "decide", "nothing", "x", "--form", "paper", "--operator", "W"],
        ["access", "grant", "--person", "P", "--role", "citizen"],
        ["access", "grant", "--person", "P", "--role", "emperor"],
        ["serve", "--port", "0"],
        ["serve", "--port", "65536"],
        ["serve", "--port", "x"],
        ["demo", "--port", "65535"],
        ["init", "--root", "--name", "x"],
        ["init", "--name", "x"],
    ],
    ids=" ".join,
)
def test_a_mistake_is_told_in_words_and_ends_with_64(
    country: Country, tmp_path: Path, arguments: list[str]
) -> None:
    (tmp_path / "no.json").write_text("no JSON", "utf-8")
    filled = [item.replace("{tmp}", str(tmp_path)) for item in arguments]
    before = sorted(path.name for path in tmp_path.iterdir())

    done = run("--home", country.wuhu, *filled)

    assert done.code == USAGE, done.err
    assert done.out == ""
    assert done.err.splitlines()[-1].startswith("yinxin: ")
    assert sorted(path.name for path in tmp_path.iterdir()) == before


def test_a_region_needs_its_parts_and_they_are_named(tmp_path: Path, country: Country) -> None:
    assert country.root.is_dir()
    done = run("init", "--name", "x", "--region", "340200", "--home", tmp_path / "new")

    assert done.code == USAGE
    assert "--issuer-code, --issuer-name" in done.err
    assert not (tmp_path / "new").exists()


def test_a_folder_without_instance_says_how_to_make_one(tmp_path: Path, country: Country) -> None:
    assert country.root.is_dir()
    done = run("license", "list", "--home", tmp_path / "new")

    assert (done.code, "yinxin init" in done.err) == (USAGE, True)


def test_a_root_is_no_region(country: Country) -> None:
    done = run("license", "list", "--home", country.root)

    assert (done.code, "信任根" in done.err) == (USAGE, True)


@pytest.mark.parametrize(
    "arguments",
    [
        ["seal", "make", "--code", "3402000000003"],
        ["init", "--root", "--name", "x", "--environment", "production", "--home", "{tmp}/new"],
    ],
    ids=["seal maker", "root"],
)
def test_demo_services_refuse_to_run_in_production(
    country: Country, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str]
) -> None:
    monkeypatch.setenv("YINXIN_ENVIRONMENT", "production")
    filled = [item.replace("{tmp}", str(tmp_path)) for item in arguments]

    done = run("--home", country.wuhu, *filled)

    assert (done.code, done.out) == (USAGE, "")
    assert "demo" in done.err
    assert not (tmp_path / "new").exists()


def test_the_demo_refuses_to_run_in_production(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("YINXIN_ENVIRONMENT", "production")

    done = run("demo", "--out", tmp_path / "demo", "--port", "18471")

    assert (done.code, "demo" in done.err) == (USAGE, True)


def test_production_founds_a_region_that_waits_for_outside_certificates(
    country: Country, tmp_path: Path
) -> None:
    assert country.root.is_dir()
    home = tmp_path / "new"
    good(
        *("init", "--environment", "production", "--region", WUHU, "--name", "芜湖市"),
        *("--issuer-code", "11340200MB9TXY014H", "--issuer-name", "芜湖市市场监督管理局"),
        *("--home", home),
    )

    assert (home / "certs" / "seal.csr").is_file()
    for arguments in (("license", "list"), ("seal", "make", "--code", "3402000000004")):
        assert run(*arguments, "--home", home).code == USAGE


# Passphrases ---------------------------------------------------------------------------------


@pytest.mark.parametrize("command", [("license", "list"), ("serve", "--port", "18472")])
def test_a_wrong_passphrase_is_told_and_not_repeated(
    country: Country, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]
) -> None:
    monkeypatch.setenv("YINXIN_PASSPHRASE", "falsch")

    done = run(*command, "--home", country.wuhu)

    assert (done.code, done.out) == (INTERNAL, "")
    assert "口令不对" in done.err
    assert "falsch" not in done.err


def test_without_a_passphrase_nobody_waits_for_one(
    country: Country, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("YINXIN_PASSPHRASE")
    monkeypatch.setattr("sys.stdin", io.StringIO())

    done = run("license", "list", "--home", country.wuhu)

    assert (done.code, "YINXIN_PASSPHRASE_FILE" in done.err) == (USAGE, True)


def test_a_passphrase_may_come_from_a_file(
    country: Country, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "passphrase"
    path.write_text(f"# a remark\n{SECRET}\nanother line\n", "utf-8")
    monkeypatch.delenv("YINXIN_PASSPHRASE")
    monkeypatch.setenv("YINXIN_PASSPHRASE_FILE", str(path))

    assert run("license", "list", "--home", country.wuhu).code == OK

    path.unlink()
    assert run("license", "list", "--home", country.wuhu).code == USAGE


# A process -----------------------------------------------------------------------------------


def test_a_process_prints_one_document_and_ends_with_the_code_of_the_verdict(
    tmp_path: Path,
) -> None:
    (tmp_path / "face.pdf").write_bytes(sealed.sound())

    done = subprocess.run(
        [sys.executable, "-m", "api.cli", "verify", str(tmp_path / "face.pdf"), "--json"],
        capture_output=True,
        env={**os.environ, "YINXIN_HOME": str(tmp_path / "nowhere")},
        stdin=subprocess.DEVNULL,
        timeout=60,
        check=False,
    )

    assert (done.returncode, done.stderr) == (INDETERMINATE, b"")
    assert json.loads(done.stdout)["zh"] == "无法判定：本机没有信任列表，无法判断"
