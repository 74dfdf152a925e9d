"""Complaints in the database; the port is ``ComplaintBook``."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Connection,
    Insert,
    RowMapping,
    Select,
    and_,
    delete,
    insert,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError

from storage.acceptance_rows import lookup_from_row
from storage.acceptance_tables import lookup_silences, lookups
from storage.case_receipt_tables import case_receipts
from storage.complaint_tables import complaint_answers, complaint_posts, complaints
from storage.database_errors import broken_rule
from verify.acceptance.lookups import Lookup
from verify.case_errors import RecordRefusedError
from verify.complaints.records import (
    AnswerResult,
    Complaint,
    ComplaintAnswer,
    ComplaintPost,
    Shown,
)


class SqlComplaints:
    """Complaints on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, complaint: Complaint) -> None:
        """Keep a complaint, and have it delivered."""
        lookup = complaint.lookup
        version = (
            select(case_receipts.c.version)
            .where(case_receipts.c.number == complaint.receipt)
            .scalar_subquery()
        )
        self._execute(
            insert(complaints).values(
                number=complaint.number,
                case_id=complaint.case_id,
                receipt=complaint.receipt,
                receipt_version=version,
                material=complaint.material,
                shown=complaint.shown.value,
                is_breach=complaint.shown.is_breach,
                lookup_material=lookup.material if lookup is not None else None,
                lookup_way=lookup.way.value if lookup is not None else None,
                lookup_number=lookup.number if lookup is not None else None,
                raised_at=complaint.raised_at,
                due_on=complaint.due_on,
            )
        )
        self._execute(
            insert(complaint_posts).values(
                complaint=complaint.number, attempts=0, due_at=complaint.raised_at
            )
        )

    def answer(self, number: str, answer: ComplaintAnswer) -> None:
        """Keep what the department said."""
        self._execute(
            insert(complaint_answers).values(
                complaint=number,
                result=answer.result.value,
                note=answer.note,
                operator=answer.operator,
                answered_at=answer.answered_at,
            )
        )

    def find(self, number: str) -> Complaint | None:
        """Return a complaint, or None."""
        found = self._read(_all().where(complaints.c.number == number))
        return found[0] if found else None

    def of_case(self, case_id: str) -> tuple[Complaint, ...]:
        """Return the complaints about a case, the oldest first."""
        return self._read(
            _all()
            .where(complaints.c.case_id == case_id)
            .order_by(complaints.c.raised_at, complaints.c.number)
        )

    def newest(self, limit: int) -> tuple[Complaint, ...]:
        """Return the newest complaints, newest first."""
        newest = complaints.c.raised_at.desc()
        return self._read(_all().order_by(newest, complaints.c.number).limit(limit))

    def take(self, limit: int, *, now: datetime, until: datetime) -> tuple[ComplaintPost, ...]:
        """Return what is due for delivery, the oldest first, and make it due again ``until``."""
        due = (
            select(complaint_posts)
            .where(complaint_posts.c.due_at <= now)
            .order_by(complaint_posts.c.due_at)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        rows = self._connection.execute(due).mappings().all()
        posts = []
        for row in rows:
            self._connection.execute(
                update(complaint_posts)
                .where(complaint_posts.c.complaint == row["complaint"])
                .values(due_at=until, attempts=row["attempts"] + 1)
            )
            found = self.find(row["complaint"])
            if found is not None:
                posts.append(ComplaintPost(complaint=found, attempts=row["attempts"]))
        return tuple(posts)

    def postpone(self, number: str, *, until: datetime) -> None:
        """Let a delivery be due later."""
        self._connection.execute(
            update(complaint_posts)
            .where(complaint_posts.c.complaint == number)
            .values(due_at=until)
        )

    def delivered(self, numbers: Sequence[str]) -> None:
        """Note what arrived."""
        for number in numbers:
            self._connection.execute(
                delete(complaint_posts).where(complaint_posts.c.complaint == number)
            )

    def _read(self, query: Select[Any]) -> tuple[Complaint, ...]:
        rows = self._connection.execute(query).mappings().all()
        return tuple(_from_row(row, self._lookup(row)) for row in rows)

    def _lookup(self, row: RowMapping) -> Lookup | None:
        if row["lookup_way"] is None:
            return None
        at = {
            "case_id": row["case_id"],
            "material": row["lookup_material"],
            "way": row["lookup_way"],
            "number": row["lookup_number"],
        }
        found, silent = (
            self._connection.execute(
                select(table).where(and_(*(table.c[name] == value for name, value in at.items())))
            )
            .mappings()
            .all()
            for table in (lookups, lookup_silences)
        )
        return lookup_from_row(found[0], silent)

    def _execute(self, statement: Insert) -> None:
        try:
            self._connection.execute(statement)
        except IntegrityError as error:
            raise RecordRefusedError(broken_rule(error)) from None


def _all() -> Select[Any]:
    answers = complaint_answers.c
    return select(
        complaints, answers.result, answers.note, answers.operator, answers.answered_at
    ).outerjoin(complaint_answers, answers.complaint == complaints.c.number)


def _from_row(row: RowMapping, lookup: Lookup | None) -> Complaint:
    answer = None
    if row["result"] is not None:
        answer = ComplaintAnswer(
            result=AnswerResult(row["result"]),
            note=row["note"],
            operator=row["operator"],
            answered_at=row["answered_at"],
        )
    return Complaint(
        number=row["number"],
        case_id=row["case_id"],
        receipt=row["receipt"],
        material=row["material"],
        shown=Shown(row["shown"]),
        lookup=lookup,
        raised_at=row["raised_at"],
        due_on=row["due_on"],
        answer=answer,
    )
