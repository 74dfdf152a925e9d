"""What another system exported is looked up after the fact; breaches are listed, and nobody."""

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from api.auditing import AuditReport, audit_file, write_workbook
from api.commands import case_audit
from api.console import FAILED, INDETERMINATE, OK
from certs.errors import MalformedSheetError
from certs.holder_codes import HolderCode, HolderCodeType
from tests.instance_parts import WUHU, url_of
from tests.instances import Country, Instance
from verify.supervision.audit import Auditor
from verify.supervision.audited import Audited, ForeignLine

COLUMNS = ("case", "matter", "code_type", "code", "name", "material", "form", "day")
LICENSE = "food-business-license"
Audit = Callable[..., AuditReport]


def auditor_of(instance: Instance) -> Auditor:
    registers = instance.services.registers
    sources = instance.services.case_sources
    assert registers is not None
    assert sources is not None
    return Auditor(
        matters=instance.services.matters, registers_at=registers.at, facts=sources.registers
    )


def line_of(instance: Instance, day: str, **changes: str) -> dict[str, str]:
    row = instance.rows[0]
    whole = {
        "case": "WH-1",
        "matter": "open-restaurant",
        "code_type": "001",
        "code": row["credit_code"],
        "name": row["operator"],
        "material": LICENSE,
        "form": "纸质",
        "day": day,
    }
    return whole | changes


def write(path: Path, *lines: dict[str, str]) -> Path:
    path.write_text("".join(f"{json.dumps(line)}\n" for line in lines), "utf-8")
    return path


@pytest.fixture
def minted(country: Country) -> Country:
    """芜湖 issued a license, and two days have passed."""
    country.wuhu.mint()
    country.clock.advance(timedelta(days=2))
    return country


@pytest.fixture
def audit(minted: Country, tmp_path: Path) -> Audit:
    def run(*lines: dict[str, str], by: Instance | None = None) -> AuditReport:
        file = write(tmp_path / "export.jsonl", *lines)
        progress = tmp_path / "export.part"
        return audit_file(file, auditor_of(by or minted.wuhu), progress=progress)

    return run


def after_issue(country: Country) -> str:
    return (country.clock.now() - timedelta(days=1)).date().isoformat()


def test_paper_is_a_breach_while_a_license_stood_in_force_that_day(
    audit: Audit, minted: Country
) -> None:
    (found,) = audit(line_of(minted.wuhu, after_issue(minted))).breaches

    assert (found["line"], found["case"], found["breach"]) == (1, "WH-1", "e_license")
    assert found["region"] == WUHU
    assert found["since"] <= after_issue(minted)


def test_a_license_of_another_region_counts_too(audit: Audit, minted: Country) -> None:
    (found,) = audit(line_of(minted.wuhu, after_issue(minted)), by=minted.baoji).breaches

    assert found["region"] == WUHU


def test_paper_from_before_the_license_is_no_breach(audit: Audit, minted: Country) -> None:
    before = (minted.clock.now() - timedelta(days=30)).date().isoformat()

    assert audit(line_of(minted.wuhu, before)).counts == {"clean": 1}


def test_paper_after_the_license_ended_is_no_breach_and_before_it_is(
    audit: Audit, minted: Country
) -> None:
    with minted.wuhu.services.unit_of_work() as work:
        (license,) = work.licenses.newest(1)
    answer = minted.wuhu.client.post(
        f"/api/v1/licenses/{license.identifier}/status",
        json={
            "kind": "revoked",
            "effective_at": minted.clock.now().isoformat(),
            "decision_no": "样1号",
            "reason": "样例",
        },
        headers=minted.wuhu.headers("issuer"),
    )
    assert answer.status_code in {200, 201}, answer.text
    before = after_issue(minted)
    minted.clock.advance(timedelta(days=3))

    report = audit(
        line_of(minted.wuhu, before),
        line_of(minted.wuhu, after_issue(minted)),
    )

    assert [item["result"] for item in report.lines] == ["breach", "clean"]


def test_only_paper_that_a_rule_spares_is_looked_up(audit: Audit, minted: Country) -> None:
    day = after_issue(minted)
    report = audit(
        line_of(minted.wuhu, day, form="电子证照"),
        line_of(minted.wuhu, day, material="application-form"),
        line_of(minted.wuhu, day, material="没有的材料"),
        line_of(minted.wuhu, day, matter="no-such-matter"),
        line_of(minted.wuhu, day, code="1"),
        line_of(minted.wuhu, day, name="别人（样例）"),
    )

    assert [item["result"] for item in report.lines] == [
        *("not_looked_up", "not_looked_up", "unknown_material", "unknown_matter"),
        *("unreadable", "clean"),
    ]


def test_columns_for_parties_and_checks_are_read_where_there_are_any(
    audit: Audit, minted: Country
) -> None:
    row, day = minted.wuhu.rows[0], after_issue(minted)
    newborn = {"matter": "newborn", "material": "出生医学证明"}
    child = {
        "当事人": "新生儿",
        "当事人证件类型": "001",
        "当事人证件号码": row["credit_code"],
        "当事人姓名": row["operator"],
    }
    report = audit(
        line_of(minted.wuhu, day, **newborn, 当事人="母亲"),
        line_of(minted.wuhu, day, **newborn),
        line_of(minted.wuhu, day, **newborn, **child, 核验结果="一致"),
        line_of(minted.wuhu, day, **newborn, **child | {"当事人证件号码": "1"}),
    )

    assert [item.get("breach", item["result"]) for item in report.lines] == [
        *("wrong_party", "party_missing", "data_check", "unreadable")
    ]
    assert {item["party"] for item in report.breaches} == {"child"}
    assert row["operator"] not in json.dumps(report.document(), ensure_ascii=False)


def test_what_a_party_is_called_is_unknown_without_a_column(audit: Audit, minted: Country) -> None:
    line = line_of(minted.wuhu, after_issue(minted), matter="newborn", material="出生医学证明")

    report = audit(line)

    assert report.counts == {"unknown_party": 1}
    assert report.document()["open"][0]["line"] == 1


def test_a_silent_region_makes_nothing_good_and_is_asked_again(
    audit: Audit, minted: Country
) -> None:
    line = line_of(minted.wuhu, after_issue(minted))
    minted.post.silent.add(url_of(WUHU))
    assert audit(line, by=minted.baoji).counts == {"silent": 1}

    minted.post.silent.clear()
    assert audit(line, by=minted.baoji).counts == {"breach": 1}


def test_an_audit_goes_on_where_it_was_left(minted: Country, tmp_path: Path) -> None:
    """The process ends in the middle of the second line."""
    day = after_issue(minted)
    file = write(tmp_path / "e.jsonl", *(line_of(minted.wuhu, day) for _ in range(3)))
    progress, whole = tmp_path / "e.part", auditor_of(minted.wuhu)
    seen: list[int] = []

    class Ending(Auditor):
        def audit(self, line: ForeignLine) -> Audited:
            seen.append(line.line)
            if seen == [1, 2]:
                raise KeyboardInterrupt
            return whole.audit(line)

    ending = Ending(matters=whole.matters, registers_at=whole.registers_at, facts=whole.facts)
    with pytest.raises(KeyboardInterrupt):
        audit_file(file, ending, progress=progress)
    with progress.open("a", encoding="utf-8") as torn:
        torn.write('{"line": 2, "res')
    report = audit_file(file, ending, progress=progress)

    assert seen == [1, 2, 2, 3]
    assert [item["line"] for item in report.breaches] == [1, 2, 3]
    # Another file is another audit.
    write(file, line_of(minted.wuhu, day))
    assert len(audit_file(file, whole, progress=progress).lines) == 1


def test_reports_name_no_applicant(minted: Country, tmp_path: Path) -> None:
    citizen = "11010519491231002X"
    line = line_of(minted.wuhu, after_issue(minted), case=citizen)
    file = write(tmp_path / "e.jsonl", line)

    report = audit_file(file, auditor_of(minted.wuhu), progress=tmp_path / "e.part")

    written = json.dumps(report.document(), ensure_ascii=False) + (tmp_path / "e.part").read_text()
    assert len(report.breaches) == 1
    for personal in (citizen, line["code"], line["name"]):
        assert personal not in written


@pytest.mark.parametrize("ending", ["xlsx", "csv"])
def test_tables_of_other_programs_are_read_alike(
    minted: Country, tmp_path: Path, ending: str
) -> None:
    names = (
        "办件编号",
        "事项编码",
        "证件类型",
        "证件号码",
        "申请人",
        "材料",
        "取得方式",
        "受理日期",
    )
    line = line_of(minted.wuhu, after_issue(minted))
    rows: list[Any] = [names, [line[key] for key in COLUMNS]]
    file = tmp_path / f"e.{ending}"
    if ending == "csv":
        file.write_text("\n".join(",".join(row) for row in rows), "gb18030")
    else:
        book = Workbook()
        for row in rows:
            book.worksheets[0].append(row)
        book.save(file)

    report = audit_file(file, auditor_of(minted.wuhu), progress=tmp_path / "e.part")

    assert [item["line"] for item in report.breaches] == [2]
    write_workbook(tmp_path / "out.xlsx", report)
    sheet = load_workbook(tmp_path / "out.xlsx").worksheets[0]
    assert [row[0].value for row in sheet.iter_rows()] == ["行号", 2]


def test_a_table_without_a_column_is_refused_by_its_name(minted: Country, tmp_path: Path) -> None:
    line = line_of(minted.wuhu, "2026-03-01")
    del line["day"]

    with pytest.raises(MalformedSheetError, match="day"):
        audit_file(
            write(tmp_path / "e.jsonl", line), auditor_of(minted.wuhu), progress=tmp_path / "p"
        )


def test_codes_of_holders_do_not_show_where_a_line_is_printed() -> None:
    holder = HolderCode(code_type=HolderCodeType.CITIZEN_NUMBER, code="11010519491231002X")

    assert "11010519491231002X" not in repr(holder)


@pytest.mark.parametrize(
    ("results", "code"),
    [
        (("clean", "not_looked_up"), OK),
        (("clean", "silent"), INDETERMINATE),
        (("clean", "unknown_party"), INDETERMINATE),
        (("unreadable",), INDETERMINATE),
        (("unknown_party", "breach"), FAILED),
    ],
)
def test_a_run_ends_by_its_worst_line(results: tuple[str, ...], code: int) -> None:
    lines = tuple({"line": place, "result": item} for place, item in enumerate(results))

    assert case_audit._exit_code(AuditReport(digest="", lines=lines)) == code
