"""Audit of foreign cases (事后核查): which papers were taken that could have been had that day.

For systems that do not integrate with the gate. A paper counts as a breach only if a license that
serves stood in force both when that day began and when it ended, verified, in this region or in
another; if a register says the same of that day, or that system itself noted that it was
confirmed; or if it was taken of somebody whose it is not. A region that is silent makes nothing a
breach, and nothing good either.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from typing import Final, Protocol

from certs.civil_dates import day_of, start_of
from certs.regions import RegionCode
from verify.acceptance.ports import FoundLicense, LicenseFinder, Reply
from verify.acceptance.records import Applicant
from verify.acceptance.search import comparable
from verify.conclusions import Conclusion
from verify.errors import MatterNotFoundError, SourceSilentError
from verify.matters.catalogue import Matter, MatterCatalogue
from verify.matters.materials import Material
from verify.matters.ways import DataRule, LicenseRule, Way
from verify.supervision.audited import Audited, AuditResult, Breach, ForeignLine
from verify.supervision.owners import Owned, owner_of

_DAY: Final = timedelta(days=1)
_MOMENT: Final = timedelta(microseconds=1)
_CHECKS: Final = {
    Way.DATA_CHECK: Breach.DATA_CHECK,
    Way.DEPARTMENT_CHECK: Breach.DEPARTMENT_CHECK,
}


class PastFacts(Protocol):
    """The registers of facts (数据源), asked about a day that is over."""

    def region_of(self, source: str) -> RegionCode | None:
        """Return the region whose register has the name, or None."""
        ...

    def check_on(self, day: date, source: str, item: str, owner: Applicant) -> Reply:
        """Ask whether something was so of somebody from the beginning of a day to its end.

        Raises:
            SourceSilentError: The register did not answer, or cannot tell of the past.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Auditor:
    """Looks up after the fact what could have been had.

    Attributes:
        matters: 事项清单.
        registers_at: Returns the registers of licenses as they answer about a moment, the own
            region's first.
        facts: The registers of facts.
    """

    matters: MatterCatalogue
    registers_at: Callable[[datetime], Sequence[LicenseFinder]]
    facts: PastFacts

    def audit(self, line: ForeignLine) -> Audited:
        """Return what came of one line."""
        matter = self._matter_on(line.matter, line.day)
        if matter is None:
            return Audited.of(line, AuditResult.UNKNOWN_MATTER)
        material = _material(matter, line.material)
        if material is None:
            return Audited.of(line, AuditResult.UNKNOWN_MATERIAL)
        return self._audited(line, matter, material)

    def _audited(self, line: ForeignLine, matter: Matter, material: Material) -> Audited:
        ways = material.ways_on(line.day)
        if not line.is_paper or not any(way.exemption for way in ways):
            return Audited.of(line, AuditResult.NOT_LOOKED_UP)
        if Way.EXEMPT in ways:
            return Audited.breached(line, Breach.ABOLISHED)
        owned = owner_of(line, matter, material)
        match owned.problem:
            case Breach():
                return Audited.breached(line, owned.problem, party=owned.party)
            case AuditResult():
                return Audited.of(line, owned.problem)
            case None:
                return self._looked_up(line, material, owned)

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

    def _looked_up(self, line: ForeignLine, material: Material, owned: Owned) -> Audited:
        """Return what the export, the registers of licenses and those of facts say, in turn."""
        noted = next((way for way in _CHECKS if way in material.ways_on(line.day)), None)
        if line.is_confirmed and noted is not None:
            return Audited.breached(line, _CHECKS[noted], party=owned.party)
        tries = tuple(self._tries(line, material, owned))
        if not tries:
            return Audited.of(line, AuditResult.NOT_LOOKED_UP)
        is_silent = False
        for attempt in tries:
            try:
                found = attempt()
            except SourceSilentError:
                is_silent = True
                continue
            if found is not None:
                return found
        return Audited.of(line, AuditResult.SILENT if is_silent else AuditResult.CLEAN)

    def _tries(
        self, line: ForeignLine, material: Material, owned: Owned
    ) -> Iterator[Callable[[], Audited | None]]:
        """Yield whom to ask, each of whom may be silent."""
        if owned.person is None:
            return
        rule = material.rule_for(Way.E_LICENSE, line.day)
        if isinstance(rule, LicenseRule):
            begin, end = start_of(line.day), start_of(line.day + _DAY) - _MOMENT
            registers = zip(self.registers_at(begin), self.registers_at(end), strict=True)
            for early, late in registers:
                if rule.serves(early.region):
                    yield partial(_licensed, line, owned.party, owned.person, rule, early, late)
        data = material.rule_for(Way.DATA_CHECK, line.day)
        if isinstance(data, DataRule) and self.facts.region_of(data.source) is not None:
            yield partial(self._confirmed, line, owned.party, owned.person, data)

    def _confirmed(
        self, line: ForeignLine, party: str, owner: Applicant, rule: DataRule
    ) -> Audited | None:
        """Return the breach, if a register says that it was so on that day."""
        if self.facts.check_on(line.day, rule.source, rule.item, owner) is Reply.DENIED:
            return None
        return Audited.breached(
            line, Breach.DATA_CHECK, party=party, region=self.facts.region_of(rule.source)
        )


def _licensed(  # noqa: PLR0913, PLR0917 - what is looked for, and where
    line: ForeignLine,
    party: str,
    owner: Applicant,
    rule: LicenseRule,
    early: LicenseFinder,
    late: LicenseFinder,
) -> Audited | None:
    """Return the breach, if a license served from the beginning of the day to its end."""
    found = next(_serving(line.day, owner, rule, early, late), None)
    if found is None:
        return None
    return Audited.breached(
        line,
        Breach.E_LICENSE,
        party=party,
        license_type=found.identifier.type_code,
        region=found.region,
        since=_since(found),
    )


def _serving(
    day: date, owner: Applicant, rule: LicenseRule, early: LicenseFinder, late: LicenseFinder
) -> Iterator[FoundLicense]:
    """Yield the licenses that served from the beginning of the day to its end."""
    first = {
        item.identifier
        for item in early.find(owner.code, rule.license_types)
        if _served(item, rule, owner, day)
    }
    if not first:
        return
    for item in late.find(owner.code, rule.license_types):
        if item.identifier in first and _served(item, rule, owner, day):
            yield item


def _served(license: FoundLicense, rule: LicenseRule, owner: Applicant, day: date) -> bool:
    remaining = None if license.valid_to is None else (license.valid_to - day).days
    return (
        license.conclusion is Conclusion.PASSED
        and license.holder == owner.code
        and comparable(license.holder_name) == comparable(owner.name)
        and license.fields.issuperset(rule.required_fields)
        and license.sealed_at is not None
        and license.sealed_at <= start_of(day)
        and (license.valid_from is None or license.valid_from <= day)
        and (remaining is None or remaining >= rule.min_remaining_days)
    )


def _since(license: FoundLicense) -> date | None:
    sealed_on = None if license.sealed_at is None else day_of(license.sealed_at)
    return max(filter(None, (license.valid_from, sealed_on)), default=None)


def _material(matter: Matter, named: str) -> Material | None:
    by_name = (item for item in matter.materials if comparable(item.name_zh) == comparable(named))
    return matter.material(named) or next(by_name, None)
