"""Questions of the sharing family (GB/T 36906): an envelope, and what each interface asks for.

Unlike our own bodies these are read tolerantly: senders in the field add members of their own.
"""

from typing import Annotated, Any, Final, Literal

from pydantic import (
    AliasChoices,
    BaseModel,
    ConfigDict,
    Field,
    JsonValue,
    StringConstraints,
    model_validator,
)

from api.schemas.bodies import Identifier
from certs.element_names import names_of

MOST_CAUSE: Final = 200
_CODE: Final = StringConstraints(min_length=1, max_length=80)
_TYPE_CODE: Final = StringConstraints(pattern=r"^[0-9A-Z]{21}$")


def _element(name: str, **more: Any) -> Any:  # noqa: ANN401 - as pydantic types its fields
    """Return a field that goes by every name of an element."""
    return Field(validation_alias=AliasChoices(*names_of(name)), **more)


class _Tolerant(BaseModel):
    """Members may be null, which is to say absent, and numbers may stand for texts."""

    model_config = ConfigDict(
        frozen=True,
        coerce_numbers_to_str=True,
        str_strip_whitespace=True,
        hide_input_in_errors=True,
    )

    @model_validator(mode="before")
    @classmethod
    def _without_nulls(cls, value: Any) -> Any:  # noqa: ANN401 - whatever was sent
        if not isinstance(value, dict):
            return value
        return {key: item for key, item in value.items() if item is not None}


class ProjectIn(_Tolerant):
    """办件: for which case somebody asks."""

    project_no: Annotated[str, StringConstraints(max_length=40)] = Field(
        default="", validation_alias=AliasChoices("projectNo", "case")
    )


class HeadIn(_Tolerant):
    """The head of a question.

    Attributes:
        access_token: The same token as in the header ``Authorization``, for senders that put it
            here.
        project: The case that a window acts in.
    """

    access_token: Annotated[str, StringConstraints(max_length=200)] = Field(
        default="", validation_alias=AliasChoices("accessToken", "token"), repr=False
    )
    project: ProjectIn = Field(
        default=ProjectIn(), validation_alias=AliasChoices("projectInfo", "project")
    )


class QuestionIn(_Tolerant):
    """``{"head": …, "data": …}``; the data of each interface are looked at by itself."""

    head: HeadIn = HeadIn()
    data: dict[str, JsonValue] = Field(default={}, repr=False)


class CauseIn(_Tolerant):
    """用证事由, and the case where the data name it and not the head."""

    cause: Annotated[str, StringConstraints(max_length=MOST_CAUSE)] = Field(
        default="", validation_alias=AliasChoices("useCause", "certificateCopyCause")
    )
    case: Annotated[str, StringConstraints(max_length=40)] = Field(
        default="", validation_alias=AliasChoices("projectNo", "case")
    )


class HolderIn(CauseIn):
    """Which licenses of a type does a holder have? Both codes are required."""

    code: Annotated[str, _CODE] = _element("certificateHolderCode", repr=False)
    type_code: Annotated[str, _TYPE_CODE] = _element("certificateTypeCode")
    code_type: Annotated[str, StringConstraints(max_length=3)] = _element(
        "certificateHolderTypeCode", default=""
    )
    name: Annotated[str, StringConstraints(max_length=512)] = _element(
        "certificateHolderName", default="", repr=False
    )


class NumberIn(_Tolerant):
    """Which license bears a printed number?"""

    number: Annotated[str, StringConstraints(min_length=1, max_length=128)] = _element(
        "certificateNumber", repr=False
    )
    type_code: Annotated[str, _TYPE_CODE] = _element("certificateTypeCode")
    issuer_code: Annotated[str, StringConstraints(max_length=18)] = _element(
        "certificateIssuingAuthorityCode", default=""
    )


class IdentifierIn(CauseIn):
    """What does a license say? The range names the elements wanted, by commas; empty is all."""

    identifier: Identifier = _element("certificateIdentifier")
    # One maker in the field writes it wrong, and others copied that.
    range: Annotated[str, StringConstraints(max_length=4000)] = Field(
        default="", validation_alias=AliasChoices("metadataRange", "meladataRange")
    )


class FileIn(CauseIn):
    """A license's file, as PDF or OFD."""

    identifier: Identifier = _element("certificateIdentifier")
    format: Literal["pdf", "ofd"] = Field(
        default="pdf", validation_alias=AliasChoices("fileFormat", "format")
    )


class ContentIn(_Tolerant):
    """A file to be verified, base64."""

    content: Annotated[str, StringConstraints(min_length=1)] = Field(
        validation_alias=AliasChoices("content", "fileContent"), repr=False
    )
    content_type: Literal["base64"] = Field(
        default="base64", validation_alias=AliasChoices("contentType", "content_type")
    )


class CodeIn(_Tolerant):
    """What a scanned QR code says."""

    code: Annotated[str, StringConstraints(min_length=1, max_length=8192)] = Field(
        validation_alias=AliasChoices("qrcode", "qrCode", "EWM"), repr=False
    )


class TypeIn(_Tolerant):
    """A license type, by its code; by its name where the code is not known."""

    code: Annotated[str, StringConstraints(max_length=21)] = _element(
        "certificateTypeCode", default=""
    )
    name: Annotated[str, StringConstraints(max_length=200)] = _element(
        "certificateTypeName", default=""
    )


class HeadOut(BaseModel):
    """How a question went; ``code`` is the stable name of a problem, where there was one."""

    status: int = Field(description="0 成功 · 1 未获得授权 · 2 服务超时 · 3 没有记录 · 4 参数错误")
    message: str
    message_en: str
    code: str = ""


class AnswerOut(BaseModel):
    """``{"head": …, "data": …}``."""

    head: HeadOut
    data: dict[str, Any]
