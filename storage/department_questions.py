"""Questions that departments of this region have, in the database."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, RowMapping, Select, func, insert, select, tuple_, update
from sqlalchemy.exc import IntegrityError

from certs.holder_codes import HolderCode, HolderCodeType
from certs.regions import RegionCode
from storage.database_errors import broken_rule
from storage.department_tables import department_answers, department_questions
from verify.acceptance.places import Place
from verify.acceptance.ports import Reply
from verify.acceptance.records import Applicant
from verify.case_errors import DepartmentQuestionNotFoundError, RecordRefusedError
from verify.departments.questions import GivenAnswer, KeptQuestion

_APPLICANT: Final = ("applicant_code_type", "applicant_code", "applicant_name")


class SqlDepartmentQuestions:
    """Questions on one connection; the port is ``QuestionBox``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, question: KeptQuestion) -> None:
        """Keep a new question."""
        try:
            self._connection.execute(insert(department_questions).values(_to_row(question)))
        except IntegrityError as error:
            # Without the cause: its text quotes the values, an applicant's code among them.
            raise RecordRefusedError(broken_rule(error)) from None

    def get(self, receipt: str) -> KeptQuestion:
        """Return a question."""
        found = self._all(
            select(department_questions).where(department_questions.c.receipt == receipt)
        )
        if not found:
            raise DepartmentQuestionNotFoundError(receipt)
        return found[0]

    def find(self, asker: RegionCode, place: Place) -> KeptQuestion | None:
        """Return the question of a region about a material, or None."""
        found = self._all(
            select(department_questions).where(
                department_questions.c.asker == str(asker),
                department_questions.c.case_id == place.case_id,
                department_questions.c.material == place.material,
            )
        )
        return found[0] if found else None

    def replies(self, asker: RegionCode, places: tuple[Place, ...]) -> Mapping[Place, Reply | None]:
        """Return what was answered last; None where nothing was, nothing where none was asked."""
        key = tuple_(department_questions.c.case_id, department_questions.c.material)
        query = select(department_questions).where(
            department_questions.c.asker == str(asker),
            key.in_([(place.case_id, place.material) for place in places]),
        )
        return {question.place: question.reply for question in self._all(query)}

    def newest(
        self,
        limit: int,
        *,
        after: str | None = None,
        open_only: bool = False,
        department: str | None = None,
    ) -> tuple[KeptQuestion, ...]:
        """Return questions, the newest first, from behind the receipt number ``after``."""
        table = department_questions
        query = select(table).order_by(table.c.row.desc()).limit(limit)
        if open_only:
            query = query.where(table.c.answered_at.is_(None))
        if department is not None:
            query = query.where(table.c.department == department)
        if after is not None:
            row = select(table.c.row).where(table.c.receipt == after).scalar_subquery()
            query = query.where(table.c.row < row)
        return self._all(query)

    def add_answer(self, receipt: str, answer: GivenAnswer) -> None:
        """Keep one more answer, which is now the one that stands."""
        # First, so that of two answers at once the second waits here and counts the first.
        changed = self._connection.execute(
            update(department_questions)
            .where(department_questions.c.receipt == receipt)
            .values(answered_at=answer.at)
        )
        if changed.rowcount != 1:
            raise DepartmentQuestionNotFoundError(receipt)
        count = select(func.count()).where(department_answers.c.receipt == receipt)
        self._connection.execute(
            insert(department_answers).values(
                receipt=receipt,
                number=self._connection.execute(count).scalar_one() + 1,
                reply=answer.reply.value,
                person=answer.person,
                at=answer.at,
            )
        )

    def drop_applicants(self, *, answered_before: datetime) -> int:
        """Forget of whom questions were that were answered before; return of how many."""
        return self._connection.execute(
            update(department_questions)
            .where(
                department_questions.c.answered_at < answered_before,
                department_questions.c.applicant_code.is_not(None),
            )
            .values(dict.fromkeys(_APPLICANT))
        ).rowcount

    def _all(self, query: Select[Any]) -> tuple[KeptQuestion, ...]:
        rows = self._connection.execute(query).mappings().all()
        answers = self._answers([row["receipt"] for row in rows])
        return tuple(_from_row(row, answers.get(row["receipt"], ())) for row in rows)

    def _answers(self, receipts: Sequence[str]) -> dict[str, tuple[GivenAnswer, ...]]:
        found: dict[str, tuple[GivenAnswer, ...]] = {}
        query = (
            select(department_answers)
            .where(department_answers.c.receipt.in_(receipts))
            .order_by(department_answers.c.number)
        )
        for row in self._connection.execute(query).mappings():
            given = GivenAnswer(reply=Reply(row["reply"]), person=row["person"], at=row["at"])
            found[row["receipt"]] = (*found.get(row["receipt"], ()), given)
        return found


def _to_row(question: KeptQuestion) -> dict[str, object]:
    applicant = question.applicant
    return {
        "receipt": question.receipt,
        "asker": str(question.asker),
        "case_id": question.place.case_id,
        "material": question.place.material,
        "department": question.department,
        "question_zh": question.question_zh,
        "question_en": question.question_en,
        "applicant_code_type": applicant and applicant.code.code_type.value,
        "applicant_code": applicant and applicant.code.code,
        "applicant_name": applicant and applicant.name,
        "asked_at": question.asked_at,
        "due_at": question.due_at,
        "received_at": question.received_at,
    }


def _from_row(row: RowMapping, answers: tuple[GivenAnswer, ...]) -> KeptQuestion:
    return KeptQuestion(
        receipt=row["receipt"],
        asker=RegionCode(row["asker"]),
        place=Place(case_id=row["case_id"], material=row["material"]),
        department=row["department"],
        question_zh=row["question_zh"],
        question_en=row["question_en"],
        applicant=_applicant(row),
        asked_at=row["asked_at"],
        due_at=row["due_at"],
        received_at=row["received_at"],
        answers=answers,
    )


def _applicant(row: RowMapping) -> Applicant | None:
    if row["applicant_code"] is None:
        return None
    code_type = HolderCodeType(row["applicant_code_type"])
    return Applicant(
        code=HolderCode(code_type=code_type, code=row["applicant_code"]),
        name=row["applicant_name"],
    )
