"""What is said of files and the records in them; ``{…}`` are the finding's facts."""

from typing import Final

from api.word_tables import Words
from verify.checks import Check, Outcome

WORDS: Final[Words] = {
    (Check.FILE_FORMAT, Outcome.OK, ""): ("文件可读取", "the file can be read"),
    (Check.FILE_FORMAT, Outcome.BAD, "unknown-kind"): (
        "文件不是 PDF、OFD、电子印章、电子签章、签名数据、证照数据或二维码图片",
        "the file is no PDF, OFD, seal, signature, signed data, record or picture of a code",
    ),
    (Check.FILE_FORMAT, Outcome.BAD, "empty"): (
        "文件是空的，请重新选择",
        "the file is empty; choose another",
    ),
    (Check.FILE_FORMAT, Outcome.BAD, "other-kind"): (
        "这是 {kind} 文件；请提供 PDF 或 OFD 证照，或 PNG、JPEG 二维码图片",
        "this is {kind}; bring the license as PDF or OFD, or its code as PNG or JPEG",
    ),
    (Check.FILE_FORMAT, Outcome.BAD, "malformed"): (
        "数据结构已损坏",
        "the structure is damaged",
    ),
    (Check.FILE_FORMAT, Outcome.BAD, "container"): (
        "OFD 文件包不合规（{rule}），不予核验",
        "the OFD package breaks a rule ({rule}) and was not judged",
    ),
    (Check.FILE_FORMAT, Outcome.BAD, "package"): (
        "存档信息包不完整或被改动（{rule}，{file}），不予核验",
        "the archive package is not whole ({rule}, {file}) and was not judged",
    ),
    (Check.FILE_FORMAT, Outcome.BAD, "package-of-case"): (
        "这是办件的存档信息包，请做四性检测，其中的证照可分别核验",
        "this package is of a case; look at it with yinxin archive check, and verify its licenses",
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
    (Check.RECORD_PAGE, Outcome.OK, "fields"): (
        "照面印刷的 {count} 项内容与数据逐项一致",
        "the {count} texts on the face are what the record says, field by field",
    ),
    (Check.RECORD_PAGE, Outcome.OK, "values"): (
        "照面载有数据中的全部内容",
        "all that the record says stands on the face",
    ),
    (Check.RECORD_PAGE, Outcome.BAD, "field"): (
        "照面「{label}」印为“{printed}”，数据为“{record}”",
        "the face prints “{printed}” for {label_en}, the record says “{record}”",
    ),
    (Check.RECORD_PAGE, Outcome.UNKNOWN, "type-unknown"): (
        "照面未见「{label}」；本机没有该证照类型，无法断定照面是否应印此项",
        "{label_en} is not on the face; its type, which would tell why, is not known here",
    ),
    (Check.RECORD_PAGE, Outcome.UNKNOWN, "unreadable"): (
        "照面文字无法读取",
        "the page cannot be read",
    ),
}
