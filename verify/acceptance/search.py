"""Look a license up in every region (证照查询) and judge what comes back."""

import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import partial
from typing import Final

from certs.civil_dates import day_of
from certs.regions import RegionCode
from certs.statuses import StatusKind
from verify.acceptance.budgets import BUDGET, within
from verify.acceptance.lookups import Lookup
from verify.acceptance.ports import FoundLicense, LicenseFinder
from verify.acceptance.probes import source_of_region
from verify.acceptance.reach import Reached, Recognition, reach_of
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
    """What a search found.

    Attributes:
        result: The result.
        license: The license, where there is one.
        silent: The sources that did not answer, where the result is ``SOURCE_DOWN``.
        outside: The regions that were not asked for want of an agreement (授信约定).
    """

    result: LookupResult
    license: FoundLicense | None = None
    silent: tuple[str, ...] = ()
    outside: tuple[RegionCode, ...] = ()


Judged = tuple[SearchResult, ...]
Hear = Callable[[timedelta, Sequence[Callable[[], Judged | None]]], list[Judged | None]]
"""How several registers are heard within a time; see ``within``."""


def search(  # noqa: PLR0913 - what, of whom, where and how long
    rule: LicenseRule,
    applicant: Applicant,
    *,
    finders: Sequence[LicenseFinder],
    recognition: Recognition,
    now: datetime,
    budget: timedelta = BUDGET,
    hear: Hear = within,
) -> SearchResult:
    """Return what the regions' registers say: the first alone (own region), the others at once.

    A valid license at home ends the search. Where none is found and a region was silent, or took
    longer than the budget, the answer is ``SOURCE_DOWN`` whatever the others said: the silent
    region may hold it. Of several licenses that serve alike, that of the earlier region counts.
    Where an agreement is needed and a region has none with us, it is not asked, and named.
    """
    reach = reach_of(rule, finders, recognition)
    asked = reach.asked
    home = [item for item in asked if item.finder.region == recognition.accepting]
    replies = [_reply(item, rule, applicant, now=now) for item in home]
    if not _has_valid(replies):
        # The own region comes first, where it is asked at all.
        others = [partial(_reply, item, rule, applicant, now=now) for item in asked[len(home) :]]
        replies += hear(budget, others)
    judged = [item for reply in replies if reply is not None for item in reply]
    silent = tuple(
        source_of_region(item.finder.region)
        for item, reply in zip(asked, replies, strict=False)
        if reply is None
    )
    if not asked and not reach.outside:
        # Nobody of whom the rule speaks is connected.
        silent = tuple(map(source_of_region, rule.regions))
        found = SearchResult(result=LookupResult.SOURCE_DOWN, silent=silent)
    elif silent and not _has_valid(replies):
        found = SearchResult(result=LookupResult.SOURCE_DOWN, silent=silent)
    else:
        found = _best(judged)
    return replace(found, outside=reach.outside)


def _has_valid(replies: Iterable[Judged | None]) -> bool:
    return any(item.result is LookupResult.VALID for reply in replies for item in reply or ())


def _reply(
    asked: Reached, rule: LicenseRule, applicant: Applicant, *, now: datetime
) -> Judged | None:
    """Return what a register says of the applicant; None where it is silent."""
    try:
        found = asked.finder.find(applicant.code, asked.license_types)
    except SourceSilentError:
        return None
    return tuple(
        SearchResult(result=judge(license, rule, applicant, now=now), license=license)
        for license in found
    )


def stands_by(
    finder: LicenseFinder, lookup: Lookup, rule: LicenseRule, applicant: Applicant, *, now: datetime
) -> bool:
    """Tell whether a register stands by what it said in a look-up; silence takes nothing back."""
    try:
        found = finder.find(applicant.code, rule.license_types)
    except SourceSilentError:
        return True
    return any(
        license.identifier == lookup.license
        and judge(license, rule, applicant, now=now) is LookupResult.VALID
        for license in found
    )


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
        and comparable(license.holder_name) == comparable(applicant.name)
        and license.fields.issuperset(rule.required_fields)
    )


def comparable(name: str) -> str:
    """Return a name without the differences of keyboards: width of brackets, spaces, case."""
    return "".join(unicodedata.normalize("NFKC", name).split()).casefold()
