"""Audit of foreign cases (事后核查): which papers were taken that could have been had that day.

For systems that do not integrate with the gate. A paper counts as a breach only if a license that
serves stood in force both when that day began and when it ended, verified, in this region or in
another. A region that is silent makes nothing a breach, and nothing good either.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum, unique
from typing import Final

from certs.civil_dates import day_of, start_of
from certs.identifiers import LicenseTypeCode
from certs.regions import RegionCode
from verify.acceptance.ports import FoundLicense, LicenseFinder
from verify.acceptance.records import Applicant
from verify.acceptance.search import comparable
from verify.conclusions import Conclusion
from verify.errors import MatterNotFoundError, SourceSilentError
from verify.matters.catalogue import Matter, MatterCatalogue
from verify.matters.materials import Material
from verify.matters.ways import LicenseRule, Way

_DAY: Final = timedelta(days=1)
_MOMENT: Final = timedelta(microseconds=1)


@unique
class AuditResult(StrEnum):
    """What came of one line."""

    BREACH = "breach"
    CLEAN = "clean"
    NOT_LOOKED_UP = "not_looked_up"
    """No rule of that day spares the material, or it was no paper."""
    SILENT = "silent"
    """A region did not answer, and nobody else had it."""
    UNKNOWN_MATTER = "unknown_matter"
    UNKNOWN_MATERIAL = "unknown_material"


@unique
class Breach(StrEnum):
    """Why a paper should not have been taken."""

    E_LICENSE = "e_license"
    """A valid license was at hand."""
    ABOLISHED = "abolished"
    """Nobody needs the material any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ForeignLine:
    """One material of a case, as another system exported it.

    Attributes:
        line: Its number in the file.
        case: 办件编号 there.
        matter: 事项编码.
        material: Its code, or its name in Chinese.
        applicant: 申请人; never in a report.
        is_paper: Whether paper was taken.
        day: The day on which it was taken.
    """

    line: int
    case: str
    matter: str
    material: str
    applicant: Applicant = field(repr=False)
    is_paper: bool
    day: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Audited:
    """What came of one line; it names a case and nobody.

    Attributes:
        breach: Why the paper should not have been taken.
        license_type: The license that was at hand.
        region: Where.
        since: Since when it was valid and could be looked up.
    """

    line: int
    case: str
    matter: str
    material: str
    day: date
    result: AuditResult
    breach: Breach | None = None
    license_type: LicenseTypeCode | None = None
    region: RegionCode | None = None
    since: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Auditor:
    """Looks up after the fact what could have been had.

    Attributes:
        matters: 事项清单.
        registers_at: Returns the registers of licenses as they answer about a moment, the own
            region's first.
    """

    matters: MatterCatalogue
    registers_at: Callable[[datetime], Sequence[LicenseFinder]]

    def audit(self, line: ForeignLine) -> Audited:
        """Return what came of one line."""
        matter = self._matter_on(line.matter, line.day)
        if matter is None:
            return _audited(line, AuditResult.UNKNOWN_MATTER)
        material = _material(matter, line.material)
        if material is None:
            return _audited(line, AuditResult.UNKNOWN_MATERIAL)
        if not line.is_paper:
            return _audited(line, AuditResult.NOT_LOOKED_UP)
        if Way.EXEMPT in material.ways_on(line.day):
            return _audited(line, AuditResult.BREACH, breach=Breach.ABOLISHED)
        rule = material.rule_for(Way.E_LICENSE, line.day)
        if not isinstance(rule, LicenseRule):
            return _audited(line, AuditResult.NOT_LOOKED_UP)
        return self._looked_up(line, rule)

    def _matter_on(self, code: str, day: date) -> Matter | None:
        """Return the newest version of a matter that was handled on a day, or its newest."""
        versions = [item for item in self.matters.matters if item.code == code]
        handled = [item for item in versions if item.term.covers(day)]
        if handled:
            return max(handled, key=lambda item: item.version)
        try:
            return self.matters.latest(code)
        except MatterNotFoundError:
            return None

    def _looked_up(self, line: ForeignLine, rule: LicenseRule) -> Audited:
        begin, end = start_of(line.day), start_of(line.day + _DAY) - _MOMENT
        is_silent = False
        for early, late in zip(self.registers_at(begin), self.registers_at(end), strict=True):
            if not rule.serves(early.region):
                continue
            try:
                found = next(_serving(line, rule, early, late), None)
            except SourceSilentError:
                is_silent = True
                continue
            if found is not None:
                return _audited(
                    line,
                    AuditResult.BREACH,
                    breach=Breach.E_LICENSE,
                    license_type=found.identifier.type_code,
                    region=found.region,
                    since=_since(found),
                )
        return _audited(line, AuditResult.SILENT if is_silent else AuditResult.CLEAN)


def _serving(
    line: ForeignLine, rule: LicenseRule, early: LicenseFinder, late: LicenseFinder
) -> Iterator[FoundLicense]:
    """Yield the licenses that served from the beginning of the day to its end."""
    code = line.applicant.code
    first = {
        item.identifier
        for item in early.find(code, rule.license_types)
        if _served(item, rule, line)
    }
    if not first:
        return
    for item in late.find(code, rule.license_types):
        if item.identifier in first and _served(item, rule, line):
            yield item


def _served(license: FoundLicense, rule: LicenseRule, line: ForeignLine) -> bool:
    remaining = None if license.valid_to is None else (license.valid_to - line.day).days
    return (
        license.conclusion is Conclusion.PASSED
        and license.holder == line.applicant.code
        and comparable(license.holder_name) == comparable(line.applicant.name)
        and license.fields.issuperset(rule.required_fields)
        and license.sealed_at is not None
        and license.sealed_at <= start_of(line.day)
        and (license.valid_from is None or license.valid_from <= line.day)
        and (remaining is None or remaining >= rule.min_remaining_days)
    )


def _since(license: FoundLicense) -> date | None:
    sealed_on = None if license.sealed_at is None else day_of(license.sealed_at)
    return max(filter(None, (license.valid_from, sealed_on)), default=None)


def _material(matter: Matter, named: str) -> Material | None:
    by_name = (item for item in matter.materials if comparable(item.name_zh) == comparable(named))
    return matter.material(named) or next(by_name, None)


def _audited(  # noqa: PLR0913 - what a report says of a line
    line: ForeignLine,
    result: AuditResult,
    *,
    breach: Breach | None = None,
    license_type: LicenseTypeCode | None = None,
    region: RegionCode | None = None,
    since: date | None = None,
) -> Audited:
    return Audited(
        line=line.line,
        case=line.case,
        matter=line.matter,
        material=line.material,
        day=line.day,
        result=result,
        breach=breach,
        license_type=license_type,
        region=region,
        since=since,
    )
