"""The words of every finding, by check, outcome and reason; ``{…}`` are the finding's facts."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from api import (
    words_of_codes,
    words_of_documents,
    words_of_licenses,
    words_of_receipts,
    words_of_signatures,
)
from api.word_tables import Words
from verify.checks import Check, Outcome

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
    (
        Check.CODE_CERTIFICATE_PATH,
        Check.CODE_CERTIFICATE_REVOCATION,
        ("签码证书", "签署证照码", "the code signer's certificate", "signing codes"),
    ),
    (
        Check.RECEIPT_CERTIFICATE_PATH,
        Check.RECEIPT_CERTIFICATE_REVOCATION,
        ("回执签名证书", "签发回执", "the receipt signer's certificate", "signing receipts"),
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


# A code is looked at only where its region is known, and carries no timestamp.
_NEVER: Final = frozenset(
    {
        (Check.CODE_CERTIFICATE_PATH, Outcome.UNKNOWN, "region-unknown"),
        (Check.CODE_CERTIFICATE_REVOCATION, Outcome.OK, "proven-before"),
    }
)

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
    words_of_documents.WORDS
    | words_of_codes.WORDS
    | words_of_signatures.WORDS
    | words_of_licenses.WORDS
    | words_of_receipts.WORDS
    | _ASTRAY
    | {
        key: said
        for item in _CERTIFICATES
        for key, said in _of_certificate(*item).items()
        if key not in _NEVER
    }
)
