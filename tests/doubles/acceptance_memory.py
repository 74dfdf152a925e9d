"""Cases in memory, for the window."""

from collections.abc import Collection, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import TracebackType
from typing import Self

from certs.identifiers import LicenseIdentifier
from tests.doubles.case_corrections import MemoryCaseCorrections
from tests.doubles.case_holders import MemoryCaseHolders
from tests.doubles.notices import MemoryNotices, NoticeShelf
from tests.doubles.promises import MemoryPromises
from tests.doubles.refusals import MemoryRefusals
from tests.doubles.transfer_returns import MemoryReturns
from verify.acceptance.attachments import Attachment
from verify.acceptance.lookups import ASKED_WAYS, Lookup
from verify.acceptance.notices import CaseMaterial
from verify.acceptance.probes import Probe
from verify.acceptance.reasons import LookupResult
from verify.acceptance.records import Applicant, Case, Decision, PersonRole
from verify.case_errors import ApplicationNotFoundError, CaseNotFoundError, RecordRefusedError
from verify.decision_errors import AlreadyDecidedError, FormChangedError
from verify.matters.catalogue import Matter
from verify.matters.encoding import encode_matter
from verify.matters.materials import Necessity
from verify.matters.ways import (
    Way,
)
from verify.one_things.records import Application
from verify.outcomes.records import CaseOutcome, OutcomeKind, ResultIntent
from verify.prefill.filling import KeptForm
from verify.transfers.records import ReceivedTransfer, SentTransfer
from verify.transfers.returns import KeptReturn, SentReturn


@dataclass
class MemoryCases:
    """Cases in dictionaries."""

    matters: dict[tuple[str, int], Matter] = field(default_factory=dict)
    cases: dict[str, Case] = field(default_factory=dict)
    lookups: dict[tuple[str, str, Way, int], Lookup] = field(default_factory=dict)
    kept_decisions: dict[tuple[str, str], Decision] = field(default_factory=dict)
    roles: set[tuple[str, PersonRole]] = field(default_factory=set)
    attached: dict[tuple[str, str, int], str] = field(default_factory=dict)
    settled: dict[str, tuple[CaseOutcome, ResultIntent | None]] = field(default_factory=dict)
    forms: list[KeptForm] = field(default_factory=list)
    applications: dict[str, Application] = field(default_factory=dict)
    sent: dict[str, SentTransfer] = field(default_factory=dict)
    received: dict[tuple[str, str], ReceivedTransfer] = field(default_factory=dict)
    sent_returns: dict[tuple[str, str], SentReturn] = field(default_factory=dict)
    confirmed: dict[tuple[str, str], datetime] = field(default_factory=dict)
    told: dict[str, KeptReturn] = field(default_factory=dict)
    results: dict[str, LicenseIdentifier] = field(default_factory=dict)
    promises: MemoryPromises = field(default_factory=MemoryPromises)
    corrections: MemoryCaseCorrections = field(default_factory=MemoryCaseCorrections)
    refusals: MemoryRefusals = field(default_factory=MemoryRefusals)
    holders: dict[str, str] = field(default_factory=dict)
    notices_told: NoticeShelf = field(default_factory=NoticeShelf)

    def __post_init__(self) -> None:
        self.promises.cases = self.cases

    def publish(self, matter: Matter) -> None:
        key = (matter.code, matter.version)
        if self.matters.setdefault(key, matter) != matter:
            raise RecordRefusedError("matters_append_only")

    def add(self, case: Case, matter: Matter) -> None:
        is_published = (matter.code, matter.version) in self.matters
        has_role = (case.operator, PersonRole.ACCEPTANCE) in self.roles
        if case.id in self.cases or not is_published or not has_role:
            raise RecordRefusedError("cases")
        self.cases[case.id] = case

    def get(self, case_id: str) -> Case:
        if case_id not in self.cases:
            raise CaseNotFoundError(case_id)
        return self.cases[case_id]

    def hold(self, case_id: str) -> None:
        """Units in memory come one after the other."""

    def recent(self, limit: int) -> tuple[Case, ...]:
        newest = sorted(self.cases.values(), key=lambda case: case.opened_at, reverse=True)
        return tuple(newest[:limit])

    def definitions(self) -> tuple[bytes, ...]:
        return tuple(encode_matter(matter) for _, matter in sorted(self.matters.items()))

    def add_lookups(self, lookups: Sequence[Lookup]) -> None:
        for lookup in lookups:
            self.add_lookup(lookup)

    def add_lookup(self, lookup: Lookup) -> None:
        key = (lookup.case_id, lookup.material, lookup.way, lookup.number)
        item = self._item(lookup.case_id, lookup.material)
        if key in self.lookups or item is None or lookup.way not in item.ways:
            raise RecordRefusedError("lookups")
        question = (*key[:3], lookup.question)
        if lookup.question is not None and question not in self.lookups:
            raise RecordRefusedError("fk_lookups_question")
        self.lookups[key] = lookup

    def latest_lookups(self, case_id: str) -> Mapping[str, tuple[Lookup, ...]]:
        latest: dict[str, dict[Way, Lookup]] = {}
        for lookup in sorted(
            (item for item in self.lookups.values() if item.case_id == case_id),
            key=lambda item: (ASKED_WAYS.index(item.way), item.number),
        ):
            latest.setdefault(lookup.material, {})[lookup.way] = lookup
        return {material: tuple(ways.values()) for material, ways in latest.items()}

    def lookups_of(self, case_id: str) -> tuple[Lookup, ...]:
        found = [item for item in self.lookups.values() if item.case_id == case_id]
        return tuple(
            sorted(found, key=lambda item: (item.material, ASKED_WAYS.index(item.way), item.number))
        )

    def add_decision(self, decision: Decision) -> None:
        key = (decision.case_id, decision.material)
        if key in self.kept_decisions:
            raise AlreadyDecidedError(decision.material)
        if decision.case_id in self.settled:
            raise RecordRefusedError("material_decisions_case_open")
        item = self._item(*key)
        if item is None or decision.lookups != item.evidence:
            raise RecordRefusedError("material_decisions_latest_lookup")
        self.kept_decisions[key] = decision

    def decisions(self, case_id: str) -> Mapping[str, Decision]:
        kept = self.kept_decisions.values()
        return {item.material: item for item in kept if item.case_id == case_id}

    def grant_role(self, person: str, role: PersonRole) -> None:
        self.roles.add((person, role))

    def withdraw_role(self, person: str, role: PersonRole) -> None:
        self.roles.discard((person, role))

    def holds_role(self, person: str, role: PersonRole) -> bool:
        return (person, role) in self.roles

    def _item(self, case_id: str, code: str) -> CaseMaterial | None:
        case = self.cases.get(case_id)
        if case is None:
            return None
        material = self.matters[case.matter_code, case.matter_version].material(code)
        if material is None or not material.when.holds(case.situation):
            return None
        return CaseMaterial(
            case_id=case_id,
            material=material,
            day=case.opened_on,
            lookups=self.latest_lookups(case_id).get(code, ()),
        )


@dataclass
class MemoryProbes:
    """Probes in a dictionary."""

    kept: set[Probe] = field(default_factory=set)

    def add(self, probes: Collection[Probe]) -> None:
        self.kept.update(probes)

    def newest(self, sources: Collection[str]) -> Mapping[str, Probe]:
        found = [item for item in self.kept if item.source in sources]
        ordered = sorted(found, key=lambda item: (item.probed_at, item.state))
        return {item.source: item for item in ordered}

    def newest_since(self, moment: datetime) -> tuple[Probe, ...]:
        sources = {item.source for item in self.kept if item.probed_at >= moment}
        newest = self.newest(sources)
        return tuple(newest[source] for source in sorted(sources))


@dataclass
class MemoryAttachments:
    """Faces that are kept with the cases of a dictionary."""

    kept: MemoryCases

    def add(self, *attachments: Attachment) -> None:
        added = {}
        for attachment in attachments:
            lookup = attachment.lookup
            key = (lookup.case_id, lookup.material, lookup.number)
            known = self.kept.lookups.get((*key[:2], Way.E_LICENSE, lookup.number))
            is_valid = known == lookup and lookup.result is LookupResult.VALID
            if not is_valid or key in self.kept.attached or key in added:
                raise RecordRefusedError("attached_licenses")
            added[key] = attachment.object
        self.kept.attached.update(added)

    def of_case(self, case_id: str) -> Mapping[tuple[str, int], str]:
        kept = self.kept.attached.items()
        return {key[1:]: name for key, name in kept if key[0] == case_id}


@dataclass
class MemoryOutcomes:
    """What became of the cases of a dictionary."""

    kept: MemoryCases

    def add(self, outcome: CaseOutcome, intent: ResultIntent | None) -> None:
        if outcome.case_id in self.kept.settled:
            raise AlreadyDecidedError(outcome.case_id)
        self._check(outcome)
        if outcome.case_id in self.kept.sent:
            raise RecordRefusedError("case_outcomes_not_handed_over")
        if intent is not None and outcome.kind is OutcomeKind.REJECT:
            raise RecordRefusedError("ck_result_intents_of_approved")
        self.kept.settled[outcome.case_id] = (outcome, intent)

    def find(self, case_id: str) -> CaseOutcome | None:
        return self.kept.settled[case_id][0] if case_id in self.kept.settled else None

    def intent(self, case_id: str) -> ResultIntent | None:
        return self.kept.settled[case_id][1] if case_id in self.kept.settled else None

    def add_license(self, case_id: str, license: LicenseIdentifier) -> None:
        is_others = any(
            license == item and case != case_id for case, item in self.kept.results.items()
        )
        if self.intent(case_id) is None or is_others:
            raise RecordRefusedError("result_licenses")
        if self.kept.results.setdefault(case_id, license) != license:
            raise RecordRefusedError("pk_result_licenses")

    def license_of(self, case_id: str) -> LicenseIdentifier | None:
        return self.kept.results.get(case_id)

    def waiting(self, limit: int) -> tuple[str, ...]:
        open_ones = [
            outcome
            for outcome, intent in self.kept.settled.values()
            if intent is not None and outcome.case_id not in self.kept.results
        ]
        open_ones.sort(key=lambda item: (item.decided_at, item.case_id))
        return tuple(item.case_id for item in open_ones[:limit])

    def _check(self, outcome: CaseOutcome) -> None:
        case = self.kept.get(outcome.case_id)
        decisions = self.kept.decisions(case.id)
        matter = self.kept.matters[case.matter_code, case.matter_version]
        operators = {item.request.operator for item in decisions.values()}
        is_open = any(
            item.code not in decisions and item.necessity is Necessity.REQUIRED
            for item in matter.asked_for(case.situation)
        )
        has_role = self.kept.holds_role(outcome.approver, PersonRole.ACCEPTANCE_APPROVER)
        is_apart = outcome.approver not in operators | {case.operator}
        if is_open or not has_role or not is_apart or outcome.operator != case.operator:
            raise RecordRefusedError("case_outcomes")


@dataclass
class MemoryForms:
    """Forms of the cases of a dictionary."""

    kept: MemoryCases

    def add(self, form: KeptForm) -> None:
        newest = self.find(form.case_id)
        number = 0 if newest is None else newest.version
        if form.version <= number:
            raise FormChangedError(number)
        is_known = form.case_id in self.kept.cases and form.case_id not in self.kept.settled
        has_role = self.kept.holds_role(form.operator, PersonRole.ACCEPTANCE)
        if not is_known or not has_role or form.version != number + 1:
            raise RecordRefusedError("case_forms")
        self.kept.forms.append(form)

    def find(self, case_id: str) -> KeptForm | None:
        return next((item for item in reversed(self.kept.forms) if item.case_id == case_id), None)

    def previous(self, applicant: Applicant, *, besides: str) -> KeptForm | None:
        found = [
            item
            for item in self.kept.forms
            if item.case_id != besides
            and self.kept.cases[item.case_id].applicant.code == applicant.code
        ]
        return max(found, key=lambda item: (item.recorded_at, item.version), default=None)


@dataclass
class MemoryApplications:
    """Applications over the cases of a dictionary."""

    kept: MemoryCases

    def add(self, application: Application) -> None:
        taken = {case for item in self.kept.applications.values() for case in item.cases}
        cases = [self.kept.cases.get(case) for case in application.cases]
        known = {(case.applicant.code, case.operator) for case in cases if case is not None}
        is_one = len(known) == 1 and next(iter(known))[1] == application.operator
        is_new = taken.isdisjoint(application.cases) and application.id not in (
            self.kept.applications
        )
        has_role = self.kept.holds_role(application.operator, PersonRole.ACCEPTANCE)
        if None in cases or not (is_one and is_new and has_role):
            raise RecordRefusedError("applications")
        self.kept.applications[application.id] = application

    def get(self, application_id: str) -> Application:
        if application_id not in self.kept.applications:
            raise ApplicationNotFoundError(application_id)
        return self.kept.applications[application_id]


@dataclass
class MemoryTransfers:
    """Transfers of the cases of a dictionary."""

    kept: MemoryCases

    def add_sent(self, transfer: SentTransfer) -> None:
        case = transfer.case_id
        is_open = case in self.kept.cases and case not in self.kept.settled
        has_role = self.kept.holds_role(transfer.operator, PersonRole.ACCEPTANCE)
        if not is_open or not has_role or case in self.kept.sent:
            raise RecordRefusedError("sent_transfers")
        self.kept.sent[case] = transfer

    def sent(self, case_id: str) -> SentTransfer | None:
        return self.kept.sent.get(case_id)

    def sent_under(self, number: str) -> SentTransfer | None:
        return next((item for item in self.kept.sent.values() if item.number == number), None)

    def add_receipt(self, number: str, encoded: bytes, *, received_at: datetime) -> None:
        found = [item for item in self.kept.sent.values() if item.number == number]
        if not found or not encoded:
            raise RecordRefusedError("transfer_receipts")
        if found[0].received_at is None:
            self.kept.sent[found[0].case_id] = replace(found[0], received_at=received_at)

    def add_received(self, transfer: ReceivedTransfer) -> None:
        key = (transfer.partner, transfer.number)
        if key in self.kept.received:
            raise RecordRefusedError("pk_received_transfers")
        self.kept.received[key] = transfer

    def received(self, partner: str, number: str) -> ReceivedTransfer | None:
        return self.kept.received.get((partner, number))

    def inbox(self, limit: int) -> tuple[ReceivedTransfer, ...]:
        by_number = sorted(self.kept.received.values(), key=lambda item: item.number)
        newest = sorted(by_number, key=lambda item: item.received_at, reverse=True)
        return tuple(newest[:limit])

    def add_opening(self, partner: str, number: str, case_id: str) -> None:
        found = self.received(partner, number)
        taken = {item.case_id for item in self.kept.received.values()}
        if found is None or found.case_id or case_id in taken or case_id not in self.kept.cases:
            raise RecordRefusedError("transfer_openings")
        self.kept.received[partner, number] = replace(found, case_id=case_id)


class MemoryWork:
    """A unit of work over ``MemoryCases``: without a commit nothing is kept."""

    def __init__(self, kept: MemoryCases) -> None:
        self._kept = kept
        self.cases = kept
        self.source_probes = MemoryProbes()
        """Every probe is kept at once, whatever becomes of the unit."""

    @property
    def forms(self) -> MemoryForms:
        return MemoryForms(self.cases)

    @property
    def applications(self) -> MemoryApplications:
        return MemoryApplications(self.cases)

    @property
    def transfers(self) -> MemoryTransfers:
        return MemoryTransfers(self.cases)

    @property
    def returns(self) -> MemoryReturns:
        return MemoryReturns(self.cases)

    @property
    def outcomes(self) -> MemoryOutcomes:
        return MemoryOutcomes(self.cases)

    @property
    def attachments(self) -> MemoryAttachments:
        return MemoryAttachments(self.cases)

    def __call__(self) -> Self:
        return self

    @property
    def notices(self) -> MemoryNotices:
        return MemoryNotices(self.cases.notices_told, {})

    @property
    def holder_cases(self) -> MemoryCaseHolders:
        return MemoryCaseHolders(self.cases)

    @property
    def promises(self) -> MemoryPromises:
        return self.cases.promises

    @property
    def case_corrections(self) -> MemoryCaseCorrections:
        return self.cases.corrections

    @property
    def refusals(self) -> MemoryRefusals:
        return self.cases.refusals

    def __enter__(self) -> Self:
        self.cases = deepcopy(self._kept)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.cases = self._kept

    def only_read(self) -> None:
        pass

    def commit(self) -> None:
        self._kept = self.cases
