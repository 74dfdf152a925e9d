"""What an instance has that is connected to no register of facts, or to no department."""

from typing import NoReturn

from verify.acceptance.ports import DepartmentAnswer, DepartmentQuestion
from verify.acceptance.records import Applicant
from verify.errors import SourceSilentError
from verify.matters.situations import Answers


class NoDataSources:
    """没有接入数据源: every register is silent, which spares nobody and proves nothing."""

    def check(
        self, source: str, _item: str, _applicant: Applicant, _situation: Answers
    ) -> NoReturn:
        """Say that the register does not answer.

        Raises:
            SourceSilentError: Always.
        """
        raise SourceSilentError(source)


class NoDepartments:
    """没有接入核验部门: questions reach nobody, and their time passes."""

    def ask(self, question: DepartmentQuestion) -> NoReturn:
        """Say that the department cannot be reached.

        Raises:
            SourceSilentError: Always.
        """
        raise SourceSilentError(question.department)

    def answers(self, _case_id: str) -> tuple[DepartmentAnswer, ...]:
        """Return that nobody answered."""
        return ()
