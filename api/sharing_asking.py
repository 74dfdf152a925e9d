"""Who asks through the sharing family, for what, and what goes on record before data leave."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Self

from api.auth import check_right
from api.callers import Caller
from api.http_errors import (
    NotAuthenticatedError,
    SharingRefusedError,
    UnknownLicenseTypeError,
)
from api.license_reading import case_basis_of, read_license, register_basis
from api.schemas.sharing_family import CauseIn, QuestionIn
from api.services import Services, Work
from api.sharing_codes import ShareStatus
from api.sharing_spellings import Spelling, read_name, spelling_of, write_name
from certs.access import CallerRole, token_digest
from certs.catalogue import LicenseType
from certs.license_files import read_record
from certs.licenses import License
from certs.masking import redact
from certs.records import LicenseRecord
from certs.releases import Wanted, release_now
from certs.rights import Action
from certs.statuses import StatusEvent, status_at


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """An answer: its data, and how the question went.

    Attributes:
        words: Of the head, Chinese and English; the status has its own.
    """

    data: Mapping[str, Any] = field(default_factory=dict)
    status: ShareStatus = ShareStatus.SUCCESS
    words: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """One question at one instance.

    Attributes:
        question: Head and data as they came.
        token: What the request brought as an access token; empty for none.
        callers: Whoever turned out to ask, for the record of decisions.
    """

    question: QuestionIn = field(repr=False)
    services: Services
    token: str = field(repr=False)
    caller: Caller | None = None
    callers: list[Caller] = field(default_factory=list)

    @property
    def data(self) -> Mapping[str, Any]:
        """What is asked for."""
        return self.question.data

    @property
    def spelling(self) -> Spelling:
        """How the question names elements."""
        inner = self.data.get("metadata")
        return spelling_of([*self.data, *(inner if isinstance(inner, dict) else ())])

    def allowed_to(self, action: Action) -> Self:
        """Return the question with whoever asks it, whose role must allow ``action``.

        Raises:
            NotAuthenticatedError: No token, two different ones, or one that is not good.
            NotAllowedError: Somebody else.
        """
        caller = _caller(self.token, self.services)
        self.callers.append(caller)
        return replace(self, caller=check_right(caller, action, self.services))

    @property
    def known_caller(self) -> Caller:
        """Who asks.

        Raises:
            NotAuthenticatedError: Nobody.
        """
        if self.caller is None:
            raise NotAuthenticatedError("nobody is signed in")
        return self.caller

    def case_of(self, asked: CauseIn) -> str:
        """Return the case that a window names; empty for none."""
        return asked.case or self.question.head.project.project_no

    def spelled(
        self, values: Mapping[str, str], license_type: LicenseType | None
    ) -> dict[str, str]:
        """Return values of elements under the names that the question uses."""
        spelling = self.spelling
        return {write_name(name, spelling, license_type): item for name, item in values.items()}

    def license_type(self, code: str) -> LicenseType:
        """Return a license type by its code.

        Raises:
            UnknownLicenseTypeError: There is none.
        """
        found = self.services.license_type(code)
        if found is None:
            raise UnknownLicenseTypeError(code)
        return found


def release_to(
    identifier: str, asking: Asking, *, cause: CauseIn, fields: tuple[str, ...]
) -> License:
    """Return a license whose ``fields`` are about to be told; the use is on record then.

    A window acts in a case that found the license. An issuer reads its own register, for a
    cause that it names.

    Raises:
        LicenseNotFoundError: There is none.
        BasisMissingError: A window without such a case.
        CaseNotFoundError: There is no such case.
        OverAskError: More than is registered for the case's matter.
        SharingRefusedError: An issuer without a cause, or one that holds a citizen number.
    """
    caller, services = asking.known_caller, asking.services
    purpose = check_cause(cause.cause)
    if caller.role is CallerRole.WINDOW:
        return read_license(
            identifier,
            caller=caller,
            services=services,
            fields=fields,
            case=asking.case_of(cause),
        )
    if not purpose:
        raise refused("须填写用证事由（useCause）", "the cause (useCause) is missing")
    return release_now(
        Wanted(identifier=identifier, fields=fields, user=caller.person),
        lambda _work, _now: register_basis(purpose),
        unit_of_work=services.unit_of_work,
        clock=services.clock,
    )


def permitted(
    identifier: str, names: tuple[str, ...], asking: Asking, *, cause: CauseIn
) -> tuple[str, ...]:
    """Return those of ``names`` that whoever asks may see; for who names none that is the answer.

    Raises:
        BasisMissingError: A window without a case that found the license.
        CaseNotFoundError: There is no such case.
    """
    if asking.known_caller.role is not CallerRole.WINDOW:
        return names
    basis = case_basis_of(identifier, asking.case_of(cause), asking.services)
    beyond = basis.beyond(names)
    return tuple(name for name in names if name not in beyond)


def check_cause(text: str) -> str:
    """Return a cause as the usage log may keep it.

    Raises:
        SharingRefusedError: It holds a citizen number.
    """
    if redact(text) != text:
        raise refused("用证事由不得含公民身份号码", "a cause holds no citizen number")
    return text


def refused(
    zh: str, en: str, status: ShareStatus = ShareStatus.PARAMETER_ERROR
) -> SharingRefusedError:
    """Return the error that answers a question with a status and words of its own."""
    return SharingRefusedError(status.value, zh, en)


def record_of(license: License, services: Services) -> LicenseRecord:
    """Return what a license says."""
    return read_record(services.objects, license.files)


def event_now(license: License, work: Work, services: Services) -> StatusEvent | None:
    """Return what governs a license's status now."""
    now = services.clock.now()
    return status_at(work.licenses.events(license.identifier), day=now, known=now)


def chosen(text: str, license_type: LicenseType | None) -> tuple[str, ...]:
    """Return the elements that a range names by commas; empty for all.

    Raises:
        SharingRefusedError: It names one that such licenses do not have.
    """
    keys = [item.strip() for item in text.replace("，", ",").split(",") if item.strip()]
    names = [read_name(key, license_type) for key in keys]
    if None in names:
        raise refused(
            "metadataRange 中有该类证照没有的信息项", "the range names an unknown element"
        )
    return _each_once(name for name in names if name is not None)


def _each_once(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))


def _caller(token: str, services: Services) -> Caller:
    if not token:
        raise NotAuthenticatedError("no token")
    with services.unit_of_work() as work:
        work.only_read()
        grant = work.access.find(token_digest(token), at=services.clock.now())
    if grant is None:
        raise NotAuthenticatedError("the token is not good")
    return Caller(grant=grant, token=token)
