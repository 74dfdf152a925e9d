"""Errors that only the HTTP side knows; `api.errors` has the other half of the tree.

ApiError
└── WebError
    ├── NotAuthenticatedError     nobody, or a token that is not good
    ├── SignInError               signing in with the identity provider came to nothing
    │   ├── AttemptOverError          the browser began no such attempt, or too long ago
    │   ├── ProviderSilentError       the provider does not answer, or not as it has to
    │   └── ProviderRefusedError      the provider does not vouch for whoever came back
    ├── NotAllowedError           somebody whose role does not reach here
    ├── ClientRightError          a client reaches for a type or matter that it was not given
    ├── AppointmentReachError     an enterprise's agent reaches for what the appointment lacks
    ├── GrantTypeError            a token is asked for in a way that is not served
    ├── ForeignRequestError       a form or request that another site sent (CSRF)
    ├── BasisMissingError         a window asks for a license without a case that found it
    ├── FaceMissingError          the license has no face of this kind
    ├── UnknownLicenseTypeError   no license type goes by the name
    ├── UnknownFieldError         licenses of the type have no such field
    ├── ContradictionError        one field given twice, with different values
    ├── KeyReusedError            one Idempotency-Key for two different licenses
    ├── TooLargeError             more bytes than the route takes
    ├── MalformedBodyError        a body that is not what its media type says
    ├── SheetRefusedError         uploaded rows that cannot be read, or whose columns do not fit
    ├── SealOfferRefusedError     what was sent as a seal is not taken over
    ├── NothingRefusedError       no row of the batch was refused
    ├── BusyError                 as much of this kind is being done as can be
    ├── MediaTypeError            a body of a kind that the route does not read
    ├── SharingRefusedError       a question of the sharing family that is refused
    ├── TrustListMissingError     this instance has no trust list
    └── NotServedHereError        this process holds no such desk or key
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from api.errors import ApiError
from certs.masking import redact
from certs.reach import EVERY, Need, Subject

_MAX_CODE: Final = 64
_SAID_OF: Final = MappingProxyType(
    {
        (Subject.LICENSE_TYPE, False): "该接入系统无权办理证照类型 {code}，可由安全管理员增加"
        " · this client was not given the license type {code}; the security administrator may add"
        " it",
        (Subject.MATTER, False): "该接入系统无权办理事项 {code}，可由安全管理员增加"
        " · this client was not given the matter {code}; the security administrator may add it",
        (
            Subject.LICENSE_TYPE,
            True,
        ): "此接口涉及全部证照类型，只对有权办理全部证照类型（*）的系统开放"
        " · this reaches licenses of every type, so it needs the right to all of them (*)",
        (Subject.MATTER, True): "此接口涉及全部事项，只对有权办理全部事项（*）的系统开放"
        " · this reaches every matter, so it needs the right to all of them (*)",
    }
)


def _shown(code: str) -> str:
    """Return a code that may be the caller's own text, cut and masked."""
    return redact(code)[:_MAX_CODE].replace(" · ", " ")


class WebError(ApiError):
    """Base of what a request can do wrong before any use case is reached."""


class NotAuthenticatedError(WebError):
    """Nobody, or a token that is not good."""


class SignInError(WebError):
    """Signing in with the identity provider came to nothing."""


class AttemptOverError(SignInError):
    """The browser that came back began no such attempt, or did so too long ago."""


class ProviderSilentError(SignInError):
    """The identity provider does not answer, or not as it has to."""


class ProviderRefusedError(SignInError):
    """The identity provider does not vouch for whoever came back."""


class StepUpRequiredError(WebError):
    """An act for which who somebody is has to be shown anew (二次认证)."""


class DecisionsUnrecordedError(WebError):
    """Who may do what cannot be put on record at present, so nothing more is permitted."""


class NotAllowedError(WebError):
    """Somebody whose role does not reach here."""


class ClientRightError(WebError):
    """A client (接入系统) reaches for a license type or a matter that it was not given.

    Attributes:
        need: What it lacks; its code may be the caller's own text.
    """

    def __init__(self, need: Need) -> None:
        super().__init__(_SAID_OF[need.subject, need.code == EVERY].format(code=_shown(need.code)))
        self.need = need


class AppointmentReachError(WebError):
    """Whoever acts for an enterprise reaches for what the appointment does not name.

    Attributes:
        need: What it lacks.
    """

    def __init__(self, need: Need) -> None:
        super().__init__("beyond the appointment")
        self.need = need


class GrantTypeError(WebError):
    """A token is asked for in another way than by client credentials."""


class ForeignRequestError(WebError):
    """A form or request that another site sent, or one without its secret field."""


class BasisMissingError(WebError):
    """A window asks for a license, and no case of its own found that license."""


class FaceMissingError(WebError):
    """A license has no face of the kind that is asked for, such as OFD."""


class UnknownLicenseTypeError(WebError):
    """No license type goes by the name or code."""


class UnknownFieldError(WebError):
    """Licenses of the type have no field of the name that is asked for."""


class ContradictionError(WebError):
    """One field is given twice, with different values.

    Attributes:
        field: Name of the field.
    """

    def __init__(self, field: str) -> None:
        super().__init__(f"{field} is given twice")
        self.field = field


class KeyReusedError(WebError):
    """One Idempotency-Key was used for two different requests."""


class TooLargeError(WebError):
    """More bytes than the route takes."""


class MalformedBodyError(WebError):
    """A body is not what its media type says."""


class SheetRefusedError(WebError):
    """Uploaded rows cannot be read at all, or their columns do not fit the type.

    Attributes:
        faults: Why the columns do not fit, each as "中文 · English".
        columns: The columns as they were recognised, with suggestions for the unknown ones.
    """

    def __init__(
        self,
        why: str,
        *,
        faults: tuple[str, ...] = (),
        columns: tuple[Mapping[str, object], ...] = (),
    ) -> None:
        super().__init__(why)
        self.faults = faults
        self.columns = columns


class SealOfferRefusedError(WebError):
    """What was sent as a seal from outside is none, or not to be taken over; it says why."""


class NothingRefusedError(WebError):
    """No row of the batch was refused, or there is no such part of the workbook."""


class BusyError(WebError):
    """As much of this kind is being done as can be; ask again a little later."""


class MediaTypeError(WebError):
    """A body of a kind that the route does not read."""


class SharingRefusedError(WebError):
    """A question of the sharing family (GB/T 36906) that is refused in the family's own way.

    Attributes:
        status: ``head.status`` of the answer.
        zh: Why, for people.
        en: The same in English.
    """

    def __init__(self, status: int, zh: str, en: str) -> None:
        super().__init__(f"{status}: {en}")
        self.status = status
        self.zh = zh
        self.en = en


class TrustListMissingError(WebError):
    """This instance has no trust list."""


class LedgerMissingError(WebError):
    """This instance has no such log yet, or no such part of it."""


class UnsignedCheckpointError(WebError):
    """A checkpoint for the witness that its log has not signed."""


class RewrittenLogError(WebError):
    """A checkpoint for the witness that does not continue the one seen last."""


class NotServedHereError(WebError):
    """This process holds no such desk or key."""
