"""The form desk (填表台): shows the form of a case filled in, and keeps what it says."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Protocol

from verify.acceptance.attachments import AttachmentWork
from verify.acceptance.records import Applicant, PersonRole
from verify.case_corrections.records import CaseCorrection
from verify.decision_errors import FormChangedError, OutcomeSettledError, RoleMissingError
from verify.outcomes.records import OutcomeBook
from verify.ports import Clock
from verify.prefill.facts import Facts
from verify.prefill.filling import (
    FilledField,
    KeptForm,
    PrefillRate,
    entries_of,
    filled,
    rate_of,
)
from verify.prefill.forms import FormCatalogue
from verify.prefill.reading import CaseFacts


class FormBook(Protocol):
    """Where forms are kept; every version is added once and never changed."""

    def add(self, form: KeptForm) -> None:
        """Keep the next version of a form.

        Raises:
            FormChangedError: Somebody kept that version before.
            RecordRefusedError: There is no such case, it is settled, or the operator lacks the
                role.
        """
        ...

    def find(self, case_id: str) -> KeptForm | None:
        """Return the newest version of the form of a case; None where none was kept."""
        ...

    def previous(self, applicant: Applicant, *, besides: str) -> KeptForm | None:
        """Return the newest form of the applicant's other cases; None where there is none."""
        ...


class FormWork(AttachmentWork, Protocol):
    """A unit of work over cases and their forms."""

    @property
    def forms(self) -> FormBook:
        """The forms."""
        ...

    @property
    def outcomes(self) -> OutcomeBook:
        """The outcomes."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class FormView:
    """The form of a case as it stands.

    Attributes:
        case_id: The case.
        version: How often it was kept; 0 before the first time.
        fields: What it shows.
        rate: How much of it nobody had to write, as it stands.
        is_settled: Whether the case is settled; nothing is written any more then.
        corrections: What was said to be wrong with licenses (信息有误), by field.
    """

    case_id: str
    version: int
    fields: tuple[FilledField, ...]
    rate: PrefillRate
    is_settled: bool = False
    corrections: Mapping[str, CaseCorrection] = field(default_factory=dict)


class OpenFormWork(Protocol):
    """Opens a unit of work."""

    def __call__(self) -> FormWork:
        """Open one."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class FormDesk:
    """填表台 of one region.

    Attributes:
        catalogue: The forms of the matters.
        facts: Reads what licenses and the window say in a case.
        unit_of_work: Opens a unit of work.
        clock: Tells the time.
    """

    catalogue: FormCatalogue
    facts: CaseFacts
    unit_of_work: OpenFormWork
    clock: Clock

    def of_case(self, case_id: str) -> Facts:
        """Return what is known in a case, with what the applicant wrote in forms.

        Raises:
            CaseNotFoundError: There is no such case.
        """
        facts = self.facts.of_case(case_id)
        applicant = facts.view.case.applicant
        with self.unit_of_work() as work:
            kept = work.forms.find(case_id)
            earlier = work.forms.previous(applicant, besides=case_id)
        return replace(
            facts,
            answers={} if kept is None else kept.answers,
            previous={} if earlier is None else earlier.answers,
        )

    def view(self, case_id: str) -> FormView:
        """Return the form of a case, filled in.

        Raises:
            CaseNotFoundError: There is no such case.
        """
        with self.unit_of_work() as work:
            work.cases.get(case_id)
            kept = work.forms.find(case_id)
        return self._view(self.of_case(case_id), kept)

    def fill_in(
        self, case_id: str, answers: Mapping[str, str], *, operator: str, version: int
    ) -> FormView:
        """Keep what the applicant answered, over what is filled in already.

        Args:
            case_id: The case.
            answers: What the applicant wrote, by field; other fields keep what stands in them.
            operator: The person at the window.
            version: The version that the applicant saw. What was kept already is not kept again.

        Raises:
            CaseNotFoundError: There is no such case.
            RoleMissingError: The operator may not accept cases.
            FieldUnknownError: The form shows no such field.
            FieldLockedError: A department vouches for something else.
            FieldValueError: A field does not take that value.
            FormChangedError: Somebody else filled it in meanwhile.
            OutcomeSettledError: The case is settled.
        """
        facts = self.of_case(case_id)
        with self.unit_of_work() as work:
            work.cases.hold(case_id)
            form = self._filled_in(work, facts, answers, operator=operator, version=version)
        return self._view(facts, form)

    def _filled_in(
        self,
        work: FormWork,
        facts: Facts,
        answers: Mapping[str, str],
        *,
        operator: str,
        version: int,
    ) -> KeptForm:
        """Return what is kept now: the next version, or what says the same already."""
        case_id = facts.view.case.id
        if not work.cases.holds_role(operator, PersonRole.ACCEPTANCE):
            raise RoleMissingError(operator, PersonRole.ACCEPTANCE)
        if work.outcomes.find(case_id) is not None:
            raise OutcomeSettledError(f"{case_id} is settled")
        kept = work.forms.find(case_id)
        entries = entries_of(self._fields(facts, kept), answers)
        if kept is not None and kept.says(entries):
            return kept
        if version != (0 if kept is None else kept.version):
            raise FormChangedError(0 if kept is None else kept.version)
        form = KeptForm(
            case_id=case_id,
            version=version + 1,
            entries=entries,
            operator=operator,
            recorded_at=self.clock.now(),
        )
        work.forms.add(form)
        work.commit()
        return form

    def _fields(self, facts: Facts, kept: KeptForm | None) -> tuple[FilledField, ...]:
        shown = self.catalogue.shown(facts.view.matter, facts.view.case.situation)
        serving = {license.record.identifier for license in facts.licenses}
        return filled(shown, facts, None if kept is None else kept.standing(serving))

    def take_corrected(self, correction: CaseCorrection) -> None:
        """Look up anew where a license served that was corrected, while the case is open."""
        case_id = correction.place.case_id
        with self.unit_of_work() as work:
            if work.outcomes.find(case_id) is not None:
                return
        serving = self.facts.attached.of_case(case_id)
        for material in {
            license.material
            for license in serving
            if str(license.record.identifier) == correction.license
        }:
            self.facts.cases.look_up(case_id, material)

    def _view(self, facts: Facts, kept: KeptForm | None) -> FormView:
        fields = self._fields(facts, kept)
        with self.unit_of_work() as work:
            work.only_read()
            raised = work.case_corrections.of_case(facts.view.case.id)
            is_settled = work.outcomes.find(facts.view.case.id) is not None
        return FormView(
            case_id=facts.view.case.id,
            is_settled=is_settled,
            corrections={item.place.field: item for item in raised if item.place.field},
            version=0 if kept is None else kept.version,
            fields=fields,
            rate=rate_of(entries_of(fields, {}) if kept is None else kept.entries),
        )
