"""What foreign cases should not have taken: data that checks confirm, papers of other people."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

import pytest

from certs.civil_dates import day_of
from certs.holder_codes import HolderCode, HolderCodeType
from certs.regions import RegionCode
from tests.doubles.acceptance import (
    APPLICANT,
    BAOJI,
    DATA_RULE,
    DEPARTMENT_RULE,
    NOON,
    RULE,
    FakeFinder,
    a_license,
)
from verify.acceptance.ports import LicenseFinder, Reply
from verify.acceptance.records import Applicant
from verify.errors import SourceSilentError
from verify.matters.catalogue import Matter, MatterCatalogue
from verify.matters.materials import Material, MaterialSource
from verify.matters.parties import Party
from verify.matters.ways import Rule
from verify.supervision.audit import Auditor
from verify.supervision.audited import AuditResult, Breach, ForeignLine, Owner

DAY = day_of(NOON)
MOTHER = Applicant(
    code=HolderCode(code_type=HolderCodeType.CITIZEN_NUMBER, code="11010519491231002X"),
    name="样本母亲",
)


def material(code: str, *rules: Rule, party: str = "applicant") -> Material:
    return Material(
        code=code,
        name_zh=f"样本{code}",
        name_en=code,
        source=MaterialSource.GOVERNMENT_ISSUED,
        rules=rules,
        party=party,
    )


MATTER = Matter(
    code="birth",
    version=1,
    name_zh="样本事项",
    name_en="Sample",
    department_zh="样本局",
    parties=(Party(code="mother", zh="母亲", en="The mother"),),
    materials=(
        material("license", RULE),
        material("fact", DATA_RULE),
        material("both", RULE, DATA_RULE),
        material("department", DEPARTMENT_RULE),
        material("of-mother", RULE, DATA_RULE, party="mother"),
    ),
)


@dataclass
class Facts:
    """Registers that know what was so on which day."""

    known: set[tuple[date, Applicant]] = field(default_factory=set)
    is_silent: bool = False
    is_connected: bool = True
    asked: list[tuple[date, str, str, Applicant]] = field(default_factory=list)

    def region_of(self, source: str) -> RegionCode | None:
        return BAOJI if self.is_connected and source else None

    def check_on(self, day: date, source: str, item: str, owner: Applicant) -> Reply:
        self.asked.append((day, source, item, owner))
        if self.is_silent:
            raise SourceSilentError(source)
        return Reply.CONFIRMED if (day, owner) in self.known else Reply.DENIED


@pytest.fixture
def facts() -> Facts:
    return Facts()


@pytest.fixture
def finder() -> FakeFinder:
    return FakeFinder(region=BAOJI)


@pytest.fixture
def auditor(facts: Facts, finder: FakeFinder) -> Auditor:
    def registers_at(_moment: datetime) -> Sequence[LicenseFinder]:
        return (finder,)

    return Auditor(matters=MatterCatalogue((MATTER,)), registers_at=registers_at, facts=facts)


def line(code: str, **changes: object) -> ForeignLine:
    whole = ForeignLine(
        line=1,
        case="W1",
        matter="birth",
        material=code,
        applicant=APPLICANT,
        is_paper=True,
        day=DAY,
    )
    return replace(whole, **changes)  # type: ignore[arg-type]  # tests name the parts


def test_paper_is_a_breach_where_a_register_says_the_same_of_that_day(
    auditor: Auditor, facts: Facts
) -> None:
    facts.known.add((DAY, APPLICANT))

    found = auditor.audit(line("fact"))
    before = auditor.audit(line("fact", day=DAY - timedelta(days=1)))

    assert (found.result, found.breach, found.region) == (
        AuditResult.BREACH,
        Breach.DATA_CHECK,
        BAOJI,
    )
    assert before.result is AuditResult.CLEAN
    assert facts.asked[0] == (DAY, DATA_RULE.source, DATA_RULE.item, APPLICANT)


def test_a_register_is_asked_where_no_license_was_at_hand(
    auditor: Auditor, facts: Facts, finder: FakeFinder
) -> None:
    facts.known.add((DAY, APPLICANT))
    assert auditor.audit(line("both")).breach is Breach.DATA_CHECK

    finder.found.append(a_license(sealed_at=NOON - timedelta(days=9)))
    assert auditor.audit(line("both")).breach is Breach.E_LICENSE


def test_a_silent_register_makes_nothing_good(auditor: Auditor, facts: Facts) -> None:
    facts.is_silent = True

    assert auditor.audit(line("fact")).result is AuditResult.SILENT
    assert auditor.audit(line("both")).result is AuditResult.SILENT


def test_a_register_that_is_not_connected_is_not_waited_for(auditor: Auditor, facts: Facts) -> None:
    facts.is_connected = False

    assert auditor.audit(line("fact")).result is AuditResult.NOT_LOOKED_UP
    assert auditor.audit(line("both")).result is AuditResult.CLEAN
    assert facts.asked == []


@pytest.mark.parametrize(
    ("code", "breach"),
    [
        ("fact", Breach.DATA_CHECK),
        ("both", Breach.DATA_CHECK),
        ("department", Breach.DEPARTMENT_CHECK),
        ("license", None),
    ],
)
def test_what_that_system_itself_found_confirmed_it_need_not_have_asked_for(
    auditor: Auditor, facts: Facts, code: str, breach: Breach | None
) -> None:
    assert auditor.audit(line(code, is_confirmed=True)).breach is breach
    assert facts.asked == []


def test_a_party_is_looked_up_and_not_the_applicant(
    auditor: Auditor, facts: Facts, finder: FakeFinder
) -> None:
    facts.known.add((DAY, MOTHER))
    finder.found.append(a_license(sealed_at=NOON - timedelta(days=9)))

    for called in ("mother", "母亲"):
        found = auditor.audit(line("of-mother", owner=Owner(party=called, person=MOTHER)))
        # The license that is there is the applicant's; the register speaks of the mother.
        assert (found.breach, found.party) == (Breach.DATA_CHECK, "mother")
    assert {owner for *_, owner in facts.asked} == {MOTHER}


@pytest.mark.parametrize(
    ("code", "owner"),
    [
        ("of-mother", Owner(party="申请人")),
        ("license", Owner(party="mother", person=MOTHER)),
        ("fact", Owner(party="母亲")),
    ],
)
def test_paper_of_somebody_whom_the_matter_does_not_mean_is_a_breach(
    auditor: Auditor, code: str, owner: Owner
) -> None:
    assert auditor.audit(line(code, owner=owner)).breach is Breach.WRONG_PARTY


@pytest.mark.parametrize("owner", [Owner(party=""), Owner(party="mother")])
def test_paper_of_somebody_whom_nobody_named_cannot_have_been_looked_up(
    auditor: Auditor, owner: Owner
) -> None:
    found = auditor.audit(line("of-mother", owner=owner))

    assert (found.breach, found.party) == (Breach.PARTY_MISSING, "mother")


@pytest.mark.parametrize(
    ("code", "owner"),
    [
        ("of-mother", None),
        ("of-mother", Owner(party="监护人")),
        ("license", Owner(party="监护人")),
    ],
)
def test_an_export_that_says_nothing_of_parties_is_not_blamed(
    auditor: Auditor, code: str, owner: Owner | None
) -> None:
    assert auditor.audit(line(code, owner=owner)).result is AuditResult.UNKNOWN_PARTY


@pytest.mark.parametrize("owner", [None, Owner(party=""), Owner(party="本人")])
def test_the_applicant_owns_what_the_matter_says_without_a_party(
    auditor: Auditor, facts: Facts, owner: Owner | None
) -> None:
    facts.known.add((DAY, APPLICANT))

    assert auditor.audit(line("fact", owner=owner)).breach is Breach.DATA_CHECK
