"""What is said of files and the records in them; ``{…}`` are the finding's facts."""

from typing import Final

from api.word_tables import Words
from verify.checks import Check, Outcome

WORDS: Final[Words] = {
    (Check.FILE_FORMAT, Outcome.OK, ""): ("文件可读取", "the file can be read"),
    (Check.FILE_FORMAT, Outcome.BAD, "unknown-kind"): (
        "文件不是 PDF、OFD、电子印章、电子签章或签名数据",
        "the file is no PDF, OFD, seal, seal signature or signed data",
    ),
    (Check.FILE_FORMAT, Outcome.BAD, "malformed"): (
        "数据结构已损坏",
        "the structure is damaged",
    ),
    (Check.FILE_FORMAT, Outcome.BAD, "container"): (
        "OFD 文件包不合规（{rule}），不予核验",
        "the OFD package breaks a rule ({rule}) and was not judged",
    ),
    (Check.FILE_FORMAT, Outcome.BAD, "listing"): (
        "签章列表有误：{names}",
        "the list of signatures is wrong: {names}",
    ),
    (Check.FILE_FORMAT, Outcome.UNKNOWN, "limits"): (
        "核验所需时间或内存超过限制，未能完成",
        "examining it took more time or memory than is allowed",
    ),
    (Check.FILE_FORMAT, Outcome.BAD, "not-a-pdf"): (
        "文件开头不是 PDF 文件头",
        "the file does not begin as a PDF",
    ),
    (Check.FILE_FORMAT, Outcome.BAD, "truncated"): (
        "文件不完整，末尾缺失",
        "the file is cut short",
    ),
    (Check.FILE_FORMAT, Outcome.BAD, "too-large"): (
        "文件超过 {limit} MB，不予核验",
        "the file is larger than {limit} MB and was not looked at",
    ),
    (Check.FILE_INTEGRITY, Outcome.OK, ""): (
        "文件包完整性保护有效",
        "the package's list of entries is complete",
    ),
    (Check.FILE_INTEGRITY, Outcome.BAD, "entries"): (
        "文件包与其完整性清单不符：{names}",
        "the package is not what its list of entries says: {names}",
    ),
    (Check.FILE_INTEGRITY, Outcome.BAD, "signature"): (
        "文件包完整性清单的签名无效",
        "the signature of the package's list of entries does not verify",
    ),
    (Check.FILE_STRICT, Outcome.OK, ""): (
        "文件结构与签发时一致",
        "the file is laid out as it was issued",
    ),
    (Check.FILE_STRICT, Outcome.BAD, ""): (
        "文件结构与签发时不一致（{rule}）",
        "the file is not laid out as it was issued ({rule})",
    ),
    (Check.RECORD_PRESENT, Outcome.OK, ""): (
        "照面内含机器可读数据及其签名",
        "the face carries its record and the record's signature",
    ),
    (Check.RECORD_PRESENT, Outcome.BAD, ""): (
        "照面内没有可读的证照数据",
        "the face carries no readable record",
    ),
    (Check.RECORD_SIGNATURE, Outcome.OK, ""): ("证照数据未被改动", "the record is as signed"),
    (Check.RECORD_SIGNATURE, Outcome.BAD, ""): (
        "证照数据与其签名不符",
        "the record does not fit its signature",
    ),
    (Check.RECORD_PAGE, Outcome.OK, ""): (
        "照面印刷的证照标识与数据一致",
        "the page prints the record's identifier",
    ),
    (Check.RECORD_PAGE, Outcome.BAD, ""): (
        "照面印刷的证照标识与数据不一致（数据为 {identifier}）",
        "the page does not print the record's identifier {identifier}",
    ),
    (Check.RECORD_PAGE, Outcome.UNKNOWN, "unreadable"): (
        "照面文字无法读取",
        "the page cannot be read",
    ),
}
