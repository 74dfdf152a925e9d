"""What a receipt of a case on paper says, in words."""

from collections.abc import Iterator
from typing import Final

from certs.civil_dates import BEIJING
from certs.faces.case_receipt_pages import CaseReceiptPage, Text
from certs.regions import RegionCode
from verify.case_receipts.documents import CaseReceiptDocument
from verify.case_receipts.statements import WORKING_DAYS, CaseStatement, MaterialLine, Obtained
from verify.case_receipts.words import OBTAINED, source_words

_TONES: Final = {
    Obtained.DEMANDED: "asked",
    Obtained.SELF_PROVIDED: "open",
    Obtained.FOLLOWS: "open",
}
_STANDS: Final = {
    "brought": "已补交",
    "kept": "核查属实",
    "breached": "核查不实或者逾期未补",
    "repaired": "已修复信用",
}
_NOTES: Final[tuple[tuple[str, str], ...]] = (
    (
        "本通知书加盖电子印章；以内附文件 case-receipt.json 为准。",
        "Sealed electronically; what counts is the attached case-receipt.json.",
    ),
    (
        "核验：yinxin verify FILE，或在核验页上传本文件；页面与内附文件是否一致，一并核对。",
        (
            "Verify with yinxin verify FILE, or upload this file to the verification page; page and"
            " attachment are compared as well."
        ),
    ),
    (
        "投诉：扫右上方的码，或拨打 12345；凭编号即可，无需账号。",
        "To complain: scan the code above, or call 12345; the number is enough.",
    ),
)


def case_receipt_page(
    statement: CaseStatement, document: CaseReceiptDocument, encoded: bytes, *, specimen: bool
) -> CaseReceiptPage:
    """Return what the page of a receipt says.

    Args:
        statement: What it says of the case.
        document: The receipt.
        encoded: The same as it was signed.
        specimen: It is a 样本.
    """
    former = f"，代替 {document.former}" if document.former else ""
    return CaseReceiptPage(
        number=document.number,
        version=f"第 {document.version} 版 version {document.version}{former}",
        issuer=document.verifier.name,
        issued_on=document.issued_at.astimezone(BEIJING).strftime("%Y年%m月%d日"),
        issued_at=document.issued_at,
        address=document.complaint,
        facts=list(_facts(statement)),
        materials=[_material(number, line) for number, line in enumerate(statement.lines, 1)],
        rules=list(_rules(statement)),
        notes=[{"zh": zh, "en": en} for zh, en in _NOTES],
        specimen=specimen,
        receipt=encoded,
    )


def _facts(statement: CaseStatement) -> Iterator[Text]:
    opened = statement.opened_at.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M")
    yield {"zh": "申请事项", "en": "Matter", "value": statement.matter_zh}
    yield {
        "zh": "申请人",
        "en": "Applicant",
        "value": f"{statement.applicant}　{statement.applicant_code}",
    }
    yield {"zh": "办件编号", "en": "Case", "value": statement.case_id}
    yield {"zh": "收件时间", "en": "Opened", "value": opened}
    yield {
        "zh": "办结期限",
        "en": "Done by",
        "value": f"{statement.done_by.isoformat()}"
        f"（{WORKING_DAYS} 个工作日内，行政许可法第四十二条）",
    }


def _material(number: int, line: MaterialLine) -> Text:
    how, how_en = OBTAINED[line.obtained]
    return {
        "number": str(number),
        "zh": line.zh,
        "en": line.en,
        "how": how,
        "how_en": how_en,
        "detail": "；".join(_details(line)),
        "tone": _TONES.get(line.obtained, "had"),
    }


def _details(line: MaterialLine) -> Iterator[str]:
    if line.reason:
        yield f"{line.reason} {line.reason_zh}"
    if line.license:
        yield f"证照标识 {line.license}"
    if line.region:
        yield f"发证地区 {RegionCode(line.region).name or line.region}（{line.region}）"
    if line.source:
        yield source_words(line.obtained, line.source)
    if line.until:
        yield f"期限 {line.until.isoformat()}"
    if line.stands:
        yield _STANDS.get(line.stands, line.stands)
    if line.at:
        yield line.at.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M 记录")
    if line.basis:
        yield line.basis


def _rules(statement: CaseStatement) -> Iterator[Text]:
    named = {line.code: line for line in statement.lines}
    free = [named[code] for code in statement.not_to_be_asked]
    if free:
        yield {
            "zh": "、".join(line.zh for line in free) + "。",
            "en": ", ".join(line.en for line in free) + ".",
        }
    yield {
        "zh": "本通知书未列明的任何材料，以及上列材料的原件、复印件，窗口均不得要求提交"
        "（国务院令第716号第七条）。",
        "en": "Nor any material that this receipt does not list, in original or copy"
        " (State Council Decree 716, art. 7).",
    }
