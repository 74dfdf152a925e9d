"""What all bodies share, and the shape of a problem document for the OpenAPI description."""

from typing import Annotated, Any, Final

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from certs.holder_codes import HolderCode, HolderCodeType
from verify.acceptance.records import Applicant

IDENTIFIER_PATTERN: Final = r"^[0-9A-Z.]{1,120}$"
Identifier = Annotated[str, StringConstraints(pattern=IDENTIFIER_PATTERN)]
Text = Annotated[str, StringConstraints(min_length=1, max_length=500)]


class Body(BaseModel):
    """A body whose members are all known."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class HolderIn(Body):
    """Somebody by code: 持证主体 or 申请人."""

    code_type: HolderCodeType = Field(
        description="代码类型（GB/T 36903 附录 A）· kind of code: 001 organization, 111 citizen …"
    )
    code: Annotated[str, StringConstraints(min_length=1, max_length=80)]
    name: Annotated[str, StringConstraints(min_length=1, max_length=200)]

    def to_code(self) -> HolderCode:
        """Return the checked code.

        Raises:
            MalformedIdentifierError: It is not a code of its kind.
            WrongCheckCharacterError: Its check character is wrong.
        """
        return HolderCode(code_type=self.code_type, code=self.code.strip())

    def to_applicant(self) -> Applicant:
        """Return whoever it is as somebody of a case (申请人、当事人).

        Raises:
            MalformedApplicantError: The name is not one; the errors of ``to_code`` for the code.
        """
        return Applicant(code=self.to_code(), name=self.name.strip())


class ProblemOut(BaseModel):
    """问题说明（RFC 9457）: more members may follow, by the kind of problem."""

    model_config = ConfigDict(
        extra="allow",
        json_schema_extra={
            "examples": [
                {
                    "type": "urn:yinxin:problem:license-not-found",
                    "title": "没有此证照",
                    "title_en": "No such license",
                    "status": 404,
                    "code": "LICENSE_NOT_FOUND",
                    "detail": "没有您可以查看的这一证照标识。",
                    "detail_en": "There is no license of this identifier that you may see.",
                    "instance": "/api/v1/licenses/1.2.156.3005.2…",
                }
            ]
        },
    )

    type: str
    title: str
    title_en: str
    status: int
    code: str
    detail: str
    detail_en: str
    instance: str


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return what a route says of its problems in the OpenAPI description."""
    return {
        status: {
            "description": "问题说明 · problem document",
            "content": {
                "application/problem+json": {"schema": {"$ref": "#/components/schemas/ProblemOut"}}
            },
        }
        for status in statuses
    }
