"""Parties (当事人): a material is looked up for whoever's it is."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from certs.holder_codes import HolderCode, HolderCodeType
from certs.type_folders import shipped_types
from tests.doubles.acceptance import (
    APPLICANT,
    DATA_RULE,
    DEPARTMENT_RULE,
    HOLDER,
    KEY_OF,
    NOON,
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
from verify.acceptance.desk import AcceptanceDesk
from verify.acceptance.inquiry import Inquiry
from verify.acceptance.notices import Outcome
from verify.acceptance.records import Applicant, PersonRole
from verify.case_errors import MatterClosedError, PartyError, PartyOpenError
from verify.errors import MalformedMatterError
from verify.matters.catalogue import Matter, MatterCatalogue
from verify.matters.definitions import types_by_name
from verify.matters.encoding import decode_matter, encode_matter
from verify.matters.files import shipped_matters
from verify.matters.materials import Material, MaterialSource
from verify.matters.parties import Party
from verify.matters.situations import Choice, Condition, Question, Situations
from verify.matters.ways import Term

CHILD = Party(code="child", zh="新生儿", en="The newborn")
CHILDS_CODE = HolderCode(code_type=HolderCodeType.OTHER_PERSON, code="X340000001")
NEWBORN = Applicant(code=CHILDS_CODE, name="样例孩子")
OF_CHILD = Condition.of((("whose", frozenset({"child"})),))
MATTER = Matter(
    code="birth",
    version=1,
    name_zh="样本事项",
    name_en="Sample",
    situations=Situations(
        questions=(
            Question(
                code="whose",
                zh="为谁办理",
                en="Whose",
                choices=(
                    Choice(code="child", zh="孩子", en="The child's"),
                    Choice(code="own", zh="本人", en="Own"),
                ),
            ),
        )
    ),
    parties=(CHILD,),
    materials=(
        replace(issued("certificate", RULE), party="child", when=OF_CHILD),
        replace(issued("record", DATA_RULE, DEPARTMENT_RULE), party="child", when=OF_CHILD),
        issued("own", RULE),
    ),
)


class Office:
    """A window whose registers and department note of whom they were asked."""

    def __init__(self, matter: Matter = MATTER) -> None:
        self.register = FakeFinder(WUHU, found=[])
        self.sources = FakeSources()
        self.departments = FakeOffice()
        work, clock = MemoryWork(MemoryCases()), SetClock()
        with work as opened:
            opened.cases.publish(matter)
            opened.cases.grant_role("window", PersonRole.ACCEPTANCE)
            opened.commit()
        self.desk = AcceptanceDesk(
            matters=MatterCatalogue((matter,)),
            inquiry=Inquiry(
                finders=(self.register,), sources=self.sources, departments=self.departments
            ),
            unit_of_work=work,
            clock=clock,
            prober=FakeProber(work, clock),
            objects=MemoryObjects(),
            key_of=KEY_OF,
        )


def test_each_material_is_looked_up_for_whoever_has_it() -> None:
    office = Office()
    office.register.found = [a_license(holder=CHILDS_CODE, holder_name="样例孩子", region=WUHU)]

    view = office.desk.open_case(
        "birth",
        APPLICANT,
        operator="window",
        situation={"whose": "child"},
        parties={"child": NEWBORN},
    )

    assert sorted(office.register.questions, key=str) == sorted(
        [(CHILDS_CODE, TYPE), (HOLDER, TYPE)], key=str
    )
    assert [asked[2] for asked in office.sources.questions] == [NEWBORN]
    assert [asked.applicant for asked in office.departments.questions] == [NEWBORN]
    # The register gave the child's license to both questions; it serves only where it is due.
    assert view.material("certificate").outcome is Outcome.E_LICENSE
    assert view.material("own").outcome is not Outcome.E_LICENSE
    assert office.desk.view_case(view.case.id).case.parties == {"child": NEWBORN}


def test_a_case_says_who_a_party_is_or_is_not_opened() -> None:
    with pytest.raises(PartyOpenError) as refused:
        Office().desk.open_case("birth", APPLICANT, operator="window", situation={"whose": "child"})

    assert (refused.value.party, refused.value.zh) == ("child", "新生儿")


def test_data_of_somebody_who_is_not_needed_is_not_taken() -> None:
    with pytest.raises(PartyError):
        Office().desk.open_case(
            "birth",
            APPLICANT,
            operator="window",
            situation={"whose": "own"},
            parties={"child": NEWBORN},
        )


@pytest.mark.parametrize("days", [-1, 1])
def test_a_matter_that_is_not_handled_that_day_is_not_opened(days: int) -> None:
    other = NOON.date() + timedelta(days=days)
    closed = replace(MATTER, term=Term(first=other, last=other))

    with pytest.raises(MatterClosedError):
        Office(closed).desk.open_case(
            "birth", APPLICANT, operator="window", situation={"whose": "own"}
        )


def test_a_matter_is_opened_on_the_days_on_which_it_is_handled() -> None:
    handled = replace(MATTER, term=Term(first=NOON.date(), last=date(2026, 12, 31)))

    view = Office(handled).desk.open_case(
        "birth", APPLICANT, operator="window", situation={"whose": "own"}
    )

    assert view.matter is handled


def test_a_matter_with_parties_reads_back_as_it_was_kept() -> None:
    assert decode_matter(encode_matter(MATTER), types_by_name(shipped_types())) == MATTER


@pytest.mark.parametrize(
    "parts",
    [
        {"parties": ()},
        {"parties": (CHILD, CHILD)},
        {"parties": (CHILD, replace(CHILD, code="mother"))},
    ],
)
def test_parties_and_the_owners_of_materials_are_the_same(parts: dict[str, object]) -> None:
    with pytest.raises(MalformedMatterError):
        replace(MATTER, **parts)  # type: ignore[arg-type]  # parts of a matter


def test_the_applicant_is_no_other_party() -> None:
    with pytest.raises(MalformedMatterError):
        Party(code="applicant", zh="申请人", en="The applicant")


def test_nobody_is_named_for_what_only_the_applicant_can_bring() -> None:
    letter = Material(
        code="letter",
        name_zh="信",
        name_en="Letter",
        source=MaterialSource.SELF,
        party="child",
    )
    matter = replace(MATTER, materials=(letter,))

    assert matter.parties_under({"whose": "own"}) == ()


def test_no_shipped_matter_looks_up_a_birth_certificate_of_the_applicant() -> None:
    catalogue = shipped_matters()
    birth = next(item.code for item in shipped_types() if item.short_name == "birth_certificate")
    owners = {
        (matter.code, material.party)
        for matter in map(catalogue.latest, catalogue.codes())
        for material in matter.materials
        if material.license_rule is not None and birth in material.license_rule.license_types
    }

    assert owners
    assert "applicant" not in {party for _, party in owners}
