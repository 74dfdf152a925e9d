"""Errors raised by the verify package.

VerifyError
├── MalformedMatterError       a matter's file or definition breaks the schema
├── MalformedRegisterError     a register's file breaks the schema
├── MalformedApplicantError    an applicant's name that is none
├── InconsistentLookupError    a look-up whose parts contradict one another
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
├── SourceSilentError          a register or a department did not answer
├── StrangeLogError            no region of the trust list keeps this log
├── OldSizeError               a witness saw another checkpoint of the log last
├── LedgerProofError           a proof that shows nothing about the log it should be of
│   └── TooFewWitnessesError       it holds, but too few other regions saw the checkpoint
├── MatterNotFoundError        no matter has the code (and version)
├── SituationError             a question of a matter was not asked, or answered wrongly
│   └── SituationOpenError         it has no answer yet
├── CaseNotFoundError          no case has the identifier
├── DepartmentQuestionNotFoundError  no question to a department has the receipt number
├── DamagedAttachmentError     what is kept with a case is not the license that was found
├── PackageRefusedError        a package does not pass the checks of the four properties
├── NothingAmendedError        a package would say nothing that the present one does not
├── CaseUndecidedError         a case that is to be archived waits for decisions
├── TransferNotFoundError      no case was handed over under the number
├── OneThingNotFoundError      no 一件事 has the code
├── ApplicationNotFoundError   no application has the identifier
├── OutcomeNotFoundError       the case has no outcome yet
├── CaseIncompleteError        a required material waits, so no receipt is given
├── CaseReceiptNotFoundError   no receipt of the case was issued
├── ComplaintNotFoundError     no complaint has the number
├── MaterialNotFoundError      the case does not ask for the material
├── RecordRefusedError         the database refuses the record, whatever the program thought
└── DecisionRefusedError       the acceptance gate refuses; `code` says why
    ├── DemandRefusedError         a valid e-license is at hand
    ├── RegisterServesError        a register confirms what the paper would show
    ├── DepartmentServesError      the department that issued it confirms it
    ├── NotNeededError             the material was abolished
    ├── DepartmentCheckRequiredError  the department has to be heard first
    ├── FormNotPossibleError       the material cannot be had in this form
    ├── LookupRequiredError        nobody asked who has to be asked
    ├── StaleLookupError           the look-up is not of these ten minutes
    ├── ProbeDisagreesError        a source that was silent works when it is probed
    ├── ReasonRequiredError        paper without a reason
    ├── ReasonNotApplicableError   a reason that does not fit the look-up
    ├── NoteRequiredError          a reason that must be put into words
    ├── ApproverRequiredError      a reason that needs a second person
    ├── ApproverIsOperatorError    the second person is the first
    ├── RoleMissingError           operator or approver does not hold the role
    ├── AlreadyDecidedError        the material was decided before
    ├── MaterialsOpenError         required materials wait for their decision
    ├── OutcomeSettledError        the case has another outcome
    ├── ResultFieldError           the result does not leave a field to the approver
    ├── FieldLockedError           a department vouches for what a field says
    ├── FieldUnknownError          the form shows no such field
    ├── FieldValueError            a value that its field does not take
    ├── FormChangedError           somebody else filled the form in meanwhile
    └── TransferRefusedError       a case cannot be handed over, or not taken
"""

from datetime import datetime
from typing import ClassVar


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


class CaseUndecidedError(VerifyError):
    """A case that is to be archived waits for decisions.

    Attributes:
        materials: Codes of the materials that wait.
    """

    def __init__(self, case_id: str, materials: tuple[str, ...]) -> None:
        super().__init__(f"{case_id}: {', '.join(materials)}")
        self.materials = materials


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


class MalformedApplicantError(VerifyError):
    """An applicant's name is blank, too long or holds control characters."""


class InconsistentLookupError(VerifyError):
    """A look-up's parts contradict one another."""


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


class SourceSilentError(VerifyError):
    """A register or a department did not answer, or not in a way that can be used.

    Attributes:
        region: Code of the region, or the name of the source.
    """

    def __init__(self, region: str) -> None:
        super().__init__(f"the register of {region} did not answer")
        self.region = region


class SituationError(VerifyError):
    """The answers do not settle the situation (情形).

    Attributes:
        question: Code of the question.
        why: ``open``, ``not-asked`` or ``no-such-choice``.
    """

    def __init__(self, question: str, why: str) -> None:
        super().__init__(f"{question}: {why}")
        self.question = question
        self.why = why


class MatterClosedError(VerifyError):
    """A matter is not handled any more, or not yet."""


class PartyError(VerifyError):
    """A case names a party (当事人) that nobody asked for.

    Attributes:
        party: Its code.
    """

    def __init__(self, party: str) -> None:
        super().__init__(party)
        self.party = party


class PartyOpenError(PartyError):
    """A case does not say who a party is whose license is to be looked up.

    Attributes:
        zh: Who that would be, in Chinese.
        en: The same in English.
    """

    def __init__(self, party: str, *, zh: str, en: str) -> None:
        super().__init__(party)
        self.zh, self.en = zh, en


class SituationOpenError(SituationError):
    """A question of the matter has no answer yet.

    Attributes:
        zh: The question in Chinese.
        en: The same in English.
        choices: Code, Chinese and English of each choice.
    """

    def __init__(
        self, question: str, *, zh: str, en: str, choices: tuple[tuple[str, str, str], ...]
    ) -> None:
        super().__init__(question, "open")
        self.zh = zh
        self.en = en
        self.choices = choices


class MatterNotFoundError(VerifyError):
    """No matter has the code, or none in the version asked for."""

    def __init__(self, matter: str) -> None:
        super().__init__(f"no matter {matter}")
        self.matter = matter


class CaseNotFoundError(VerifyError):
    """No case has the identifier."""

    def __init__(self, case_id: str) -> None:
        super().__init__(f"no case {case_id}")
        self.case_id = case_id


class DepartmentQuestionNotFoundError(VerifyError):
    """No question to a department has this receipt number."""

    def __init__(self, receipt: str) -> None:
        super().__init__(f"no question to a department {receipt}")
        self.receipt = receipt


class TransferNotFoundError(VerifyError):
    """No case was handed over to us under the number."""

    def __init__(self, number: str) -> None:
        super().__init__(number)
        self.number = number


class OneThingNotFoundError(VerifyError):
    """No 一件事 has the code."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class ApplicationNotFoundError(VerifyError):
    """No application has the identifier."""

    def __init__(self, application_id: str) -> None:
        super().__init__(application_id)
        self.application_id = application_id


class OutcomeNotFoundError(VerifyError):
    """The case is open: it has no outcome yet."""

    def __init__(self, case_id: str) -> None:
        super().__init__(case_id)
        self.case_id = case_id


class MaterialNotFoundError(VerifyError):
    """The case does not ask for the material, so nobody may."""

    def __init__(self, case_id: str, material: str) -> None:
        super().__init__(f"case {case_id} asks for no material {material}")
        self.case_id = case_id
        self.material = material


class DamagedAttachmentError(VerifyError):
    """What is kept as the license attached to a case is not the one that was found.

    Attributes:
        case_id: The case.
        material: Code of the material; empty where it is not known.
    """

    def __init__(self, case_id: str, material: str) -> None:
        super().__init__(f"{case_id}: {material}")
        self.case_id = case_id
        self.material = material


class RecordRefusedError(VerifyError):
    """The database refuses a record. Its own message stays inside: it quotes personal data.

    Attributes:
        constraint: The name of the rule that was broken, as far as the database tells it.
    """

    def __init__(self, constraint: str) -> None:
        super().__init__(f"the database refuses the record: {constraint}")
        self.constraint = constraint


class DecisionRefusedError(VerifyError):
    """The acceptance gate refuses a decision.

    Attributes:
        code: Why, as a stable name for programs.
    """

    code: ClassVar[str] = "DECISION_REFUSED"


class DemandRefusedError(DecisionRefusedError):
    """Paper, deferral or commitment, although a valid e-license is at hand (免于提交).

    Attributes:
        license_identifier: 电子证照标识 of that license.
        region: Code of the region where it can be fetched.
    """

    code = "ELICENSE_AVAILABLE"

    def __init__(self, license_identifier: str, region: str) -> None:
        super().__init__(f"the valid e-license {license_identifier} of region {region} serves")
        self.license_identifier = license_identifier
        self.region = region


class RegisterServesError(DecisionRefusedError):
    """Paper, deferral or commitment, although a register confirms it (数据共享核验)."""

    code = "DATA_AVAILABLE"


class DepartmentServesError(DecisionRefusedError):
    """Paper, deferral or commitment, although its department confirms it (部门核验)."""

    code = "CHECK_AVAILABLE"


class NotNeededError(DecisionRefusedError):
    """Anything asked of the applicant, although the material was abolished (直接取消)."""

    code = "NOT_NEEDED"


class DepartmentCheckRequiredError(DecisionRefusedError):
    """Nothing was found, and the department has neither answered nor let its time pass.

    Attributes:
        due_at: Until when it may answer; None where it was not asked.
    """

    code = "DEPARTMENT_CHECK_REQUIRED"

    def __init__(self, material: str, due_at: datetime | None) -> None:
        until = "it was not asked" if due_at is None else f"it may answer until {due_at:%FT%T%z}"
        super().__init__(f"the department of {material} has to be heard first: {until}")
        self.due_at = due_at


class FormNotPossibleError(DecisionRefusedError):
    """The material cannot be had in this form."""

    code = "FORM_NOT_POSSIBLE"


class DeclarationRequiredError(DecisionRefusedError):
    """A material is to be had by a declaration that nobody signed."""


class CreditExcludedError(DecisionRefusedError):
    """Who broke a promise and did not set it right may not make another."""


class PromiseNotFoundError(VerifyError):
    """Nothing was left open of a material."""


class PromiseClosedError(VerifyError):
    """Nothing is open of a promise any more, or not that."""


class LookupRequiredError(DecisionRefusedError):
    """Nobody asked the register or the department that a rule of the material names."""

    code = "LOOKUP_REQUIRED"


class StaleLookupError(DecisionRefusedError):
    """The look-up is older than a decision may rely on, or lies ahead of it."""

    code = "LOOKUP_STALE"


class ProbeDisagreesError(DecisionRefusedError):
    """A demand rests on the silence of a source that the system's own probe did not find down."""

    code = "PROBE_DISAGREES"


class ReasonRequiredError(DecisionRefusedError):
    """Paper of a government-issued material is demanded without a reason."""

    code = "REASON_REQUIRED"


class ReasonNotApplicableError(DecisionRefusedError):
    """The reason given does not fit the look-up or the form."""

    code = "REASON_NOT_APPLICABLE"


class NoteRequiredError(DecisionRefusedError):
    """The reason given must be put into words."""

    code = "NOTE_REQUIRED"


class ApproverRequiredError(DecisionRefusedError):
    """The reason given needs a second person."""

    code = "APPROVER_REQUIRED"


class ApproverIsOperatorError(DecisionRefusedError):
    """The operator would approve their own exception."""

    code = "APPROVER_IS_OPERATOR"


class RoleMissingError(DecisionRefusedError):
    """A person does not hold the role that the act needs."""

    code = "ROLE_MISSING"

    def __init__(self, person: str, role: str) -> None:
        super().__init__(f"{person} does not hold the role {role}")
        self.person = person
        self.role = role


class AlreadyDecidedError(DecisionRefusedError):
    """How the material is had was decided before."""

    code = "ALREADY_DECIDED"


class MaterialsOpenError(DecisionRefusedError):
    """Required materials wait for their decision.

    Attributes:
        materials: Their codes.
    """

    code = "MATERIALS_OPEN"

    def __init__(self, materials: tuple[str, ...]) -> None:
        super().__init__(", ".join(materials))
        self.materials = materials


class CaseIncompleteError(VerifyError):
    """No receipt is given of a case of which required materials wait for their decision.

    Attributes:
        materials: Their codes.
    """

    def __init__(self, materials: tuple[str, ...]) -> None:
        super().__init__(", ".join(materials))
        self.materials = materials


class CaseReceiptNotFoundError(VerifyError):
    """No receipt of the case was issued."""


class ComplaintNotFoundError(VerifyError):
    """No complaint has the number."""


class OutcomeSettledError(DecisionRefusedError):
    """The case has an outcome, and it is another one."""

    code = "OUTCOME_SETTLED"


class ResultFieldError(DecisionRefusedError):
    """The approver settles a field that the result does not leave open.

    Attributes:
        field: Its name.
    """

    code = "RESULT_FIELD"

    def __init__(self, field: str) -> None:
        super().__init__(field)
        self.field = field


class FieldLockedError(DecisionRefusedError):
    """A department vouches for what a field says; only its correction changes that.

    Attributes:
        field: Its code.
    """

    code = "FIELD_LOCKED"

    def __init__(self, field: str) -> None:
        super().__init__(field)
        self.field = field


class MistakeNotPossibleError(DecisionRefusedError):
    """What stands in a field is not of a license, or it is what should stand there.

    Attributes:
        field: Its code.
    """

    code = "MISTAKE_NOT_POSSIBLE"

    def __init__(self, field: str) -> None:
        super().__init__(field)
        self.field = field


class FieldUnknownError(DecisionRefusedError):
    """The form shows no such field.

    Attributes:
        field: What was named.
    """

    code = "FIELD_UNKNOWN"

    def __init__(self, field: str) -> None:
        super().__init__(field)
        self.field = field


class FieldValueError(DecisionRefusedError):
    """A value that its field does not take; the value itself is not told.

    Attributes:
        field: Its code.
    """

    code = "FIELD_VALUE"

    def __init__(self, field: str) -> None:
        super().__init__(field)
        self.field = field


class FormChangedError(DecisionRefusedError):
    """Somebody else filled the form in meanwhile.

    Attributes:
        version: The version that the form has now.
    """

    code = "FORM_CHANGED"

    def __init__(self, version: int) -> None:
        super().__init__(f"the form has version {version}")
        self.version = version


class TransferRefusedError(DecisionRefusedError):
    """A case cannot be handed over (异地代收代办), or not taken."""

    code = "TRANSFER_REFUSED"
