"""Mutual recognition (授信约定): which regions accept which licenses from whom, and for what.

Agreements are about acceptance. Verification asks none of them: every region of a trust list is
believed about what it issues, and a list without agreements says nothing else than before.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum, unique
from pathlib import Path
from typing import Final

from certs.canonical import JsonValue
from certs.civil_dates import start_of
from certs.errors import MalformedIdentifierError
from certs.identifiers import LicenseTypeCode
from certs.regions import RegionCode
from certs.typed_tables import TypedTable, read_toml
from verify.errors import TrustListError

ALL: Final = "all"
"""In place of codes: every license type, or every matter."""
MAX_AGREEMENTS: Final = 2000
_MAX_BASIS: Final = 500
_ID: Final = re.compile(r"[0-9A-Za-z](?:[0-9A-Za-z._-]{0,62}[0-9A-Za-z])?")
_MATTER: Final = re.compile(r"(?=.{1,40}\Z)[a-z0-9]+(?:-[a-z0-9]+)*")


@unique
class Power(StrEnum):
    """What the accepting region may do with a license of the issuing one."""

    VERIFY = "verify"
    OBTAIN = "obtain"
    EXEMPT = "exempt"

    @property
    def zh(self) -> str:
        """核验 judge what is shown, 调用 fetch it, 免于提交 spare the applicant the paper."""
        return {Power.VERIFY: "核验", Power.OBTAIN: "调用", Power.EXEMPT: "免于提交"}[self]


@dataclass(frozen=True, slots=True, kw_only=True)
class MutualRecognition:
    """One agreement. A code of a province or city stands for every region in it.

    Attributes:
        id: Its name, unique in a list.
        accepting: 受理地区, where the license is used.
        issuing: 颁发地区, where it comes from.
        types: License types; None for all.
        matters: Codes of matters; None for all.
        basis: The legal text it rests on, in Chinese.
        valid_to: From when it holds no more; None while nobody says.

    Raises:
        TrustListError: A part is empty, or the times contradict one another.
    """

    id: str
    accepting: frozenset[RegionCode]
    issuing: frozenset[RegionCode]
    types: frozenset[LicenseTypeCode] | None
    matters: frozenset[str] | None
    powers: frozenset[Power]
    basis: str
    valid_from: datetime
    valid_to: datetime | None = None

    def __post_init__(self) -> None:
        if not _ID.fullmatch(self.id):
            raise _malformed(f"not the name of an agreement: {self.id[:80]!r}")
        for code in self.matters or ():
            if code == ALL or not _MATTER.fullmatch(code):
                raise _malformed(f"agreement {self.id}: not a matter: {code[:80]!r}")
        for name in ("accepting", "issuing", "powers", "types", "matters"):
            if getattr(self, name) == frozenset():
                raise _malformed(f"agreement {self.id}: {name} is empty")
        if not self.basis.strip() or len(self.basis) > _MAX_BASIS:
            raise _malformed(f"agreement {self.id}: basis has 1 to {_MAX_BASIS} characters")
        if self.valid_to is not None and self.valid_to <= self.valid_from:
            raise _malformed(f"agreement {self.id} ends before it begins")

    def holds_at(self, instant: datetime) -> bool:
        """Whether it is in force at ``instant``."""
        return self.valid_from <= instant and (self.valid_to is None or instant < self.valid_to)

    def covers(
        self,
        *,
        accepting: RegionCode,
        issuing: RegionCode,
        license_type: LicenseTypeCode,
        matter: str,
    ) -> bool:
        """Whether it is about this license in this matter."""
        return (
            (self.types is None or license_type in self.types)
            and (self.matters is None or matter in self.matters)
            and any(code.contains(accepting) for code in self.accepting)
            and any(code.contains(issuing) for code in self.issuing)
        )


def agreement_entry(agreement: MutualRecognition) -> dict[str, JsonValue]:
    """Return an agreement as it stands in a list."""
    entry: dict[str, JsonValue] = {
        "id": agreement.id,
        "accepting": sorted(map(str, agreement.accepting)),
        "issuing": sorted(map(str, agreement.issuing)),
        "types": [ALL] if agreement.types is None else sorted(map(str, agreement.types)),
        "matters": [ALL] if agreement.matters is None else sorted(agreement.matters),
        "powers": sorted(agreement.powers),
        "basis": agreement.basis,
        "valid_from": agreement.valid_from.isoformat(),
    }
    if agreement.valid_to is not None:
        entry["valid_to"] = agreement.valid_to.isoformat()
    return entry


def parse_agreements(values: Iterable[TypedTable]) -> tuple[MutualRecognition, ...]:
    """Parse the agreements of a list; each has its own name.

    Raises:
        TrustListError: A part is missing, wrong or unknown.
        MalformedIdentifierError: A code is none.
    """
    found = tuple(_agreement(value) for value in values)
    if len(found) > MAX_AGREEMENTS:
        raise _malformed(f"more than {MAX_AGREEMENTS} agreements")
    if len({item.id for item in found}) != len(found):
        raise _malformed("two agreements of one name")
    return found


def read_agreements(path: Path) -> tuple[MutualRecognition, ...]:
    """Read a TOML file of ``[[agreement]]`` tables, at most 128 KiB.

    Times are dates in Beijing or times with a zone; the last day of an agreement is part of it.

    Raises:
        TrustListError: The file cannot be read, or a part is missing, wrong or unknown.
    """
    try:
        value = read_toml(path, error=_malformed)
        found = parse_agreements(value.tables("agreement", may_be_empty=True))
        value.finish()
    except MalformedIdentifierError as error:
        raise _malformed(f"{path.name}: {error}") from error
    return found


def _agreement(value: TypedTable) -> MutualRecognition:
    types = value.texts("types", is_required=True)
    matters = value.texts("matters", is_required=True)
    agreement = MutualRecognition(
        id=value.take("id", str),
        accepting=_regions(value, "accepting"),
        issuing=_regions(value, "issuing"),
        types=None if types == (ALL,) else frozenset(map(LicenseTypeCode, types)),
        matters=None if matters == (ALL,) else frozenset(matters),
        powers=frozenset(value.members("powers", Power)),
        basis=value.take("basis", str),
        valid_from=_moment(value, "valid_from"),
        valid_to=_moment(value, "valid_to", is_last=True) if value.has("valid_to") else None,
    )
    # What an unknown key meant to restrict would be left out.
    value.finish()
    return agreement


def _regions(value: TypedTable, key: str) -> frozenset[RegionCode]:
    return frozenset(map(RegionCode, value.texts(key, is_required=True)))


def _moment(value: TypedTable, key: str, *, is_last: bool = False) -> datetime:
    """Return a time; TOML has dates and times of its own."""
    found = value.take(key, object)
    try:
        if isinstance(found, str):
            found = datetime.fromisoformat(found)
        if isinstance(found, datetime):
            if found.tzinfo is None:
                raise value.error(key, "has no time zone")
            return found
        if isinstance(found, date):
            return start_of(found + timedelta(days=1) if is_last else found)
    except (ValueError, OverflowError) as error:
        raise value.error(key, "is no time") from error
    raise value.error(key, "is no time")


def _malformed(message: str) -> TrustListError:
    return TrustListError("malformed", message)
