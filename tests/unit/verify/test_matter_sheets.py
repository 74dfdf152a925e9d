"""A workbook of matters says the same as a file, and what is wrong is told by row and column."""

from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import Workbook

from certs.type_folders import shipped_types
from verify.errors import MalformedMatterError
from verify.matters.catalogue import Matter
from verify.matters.files import load
from verify.matters.sheets import load_sheets

Rows = dict[str, list[list[object]]]

YAML = """
schema: yinxin.matter/2
code: open-workshop
version: 1
name_zh: 开办作坊（样例）
name_en: Opening a workshop
audience: enterprise
region: "340200"
legal_basis: 样例依据
valid_from: 2026-01-01
questions:
  - code: premises
    zh: 场所是自有还是租赁？
    en: Are the premises owned or rented?
    choices:
      - {code: owned, zh: 自有, en: Owned}
      - {code: rented, zh: 租赁, en: Rented}
materials:
  - code: food-license
    name_zh: 食品经营许可证
    name_en: Food business license
    source: government_issued
    exceptions: [{reason: P10, legal_zh: 换发时收回原件}]
    rules:
      - way: e_license
        license_types: [food_business]
        required_fields: [operator, premises]
        min_remaining_days: 30
        regions: ["340000"]
        needs_agreement: true
        legal_basis: 国务院令第716号
      - way: department_check
        department: market
        question_zh: 是否已核发？
        question_en: Was it issued?
        answer_hours: 24
        legal_basis: 国务院令第716号
  - code: lease
    name_zh: 租赁合同
    name_en: Lease
    source: self
    when: {premises: [rented]}
    rules:
      - way: deferral
        kind: later
        due_days: 15
        legal_basis: 样例办法
"""

BOOK: Rows = {
    "事项": [
        ["事项编码", "版本", "名称", "英文名称", "服务对象", "地区", "依据", "起"],
        [
            *("open-workshop", 1, "开办作坊（样例）", "Opening a workshop", "法人", "340200"),
            *("样例依据", "2026-01-01"),
        ],
    ],
    "情形": [
        ["事项编码", "问题编码", "问题", "英文问题", "选项编码", "选项", "英文选项"],
        [
            *("open-workshop", "premises", "场所是自有还是租赁？"),
            *("Are the premises owned or rented?", "owned", "自有", "Owned"),
        ],
        ["open-workshop", "premises", None, None, "rented", "租赁", "Rented"],
    ],
    "材料": [
        ["事项编码", "材料编码", "名称", "英文名称", "来源", "适用情形"],
        [
            *("open-workshop", "food-license", "食品经营许可证", "Food business license"),
            "政府部门核发",
        ],
        ["open-workshop", "lease", "租赁合同", "Lease", "申请人自备", "premises=rented"],
    ],
    "规则": [
        [
            *("事项编码", "材料编码", "方式", "依据", "证照类型", "必备字段", "最少剩余天数"),
            *("颁发地区", "须有授信约定", "核验部门", "核验问题", "英文核验问题"),
            *("答复时限（小时）", "容缺方式", "补交期限（天）"),
        ],
        [
            *("open-workshop", "food-license", "电子证照", "国务院令第716号", "food_business"),
            *("operator、premises", 30, "340000", "是"),
        ],
        [
            *("open-workshop", "food-license", "部门核验", "国务院令第716号"),
            *(None, None, None, None, None, "market", "是否已核发？", "Was it issued?", 24),
        ],
        [
            *("open-workshop", "lease", "容缺办理", "样例办法"),
            *(None,) * 9,
            *("材料后补", 15),
        ],
    ],
    "例外": [
        ["事项编码", "材料编码", "理由", "依据"],
        ["open-workshop", "food-license", "P10", "换发时收回原件"],
    ],
}


def written(book: Rows) -> bytes:
    workbook = Workbook(write_only=True)
    for name, rows in book.items():
        sheet = workbook.create_sheet(name)
        for row in rows:
            sheet.append(row)
    file = BytesIO()
    workbook.save(file)
    return file.getvalue()


def changed(sheet: str, row: int, heading: str, value: object) -> Rows:
    """The workbook with one cell changed."""
    book = {name: [list(line) for line in rows] for name, rows in BOOK.items()}
    line = book[sheet][row]
    column = book[sheet][0].index(heading)
    line += [None] * (column + 1 - len(line))
    line[column] = value
    return book


def test_a_sheet_or_column_that_nobody_knows_is_refused_by_name() -> None:
    for sheet, heading in (("材料", "备注"), ("备注", "事项编码")):
        book = {**BOOK, sheet: [[*BOOK.get(sheet, [[]])[0], heading], *BOOK.get(sheet, [])[1:]]}
        with pytest.raises(MalformedMatterError, match="备注"):
            load_sheets(written(book), types=shipped_types())


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"no workbook"])
def test_what_is_no_workbook_is_refused(data: bytes) -> None:
    with pytest.raises(MalformedMatterError):
        load_sheets(data, types=shipped_types())


def test_formulas_are_not_guessed_at() -> None:
    with pytest.raises(MalformedMatterError, match="事项 第 2 行"):
        load_sheets(written(changed("事项", 1, "名称", "=1+1")), types=shipped_types())


def of_yaml(folder: Path, text: str = YAML) -> tuple[Matter, ...]:
    path = folder / "matter.yaml"
    path.write_text(text, "utf-8")
    return load(path, types=shipped_types())


def test_a_workbook_and_a_file_say_the_same(tmp_path: Path) -> None:
    assert load_sheets(written(BOOK), types=shipped_types()) == of_yaml(tmp_path)


def test_groups_of_answers_are_read_alike_from_a_workbook_and_a_file(tmp_path: Path) -> None:
    book = changed("材料", 2, "适用情形", "premises=rented 或 premises=owned")
    text = YAML.replace(
        "when: {premises: [rented]}", "when: [{premises: [rented]}, {premises: [owned]}]"
    )

    (of_book,), (of_file,) = (
        load_sheets(written(book), types=shipped_types()),
        of_yaml(tmp_path, text),
    )

    assert of_book == of_file
    lease = of_file.material("lease")
    assert lease is not None
    assert len(lease.when.groups) == 2
    assert all(lease.when.holds({"premises": answer}) for answer in ("rented", "owned"))


@pytest.mark.parametrize(
    ("sheet", "row", "heading", "value", "told"),
    [
        ("事项", 1, "版本", 0, "事项 第 2 行"),
        ("事项", 1, "版本", "一", "事项 第 2 行 row 2 “版本”：must be int"),
        ("事项", 1, "地区", "安徽", "事项 第 2 行 row 2 “地区”"),
        ("情形", 2, "选项编码", "Rented!", "not a code"),
        ("情形", 2, "英文选项", None, "情形 第 3 行 row 3 “英文选项”：is missing"),
        ("材料", 1, "来源", "政府", "材料 第 2 行 row 2 “来源”：must be one of"),
        ("材料", 2, "适用情形", "premises=lent", "lease: when: premises is not asked"),
        (
            *("材料", 2, "适用情形", "premises=owned 或 premises=lent"),
            "lease: when[1]: premises is not asked",
        ),
        (
            *("材料", 2, "适用情形", "premises=owned 或"),
            "材料 第 3 行 row 3 “适用情形”：of several groups one that names nothing",
        ),
        (
            *("材料", 2, "适用情形", "premises=owned 或者 premises="),
            "材料 第 3 行 row 3 “适用情形”：第 2 组 group 2，premises: is empty",
        ),
        ("材料", 2, "适用情形", "premises=owned 或 premises=owned", "each group once"),
        ("材料", 2, "事项编码", "other", "规则 第 4 行：无此事项或材料"),
        ("情形", 2, "事项编码", "other", "情形 第 3 行：无此事项或材料"),
        ("规则", 1, "证照类型", "driving", "规则 第 2 行 row 2 “证照类型”：names a type"),
        ("规则", 2, "答复时限（小时）", None, "规则 第 3 行 row 3 “答复时限（小时）”：is missing"),
        ("规则", 3, "方式", "邮寄", "规则 第 4 行 row 4 “方式”：must be one of"),
        ("规则", 3, "核验部门", "x", "规则 第 4 行 row 4 “核验部门”：is unknown"),
        ("规则", 3, "材料编码", "no-such", "规则 第 4 行：无此事项或材料"),
        ("例外", 1, "理由", "P01", "P09 or P10"),
    ],
)
def test_what_is_wrong_is_told_by_sheet_row_and_column(
    sheet: str, row: int, heading: str, value: object, told: str
) -> None:
    book = changed(sheet, row, heading, value)
    with pytest.raises(MalformedMatterError) as refused:
        load_sheets(written(book), types=shipped_types())
    assert told in str(refused.value)
