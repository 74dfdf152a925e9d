from dataclasses import replace

import pytest

from tests.doubles.acceptance import (
    APPLICANT,
    BAOJI,
    HOLDER,
    KEY_OF,
    RULE,
    TYPE,
    WUHU,
    FakeFinder,
    FakeOffice,
    FakeProber,
    FakeSources,
    SetClock,
    a_license,
)
from tests.doubles.acceptance_matter import issued
from tests.doubles.acceptance_memory import MemoryCases, MemoryWork
from tests.doubles.issuing import MemoryObjects
from verify.acceptance.asking_once import asked_once
from verify.acceptance.desk import AcceptanceDesk
from verify.acceptance.inquiry import Inquiry
from verify.acceptance.notices import Outcome
from verify.acceptance.records import PersonRole
from verify.errors import SourceSilentError
from verify.matters.catalogue import Matter, MatterCatalogue

STATUS_ALONE = replace(RULE, required_fields=())
TWICE = Matter(
    code="twice",
    version=1,
    name_zh="样本事项",
    name_en="Sample",
    materials=(issued("first", RULE), issued("second", RULE), issued("status", STATUS_ALONE)),
)


def desk_of(finder: FakeFinder, work: MemoryWork, objects: MemoryObjects) -> AcceptanceDesk:
    with work:
        work.cases.publish(TWICE)
        work.cases.grant_role("window", PersonRole.ACCEPTANCE)
        work.commit()
    return AcceptanceDesk(
        matters=MatterCatalogue((TWICE,)),
        inquiry=Inquiry(finders=(finder,), sources=FakeSources(), departments=FakeOffice()),
        unit_of_work=work,
        clock=SetClock(),
        prober=FakeProber(work, SetClock()),
        objects=objects,
        key_of=KEY_OF,
    )


def test_materials_that_want_the_same_license_share_one_search_and_one_face() -> None:
    finder, work, objects = (
        FakeFinder(WUHU, [a_license()]),
        MemoryWork(MemoryCases()),
        MemoryObjects(),
    )

    view = desk_of(finder, work, objects).open_case("twice", APPLICANT, operator="window")

    assert [item.outcome for item in view.materials] == [Outcome.E_LICENSE] * 3
    assert finder.questions == [(HOLDER, TYPE)]
    with work:
        kept = work.attachments.of_case(view.case.id)
    assert set(kept) == {("first", 1), ("second", 1)}, "a rule that needs no field keeps no face"
    assert len(set(kept.values())) == 1


def test_a_second_opening_asks_anew() -> None:
    finder, work = FakeFinder(WUHU, [a_license()]), MemoryWork(MemoryCases())
    desk = desk_of(finder, work, MemoryObjects())

    for _ in range(2):
        desk.open_case("twice", APPLICANT, operator="window")

    assert len(finder.questions) == 2


def test_a_register_that_was_silent_is_not_asked_again_in_the_same_opening() -> None:
    finder = FakeFinder(BAOJI, is_silent=True)
    (once,) = asked_once([finder])

    for _ in range(2):
        with pytest.raises(SourceSilentError):
            once.find(HOLDER, (TYPE,))

    assert (once.region, len(finder.questions)) == (BAOJI, 1)
