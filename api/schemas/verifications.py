"""Questions about licenses as they are posted: an identifier, or what a code says."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from api.schemas.bodies import Body
from verify.carriers.codes import MAX_TEXT
from verify.policies import Purpose


class QuestionIn(Body):
    """Exactly one of identifier and code."""

    identifier: Annotated[str | None, Field(max_length=200, description="电子证照标识")] = None
    code: Annotated[
        str | None,
        Field(max_length=MAX_TEXT, description="二维码内容 · what the QR code says"),
    ] = None

    @model_validator(mode="after")
    def _one_question(self) -> Self:
        if (self.identifier is None) == (self.code is None):
            raise ValueError("exactly one of identifier and code")
        return self

    @property
    def text(self) -> str:
        """What to look up."""
        return self.identifier or self.code or ""


class VerificationIn(QuestionIn):
    """A question, and how it is to be answered."""

    purpose: Annotated[
        Purpose, Field(description="核验策略 · whose policy weighs the findings")
    ] = Purpose.PUBLIC
    evidence: Annotated[
        bool, Field(description="附上依据，可离线重新核验 · with all that the verdict rests on")
    ] = False
