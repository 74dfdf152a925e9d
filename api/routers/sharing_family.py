"""The sharing family (GB/T 36906) over HTTP: ``{"head", "data"}`` in, ``{"head", "data"}`` out.

Each interface goes by the names that working systems give it. What the family can say itself it
says in ``head.status`` of a 200; what never became a question is a problem document.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import ValidationError
from pydantic_core import to_json

from api.http_errors import MediaTypeError, SharingRefusedError
from api.problems import describe
from api.schemas.bodies import problems
from api.schemas.sharing_family import AnswerOut, HeadOut, QuestionIn
from api.services import ServicesDep
from api.sharing_asking import Asking, Told
from api.sharing_checks import read_code, verify_file, verify_info
from api.sharing_codes import KNOWN_ERRORS, ShareStatus, status_of
from api.sharing_files import file_content, file_link, show_token
from api.sharing_registers import find_by_number, read_dictionary, read_metadata, search

router = APIRouter(prefix="/share", tags=["共享服务 GB/T 36906 family"])
_JSON: Final = "application/json"
_MAX_TOKEN: Final = 200
_bearer = HTTPBearer(auto_error=False, description="访问凭证 · access token")


@dataclass(frozen=True, slots=True, kw_only=True)
class Interface:
    """One interface of the family.

    Attributes:
        names: The last part of its address, in one family and in the other.
        use: Answers.
        example: Data of a question.
    """

    names: tuple[str, ...]
    summary: str
    use: Callable[[Asking], Told]
    example: Mapping[str, Any]


_IDENTIFIER: Final = (
    "1.2.156.3005.2.11100000MB9TXY0149001.11340200MB9TXY014H.JY23402020000081.001.U"
)
_TYPE: Final = "11100000MB9TXY0149001"
INTERFACES: Final = (
    Interface(
        names=("token",),
        summary="获取令牌 · what a token allows",
        use=show_token,
        example={},
    ),
    Interface(
        names=("zzjs", "getDataByHolder"),
        summary="基于持证主体代码检索 · licenses of a holder",
        use=search,
        example={
            "certificateHolderCode": "92340202YX9Q7M6Y2P",
            "certificateTypeCode": _TYPE,
            "useCause": "办理开办餐饮店",
        },
    ),
    Interface(
        names=("zzcx",),
        summary="按证照编号查询 · a license by its number",
        use=find_by_number,
        example={"ZZBH": "JY23402020000081", "ZZLXDM": _TYPE},
    ),
    Interface(
        names=("zzysj", "queryCertInfo"),
        summary="基于证照标识获取元数据 · what a license says",
        use=read_metadata,
        example={
            "certificateIdentifier": _IDENTIFIER,
            "metadataRange": "certificateName,certificateExpiringDate",
            "useCause": "办理开办餐饮店",
        },
    ),
    Interface(
        names=("zzxxyz", "verifyCertInfo"),
        summary="证照信息验证 · is this what the register says?",
        use=verify_info,
        example={
            "ZZBS": _IDENTIFIER,
            "CZZT": "芜湖市镜湖区松间（样例）实验学校食堂",
            "CZZTDM": "92340202YX9Q7M6Y2P",
            "ZZYXQJZRQ": "2031年03月17日",
        },
    ),
    Interface(
        names=("zzwjyz", "verifyFile"),
        summary="证照文件验证 · is this file genuine and in force?",
        use=verify_file,
        example={"content": "JVBERi0xLjc…", "contentType": "base64"},
    ),
    Interface(
        names=("zzdzxz", "downloadUrl"),
        summary="证照下载地址 · where a file is read",
        use=file_link,
        example={
            "certificateIdentifier": _IDENTIFIER,
            "fileFormat": "ofd",
            "useCause": "办理开办餐饮店",
        },
    ),
    Interface(
        names=("zzxxxz", "zzxzfile", "downloadFile"),
        summary="证照文件下载 · a file itself",
        use=file_content,
        example={
            "certificateIdentifier": _IDENTIFIER,
            "fileFormat": "pdf",
            "useCause": "办理开办餐饮店",
        },
    ),
    Interface(
        names=("queryCertInfoByQRcode",),
        summary="二维码信息获取 · what a scanned code is good for",
        use=read_code,
        example={"qrcode": "HTTP://ZZ.EXAMPLE/Q/ABCDEFGHIJKLMNOPQRSTUVWXYZ"},
    ),
    Interface(
        names=("getCertRemarkInfo",),
        summary="照面字段解析 · the fields of a license type",
        use=read_dictionary,
        example={"certificateTypeCode": _TYPE},
    ),
)


async def _body(request: Request) -> bytes:
    """Return the body of a JSON request.

    Raises:
        MediaTypeError: It is said to be something else.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != _JSON:
        raise MediaTypeError(kind)
    return await request.body()


def _answer(
    use: Callable[[Asking], Told],
    request: Request,
    body: bytes,
    services: ServicesDep,
    bearer: HTTPAuthorizationCredentials | None,
) -> Response:
    try:
        question = QuestionIn.model_validate_json(body)
    except ValidationError as error:
        raise RequestValidationError(error.errors(include_input=False)) from error
    asking = Asking(question=question, services=services, token=_token(question, bearer))
    try:
        told = use(asking)
    except ValidationError as error:
        told = _wrong_parameters(error)
    except SharingRefusedError as error:
        told = Told(status=ShareStatus(error.status), words=(error.zh, error.en))
    except KNOWN_ERRORS as error:
        return _told(Told(status=status_of(error)), error)
    finally:
        # The token may stand in the body, so that nobody knew before who asks.
        request.state.caller = asking.callers[-1] if asking.callers else None
    return _told(told)


def _token(question: QuestionIn, bearer: HTTPAuthorizationCredentials | None) -> str:
    """Return the token of a request; two different ones are none."""
    given = {question.head.access_token, bearer.credentials if bearer is not None else ""} - {""}
    token = given.pop() if len(given) == 1 else ""
    return token if len(token) <= _MAX_TOKEN else ""


def _wrong_parameters(error: ValidationError) -> Told:
    """Return the answer to data that lack something; what they hold is not repeated."""
    names = "、".join(dict.fromkeys(str(item["loc"][0]) for item in error.errors() if item["loc"]))
    return Told(
        status=ShareStatus.PARAMETER_ERROR,
        words=(f"参数缺少或不合要求：{names}", f"missing or malformed: {names}"),
    )


def _told(told: Told, error: Exception | None = None) -> Response:
    zh, en = told.words or told.status.words
    code = ""
    if error is not None:
        problem = describe(error)
        zh, en, code = f"{zh}：{problem.zh}", f"{en}: {problem.en}", problem.kind.code
    head = HeadOut(status=told.status.value, message=zh, message_en=en, code=code)
    return Response(to_json(AnswerOut(head=head, data=dict(told.data))), media_type=_JSON)


def _route(use: Callable[[Asking], Told]) -> Callable[..., Response]:
    def answer(
        request: Request,
        body: Annotated[bytes, Depends(_body)],
        services: ServicesDep,
        bearer: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)],
    ) -> Response:
        return _answer(use, request, body, services, bearer)

    return answer


def _described(interface: Interface) -> dict[str, Any]:
    example = {"head": {"projectInfo": {"projectNo": ""}}, "data": dict(interface.example)}
    return {
        "requestBody": {
            "required": True,
            "content": {_JSON: {"schema": {"type": "object"}, "example": example}},
        }
    }


for _interface in INTERFACES:
    for _name in _interface.names:
        router.add_api_route(
            f"/{_name}",
            _route(_interface.use),
            methods=["POST"],
            name=_name,
            operation_id=f"share_{_name}",
            summary=_interface.summary,
            description=(_interface.use.__doc__ or "").partition("\n")[0],
            response_class=Response,
            responses={
                200: {"description": "head.status 0 至 4 · 0 to 4", "model": AnswerOut},
                **problems(413, 415, 422),
            },
            openapi_extra=_described(_interface),
        )
