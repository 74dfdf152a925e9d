"""Look a license up in every region (证照查询) and judge what comes back."""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from certs.civil_dates import day_of
from certs.statuses import StatusKind
from verify.acceptance.ports import FoundLicense, LicenseFinder
from verify.acceptance.reasons import LookupResult
from verify.acceptance.records import Applicant
from verify.conclusions import Conclusion
from verify.errors import SourceSilentError
from verify.matters.ways import LicenseRule

# Which of several licenses speaks for the applicant, where none is valid.
_PREFERENCE: Final = (
    LookupResult.VALID,
    LookupResult.SUSPENDED,
    LookupResult.EXPIRED,
    LookupResult.REVOKED,
    LookupResult.MISMATCH,
    LookupResult.UNVERIFIED,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchResult:
    """What a search found: the result, and the license where there is one."""

    result: LookupResult
    license: FoundLicense | None = None


def search(
    rule: LicenseRule,
    applicant: Applicant,
    *,
    finders: Sequence[LicenseFinder],
    now: datetime,
) -> SearchResult:
    """Return what the regions' registers say, asked in the order given (own region first).

    The first valid license ends the search. Where none is found and a region was silent, the
    answer is ``SOURCE_DOWN`` whatever the others said: the silent region may hold it.
    """
    judged: list[SearchResult] = []
    is_silent = not finders
    for finder in finders:
        try:
            found = _ask(finder, rule, applicant)
        except SourceSilentError:
            is_silent = True
            continue
        judged += [
            SearchResult(result=judge(license, rule, applicant, now=now), license=license)
            for license in found
        ]
        if any(item.result is LookupResult.VALID for item in judged):
            return _best(judged)
    return SearchResult(result=LookupResult.SOURCE_DOWN) if is_silent else _best(judged)


def judge(
    license: FoundLicense, rule: LicenseRule, applicant: Applicant, *, now: datetime
) -> LookupResult:
    """Return how a license serves the rule: the first obstacle, or ``VALID``."""
    today = day_of(now)
    if license.status in {StatusKind.PENDING, StatusKind.SUSPENDED}:
        return LookupResult.SUSPENDED
    if license.status is not StatusKind.ACTIVE:
        return LookupResult.REVOKED
    if _ends_too_soon(license.valid_to, rule, today):
        return LookupResult.EXPIRED
    if not _matches(license, rule, applicant):
        return LookupResult.MISMATCH
    if license.conclusion is not Conclusion.PASSED:
        return LookupResult.UNVERIFIED
    return LookupResult.VALID


def _ask(finder: LicenseFinder, rule: LicenseRule, applicant: Applicant) -> Iterable[FoundLicense]:
    return [
        license
        for license_type in rule.license_types
        for license in finder.find(applicant.code, license_type)
    ]


def _best(judged: Iterable[SearchResult]) -> SearchResult:
    ranked = sorted(judged, key=lambda item: _PREFERENCE.index(item.result))
    return ranked[0] if ranked else SearchResult(result=LookupResult.NONE)


def _ends_too_soon(valid_to: date | None, rule: LicenseRule, today: date) -> bool:
    # Subtracting dates cannot overflow, adding days to the last ones could.
    return valid_to is not None and (valid_to - today).days < rule.min_remaining_days


def _matches(license: FoundLicense, rule: LicenseRule, applicant: Applicant) -> bool:
    return (
        license.identifier.type_code in rule.license_types
        and license.holder == applicant.code
        and _comparable(license.holder_name) == _comparable(applicant.name)
        and license.fields.issuperset(rule.required_fields)
    )


def _comparable(name: str) -> str:
    """Return a name without the differences of keyboards: width of brackets, spaces, case."""
    return "".join(unicodedata.normalize("NFKC", name).split()).casefold()
