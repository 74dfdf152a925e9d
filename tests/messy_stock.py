"""A department's list of its stock, as messy as such lists are; every value is synthetic.

``python -m tests.messy_stock`` writes it anew with what must become of each row.
"""

import csv
import io
import json
from pathlib import Path
from typing import Final, TypeAlias

from certs.regions import RegionCode
from certs.samples.food_business import food_business_rows
from certs.samples.rows import Row

FOLDER: Final = Path(__file__).parent / "vectors" / "rows"
LIST: Final = FOLDER / "messy-stock.csv"
MAPPING: Final = FOLDER / "messy-stock.toml"
EXPECTED: Final = FOLDER / "messy-stock.json"

_MAPPING_TEXT: Final = """\
# 表头对照
"经营者全称" = "operator"
"有效期" = ["valid_from", "valid_to"]
"填报人意见" = ""
"""
# Headings as departments write them, and the fields they mean.
_HEADINGS: Final = (
    ("序 号", ""),
    ("经营者全称", "operator"),
    ("统一社会信用代码\n（必填）", "credit_code"),
    ("负责人", "legal_representative"),
    (" 注册地址 ", "domicile"),
    ("经营地址*", "premises"),
    ("业态", "business_form"),
    ("经营范围", "business_items"),
    ("编号", "number"),
    ("监管机构", "supervising_agency"),
    ("监管人员", "supervisors"),
    ("举报电话", "hotline"),
    ("QFR", "signatory"),
    ("颁发日期", "issued_on"),
    ("有效期", "period"),
    ("填报人意见", ""),
)
Fate: TypeAlias = tuple[dict[str, str], list[str]]
"""What a row has in place of the sample's values, and the problems it must have."""


def _fates(rows: tuple[Row, ...]) -> list[Fate]:
    return [
        ({"issued_on": "2026/1/2", "period": "2026.1.2-2031.1.1"}, []),
        ({"number": f'="{rows[1]["number"]}"'}, []),
        ({"credit_code": f"'{rows[2]['credit_code']}"}, []),
        ({"operator": "样例𬭛㼆酒家（分店）"}, []),
        ({"issued_on": "2026年1月2日", "period": "自2026年1月2日至2031年1月1日止"}, []),
        ({"credit_code": "6.10302E+17"}, ["scientific-notation"]),
        ({"operator": '=HYPERLINK("http://example.invalid","样例店")'}, ["formula-cell"]),
        ({"credit_code": _full_width(rows[7]["credit_code"])}, ["full-width"]),
        ({"legal_representative": "", "hotline": " "}, ["missing-field", "missing-field"]),
        ({"period": "五年"}, ["malformed-period"]),
        ({"business_items": '"自制"饮品，\n糕点'}, ["forbidden-character"]),
        ({"stray": "已电话核实"}, ["unknown-column"]),
        ({"issued_on": "45292"}, ["malformed-date"]),
    ]


def messy_files() -> dict[Path, bytes]:
    """Return the list, its mapping and what must become of each row."""
    fates = _fates(food_business_rows(RegionCode("340200"), 13, seed=8))
    rows = food_business_rows(RegionCode("340200"), len(fates), seed=8)
    headings = [heading for heading, _ in _HEADINGS]
    lines: list[list[str]] = [["芜湖市食品经营许可证存量清单（样例）"], ["单位：样例所"], headings]
    expected: list[dict[str, object]] = []
    for row, (changes, problems) in zip(rows, fates, strict=True):
        lines.append(_line(row, changes, len(lines)))
        number = None if problems else row["number"]
        expected.append({"row": len(lines), "number": number, "problems": problems})
        if len(lines) == _PAGE_ENDS_AFTER:
            lines.append([])
    return {
        LIST: _csv(lines).encode("gb18030"),
        MAPPING: _MAPPING_TEXT.encode(),
        EXPECTED: (json.dumps(expected, ensure_ascii=False, indent=1) + "\n").encode(),
    }


_PAGE_ENDS_AFTER: Final = 8


def _line(row: Row, changes: dict[str, str], number: int) -> list[str]:
    values = {**row, "period": f"{row['valid_from']}至{row['valid_to']}", **changes}
    cells = [values.get(field, "") for _, field in _HEADINGS]
    cells[0] = str(number - 2)
    return [*cells, "", changes["stray"]] if "stray" in changes else cells


def _full_width(code: str) -> str:
    return "".join(chr(ord(letter) + 0xFEE0) if letter.isdigit() else letter for letter in code)


def _csv(lines: list[list[str]]) -> str:
    file = io.StringIO(newline="")
    csv.writer(file).writerows(lines)
    return file.getvalue()


if __name__ == "__main__":
    FOLDER.mkdir(parents=True, exist_ok=True)
    for path, content in messy_files().items():
        path.write_bytes(content)
