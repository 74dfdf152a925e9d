"""Errors of cases: what opens none, what there is not, what is not kept.

VerifyError
├── MalformedApplicantError    an applicant's name that is none
├── InconsistentLookupError    a look-up whose parts contradict one another
├── SituationError             a question of a matter was not asked, or answered wrongly
│   └── SituationOpenError         it has no answer yet
├── CaseNotFoundError          no case has the identifier
├── DepartmentQuestionNotFoundError  no question to a department has the receipt number
├── DamagedAttachmentError     what is kept with a case is not the license that was found
├── CaseUndecidedError         a case that is to be archived waits for decisions
├── TransferNotFoundError      no case was handed over under the number
├── OneThingNotFoundError      no 一件事 has the code
├── ApplicationNotFoundError   no application has the identifier
├── OutcomeNotFoundError       the case has no outcome yet
├── CaseIncompleteError        a required material waits, so no receipt is given
├── CaseReceiptNotFoundError   no receipt of the case was issued
├── ComplaintNotFoundError     no complaint has the number
├── ExceptionClosedError       nobody waits for a word about an exception any more
├── MaterialNotFoundError      the case does not ask for the material
└── RecordRefusedError         the database refuses the record, whatever the program thought
"""

from verify.errors import VerifyError


class CaseUndecidedError(VerifyError):
    """A case that is to be archived waits for decisions.

    Attributes:
        materials: Codes of the materials that wait.
    """

    def __init__(self, case_id: str, materials: tuple[str, ...]) -> None:
        super().__init__(f"{case_id}: {', '.join(materials)}")
        self.materials = materials


class MalformedApplicantError(VerifyError):
    """An applicant's name is blank, too long or holds control characters."""


class InconsistentLookupError(VerifyError):
    """A look-up's parts contradict one another."""


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


class ExceptionClosedError(VerifyError):
    """Nobody waits for a word about this exception any more, or nobody ever did."""


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


class PromiseNotFoundError(VerifyError):
    """Nothing was left open of a material."""


class PromiseClosedError(VerifyError):
    """Nothing is open of a promise any more, or not that."""


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
