"""What a window is refused; ``code`` says why.

VerifyError
└── DecisionRefusedError       the acceptance gate refuses; `code` says why
    ├── DemandRefusedError         a valid e-license is at hand
    ├── RegisterServesError        a register confirms what the paper would show
    ├── DepartmentServesError      the department that issued it confirms it
    ├── NotNeededError             the material was abolished
    ├── DepartmentCheckRequiredError  the department has to be heard first
    ├── EvidenceRefusedError       what was signed is shown by no scan that can be kept
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

from verify.errors import VerifyError


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


class EvidenceRefusedError(DecisionRefusedError):
    """What was signed on paper is shown by something that the archive does not keep."""

    code = "EVIDENCE_REFUSED"


class FormNotPossibleError(DecisionRefusedError):
    """The material cannot be had in this form."""

    code = "FORM_NOT_POSSIBLE"


class DeclarationRequiredError(DecisionRefusedError):
    """A material is to be had by a declaration that nobody signed."""


class CreditExcludedError(DecisionRefusedError):
    """Who broke a promise and did not set it right may not make another."""


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
