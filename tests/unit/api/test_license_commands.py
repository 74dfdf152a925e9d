"""A license's life on the command line: changed, renewed, reversed, corrected."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from openpyxl import load_workbook

from api.console import OK, USAGE
from tests.unit.api.test_cli import Country, application, good, own_country, run

DECISION = ("--decision-no", "样〔2026〕1号", "--reason", "样例理由")


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Country]:
    """A country of its own, so that nothing here disturbs other tests."""
    with own_country(tmp_path_factory) as made:
        yield made


def _show(office: Country, identifier: str, *more: str) -> dict[str, object]:
    shown: dict[str, object] = good(
        "license", "show", identifier, "--json", "--home", office.wuhu, *more
    ).json
    return shown


def _move(office: Country, verb: str, identifier: str, *more: str) -> dict[str, object]:
    done: dict[str, object] = good(
        "license", verb, identifier, *DECISION, "--json", "--home", office.wuhu, *more
    ).json
    return done


def test_whoever_issues_is_told_what_lints_found(office: Country, tmp_path: Path) -> None:
    body = application(6)
    assert isinstance(body["fields"], dict)
    body["fields"]["premises"] = "待补"
    request = tmp_path / "request.json"
    request.write_text(json.dumps(body, ensure_ascii=False), "utf-8")

    issued = good("license", "issue", request, "--home", office.wuhu)
    shown = good("license", "list", "--json", "--home", office.wuhu).json
    renewed = good(
        *("license", "renew", shown[0]["identifier"], "--valid-from", "2026-12-01"),
        *("--valid-to", "2031-11-30", "--json", "--home", office.wuhu),
    ).json

    assert "提示 经营场所：以占位文字代替内容" in issued.out
    assert "待补" not in issued.out
    names = [item["name"] for item in renewed["findings"]]
    assert "completeness.placeholder" in names


def test_a_reason_that_is_published_names_no_person(office: Country) -> None:
    identifier = office.issue(5)

    refused = run(
        *("license", "suspend", identifier, "--decision-no", "样〔2026〕1号"),
        *("--reason", "持证人 11010519491231002X 申请", "--home", office.wuhu),
    )

    assert (refused.code, "公民身份号码" in refused.err) == (USAGE, True)
    assert _show(office, identifier)["status"] == "active"


def test_a_license_lives_through_the_commands(office: Country) -> None:
    identifier = office.issue(0)
    assert _move(office, "suspend", identifier)["kind"] == "suspended"
    assert _show(office, identifier)["status"] == "suspended"
    assert _move(office, "resume", identifier)["kind"] == "active"

    planned = _move(office, "cancel", identifier, "--effective", "2999-01-01")
    assert planned["kind"] == "cancelled"
    assert _show(office, identifier)["status"] == "active"
    then = _show(office, identifier, "--at", "2999-01-02")["then"]
    assert isinstance(then, dict)
    assert then["status"] == "cancelled"
    _move(office, "call-off", identifier, "--event", "4")
    _move(office, "revoke", identifier)
    alone = run(
        *("license", "reverse", identifier, "--event", "6", "--approver", "cli", *DECISION),
        *("--home", office.wuhu),
    )
    assert (alone.code, "批准人" in alone.err) == (USAGE, True)
    back = _move(office, "reverse", identifier, "--event", "6", "--approver", "I002")
    assert (back["kind"], back["overturns"]) == ("active", 6)
    assert _show(office, identifier)["status"] == "active"
    words = good("license", "show", identifier, "--known", "2999-01-01", "--home", office.wuhu)
    assert "撤改第 6 项" in words.out


def test_a_license_is_renewed_and_replaced_by_its_next_versions(
    office: Country, tmp_path: Path
) -> None:
    identifier = office.issue(1)
    body = application(1)

    renewed = good(
        *("license", "renew", identifier, "--json", "--home", office.wuhu),
        *("--valid-from", body["valid_from"], "--valid-to", body["valid_to"]),
    ).json
    assert (renewed["version"], renewed["replaces"]) == (2, identifier)
    assert _show(office, identifier)["status"] == "superseded"

    changed = tmp_path / "changed.json"
    changed.write_text(json.dumps(body), "utf-8")
    replace = ("license", "replace", renewed["identifier"], changed, "--home", office.wuhu)
    assert good(*replace, "--json").json["version"] == 3
    again = run(*replace)
    assert (again.code, "被替代" in again.err) == (USAGE, True)
    changed.write_text(json.dumps(body | {"replaces": identifier}), "utf-8")
    assert run(*replace).code == USAGE


def test_holders_are_told_and_reminded(office: Country) -> None:
    identifier = office.issue(2)
    notices = good("license", "notices", "--json", "--home", office.wuhu).json
    mine = [item for item in notices if item["identifier"] == identifier]
    assert [item["kind"] for item in mine] == ["issued"]

    remind = ("license", "reminders", "--within", "36500", "--home", office.wuhu)
    assert good(*remind, "--json").json["written"] > 0
    assert good(*remind, "--json").json["written"] == 0
    listed = good("license", "notices", "--home", office.wuhu).out
    assert "到期" in listed
    last = good("license", "notices", "--json", "--home", office.wuhu).json[-1]["number"]
    left = good("license", "notices", "--done", last, "--json", "--home", office.wuhu).json
    assert left == []


def test_a_correction_goes_through_the_commands(office: Country, tmp_path: Path) -> None:
    identifier = office.issue(3)
    fields = tmp_path / "fields.json"
    fields.write_text(json.dumps({"premises": "样例东路3号"}), "utf-8")
    home = ("--home", office.wuhu)
    receipt = good(
        *("correction", "raise", "--kind", "wrong", "--license", identifier, "--fields", fields),
        *("--type", "food_business", "--remark", "门牌有误", "--operator", "W001", "--json", *home),
    ).json["receipt"]
    step = ("correction", "step", receipt)
    for name in ("accepted", "flagged", "rejected", "unflagged"):
        more = ("--reason", "不属实", "--operator", "I001", *home)
        assert good(*step, name, *more).code == OK
        if name == "flagged":
            assert "限 " in good("correction", "list", *home).out
            assert f"标注：纠错办理中 {receipt}" in good("license", "show", identifier, *home).out
            assert _show(office, identifier)["flags"] == [receipt]
    assert _show(office, identifier)["flags"] == []
    assert receipt in good("correction", "list", *home).out
    shown = good("correction", "show", receipt, "--json", *home).json
    assert shown["fields"] == {"premises": "样例东路3号"}
    good(*step, "archived", "--operator", "I001", *home)
    assert receipt not in good("correction", "list", *home).out
    assert receipt in good("correction", "list", "--all", *home).out
    assert good("correction", "show", receipt, "--json", *home).json["fields"] == {}
    assert "归档" in good("correction", "show", receipt, *home).out


@pytest.mark.parametrize(
    "arguments",
    [
        ("license", "suspend", "1.2.3"),
        ("license", "reverse", "1.2.3", *DECISION, "--approver", "x"),
        ("license", "call-off", "1.2.3", "--event", "2", *DECISION),
        ("correction", "show", "A"),
        ("correction", "raise", "--kind", "wrong", "--type", "nonsense", "--operator", "x"),
        ("correction", "raise", "--kind", "wrong", "--type", "food_business", "--operator", "x"),
        (
            *("correction", "raise", "--kind", "missing", "--type", "food_business"),
            *("--operator", "x", "--fields", "/nothing/there"),
        ),
    ],
    ids=" ".join,
)
def test_what_cannot_be_done_ends_with_the_usage_code(
    office: Country, arguments: tuple[str, ...]
) -> None:
    assert run(*arguments, "--home", office.wuhu).code == USAGE


def test_the_stock_is_looked_over_and_reported(office: Country, tmp_path: Path) -> None:
    identifier = office.issue(4)
    home = ("--home", office.wuhu)

    quick = good("license", "lint", "--quick", "--type", "food_business", "--json", *home).json
    whole = good("license", "lint", "--all", "--json", *home).json
    none = good("license", "lint", "--since", "2999-01-01", "--json", *home).json
    assert quick["licenses"] >= 1
    assert whole["licenses"] >= quick["licenses"]
    assert none["licenses"] == 0
    assert none["run"] == whole["run"] + 1 == quick["run"] + 2
    assert "没有该证照类型" in run("license", "lint", "--type", "x", *home).err

    shown = _show(office, identifier)["findings"]
    assert isinstance(shown, list)
    told = good("license", "show", identifier, *home).out
    assert all(item["zh"] in told for item in shown)
    workbook = tmp_path / "质量.xlsx"
    report = good("report", "quality", "--xlsx", workbook, "--json", *home).json
    (department,) = [item for item in report["departments"] if item["opened"]]
    assert department["usable_share"] == 1
    sheet = load_workbook(workbook)["按部门"]
    assert [cell.value for cell in sheet[1]][:3] == ["证照类型代码", "证照类型", "颁发机构代码"]
    assert sheet.cell(2, 4).value == department["licenses"]
    assert "待办清单" not in load_workbook(workbook).sheetnames
    late = ("report", "findings", "--lint", "timeliness.decision-to-store", *home)
    listed = good(*late, "--json").json
    assert identifier in [item["identifier"] for item in listed["findings"]]
    assert identifier in good(*late).out
    worklist = tmp_path / "待办.xlsx"
    written = good(*late, "--xlsx", worklist, "--json").json["written"]
    rows = list(load_workbook(worklist)["待办清单"].values)
    assert written == len(rows) - 1 == len(listed["findings"])
    assert identifier in [row[0] for row in rows]
    assert "没有该检查项" in run("report", "findings", "--lint", "nonsense", *home).err
    assert "没有该证照类型" in run("report", "findings", "--type", "nonsense", *home).err
    words = good("report", "quality", *home).out
    assert "颁发后超过规定天数才入库" in words
    assert "数据质量" in words
    assert run("report", "quality", "--xlsx", "x.csv", *home).code == USAGE


def test_licenses_of_older_releases_are_looked_through_by_a_command(office: Country) -> None:
    identifier = office.issue(7)
    path = next(Path(office.wuhu).glob("*.sqlite3"))
    with closing(sqlite3.connect(path)) as database, database:
        database.execute(
            "UPDATE licenses SET has_marks_known = 0 WHERE identifier = ?", [identifier]
        )

    found = good("license", "marks", "--json", "--home", office.wuhu).json
    again = good("license", "marks", "--home", office.wuhu)

    assert found == {"licenses": 1, "children": 0, "secret": 0, "unreadable": 0}
    assert "已补查 0 件" in again.out
    assert _show(office, identifier)["marks"] == []
