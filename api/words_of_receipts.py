"""What is said of receipts (核验回执); ``{…}`` are the finding's facts."""

from collections.abc import Callable
from typing import Final

from api.word_tables import Words
from verify.checks import Check, Outcome
from verify.conclusions import Conclusion
from verify.report import DocumentFormat, Finding, Report

Pair = tuple[str, str]
_OPENINGS: Final = {
    Conclusion.PASSED: ("", ""),
    Conclusion.FAILED: ("不通过：", "failed: "),
    Conclusion.INDETERMINATE: ("无法判定：", "indeterminate: "),
}
_STATED: Final = frozenset({"", "failed", "indeterminate"})

WORDS: Final[Words] = {
    (Check.RECEIPT_SIGNATURE, Outcome.OK, ""): (
        "回执自签发后未被改动",
        "the receipt is as it was signed",
    ),
    (Check.RECEIPT_SIGNATURE, Outcome.BAD, ""): (
        "回执在签发后被改动",
        "the receipt was altered after it was signed",
    ),
    (Check.RECEIPT_SIGNATURE, Outcome.BAD, "other-time"): (
        "回执所写的签发时间与签名中的时间不同",
        "the receipt states another time than its signature",
    ),
    (Check.RECEIPT_CERTIFICATE_PATH, Outcome.BAD, "other-name"): (
        "回执所写的核验机构不是签名证书的持有者",
        "the receipt names another verifier than the certificate that signed it",
    ),
    (Check.RECEIPT_CERTIFICATE_PATH, Outcome.BAD, "withdrawn"): (
        "签发回执之前，核验地区的信任锚已于 {since} 撤出信任列表",
        "the verifier's anchor had been withdrawn at {since}, before the receipt was issued",
    ),
    (Check.RECEIPT_CERTIFICATE_REVOCATION, Outcome.OK, "as-issued"): (
        "签发回执时其证书未被吊销（吊销列表截至 {as_of}），此后情况未查询",
        "not revoked when the receipt was issued (list of {as_of}); nobody was asked since",
    ),
    (Check.RECEIPT_CERTIFICATE_EXPIRY, Outcome.OK, ""): (
        "回执签名证书尚未到期",
        "the receipt signer's certificate is in date",
    ),
    (Check.RECEIPT_CERTIFICATE_EXPIRY, Outcome.BAD, ""): (
        "回执签名证书已于 {not_after} 到期；签发回执时有效",
        "the receipt signer's certificate ended at {not_after}; it was in date when it signed",
    ),
    (Check.RECEIPT_VERDICT, Outcome.OK, ""): (
        "按回执所附依据重新判定，结论与每项检查均与回执一致",
        "judged again from the evidence inside, conclusion and every finding are as stated",
    ),
    (Check.RECEIPT_VERDICT, Outcome.OK, "case"): (
        "办件 {case} 的受理通知书，第 {version} 版，{issuer} 出具，未经改动",
        "the receipt of case {case}, version {version}, issued by {issuer}, unchanged",
    ),
    (Check.RECEIPT_VERDICT, Outcome.BAD, "failed"): (
        "回执属实，所载结论为不通过",
        "the receipt is genuine, and states that the verdict was failed",
    ),
    (Check.RECEIPT_VERDICT, Outcome.UNKNOWN, "indeterminate"): (
        "回执属实，所载结论为无法判定",
        "the receipt is genuine, and states that the verdict was indeterminate",
    ),
    (Check.RECEIPT_VERDICT, Outcome.BAD, "stricter"): (
        "回执按“{policy}”通过；按本次所用的“{own}”，同样的检查结果不通过",
        "passed under “{policy}”; under “{own}” the same findings fail",
    ),
    (Check.RECEIPT_VERDICT, Outcome.UNKNOWN, "stricter"): (
        "回执按“{policy}”通过；按本次所用的“{own}”，同样的检查结果无法判定",
        "passed under “{policy}”; under “{own}” the same findings decide nothing",
    ),
    (Check.RECEIPT_VERDICT, Outcome.BAD, "differs"): (
        "回执所载内容与其所附依据不符：{place}",
        "the receipt states what its evidence does not carry: {place}",
    ),
    (Check.RECEIPT_VERDICT, Outcome.BAD, "malformed"): (
        "回执内容不符合格式，无法重新判定",
        "the receipt breaks its schema",
    ),
    (Check.RECEIPT_VERDICT, Outcome.UNKNOWN, "root-unknown"): (
        "回执所附信任列表不是由本机钉定的信任根签发，无法重新判定",
        "no root pinned here has signed the trust list inside, so nothing can be judged again",
    ),
    (Check.RECEIPT_VERDICT, Outcome.UNKNOWN, "signer-unknown"): (
        "签发者不可信，未重新判定",
        "nothing was judged again, because whoever signed is not trusted",
    ),
    (Check.RECEIPT_VERDICT, Outcome.UNKNOWN, "not-yet"): (
        "回执的签发时间 {issued} 尚未到来，请核对本机时钟",
        "the receipt is of {issued}, which is still ahead; check this machine's clock",
    ),
    (Check.RECEIPT_PAGE, Outcome.OK, ""): (
        (
            "受理通知书 {number}：页面的版次、申请人、办件、期限和 {count} 项材料的取得方式"
            "与内附签名数据一致；依据与说明的文字未比对，以内附数据为准"
        ),
        (
            "receipt {number}: version, applicant, case, last day and how {count} materials were"
            " obtained are as in the signed data inside; explanations were not compared"
        ),
    ),
    (Check.RECEIPT_PAGE, Outcome.BAD, "differs"): (
        "受理通知书页面与内附签名数据不一致：{place}",
        "the page says otherwise than the signed receipt inside: {place}",
    ),
    (Check.RECEIPT_PAGE, Outcome.BAD, "altered"): (
        "受理通知书内附的数据在签发后被改动",
        "the receipt inside the page was altered after it was signed",
    ),
    (Check.RECEIPT_PAGE, Outcome.BAD, "malformed"): (
        "受理通知书内附的数据不符合格式，无法比对",
        "the receipt inside the page breaks its schema and cannot be compared",
    ),
    (Check.RECEIPT_PAGE, Outcome.BAD, "several"): (
        "页面内附 {count} 份不同的受理通知书",
        "{count} different receipts are inside the page",
    ),
    (Check.RECEIPT_PAGE, Outcome.UNKNOWN, "unread"): (
        "页面暂时无法读取，未与内附数据比对",
        "the page could not be read, and was not compared with the receipt inside",
    ),
    (Check.RECEIPT_DOCUMENT, Outcome.OK, ""): (
        "所附文件就是回执所核验的文件，再次检查的结果相同",
        "the file is the one that was verified, and says the same when examined again",
    ),
    (Check.RECEIPT_DOCUMENT, Outcome.BAD, "other-file"): (
        "所附文件不是回执所核验的文件：回执记载的 SM3 为 {stated}，所附文件为 {brought}",
        "another file than was verified: SM3 {stated} is stated, {brought} was brought",
    ),
    (Check.RECEIPT_DOCUMENT, Outcome.BAD, "otherwise"): (
        "文件相同，但再次检查的结果与回执所载不同：{place}",
        "the same file, but examined again it says otherwise: {place}",
    ),
    (Check.RECEIPT_DOCUMENT, Outcome.UNKNOWN, "unread"): (
        "所附文件暂时无法检查，请重试",
        "the file could not be examined; try again",
    ),
    (Check.RECEIPT_FILE, Outcome.OK, ""): (
        "原件已一并提交",
        "the file was brought as well",
    ),
    (Check.RECEIPT_FILE, Outcome.UNKNOWN, "not-brought"): (
        "未提交原件；回执所核验内容的 SM3 为 {digest}",
        "the file was not brought; SM3 of what was verified is {digest}",
    ),
    (Check.RECEIPT_SINCE, Outcome.OK, ""): (
        "对照信任列表第 {version} 版，此后没有变化（未向颁发地区查询）",
        "nothing has changed by trust list version {version}; no region was asked",
    ),
    (Check.RECEIPT_SINCE, Outcome.OK, "asked"): (
        "截至 {as_of} 没有变化（信任列表第 {version} 版，并已向颁发地区查询）",
        "nothing has changed until {as_of}: trust list version {version}, regions were asked",
    ),
    (Check.RECEIPT_SINCE, Outcome.UNKNOWN, "no-list"): (
        "本机没有信任列表，无法对照此后变化",
        "there is no trust list here to compare with",
    ),
    (Check.RECEIPT_SINCE, Outcome.UNKNOWN, "license-silent"): (
        "颁发地区没有应答，证照现状未知",
        "the issuing region did not answer; how the license stands today is unknown",
    ),
    (Check.RECEIPT_SINCE, Outcome.UNKNOWN, "seal-silent"): (
        "颁发地区没有应答，印章「{seal}」现状未知",
        "nobody answered how the seal “{seal}” stands today",
    ),
    (Check.RECEIPT_SINCE, Outcome.BAD, "root-changed"): (
        "信任根已更换（现为信任列表第 {version} 版）",
        "another root stands behind the trust list now (version {version})",
    ),
    (Check.RECEIPT_SINCE, Outcome.BAD, "region-gone"): (
        "核验时信任列表有地区 {region}，现第 {version} 版已没有",
        "the trust list named region {region} then; version {version} does not",
    ),
    (Check.RECEIPT_SINCE, Outcome.BAD, "anchor-withdrawn"): (
        "地区 {region} 的信任锚“{anchor}”已于 {since} 撤出",
        "the anchor “{anchor}” of region {region} was withdrawn at {since}",
    ),
    (Check.RECEIPT_SINCE, Outcome.BAD, "anchor-gone"): (
        "地区 {region} 的信任锚“{anchor}”已不在信任列表中",
        "the anchor “{anchor}” of region {region} is not in the trust list any more",
    ),
    (Check.RECEIPT_SINCE, Outcome.BAD, "issuer-ended"): (
        "{issuer}自 {since} 起不再颁发证照",
        "{issuer} issues no licenses any more since {since}",
    ),
    (Check.RECEIPT_SINCE, Outcome.BAD, "issuer-gone"): (
        "{issuer}已不在信任列表的颁发机构中",
        "{issuer} is no entitled issuer any more",
    ),
    (Check.RECEIPT_SINCE, Outcome.BAD, "expired"): (
        "核验时证照在有效期内；此后已于 {valid_to} 到期",
        "the license was in date then; it expired on {valid_to}",
    ),
    (Check.RECEIPT_SINCE, Outcome.BAD, "license-changed"): (
        "核验时证照{before}；此后已于 {day} {after}",
        "the license was {before_en} then; it is {after_en} since {day}",
    ),
    (Check.RECEIPT_SINCE, Outcome.BAD, "license-listed"): (
        "核验时证照{before}；状态列表（截至 {as_of}）显示现已{after}",
        "the license was {before_en} then; the status list of {as_of} says {after_en}",
    ),
    (Check.RECEIPT_SINCE, Outcome.BAD, "certificate-revoked"): (
        "“{signer}”的签名证书已于 {since} 吊销；回执中没有此前的账本证明",
        "the certificate of “{signer}” was revoked at {since}; nothing here proves a time before",
    ),
    (Check.RECEIPT_SINCE, Outcome.BAD, "certificate-revoked-after"): (
        "“{signer}”的签名证书已于 {since} 吊销；账本证明文件在 {time} 已存在，早于吊销",
        "the certificate of “{signer}” was revoked at {since}; the ledger has the file by {time}",
    ),
    (Check.RECEIPT_SINCE, Outcome.BAD, "seal-changed"): (
        "印章「{seal}」盖章时处于启用状态；自 {day} 起{after}",
        "the seal “{seal}” was enabled when it signed; it is {after_en} since {day}",
    ),
}


def receipt_sentence(
    report: Report, *, sentence: Callable[[Report], Pair], words: Callable[[Finding], Pair]
) -> Pair | None:
    """Return what a receipt that was judged again says, in one sentence of each language.

    None where something else about the receipt decides; then that is told as of any document.

    Args:
        report: The report on the receipt.
        sentence: Puts the verdict inside into words: ours, never those in the receipt.
        words: Puts a finding into words.
    """
    if report.format is DocumentFormat.CASE_RECEIPT:
        return _of_case(report, words)
    stated = report.receipt.stated if report.receipt is not None else None
    others = (
        item
        for item in report.findings
        if report.level(item) == "refuse" and item.outcome is not Outcome.OK
    )
    is_as_stated = all(
        item.check is Check.RECEIPT_VERDICT and item.reason in _STATED for item in others
    )
    if stated is None or not is_as_stated:
        return None
    zh, en = sentence(stated)
    since = _changed(report, words)
    opening_zh, opening_en = _OPENINGS[report.conclusion]
    return (
        f"{opening_zh}回执真实；核验时：{zh}{since[0]}",
        f"{opening_en}the receipt is genuine; when it was verified: {en}{since[1]}",
    )


def _of_case(report: Report, words: Callable[[Finding], Pair]) -> Pair | None:
    """Return what a receipt of a case is, if everything about it is good."""
    if report.conclusion is not Conclusion.PASSED:
        return None
    found = (item for item in report.findings if item.check is Check.RECEIPT_VERDICT)
    said = next((words(item) for item in found), None)
    return said and (f"回执真实：{said[0]}", f"the receipt is genuine: {said[1]}")


def _changed(report: Report, words: Callable[[Finding], Pair]) -> Pair:
    """Return the first thing that has changed since, if anything is known to have."""
    for finding in report.findings:
        if finding.check is Check.RECEIPT_SINCE and finding.outcome is Outcome.BAD:
            zh, en = words(finding)
            return f"。此后变化：{zh}", f". Since then: {en}"
    return "", ""
