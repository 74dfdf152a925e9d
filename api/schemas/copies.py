"""Annotated copies (加注件) over HTTP."""

from datetime import datetime, timedelta
from typing import Annotated, Self

from pydantic import ConfigDict, Field, StringConstraints

from api.copying import PATH, CopyOrder
from api.openapi_examples import IDENTIFIER as EXAMPLE
from api.schemas.bodies import Body, Identifier
from certs.copies import MOST_WORDS, CopyState, KeptCopy

_Words = Annotated[str, StringConstraints(min_length=1, max_length=MOST_WORDS)]


class CopyIn(Body):
    """A copy for whoever has to keep one."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "license": EXAMPLE,
                    "recipient": "样例银行镜湖支行",
                    "purpose": "开立单位结算账户",
                    "days": 30,
                }
            ]
        }
    )

    license: Identifier = Field(description="电子证照标识")
    recipient: _Words = Field(description="为谁")
    purpose: _Words = Field(description="何事")
    days: Annotated[int, Field(ge=1, le=366)] = Field(default=30, description="有效天数")
    case: Annotated[str, StringConstraints(max_length=21)] = Field(
        default="", description="办件编号; a window names its case"
    )
    grant: Annotated[str, StringConstraints(max_length=21)] = Field(
        default="", description="授权编号, of whoever uses a grant"
    )

    def to_order(self) -> CopyOrder:
        """Return what is wanted."""
        return CopyOrder(
            license=self.license,
            recipient=self.recipient,
            purpose=self.purpose,
            lasts=timedelta(days=self.days),
            case=self.case,
            grant=self.grant,
        )


class CopyOut(Body):
    """A copy as the register shows it to anybody; it names neither license nor holder."""

    number: str = Field(description="加注件编号")
    license_type: str
    recipient: str
    purpose: str
    issued_at: datetime
    expires_at: datetime
    state: CopyState
    sm3: str = Field(description="SM3 of the sealed copy, hexadecimal")
    pdf: str = Field(description="where the copy is read, by whoever had it made")

    @classmethod
    def of(cls, kept: KeptCopy, state: CopyState) -> Self:
        """Show a copy."""
        statement = kept.statement
        return cls(
            number=statement.number,
            license_type=statement.license_type,
            recipient=statement.recipient,
            purpose=statement.purpose,
            issued_at=statement.issued_at,
            expires_at=statement.expires_at,
            state=state,
            sm3=kept.digest,
            pdf=f"{PATH}/{statement.number}/file",
        )
