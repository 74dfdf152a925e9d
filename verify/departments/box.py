"""The box of a department (待核验箱): questions come in, people answer, askers hear it."""

import base64
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from certs.regions import RegionCode
from verify.acceptance.places import Place
from verify.acceptance.ports import DepartmentQuestion, Reply
from verify.departments.ports import DepartmentWork
from verify.departments.questions import GivenAnswer, KeptQuestion, Standing, place_of
from verify.errors import ShareError
from verify.ports import Clock

_RECEIPT_BYTES: Final = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class DepartmentBox:
    """待核验箱 of one region's departments.

    Attributes:
        departments: The short names of the departments that answer here.
        keep: How long it is kept of whom a question was, once it is answered.
    """

    departments: frozenset[str]
    unit_of_work: Callable[[], DepartmentWork]
    clock: Clock
    keep: timedelta

    def take_in(self, question: DepartmentQuestion, *, asker: RegionCode) -> None:
        """Keep a question of a region; asked again it stays the one that it is.

        Raises:
            ShareError: No such department answers here.
            RecordRefusedError: The same question came twice at once.
        """
        if question.department not in self.departments:
            raise ShareError("no such department answers here")
        with self.unit_of_work() as work:
            if work.department_questions.find(asker, place_of(question)) is not None:
                return
            work.department_questions.add(
                KeptQuestion(
                    receipt=_random_receipt(),
                    asker=asker,
                    place=place_of(question),
                    department=question.department,
                    question_zh=question.question_zh,
                    question_en=question.question_en,
                    applicant=question.applicant,
                    asked_at=question.asked_at,
                    due_at=question.due_at,
                    received_at=self.clock.now(),
                )
            )
            work.commit()

    def standing(self, places: tuple[Place, ...], *, asker: RegionCode) -> Standing:
        """Return what became of a region's own questions; of others' it hears nothing."""
        with self.unit_of_work() as work:
            found = work.department_questions.replies(asker, places)
        return Standing(
            replies={place: reply for place, reply in found.items() if reply is not None},
            unknown=frozenset(places).difference(found),
        )

    def answer(self, receipt: str, reply: Reply, *, person: str) -> KeptQuestion:
        """Answer a question (答复); the same answer again changes nothing, another one stands.

        Raises:
            DepartmentQuestionNotFoundError: There is no such question.
        """
        with self.unit_of_work() as work:
            question = work.department_questions.get(receipt)
            if question.reply is reply:
                return question
            given = GivenAnswer(reply=reply, person=person, at=self.clock.now())
            work.department_questions.add_answer(receipt, given)
            work.commit()
        return question.with_answer(given)

    def drop_applicants(self) -> int:
        """Forget of whom questions were that were answered long ago; return of how many."""
        with self.unit_of_work() as work:
            dropped = work.department_questions.drop_applicants(
                answered_before=self.clock.now() - self.keep
            )
            work.commit()
        return dropped


def _random_receipt() -> str:
    return base64.b32encode(secrets.token_bytes(_RECEIPT_BYTES)).decode("ascii")
