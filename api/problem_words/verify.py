"""What callers read of errors of verification."""

from http import HTTPStatus
from typing import Final

from api.problem_kinds import ProblemKind
from verify import errors

KINDS: Final[dict[type[Exception], ProblemKind]] = {
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
    errors.ClientNotTrustedError: ProblemKind(
        HTTPStatus.UNAUTHORIZED,
        "CLIENT_NOT_TRUSTED",
        "接入系统身份未确认",
        "Client not trusted",
        "未能确认请求来自已登记的接入系统；原因记录在服务端，格式见 docs/identity.md。",
        "No client that is registered here is known to have sent this; why, is in our log.",
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
}

WITHOUT_DETAIL: Final[frozenset[type[Exception]]] = frozenset(
    {
        # Bases: only their subclasses are raised.
        errors.VerifyError,
        # Faults of the installation, or of stored data: for the log, not for callers.
        errors.MalformedExaminationError,
        errors.MalformedGroundsError,
        errors.MalformedReceiptError,
        errors.DuplicateReceiptError,
        errors.NothingAmendedError,
        errors.PackageRefusedError,
        errors.NotAtHandError,
        errors.StatusListError,
        errors.MalformedPolicyError,
        errors.MalformedMatterError,
        errors.MalformedRegisterError,
        errors.TrustListError,
        # Caught where they arise; no route lets them through.
        errors.SourceSilentError,
        errors.LedgerProofError,
        errors.TooFewWitnessesError,
        # Witnesses answer in the words of their protocol.
        errors.StrangeLogError,
        errors.OldSizeError,
    }
)
