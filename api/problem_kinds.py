"""One kind of problem (RFC 9457), and the two kinds that belong to no error of ours."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Final


@dataclass(frozen=True, slots=True)
class ProblemKind:
    """One kind of problem (RFC 9457).

    Attributes:
        code: Stable name for programs, capitals and underscores; the type is made from it.
        title_zh: What it is called.
        zh: What is to be done, in one sentence.
    """

    status: HTTPStatus
    code: str
    title_zh: str
    title_en: str
    zh: str
    en: str

    @property
    def type_uri(self) -> str:
        """``urn:yinxin:problem:`` and the code in kebab case."""
        return f"urn:yinxin:problem:{self.code.lower().replace('_', '-')}"


INTERNAL: Final = ProblemKind(
    HTTPStatus.INTERNAL_SERVER_ERROR,
    "INTERNAL",
    "系统内部错误",
    "Internal error",
    "系统未能完成请求，详情只记录在服务端。",
    "The request could not be completed; details stay on the server.",
)
INVALID_REQUEST: Final = ProblemKind(
    HTTPStatus.UNPROCESSABLE_ENTITY,
    "INVALID_REQUEST",
    "请求内容不合要求",
    "Invalid request",
    "请按 problems 中逐项列出的位置修改。",
    "Correct the places listed under problems.",
)
