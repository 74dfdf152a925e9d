"""Audits an export of another system's cases (事后核查), line by line; resumable.

What came of each line goes into a file beside the report as soon as it is known, so that a large
export is taken on where it was left. Neither file holds anything of the applicants.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from certs.errors import LicenseError, MalformedSheetError
from certs.holder_codes import HolderCode, HolderCodeType
from certs.masking import redact
from certs.rows.figures import Figure, write_figures
from certs.rows.plain import Headings, PlainRow, open_plain_rows
from signing.algorithms import sm3
from verify.acceptance.records import Applicant
from verify.case_errors import MalformedApplicantError
from verify.supervision.audit import Auditor
from verify.supervision.audited import Audited, AuditResult, ForeignLine, Owner

SCHEMA: Final = "yinxin.case-audit/1"
UNREADABLE: Final = "unreadable"
HEADINGS: Final[Headings] = MappingProxyType(
    {
        "case": frozenset({"case", "办件编号", "办件号", "业务流水号"}),
        "matter": frozenset({"matter", "事项编码", "事项代码"}),
        "code_type": frozenset({"code_type", "申请人证件类型", "证件类型"}),
        "code": frozenset({"code", "申请人证件号码", "证件号码", "统一社会信用代码"}),
        "name": frozenset({"name", "申请人", "申请人名称", "申请人姓名"}),
        "material": frozenset({"material", "材料", "材料编码", "材料名称"}),
        "form": frozenset({"form", "取得方式", "提交方式"}),
        "day": frozenset({"day", "date", "日期", "受理日期", "收件日期"}),
    }
)
OPTIONAL: Final[Headings] = MappingProxyType(
    {
        "check": frozenset({"check", "核验结果", "数据核验结果"}),
        "party": frozenset({"party", "当事人", "材料所属"}),
        "party_code_type": frozenset({"party_code_type", "当事人证件类型"}),
        "party_code": frozenset({"party_code", "当事人证件号码"}),
        "party_name": frozenset({"party_name", "当事人姓名", "当事人名称"}),
    }
)
_OF_PARTIES: Final = OPTIONAL.keys() - {"check"}
_CONFIRMED: Final = frozenset({"confirmed", "valid", "一致", "通过", "核验通过", "属实"})
_PAPER: Final = frozenset({"paper", "纸质", "纸质原件", "纸质复印件", "原件", "复印件"})
_MOST_TEXT: Final = 100
_DAY_LETTERS: Final = 10
_SHEET: Final = (
    "行号",
    "办件编号",
    "事项",
    "材料",
    "日期",
    "原因",
    "当事人",
    "证照类型",
    "地区",
    "证照有效自",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditReport:
    """What came of an export.

    Attributes:
        digest: SM3 of the file, hexadecimal.
        lines: What came of each line.
    """

    digest: str
    lines: tuple[dict[str, Any], ...]

    @property
    def breaches(self) -> tuple[dict[str, Any], ...]:
        """The lines whose paper should not have been taken."""
        return tuple(item for item in self.lines if item["result"] == AuditResult.BREACH)

    @property
    def counts(self) -> dict[str, int]:
        """How many lines came to what."""
        return dict(sorted(Counter(item["result"] for item in self.lines).items()))

    def document(self) -> dict[str, Any]:
        """Return the report for programs: breaches, and lines that nothing can be said of."""
        settled = {AuditResult.BREACH, AuditResult.CLEAN, AuditResult.NOT_LOOKED_UP}
        return {
            "schema": SCHEMA,
            "file": self.digest,
            "lines": len(self.lines),
            "results": self.counts,
            "breaches": list(self.breaches),
            "open": [item for item in self.lines if item["result"] not in settled],
        }


def audit_file(path: Path, auditor: Auditor, *, progress: Path) -> AuditReport:
    """Audit a file from where an earlier audit of the same file was left.

    Args:
        path: .xlsx, .csv or .jsonl with the columns of ``HEADINGS``, and any of ``OPTIONAL``.
        auditor: Looks up what could be had.
        progress: Keeps what came of each line; one of another file is begun anew.

    Raises:
        MalformedSheetError: The file cannot be read, or lacks a column.
    """
    digest = _digest(path)
    done = _read_progress(progress, digest)
    with (
        open_plain_rows(path, HEADINGS, optional=OPTIONAL) as rows,
        progress.open("w", encoding="utf-8") as file,
    ):
        for record in ({"file": digest}, *done.values()):
            file.write(_line(record))
        for row in rows:
            if row.number not in done:
                done[row.number] = _audit(row, auditor)
                file.write(_line(done[row.number]))
                file.flush()
    return AuditReport(digest=digest, lines=tuple(done[number] for number in sorted(done)))


def write_workbook(path: Path, report: AuditReport) -> None:
    """Write the breaches as a workbook; a file that is there is replaced."""
    write_figures(path, {"违规清单": _rows(report.breaches)}, title="事后核查")


def _rows(breaches: Iterable[dict[str, Any]]) -> Iterator[tuple[Figure, ...]]:
    yield _SHEET
    names = (
        "line",
        "case",
        "matter",
        "material",
        "day",
        "breach",
        "party",
        "type",
        "region",
        "since",
    )
    for item in breaches:
        yield tuple(item.get(name, "") for name in names)


def _audit(row: PlainRow, auditor: Auditor) -> dict[str, Any]:
    try:
        line = _foreign_line(row)
    except (LicenseError, MalformedApplicantError, ValueError):
        # Why is not told: the reason would quote the cell.
        return {"line": row.number, "result": UNREADABLE}
    return _entry(auditor.audit(line))


def _foreign_line(row: PlainRow) -> ForeignLine:
    texts = row.texts
    return ForeignLine(
        line=row.number,
        case=texts["case"],
        matter=texts["matter"],
        material=texts["material"],
        applicant=_person(texts, ""),
        is_paper=texts["form"].lower() in _PAPER,
        day=date.fromisoformat(texts["day"][:_DAY_LETTERS].replace("/", "-")),
        owner=_owner(texts),
        is_confirmed=texts.get("check", "").lower() in _CONFIRMED,
    )


def _owner(texts: Mapping[str, str]) -> Owner | None:
    """Return whose the material is; None where the export has no column for that."""
    if not _OF_PARTIES & texts.keys():
        return None
    person = _person(texts, "party_") if texts.get("party_code") else None
    return Owner(party=texts.get("party", ""), person=person)


def _person(texts: Mapping[str, str], prefix: str) -> Applicant:
    kind, code, name = (texts.get(f"{prefix}{part}", "") for part in ("code_type", "code", "name"))
    return Applicant(code=HolderCode(code_type=HolderCodeType(kind), code=code), name=name)


def _entry(audited: Audited) -> dict[str, Any]:
    found: dict[str, Any] = {
        "line": audited.line,
        "case": _shown(audited.case),
        "matter": _shown(audited.matter),
        "material": _shown(audited.material),
        "day": audited.day.isoformat(),
        "result": audited.result.value,
    }
    if audited.breach is not None:
        found["breach"] = audited.breach.value
    if audited.party:
        found["party"] = audited.party
    if audited.license_type is not None:
        found["type"] = str(audited.license_type)
    if audited.region is not None:
        found["region"] = str(audited.region)
    if audited.since is not None:
        found["since"] = audited.since.isoformat()
    return found


def _shown(text: str) -> str:
    """Return a text of the export as a report may have it: some systems number by the citizen."""
    return redact(text)[:_MOST_TEXT]


def _read_progress(path: Path, digest: str) -> dict[int, dict[str, Any]]:
    """Return what came of lines before; a last line that was torn off is asked again."""
    if not path.is_file():
        return {}
    found: list[dict[str, Any]] = []
    for line in path.read_text("utf-8").splitlines():
        try:
            found.append(json.loads(line))
        except ValueError:
            break
    if not found or found[0].get("file") != digest:
        return {}
    # Whoever was silent then may answer now.
    kept = (item for item in found[1:] if item["result"] != AuditResult.SILENT)
    return {item["line"]: item for item in kept}


def _line(record: dict[str, Any]) -> str:
    return json.dumps(record, ensure_ascii=False) + "\n"


def _digest(path: Path) -> str:
    try:
        return sm3(path.read_bytes()).hex()
    except OSError as error:
        raise MalformedSheetError(
            f"文件无法打开 · the file cannot be opened: {error.strerror}"
        ) from error
