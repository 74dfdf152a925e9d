"""What is said of signatures, seals and timestamps; ``{…}`` are the finding's facts."""

from typing import Final

from api.word_tables import Words
from verify.checks import Check, Outcome

WORDS: Final[Words] = {
    (Check.SIGNATURE_PRESENT, Outcome.OK, ""): ("文件带有签章", "the file is signed"),
    (Check.SIGNATURE_PRESENT, Outcome.BAD, ""): (
        "文件没有任何签章",
        "the file has no signature at all",
    ),
    (Check.SIGNATURE_PROFILE, Outcome.BAD, "malformed"): (
        "签名数据已损坏或被改动",
        "the signature itself is damaged or altered",
    ),
    (Check.SIGNATURE_PROFILE, Outcome.BAD, "no-certificate"): (
        "签名值不带证书，无法知道由谁签署",
        "the signature value carries no certificate, so nobody knows who signed",
    ),
    (Check.SIGNATURE_PROFILE, Outcome.BAD, "no-signer"): (
        "签名数据中没有签署者",
        "nobody signed the message",
    ),
    (Check.SIGNATURE_PROFILE, Outcome.BAD, "digest-method"): (
        "签名使用的杂凑算法（{method}）不可接受",
        "the digest method ({method}) is not acceptable",
    ),
    (Check.SIGNATURE_PROFILE, Outcome.BAD, "missing-parts"): (
        "签名缺少部分：{names}",
        "parts of the signature are missing: {names}",
    ),
    (Check.SIGNATURE_FORM, Outcome.BAD, ""): (
        "编码与标准略有出入，按原始字节核验：{forms}",
        "the encoding differs from the standard; judged on the original bytes: {forms}",
    ),
    (Check.SIGNATURE_PROFILE, Outcome.OK, ""): (
        "签章类型可以核验",
        "the signature is of a kind that can be judged",
    ),
    (Check.SIGNATURE_PROFILE, Outcome.BAD, "several"): (
        "文件有 {count} 处签章，而证照只盖一次",
        "the file has {count} signatures; a license is sealed once",
    ),
    (Check.SIGNATURE_PROFILE, Outcome.UNKNOWN, "foreign"): (
        "签名算法 {algorithm} 不是国密算法，不予判断",
        "the signature's algorithm {algorithm} is not SM2 and is not judged",
    ),
    (Check.SIGNATURE_COVERAGE, Outcome.OK, ""): (
        "签章覆盖整个文件",
        "the signature covers the whole file",
    ),
    (Check.SIGNATURE_COVERAGE, Outcome.BAD, "appended"): (
        "盖章后文件末尾被追加了 {bytes} 字节",
        "{bytes} bytes were appended after sealing",
    ),
    (Check.SIGNATURE_COVERAGE, Outcome.BAD, "partial"): (
        "签章没有覆盖整个文件",
        "the signature does not cover the whole file",
    ),
    (Check.SIGNATURE_COVERAGE, Outcome.BAD, "unprotected"): (
        "有 {count} 项内容未受签章保护：{names}",
        "not protected ({count}): {names}",
    ),
    (Check.SIGNATURE_UNPROTECTED, Outcome.BAD, ""): (
        "签章有效，但有 {count} 项内容未受保护：{names}",
        "valid, but unprotected ({count}): {names}",
    ),
    (Check.SIGNATURE_REFERENCES, Outcome.BAD, ""): (
        "受保护的 {count} 项内容已被改动或缺失：{names}",
        "protected, and altered or missing ({count}): {names}",
    ),
    (Check.SIGNATURE_INTACT, Outcome.OK, ""): (
        "文件内容自签署后未被改动",
        "the content is what was signed",
    ),
    (Check.SIGNATURE_INTACT, Outcome.BAD, ""): (
        "文件内容在签署后被改动",
        "the content was altered after signing",
    ),
    (Check.SIGNATURE_INTACT, Outcome.UNKNOWN, "no-content"): (
        "缺少签名所对应的原文",
        "what the signature is over was not brought along",
    ),
    (Check.SEAL_SIGNATURE_INTACT, Outcome.OK, ""): (
        "电子签章有效，未被改动",
        "the seal signature verifies",
    ),
    (Check.SEAL_SIGNATURE_INTACT, Outcome.BAD, ""): (
        "电子签章的签名值无效",
        "the seal signature does not verify",
    ),
    (Check.SEAL_SIGNATURE_INTACT, Outcome.BAD, "missing"): (
        "文件没有可读的电子签章",
        "there is no readable seal signature",
    ),
    (Check.SEAL_SIGNATURE_CONTENT, Outcome.OK, ""): (
        "原文自盖章后未被改动",
        "the content is what was sealed",
    ),
    (Check.SEAL_SIGNATURE_CONTENT, Outcome.BAD, ""): (
        "原文在盖章后被改动",
        "the content was altered after sealing",
    ),
    (Check.SEAL_SIGNATURE_CONTENT, Outcome.UNKNOWN, "no-content"): (
        "缺少盖章的原文",
        "what was sealed was not brought along",
    ),
    (Check.SEAL_SIGNATURE_DOCUMENT, Outcome.BAD, ""): (
        "电子签章写明的原文位置与所在位置不同",
        "the seal signature names another place than the one where it stands",
    ),
    (Check.SEAL_SIGNER, Outcome.OK, ""): (
        "印章允许该证书使用",
        "the seal lists the certificate that used it",
    ),
    (Check.SEAL_SIGNER, Outcome.BAD, ""): (
        "签章人证书不在印章的证书列表中",
        "the seal does not list the certificate that used it",
    ),
    (Check.SEAL_FILE, Outcome.BAD, ""): (
        "单独存放的印章文件与签章内的印章不同",
        "the separate seal file is not the seal inside the signature",
    ),
    (Check.TIMESTAMP_INTACT, Outcome.OK, ""): (
        "时间戳与签名相符",
        "the timestamp is over this signature",
    ),
    (Check.TIMESTAMP_INTACT, Outcome.BAD, ""): (
        "时间戳无效或不属于此签名",
        "the timestamp does not verify or is over something else",
    ),
    (Check.TIMESTAMP_TRUSTED, Outcome.OK, ""): (
        "可信时间 {time}，由{authority}证明",
        "trusted time {time}, by {authority}",
    ),
    (Check.TIMESTAMP_TRUSTED, Outcome.UNKNOWN, "unknown-authority"): (
        "时间戳机构「{authority}」不在信任范围内",
        "the timestamping authority “{authority}” is not a trusted one",
    ),
    (Check.TIMESTAMP_TRUSTED, Outcome.UNKNOWN, "revocation"): (
        "无法确认时间戳机构「{authority}」的证书未被吊销",
        "nobody can tell that the certificate of “{authority}” is not revoked",
    ),
    (Check.LEDGER_TIME, Outcome.OK, ""): (
        "账本证明：{regions}于 {time} 已见到此文件",
        "the ledger proves it: seen by {regions} at {time}",
    ),
    (Check.LEDGER_TIME, Outcome.UNKNOWN, "no-proof"): (
        "颁发地区没有给出成立的账本证明",
        "the issuing region gave no proof of its ledger that holds",
    ),
    (Check.LEDGER_TIME, Outcome.UNKNOWN, "not-witnessed"): (
        "账本中有此证照，但其他地区尚未见证",
        "the license is in the ledger, but no other region has seen it yet",
    ),
    (Check.LEDGER_TIME, Outcome.UNKNOWN, "other-file"): (
        "账本中该证照的文件不是这一份",
        "the ledger has other files of this license, not this one",
    ),
    (Check.SIGNER_CERTIFICATE_PATH, Outcome.BAD, "no-time"): (
        "签名证书已到期，而文件没有说明何时签署",
        "the signer's certificate has ended and the document does not say when it was signed",
    ),
    (Check.SIGNER_CERTIFICATE_PATH, Outcome.UNKNOWN, "no-time"): (
        "签名证书已到期，而签名没有说明时间",
        "the signer's certificate has ended and the signature names no time",
    ),
    (Check.SIGNER_CERTIFICATE_EXPIRY, Outcome.OK, ""): (
        "签名证书尚未到期",
        "the signer's certificate is in date",
    ),
    (Check.SIGNER_CERTIFICATE_EXPIRY, Outcome.BAD, ""): (
        "签名证书已于 {not_after} 到期",
        "the signer's certificate ended at {not_after}",
    ),
    (Check.SEAL_SIGNATURE_AGREES, Outcome.OK, ""): (
        "数字签名与电子签章一致",
        "signature and seal agree",
    ),
    (Check.SEAL_SIGNATURE_AGREES, Outcome.BAD, ""): (
        "数字签名与电子签章的签署者或时间不一致",
        "signature and seal name different signers or times",
    ),
    (Check.SEAL_GENUINE, Outcome.OK, ""): (
        "印章「{seal}」由制章单位制作，未被改动",
        "the seal “{seal}” is as its maker signed it",
    ),
    (Check.SEAL_GENUINE, Outcome.BAD, ""): (
        "印章不是由所称制章单位制作，或已被改动",
        "the seal was not made by the maker it names, or was altered",
    ),
    (Check.SEAL_VALIDITY, Outcome.OK, ""): (
        "盖章时印章在有效期内",
        "the seal was in its validity when used",
    ),
    (Check.SEAL_VALIDITY, Outcome.BAD, ""): (
        "盖章时（{sealed}）印章不在有效期内",
        "the seal was not in its validity when used ({sealed})",
    ),
    (Check.SEAL_STATUS, Outcome.OK, ""): (
        "印章「{seal}」盖章时处于启用状态",
        "the seal “{seal}” was enabled when it signed",
    ),
    (Check.SEAL_STATUS, Outcome.BAD, "not-enabled"): (
        "盖章时印章「{seal}」已于 {day} {term}",
        "the seal “{seal}” was {state} since {day} when it signed",
    ),
    (Check.SEAL_STATUS, Outcome.BAD, "not-begun"): (
        "盖章时印章「{seal}」尚未制作",
        "the seal “{seal}” had not been made when it signed",
    ),
    (Check.SEAL_STATUS, Outcome.BAD, "not-registered"): (
        "所属地区没有登记印章「{seal}」",
        "the region has no seal “{seal}”",
    ),
    (Check.SEAL_STATUS, Outcome.BAD, "other-seal"): (
        "所属地区以此编码登记的是另一枚印章",
        "the region registered another seal under this code",
    ),
    (Check.SEAL_STATUS, Outcome.OK, "listed"): (
        "印章状态公告载明印章「{seal}」盖章时处于启用状态（状态截至 {as_of}）",
        "by its bulletin the seal “{seal}” was enabled when it signed (as of {as_of})",
    ),
    (Check.SEAL_STATUS, Outcome.BAD, "list-not-enabled"): (
        "印章状态公告载明盖章时印章「{seal}」已于 {day} {term}（状态截至 {as_of}）",
        "by its bulletin the seal “{seal}” was {state} since {day} when it signed (as of {as_of})",
    ),
    (Check.SEAL_STATUS, Outcome.BAD, "list-not-begun"): (
        "印章状态公告载明盖章时印章「{seal}」尚未制作（状态截至 {as_of}）",
        "by its bulletin the seal “{seal}” had not been made when it signed (as of {as_of})",
    ),
    (Check.SEAL_STATUS, Outcome.BAD, "list-not-registered"): (
        "印章状态公告中没有印章「{seal}」（状态截至 {as_of}）",
        "the bulletin of the region knows no seal “{seal}” (as of {as_of})",
    ),
    (Check.SEAL_STATUS, Outcome.BAD, "list-other-seal"): (
        "印章状态公告以此编码登记的是另一枚印章（状态截至 {as_of}）",
        "the bulletin of the region has another seal under this code (as of {as_of})",
    ),
    (Check.SEAL_STATUS, Outcome.UNKNOWN, "silent"): (
        "所属地区没有应答，印章状态未知",
        "the region did not answer; the seal's status is unknown",
    ),
    (Check.SEAL_STATUS, Outcome.UNKNOWN, "not-trusted"): (
        "印章状态应答的签名不可信",
        "the answer about the seal is not signed by whom it must be",
    ),
    (Check.SEAL_STATUS, Outcome.UNKNOWN, "other-question"): (
        "印章状态应答不是对本次提问的回答",
        "the answer about the seal is to another question, or too old",
    ),
    (Check.SEAL_STATUS, Outcome.UNKNOWN, "stale"): (
        "印章状态信息过旧（截至 {as_of}），不足为凭",
        "what was said of the seal is too old (as of {as_of})",
    ),
    (Check.SEAL_CERTIFICATE_EXPIRY, Outcome.OK, ""): (
        "印章证书尚未到期",
        "the seal's certificate is in date",
    ),
    (Check.SEAL_CERTIFICATE_EXPIRY, Outcome.BAD, ""): (
        "印章证书已于 {not_after} 到期",
        "the seal's certificate ended at {not_after}",
    ),
}
