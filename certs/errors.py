"""Errors raised by the certs package.

LicenseError
├── MalformedIdentifierError   text that is not the identifier or code it claims to be
│   └── WrongCheckCharacterError   its form is right, its check character is not
├── MalformedRecordError       bytes that are not a canonical license record
├── MalformedCodeError         a code whose claims are not those of a license
├── MalformedStatusListError   a status list, or a delta of one, that is not what it must be
├── MalformedTypeError         a license type's folder that does not follow the schema
├── TypeVersionError           the version of a type that a license was begun with is not at hand
├── MalformedSheetError        a table of rows, or its mapping file, that cannot be read at all
├── RefusedValueError          one value that its field refuses
├── InvalidApplicationError    field values that the license type refuses, each named
├── FaceError                  a face cannot be drawn
│   └── MissingGlyphError      no font at hand has these characters
├── LicenseNotFoundError       no license has the identifier asked for
├── ReplacementError           a license of another holder or type cannot be replaced
├── DuplicateLicenseError      the number is already licensed and in force
├── IntentClosedError          an issuing intent is finished or given up already
├── IllegalTransitionError     the present status does not allow the change
│   ├── MoveNotAllowedError        the license type does not know this change
│   └── MoveTimeError              a change is for a time at which it cannot be
├── UnknownEventError          no event of the number can be overturned or called off
├── ApproverRequiredError      nobody else has agreed to what needs two persons
├── ProposalNotFoundError      no proposal has the name asked for
├── ProposalClosedError        the proposal has ended, or another one about the same waits
├── StatusListNotFoundError    no status list of the number, or none kept of that moment
├── StatusListBusyError        another process is publishing status lists
├── BatchNotFoundError         no batch has the name asked for
├── DuplicateBatchError        another request under the same key made a batch meanwhile
├── LeaseLostError             another worker has taken the chunk over
├── LintRunError               another process goes on with the same look over the stock
├── CorrectionError            what concerns a correction of a license
│   ├── CorrectionNotFoundError    no correction has the receipt number
│   ├── CorrectionStepError        the step cannot follow, or is not this person's
│   └── MalformedCorrectionError   a part is missing, too long, or out of place
├── MalformedPackageError      bytes that are not an archive package as we write it
├── PackageNotFoundError       no archive package has the id asked for
├── ArchivedAlreadyError       a license or case has a package, which this one does not supersede
├── HandoverError              a list of what is handed over, or a receipt of it, that is none
├── LedgerDamagedError         database, tiles and checkpoints of a ledger contradict each other
├── KeepingError               what concerns the keeping of an archived package
│   ├── HoldingNotFoundError       no package of this digest is kept
│   ├── RetentionError             a period that cannot be given: shorter, or nobody names it
│   ├── HoldNotFoundError          no such legal hold lies on the package
│   ├── DisposalError              a package that may not be disposed of, or not by this person
│   └── DisposedError              the package was disposed of
├── OverAskError               more of a license is wanted than the basis permits
├── SecretRefusedError         a field cannot be marked as a trade secret, or freed of that
├── GrantError                 what concerns a grant to use a license
│   ├── GrantRefusedError          it breaks a rule
│   ├── GrantNotFoundError         none that whoever asks may know of
│   └── GrantNotUsableError        it has ended, is used up or suspended
├── CopyError                  what concerns an annotated copy
│   ├── CopyRefusedError           none that can be made, or read
│   └── CopyNotFoundError          no copy has the number
├── DisputeError               what concerns a use that its holder contests
│   ├── DisputeRefusedError        disputed or answered already, or words that will not do
│   └── DisputeNotFoundError       none that whoever asks may know of
├── BoundOtherwiseError        an account belongs to another person already
├── SeparatedDutiesError       one person would be two of the three administrators, or one and more
├── ClientError                what concerns a client of the interface
│   ├── ClientNotFoundError        no client has the name
│   ├── ClientRefusedError         what is said of a client cannot be kept
│   └── ClientClosedError          the name is taken, or the client was stopped
├── ReachRefusedError          license types or matters that are no codes
├── NotAdmittedError           somebody is not what that person wants to sign in as
├── DisplayCodeError           a display code that is unknown, used or out of date
├── NotShownError              a code is to show what its license cannot
├── VerifierRefusedError       a social verifier that cannot be registered, or not so
├── VerifierNotFoundError      no social verifier has the name
├── WebhookRefusedError        a subscription to events that cannot be registered so
├── WebhookNotFoundError       no subscription to events has the name
├── OwnFileRefusedError        a file that is not kept for its holder
├── OwnFileNotFoundError       no file of the number, for whoever asks
├── GuardianshipRefusedError   a guardianship that cannot be registered or confirmed so
├── GuardianshipNotFoundError  no guardianship has the number
├── AppointmentRefusedError    an appointment in an enterprise that cannot be made or confirmed so
├── AppointmentNotFoundError   no appointment has the number
├── OfflineCodeError           a license of which no code can be signed for showing offline
└── SealRecordError            what is said of a seal cannot be kept
    ├── SealNotFoundError          no seal has the code asked for
    ├── DuplicateSealError         the code is another seal's
    ├── SecondPersonRequiredError  nobody else has agreed to what needs two persons
    └── SealNotUsableError         the seal is not enabled, or nobody says who uses it
"""

from enum import StrEnum, unique
from types import MappingProxyType
from typing import Final

from certs.field_problems import FieldProblem, ProblemCode
from certs.overasks import OverAsk


class LicenseError(Exception):
    """Base of every error this package raises on purpose."""


class MalformedIdentifierError(LicenseError):
    """Text is not the identifier or code it claims to be."""


class WrongCheckCharacterError(MalformedIdentifierError):
    """The form is right and the check character is wrong: a typing error, most often."""


class MalformedRecordError(LicenseError):
    """Bytes are not a canonical license record."""


class MalformedCodeError(LicenseError):
    """What a code says is not what a license's code says."""


class MalformedStatusListError(LicenseError):
    """A status list, or a delta of one, is not what it must be."""


class MalformedTypeError(LicenseError):
    """A license type's folder does not follow the schema.

    Attributes:
        problems: What is wrong, each problem naming its place.
    """

    def __init__(self, *problems: str) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class MalformedPackageError(LicenseError):
    """Bytes are not an archive package in the one form that we write.

    Attributes:
        rule: The name of the rule that is broken, of ``PackageRule`` or ``OfdRule``.
        about: The file inside that it is about; empty if none.
    """

    def __init__(self, rule: str, message: str, *, about: str = "") -> None:
        super().__init__(f"{rule}: {message}")
        self.rule = rule
        self.about = about


class PackageNotFoundError(LicenseError):
    """No archive package has the id asked for."""


class ArchivedAlreadyError(LicenseError):
    """A license or case has a package already, which this one does not supersede."""


class TypeVersionError(LicenseError):
    """The version of a type that a license was begun with is not at hand."""


class MalformedSheetError(LicenseError):
    """A table of rows, or the mapping file for it, cannot be read at all; names the place."""


class RefusedValueError(LicenseError):
    """One value cannot be accepted; caught where a whole form's problems are collected.

    Attributes:
        code: What is wrong with it.
        facts: What the words of that problem mention.
    """

    def __init__(self, code: ProblemCode, **facts: object) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts


class InvalidApplicationError(LicenseError):
    """A license type refuses field values.

    Attributes:
        problems: Every problem found.
    """

    def __init__(self, problems: tuple[FieldProblem, ...]) -> None:
        super().__init__(", ".join(f"{problem.field}: {problem.code}" for problem in problems))
        self.problems = problems


class FaceError(LicenseError):
    """A face cannot be drawn."""


class MissingGlyphError(FaceError):
    """No font at hand has these characters.

    Attributes:
        characters: The characters, each once, in order of appearance.
    """

    def __init__(self, characters: str) -> None:
        super().__init__(f"no font has {characters!r}")
        self.characters = characters


class LicenseNotFoundError(LicenseError):
    """No license has the identifier asked for."""

    def __init__(self, identifier: str) -> None:
        super().__init__(f"no license has the identifier {identifier}")
        self.identifier = identifier


class ReplacementError(LicenseError):
    """The license to be replaced is another holder's, another type's or another issuer's."""


class DuplicateLicenseError(LicenseError):
    """A license with this number and issuer is already on record."""


class IntentClosedError(LicenseError):
    """An issuing intent is finished or given up already."""


class IllegalTransitionError(LicenseError):
    """The present status does not allow the change."""


class MoveNotAllowedError(IllegalTransitionError):
    """The rules of the license type do not know this change of status."""


class MoveTimeError(IllegalTransitionError):
    """A change is to take effect at a time at which it cannot."""


class UnknownEventError(LicenseError):
    """No event of this number can be overturned, or called off."""


class ApproverRequiredError(LicenseError):
    """An overturned decision needs a reason, and another person who agrees."""


class ProposalNotFoundError(LicenseError):
    """No proposal has the name asked for."""


class ProposalClosedError(LicenseError):
    """The proposal has ended, or another one about the same license or seal waits."""


class StatusListNotFoundError(LicenseError):
    """There is no status list of the number, or none is kept of the moment asked about."""


class StatusListBusyError(LicenseError):
    """Another process is publishing status lists, or has just published the same one."""


class BatchNotFoundError(LicenseError):
    """No batch has the name asked for."""

    def __init__(self, batch_id: str) -> None:
        super().__init__(f"没有批次 {batch_id} · no such batch")
        self.batch_id = batch_id


class DuplicateBatchError(LicenseError):
    """Another request under the same key made a batch meanwhile."""


class LeaseLostError(LicenseError):
    """A worker gave no sign of life for too long, and another has its chunk."""


class LintRunError(LicenseError):
    """Another process has taken a look over the stock further meanwhile."""


class CorrectionError(LicenseError):
    """Base of what goes wrong with corrections."""


class CorrectionNotFoundError(CorrectionError):
    """No correction has the receipt number."""

    def __init__(self, receipt: str) -> None:
        super().__init__(f"没有回执编号 {receipt} · no such correction")
        self.receipt = receipt


class CorrectionStepError(CorrectionError):
    """A correction does not allow the step now, or not by this person."""


class MalformedCorrectionError(CorrectionError):
    """A part of a correction is missing, too long, or out of place."""


class HandoverError(LicenseError):
    """A list of what is handed over, or a receipt of it, that is none, or is another's."""


class LedgerDamagedError(LicenseError):
    """Database, tiles and checkpoints of a ledger contradict each other; nothing is signed."""


class KeepingError(LicenseError):
    """Base of what concerns the keeping of an archived package."""


class HoldingNotFoundError(KeepingError):
    """No package of this digest is kept here."""


class RetentionError(KeepingError):
    """A retention period cannot be given: it is shorter than before, or nobody answers for it."""


class HoldNotFoundError(KeepingError):
    """No such legal hold lies on the package."""


class DisposalError(KeepingError):
    """A package may not be disposed of, or not by this person."""


class DisposedError(KeepingError):
    """The package was disposed of, and stays so."""


class DisplayCodeError(LicenseError):
    """A display code is unknown, used or out of date."""


class NotShownError(LicenseError):
    """A code is to show a field that its license lacks, or to prove what does not hold."""


class VerifierRefusedError(LicenseError):
    """What somebody wants to be registered as a social verifier, or with, is none."""


class VerifierNotFoundError(LicenseError):
    """There is no social verifier of this name."""


class WebhookRefusedError(LicenseError):
    """A subscription to events that cannot be registered so."""


class WebhookNotFoundError(LicenseError):
    """There is no subscription of this name."""


class OwnFileRefusedError(LicenseError):
    """A file that is not kept: empty, too large, of another kind, or one too many."""


class OwnFileNotFoundError(LicenseError):
    """There is no file of this number, for whoever asks."""


class GuardianshipRefusedError(LicenseError):
    """A guardianship that cannot be registered, or confirmed, so."""


class GuardianshipNotFoundError(LicenseError):
    """There is no guardianship of this number, for whoever asks."""


class AppointmentRefusedError(LicenseError):
    """An appointment in an enterprise that cannot be made, or confirmed, so."""


class AppointmentNotFoundError(LicenseError):
    """There is no appointment of this number, for whoever asks."""


class OfflineCodeError(LicenseError):
    """Of this license no such code can be signed for showing offline."""


class SealRecordError(LicenseError):
    """What is said of a seal cannot be kept: too long, blank, or contradicting itself."""


class SealNotFoundError(SealRecordError):
    """No seal has the code asked for."""

    def __init__(self, code: str) -> None:
        super().__init__(f"没有印章 {code} · no such seal")
        self.code = code


class DuplicateSealError(SealRecordError):
    """The code belongs to another seal, or the seal is registered already."""


class SecondPersonRequiredError(SealRecordError):
    """What needs two persons was asked for by one."""


class SealNotUsableError(SealRecordError):
    """A seal is not enabled, out of date or not registered, or nobody says who uses it."""


class BoundOtherwiseError(LicenseError):
    """An account of an identity provider belongs to another person already."""


class SeparatedDutiesError(LicenseError):
    """三员分立: the person administers in another way already, or does daily work."""


class ClientError(LicenseError):
    """Base of what goes wrong with clients (接入系统)."""


class ClientNotFoundError(ClientError):
    """No client has the name asked for."""


class ClientRefusedError(ClientError):
    """What is said of a client cannot be kept: its name, key, number or end."""


class ClientClosedError(ClientError):
    """The name is another client's already, or the client was stopped, which is for good."""


class ReachRefusedError(LicenseError):
    """What somebody is to reach cannot be kept: too many codes, or none."""


@unique
class Unfit(StrEnum):
    """Why somebody does not get in as what was asked for."""

    LEVEL = "level"
    """The provider does not know well enough who it is."""
    UNBOUND = "unbound"
    """The account has no such role here."""
    UNNAMED = "unnamed"
    """The provider tells no number, so that no license can be found."""
    NO_ENTERPRISE = "no-enterprise"
    """The person represents no enterprise."""
    NO_APPOINTMENT = "no-appointment"
    """No enterprise's appointment of the person counts now."""


class NotAdmittedError(LicenseError):
    """Somebody is known, and is not what that person wants to sign in as.

    Attributes:
        reason: Why not.
    """

    def __init__(self, reason: Unfit) -> None:
        super().__init__(_UNFIT_WORDS[reason])
        self.reason = reason


_UNFIT_WORDS: Final = MappingProxyType(
    {
        Unfit.LEVEL: "统一身份认证的实名等级不够，请先在该平台完成更高等级的认证 · "
        "the identity service does not know well enough who you are; raise your level there",
        Unfit.UNBOUND: "您的账号在本系统没有该身份，请联系本单位管理员绑定 · "
        "your account has no such role here; ask your administrator to bind it",
        Unfit.UNNAMED: "统一身份认证没有提供证件号码，无法查询您的证照 · "
        "the identity service tells no number, so that no license can be found",
        Unfit.NO_ENTERPRISE: "您不是企业法定代表人，或统一身份认证没有提供企业信息 · "
        "you represent no enterprise, or the identity service does not tell which",
        Unfit.NO_APPOINTMENT: "没有企业任命您，或任命待确认、已到期，请联系法定代表人 · "
        "no enterprise's appointment of you counts now; ask whoever represents it",
    }
)


class OverAskError(LicenseError):
    """More of a license is wanted than the basis permits.

    Attributes:
        refusal: What was wanted, by whom, as it is counted.
        registered: What the basis permits.
    """

    def __init__(self, refusal: OverAsk, *, registered: tuple[str, ...]) -> None:
        names = ", ".join(refusal.fields)
        if refusal.marks:
            zh = "；".join(mark.zh for mark in refusal.marks)
            super().__init__(f"{names}：{zh} · marked: by a clause or an agreement alone")
        else:
            super().__init__(f"not permitted: {names}")
        self.refusal = refusal
        self.registered = registered


class SecretRefusedError(LicenseError):
    """A field cannot be marked as a trade secret, or not be freed of the mark; says why."""


class GrantError(LicenseError):
    """What concerns a grant to use a license (用证授权)."""


class GrantRefusedError(GrantError):
    """A grant breaks a rule; says which, as "中文 · English"."""


class GrantNotFoundError(GrantError):
    """There is no such grant that whoever asks may know of."""


class GrantNotUsableError(GrantError):
    """A grant is not active.

    Attributes:
        state: How it stands.
    """

    def __init__(self, state: str) -> None:
        super().__init__(f"the grant is {state}")
        self.state = state


class CopyError(LicenseError):
    """What concerns an annotated copy (加注件)."""


class CopyRefusedError(CopyError):
    """No copy can be made so, or be read as one; says why, as "中文 · English"."""


class CopyNotFoundError(CopyError):
    """No annotated copy has the number asked for."""


class DisputeError(LicenseError):
    """What concerns a use that its holder contests (申诉)."""


class DisputeRefusedError(DisputeError):
    """A dispute or its answer cannot be kept; says why, as "中文 · English"."""


class DisputeNotFoundError(DisputeError):
    """There is no such use or dispute that whoever asks may know of."""
