"""What callers read where a window is refused."""

from http import HTTPStatus
from typing import Final

from api.problem_kinds import ProblemKind
from verify import decision_errors as errors

KINDS: Final[dict[type[Exception], ProblemKind]] = {
    errors.DeclarationRequiredError: ProblemKind(
        HTTPStatus.CONFLICT,
        "DECLARATION_REQUIRED",
        "尚未签署告知承诺书",
        "The declaration is not signed",
        "请申请人签署 declaration 的全文后再记录。",
        "Have the applicant sign the text at declaration first.",
    ),
    errors.CreditExcludedError: ProblemKind(
        HTTPStatus.CONFLICT,
        "CREDIT_EXCLUDED",
        "申请人有未修复的失信承诺",
        "The applicant broke a promise",
        "曾作出不实承诺或者逾期未补，修复前不适用告知承诺。",
        "A promise was broken and not set right; until then no declaration is accepted.",
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
    errors.EvidenceRefusedError: ProblemKind(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        errors.EvidenceRefusedError.code,
        "扫描件不能归档",
        "The scan cannot be archived",
        "请上传 PDF、OFD、PNG、JPEG 或者 TIFF 格式的扫描件。",
        "Send a scan as PDF, OFD, PNG, JPEG or TIFF.",
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
    errors.ProbeDisagreesError: ProblemKind(
        HTTPStatus.CONFLICT,
        errors.ProbeDisagreesError.code,
        "探测结果不支持无应答",
        "The probe disagrees",
        "系统探测未发现该数据源中断，请重新查询。",
        "The system's own probe did not find the source down; look up again.",
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
    errors.TransferRefusedError: ProblemKind(
        HTTPStatus.CONFLICT,
        errors.TransferRefusedError.code,
        "办件不能移交",
        "The case cannot be handed over",
        "只能把尚未办结、尚未移交的办件移交给信任列表中的其他地区，每个办件移交一次。",
        "An open case is handed over once, to another region of the trust list.",
    ),
    errors.MaterialsOpenError: ProblemKind(
        HTTPStatus.CONFLICT,
        errors.MaterialsOpenError.code,
        "尚有必要材料未记录取得方式",
        "Required materials are not decided",
        "请先逐项记录 materials 中各材料的取得方式。",
        "Record first how each of the materials is had.",
    ),
    errors.OutcomeSettledError: ProblemKind(
        HTTPStatus.CONFLICT,
        errors.OutcomeSettledError.code,
        "办件已经办结",
        "The case was settled before",
        "该办件的结果已经记录，不能更改。",
        "The outcome is on record and stays.",
    ),
    errors.ResultFieldError: ProblemKind(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        errors.ResultFieldError.code,
        "该字段不由审批人填写",
        "Not a field for the approver",
        "请只填写结果证照留给审批人的字段。",
        "Give only fields that the result leaves to the approver.",
    ),
    errors.FieldLockedError: ProblemKind(
        HTTPStatus.CONFLICT,
        errors.FieldLockedError.code,
        "该字段来自权威数据，不能改写",
        "The field is vouched for",
        "内容有误的，请向出证部门提出更正（信息有误），不在此改写。",
        "If it is wrong, have it corrected by the department that issued it.",
    ),
    errors.MistakeNotPossibleError: ProblemKind(
        HTTPStatus.CONFLICT,
        errors.MistakeNotPossibleError.code,
        "该字段不能提出信息有误",
        "No mistake of a license",
        "只有来自电子证照的内容可以提出更正，且须填写不同的正确内容；其他内容请在申请表直接填写。",
        "Only what a license says is corrected, and only to something else; write the rest into the"
        " form.",
    ),
    errors.FieldUnknownError: ProblemKind(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        errors.FieldUnknownError.code,
        "申请表没有此字段",
        "No such field",
        "请只填写该情形下申请表列出的字段。",
        "Answer only fields that the form shows in this situation.",
    ),
    errors.FieldValueError: ProblemKind(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        errors.FieldValueError.code,
        "填写的内容不合要求",
        "Not a value of this field",
        "请按字段的类型、选项和长度填写。",
        "Keep to the field's kind, its choices and its length.",
    ),
    errors.FormChangedError: ProblemKind(
        HTTPStatus.CONFLICT,
        errors.FormChangedError.code,
        "申请表已被他人填写",
        "The form was filled in meanwhile",
        "请重新读取申请表后再填写。",
        "Read the form again and answer over that.",
    ),
}

WITHOUT_DETAIL: Final[frozenset[type[Exception]]] = frozenset(
    {
        # Bases: only their subclasses are raised.
        errors.DecisionRefusedError,
    }
)
