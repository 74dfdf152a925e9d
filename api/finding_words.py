"""The words of every finding, by check, outcome and reason; ``{…}`` are the finding's facts."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, TypeAlias

from verify.checks import Check, Outcome

Words: TypeAlias = dict[tuple[Check, Outcome, str], tuple[str, str]]

# Three certificates are asked the same questions.
_CERTIFICATES: Final = (
    (
        Check.SEAL_CERTIFICATE_PATH,
        Check.SEAL_CERTIFICATE_REVOCATION,
        ("印章证书", "盖章", "the seal's certificate", "sealing"),
    ),
    (
        Check.MAKER_CERTIFICATE_PATH,
        Check.MAKER_CERTIFICATE_REVOCATION,
        ("制章单位证书", "制章", "the seal maker's certificate", "making seals"),
    ),
    (
        Check.RECORD_CERTIFICATE_PATH,
        Check.RECORD_CERTIFICATE_REVOCATION,
        ("数据签名证书", "签署证照数据", "the record signer's certificate", "signing records"),
    ),
)


def _of_certificate(path: Check, revocation: Check, names: tuple[str, str, str, str]) -> Words:
    """Return the words for one of the certificates: its names and uses in both languages."""
    zh, use_zh, en, use_en = names
    return {
        (path, Outcome.OK, ""): (
            f"{zh}属于颁发地区",
            f"{en} belongs to the issuing region",
        ),
        (path, Outcome.BAD, "no-path"): (
            f"{zh}不属于所称的颁发地区",
            f"{en} does not belong to the region it claims",
        ),
        (path, Outcome.BAD, "wrong-role"): (
            f"{zh}不是用于{use_zh}的证书",
            f"{en} is not for {use_en}",
        ),
        (path, Outcome.BAD, "out-of-date"): (
            f"{use_zh}时{zh}不在有效期内",
            f"{en} was out of date when it was used",
        ),
        (path, Outcome.UNKNOWN, "region-unknown"): (
            f"无法确认{zh}：颁发地区不在信任列表中",
            f"{en} cannot be judged: its region is not in the trust list",
        ),
        (revocation, Outcome.OK, ""): (f"{zh}未被吊销", f"{en} is not revoked"),
        (revocation, Outcome.BAD, ""): (
            f"{zh}已于 {{since}} 吊销",
            f"{en} was revoked at {{since}}",
        ),
        (revocation, Outcome.UNKNOWN, ""): (
            f"无法取得{zh}的吊销列表",
            f"no fresh revocation list for {en}",
        ),
    }


_SINGLE: Final[Words] = {
    (Check.FILE_FORMAT, Outcome.OK, ""): ("文件是完整的 PDF", "the file is a whole PDF"),
    (Check.FILE_FORMAT, Outcome.BAD, "not-a-pdf"): ("文件不是 PDF", "the file is no PDF"),
    (Check.FILE_FORMAT, Outcome.BAD, "truncated"): (
        "文件不完整，末尾缺失",
        "the file is cut short",
    ),
    (Check.FILE_FORMAT, Outcome.BAD, "too-large"): (
        "文件超过 {limit} MB，不予核验",
        "the file is larger than {limit} MB and was not looked at",
    ),
    (Check.SIGNATURE_PRESENT, Outcome.OK, ""): ("文件带有签章", "the file is signed"),
    (Check.SIGNATURE_PRESENT, Outcome.BAD, ""): (
        "文件没有任何签章",
        "the file has no signature at all",
    ),
    (Check.SIGNATURE_PROFILE, Outcome.OK, ""): (
        "签章是本平台能够核验的类型",
        "the signature is of a kind judged here",
    ),
    (Check.SIGNATURE_PROFILE, Outcome.BAD, "several"): (
        "文件有 {count} 处签章，而证照只盖一次",
        "the file has {count} signatures; a license is sealed once",
    ),
    (Check.SIGNATURE_PROFILE, Outcome.UNKNOWN, "foreign"): (
        "签章类型 {sub_filter} 暂不能核验",
        "signatures of the kind {sub_filter} cannot be judged yet",
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
    (Check.FILE_STRICT, Outcome.OK, ""): (
        "文件结构与签发时一致",
        "the file is laid out as it was issued",
    ),
    (Check.FILE_STRICT, Outcome.BAD, ""): (
        "文件结构与签发时不一致（{rule}）",
        "the file is not laid out as it was issued ({rule})",
    ),
    (Check.SIGNATURE_INTACT, Outcome.OK, ""): (
        "文件内容自签署后未被改动",
        "the content is what was signed",
    ),
    (Check.SIGNATURE_INTACT, Outcome.BAD, ""): (
        "文件内容在签署后被改动",
        "the content was altered after signing",
    ),
    (Check.SIGNATURE_INTACT, Outcome.BAD, "malformed"): (
        "签名数据已损坏或被改动",
        "the signature itself is damaged or altered",
    ),
    (Check.SEAL_SIGNATURE_INTACT, Outcome.OK, ""): (
        "电子签章有效，未被改动",
        "the seal signature verifies",
    ),
    (Check.SEAL_SIGNATURE_INTACT, Outcome.BAD, ""): (
        "电子签章与文件内容不符",
        "the seal signature does not fit the content",
    ),
    (Check.SEAL_SIGNATURE_INTACT, Outcome.BAD, "missing"): (
        "文件没有可读的电子签章",
        "there is no readable seal signature",
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
    (Check.SEAL_CERTIFICATE_EXPIRY, Outcome.OK, ""): (
        "印章证书尚未到期",
        "the seal's certificate is in date",
    ),
    (Check.SEAL_CERTIFICATE_EXPIRY, Outcome.BAD, ""): (
        "印章证书已于 {not_after} 到期，盖章时有效",
        "the seal's certificate ended at {not_after}; it was good when used",
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
    (Check.ISSUER_CODE, Outcome.OK, ""): (
        "盖章单位就是颁发机构",
        "whoever sealed it is the issuing authority",
    ),
    (Check.ISSUER_CODE, Outcome.BAD, ""): (
        "盖章单位（{seal}）不是颁发机构（{record}）",
        "it was sealed by {seal}, not by the issuing authority {record}",
    ),
    (Check.ISSUER_ENTITLED, Outcome.OK, ""): (
        "{issuer}有权颁发{type}",
        "{issuer} may issue {type}",
    ),
    (Check.ISSUER_ENTITLED, Outcome.BAD, ""): (
        "信任列表未授权{issuer}颁发{type}",
        "the trust list does not entitle {issuer} to issue {type}",
    ),
    (Check.TRUST_LIST, Outcome.OK, ""): (
        "信任列表第 {version} 版有效",
        "trust list version {version} stands",
    ),
    (Check.TRUST_LIST, Outcome.UNKNOWN, "missing"): (
        "本机没有信任列表，无法判断",
        "there is no trust list to judge by",
    ),
    (Check.TRUST_LIST, Outcome.UNKNOWN, "expired"): (
        "信任列表第 {version} 版已于 {expires} 到期，请更新",
        "trust list version {version} ended at {expires}; import a newer one",
    ),
    (Check.TRUST_LIST, Outcome.UNKNOWN, "not-yet"): (
        "信任列表第 {version} 版自 {issued} 起有效，请核对本机时钟",
        "trust list version {version} begins at {issued}; is this machine's clock right?",
    ),
    (Check.TRUST_REGION, Outcome.OK, ""): (
        "颁发地区 {region} 在信任列表中",
        "the trust list names region {region}",
    ),
    (Check.TRUST_REGION, Outcome.UNKNOWN, ""): (
        "颁发地区 {region} 不在信任列表中",
        "the trust list does not name region {region}",
    ),
    (Check.LICENSE_VALIDITY, Outcome.OK, ""): ("证照在有效期内", "the license is in date"),
    (Check.LICENSE_VALIDITY, Outcome.BAD, "expired"): (
        "证照已于 {valid_to} 到期",
        "the license expired on {valid_to}",
    ),
    (Check.LICENSE_VALIDITY, Outcome.BAD, "not-yet"): (
        "证照自 {valid_from} 起有效",
        "the license is valid from {valid_from}",
    ),
    (Check.LICENSE_STATUS, Outcome.OK, ""): (
        "颁发地区确认证照有效",
        "the issuing region confirms that the license is in force",
    ),
    (Check.LICENSE_STATUS, Outcome.BAD, "not-active"): (
        "证照已于 {day} {term}",
        "the license is {kind} since {day}",
    ),
    (Check.LICENSE_STATUS, Outcome.BAD, "not-registered"): (
        "颁发地区没有登记该证照",
        "the issuing region has no such license",
    ),
    (Check.LICENSE_STATUS, Outcome.BAD, "not-begun"): (
        "证照尚未生效",
        "the license has not begun",
    ),
    (Check.LICENSE_STATUS, Outcome.BAD, "other-record"): (
        "颁发地区登记的数据与此文件不同",
        "the issuing region registered another record under this identifier",
    ),
    (Check.LICENSE_STATUS, Outcome.UNKNOWN, "silent"): (
        "颁发地区没有应答，状态未知",
        "the issuing region did not answer; the status is unknown",
    ),
    (Check.LICENSE_STATUS, Outcome.UNKNOWN, "not-trusted"): (
        "状态应答的签名不可信",
        "the status answer is not signed by whom it must be",
    ),
    (Check.LICENSE_STATUS, Outcome.UNKNOWN, "other-question"): (
        "状态应答不是对本次提问的回答",
        "the status answer is to another question, or too old",
    ),
}

WORDS: Final[Mapping[tuple[Check, Outcome, str], tuple[str, str]]] = MappingProxyType(
    _SINGLE | {key: said for item in _CERTIFICATES for key, said in _of_certificate(*item).items()}
)
