"""The desk (受理台): what a window does with a case, each act one unit of work."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from types import MappingProxyType
from typing import Final

from certs.holder_codes import HolderCode
from certs.ports import ObjectStore
from verify.acceptance.attachments import AttachmentWork, pack
from verify.acceptance.budgets import Deadline
from verify.acceptance.deciding import check_operator, record_decision
from verify.acceptance.holder_cases import HolderCase
from verify.acceptance.inquiry import Inquiry
from verify.acceptance.lookups import Said
from verify.acceptance.notices import CaseMaterial, CaseView
from verify.acceptance.ports import AcceptanceWork
from verify.acceptance.probes import Prober
from verify.acceptance.recording import attach_faces, record_said
from verify.acceptance.records import (
    Applicant,
    Case,
    Decision,
    DecisionRequest,
    Form,
    random_case_id,
)
from verify.acceptance.refusals import Refusal
from verify.case_errors import MatterClosedError, PartyError, PartyOpenError
from verify.decision_errors import (
    DecisionRefusedError,
    FormNotPossibleError,
)
from verify.matters.catalogue import Matter, MatterCatalogue
from verify.matters.parties import Party
from verify.matters.situations import NO_ANSWERS, Answers
from verify.ports import Clock

NO_PARTIES: Final[Mapping[str, Applicant]] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseDraft:
    """A case that was asked for everywhere, before it is on record.

    Attributes:
        items: The materials that it asks for.
        told: What was said of each of them.
        faces: The object of the faces that came; empty where none came.
    """

    case: Case
    matter: Matter
    items: tuple[CaseMaterial, ...]
    told: tuple[tuple[Said, ...], ...]
    faces: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptanceDesk:
    """受理台 of one region.

    Registers and departments are asked before a unit of work begins: a slow region must not hold
    the database's write lock.

    Attributes:
        matters: 事项清单.
        inquiry: Whom to ask.
        unit_of_work: Opens a unit of work.
        clock: Tells the time.
        objects: Where the faces of attached licenses go.
        prober: Sees over another path whether a silent source works.
        key_of: Returns the blind key under which the register knows a holder.
    """

    matters: MatterCatalogue
    inquiry: Inquiry
    unit_of_work: Callable[[], AttachmentWork]
    clock: Clock
    objects: ObjectStore
    prober: Prober
    key_of: Callable[[HolderCode], str]

    def open_case(
        self,
        matter_code: str,
        applicant: Applicant,
        *,
        operator: str,
        situation: Answers = NO_ANSWERS,
        parties: Mapping[str, Applicant] = NO_PARTIES,
    ) -> CaseView:
        """Open a case (收件): ask for every material that a rule spares, answer item by item.

        Raises:
            MatterNotFoundError: No matter has the code.
            SituationError: A question of the matter is open, was not asked, or has no such choice.
            PartyError: A party whose license is looked up is not named, or one too many is.
            MatterClosedError: The matter is not handled today.
            RoleMissingError: The operator may not accept cases.
        """
        with self.unit_of_work() as work:
            work.only_read()
            check_operator(work.cases, operator)
        draft = self.draft(
            matter_code, applicant, operator=operator, situation=situation, parties=parties
        )
        with self.unit_of_work() as work:
            view = self.keep(work, draft)
            work.commit()
        return view

    def draft(  # noqa: PLR0913 - what a case says
        self,
        matter_code: str,
        applicant: Applicant,
        *,
        operator: str,
        situation: Answers = NO_ANSWERS,
        parties: Mapping[str, Applicant] = NO_PARTIES,
        inquiry: Inquiry | None = None,
    ) -> CaseDraft:
        """Ask everybody for a case that is not on record yet.

        Args:
            matter_code: 事项编码.
            applicant: 申请人.
            operator: The person at the window.
            situation: 情形.
            parties: 当事人.
            inquiry: Whom to ask; several cases of one application share one.

        Raises:
            MatterNotFoundError: No matter has the code.
            SituationError: A question of the matter is open, was not asked, or has no such choice.
        """
        matter = self.matters.latest(matter_code)
        _check_parties(matter.parties_under(situation), parties)
        case = Case(
            id=random_case_id(),
            matter_code=matter.code,
            matter_version=matter.version,
            applicant=applicant,
            operator=operator,
            opened_at=self.clock.now(),
            situation=dict(situation),
            parties=dict(parties),
        )
        if not matter.term.covers(case.opened_on):
            raise MatterClosedError(matter.code)
        items = _items(case, matter)
        told = tuple(
            (inquiry or self.inquiry.once()).ask_together(
                case, items, now=case.opened_at, deadline=Deadline.after()
            )
        )
        self._probe_silent(said for each in told for said in each)
        faces = self._store(case, told)
        return CaseDraft(case=case, matter=matter, items=items, told=told, faces=faces)

    def keep(self, work: AttachmentWork, draft: CaseDraft) -> CaseView:
        """Put a case on record with all that was said; whoever opened the unit commits it.

        Raises:
            RoleMissingError: The operator may not accept cases.
        """
        check_operator(work.cases, draft.case.operator)
        known = tuple(
            replace(item, lookups=tuple(map(item.placed, said)))
            for item, said in zip(draft.items, draft.told, strict=True)
        )
        work.cases.add(draft.case, draft.matter)
        work.holder_cases.add([HolderCase.of(draft.case, self.key_of)])
        work.cases.add_lookups([lookup for item in known for lookup in item.lookups])
        lookups, told = chain(*(item.lookups for item in known)), chain(*draft.told)
        attach_faces(work, zip(lookups, told, strict=True), draft.faces)
        return CaseView(case=draft.case, matter=draft.matter, materials=known)

    def view_case(self, case_id: str) -> CaseView:
        """Return a case as it stands.

        Raises:
            CaseNotFoundError: There is none.
            MatterNotFoundError: The matter it cites is not at hand.
        """
        with self.unit_of_work() as work:
            work.only_read()
            return self._view(work, case_id)

    def hear(self, case_id: str) -> CaseView:
        """Note what departments answered since, and whose time has passed; return the case.

        Raises:
            CaseNotFoundError: There is none.
        """
        view, now = self.view_case(case_id), self.clock.now()
        told = {item.material.code: self.inquiry.hear(item, now=now) for item in view.materials}
        if not any(told.values()):
            return view
        with self.unit_of_work() as work:
            work.cases.hold(case_id)
            # Read again: another process may have heard it meanwhile.
            for item in self._view(work, case_id).materials:
                record_said(work, item, told[item.material.code], "")
            view = self._view(work, case_id)
            work.commit()
        return view

    def look_up(self, case_id: str, material: str) -> CaseMaterial:
        """Ask again for a material, and read what a department answered meanwhile.

        Raises:
            CaseNotFoundError: There is no such case.
            MaterialNotFoundError: The case does not ask for the material.
            FormNotPossibleError: No rule names anybody to be asked.
        """
        view = self.view_case(case_id)
        item = view.material(material)
        if not item.is_looked_up:
            raise FormNotPossibleError(f"no rule names anybody to be asked for {material}")
        said = self.inquiry.ask(view.case, item, now=self.clock.now())
        self._probe_silent(said)
        faces = self._store(view.case, [said])
        with self.unit_of_work() as work:
            work.cases.hold(case_id)
            # Read again: another window may have looked up meanwhile.
            record_said(work, self._view(work, case_id).material(material), said, faces)
            item = self._view(work, case_id).material(material)
            work.commit()
        return item

    def decide(self, case_id: str, material: str, request: DecisionRequest) -> Decision:
        """Record how a material is had, if the gate lets it pass.

        Raises:
            CaseNotFoundError: There is no such case.
            MaterialNotFoundError: The case does not ask for the material.
            DecisionRefusedError: The gate refuses; ``DemandRefusedError`` and its like while
                something serves.
            RecordRefusedError: The database refuses, though the gate did not.
        """
        (decision,) = self.decide_together((case_id,), material, request)
        return decision

    def decide_together(
        self, case_ids: Sequence[str], material: str, request: DecisionRequest
    ) -> tuple[Decision, ...]:
        """Record how a material is had in several cases: in all of them, or in none.

        Raises:
            CaseNotFoundError: There is no such case.
            MaterialNotFoundError: A case does not ask for the material.
            DecisionRefusedError: The gate of a case refuses; that is kept of this case.
            RecordRefusedError: The database refuses, though the gate did not.
        """
        for case_id in case_ids:
            self._ask_before(case_id, material, request)
        asked, decisions = case_ids[0], []
        try:
            with self.unit_of_work() as work:
                # In one order, so that two windows do not wait for each other.
                for case_id in sorted(case_ids):
                    work.cases.hold(case_id)
                for asked in case_ids:
                    item = self._view(work, asked).material(material)
                    decision = record_decision(
                        work, item, request, own=self.inquiry.own, now=self.clock.now()
                    )
                    decisions.append(decision)
                work.commit()
        except DecisionRefusedError as refused:
            self._keep_refusal(asked, material, request, code=refused.code)
            raise
        return tuple(decisions)

    def _keep_refusal(
        self, case_id: str, material: str, request: DecisionRequest, *, code: str
    ) -> None:
        refusal = Refusal.of(case_id, material, request, code=code, at=self.clock.now())
        with self.unit_of_work() as work:
            work.refusals.add(refusal)
            work.commit()

    def _ask_before(self, case_id: str, material: str, request: DecisionRequest) -> None:
        """Ask what a decision rests on, before a unit of work begins."""
        if request.form is Form.E_LICENSE:
            self._look_again(case_id, material)
        if request.reason is not None:
            self._probe_unprobed(self.view_case(case_id).material(material))

    def _look_again(self, case_id: str, material: str) -> None:
        """Look up anew if the license that is to be attached does not serve any more.

        It may have been revoked since the case was opened. A region that is silent now takes
        nothing back: what it said in the last ten minutes stands.
        """
        view = self.view_case(case_id)
        item = view.material(material)
        if item.decision is None and not self.inquiry.confirms(
            view.case, item, now=self.clock.now()
        ):
            self.look_up(case_id, material)

    def _probe_silent(self, told: Iterable[Said]) -> None:
        """Have it seen soon whether those who were silent work."""
        silent = frozenset(source for said in told for source in said.silent)
        if silent:
            self.prober.begin(silent)

    def _probe_unprobed(self, item: CaseMaterial) -> None:
        """See now whether those work that were silent and that nobody probed since."""
        since = item.silent_since
        with self.unit_of_work() as work:
            known = work.source_probes.newest(since)
        missing = {
            source
            for source, at in since.items()
            if source not in known or known[source].probed_at < at
        }
        if missing:
            self.prober.probe(missing)

    def _store(self, case: Case, told: Iterable[Sequence[Said]]) -> str:
        """Store the faces that came, of which rows tell later; return the object they lie in."""
        came = [item for said in told for item in said]
        faces = {str(item.license): item.face for item in came if item.face is not None}
        return self.objects.put(pack(case.id, faces)) if faces else ""

    def _view(self, work: AcceptanceWork, case_id: str) -> CaseView:
        case = work.cases.get(case_id)
        matter = self.matters.version(case.matter_code, case.matter_version)
        lookups = work.cases.latest_lookups(case_id)
        decisions = work.cases.decisions(case_id)
        declared = work.promises.declared(case_id)
        return CaseView(
            case=case,
            matter=matter,
            materials=tuple(
                replace(
                    item,
                    lookups=lookups.get(item.material.code, ()),
                    decision=decisions.get(item.material.code),
                    is_declared=item.material.code in declared,
                )
                for item in _items(case, matter)
            ),
        )


def _items(case: Case, matter: Matter) -> tuple[CaseMaterial, ...]:
    """Return what a case asks for, before anybody was asked."""
    return tuple(
        CaseMaterial(case_id=case.id, material=material, day=case.opened_on)
        for material in matter.asked_for(case.situation)
    )


def _check_parties(wanted: Iterable[Party], given: Mapping[str, Applicant]) -> None:
    """Check that a case names whom it needs, and nobody else: what is not needed is not kept."""
    needed = {party.code: party for party in wanted}
    for code in given:
        if code not in needed:
            raise PartyError(code)
    for code, party in needed.items():
        if code not in given:
            raise PartyOpenError(code, zh=party.zh, en=party.en)
