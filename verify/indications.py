"""Indications in the words of ETSI TS 119 102 (EN 319 102-1), for validators that know them.

They are about signatures and certificates alone: the standard knows no licenses, so a license
that was revoked since can carry a signature that is TOTAL-PASSED.
"""

from dataclasses import dataclass
from typing import Final

from verify.chain_checks import NO_TRUSTED_TIME
from verify.checks import Check, Level, Outcome
from verify.conclusions import Conclusion
from verify.report import Finding, Report

_PASSED: Final = "TOTAL-PASSED"
_FAILED: Final = "TOTAL-FAILED"
_INDETERMINATE: Final = "INDETERMINATE"
_OF_LICENSES: Final = frozenset(
    {
        Check.LICENSE_STATUS,
        Check.LICENSE_VALIDITY,
        Check.ISSUER_ENTITLED,
        Check.TRUST_REGION,
        Check.SEAL_STATUS,
        Check.RECORD_PAGE,
        Check.CODE_RECORD,
        Check.RECEIPT_VERDICT,
        Check.RECEIPT_DOCUMENT,
    }
)
_PATHS: Final = frozenset(
    {
        Check.SEAL_CERTIFICATE_PATH,
        Check.SIGNER_CERTIFICATE_PATH,
        Check.MAKER_CERTIFICATE_PATH,
        Check.RECORD_CERTIFICATE_PATH,
        Check.CODE_CERTIFICATE_PATH,
        Check.RECEIPT_CERTIFICATE_PATH,
    }
)
_REVOCATIONS: Final = frozenset(
    {
        Check.SEAL_CERTIFICATE_REVOCATION,
        Check.SIGNER_CERTIFICATE_REVOCATION,
        Check.MAKER_CERTIFICATE_REVOCATION,
        Check.RECORD_CERTIFICATE_REVOCATION,
        Check.CODE_CERTIFICATE_REVOCATION,
        Check.RECEIPT_CERTIFICATE_REVOCATION,
    }
)
_BROKEN: Final = {
    Check.SIGNATURE_INTACT: "SIG_CRYPTO_FAILURE",
    Check.SEAL_SIGNATURE_INTACT: "SIG_CRYPTO_FAILURE",
    Check.SEAL_GENUINE: "SIG_CRYPTO_FAILURE",
    Check.RECORD_SIGNATURE: "SIG_CRYPTO_FAILURE",
    Check.CODE_SIGNATURE: "SIG_CRYPTO_FAILURE",
    Check.TIMESTAMP_INTACT: "SIG_CRYPTO_FAILURE",
    Check.SEAL_SIGNATURE_CONTENT: "HASH_FAILURE",
    Check.SIGNATURE_REFERENCES: "HASH_FAILURE",
}
_OF_REASONS: Final = {
    "no-content": "SIGNED_DATA_NOT_FOUND",
    "foreign": "CRYPTO_CONSTRAINTS_FAILURE",
    "signer-unknown": "NO_SIGNING_CERTIFICATE_FOUND",
}
_OF_CHECKS: Final = {
    Check.SIGNATURE_PRESENT: "NO_SIGNING_CERTIFICATE_FOUND",
    Check.TRUST_LIST: "NO_CERTIFICATE_CHAIN_FOUND",
}
_OF_PATHS: Final = {
    "revoked": (_FAILED, "REVOKED"),
    "out-of-date": (_FAILED, "EXPIRED"),
    "no-path": (_INDETERMINATE, "NO_CERTIFICATE_CHAIN_FOUND"),
    "region-unknown": (_INDETERMINATE, "NO_CERTIFICATE_CHAIN_FOUND"),
    "wrong-role": (_INDETERMINATE, "CHAIN_CONSTRAINTS_FAILURE"),
    "no-time": (_INDETERMINATE, "OUT_OF_BOUNDS_NO_POE"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Indication:
    """How the standard calls a verdict on signatures.

    Attributes:
        indication: ``TOTAL-PASSED``, ``TOTAL-FAILED`` or ``INDETERMINATE``.
        sub_indication: Why, in the standard's word; empty where none fits.
    """

    indication: str
    sub_indication: str = ""


def indication_of(report: Report) -> Indication:
    """Return the indication of the first finding on signatures that is not good.

    The standard fails fewer things than we do: what it calls a broken constraint is
    INDETERMINATE there.
    """
    decisive = [
        item
        for item in report.findings
        if item.outcome is not Outcome.OK
        and item.check not in _OF_LICENSES
        and report.level(item) is Level.REFUSE
    ]
    decisive.sort(key=lambda item: item.outcome is not Outcome.BAD)
    if decisive:
        indication, sub = _table(decisive[0])
        return Indication(indication=indication, sub_indication=sub)
    if _is_complete(report):
        return Indication(indication=_PASSED)
    return Indication(indication=_INDETERMINATE, sub_indication="GENERIC")


def _is_complete(report: Report) -> bool:
    """Whether every required check on signatures ended well."""
    good = {(i.check, i.signature) for i in report.findings if i.outcome is Outcome.OK}
    of_signatures = {item for item in report.required if item[0] not in _OF_LICENSES}
    return report.conclusion is Conclusion.PASSED or of_signatures <= good


def _table(finding: Finding) -> tuple[str, str]:
    check, is_bad = finding.check, finding.outcome is Outcome.BAD
    if check is Check.FILE_FORMAT or finding.reason == "malformed":
        return (_FAILED, "FORMAT_FAILURE") if is_bad else (_INDETERMINATE, "GENERIC")
    if check in _PATHS:
        return _OF_PATHS.get(finding.reason, (_INDETERMINATE, "CHAIN_CONSTRAINTS_FAILURE"))
    if check in _REVOCATIONS:
        if is_bad:
            return _FAILED, "REVOKED"
        is_revoked = finding.reason == NO_TRUSTED_TIME
        return _INDETERMINATE, "REVOKED_NO_POE" if is_revoked else "TRY_LATER"
    broken = _BROKEN.get(check) if is_bad else None
    if broken is not None:
        return _FAILED, broken
    sub = _OF_REASONS.get(finding.reason) or _OF_CHECKS.get(check) or "SIG_CONSTRAINTS_FAILURE"
    return _INDETERMINATE, sub
