"""Turns the project's errors into problem documents (RFC 9457), Chinese first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from types import MappingProxyType
from typing import Any, Final

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from api.http_errors import (
    ClientRightError,
    ContradictionError,
    GrantTypeError,
    NotAuthenticatedError,
    SealOfferRefusedError,
    SheetRefusedError,
    TooLargeError,
)
from api.problem_kinds import INTERNAL, INVALID_REQUEST, ProblemKind
from api.problem_table import KINDS
from certs.errors import (
    AppointmentRefusedError,
    ApproverRequiredError,
    ClientClosedError,
    ClientRefusedError,
    CopyRefusedError,
    CorrectionStepError,
    DisputeRefusedError,
    DuplicateLicenseError,
    GrantNotUsableError,
    GrantRefusedError,
    GuardianshipRefusedError,
    IllegalTransitionError,
    IntentClosedError,
    InvalidApplicationError,
    MalformedCorrectionError,
    NotAdmittedError,
    OfflineCodeError,
    OverAskError,
    OwnFileRefusedError,
    ProposalClosedError,
    ReachRefusedError,
    ReplacementError,
    SealRecordError,
    SecretRefusedError,
    UnknownEventError,
    VerifierRefusedError,
    WebhookRefusedError,
)
from certs.masking import redact
from verify.case_errors import (
    CaseIncompleteError,
    PartyError,
    PartyOpenError,
    RecordRefusedError,
    SituationError,
    SituationOpenError,
)
from verify.decision_errors import (
    DemandRefusedError,
    DepartmentCheckRequiredError,
    FieldLockedError,
    FieldUnknownError,
    FieldValueError,
    FormChangedError,
    MaterialsOpenError,
    MistakeNotPossibleError,
    ResultFieldError,
)
from verify.errors import CallerNotTrustedError, ClientNotTrustedError

MEDIA_TYPE: Final = "application/problem+json"
_NOTHING: Final[Mapping[str, Any]] = MappingProxyType({})
_MAX_PLACE: Final = 60
_MAX_PLACES: Final = 20
_FIRST_ERROR_STATUS: Final = 400
_CHALLENGES: Final[Mapping[type[Exception], Mapping[str, str]]] = MappingProxyType(
    {
        NotAuthenticatedError: {"WWW-Authenticate": 'Bearer realm="yinxin"'},
        ClientNotTrustedError: {"WWW-Authenticate": 'Signature realm="yinxin.client-request/1"'},
        CallerNotTrustedError: {"WWW-Authenticate": 'Signature realm="yinxin.region-request/1"'},
    }
)
"""Every 401 says how to do better (RFC 9110 §15.5.2)."""
# Their messages are written for callers, as "中文 · English".
_SPEAKING: Final = (
    ApproverRequiredError,
    ClientClosedError,
    ClientRefusedError,
    ClientRightError,
    CorrectionStepError,
    CopyRefusedError,
    DisputeRefusedError,
    DuplicateLicenseError,
    GrantRefusedError,
    IllegalTransitionError,
    IntentClosedError,
    MalformedCorrectionError,
    NotAdmittedError,
    OverAskError,
    AppointmentRefusedError,
    OwnFileRefusedError,
    GuardianshipRefusedError,
    OfflineCodeError,
    VerifierRefusedError,
    WebhookRefusedError,
    ProposalClosedError,
    ReachRefusedError,
    ReplacementError,
    SealRecordError,
    SecretRefusedError,
    SealOfferRefusedError,
    SheetRefusedError,
    UnknownEventError,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One problem as a caller reads it.

    Attributes:
        extras: Further members of the document.
        headers: Headers that go with it.
    """

    kind: ProblemKind
    zh: str
    en: str
    extras: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)

    def document(self, instance: str) -> dict[str, Any]:
        """Return the problem document; ``instance`` is the path asked for."""
        return {
            "type": self.kind.type_uri,
            "title": self.kind.title_zh,
            "title_en": self.kind.title_en,
            "status": self.kind.status.value,
            "code": self.kind.code,
            "detail": self.zh,
            "detail_en": self.en,
            "instance": redact(instance),
            **self.extras,
        }

    def response(self, request: Request) -> JSONResponse:
        """Return the answer to ``request``."""
        return JSONResponse(
            self.document(request.url.path),
            self.kind.status.value,
            headers=dict(self.headers),
            media_type=MEDIA_TYPE,
        )


def describe(error: Exception) -> Problem:
    """Describe an error to the caller; one that is not listed keeps its detail to itself."""
    if isinstance(error, RequestValidationError):
        return _of(INVALID_REQUEST, {"problems": _places(error.errors())})
    if isinstance(error, HTTPException):
        return _of_http(error)
    kind = KINDS.get(type(error), INTERNAL)
    zh, en = kind.zh, kind.en
    if isinstance(error, _SPEAKING) and " · " in str(error):
        zh, _, en = str(error).partition(" · ")
    return Problem(
        kind=kind,
        zh=zh,
        en=en,
        extras=_extras(error),
        headers=_CHALLENGES.get(type(error), _NOTHING),
    )


def _of(kind: ProblemKind, extras: Mapping[str, Any] = _NOTHING) -> Problem:
    return Problem(kind=kind, zh=kind.zh, en=kind.en, extras=extras)


def _of_http(error: HTTPException) -> Problem:
    """Describe what the framework itself refuses: no such path, wrong method, and the like."""
    if error.status_code < _FIRST_ERROR_STATUS:
        return _of(INTERNAL)
    status = HTTPStatus(error.status_code)
    if status is HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        return _of(KINDS[TooLargeError])
    zh, en = _HTTP_WORDS.get(status, ("请求无法处理", status.phrase))
    code = "BAD_REQUEST" if status is HTTPStatus.BAD_REQUEST else status.name
    kind = ProblemKind(status, code, zh, en, f"{zh}。", f"{en}.")
    return Problem(kind=kind, zh=kind.zh, en=kind.en, headers=dict(error.headers or {}))


_HTTP_WORDS: Final = MappingProxyType(
    {
        HTTPStatus.BAD_REQUEST: ("请求无法解析", "The request cannot be read"),
        HTTPStatus.NOT_FOUND: ("没有此页面或资源", "Nothing is found here"),
        HTTPStatus.METHOD_NOT_ALLOWED: ("此处不支持该方法", "This method is not served here"),
    }
)


def _extras(error: Exception) -> Mapping[str, Any]:
    match error:
        case InvalidApplicationError():
            return {
                "problems": [
                    {
                        "field": item.field,
                        "label": item.label_zh,
                        "value": item.value,
                        "code": item.code.value,
                        "zh": item.zh,
                        "en": item.en,
                    }
                    for item in error.problems
                ]
            }
        case RecordRefusedError():
            return {"rule": error.constraint}
        case SheetRefusedError():
            return {"faults": list(error.faults), "columns": list(error.columns)}
        case ContradictionError():
            return {"field": error.field}
        case ClientRightError() | ClientNotTrustedError() | GrantTypeError():
            return _client_extras(error)
        case _:
            return _release_extras(error)


def _client_extras(
    error: ClientRightError | ClientNotTrustedError | GrantTypeError,
) -> Mapping[str, Any]:
    """Return what a client lacks; ``error`` is the word of RFC 6749 §5.2, which libraries read."""
    match error:
        case ClientRightError():
            member = error.need.subject.value.replace("-", "_")
            return {member: redact(error.need.code)[:_MAX_PLACE]}
        case ClientNotTrustedError():
            return {"error": "invalid_client"}
        case GrantTypeError():
            return {"error": "unsupported_grant_type"}


def _release_extras(error: Exception) -> Mapping[str, Any]:
    match error:
        case GrantNotUsableError():
            return {"state": error.state}
        case OverAskError():
            return {
                "fields": list(error.refusal.fields),
                "registered": list(error.registered),
                "marks": list(error.refusal.marks),
            }
        case _:
            return _acceptance_extras(error)


def _acceptance_extras(error: Exception) -> Mapping[str, Any]:
    match error:
        case DemandRefusedError():
            return {"license": error.license_identifier, "region": error.region}
        case DepartmentCheckRequiredError() if error.due_at is not None:
            return {"due_at": error.due_at.isoformat().replace("+00:00", "Z")}
        case SituationError():
            return _question(error)
        case PartyError():
            return _party(error)
        case MaterialsOpenError() | CaseIncompleteError():
            return {"materials": list(error.materials)}
        case _:
            return _form_extras(error)


def _form_extras(error: Exception) -> Mapping[str, Any]:
    """Return which field it is about, or which version; a field may be the caller's own text."""
    match error:
        case FormChangedError():
            return {"version": error.version}
        case (
            FieldLockedError()
            | FieldUnknownError()
            | FieldValueError()
            | MistakeNotPossibleError()
            | ResultFieldError()
        ):
            return {"field": redact(error.field)[:_MAX_PLACE]}
        case _:
            return _NOTHING


def _question(error: SituationError) -> Mapping[str, Any]:
    """Return the question; its code may be the caller's own text, and is cut and masked."""
    named: dict[str, Any] = {"question": redact(error.question)[:_MAX_PLACE], "why": error.why}
    if isinstance(error, SituationOpenError):
        choices = [{"code": code, "zh": zh, "en": en} for code, zh, en in error.choices]
        named |= {"question_zh": error.zh, "question_en": error.en, "choices": choices}
    return named


def _party(error: PartyError) -> Mapping[str, Any]:
    """Return the party; its code may be the caller's own text, and is cut and masked."""
    named: dict[str, Any] = {"party": redact(error.party)[:_MAX_PLACE]}
    if isinstance(error, PartyOpenError):
        named |= {"party_zh": error.zh, "party_en": error.en}
    return named


def _places(errors: Sequence[Any]) -> list[dict[str, str]]:
    """Return where a body breaks its schema, and how; never what was given there.

    The name of an unknown member is the caller's own text as well, and stays out.
    """
    return [
        {
            "field": ".".join(
                redact(str(part))[:_MAX_PLACE]
                for part in (item["loc"][:-1] if item["type"] == "extra_forbidden" else item["loc"])
            ),
            "code": str(item["type"]).replace("_", "-"),
            "zh": _PLACE_WORDS.get(str(item["type"]), "内容不合要求"),
            "en": str(item["msg"]),
        }
        for item in errors[:_MAX_PLACES]
    ]


_PLACE_WORDS: Final = MappingProxyType(
    {
        "missing": "缺少必填项",
        "extra_forbidden": "有未知的成员",
        "string_type": "应为文本",
        "string_too_long": "超过长度上限",
        "string_too_short": "不能为空",
        "string_pattern_mismatch": "格式不符",
        "json_invalid": "不是有效的 JSON",
        "enum": "不在可选值之内",
        "literal_error": "不在可选值之内",
        "timezone_aware": "时间须带时区",
    }
)
