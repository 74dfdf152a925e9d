"""What a receipt on paper says: the verdict as it stands in the receipt, in words of today."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final

from api.wording import words
from certs.civil_dates import BEIJING
from certs.faces.receipt_pages import ReceiptPage, Section
from certs.validity_ranges import PERMANENT
from verify.checks import Check, Outcome
from verify.receipts import Receipt
from verify.report import Finding

_CONCLUSIONS: Final = {
    "passed": ("通过", "passed"),
    "failed": ("不通过", "failed"),
    "indeterminate": ("无法判定", "indeterminate"),
}
_LICENSE: Final = (
    ("证照类型", "License type", "type_name"),
    ("证照编号", "Number", "number"),
    ("持证主体", "Holder", "holder"),
    ("颁发机构", "Issuer", "issuer_name"),
    ("有效期起", "Valid from", "valid_from"),
    ("有效期止", "Valid to", "valid_to"),
)
_DIGESTS: Final = (
    ("所验内容 SM3", "What was verified", "document"),
    ("印章 SM3", "Seal", "seal"),
    ("证照数据 SM3", "License record", "license"),
)
_RELIED_ON: Final = frozenset({Check.LICENSE_STATUS, Check.SEAL_STATUS})
_NOTES: Final = (
    (
        "本页由签名回执生成，供阅读；以内附文件 receipt.json 为准。",
        "For reading; what counts is the attached receipt.json.",
    ),
    (
        "脱机重新核验：yinxin verify receipt.json --file 原件",
        "Re-check offline: yinxin verify receipt.json --file DOCUMENT",
    ),
    (
        "回执不载个人信息：个人持证主体与编号已隐去中段。",
        "It names nobody: holders who are people, and their numbers, are masked.",
    ),
)
_UNSEALED: Final = (
    "本页未加盖印章；真实性由内附回执的电子签名证明。",
    "This page bears no seal; the signature of the attached receipt proves it.",
)


def receipt_page(
    receipt: Receipt, encoded: bytes, *, address: str, is_sealed: bool, specimen: bool
) -> ReceiptPage:
    """Return what the page of a receipt says.

    Args:
        receipt: The receipt, one that was given here.
        encoded: The same as it was signed.
        address: Where it can be fetched.
        is_sealed: Whether the page will be sealed.
        specimen: It is a 样本.
    """
    verdict: Mapping[str, Any] = receipt.verdict
    findings = [(_finding(item), item) for item in verdict.get("findings", ())]
    good = [_said(found) for found, _ in findings if found.outcome is Outcome.OK]
    others = [_said(found) for found, _ in findings if found.outcome is not Outcome.OK]
    zh, en = _CONCLUSIONS[receipt.conclusion]
    notes = (*_NOTES, *(() if is_sealed else (_UNSEALED,)))
    return ReceiptPage(
        title=f"核验回执 {receipt.number}",
        number=receipt.number,
        conclusion=receipt.conclusion,
        words={"zh": zh, "en": en},
        sentence={"zh": receipt.zh, "en": receipt.en},
        verifier=receipt.verifier.name,
        issued_on=receipt.issued_at.astimezone(BEIJING).strftime("%Y年%m月%d日"),
        issued_at=receipt.issued_at,
        address=address,
        sections=tuple(_sections(receipt, verdict, [found for found, _ in findings])),
        others=others,
        good=good,
        notes=[{"zh": note_zh, "en": note_en} for note_zh, note_en in notes],
        specimen=specimen,
        receipt=encoded,
    )


def _sections(
    receipt: Receipt, verdict: Mapping[str, Any], findings: list[Finding]
) -> Iterator[Section]:
    license = verdict.get("license", {})
    if license:
        rows = [_row(zh, en, _shown(license[key])) for zh, en, key in _LICENSE if key in license]
        identifier = _wide("证照标识", "Identifier", license.get("identifier", ""))
        yield Section(zh="证照", en="License", rows=[*rows, *_padding(rows), identifier])
    digests = verdict.get("digests", {})
    yield Section(
        zh="核验对象与时间",
        en="What was verified, and when",
        rows=[
            _row("核验时间", "Verified at", _at(verdict["judged_at"])),
            _row("核验策略", "Policy", f"{receipt.policy.zh} {receipt.policy.en}"),
            *(_wide(zh, en, digests[key]) for zh, en, key in _DIGESTS if key in digests),
        ],
    )
    answers = list(_answers(findings))
    relied = [*_trust(verdict), *answers, *_padding(answers), *_lists(verdict)]
    if relied:
        yield Section(zh="依据", en="What was relied on", rows=relied)


def _trust(verdict: Mapping[str, Any]) -> Iterator[Mapping[str, str | bool]]:
    trust = verdict.get("trust_list", {})
    if trust:
        value = f"第 {trust.get('version', 0)} 版　SM3 {trust.get('identity', '')}"
        yield _wide("信任列表", "Trust list", value)


def _answers(findings: list[Finding]) -> Iterator[Mapping[str, str | bool]]:
    for finding in findings:
        if finding.check in _RELIED_ON and finding.as_of is not None:
            zh, en = (
                ("证照状态", "License status")
                if finding.check is Check.LICENSE_STATUS
                else ("印章状态", "Seal status")
            )
            yield _row(zh, en, f"截至 {_at(finding.as_of.isoformat())}")


def _lists(verdict: Mapping[str, Any]) -> Iterator[Mapping[str, str | bool]]:
    for item in verdict.get("status_lists", ()):
        value = f"截至 {_at(item['issued_at'])}　SM3 {item['version']}"
        yield _wide("状态列表", "Status list", value)


def _finding(value: Mapping[str, Any]) -> Finding:
    as_of = value.get("as_of", "")
    return Finding(
        check=Check(value["check"]),
        outcome=Outcome(value["outcome"]),
        signature=value.get("signature", 0),
        reason=value.get("reason", ""),
        facts=value.get("facts", {}),
        as_of=datetime.fromisoformat(as_of) if as_of else None,
    )


def _said(finding: Finding) -> Mapping[str, str]:
    zh, en = words(finding)
    which = f"[{finding.signature}] " if finding.signature > 1 else ""
    return {"outcome": finding.outcome.value, "zh": f"{which}{zh}", "en": en}


def _padding(rows: list[Mapping[str, str | bool]]) -> list[Mapping[str, str | bool]]:
    """Return what fills a line of two up, so that a wide row begins a new one."""
    return [_row("", "", "")] if len(rows) % 2 else []


def _row(zh: str, en: str, value: str) -> Mapping[str, str | bool]:
    return {"zh": zh, "en": en, "value": value}


def _wide(zh: str, en: str, value: str) -> Mapping[str, str | bool]:
    return {"zh": zh, "en": en, "value": value, "wide": True}


def _shown(value: str) -> str:
    return "长期" if value == PERMANENT else value


def _at(text: str) -> str:
    return datetime.fromisoformat(text).astimezone(BEIJING).strftime("%Y-%m-%d %H:%M:%S")
