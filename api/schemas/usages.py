"""The holder's log (用证记录) and disputes over HTTP."""

from datetime import datetime
from typing import Annotated, Self

from pydantic import ConfigDict, Field, StringConstraints

from api.schemas.bodies import Body
from api.schemas.marks import MarkOut
from certs.use_logs.counts import Completeness, UseCount
from certs.use_logs.disputes import MOST_WORDS, Dispute, DisputeFinding
from certs.use_logs.entries import LoggedUse

_Words = Annotated[str, StringConstraints(max_length=MOST_WORDS)]


class DisputeOut(Body):
    """申诉 of one use, and the answer."""

    id: str = Field(description="申诉编号")
    use: int = Field(description="number of the use")
    department: str = Field(description="who used the license, and has to answer")
    note: str
    raised_at: datetime
    due_at: datetime = Field(description="three working days after")
    overdue: bool
    finding: DisputeFinding | None
    answer: str
    answered_at: datetime | None

    @classmethod
    def of(cls, dispute: Dispute, at: datetime) -> Self:
        """Show a dispute."""
        return cls(
            id=dispute.id,
            use=dispute.use,
            department=dispute.department,
            note=dispute.note,
            raised_at=dispute.raised_at,
            due_at=dispute.due_at,
            overdue=dispute.is_overdue(at),
            finding=dispute.finding,
            answer=dispute.answer,
            answered_at=dispute.answered_at,
        )


class UseOut(Body):
    """One use of one license; values are never logged."""

    number: int
    license: str
    at: datetime
    user: str
    basis: str
    basis_zh: str
    basis_en: str
    purpose: str
    matter: str
    case: str
    grant: str
    on_behalf_of: str
    fields: tuple[str, ...]
    marks: tuple[MarkOut, ...] = Field(description="what of it is protected more")
    dispute: DisputeOut | None

    @classmethod
    def of(
        cls, item: LoggedUse, words: tuple[str, str], dispute: Dispute | None, at: datetime
    ) -> Self:
        """Show a use."""
        use = item.usage
        return cls(
            number=item.number,
            license=use.identifier,
            at=use.at,
            user=use.user,
            basis=use.basis,
            basis_zh=words[0],
            basis_en=words[1],
            purpose=use.purpose,
            matter=use.matter,
            case=use.case_id,
            grant=use.grant_id,
            on_behalf_of=use.on_behalf_of,
            fields=use.fields,
            marks=MarkOut.all_of(use.marks),
            dispute=DisputeOut.of(dispute, at) if dispute is not None else None,
        )


class UsesOut(Body):
    """Uses of all of the holder's licenses, the newest first."""

    uses: tuple[UseOut, ...]
    next: int | None = Field(description="`before` of the next page")


class CompletenessOut(Body):
    """Whether the list is what was committed last, and whether a checkpoint is over that.

    Whoever has the members works out SM3 over their canonical JSON and finds it in the log.
    """

    result: Completeness
    uses: int
    through: int = Field(description="number of the last use that was counted")
    digest: str
    salt: str
    counted_at: datetime | None
    entry: str = Field(description="what stands in the ledger (audit), SM3 in hexadecimal")

    @classmethod
    def of(cls, result: Completeness, count: UseCount | None) -> Self:
        """Show what was committed."""
        return cls(
            result=result,
            uses=count.uses if count else 0,
            through=count.through if count else 0,
            digest=count.digest if count else "",
            salt=count.salt if count else "",
            counted_at=count.counted_at if count else None,
            entry=count.subject if count else "",
        )


class DisputeIn(Body):
    """不是我办的."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"note": "那天我没有办过这件事"}]})

    note: _Words = ""


class AnswerIn(Body):
    """What whoever used the license says."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"finding": "mistake", "words": "误用，已提醒经办人"}]}
    )

    finding: DisputeFinding
    words: Annotated[str, StringConstraints(min_length=1, max_length=MOST_WORDS)]


class DisputesOut(Body):
    """Disputes, the newest first."""

    disputes: tuple[DisputeOut, ...]
