"""What callers read of errors of verification and of the acceptance gate."""

from http import HTTPStatus
from typing import Final

from api.problem_kinds import ProblemKind
from verify import errors

KINDS: Final[dict[type[Exception], ProblemKind]] = {
    errors.MalformedApplicantError: ProblemKind(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        "MALFORMED_APPLICANT",
        "申请人名称不合要求",
        "Malformed applicant",
        "申请人名称为 1 至 200 个可见字符。",
        "An applicant's name has 1 to 200 printable characters.",
    ),
    errors.ShareError: ProblemKind(
        HTTPStatus.FORBIDDEN,
        "SHARE_REFUSED",
        "不予应答",
        "Refused",
        "该跨区域查询不予应答。",
        "This question is not answered.",
    ),
    errors.CallerNotTrustedError: ProblemKind(
        HTTPStatus.UNAUTHORIZED,
        "CALLER_NOT_TRUSTED",
        "请求方身份未确认",
        "Caller not trusted",
        "未能确认请求来自信任列表中的地区；原因记录在服务端，格式见 docs/between-regions.md。",
        "No region of the trust list is known to have sent this; why, is in our log.",
    ),
    errors.ReceiptNotFoundError: ProblemKind(
        HTTPStatus.NOT_FOUND,
        "RECEIPT_NOT_FOUND",
        "没有此回执",
        "No such receipt",
        "本实例没有签发此编号的核验回执，请核对编号。",
        "No receipt of this number was given here.",
    ),
    errors.ReceiptRefusedError: ProblemKind(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        "RECEIPT_REFUSED",
        "不能出具回执",
        "No receipt can be given",
        "所提交的就是回执，或文件未能检查，或内容无法记录；可直接核验或稍后重试。",
        "What was brought is a receipt itself, could not be examined, or cannot be written down.",
    ),
    errors.MatterNotFoundError: ProblemKind(
        HTTPStatus.NOT_FOUND,
        "MATTER_NOT_FOUND",
        "没有此事项",
        "No such matter",
        "可办事项见 /api/v1/matters。",
        "See /api/v1/matters.",
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
    errors.DemandRefusedError: ProblemKind(
        HTTPStatus.CONFLICT,
        "ELICENSE_AVAILABLE",
        "已有有效电子证照，不得要求提交纸质证照",
        "A valid e-license is at hand; paper must not be demanded",
        "该材料已查到有效电子证照，请直接采用。纸质仅可由申请人自愿提交，或有法定理由并经第二人同意。",
        "Use the e-license that was found. Paper may only be brought voluntarily, or demanded "
        "for a legal reason to which a second person agrees.",
    ),
    errors.RegisterServesError: ProblemKind(
        HTTPStatus.CONFLICT,
        errors.RegisterServesError.code,
        "已通过数据共享核验，不得要求提交纸质材料",
        "A register confirms it; paper must not be demanded",
        "请采用数据核验结果。纸质仅可由申请人自愿提交，或有法定理由并经第二人同意。",
        "Use what the register said. Paper may only be brought voluntarily, or demanded for a "
        "legal reason to which a second person agrees.",
    ),
    errors.DepartmentServesError: ProblemKind(
        HTTPStatus.CONFLICT,
        errors.DepartmentServesError.code,
        "已经部门核验，不得要求提交纸质材料",
        "The department confirms it; paper must not be demanded",
        "请采用部门核验结果。纸质仅可由申请人自愿提交，或有法定理由并经第二人同意。",
        "Use what the department said. Paper may only be brought voluntarily, or demanded for a "
        "legal reason to which a second person agrees.",
    ),
    errors.NotNeededError: ProblemKind(
        HTTPStatus.CONFLICT,
        errors.NotNeededError.code,
        "该材料已经取消，任何人不得要求",
        "The material was abolished; nobody may ask for it",
        "请记录为免于提交（exempt）。",
        "Record it as exempt.",
    ),
    errors.DepartmentCheckRequiredError: ProblemKind(
        HTTPStatus.CONFLICT,
        errors.DepartmentCheckRequiredError.code,
        "须先经部门核验，暂不得要求提交纸质材料",
        "The department has to be heard first",
        "请在 due_at 之后或者部门答复之后重新查询；没有 due_at 的，该事项没有规定部门核验，"
        "纸质仅可由申请人自愿提交。",
        "Look up again after due_at, or once the department has answered. Without due_at the "
        "matter provides for no such check, and paper may only be brought voluntarily.",
    ),
    errors.FormNotPossibleError: ProblemKind(
        HTTPStatus.CONFLICT,
        errors.FormNotPossibleError.code,
        "该材料不能以此方式取得",
        "Not possible in this form",
        "该材料没有规定此种取得方式。",
        "No rule provides for this form.",
    ),
    errors.LookupRequiredError: ProblemKind(
        HTTPStatus.CONFLICT,
        errors.LookupRequiredError.code,
        "尚未查询",
        "Look up first",
        "请先重新查询该材料。",
        "Look the material up first.",
    ),
    errors.StaleLookupError: ProblemKind(
        HTTPStatus.CONFLICT,
        errors.StaleLookupError.code,
        "查询结果已过时",
        "Look-up too old",
        "查询结果超过十分钟，请重新查询。",
        "The look-up is older than ten minutes; look up again.",
    ),
    errors.ReasonRequiredError: ProblemKind(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        errors.ReasonRequiredError.code,
        "要求纸质须有理由",
        "A reason is needed",
        "请从 reasons_allowed 中选择理由。",
        "Choose one of reasons_allowed.",
    ),
    errors.ReasonNotApplicableError: ProblemKind(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        errors.ReasonNotApplicableError.code,
        "理由不适用",
        "Reason does not fit",
        "该理由与查询结果或取得方式不符。",
        "The reason does not fit the look-up or the form.",
    ),
    errors.NoteRequiredError: ProblemKind(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        errors.NoteRequiredError.code,
        "须写明理由",
        "Put the reason into words",
        "请用 1 至 500 个字说明理由。",
        "Say why, in 1 to 500 characters.",
    ),
    errors.ApproverRequiredError: ProblemKind(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        errors.ApproverRequiredError.code,
        "须经第二人同意",
        "A second person is needed",
        "该理由须由另一名有审批权限的人员同意。",
        "Another person with the power to approve must agree.",
    ),
    errors.ApproverIsOperatorError: ProblemKind(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        errors.ApproverIsOperatorError.code,
        "审批人不能是经办人本人",
        "The approver is the operator",
        "请由另一人审批。",
        "Another person must approve.",
    ),
    errors.RoleMissingError: ProblemKind(
        HTTPStatus.FORBIDDEN,
        errors.RoleMissingError.code,
        "人员没有所需岗位权限",
        "Role missing",
        "经办人或审批人没有所需岗位权限。",
        "Operator or approver does not hold the role.",
    ),
    errors.AlreadyDecidedError: ProblemKind(
        HTTPStatus.CONFLICT,
        errors.AlreadyDecidedError.code,
        "该材料已有决定",
        "Decided before",
        "该材料的取得方式已经记录，不能更改。",
        "How the material is had is on record already.",
    ),
}

WITHOUT_DETAIL: Final[frozenset[type[Exception]]] = frozenset(
    {
        # Bases: only their subclasses are raised.
        errors.VerifyError,
        errors.DecisionRefusedError,
        # Faults of the installation, or of stored data: for the log, not for callers.
        errors.MalformedExaminationError,
        errors.MalformedGroundsError,
        errors.MalformedReceiptError,
        errors.DuplicateReceiptError,
        errors.CaseUndecidedError,
        errors.DamagedAttachmentError,
        errors.NothingAmendedError,
        errors.PackageRefusedError,
        errors.NotAtHandError,
        errors.StatusListError,
        errors.MalformedPolicyError,
        errors.MalformedMatterError,
        errors.TrustListError,
        # Caught where they arise; no route lets them through.
        errors.InconsistentLookupError,
        errors.SourceSilentError,
        errors.LedgerProofError,
        errors.TooFewWitnessesError,
        # Witnesses answer in the words of their protocol.
        errors.StrangeLogError,
        errors.OldSizeError,
    }
)
