"""The verification report (验证报告): findings, one a check, and what they conclude.

A document that is bad is data: a finding says so. Conclusions are three-valued, and a check
that could not be made can only make them worse.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum, unique
from typing import TypeAlias

from verify.checks import Check, Level, Moment, Outcome
from verify.conclusions import Conclusion


@unique
class DocumentFormat(StrEnum):
    """What kind of thing was brought."""

    PDF = "pdf"
    OFD = "ofd"
    SES = "ses"
    SIGNED_DATA = "signed-data"
    RECORD = "record"
    QR = "qr"
    RECEIPT = "receipt"
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
    def level(self) -> Level:
        """What the check means when it does not end well."""
        return self.check.level

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
        status: Legal status by the issuing region's answer, or ``unknown``.
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """Every finding, in the order the checks ran, and what was relied on.

    Attributes:
        document_digest: SM3 of what was brought, hexadecimal.
        sealed_at: When it claims to have been sealed.
        judged_at: The moment of this judgement.
        trust_list: Identity (SM3) of the trust list relied on, hexadecimal; empty if none.
        required: What must have ended well for the document to pass.
    """

    format: DocumentFormat
    document_digest: str
    sealed_at: datetime | None
    judged_at: datetime
    license: LicenseFacts | None
    signatures: tuple[SignatureFacts, ...]
    findings: tuple[Finding, ...]
    trust_list: str
    required: frozenset[Requirement]

    @property
    def conclusion(self) -> Conclusion:
        """What holds now."""
        return conclude(self.findings, self.required)

    @property
    def conclusion_at_sealing(self) -> Conclusion:
        """What held when it was sealed, whatever happened since."""
        then = tuple(item for item in self.findings if item.moment is Moment.SEALING)
        required = frozenset(item for item in self.required if item[0].moment is Moment.SEALING)
        return conclude(then, required)


def conclude(findings: tuple[Finding, ...], required: frozenset[Requirement]) -> Conclusion:
    """Return the worst that findings of the level refuse say.

    A requirement without a good finding leaves the document indeterminate at best, so that
    a check which never ran cannot pass anything.
    """
    decisive = [item for item in findings if item.level is Level.REFUSE]
    if any(item.outcome is Outcome.BAD for item in decisive):
        return Conclusion.FAILED
    good = {(item.check, item.signature) for item in decisive if item.outcome is Outcome.OK}
    if any(item.outcome is Outcome.UNKNOWN for item in decisive) or not required <= good:
        return Conclusion.INDETERMINATE
    return Conclusion.PASSED
