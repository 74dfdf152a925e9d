"""Materials in every standing, and a matter and a case that have them."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from tests.doubles.acceptance import (
    APPLICANT,
    BAOJI,
    CANCELLED_RULE,
    COMMITMENT_RULE,
    DATA_RULE,
    DEFERRAL_RULE,
    DEPARTMENT_RULE,
    IDENTIFIER,
    NOON,
    RULE,
)
from verify.acceptance.lookups import RESULTS, Lookup
from verify.acceptance.notices import CaseMaterial
from verify.acceptance.probes import Probe, SourceState, source_of_register
from verify.acceptance.reasons import LookupResult
from verify.acceptance.records import Case
from verify.conclusions import Conclusion
from verify.matters.catalogue import Matter
from verify.matters.materials import Material, MaterialSource
from verify.matters.ways import (
    Way,
)

SILENT_REGISTER = source_of_register(DATA_RULE.source)
DOWN = {
    source: Probe(source=source, state=SourceState.DOWN, probed_at=NOON)
    for source in (str(BAOJI), SILENT_REGISTER)
}
"""Probes that found every source down that is silent in the tests."""


def ruled(result: LookupResult) -> Material:
    """A government-issued material, named after the result its look-up has in the tests."""
    return STANDS[result.replace("_", "-")].material


def a_case(case_id: str = "CAAAAAAAAAAAAAAAAAAAA", *, opened_at: datetime = NOON) -> Case:
    return Case(
        id=case_id,
        matter_code=EVERY_RESULT.code,
        matter_version=EVERY_RESULT.version,
        applicant=APPLICANT,
        operator="window",
        opened_at=opened_at,
    )


def a_lookup(case: Case, result: LookupResult, *, number: int = 1, at: datetime = NOON) -> Lookup:
    """A look-up of the license that `ruled` names."""
    return _license_lookup(case, ruled(result).code, result, number=number, at=at)


def _license_lookup(
    case: Case, material: str, result: LookupResult, *, number: int = 1, at: datetime = NOON
) -> Lookup:
    is_found = result.names_license
    passed = result in {LookupResult.VALID, LookupResult.MISMATCH}
    conclusion = Conclusion.PASSED if passed else Conclusion.FAILED
    return Lookup(
        case_id=case.id,
        material=material,
        number=number,
        way=Way.E_LICENSE,
        result=result,
        license=IDENTIFIER if is_found else None,
        region=BAOJI if is_found else None,
        conclusion=conclusion if is_found else None,
        silent=(str(BAOJI),) if result is LookupResult.SOURCE_DOWN else (),
        looked_up_at=at,
    )


LICENSE_RESULTS = [item for item in LookupResult if item in RESULTS[Way.E_LICENSE]]


@dataclass(frozen=True, kw_only=True)
class Stand:
    """A material, and what was said of it in each way that is open for it."""

    code: str
    license: LookupResult | None = None
    data: LookupResult | None = None
    department: LookupResult | None = None
    is_cancelled: bool = False
    is_flexible: bool = False
    """May be declared, and may follow."""
    has_department: bool = False
    """A department may be asked, and was not."""

    @property
    def material(self) -> Material:
        flexible = (COMMITMENT_RULE, DEFERRAL_RULE) if self.is_flexible else ()
        spared = (
            (CANCELLED_RULE, self.is_cancelled),
            (RULE, self.license is not None),
            (DATA_RULE, self.data is not None),
            (DEPARTMENT_RULE, self.department is not None or self.has_department),
        )
        rules = tuple(rule for rule, is_there in spared if is_there)
        issued = MaterialSource.GOVERNMENT_ISSUED
        return Material(
            code=self.code,
            name_zh="材料",
            name_en="Material",
            source=issued if rules else MaterialSource.SELF,
            rules=(*rules, *flexible),
        )

    def lookups(self, case: Case) -> tuple[Lookup, ...]:
        """Everything that was said, the question to a department included."""
        return tuple(self._lookups(case))

    def item(self, case: Case) -> CaseMaterial:
        latest = {lookup.way: lookup for lookup in self.lookups(case)}
        return CaseMaterial(
            case_id=case.id,
            material=self.material,
            day=case.opened_on,
            lookups=tuple(latest.values()),
            # So that what else stands against a commitment is what refuses it.
            is_declared=True,
        )

    def _lookups(self, case: Case) -> Iterator[Lookup]:
        if self.license is not None:
            yield _license_lookup(case, self.code, self.license)
        if self.data is not None:
            yield Lookup(
                case_id=case.id,
                material=self.code,
                number=1,
                way=Way.DATA_CHECK,
                result=self.data,
                silent=(SILENT_REGISTER,) if self.data is LookupResult.SOURCE_DOWN else (),
                looked_up_at=NOON,
            )
        if self.department is None:
            return
        is_open = self.department is LookupResult.ASKED
        asked = Lookup(
            case_id=case.id,
            material=self.code,
            number=1,
            way=Way.DEPARTMENT_CHECK,
            result=LookupResult.ASKED,
            due_at=NOON + timedelta(hours=24 if is_open else -24),
            reference="Q1",
            looked_up_at=NOON - timedelta(hours=0 if is_open else 48),
        )
        yield asked
        if not is_open:
            yield replace(
                asked,
                number=2,
                result=self.department,
                question=1,
                looked_up_at=NOON - timedelta(hours=1),
            )


_R = LookupResult
STANDS = {
    stand.code: stand
    for stand in (
        *(Stand(code=item.replace("_", "-"), license=item) for item in LICENSE_RESULTS),
        Stand(code="own"),
        Stand(code="own-flexible", is_flexible=True),
        Stand(code="abolished", is_cancelled=True),
        Stand(code="register-confirms", data=_R.CONFIRMED, is_flexible=True),
        Stand(code="register-denies", data=_R.DENIED),
        Stand(code="register-silent", data=_R.SOURCE_DOWN),
        Stand(code="department-asked", department=_R.ASKED, is_flexible=True),
        Stand(code="department-confirms", department=_R.CONFIRMED, is_flexible=True),
        Stand(code="department-denies", department=_R.DENIED, is_flexible=True),
        Stand(code="department-overdue", department=_R.TIMED_OUT),
        Stand(code="department-unasked", license=_R.NONE, has_department=True),
        Stand(code="valid-flexible", license=_R.VALID, is_flexible=True),
        Stand(code="expired-flexible", license=_R.EXPIRED, is_flexible=True),
        Stand(code="none-asked", license=_R.NONE, department=_R.ASKED),
        Stand(code="none-confirmed", license=_R.NONE, department=_R.CONFIRMED),
        Stand(code="none-denied", license=_R.NONE, department=_R.DENIED),
        Stand(code="none-overdue", license=_R.NONE, department=_R.TIMED_OUT),
        Stand(code="none-registered", license=_R.NONE, data=_R.CONFIRMED),
        Stand(code="expired-asked", license=_R.EXPIRED, department=_R.ASKED),
        Stand(code="expired-confirmed", license=_R.EXPIRED, department=_R.CONFIRMED),
        Stand(code="silent-overdue", license=_R.SOURCE_DOWN, department=_R.TIMED_OUT),
        Stand(
            code="all-denied",
            license=_R.NONE,
            data=_R.DENIED,
            department=_R.DENIED,
            is_flexible=True,
        ),
    )
}
"""Materials in every standing, by their codes."""

OWN = STANDS["own"].material
EVERY_RESULT = Matter(
    code="every-result",
    version=1,
    name_zh="样本事项",
    name_en="Sample",
    materials=tuple(stand.material for stand in STANDS.values()),
)
