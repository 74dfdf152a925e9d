"""Receipts of cases (受理通知书) over HTTP."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Self

from pydantic import ConfigDict, Field

from api.schemas.bodies import Body
from verify.case_receipts.documents import CaseReceiptDocument
from verify.case_receipts.records import CaseReceipt
from verify.case_receipts.statements import Obtained


class ReceiptMaterialOut(Body):
    """How one material was obtained; what does not apply is left out."""

    model_config = ConfigDict(extra="forbid")

    code: str
    zh: str
    en: str
    obtained: Obtained
    at: datetime | None = None
    basis: str = ""
    license: str = Field(default="", description="电子证照标识")
    region: str = ""
    source: str = Field(default="", description="数据源或者核验部门 · who said so")
    until: date | None = None
    reason: str = ""
    reason_zh: str = ""
    stands: str = Field(default="", description="承诺或者容缺的后续 · what became of it")


class CaseReceiptOut(Body):
    """A receipt of a case."""

    case: str
    number: str = Field(description="编号；持有通知书的人据此投诉 · whoever holds it has it")
    version: int
    former: str | None = Field(description="上一版的编号 · the version before")
    issued_at: datetime
    issuer: str
    done_by: date = Field(description="办结期限")
    materials: tuple[ReceiptMaterialOut, ...]
    not_to_be_asked: tuple[str, ...] = Field(description="窗口不得要求的材料")
    complaint: str = Field(description="投诉地址 · where its holder complains")

    @classmethod
    def of(cls, receipt: CaseReceipt, document: CaseReceiptDocument) -> Self:
        """Show a receipt as it was signed."""
        statement: Mapping[str, Any] = document.statement
        return cls(
            case=receipt.case_id,
            number=receipt.number,
            version=receipt.version,
            former=receipt.former or None,
            issued_at=receipt.issued_at,
            issuer=document.verifier.name,
            done_by=date.fromisoformat(statement["done_by"]),
            materials=tuple(ReceiptMaterialOut(**item) for item in statement["materials"]),
            not_to_be_asked=tuple(statement["not_to_be_asked"]),
            complaint=document.complaint,
        )
