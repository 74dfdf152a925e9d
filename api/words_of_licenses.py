"""What is said of licenses, their issuers and trust; ``{…}`` are the finding's facts."""

from typing import Final

from api.word_tables import Words
from verify.checks import Check, Outcome

WORDS: Final[Words] = {
    (Check.IDENTIFIER_FORM, Outcome.BAD, ""): (
        "证照标识的写法与 GB/T 36904 有出入：{forms}",
        "the identifier is not written as GB/T 36904 has it: {forms}",
    ),
    (Check.RECORD_REGION, Outcome.BAD, "abolished"): (
        "行政区划代码 {region} 在颁发日期 {day} 之前已撤销，其后为 {successors}",
        "the region code {region} had ended before the day of issue, {day}; now {successors}",
    ),
    (Check.RECORD_REGION, Outcome.BAD, "not-yet"): (
        "行政区划代码 {region} 在颁发日期 {day} 尚未启用",
        "the region code {region} did not exist yet on the day of issue, {day}",
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
    (Check.TRUST_REGION, Outcome.UNKNOWN, "issuer-unknown"): (
        "信任列表中没有颁发机构 {issuer}",
        "the trust list names no issuer {issuer}",
    ),
    (Check.COPY_STATEMENT, Outcome.OK, ""): (
        "这是加注件（复制件，不是原件）{number}：{type}，仅限“{recipient}”用于“{purpose}”",
        "an annotated copy, not the license: {number}, {type}, only for “{recipient}”: “{purpose}”",
    ),
    (Check.COPY_STATEMENT, Outcome.BAD, "malformed"): (
        "自称加注件，但加注内容无法读取或前后矛盾",
        "it claims to be an annotated copy, and what it says cannot be read or differs",
    ),
    (Check.COPY_VALIDITY, Outcome.OK, ""): (
        "加注件在有效期内，至 {until}；是否已撤销请扫描其二维码",
        "the copy is good until {until}; its code tells whether it was revoked",
    ),
    (Check.COPY_VALIDITY, Outcome.BAD, "expired"): (
        "加注件已于 {until} 到期，不得再用",
        "the copy expired on {until}, and is good for nothing",
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
    (Check.LICENSE_STATUS, Outcome.OK, "flagged"): (
        "颁发地区确认证照有效，另有纠错正在核实（标注）",
        "in force, as its region confirms; a correction about it is being verified",
    ),
    (Check.LICENSE_STATUS, Outcome.OK, "listed"): (
        "状态列表显示证照有效（状态截至 {as_of}）",
        "in force by the status list, as of {as_of}",
    ),
    (Check.LICENSE_STATUS, Outcome.BAD, "list-ended"): (
        "证照已失效（状态截至 {as_of}，颁发地区未应答，日期与原因不详）",
        "the license has ended (as of {as_of}; its region does not say when or why)",
    ),
    (Check.LICENSE_STATUS, Outcome.BAD, "list-suspended"): (
        "证照未激活或已暂扣（状态截至 {as_of}，颁发地区未应答，日期与原因不详）",
        "the license is pending or suspended (as of {as_of}; its region does not say why)",
    ),
    (Check.LICENSE_STATUS, Outcome.BAD, "list-superseded"): (
        "证照已被新版本替代（状态截至 {as_of}）",
        "a newer version has superseded the license (as of {as_of})",
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
        "颁发地区登记的数据（SM3 {register}）与此处的数据（{record}）不同",
        "the issuing region registered another record ({register}) than this one ({record})",
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
    (Check.LICENSE_STATUS, Outcome.UNKNOWN, "stale"): (
        "颁发地区的状态信息过旧（截至 {as_of}），不足为凭",
        "what the issuing region said is too old (as of {as_of})",
    ),
    (Check.LICENSE_STATUS, Outcome.UNKNOWN, "not-told"): (
        "颁发地区的应答没有说明所问时点的状态",
        "the issuing region's answer does not tell how the license stood at that moment",
    ),
    (Check.LICENSE_STATUS, Outcome.UNKNOWN, "list-not-trusted"): (
        "状态列表的签名不可信",
        "the status list is not signed by whom it must be",
    ),
    (Check.LICENSE_STATUS, Outcome.UNKNOWN, "list-other-list"): (
        "取得的是另一份状态列表",
        "another status list came than the one asked for",
    ),
    (Check.LICENSE_STATUS, Outcome.UNKNOWN, "list-expired"): (
        "状态列表已过期，且颁发地区没有应答",
        "the status list has expired, and the issuing region is silent",
    ),
    (Check.LICENSE_STATUS, Outcome.UNKNOWN, "list-not-yet"): (
        "状态列表的签发时间在未来，请核对本机时钟",
        "the status list is of a time to come; is this machine's clock right?",
    ),
}
