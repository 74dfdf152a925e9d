"""The verification report (验证报告): facts, findings, one a check, and what they conclude.

A document that is bad is data: a finding says so. Findings know no levels: the policy weighs
them, so that the same findings can be weighed again. Conclusions are three-valued, and a check
that could not be made can only make them worse.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum, unique
from typing import TypeAlias

from verify.checks import Check, Level, Moment, Outcome
from verify.conclusions import Conclusion
from verify.grounds import Grounds
from verify.license_claims import LicenseClaims
from verify.policies import Policy


@unique
class DocumentFormat(StrEnum):
    """What kind of thing was brought."""

    PDF = "pdf"
    OFD = "ofd"
    SES = "ses"
    SIGNED_DATA = "signed-data"
    RECORD = "record"
    QR = "qr"
    IDENTIFIER = "identifier"
    RECEIPT = "receipt"
    CASE_RECEIPT = "case-receipt"
    PACKAGE = "package"
    UNKNOWN = "unknown"


Requirement: TypeAlias = tuple[Check, int]
"""A check that must have ended well, of the document (0) or of one of its signatures."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What one check found.

    Attributes:
        check: Stable name of the check; words for people are looked up from it.
        signature: Which signature it is about, counted from 1; 0 for the document.
        reason: Which of several ways it went, kebab-case; empty when there is but one.
        facts: Values that the words mention.
        as_of: How fresh the knowledge behind it is, where that matters.
    """

    check: Check
    outcome: Outcome
    signature: int = 0
    reason: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)
    as_of: datetime | None = None

    @property
    def moment(self) -> Moment:
        """Which of the two judgements it belongs to."""
        return self.check.moment


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureFacts:
    """One signature in the document.

    Attributes:
        number: Counted from 1 in the order of the document; a seal inside a CMS has its number.
        place: Where it stands: a PDF's ``/SubFilter``, the path of an OFD's Signature.xml.
        kind: ``cms``, ``seal`` or ``signed-data``.
        signer: Common name of the signer's certificate.
        seal: Name of the seal, empty for a plain signature.
        intact: Whether the bytes it covers are what was signed.
        covers: ``all`` or ``partial``.
        unprotected: What it does not cover, by name.
        signed_at: The signer's own claim; None if it makes none.
        stamped_at: The time in its timestamp, when that was trusted.
    """

    number: int
    place: str
    kind: str
    signer: str
    seal: str
    intact: bool
    covers: str
    unprotected: tuple[str, ...]
    signed_at: datetime | None
    stamped_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LicenseFacts:
    """The license that the document claims to be.

    Attributes:
        status: Legal status as the issuing region tells it, or ``unknown``.
        status_as_of: When it told so; None while it is unknown.
    """

    identifier: str
    type_code: str
    type_name: str
    number: str
    issuer_code: str
    issuer_name: str
    region: str
    holder_shown: str
    valid_from: str
    valid_to: str
    status: str
    status_as_of: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusListFacts:
    """A status list that was relied on.

    Attributes:
        version: SM3 of the token, hexadecimal.
    """

    uri: str
    version: str
    issued_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptFacts:
    """The receipt that was brought.

    Attributes:
        region: 行政区划代码 of whoever verified.
        verifier: Its name.
        policy: The name of the policy that it was judged by.
        zh: The sentence in the receipt, as the program that issued it put it.
        stated: The verdict made again from the evidence inside; None if that gave another, or
            could not be done.
    """

    number: str
    issued_at: datetime
    region: str
    verifier: str
    policy: str
    zh: str
    en: str
    stated: "Report | None"


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """Every finding, in the order the checks ran, and what was relied on.

    Attributes:
        document_digest: SM3 of what was brought, hexadecimal.
        sealed_at: When it claims to have been sealed.
        judged_at: When this was judged.
        moment: The moment that it was judged about.
        claims: The same as far as it was claimed, with what the region added.
        trust_list: Identity (SM3) of the trust list relied on, hexadecimal; empty if none.
        trust_version: The version of that list; 0 if none.
        required: What must have ended well for the document to pass.
        policy: What weighs the findings.
        grounds: All that came from outside.
        settled: How many findings it has in common with other reports on the same license.
        written: Where whoever writes those reports keeps what need not be written twice.
        receipt: The receipt that was brought, if it could be read.
        conclusion: What holds at the moment that was asked about.
        conclusion_at_sealing: What held when it was sealed, whatever happened since.
    """

    format: DocumentFormat
    document_digest: str
    sealed_at: datetime | None
    judged_at: datetime
    moment: datetime
    license: LicenseFacts | None
    claims: LicenseClaims | None
    signatures: tuple[SignatureFacts, ...]
    findings: tuple[Finding, ...]
    trust_list: str
    trust_version: int
    status_lists: tuple[StatusListFacts, ...]
    required: frozenset[Requirement]
    policy: Policy
    grounds: Grounds = field(repr=False)
    settled: int = 0
    written: dict[str, bytes] = field(default_factory=dict, repr=False, compare=False)
    receipt: ReceiptFacts | None = None
    conclusion: Conclusion = field(init=False)
    conclusion_at_sealing: Conclusion = field(init=False)

    def __post_init__(self) -> None:
        now, then = conclude(self.findings, self.required, self.policy)
        object.__setattr__(self, "conclusion", now)
        object.__setattr__(self, "conclusion_at_sealing", then)

    def level(self, finding: Finding) -> Level:
        """Return what a finding that is not good means under the policy."""
        return self.policy.level(finding.check)


def conclude(
    findings: tuple[Finding, ...], required: frozenset[Requirement], policy: Policy
) -> tuple[Conclusion, Conclusion]:
    """Return the worst that findings of the level refuse say: now, and at sealing.

    A requirement without a good finding leaves the document indeterminate at best, so that
    a check which never ran cannot pass anything. What the policy does not refuse for is not
    required either.
    """
    good = {(item.check, item.signature) for item in findings if item.outcome is Outcome.OK}
    worse = [
        item
        for item in findings
        if item.outcome is not Outcome.OK and policy.level(item.check) is Level.REFUSE
    ]
    missing = [check for check, _ in required - good if policy.level(check) is Level.REFUSE]
    now = _worst(worse, missing)
    if now is Conclusion.PASSED:
        return now, now
    then = _worst(
        [item for item in worse if item.moment is Moment.SEALING],
        [check for check in missing if check.moment is Moment.SEALING],
    )
    return now, then


def _worst(findings: list[Finding], missing: list[Check]) -> Conclusion:
    if any(item.outcome is Outcome.BAD for item in findings):
        return Conclusion.FAILED
    return Conclusion.INDETERMINATE if findings or missing else Conclusion.PASSED
