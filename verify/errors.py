"""Errors raised by the verify package; those of cases are in ``verify.case_errors``.

VerifyError
├── MalformedMatterError       a matter's file or definition breaks the schema
├── MalformedRegisterError     a register's file breaks the schema
├── MalformedExaminationError  an examination as JSON that is none
├── MalformedGroundsError      what a verdict rested on, as JSON that is none
├── MalformedReceiptError      a receipt that is none
├── ReceiptRefusedError        a verdict of which no receipt can be given
├── ReceiptNotFoundError       no receipt has the number
├── DuplicateReceiptError      a request has led to a receipt already
├── MalformedPolicyError       a policy against its schema, or softer than any may be
├── TrustListError             a trust list that must not be believed
├── StatusListError            a status list that must not be believed
├── NotAtHandError             what a judgement needs is not in memory, and nobody may wait
├── ShareError                 a question between regions that must not be answered or believed
├── CallerNotTrustedError      a request that no region of the trust list signed, for us, now
├── ClientNotTrustedError      a request that no client of this instance signed, for us, now
├── SourceSilentError          a register or a department did not answer
├── StrangeLogError            no region of the trust list keeps this log
├── OldSizeError               a witness saw another checkpoint of the log last
├── LedgerProofError           a proof that shows nothing about the log it should be of
│   └── TooFewWitnessesError       it holds, but too few other regions saw the checkpoint
├── MatterNotFoundError        no matter has the code (and version)
├── PackageRefusedError        a package does not pass the checks of the four properties
└── NothingAmendedError        a package would say nothing that the present one does not
"""


class VerifyError(Exception):
    """Base of every error this package raises on purpose."""


class MalformedMatterError(VerifyError):
    """A matter's file or definition does not follow the schema."""


class MalformedRegisterError(VerifyError):
    """A register's file does not follow the schema."""


class PackageRefusedError(VerifyError):
    """A package does not pass the checks of the four properties.

    Attributes:
        items: The items that failed.
    """

    def __init__(self, items: tuple[str, ...]) -> None:
        super().__init__(f"未通过四性检测 not passed: {', '.join(items)}")
        self.items = items


class NothingAmendedError(VerifyError):
    """Nothing happened to a license since it was archived."""

    def __init__(self, package_id: str) -> None:
        super().__init__(
            f"归档后没有变化：{package_id[:16]}… · nothing happened to it since it was archived"
        )


class StrangeLogError(VerifyError):
    """No region of the trust list keeps this log."""


class OldSizeError(VerifyError):
    """A witness saw another checkpoint of the log last.

    Attributes:
        size: The size of that one.
    """

    def __init__(self, size: int) -> None:
        super().__init__(f"the last checkpoint seen has {size} entries")
        self.size = size


class LedgerProofError(VerifyError):
    """A proof shows nothing about the log it should be of."""


class TooFewWitnessesError(LedgerProofError):
    """A proof holds, but too few other regions saw the checkpoint: it proves no time."""


class MalformedExaminationError(VerifyError):
    """An examination as JSON does not follow its schema."""


class MalformedGroundsError(VerifyError):
    """What a verdict rested on, as JSON, does not follow its schema."""


class MalformedPolicyError(VerifyError):
    """A policy does not follow its schema, or softens what no policy can."""


class MalformedReceiptError(VerifyError):
    """A receipt does not follow its schema."""


class ReceiptRefusedError(VerifyError):
    """No receipt can be given of a verdict.

    Attributes:
        reason: ``receipt`` (what was brought is one), ``unread`` or ``unwritable``.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(f"no receipt can be given: {reason}")
        self.reason = reason


class ReceiptNotFoundError(VerifyError):
    """No receipt has the number."""

    def __init__(self, number: str) -> None:
        super().__init__(f"no receipt {number}")
        self.number = number


class DuplicateReceiptError(VerifyError):
    """A receipt has the number, or the same request has led to one already."""

    def __init__(self, number: str) -> None:
        super().__init__(f"the receipt {number}, or one for the same request, is there already")
        self.number = number


class TrustListError(VerifyError):
    """A trust list must not be believed.

    Attributes:
        reason: ``malformed``, ``not-trusted``, ``rollback``, ``conflict`` or ``not-yet``.
    """

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason


class StatusListError(VerifyError):
    """A status list must not be believed.

    Attributes:
        reason: ``not-trusted``, ``other-list``, ``expired`` or ``not-yet``.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class NotAtHandError(VerifyError):
    """What a judgement needs is not in memory, and whoever judges must not wait for it."""


class ShareError(VerifyError):
    """A question between regions must not be answered, or a reply not be believed."""


class CallerNotTrustedError(VerifyError):
    """No region of the trust list signed a request, for this region, now, for the first time.

    Attributes:
        reason: A value of ``verify.callers.Distrust``; for the log, never for the caller.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(f"the caller is not trusted: {reason}")
        self.reason = reason


class ClientNotTrustedError(VerifyError):
    """No client of this instance signed a request, for this region, now, for the first time.

    Attributes:
        reason: A value of ``verify.callers.Distrust`` or ``verify.client_callers.ClientDistrust``;
            for the log, never for the caller.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(f"the client is not trusted: {reason}")
        self.reason = reason


class SourceSilentError(VerifyError):
    """A register or a department did not answer, or not in a way that can be used.

    Attributes:
        region: Code of the region, or the name of the source.
    """

    def __init__(self, region: str) -> None:
        super().__init__(f"the register of {region} did not answer")
        self.region = region


class MatterNotFoundError(VerifyError):
    """No matter has the code, or none in the version asked for."""

    def __init__(self, matter: str) -> None:
        super().__init__(f"no matter {matter}")
        self.matter = matter
