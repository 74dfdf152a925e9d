"""The post of a window: of whom a department is asked."""

from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import NoReturn

from certs.canonical import JsonValue
from certs.holder_codes import HolderCode, HolderCodeType
from certs.regions import RegionCode
from storage.database import connect
from storage.unit_of_work import SqlUnitOfWork
from tests.databases import NewDatabase
from tests.doubles.acceptance import (
    APPLICANT,
    DEPARTMENT_RULE,
    KEY_OF,
    WUHU,
    FakeFinder,
    FakeOffice,
    FakeProber,
    FakeSources,
    SetClock,
)
from tests.doubles.acceptance_matter import issued
from tests.doubles.issuing import MemoryObjects
from verify.acceptance.desk import AcceptanceDesk
from verify.acceptance.inquiry import Inquiry
from verify.acceptance.places import Place
from verify.acceptance.records import Applicant, PersonRole
from verify.departments.box import DepartmentBox
from verify.departments.post import DepartmentPost
from verify.letters import LetterKind
from verify.matters.catalogue import Matter, MatterCatalogue
from verify.matters.parties import Party

CHILD = Applicant(
    code=HolderCode(code_type=HolderCodeType.OTHER_PERSON, code="X340000001"), name="样例孩子"
)
MATTER = Matter(
    code="of-a-child",
    version=1,
    name_zh="样本事项",
    name_en="Sample",
    parties=(Party(code="child", zh="孩子", en="The child"),),
    materials=(replace(issued("record", DEPARTMENT_RULE), party="child"),),
)


class NoCourier:
    """No letter leaves the region."""

    def ask(self, region: RegionCode, kind: LetterKind, body: dict[str, JsonValue]) -> NoReturn:
        raise AssertionError((region, kind, body))


def test_a_department_is_asked_about_whoever_has_the_material(new_sqlite: NewDatabase) -> None:
    engine, clock, matters = connect(new_sqlite()), SetClock(), MatterCatalogue((MATTER,))
    unit_of_work = partial(SqlUnitOfWork, engine)
    with unit_of_work() as work:
        work.cases.publish(MATTER)
        work.cases.grant_role("window", PersonRole.ACCEPTANCE)
        work.commit()
    box = DepartmentBox(
        departments=frozenset({DEPARTMENT_RULE.department}),
        unit_of_work=unit_of_work,
        clock=clock,
        keep=timedelta(days=1),
    )
    post = DepartmentPost(
        own=WUHU,
        directory={DEPARTMENT_RULE.department: WUHU},
        box=box,
        courier=NoCourier(),
        matters=matters,
        unit_of_work=unit_of_work,
        clock=clock,
    )
    desk = AcceptanceDesk(
        matters=matters,
        inquiry=Inquiry(
            finders=(FakeFinder(WUHU),), sources=FakeSources(), departments=FakeOffice()
        ),
        unit_of_work=unit_of_work,
        clock=clock,
        prober=FakeProber(unit_of_work, clock),
        objects=MemoryObjects(),
        key_of=KEY_OF,
    )
    case = desk.open_case(
        MATTER.code, APPLICANT, operator="window", parties={"child": CHILD}
    ).case.id

    post.step()

    with unit_of_work() as work:
        kept = work.department_questions.find(WUHU, Place(case_id=case, material="record"))
    assert kept is not None
    assert kept.applicant == CHILD
    engine.dispose()
