"""Questions to departments (部门核验) over HTTP: the department reads and answers them."""

from typing import Annotated

from fastapi import APIRouter, Path, Query

from api.auth import may
from api.callers import Caller
from api.http_errors import NotServedHereError
from api.schemas.bodies import problems
from api.schemas.department_questions import (
    DepartmentAnswerIn,
    DepartmentQuestionOut,
    DepartmentQuestionPageOut,
)
from api.services import ServicesDep
from certs.rights import Action

router = APIRouter(prefix="/department-questions", tags=["部门核验 department checks"])
_AnswerQuestionDep = Annotated[Caller, may(Action.ANSWER_QUESTION)]
_RECEIPT = r"^[A-Z2-7]{16}$"
_Receipt = Annotated[str, Path(pattern=_RECEIPT, description="回执编号")]


@router.get("", summary="待核验问题 · list questions", responses=problems(401, 403, 422))
def list_questions(
    services: ServicesDep,
    _caller: _AnswerQuestionDep,
    *,
    open_only: Annotated[bool, Query(alias="open")] = False,
    department: Annotated[str | None, Query(pattern=r"^[a-z0-9-]{1,40}$")] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    after: Annotated[str | None, Query(pattern=_RECEIPT)] = None,
) -> DepartmentQuestionPageOut:
    """Return the questions that departments here have, newest first, without the applicants."""
    with services.unit_of_work() as work:
        work.only_read()
        found = work.department_questions.newest(
            limit + 1, after=after, open_only=open_only, department=department
        )
    shown = found[:limit]
    return DepartmentQuestionPageOut(
        questions=tuple(map(DepartmentQuestionOut.of, shown)),
        next=shown[-1].receipt if len(found) > limit else None,
    )


@router.get("/{receipt}", summary="一个问题 · one question", responses=problems(401, 403, 404))
def show_question(
    receipt: _Receipt, services: ServicesDep, _caller: _AnswerQuestionDep
) -> DepartmentQuestionOut:
    """Return a question with the applicant; some time after the answer it names nobody."""
    with services.unit_of_work() as work:
        work.only_read()
        return DepartmentQuestionOut.of(work.department_questions.get(receipt), whole=True)


@router.post(
    "/{receipt}/answer",
    status_code=201,
    summary="答复 · answer",
    responses=problems(401, 403, 404, 422),
)
def answer_question(
    receipt: _Receipt, body: DepartmentAnswerIn, services: ServicesDep, caller: _AnswerQuestionDep
) -> DepartmentQuestionOut:
    """Answer a question; whoever asked hears the answer that stands, also after its time.

    The same answer again changes nothing; another one takes the place of the former.
    """
    if services.case_sources is None:
        raise NotServedHereError("no department answers here")
    box = services.case_sources.box
    return DepartmentQuestionOut.of(box.answer(receipt, body.reply, person=caller.person))
