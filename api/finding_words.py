"""The words of every finding, by check, outcome and reason; ``{…}`` are the finding's facts."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, TypeAlias

from verify.checks import Check, Outcome

Words: TypeAlias = dict[tuple[Check, Outcome, str], tuple[str, str]]

# All certificates are asked the same questions.
_CERTIFICATES: Final = (
    (
        Check.SEAL_CERTIFICATE_PATH,
        Check.SEAL_CERTIFICATE_REVOCATION,
        ("印章证书", "盖章", "the seal's certificate", "sealing"),
    ),
    (
        Check.SIGNER_CERTIFICATE_PATH,
        Check.SIGNER_CERTIFICATE_REVOCATION,
        ("签名证书", "签名", "the signer's certificate", "signing"),
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
            f"{zh}属于信任列表中的地区",
            f"{en} belongs to a region of the trust list",
        ),
        (path, Outcome.BAD, "wrong-role"): (
            f"{zh}不是用于{use_zh}的证书",
            f"{en} is not for {use_en}",
        ),
        (path, Outcome.BAD, "out-of-date"): (
            f"{use_zh}时{zh}不在有效期内",
            f"{en} was out of date when it was used",
        ),
        (path, Outcome.BAD, "revoked"): (
            f"{use_zh}之前，{zh}已于 {{since}} 吊销",
            f"{en} had been revoked at {{since}}, before it was used",
        ),
        (path, Outcome.UNKNOWN, "region-unknown"): (
            f"无法确认{zh}：没有信任列表中的地区为它担保",
            f"{en} cannot be judged: no region of the trust list stands behind it",
        ),
        (revocation, Outcome.OK, ""): (f"{zh}未被吊销", f"{en} is not revoked"),
        (revocation, Outcome.BAD, ""): (
            f"{zh}已于 {{since}} 吊销",
            f"{en} was revoked at {{since}}",
        ),
        (revocation, Outcome.OK, "proven-before"): (
            f"{zh}于 {{since}} 吊销；可信时间 {{proven}} 证明使用在先",
            f"{en} was revoked at {{since}}; trusted time proves its use at {{proven}}, before",
        ),
        (revocation, Outcome.UNKNOWN, "no-trusted-time"): (
            f"{zh}已于 {{since}} 吊销，没有可信时间证明使用在先",
            f"{en} was revoked at {{since}}, and no trusted time proves that it was used before",
        ),
        (revocation, Outcome.UNKNOWN, ""): (
            f"无法取得{zh}的吊销列表",
            f"no fresh revocation list for {en}",
        ),
    }


_SINGLE: Final[Words] = {
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
    (Check.SIGNATURE_PRESENT, Outcome.OK, ""): ("文件带有签章", "the file is signed"),
    (Check.SIGNATURE_PRESENT, Outcome.BAD, ""): (
        "文件没有任何签章",
        "the file has no signature at all",
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
    (Check.SEAL_CERTIFICATE_EXPIRY, Outcome.OK, ""): (
        "印章证书尚未到期",
        "the seal's certificate is in date",
    ),
    (Check.SEAL_CERTIFICATE_EXPIRY, Outcome.BAD, ""): (
        "印章证书已于 {not_after} 到期",
        "the seal's certificate ended at {not_after}",
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
    (Check.ISSUER_ENTITLED, Outcome.OK, "succeeded"): (
        "{issuer}签章时（{sealed}）有权颁发{type}；该机构已由 {successor} 承继",
        "{issuer} could issue {type} when it sealed ({sealed}); {successor} has succeeded it",
    ),
    (Check.ISSUER_ENTITLED, Outcome.BAD, "ended"): (
        "{issuer}签章时（{sealed}）已撤并或更名，无权颁发{type}",
        "{issuer} had ended when it sealed ({sealed}) and could not issue {type}",
    ),
    (Check.ISSUER_ENTITLED, Outcome.BAD, "not-yet"): (
        "{issuer}签章时（{sealed}）尚未获授权颁发{type}",
        "{issuer} was not entitled yet to issue {type} when it sealed ({sealed})",
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

# A license names its region, so only there a path can lead astray.
_ASTRAY: Final[Words] = {
    (path, Outcome.BAD, "no-path"): (
        f"{names[0]}不属于所称的颁发地区",
        f"{names[2]} does not belong to the region it claims",
    )
    for path, _, names in _CERTIFICATES
    if path is not Check.SIGNER_CERTIFICATE_PATH
}

WORDS: Final[Mapping[tuple[Check, Outcome, str], tuple[str, str]]] = MappingProxyType(
    _SINGLE
    | _ASTRAY
    | {key: said for item in _CERTIFICATES for key, said in _of_certificate(*item).items()}
)
