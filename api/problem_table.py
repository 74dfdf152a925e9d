"""What callers read of each error: status, stable code, and words, Chinese first.

An error that stands in neither table here is a defect: a test walks the trees of all packages.
"""

from http import HTTPStatus
from types import MappingProxyType
from typing import Final

from api import errors as api_errors
from api import http_errors as web
from api.problem_kinds import ProblemKind
from api.problem_words import VERIFY_KINDS
from certs import errors as certs
from signing import errors as signing
from storage import errors as storage
from verify import errors as verify

_BAD: Final = HTTPStatus.UNPROCESSABLE_ENTITY
_CONFLICT: Final = HTTPStatus.CONFLICT
_ABSENT: Final = HTTPStatus.NOT_FOUND
_FORBIDDEN: Final = HTTPStatus.FORBIDDEN
_BUSY: Final = HTTPStatus.SERVICE_UNAVAILABLE

_KINDS: Final[dict[type[Exception], ProblemKind]] = {
    # What only HTTP knows.
    web.NotAuthenticatedError: ProblemKind(
        HTTPStatus.UNAUTHORIZED,
        "NOT_AUTHENTICATED",
        "请先登录",
        "Sign in first",
        "此操作需要有效的访问凭证。",
        "This needs a good access token.",
    ),
    web.NotAllowedError: ProblemKind(
        _FORBIDDEN,
        "NOT_ALLOWED",
        "没有此项权限",
        "Not allowed",
        "当前身份不能进行此操作。",
        "The present role does not reach here.",
    ),
    web.ForeignRequestError: ProblemKind(
        _FORBIDDEN,
        "FOREIGN_REQUEST",
        "请求来源不可信",
        "Request from elsewhere",
        "表单不是由本站当前会话发出，请返回页面重新提交。",
        "The form was not sent from a page of this session; go back and send it again.",
    ),
    web.BasisMissingError: ProblemKind(
        _FORBIDDEN,
        "BASIS_MISSING",
        "没有用证依据",
        "No basis for this use",
        "窗口调用证照须指明查到该证照的办件（参数 case）。",
        "A window names the case that found the license (parameter case).",
    ),
    web.FaceMissingError: ProblemKind(
        _ABSENT,
        "FACE_MISSING",
        "没有这种版式文件",
        "No such face",
        "该证照签发时没有生成这种格式的文件。",
        "No file of this kind was made when the license was issued.",
    ),
    web.UnknownLicenseTypeError: ProblemKind(
        _BAD,
        "UNKNOWN_LICENSE_TYPE",
        "没有此证照类型",
        "Unknown license type",
        "可用的类型见 /api/v1/license-types。",
        "See /api/v1/license-types.",
    ),
    web.ContradictionError: ProblemKind(
        _BAD,
        "CONTRADICTING_FIELDS",
        "同一信息项有两个不同的值",
        "One field, two values",
        "请只保留一处。",
        "Give it in one place.",
    ),
    web.KeyReusedError: ProblemKind(
        _BAD,
        "IDEMPOTENCY_KEY_REUSED",
        "幂等键已用于另一请求",
        "Idempotency key used for another request",
        "内容不同的请求须使用新的 Idempotency-Key。",
        "A different request needs a new Idempotency-Key.",
    ),
    web.TooLargeError: ProblemKind(
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        "TOO_LARGE",
        "上传内容过大",
        "Too large",
        "上传内容超过上限，未予读取。",
        "The upload is over the limit and was not read.",
    ),
    web.MalformedBodyError: ProblemKind(
        HTTPStatus.BAD_REQUEST,
        "MALFORMED_BODY",
        "请求内容无法解析",
        "The body cannot be read",
        "请求内容不完整，或与其 Content-Type 不符，请重新提交。",
        "The body is incomplete or not what its content type says; send it again.",
    ),
    web.BusyError: ProblemKind(
        HTTPStatus.SERVICE_UNAVAILABLE,
        "BUSY",
        "批量核验正忙",
        "Batches are busy",
        "正在处理的批量请求已达上限，请稍后再试。",
        "As many batches as can be are being answered; ask again a little later.",
    ),
    web.MediaTypeError: ProblemKind(
        HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
        "UNSUPPORTED_MEDIA_TYPE",
        "不支持的内容类型",
        "Unsupported media type",
        "请以 multipart/form-data 上传文件，或以 application/json 提交标识或二维码内容。",
        "Upload a file as multipart/form-data, or post an identifier or code as application/json.",
    ),
    web.SharingRefusedError: ProblemKind(
        _BAD,
        "SHARING_REFUSED",
        "共享请求被拒绝",
        "Question refused",
        "请求未被受理，原因见 head.message。",
        "The question was refused; head.message says why.",
    ),
    web.TrustListMissingError: ProblemKind(
        _ABSENT,
        "TRUST_LIST_MISSING",
        "尚无信任列表",
        "No trust list",
        "本实例还没有导入信任列表。",
        "No trust list has been imported here.",
    ),
    web.NotServedHereError: ProblemKind(
        _BUSY,
        "NOT_SERVED_HERE",
        "本进程不提供此项服务",
        "Not served here",
        "本进程没有所需的印章或密钥。",
        "This process holds no seal or key for it.",
    ),
    # certs
    certs.MalformedIdentifierError: ProblemKind(
        _BAD,
        "MALFORMED_CODE",
        "代码格式不符",
        "Malformed code",
        "代码不符合其编码规则，请核对。",
        "The code does not follow its rule.",
    ),
    certs.WrongCheckCharacterError: ProblemKind(
        _BAD,
        "WRONG_CHECK_CHARACTER",
        "代码校验位不符",
        "Wrong check character",
        "校验位不符，多为录入错误，请核对。",
        "The check character is wrong; probably mistyped.",
    ),
    certs.InvalidApplicationError: ProblemKind(
        _BAD,
        "INVALID_APPLICATION",
        "填报内容不合要求",
        "Invalid application",
        "请按 problems 中逐项列出的信息项修改。",
        "Correct the fields listed under problems.",
    ),
    certs.LicenseNotFoundError: ProblemKind(
        _ABSENT,
        "LICENSE_NOT_FOUND",
        "没有此证照",
        "No such license",
        "没有您可以查看的这一证照标识。",
        "There is no license of this identifier that you may see.",
    ),
    certs.ReplacementError: ProblemKind(
        _CONFLICT,
        "NOT_REPLACEABLE",
        "不能替代该证照",
        "License cannot be replaced by this one",
        "只能替代同一持证主体、同一证照类型、同一颁发机构的证照，请核对原证照标识。",
        "Only a license of the same holder, type and issuer is replaced; check its identifier.",
    ),
    certs.DuplicateLicenseError: ProblemKind(
        _CONFLICT,
        "DUPLICATE_LICENSE",
        "证照编号已有有效证照",
        "License number in force",
        "该证照编号已有有效证照。",
        "A license with this number is in force.",
    ),
    certs.IntentClosedError: ProblemKind(
        _CONFLICT,
        "ISSUING_CLOSED",
        "该次签发已中止",
        "Issuing given up",
        "请换用新的 Idempotency-Key 重新申请。",
        "Ask again under a new Idempotency-Key.",
    ),
    certs.IllegalTransitionError: ProblemKind(
        _CONFLICT,
        "ILLEGAL_TRANSITION",
        "当前状态不允许此变更",
        "Status does not allow it",
        "当前状态不允许此变更。",
        "The present status does not allow the change.",
    ),
    certs.MoveNotAllowedError: ProblemKind(
        _CONFLICT,
        "MOVE_NOT_ALLOWED",
        "该证照类型没有这种变更",
        "Not a change of this type",
        "该证照类型的管理规则不允许这种状态变更。",
        "The rules of this license type do not know the change.",
    ),
    certs.MoveTimeError: ProblemKind(
        _CONFLICT,
        "EFFECTIVE_TIME",
        "生效时间不成立",
        "Effective time cannot be",
        "生效时间不得早于证照生效或上一次变更；撤销自始无效，不得定于将来。",
        "Not before the license began or last changed; a rescission is never for later.",
    ),
    certs.UnknownEventError: ProblemKind(
        _CONFLICT,
        "NO_SUCH_EVENT",
        "没有可撤的变更",
        "No such change to overturn",
        "请查看变更记录，已生效的用撤改（复议、判决），未生效的用取消。",
        "See the history: reverse what has taken effect, call off what has not.",
    ),
    certs.ApproverRequiredError: ProblemKind(
        _CONFLICT,
        "SECOND_PERSON_MISSING",
        "需要另一人批准",
        "Another person must approve",
        "请写明文书号、理由和批准人；批准人不得是经办人。",
        "Give decision number, reason and an approver who is not the operator.",
    ),
    certs.CorrectionNotFoundError: ProblemKind(
        _ABSENT,
        "CORRECTION_NOT_FOUND",
        "没有此回执编号",
        "No such correction",
        "没有您可以查看的这一回执编号。",
        "There is no correction of this receipt number that you may see.",
    ),
    certs.CorrectionStepError: ProblemKind(
        _CONFLICT,
        "CORRECTION_STEP",
        "现在不能办理此步骤",
        "Not a step that can be taken now",
        "请按提出、受理、标注、核实、撤销标注、归档的顺序办理；核实人不得是提出人，属实的须有新版本。",
        "Steps follow one another, another person verifies, what is upheld needs a new version.",
    ),
    certs.MalformedCorrectionError: ProblemKind(
        _BAD,
        "MALFORMED_CORRECTION",
        "纠错内容不完整或不合要求",
        "Correction incomplete or out of bounds",
        "缺失不写证照标识，其他两种须写；信息项须是该类型的；说明不得含公民身份号码。",
        "Name the license unless it is missing, fields of its type, and no citizen number.",
    ),
    certs.StatusListNotFoundError: ProblemKind(
        _ABSENT,
        "STATUS_LIST_NOT_FOUND",
        "没有此状态列表",
        "No such status list",
        "没有这一编号的状态列表，或没有保存所问时刻的版本；可改用签名的状态应答。",
        "No list has the number, or none is kept of that moment; ask for a signed status answer.",
    ),
    certs.DisplayCodeError: ProblemKind(
        HTTPStatus.GONE,
        "DISPLAY_CODE_REFUSED",
        "亮证码不可用",
        "Display code refused",
        "亮证码不正确、已使用或已过期。",
        "The display code is wrong, used up or out of date.",
    ),
    certs.SealRecordError: ProblemKind(
        _BAD,
        "SEAL_RECORD_REFUSED",
        "印章登记内容不合要求",
        "Seal record refused",
        "印章登记内容不合要求，请核对。",
        "What is said of the seal cannot be kept.",
    ),
    certs.SealNotFoundError: ProblemKind(
        _ABSENT,
        "SEAL_NOT_FOUND",
        "没有此印章",
        "No such seal",
        "本实例没有登记此编码的印章。",
        "No seal of this code is registered here.",
    ),
    certs.DuplicateSealError: ProblemKind(
        _CONFLICT,
        "DUPLICATE_SEAL",
        "印章已登记",
        "Seal registered already",
        "该印章或该编码已登记。",
        "The seal, or its code, is registered already.",
    ),
    certs.SecondPersonRequiredError: ProblemKind(
        _BAD,
        "SECOND_PERSON_REQUIRED",
        "须经另一人批准",
        "A second person must approve",
        "制作、注销和销毁印章须由经办人以外的另一人批准，并注明文号。",
        "Making, revoking and destroying a seal needs another person's approval, with a number.",
    ),
    certs.SealNotUsableError: ProblemKind(
        _CONFLICT,
        "SEAL_NOT_USABLE",
        "印章不能使用",
        "The seal cannot be used",
        "印章不在启用状态，未签发任何文件。",
        "The seal is not enabled; nothing was signed.",
    ),
    # signing
    signing.KeyUnavailableError: ProblemKind(
        _BUSY,
        "KEY_UNAVAILABLE",
        "签名服务暂不可用",
        "Signing unavailable",
        "密钥服务暂时没有应答，请稍后重试。",
        "The key store does not answer; try again later.",
    ),
    signing.TimestampUnavailableError: ProblemKind(
        _BUSY,
        "TIMESTAMP_UNAVAILABLE",
        "时间戳服务暂不可用",
        "Timestamping unavailable",
        "未取得可信时间戳，尚未完成；请稍后重试，已记录的签发会继续完成。",
        "No timestamp was obtained and nothing was finished; try again later.",
    ),
}
KINDS: Final = MappingProxyType(_KINDS | VERIFY_KINDS)
"""Errors whose words reach callers, by exact class."""

WITHOUT_DETAIL: Final = frozenset(
    {
        # Bases: only their subclasses are raised.
        api_errors.ApiError,
        web.WebError,
        certs.LicenseError,
        certs.CorrectionError,
        signing.SigningError,
        storage.StorageError,
        verify.VerifyError,
        verify.DecisionRefusedError,
        # Faults of the installation, or of stored data: for the log, not for callers.
        api_errors.HomeError,
        api_errors.SettingsError,
        api_errors.DemoOnlyError,
        api_errors.UsageError,
        certs.MalformedRecordError,
        certs.MalformedStatusListError,
        certs.StatusListBusyError,
        certs.MalformedTypeError,
        certs.FaceError,
        certs.MissingGlyphError,
        signing.MalformedStructureError,
        signing.MalformedPdfError,
        signing.MalformedOfdError,
        signing.InvalidSignatureError,
        signing.InvalidPathError,
        signing.WrongPassphraseError,
        signing.DamagedKeyError,
        signing.EngineUnavailableError,
        storage.ObjectNotFoundError,
        storage.DamagedObjectError,
        storage.SchemaError,
        verify.MalformedExaminationError,
        verify.MalformedGroundsError,
        verify.MalformedReceiptError,
        verify.DuplicateReceiptError,
        verify.NotAtHandError,
        verify.StatusListError,
        verify.MalformedPolicyError,
        certs.MalformedCodeError,
        verify.MalformedMatterError,
        verify.TrustListError,
        # Caught where they arise; no route lets them through.
        certs.MalformedSheetError,
        certs.RefusedValueError,
        verify.InconsistentLookupError,
        verify.SourceSilentError,
    }
)
"""Errors that deliberately end as INTERNAL."""
