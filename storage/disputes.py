"""Disputed uses in the database."""

from typing import Any

from sqlalchemy import Connection, RowMapping, Select, insert, select
from sqlalchemy.exc import IntegrityError

from certs.errors import DisputeNotFoundError, DisputeRefusedError
from certs.use_logs.disputes import Dispute, DisputeFinding
from storage.use_log_tables import dispute_answers, disputes


class SqlDisputes:
    """The disputes on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, dispute: Dispute) -> None:
        """Keep a new dispute, or raise DisputeRefusedError."""
        row = {
            "id": dispute.id,
            "use_row": dispute.use,
            "holder_key": dispute.holder_key,
            "department": dispute.department,
            "note": dispute.note,
            "raised_at": dispute.raised_at,
            "due_at": dispute.due_at,
        }
        try:
            self._connection.execute(insert(disputes), [row])
        except IntegrityError as error:
            raise DisputeRefusedError("该记录已申诉 · the use is disputed already") from error

    def get(self, dispute_id: str) -> Dispute:
        """Return a dispute, or raise DisputeNotFoundError."""
        found = self._all(_query().where(disputes.c.id == dispute_id))
        if not found:
            raise DisputeNotFoundError(dispute_id)
        return found[0]

    def answer(self, dispute: Dispute) -> None:
        """Keep the answer that ``dispute`` holds, or raise DisputeRefusedError."""
        row = {
            "id": dispute.id,
            "finding": dispute.finding,
            "words": dispute.answer,
            "at": dispute.answered_at,
            "actor": dispute.answered_by,
        }
        try:
            self._connection.execute(insert(dispute_answers), [row])
        except IntegrityError as error:
            raise DisputeRefusedError("该申诉已答复 · it was answered before") from error

    def of_holder(self, holder_key: str) -> tuple[Dispute, ...]:
        """Return a holder's disputes, newest first."""
        return self._all(_query().where(disputes.c.holder_key == holder_key))

    def of_department(self, department: str) -> tuple[Dispute, ...]:
        """Return the disputes that somebody has to answer or answered, newest first."""
        return self._all(_query().where(disputes.c.department == department))

    def _all(self, query: Select[Any]) -> tuple[Dispute, ...]:
        rows = self._connection.execute(query.order_by(disputes.c.row.desc())).mappings()
        return tuple(map(_from_row, rows))


def _query() -> Select[Any]:
    answers = dispute_answers.c
    joined = disputes.outerjoin(dispute_answers, answers.id == disputes.c.id)
    return select(disputes, answers.finding, answers.words, answers.at, answers.actor).select_from(
        joined
    )


def _from_row(row: RowMapping) -> Dispute:
    return Dispute(
        id=row["id"],
        use=row["use_row"],
        holder_key=row["holder_key"],
        department=row["department"],
        note=row["note"],
        raised_at=row["raised_at"],
        due_at=row["due_at"],
        finding=DisputeFinding(row["finding"]) if row["finding"] else None,
        answer=row["words"] or "",
        answered_at=row["at"],
        answered_by=row["actor"] or "",
    )
