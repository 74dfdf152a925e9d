"""Handing over (移交): from one region's archive to another, which reaches nobody."""

import io
import json
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import bagit
import pytest

from api.clients.retries import Retries
from api.console import FAILED, OK, USAGE
from tests.unit.api.test_cli import BAOJI, ROWS, Country, good, own_country, run


@pytest.fixture(autouse=True)
def asked_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The regions have no servers here: they are asked again without pauses."""
    monkeypatch.setattr(Retries, "pause", lambda *_, **__: True)


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Country]:
    """A country with three packages in one region; the regions cannot reach each other."""
    with own_country(tmp_path_factory) as made:
        for number in range(2):
            made.issue(number)
        good("archive", "run", "--home", made.wuhu)
        yield made


def _packages(office: Country) -> list[str]:
    shown = good("archive", "show", "--json", "--home", office.wuhu).json
    return [item["package"] for item in shown["packages"]]


@pytest.fixture(scope="module")
def sound(office: Country) -> Path:
    """A folder that was handed over; tests that spoil it copy it first."""
    out = office.folder / "sound"
    good(
        *("archive", "handover", *_packages(office), "--out", out, "--to", BAOJI),
        *("--by", "A001", "--home", office.wuhu),
    )
    return out


def _receive(office: Country, folder: Path, out: Path) -> tuple[int, dict[str, object]]:
    done = run("archive", "receive", folder, "--out", out, "--json", "--home", office.baoji)
    return done.code, done.json


def _ledger(home: Path, kind: str) -> int:
    """How often something stands in the log of the archive."""
    with sqlite3.connect(home / "db.sqlite3") as database:
        rows = database.execute("select encoded from ledger_entries where log = 'archive'")
        return sum(json.loads(encoded)["kind"] == kind for (encoded,) in rows)


def test_packages_are_handed_over_received_and_confirmed(
    office: Country, sound: Path, tmp_path: Path
) -> None:
    code, told = _receive(office, sound, tmp_path)
    assert (code, told["passed"], told["packages"]) == (OK, True, 2)
    checks = json.loads((tmp_path / "checks-YJ.json").read_bytes())
    whole, first, _ = checks["reports"]
    outcomes = {item["item"]: item["outcome"] for item in (*whole["results"], *first["results"])}
    assert {outcomes[f"YJ-{item}"] for item in ("1-14", "2-1", "2-2")} == {"pass"}
    assert outcomes["YJ-1-1"] == "manual"  # no other region has seen it in the ledger
    assert "四性检测报告" in (tmp_path / "checks-YJ.html").read_text("utf-8")
    receipt = tmp_path / "receipt.json"
    again = tmp_path / "again"
    assert _receive(office, sound, again)[0] == OK
    assert (again / "receipt.json").read_bytes() == receipt.read_bytes(), "one list, one receipt"

    confirmed = good("archive", "handover", "--confirm", receipt, "--json", "--home", office.wuhu)
    once_more = good("archive", "handover", "--confirm", receipt, "--json", "--home", office.wuhu)

    assert (confirmed.json["is_new"], once_more.json["is_new"]) == (True, False)
    assert (_ledger(office.wuhu, "handed"), _ledger(office.baoji, "received")) == (1, 1)


def test_a_second_run_writes_only_what_is_missing_under_the_same_list(
    office: Country, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    wanted = ("archive", "handover", *_packages(office), "--out", out, "--to", "样例档案馆")
    first = good(*wanted, "--json", "--home", office.wuhu).json
    names = sorted((out / "packages").iterdir())
    (out / "handover.json").unlink()
    names[0].unlink()
    names[1].write_bytes(names[1].read_bytes()[:-1])
    second = good(*wanted, "--json", "--home", office.wuhu).json
    third = good(*wanted, "--json", "--home", office.wuhu).json

    assert [item["written"] for item in (first, second, third)] == [2, 2, 0]
    assert first["list"] == second["list"] == third["list"]
    other = run(*wanted[:3], "--out", out, "--to", "样例档案馆", "--home", office.wuhu)
    assert (other.code, "另一份" in other.err) == (USAGE, True)
    with sqlite3.connect(office.wuhu / "db.sqlite3") as database:
        ((uses,),) = database.execute("select count(*) from usages where purpose = '档案移交'")
    assert uses >= 6, "whoever takes a license is on record"


def test_a_receiver_without_an_instance_needs_a_trust_list_and_its_root(
    office: Country, sound: Path, tmp_path: Path
) -> None:
    given = ("--trust-list", office.list_file, "--root", office.folder / "root.pem")
    nowhere = ("--home", tmp_path / "nowhere", "--json")

    done = run("archive", "receive", sound, "--out", tmp_path / "a", *given, *nowhere)
    blind = run("archive", "receive", sound, "--out", tmp_path / "b", *nowhere)

    assert (done.code, done.json["passed"], done.json["receipt"]) == (OK, True, "")
    assert blind.code == FAILED
    whole, *packages = blind.json["reports"]
    assert all(item["blocked"] for item in packages)
    assert [item["evidence"] for item in whole["results"] if item["outcome"] == "fail"] == [
        {"why": "no-trust"}
    ]


def test_packages_are_found_by_holder_number_type_and_day_without_codes_among_arguments(
    office: Country, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = ("--json", "--home", office.wuhu)
    (one, other) = (ROWS[number] for number in range(2))
    code = tmp_path / "code"
    code.write_text(f"{one['credit_code']}\n", "utf-8")

    def found(*options: object) -> list[str]:
        return [
            item["subject"] for item in good("archive", "find", *options, *home).json["packages"]
        ]

    by_holder = found("--holder", code)
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{other['credit_code']}\n"))
    by_other = found("--holder", "-")
    everything = found("--type", "food_business", "--kind", "license")
    first = good("archive", "find", "--limit", "1", *home).json
    second = good("archive", "find", "--limit", "1", "--after", first["next"], *home).json

    assert len(by_holder) == len(by_other) == 1
    assert sorted(everything) == sorted(by_holder + by_other)
    assert found("--number", one["number"]) == by_holder
    assert found("--holder", code, "--number", other["number"]) == []
    assert found(
        "--issued-from", one["issued_on"], "--issued-to", one["issued_on"], "--holder", code
    )
    assert found("--archived-to", "2020-01-01") == found("--kind", "case") == []
    assert second["packages"][0]["subject"] != first["packages"][0]["subject"]
    assert second["next"] is None
    typed = run("archive", "find", "--holder", one["credit_code"], *home)
    assert (typed.code, one["credit_code"] in typed.err) == (USAGE, False)


def test_keeping_takes_every_name_of_a_package_and_tells_its_id(office: Country) -> None:
    shown = good("archive", "show", "--json", "--home", office.wuhu).json["packages"][0]
    by = ("--document-no", "1号", "--by", "A001", "--json", "--home", office.wuhu)
    for name in ("package", "object", "subject"):
        held = good("archive", "hold", shown[name], "--authority", "法院", *by).json
        freed = good("archive", "release", shown[name], held["number"], *by).json
        (kept,) = good("archive", "appraise", shown[name], "--retention", "30y", *by).json
        assert held["package"] == freed["package"] == kept["package"] == shown["package"]
    proposed = good("archive", "dispose", shown["subject"], "--reason", "期满", *by).json
    assert proposed["package"] == shown["package"]
    unknown = run("archive", "hold", "0" * 64, "--authority", "法院", *by)
    assert (unknown.code, "未收存" in unknown.err) == (USAGE, True)


def test_packages_of_an_earlier_version_are_listed_when_asked_to(office: Country) -> None:
    with sqlite3.connect(office.wuhu / "db.sqlite3") as database:
        database.execute(
            "update archive_packages set holder_key = null, number_key = null,"
            " type_code = null, issued_on = null"
        )
    told = good("archive", "find", "--number", ROWS[0]["number"], "--home", office.wuhu)
    assert "archive index" in told.out
    assert good("archive", "index", "--json", "--home", office.wuhu).json == {"listed": 2}
    found = good("archive", "find", "--number", ROWS[0]["number"], "--home", office.wuhu)
    assert "找到 1 件" in found.out


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_package_goes_out_as_a_bag_and_comes_in_as_the_same_bytes(
    office: Country, sound: Path, tmp_path: Path
) -> None:
    package = _packages(office)[0]
    bag, file = tmp_path / "bag", tmp_path / "package.zip"
    good("archive", "export", package, "--bag", bag, "--by", "A001", "--home", office.wuhu)
    good("archive", "export", package, "--out", file, "--home", office.wuhu)
    bagit.Bag(str(bag)).validate()
    assert run("archive", "export", package, "--bag", bag, "--home", office.wuhu).code == USAGE
    assert run("archive", "export", package, "--home", office.wuhu).code == USAGE
    spoiled = tmp_path / "spoiled"
    shutil.copytree(bag, spoiled)
    (spoiled / "data" / "content" / "license.json").write_bytes(b"{}")

    first = run("archive", "import", bag, spoiled, "--json", "--home", office.baoji)
    again = good("archive", "import", file, "--json", "--home", office.baoji)
    good("archive", "import", *(sound / "packages").iterdir(), "--home", office.baoji)

    assert first.code == FAILED
    ((taken,), (refused,)) = first.json["imported"], first.json["refused"]
    assert (taken["package"], taken["is_new"]) == (package, True)
    assert (refused["finding"], refused["about"]) == (
        "content-changed",
        "data/content/license.json",
    )
    assert [item["is_new"] for item in again.json["imported"]] == [False]
    out = tmp_path / "again.zip"
    good("archive", "export", taken["object"], "--out", out, "--home", office.baoji)
    assert out.read_bytes() == file.read_bytes()
    for home, table in ((office.wuhu, "usages"), (office.baoji, "archive_uses")):
        with sqlite3.connect(home / "db.sqlite3") as database:
            ((uses,),) = database.execute(
                f"select count(*) from {table} where purpose = '档案导出'"  # noqa: S608 - ours
            )
            ((noted,),) = database.execute(
                "select count(*) from ledger_entries where log = 'audit'"
            )
        assert noted >= uses >= 1, "whoever takes a package is on record, and in the ledger"


def _without_one(folder: Path) -> None:
    next((folder / "packages").iterdir()).unlink()


def _one_changed(folder: Path) -> None:
    path = next((folder / "packages").iterdir())
    path.write_bytes(path.read_bytes().replace(b"PDF-", b"PDX-", 1))


def _one_shorter(folder: Path) -> None:
    path = next((folder / "packages").iterdir())
    path.write_bytes(path.read_bytes()[:-1])


def _swapped(folder: Path) -> None:
    one, other = sorted((folder / "packages").iterdir())
    content = one.read_bytes()
    one.write_bytes(other.read_bytes())
    other.write_bytes(content)


def _something_more(folder: Path) -> None:
    (folder / "packages" / "more.exe").write_bytes(b"MZ")


def _a_name_that_is_no_text(folder: Path) -> None:
    (folder / "packages" / os.fsdecode(b"\xff.zip")).write_bytes(b"PK")


def _a_link(folder: Path) -> None:
    path = next((folder / "packages").iterdir())
    path.rename(folder.parent / "elsewhere.zip")
    path.symlink_to(folder.parent / "elsewhere.zip")


def _a_folder_of_links(folder: Path) -> None:
    (folder / "packages").rename(folder.parent / "elsewhere")
    (folder / "packages").symlink_to(folder.parent / "elsewhere")


def _a_pipe(folder: Path) -> None:
    path = next((folder / "packages").iterdir())
    path.unlink()
    os.mkfifo(path)


def _no_list(folder: Path) -> None:
    (folder / "handover.json").unlink()


def _edited(change: Callable[[dict[str, object]], None]) -> Callable[[Path], None]:
    def edit(folder: Path) -> None:
        path = folder / "handover.json"
        signed = json.loads(path.read_bytes())
        change(signed["payload"])
        path.write_text(json.dumps(signed), "utf-8")

    return edit


@pytest.mark.parametrize(
    ("spoil", "items"),
    [
        (_without_one, {"YJ-2-1", "YJ-2-2", "YJ-2-6", "YJ-1-14"}),
        (_one_changed, {"YJ-1-14"}),
        (_one_shorter, {"YJ-1-14", "YJ-2-2"}),
        (_swapped, {"YJ-1-11", "YJ-1-14"}),
        (_something_more, {"YJ-4-3"}),
        (_a_name_that_is_no_text, {"YJ-4-3"}),
        (_a_link, {"YJ-4-3", "YJ-1-14"}),
        (_a_folder_of_links, {"YJ-4-3", "YJ-2-1", "YJ-1-14"}),
        (_a_pipe, {"YJ-4-3", "YJ-1-14"}),
        (_no_list, {"YJ-1-1"}),
        (_edited(lambda payload: payload.update(number="B" * 26)), {"YJ-1-1"}),
        (_edited(lambda payload: payload.update(count=1)), {"YJ-1-1"}),
        (_edited(lambda payload: payload["items"].pop()), {"YJ-1-1"}),  # type: ignore[attr-defined]  # it is a list
        (
            _edited(lambda payload: payload.update(sender={"name": "宝鸡市", "region": "610300"})),
            {"YJ-1-1"},
        ),
    ],
)
def test_what_is_not_as_the_list_says_is_named_and_gets_no_receipt(
    office: Country,
    sound: Path,
    tmp_path: Path,
    spoil: Callable[[Path], None],
    items: set[str],
) -> None:
    folder = tmp_path / "folder"
    shutil.copytree(sound, folder)
    spoil(folder)

    code, told = _receive(office, folder, tmp_path / "out")

    reports: list[dict[str, object]] = told["reports"]  # type: ignore[assignment]  # so it is
    failed = {
        item["item"]
        for report in reports
        for item in report["results"]  # type: ignore[attr-defined]  # a list of items
        if item["outcome"] == "fail"
    }
    assert (code, told["receipt"]) == (FAILED, "")
    assert items <= failed
    assert not (tmp_path / "out" / "receipt.json").exists()


def test_a_receipt_counts_only_from_the_receiver_and_for_its_list(
    office: Country, sound: Path, tmp_path: Path
) -> None:
    assert _receive(office, sound, tmp_path)[0] == OK
    receipt = tmp_path / "receipt.json"
    signed = json.loads(receipt.read_bytes())
    for name, change in {
        "count": {"count": 1},
        "list": {"list": "0" * 64},
        "receiver": {"receiver": {"name": "芜湖市", "region": "340200"}},
        "report": {"report": "0" * 64},
        "schema": {"schema": "yinxin.handover/1"},
    }.items():
        changed = {**signed, "payload": signed["payload"] | change}
        path = tmp_path / f"{name}.json"
        path.write_text(json.dumps(changed), "utf-8")
        told = run("archive", "handover", "--confirm", path, "--home", office.wuhu)
        assert told.code == USAGE, name
    elsewhere = run("archive", "handover", "--confirm", receipt, "--home", office.baoji)
    assert (elsewhere.code, "没有这份" in elsewhere.err) == (USAGE, True)
    other = tmp_path / "other"
    wanted = ("archive", "handover", _packages(office)[0], "--to", "芜湖市")
    good(*wanted, "--out", other, "--home", office.wuhu)
    code, found = _receive(office, other, tmp_path / "third")
    assert (code, found["receipt"]) == (OK, ""), "it is not for this region"


def test_a_license_that_changed_is_packed_again_and_show_tells_the_chain(office: Country) -> None:
    """The last one here: from now on there is a package more."""
    home = ("--home", office.wuhu)
    shown = good("archive", "show", "--json", *home).json["packages"][0]
    why = ("--reason", "状态变更", "--by", "A001")
    early = run("archive", "amend", shown["subject"], *why, *home)
    good("license", "suspend", shown["subject"], "--reason", "检查", "--decision-no", "1号", *home)

    amended = good("archive", "amend", shown["subject"], *why, "--json", *home).json

    assert (early.code, "没有变化" in early.err) == (USAGE, True)
    assert amended["supersedes"] == shown["package"]
    for name in (shown["package"], shown["subject"]):
        told = good("archive", "show", name, "--json", *home).json
        assert told["chain"] == [shown["package"], amended["package"]]
    found = good("archive", "find", "--number", ROWS[0]["number"], "--json", *home).json
    assert len(found["packages"]) in {1, 2}
