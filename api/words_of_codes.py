"""What is said of codes and of what was scanned or typed; ``{…}`` are the finding's facts."""

from typing import Final

from api.word_tables import Words
from verify.checks import Check, Outcome

WORDS: Final[Words] = {
    (Check.FILE_FORMAT, Outcome.BAD, "text-too-long"): (
        "文字超过 {limit} 个字符，不是证照码",
        "more than {limit} characters; no license code is that long",
    ),
    (Check.FILE_FORMAT, Outcome.BAD, "one-time-code"): (
        "这是一次性亮证码，请用手机扫描打开后核验",
        "a one-time code: scan it with a phone to open it",
    ),
    (Check.FILE_FORMAT, Outcome.BAD, "damaged-code"): (
        "二维码内容不完整或已损坏，请重新扫描",
        "the code is incomplete or damaged; scan it again",
    ),
    (Check.FILE_FORMAT, Outcome.BAD, "mistyped-identifier"): (
        "证照标识的校验位不符，请核对是否输错",
        "the identifier's check character is wrong; was it mistyped?",
    ),
    (Check.FILE_FORMAT, Outcome.BAD, "no-code"): (
        "“{text}”不是证照标识，也不是证照二维码",
        "“{text}” is neither an identifier nor the code of a license",
    ),
    (Check.FILE_FORMAT, Outcome.BAD, "unreadable-picture"): (
        "图片无法读取，请换一张 PNG 或 JPEG 图片",
        "the picture cannot be read; bring another PNG or JPEG",
    ),
    (Check.FILE_FORMAT, Outcome.BAD, "several-codes"): (
        "图片中有 {count} 个证照二维码，请只拍一个",
        "the picture shows {count} license codes; take one at a time",
    ),
    (Check.FILE_FORMAT, Outcome.BAD, "picture-without-code"): (
        "图片中没有可读的证照二维码，请靠近并对准后重拍",
        "no license code can be read in the picture; move closer and hold it straight",
    ),
    (Check.CODE_SIGNATURE, Outcome.OK, ""): (
        "二维码由颁发机构签名，未被改动",
        "the code is as its issuer signed it",
    ),
    (Check.CODE_SIGNATURE, Outcome.BAD, ""): (
        "二维码的签名无效",
        "the signature of the code does not verify",
    ),
    (Check.CODE_SIGNATURE, Outcome.UNKNOWN, "signer-unknown"): (
        "颁发地区没有公布签署此码的证书（{key}），或暂时无法取得",
        "the issuing region publishes no certificate {key}, or cannot be reached",
    ),
    (Check.CODE_SIGNATURE, Outcome.BAD, "other-signer"): (
        "二维码不是由签署数据的证书签名（{key}）",
        "the code is signed by another certificate ({key}) than the record",
    ),
    (Check.CODE_RECORD, Outcome.OK, ""): (
        "照面二维码与数据一致",
        "the code on the face says what the record says",
    ),
    (Check.CODE_RECORD, Outcome.BAD, "field"): (
        "照面二维码的「{label}」为“{printed}”，数据为“{record}”",
        "the code says “{printed}” for {label_en}, the record says “{record}”",
    ),
    (Check.CODE_RECORD, Outcome.BAD, "malformed"): (
        "照面二维码无法读取，或不是证照二维码",
        "the code on the face cannot be read, or is no license's",
    ),
    (Check.CODE_VALIDITY, Outcome.OK, ""): (
        "离线亮证码在有效时间内（至 {until}）",
        "the offline code is in time (until {until})",
    ),
    (Check.CODE_VALIDITY, Outcome.BAD, "expired"): (
        "离线亮证码已于 {until} 过期，请持证人重新制作",
        "the offline code ended at {until}; its holder makes another",
    ),
    (Check.CODE_VALIDITY, Outcome.BAD, "not-yet"): (
        "离线亮证码的制作时间在未来，请核对双方的时钟",
        "the offline code was made in the future: is a clock wrong?",
    ),
    (Check.CODE_SHOWING, Outcome.OK, ""): (
        "此刻由持证人制作该码的那台设备出示",
        "shown now, by the very device that its holder made it on",
    ),
    (Check.CODE_SHOWING, Outcome.BAD, "copied"): (
        "这是从持证人设备复制出来的码，不是其本人设备出示",
        "a copy: the device of its holder does not show it",
    ),
    (Check.CODE_SHOWING, Outcome.BAD, "other-device"): (
        "出示的设备不是持证人制作该码的设备",
        "another device shows it than the one its holder made it on",
    ),
    (Check.CODE_SHOWING, Outcome.BAD, "stale"): (
        "出示时间与现在相差一分半以上：可能是截图，或设备时钟不准。请持证人打开本页当面出示",
        "shown more than a minute and a half from now: a screenshot, or a wrong clock",
    ),
    (Check.CODE_BOUND, Outcome.UNKNOWN, ""): (
        "该码没有与设备绑定，可能被复制：请核对出示者是否为持证人本人",
        "bound to no device, so it may be a copy: look whether it is its holder who shows it",
    ),
    (Check.CODE_CERTIFICATE_EXPIRY, Outcome.OK, ""): (
        "签码证书尚未到期",
        "the code signer's certificate is in date",
    ),
    (Check.CODE_CERTIFICATE_EXPIRY, Outcome.BAD, ""): (
        "签码证书已于 {not_after} 到期",
        "the code signer's certificate ended at {not_after}",
    ),
}
