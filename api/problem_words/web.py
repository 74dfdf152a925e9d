"""What callers read of what only the HTTP side knows."""

from http import HTTPStatus
from typing import Final

from api import errors, http_errors
from api.problem_kinds import ProblemKind

KINDS: Final[dict[type[Exception], ProblemKind]] = {
    http_errors.NotAuthenticatedError: ProblemKind(
        HTTPStatus.UNAUTHORIZED,
        "NOT_AUTHENTICATED",
        "请先登录",
        "Sign in first",
        "此操作需要有效的访问凭证。",
        "This needs a good access token.",
    ),
    http_errors.NotAllowedError: ProblemKind(
        HTTPStatus.FORBIDDEN,
        "NOT_ALLOWED",
        "没有此项权限",
        "Not allowed",
        "当前身份不能进行此操作。",
        "The present role does not reach here.",
    ),
    http_errors.ForeignRequestError: ProblemKind(
        HTTPStatus.FORBIDDEN,
        "FOREIGN_REQUEST",
        "请求来源不可信",
        "Request from elsewhere",
        "表单不是由本站当前会话发出，请返回页面重新提交。",
        "The form was not sent from a page of this session; go back and send it again.",
    ),
    http_errors.BasisMissingError: ProblemKind(
        HTTPStatus.FORBIDDEN,
        "BASIS_MISSING",
        "没有用证依据",
        "No basis for this use",
        "窗口调用证照须指明查到该证照的办件（参数 case）。",
        "A window names the case that found the license (parameter case).",
    ),
    http_errors.FaceMissingError: ProblemKind(
        HTTPStatus.NOT_FOUND,
        "FACE_MISSING",
        "没有这种版式文件",
        "No such face",
        "该证照签发时没有生成这种格式的文件。",
        "No file of this kind was made when the license was issued.",
    ),
    http_errors.UnknownLicenseTypeError: ProblemKind(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        "UNKNOWN_LICENSE_TYPE",
        "没有此证照类型",
        "Unknown license type",
        "可用的类型见 /api/v1/license-types。",
        "See /api/v1/license-types.",
    ),
    http_errors.UnknownFieldError: ProblemKind(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        "UNKNOWN_FIELD",
        "该类证照没有此信息项",
        "No such field",
        "该类证照的信息项见 /api/v1/license-types。",
        "The fields of the type are listed at /api/v1/license-types.",
    ),
    http_errors.ContradictionError: ProblemKind(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        "CONTRADICTING_FIELDS",
        "同一信息项有两个不同的值",
        "One field, two values",
        "请只保留一处。",
        "Give it in one place.",
    ),
    http_errors.KeyReusedError: ProblemKind(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        "IDEMPOTENCY_KEY_REUSED",
        "幂等键已用于另一请求",
        "Idempotency key used for another request",
        "内容不同的请求须使用新的 Idempotency-Key。",
        "A different request needs a new Idempotency-Key.",
    ),
    http_errors.TooLargeError: ProblemKind(
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        "TOO_LARGE",
        "上传内容过大",
        "Too large",
        "上传内容超过上限，未予读取。",
        "The upload is over the limit and was not read.",
    ),
    http_errors.MalformedBodyError: ProblemKind(
        HTTPStatus.BAD_REQUEST,
        "MALFORMED_BODY",
        "请求内容无法解析",
        "The body cannot be read",
        "请求内容不完整，或与其 Content-Type 不符，请重新提交。",
        "The body is incomplete or not what its content type says; send it again.",
    ),
    http_errors.BusyError: ProblemKind(
        HTTPStatus.SERVICE_UNAVAILABLE,
        "BUSY",
        "批量请求正忙",
        "Batches are busy",
        "正在处理的批量请求已达上限，请稍后再试。",
        "As many batches as can be are being answered; ask again a little later.",
    ),
    http_errors.SheetRefusedError: ProblemKind(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        "SHEET_REFUSED",
        "表格不能读取",
        "The rows cannot be read",
        "表格不能读取，请按说明修改后重新上传。",
        "The rows cannot be read; correct the file and send it again.",
    ),
    http_errors.NothingRefusedError: ProblemKind(
        HTTPStatus.NOT_FOUND,
        "NOTHING_REFUSED",
        "没有退回的行",
        "No row was refused",
        "该批次没有退回的行，或退回表没有这一册。",
        "No row of this batch was refused, or there is no such part of the workbook.",
    ),
    http_errors.MediaTypeError: ProblemKind(
        HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
        "UNSUPPORTED_MEDIA_TYPE",
        "不支持的内容类型",
        "Unsupported media type",
        "请以 multipart/form-data 上传文件，或以 application/json 提交标识或二维码内容。",
        "Upload a file as multipart/form-data, or post an identifier or code as application/json.",
    ),
    http_errors.SharingRefusedError: ProblemKind(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        "SHARING_REFUSED",
        "共享请求被拒绝",
        "Question refused",
        "请求未被受理，原因见 head.message。",
        "The question was refused; head.message says why.",
    ),
    http_errors.TrustListMissingError: ProblemKind(
        HTTPStatus.NOT_FOUND,
        "TRUST_LIST_MISSING",
        "尚无信任列表",
        "No trust list",
        "本实例还没有导入信任列表。",
        "No trust list has been imported here.",
    ),
    http_errors.LedgerMissingError: ProblemKind(
        HTTPStatus.NOT_FOUND,
        "LEDGER_MISSING",
        "账本尚无此部分",
        "Not in the ledger",
        "账本中还没有这一部分；新的条目通常在一两秒内进入账本。",
        "The ledger has no such part yet; what is new gets there within a second or two.",
    ),
    http_errors.UnsignedCheckpointError: ProblemKind(
        HTTPStatus.FORBIDDEN,
        "CHECKPOINT_UNSIGNED",
        "检查点没有账本的签名",
        "Checkpoint not signed by its log",
        "信任列表为该账本列出的证书都没有签署此检查点。",
        "No certificate that the trust list names for this log signed the checkpoint.",
    ),
    http_errors.RewrittenLogError: ProblemKind(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        "LOG_REWRITTEN",
        "检查点不是上次的延续",
        "Checkpoint does not continue the last one",
        "此检查点与上次见证的不能同时为真，未予见证。",
        "This checkpoint and the one seen last cannot both be true; it was not cosigned.",
    ),
    http_errors.NotServedHereError: ProblemKind(
        HTTPStatus.SERVICE_UNAVAILABLE,
        "NOT_SERVED_HERE",
        "本进程不提供此项服务",
        "Not served here",
        "本进程没有所需的印章或密钥。",
        "This process holds no seal or key for it.",
    ),
}

WITHOUT_DETAIL: Final[frozenset[type[Exception]]] = frozenset(
    {
        # Bases: only their subclasses are raised.
        errors.ApiError,
        http_errors.WebError,
        # Faults of the installation, or of stored data: for the log, not for callers.
        errors.HomeError,
        errors.SettingsError,
        errors.DemoOnlyError,
        errors.UsageError,
    }
)
