"""Lines of foreign cases (事后核查), and what came of each: it names a case and nobody."""

from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum, unique
from typing import Self

from certs.identifiers import LicenseTypeCode
from certs.regions import RegionCode
from verify.acceptance.records import Applicant


@unique
class AuditResult(StrEnum):
    """What came of one line."""

    BREACH = "breach"
    CLEAN = "clean"
    NOT_LOOKED_UP = "not_looked_up"
    """No rule of that day spares the material, nobody can be asked, or it was no paper."""
    SILENT = "silent"
    """A region did not answer, and nobody else had it."""
    UNKNOWN_MATTER = "unknown_matter"
    UNKNOWN_MATERIAL = "unknown_material"
    UNKNOWN_PARTY = "unknown_party"
    """The material is another party's, and the export has no columns for parties, or calls them
    by names that the matter does not have."""


@unique
class Breach(StrEnum):
    """Why a paper should not have been taken."""

    E_LICENSE = "e_license"
    """A valid license was at hand."""
    ABOLISHED = "abolished"
    """Nobody needs the material any more."""
    DATA_CHECK = "data_check"
    """A register confirmed what the paper would show."""
    DEPARTMENT_CHECK = "department_check"
    """The department that issued it confirmed it."""
    WRONG_PARTY = "wrong_party"
    """The matter asks for it of somebody else."""
    PARTY_MISSING = "party_missing"
    """The case does not say whose it is, so that nobody can have looked it up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner:
    """Whose a material is, as another system exported it.

    Attributes:
        party: What that system calls the party (当事人); empty where it says nothing.
        person: Who that is; None where it names nobody.
    """

    party: str
    person: Applicant | None = field(default=None, repr=False)


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
        owner: Whose it is; None where the export has no columns for that.
        is_confirmed: Whether that system noted that a check had confirmed it.
    """

    line: int
    case: str
    matter: str
    material: str
    applicant: Applicant = field(repr=False)
    is_paper: bool
    day: date
    owner: Owner | None = None
    is_confirmed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Audited:
    """What came of one line; it names a case and nobody.

    Attributes:
        breach: Why the paper should not have been taken.
        party: Whose it is by the matter: the code of a party; empty for the applicant's.
        license_type: The license that was at hand.
        region: Where it was, or who confirmed.
        since: Since when it was valid and could be looked up.
    """

    line: int
    case: str
    matter: str
    material: str
    day: date
    result: AuditResult
    breach: Breach | None = None
    party: str = ""
    license_type: LicenseTypeCode | None = None
    region: RegionCode | None = None
    since: date | None = None

    @classmethod
    def of(cls, line: ForeignLine, result: AuditResult) -> Self:
        """Return what came of a line."""
        return cls(
            line=line.line,
            case=line.case,
            matter=line.matter,
            material=line.material,
            day=line.day,
            result=result,
        )

    @classmethod
    def breached(  # noqa: PLR0913 - what a report says of a breach
        cls,
        line: ForeignLine,
        breach: Breach,
        *,
        party: str = "",
        license_type: LicenseTypeCode | None = None,
        region: RegionCode | None = None,
        since: date | None = None,
    ) -> Self:
        """Return why the paper of a line should not have been taken."""
        return replace(
            cls.of(line, AuditResult.BREACH),
            breach=breach,
            party=party,
            license_type=license_type,
            region=region,
            since=since,
        )
