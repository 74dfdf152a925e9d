"""The desk of a 一件事: one application, several cases; everything is asked once."""

from collections.abc import Mapping
from dataclasses import dataclass

from certs.identifiers import LicenseIdentifier
from verify.acceptance.desk import NO_PARTIES, AcceptanceDesk
from verify.acceptance.notices import CaseView
from verify.acceptance.records import Applicant, Decision, DecisionRequest, PersonRole
from verify.case_errors import MaterialNotFoundError, PartyError
from verify.decision_errors import FieldUnknownError, RoleMissingError
from verify.matters.situations import Answers
from verify.one_things.definitions import OneThing, OneThingCatalogue
from verify.one_things.records import Application, OpenApplicationWork, random_application_id
from verify.outcomes.records import CaseOutcome
from verify.ports import Clock
from verify.prefill.desk import FormDesk
from verify.prefill.filling import FilledField


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseProgress:
    """How far a case of an application is.

    Attributes:
        outcome: What became of it; None while it is open.
        license: The license that it led to; None while there is none.
    """

    view: CaseView
    outcome: CaseOutcome | None = None
    license: LicenseIdentifier | None = None

    @property
    def waiting(self) -> tuple[str, ...]:
        """The materials that wait for their decision."""
        return tuple(item.material.code for item in self.view.materials if item.decision is None)


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationView:
    """An application as it stands; its cases go on side by side."""

    application: Application
    one_thing: OneThing
    cases: tuple[CaseProgress, ...]

    @property
    def is_settled(self) -> bool:
        """Whether every case has its outcome."""
        return all(case.outcome is not None for case in self.cases)


@dataclass(frozen=True, slots=True, kw_only=True)
class OneThingDesk:
    """一件事窗口 of one region.

    Attributes:
        catalogue: 一件事清单.
        cases: Opens cases and decides on their materials.
        forms: Fills their forms in.
        unit_of_work: Opens a unit of work.
        clock: Tells the time.
    """

    catalogue: OneThingCatalogue
    cases: AcceptanceDesk
    forms: FormDesk
    unit_of_work: OpenApplicationWork
    clock: Clock

    def open(  # noqa: PLR0913 - what an application says
        self,
        code: str,
        applicant: Applicant,
        *,
        operator: str,
        situation: Answers,
        wanted: frozenset[str] = frozenset(),
        parties: Mapping[str, Applicant] = NO_PARTIES,
    ) -> ApplicationView:
        """Open the cases of an application; all are on record, or none.

        Registers of licenses are asked each question once for all cases; what they say is the
        look-up of each case for itself.

        Raises:
            OneThingNotFoundError: None has the code.
            SituationError: A question is open, was not asked, or has no such choice.
            PartyError: A party is not named whom a case needs, or one is whom none needs.
            RoleMissingError: The operator may not accept cases.
        """
        thing = self.catalogue.find(code)
        situations = thing.situations(situation, wanted, self.cases.matters)
        with self.unit_of_work() as work:
            work.only_read()
            if not work.cases.holds_role(operator, PersonRole.ACCEPTANCE):
                raise RoleMissingError(operator, PersonRole.ACCEPTANCE)
        inquiry = self.cases.inquiry.once()
        people = self._people(situations, parties)
        drafts = [
            self.cases.draft(
                matter,
                applicant,
                operator=operator,
                situation=answers,
                parties=people[matter],
                inquiry=inquiry,
            )
            for matter, answers in situations.items()
        ]
        application = Application(
            id=random_application_id(),
            one_thing=thing.code,
            cases=tuple(draft.case.id for draft in drafts),
            operator=operator,
            opened_at=self.clock.now(),
        )
        with self.unit_of_work() as work:
            views = [self.cases.keep(work, draft) for draft in drafts]
            work.applications.add(application)
            work.commit()
        return ApplicationView(
            application=application,
            one_thing=thing,
            cases=tuple(CaseProgress(view=view) for view in views),
        )

    def _people(
        self, situations: Mapping[str, Answers], given: Mapping[str, Applicant]
    ) -> dict[str, dict[str, Applicant]]:
        """Return the parties of each case: who is named once serves every case that needs them.

        Raises:
            PartyError: Somebody is named whom no case needs.
        """
        found = {}
        for code, answers in situations.items():
            needed = {item.code for item in self.cases.matters.latest(code).parties_under(answers)}
            found[code] = {name: person for name, person in given.items() if name in needed}
        used = {name for people in found.values() for name in people}
        for name in given:
            if name not in used:
                raise PartyError(name)
        return found

    def view(self, application_id: str) -> ApplicationView:
        """Return an application as it stands, with the results of its cases.

        Raises:
            ApplicationNotFoundError: There is none.
            OneThingNotFoundError: Its 一件事 is not at hand any more.
        """
        with self.unit_of_work() as work:
            work.only_read()
            application = work.applications.get(application_id)
            results = {
                case: (work.outcomes.find(case), work.outcomes.license_of(case))
                for case in application.cases
            }
        return ApplicationView(
            application=application,
            one_thing=self.catalogue.find(application.one_thing),
            cases=tuple(
                CaseProgress(view=self.cases.view_case(case), outcome=outcome, license=license)
                for case, (outcome, license) in results.items()
            ),
        )

    def decide(
        self, application_id: str, material: str, request: DecisionRequest
    ) -> tuple[Decision, ...]:
        """Record how a material is had, in every case that asks for it and has no decision yet.

        Each case has its own decision, over its own look-ups, through its own gate; all of them
        are on record, or none.

        Raises:
            ApplicationNotFoundError: There is none.
            MaterialNotFoundError: No case asks for the material, or each has its decision.
            DecisionRefusedError: The gate of a case refuses.
        """
        waiting = [
            case.view.case.id
            for case in self.view(application_id).cases
            if material in case.waiting
        ]
        if not waiting:
            raise MaterialNotFoundError(application_id, material)
        return self.cases.decide_together(waiting, material, request)

    def form(self, application_id: str) -> tuple[FilledField, ...]:
        """Return the fields of all forms, each once.

        Raises:
            ApplicationNotFoundError: There is none.
        """
        with self.unit_of_work() as work:
            work.only_read()
            application = work.applications.get(application_id)
        found: dict[str, FilledField] = {}
        for case in application.cases:
            for field in self.forms.view(case).fields:
                found.setdefault(field.field.code, field)
        return tuple(found.values())

    def fill_in(
        self, application_id: str, answers: Mapping[str, str], *, operator: str
    ) -> tuple[FilledField, ...]:
        """Keep what the applicant answered in the form of every case that asks for it.

        Raises:
            ApplicationNotFoundError: There is none.
            FieldUnknownError: No form shows the field.
            FieldLockedError: A department vouches for something else.
            FieldValueError: A field does not take that value.
            OutcomeSettledError: A case is settled.
        """
        for code in answers.keys() - {item.field.code for item in self.form(application_id)}:
            raise FieldUnknownError(code)
        with self.unit_of_work() as work:
            work.only_read()
            application = work.applications.get(application_id)
        for case in application.cases:
            view = self.forms.view(case)
            shown = {item.field.code for item in view.fields}
            own = {code: value for code, value in answers.items() if code in shown}
            self.forms.fill_in(case, own, operator=operator, version=view.version)
        return self.form(application_id)
