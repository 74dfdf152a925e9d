import re
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest

from certs.statuses import StatusKind
from tests.doubles.acceptance import (
    APPLICANT,
    BAOJI,
    HOLDER,
    IDENTIFIER,
    KEY_OF,
    NOON,
    TYPE,
    WUHU,
    FakeFinder,
    FakeOffice,
    FakeProber,
    FakeSources,
    SetClock,
    a_license,
)
from tests.doubles.acceptance_memory import MemoryCases, MemoryWork
from tests.doubles.issuing import MemoryObjects
from verify.acceptance.desk import AcceptanceDesk
from verify.acceptance.inquiry import Inquiry
from verify.acceptance.notices import Outcome
from verify.acceptance.ports import FoundLicense
from verify.acceptance.reasons import ReasonCode
from verify.acceptance.records import DecisionRequest, Form, PersonRole
from verify.case_errors import CaseNotFoundError, MaterialNotFoundError
from verify.conclusions import Conclusion
from verify.decision_errors import (
    AlreadyDecidedError,
    DemandRefusedError,
    FormNotPossibleError,
    RoleMissingError,
    StaleLookupError,
)
from verify.errors import MatterNotFoundError
from verify.matters.catalogue import MatterCatalogue
from verify.matters.files import shipped_matters

LICENSE = "food-business-license"
RESTAURANT = "open-restaurant"
# The first version asks nothing and for one license only, so that a test sees one look-up.
MATTERS = MatterCatalogue((shipped_matters().version(RESTAURANT, 1),))
FIELDS = frozenset({"operator", "credit_code", "premises", "business_items", "valid_to"})


@dataclass
class Office:
    """A window in 芜湖 that can ask 芜湖 and 宝鸡."""

    own: FakeFinder = field(default_factory=lambda: FakeFinder(WUHU))
    other: FakeFinder = field(default_factory=lambda: FakeFinder(BAOJI))
    clock: SetClock = field(default_factory=SetClock)
    objects: MemoryObjects = field(default_factory=MemoryObjects)
    work: MemoryWork = field(default_factory=lambda: MemoryWork(MemoryCases()))

    def __post_init__(self) -> None:
        self.prober = FakeProber(self.work, self.clock)
        with self.work as work:
            for matter in MATTERS.matters:
                work.cases.publish(matter)
            work.cases.grant_role("window", PersonRole.ACCEPTANCE)
            work.cases.grant_role("chief", PersonRole.ACCEPTANCE_APPROVER)
            work.commit()

    @property
    def desk(self) -> AcceptanceDesk:
        return AcceptanceDesk(
            matters=MATTERS,
            inquiry=Inquiry(
                finders=(self.own, self.other), sources=FakeSources(), departments=FakeOffice()
            ),
            unit_of_work=self.work,
            clock=self.clock,
            prober=self.prober,
            objects=self.objects,
            key_of=KEY_OF,
        )

    def open(self) -> str:
        return self.desk.open_case(RESTAURANT, APPLICANT, operator="window").case.id


def license_for_restaurant(**changes: object) -> FoundLicense:
    return a_license(**{"fields": FIELDS, **changes})


def paper(**parts: object) -> DecisionRequest:
    return replace(DecisionRequest(form=Form.PAPER, operator="window"), **parts)  # type: ignore[arg-type]  # parts of a request


def test_opening_a_case_finds_the_license_of_the_other_region_and_attaches_it() -> None:
    office = Office()
    office.other.found = [license_for_restaurant()]

    view = office.desk.open_case(RESTAURANT, APPLICANT, operator="window")

    assert [item.outcome for item in view.materials] == [
        Outcome.E_LICENSE,
        Outcome.SELF_PROVIDED,
        Outcome.SELF_PROVIDED,
    ]
    lookup = view.material(LICENSE).lookup
    assert lookup is not None
    assert (lookup.license, lookup.region, lookup.looked_up_at) == (IDENTIFIER, BAOJI, NOON)
    assert len(office.own.questions) == len(office.other.questions) == 1
    assert office.desk.view_case(view.case.id) == view


def test_only_licenses_that_a_rule_names_are_looked_up() -> None:
    office = Office()
    office.open()

    assert office.own.questions == [(HOLDER, TYPE)]


def test_a_valid_license_at_home_leaves_other_regions_in_peace() -> None:
    office = Office()
    office.own.found = [license_for_restaurant(region=WUHU)]
    office.other.is_silent = True

    view = office.desk.view_case(office.open())

    assert view.material(LICENSE).outcome is Outcome.E_LICENSE
    assert office.other.questions == []


def test_demanding_the_paper_license_is_refused_and_nothing_is_stored() -> None:
    office = Office()
    office.other.found = [license_for_restaurant()]
    case_id = office.open()

    for form in (Form.PAPER, Form.DEFERRAL, Form.COMMITMENT):
        with pytest.raises(DemandRefusedError, match=re.escape(str(IDENTIFIER))):
            office.desk.decide(case_id, LICENSE, paper(form=form))

    assert office.desk.view_case(case_id).material(LICENSE).decision is None


def test_the_attached_license_is_accepted_once() -> None:
    office = Office()
    office.other.found = [license_for_restaurant()]
    case_id = office.open()

    decision = office.desk.decide(case_id, LICENSE, paper(form=Form.E_LICENSE))

    assert office.desk.view_case(case_id).material(LICENSE).decision == decision
    with pytest.raises(AlreadyDecidedError):
        office.desk.decide(case_id, LICENSE, paper(form=Form.E_LICENSE))


def test_an_exception_needs_somebody_who_holds_the_role_now() -> None:
    office = Office()
    office.other.found = [license_for_restaurant()]
    case_id = office.open()
    with office.work as work:
        work.cases.withdraw_role("chief", PersonRole.ACCEPTANCE_APPROVER)
        work.commit()

    with pytest.raises(RoleMissingError, match="chief"):
        office.desk.decide(case_id, LICENSE, paper(reason=ReasonCode.P09, approver="chief"))


def test_an_approved_exception_is_stored_as_a_demand() -> None:
    office = Office()
    office.other.found = [license_for_restaurant()]
    case_id = office.open()

    office.desk.decide(case_id, LICENSE, paper(reason=ReasonCode.P09, approver="chief"))

    stored = office.desk.view_case(case_id).material(LICENSE).decision
    assert stored is not None
    assert stored.is_demand


def test_whoever_may_not_accept_cases_neither_opens_nor_decides_one() -> None:
    office = Office()
    case_id = office.open()

    with pytest.raises(RoleMissingError):
        office.desk.open_case(RESTAURANT, APPLICANT, operator="chief")
    with pytest.raises(RoleMissingError):
        office.desk.decide(case_id, "floor-plan", paper(operator="stranger"))
    assert len(office.own.questions) == 1


def test_after_ten_minutes_the_license_is_looked_up_again_before_a_decision() -> None:
    office = Office()
    case_id = office.open()
    office.clock.advance(timedelta(minutes=11))
    request = paper(reason=ReasonCode.P01)

    with pytest.raises(StaleLookupError):
        office.desk.decide(case_id, LICENSE, request)
    office.other.found = [license_for_restaurant()]
    item = office.desk.look_up(case_id, LICENSE)

    assert item.lookup is not None
    assert (item.lookup.number, item.outcome) == (2, Outcome.E_LICENSE)
    with pytest.raises(DemandRefusedError):
        office.desk.decide(case_id, LICENSE, request)


def test_a_license_revoked_after_the_case_was_opened_is_no_longer_attached() -> None:
    office = Office()
    office.other.found = [license_for_restaurant()]
    case_id = office.open()
    office.other.found = [
        license_for_restaurant(status=StatusKind.REVOKED, conclusion=Conclusion.FAILED)
    ]

    office.desk.look_up(case_id, LICENSE)

    with pytest.raises(FormNotPossibleError):
        office.desk.decide(case_id, LICENSE, paper(form=Form.E_LICENSE))
    assert office.desk.view_case(case_id).material(LICENSE).reasons_allowed == (
        ReasonCode.P03,
        ReasonCode.P10,
        ReasonCode.P99,
    )


def test_what_the_matter_does_not_ask_for_cannot_be_demanded() -> None:
    office = Office()
    case_id = office.open()

    with pytest.raises(MaterialNotFoundError):
        office.desk.decide(case_id, "household-register", paper())
    with pytest.raises(FormNotPossibleError):
        office.desk.look_up(case_id, "floor-plan")


def test_unknown_matters_and_cases_are_said_to_be_missing() -> None:
    office = Office()

    with pytest.raises(MatterNotFoundError):
        office.desk.open_case("nothing", APPLICANT, operator="window")
    with pytest.raises(CaseNotFoundError):
        office.desk.view_case("CAAAAAAAAAAAAAAAAAAAA")


def test_case_identifiers_are_random() -> None:
    office = Office()
    first, second = office.open(), office.open()

    assert first != second
    assert re.fullmatch(r"C[A-Z2-7]{20}", first)
