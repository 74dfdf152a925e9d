"""What callers read of errors of cases."""

from http import HTTPStatus
from typing import Final

from api.problem_kinds import ProblemKind
from verify import case_errors as errors

KINDS: Final[dict[type[Exception], ProblemKind]] = {
    errors.MalformedApplicantError: ProblemKind(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        "MALFORMED_APPLICANT",
        "申请人名称不合要求",
        "Malformed applicant",
        "申请人名称为 1 至 200 个可见字符。",
        "An applicant's name has 1 to 200 printable characters.",
    ),
    errors.ExceptionClosedError: ProblemKind(
        HTTPStatus.CONFLICT,
        "EXCEPTION_CLOSED",
        "该例外申请已办结",
        "Nothing waits for a word here",
        "已批准、已退回，或该材料已另行办结。请返回例外审批查看仍待审批的申请。",
        "It was agreed to, declined, or the material was had otherwise; look at what still waits.",
    ),
    errors.MatterClosedError: ProblemKind(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        "MATTER_CLOSED",
        "该事项目前不办理",
        "The matter is not handled now",
        "该事项尚未开办或者已经停办，起止日期见 /matters。",
        "It is not handled yet, or not any more.",
    ),
    errors.PromiseNotFoundError: ProblemKind(
        HTTPStatus.NOT_FOUND,
        "PROMISE_NOT_FOUND",
        "该材料没有承诺或者容缺",
        "Nothing was left open",
        "该材料没有以承诺或者容缺方式办理。",
        "The material was neither declared nor deferred.",
    ),
    errors.PromiseClosedError: ProblemKind(
        HTTPStatus.CONFLICT,
        "PROMISE_CLOSED",
        "该承诺或者容缺已经了结",
        "Nothing is open any more",
        "该项已经了结，或者不能这样记录。",
        "It is closed, or cannot be recorded so.",
    ),
    errors.PartyOpenError: ProblemKind(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        "PARTY_OPEN",
        "尚未说明当事人",
        "A party is not named",
        "需要查询 party 的证照，请在 parties 中以 party 为键写明其代码和名称。",
        "A license of party is looked up: give code and name in parties under that name.",
    ),
    errors.PartyError: ProblemKind(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        "PARTY_WRONG",
        "不需要此当事人",
        "This party is not needed",
        "该事项在此情形下不查询 party 的证照，请不要提供其信息。",
        "In this situation nothing of party is looked up: do not give their data.",
    ),
    errors.SituationOpenError: ProblemKind(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        "SITUATION_OPEN",
        "情形尚有问题未回答",
        "A question of the situation is open",
        "请从 choices 中选择一项，以 question 为键写入 situation。",
        "Choose one of choices, and give it in situation under the name in question.",
    ),
    errors.SituationError: ProblemKind(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        "SITUATION_WRONG",
        "情形的回答不合该事项",
        "The situation does not fit the matter",
        "该事项在此情形下没有 question 这个问题，或者没有所答的选项；问题与选项见 /matters。",
        "In this situation the matter does not ask question, or has no such choice; questions and "
        "choices are listed at /matters.",
    ),
    errors.CaseNotFoundError: ProblemKind(
        HTTPStatus.NOT_FOUND,
        "CASE_NOT_FOUND",
        "没有此办件",
        "No such case",
        "没有此办件编号。",
        "No case has this identifier.",
    ),
    errors.DepartmentQuestionNotFoundError: ProblemKind(
        HTTPStatus.NOT_FOUND,
        "DEPARTMENT_QUESTION_NOT_FOUND",
        "没有此核验问题",
        "No such question",
        "没有此回执编号的部门核验问题。",
        "No question to a department has this receipt number.",
    ),
    errors.MaterialNotFoundError: ProblemKind(
        HTTPStatus.NOT_FOUND,
        "MATERIAL_NOT_FOUND",
        "办件不要求此材料",
        "Material not asked for",
        "一次性告知清单之外的材料，任何人不得要求。",
        "The case does not ask for this material, so nobody may.",
    ),
    errors.RecordRefusedError: ProblemKind(
        HTTPStatus.CONFLICT,
        "RECORD_REFUSED",
        "登记被数据库规则拒绝",
        "Refused by the database",
        "该记录违反登记规则，未予保存。",
        "The record breaks a rule of the register and was not kept.",
    ),
    errors.TransferNotFoundError: ProblemKind(
        HTTPStatus.NOT_FOUND,
        "TRANSFER_NOT_FOUND",
        "没有此移交",
        "No such transfer",
        "没有收到此编号的代收办件。",
        "No case was handed over to this region under this number.",
    ),
    errors.OneThingNotFoundError: ProblemKind(
        HTTPStatus.NOT_FOUND,
        "ONE_THING_NOT_FOUND",
        "没有此一件事",
        "No such one-thing",
        "可办的一件事见 /api/v1/one-things。",
        "See /api/v1/one-things.",
    ),
    errors.ApplicationNotFoundError: ProblemKind(
        HTTPStatus.NOT_FOUND,
        "APPLICATION_NOT_FOUND",
        "没有此申请",
        "No such application",
        "没有此申请编号。",
        "No application has this identifier.",
    ),
    errors.CaseIncompleteError: ProblemKind(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        "CASE_INCOMPLETE",
        "尚有必要材料未记录取得方式",
        "Required materials are not decided",
        "materials 中的材料都记录取得方式后，才能出具受理通知书。",
        "Decide on each of materials; then the receipt can be issued.",
    ),
    errors.CaseReceiptNotFoundError: ProblemKind(
        HTTPStatus.NOT_FOUND,
        "CASE_RECEIPT_NOT_FOUND",
        "没有此受理通知书",
        "No such receipt",
        "该办件尚未出具受理通知书，或者没有此编号；请核对，或由窗口出具。",
        "No receipt of the case was issued, or none has this number: check it, or issue one.",
    ),
    errors.ComplaintNotFoundError: ProblemKind(
        HTTPStatus.NOT_FOUND,
        "COMPLAINT_NOT_FOUND",
        "没有此投诉",
        "No such complaint",
        "没有此编号的投诉，请核对编号。",
        "No complaint has this number.",
    ),
    errors.OutcomeNotFoundError: ProblemKind(
        HTTPStatus.NOT_FOUND,
        "OUTCOME_NOT_FOUND",
        "办件尚未办结",
        "The case is open",
        "该办件还没有办理结果。",
        "The case has no outcome yet.",
    ),
}

WITHOUT_DETAIL: Final[frozenset[type[Exception]]] = frozenset(
    {
        # Faults of the installation, or of stored data: for the log, not for callers.
        errors.CaseUndecidedError,
        errors.DamagedAttachmentError,
        # Caught where they arise; no route lets them through.
        errors.InconsistentLookupError,
    }
)
