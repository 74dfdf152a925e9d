"""Succession of issuers (机构沿革): an authority is renamed, merged or split.

Seals and licenses of the former authority stay what they were: whoever verifies them asks
whether it was entitled when it sealed. The record here is what the next trust list is made from.
"""

from dataclasses import dataclass
from datetime import datetime

from certs.errors import SealRecordError
from certs.identifiers import SocialCreditCode
from certs.seals.events import (
    MAX_DOCUMENT_NUMBER,
    Approval,
    check_approval,
    check_person,
    check_text,
)
from certs.seals.register import MAX_NAME


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuerSuccession:
    """One authority follows another.

    Attributes:
        former_code: 统一社会信用代码 of the former authority.
        former_name: As its licenses say it.
        successor_code: The same code where only the name changed.
        effective_at: From when the former authority seals nothing.
        operator: Who recorded it.
        document_no: The document that decided it (批准文号).
        approval: Who agreed.

    Raises:
        SealRecordError: Nothing changes, or a text is malformed.
        SecondPersonRequiredError: The operator would approve it.
    """

    former_code: SocialCreditCode
    former_name: str
    successor_code: SocialCreditCode
    successor_name: str
    effective_at: datetime
    recorded_at: datetime
    operator: str
    document_no: str
    approval: Approval

    def __post_init__(self) -> None:
        check_person(self.operator, what="经办人 operator")
        for name in (self.former_name, self.successor_name):
            check_text(name, 2, MAX_NAME, what="机构名称 name")
        if (self.former_code, self.former_name) == (self.successor_code, self.successor_name):
            raise SealRecordError("前后机构相同，没有变更 · nothing changes")
        check_text(self.document_no, 1, MAX_DOCUMENT_NUMBER, what="文号 document number")
        check_approval(self.approval, self.operator, is_needed=True)
