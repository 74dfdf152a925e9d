"""Look-ups (查询): what was said of one material, asked in one way, at one moment."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Final

from certs.identifiers import LicenseIdentifier
from certs.regions import RegionCode
from verify.acceptance.reasons import LookupResult
from verify.case_errors import InconsistentLookupError
from verify.conclusions import Conclusion
from verify.matters.ways import Way

LOOKUP_LIFETIME: Final = timedelta(minutes=10)
"""How long a decision may rely on what a register said; departments' answers stand."""

MIN_ANSWER_TIME: Final = timedelta(hours=1)
"""How long a department has at the least."""

ASKED_WAYS: Final = (Way.E_LICENSE, Way.DATA_CHECK, Way.DEPARTMENT_CHECK)
"""The ways in which somebody is asked, in their order: the next only if one does not serve."""

RESULTS: Final[Mapping[Way, frozenset[LookupResult]]] = MappingProxyType(
    {
        Way.E_LICENSE: frozenset(item for item in LookupResult if item.names_license)
        | {LookupResult.NONE, LookupResult.SOURCE_DOWN},
        Way.DATA_CHECK: frozenset(
            {LookupResult.CONFIRMED, LookupResult.DENIED, LookupResult.SOURCE_DOWN}
        ),
        Way.DEPARTMENT_CHECK: frozenset(
            {
                LookupResult.ASKED,
                LookupResult.CONFIRMED,
                LookupResult.DENIED,
                LookupResult.TIMED_OUT,
            }
        ),
    }
)
"""What can be said in each way."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """Whose word a look-up rests on.

    Attributes:
        by: The region whose register or department said it.
        at: When that said or published it; of several words the oldest.
    """

    by: RegionCode
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What was said, before it has its place in a case.

    Attributes:
        way: How it was asked.
        result: What was said.
        license: 电子证照标识, where one was found.
        region: The region that it was found in.
        conclusion: The verdict on it.
        due_at: Until when the department may answer (部门核验 only).
        question: The number of the look-up that asked the department, where this one tells what
            became of the question.
        reference: The number under which the department keeps the question; None where it could
            not be reached, and the clock runs all the same.
        silent: The sources that did not answer, where the result is ``SOURCE_DOWN``; none is
            named by look-ups of releases that did not keep them.
        outside: The regions that were not asked for want of an agreement (授信约定).
        looked_up_at: When this was known.
        stated: Whose word it is, where it is one source's; None where nobody said anything, where
            no register has a license, or an older release looked up.
        face: The face (PDF) of a valid license of which fields are needed, on its way into the
            case; a look-up has none.
    """

    way: Way
    result: LookupResult
    license: LicenseIdentifier | None = None
    region: RegionCode | None = None
    conclusion: Conclusion | None = None
    due_at: datetime | None = None
    question: int | None = None
    reference: str | None = None
    silent: tuple[str, ...] = ()
    outside: tuple[RegionCode, ...] = ()
    looked_up_at: datetime
    stated: Statement | None = None
    face: bytes | None = field(default=None, repr=False, compare=False)

    def __post_init__(self) -> None:
        if self.result not in RESULTS.get(self.way, ()):
            raise InconsistentLookupError(f"{self.way} does not come to {self.result}")
        self._check_license()
        self._check_question()
        if self.silent and self.result is not LookupResult.SOURCE_DOWN:
            raise InconsistentLookupError("silent sources are named where a source is down")
        if self.outside and self.way is not Way.E_LICENSE:
            raise InconsistentLookupError("agreements are about licenses")

    def _check_license(self) -> None:
        parts = (self.license, self.region, self.conclusion)
        if any((part is not None) != self.result.names_license for part in parts):
            raise InconsistentLookupError(
                "license, region and conclusion are there exactly where a license was found"
            )
        has_passed = self.conclusion is Conclusion.PASSED
        if self.result is LookupResult.VALID and not has_passed:
            raise InconsistentLookupError("a license whose verdict is not passed is not valid")
        if self.result is LookupResult.UNVERIFIED and has_passed:
            raise InconsistentLookupError("a license whose verdict is passed is verified")
        if self.face is not None and self.result is not LookupResult.VALID:
            raise InconsistentLookupError("only a valid license comes with its face")

    def _check_question(self) -> None:
        is_of_department = self.way is Way.DEPARTMENT_CHECK
        is_question = self.result is LookupResult.ASKED
        if (self.due_at is not None) != is_of_department:
            raise InconsistentLookupError("a department's question has a due time, no other has")
        if (self.question is not None) != (is_of_department and not is_question):
            raise InconsistentLookupError("an answer names its question, and nothing else does")
        if self.reference is not None and not is_of_department:
            raise InconsistentLookupError("only a department keeps questions")
        if self.due_at is None:
            return
        if is_question and self.due_at - self.looked_up_at < MIN_ANSWER_TIME:
            raise InconsistentLookupError("a department has an hour at the least")
        if self.result is LookupResult.TIMED_OUT and self.looked_up_at < self.due_at:
            raise InconsistentLookupError("a department's time has not passed before it is due")


@dataclass(frozen=True, slots=True, kw_only=True)
class Lookup(Said):
    """查询: evidence of what could be had at one moment; never changed afterwards.

    Attributes:
        case_id: The case.
        material: Code of the material.
        number: 1 for the first look-up of this material in this way, and so on.
    """

    case_id: str
    material: str
    number: int

    def is_fresh(self, now: datetime) -> bool:
        """Tell whether a decision at ``now`` may rely on it."""
        age = now - self.looked_up_at
        is_over = self.way is not Way.DEPARTMENT_CHECK and age > LOOKUP_LIFETIME
        return age >= timedelta() and not is_over
