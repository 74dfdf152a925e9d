"""A demand that rests on silence needs the system's own word that the source is down."""

from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest

from tests.doubles.acceptance import (
    APPLICANT,
    BAOJI,
    DATA_RULE,
    KEY_OF,
    NOON,
    RULE,
    WUHU,
    FakeFinder,
    FakeOffice,
    FakeProber,
    FakeSources,
    SetClock,
    a_license,
)
from tests.doubles.acceptance_memory import MemoryCases, MemoryWork
from tests.doubles.acceptance_stands import DOWN, STANDS, a_case
from tests.doubles.issuing import MemoryObjects
from verify.acceptance.desk import AcceptanceDesk
from verify.acceptance.gate import decide
from verify.acceptance.inquiry import Inquiry
from verify.acceptance.probes import Probe, SourceState
from verify.acceptance.reasons import LookupResult, ReasonCode
from verify.acceptance.records import Decision, DecisionRequest, Form, PersonRole
from verify.decision_errors import DemandRefusedError, ProbeDisagreesError
from verify.matters.catalogue import Matter, MatterCatalogue
from verify.matters.materials import Material, MaterialSource

MATTER = Matter(
    code="silent-matter",
    version=1,
    name_zh="样本",
    name_en="Sample",
    materials=(
        Material(
            code="license",
            name_zh="证照",
            name_en="License",
            source=MaterialSource.GOVERNMENT_ISSUED,
            rules=(RULE,),
        ),
        Material(
            code="fact",
            name_zh="事实",
            name_en="Fact",
            source=MaterialSource.GOVERNMENT_ISSUED,
            rules=(DATA_RULE,),
        ),
    ),
)
SOURCES = {"license": "610300", "fact": "register/register"}
DEMAND = DecisionRequest(form=Form.PAPER, operator="window", reason=ReasonCode.P02)


@dataclass
class Window:
    """A window whose every source is silent."""

    other: FakeFinder = field(default_factory=lambda: FakeFinder(BAOJI, is_silent=True))
    clock: SetClock = field(default_factory=SetClock)
    work: MemoryWork = field(default_factory=lambda: MemoryWork(MemoryCases()))

    def __post_init__(self) -> None:
        self.prober = FakeProber(self.work, self.clock)
        with self.work as work:
            work.cases.publish(MATTER)
            work.cases.grant_role("window", PersonRole.ACCEPTANCE)
            work.commit()
        self.desk = AcceptanceDesk(
            matters=MatterCatalogue((MATTER,)),
            inquiry=Inquiry(
                finders=(FakeFinder(WUHU), self.other),
                sources=FakeSources(),
                departments=FakeOffice(),
            ),
            unit_of_work=self.work,
            clock=self.clock,
            prober=self.prober,
            objects=MemoryObjects(),
            key_of=KEY_OF,
        )

    def open(self) -> str:
        return self.desk.open_case(MATTER.code, APPLICANT, operator="window").case.id

    def demand(self, case: str, material: str) -> Decision:
        return self.desk.decide(case, material, DEMAND)


def test_a_look_up_names_who_was_silent_and_has_it_probed_at_once() -> None:
    window = Window()

    case = window.desk.view_case(window.open())

    for material, source in SOURCES.items():
        lookup = case.material(material).lookup
        assert lookup is not None
        assert (lookup.result, lookup.silent) == (LookupResult.SOURCE_DOWN, (source,))
    assert window.prober.begun == [frozenset(SOURCES.values())]


@pytest.mark.parametrize("material", SOURCES)
def test_a_demand_for_silence_cites_the_probe_that_found_the_source_down(material: str) -> None:
    window = Window()
    case = window.open()

    decision = window.demand(case, material)

    assert decision.probe == Probe(
        source=SOURCES[material], state=SourceState.DOWN, probed_at=window.clock.now()
    )


@pytest.mark.parametrize("material", SOURCES)
def test_a_source_that_works_has_to_be_looked_up_again(material: str) -> None:
    window = Window()
    case = window.open()
    window.prober.working.add(SOURCES[material])

    with pytest.raises(ProbeDisagreesError):
        window.demand(case, material)


def test_what_is_found_when_looked_up_again_serves() -> None:
    window = Window()
    case = window.open()
    window.prober.working.add("610300")
    window.other.is_silent, window.other.found = False, [a_license()]
    with pytest.raises(ProbeDisagreesError):
        window.demand(case, "license")

    window.desk.look_up(case, "license")

    with pytest.raises(DemandRefusedError):
        window.demand(case, "license")


def test_a_source_that_was_probed_since_is_not_probed_again() -> None:
    window = Window()
    case = window.open()
    window.prober.probe(["610300"])
    window.clock.advance(timedelta(minutes=1))
    window.prober.working.add("610300")  # nobody sees it

    assert window.demand(case, "license").probe == DOWN["610300"]


def test_a_probe_from_before_the_look_up_says_nothing() -> None:
    window = Window()
    window.prober.probe(["610300"])
    window.clock.advance(timedelta(seconds=1))
    case = window.open()
    window.prober.working.add("610300")

    with pytest.raises(ProbeDisagreesError):
        window.demand(case, "license")


def test_of_several_silent_sources_every_one_has_to_be_down() -> None:
    item = STANDS["source-down"].item(a_case())
    (lookup,) = item.lookups
    item = replace(item, lookups=(replace(lookup, silent=("610300", "340100")),))
    up = Probe(source="340100", state=SourceState.UP, probed_at=NOON)

    for probes in (DOWN, {**DOWN, "340100": up}, {}):
        with pytest.raises(ProbeDisagreesError):
            decide(DEMAND, item, approvers=(), probes=probes, now=NOON)
    also_down = replace(up, state=SourceState.DOWN)
    assert decide(
        DEMAND, item, approvers=(), probes={**DOWN, "340100": also_down}, now=NOON
    ).is_demand


def test_a_look_up_that_names_nobody_has_to_be_made_again() -> None:
    item = STANDS["source-down"].item(a_case())
    item = replace(item, lookups=(replace(item.lookups[0], silent=()),))

    with pytest.raises(ProbeDisagreesError):
        decide(DEMAND, item, approvers=(), probes=DOWN, now=NOON)


def test_a_deferral_while_a_source_is_silent_needs_no_probe() -> None:
    item = STANDS["source-down"].item(a_case())
    request = DecisionRequest(form=Form.DEFERRAL, operator="window")

    assert decide(request, item, approvers=(), probes={}, now=NOON).probe is None
