"""What callers read of errors of keys and signatures."""

from http import HTTPStatus
from typing import Final

from api.problem_kinds import ProblemKind
from signing import errors

KINDS: Final[dict[type[Exception], ProblemKind]] = {
    errors.KeyUnavailableError: ProblemKind(
        HTTPStatus.SERVICE_UNAVAILABLE,
        "KEY_UNAVAILABLE",
        "签名服务暂不可用",
        "Signing unavailable",
        "密钥服务暂时没有应答，请稍后重试。",
        "The key store does not answer; try again later.",
    ),
    errors.TimestampUnavailableError: ProblemKind(
        HTTPStatus.SERVICE_UNAVAILABLE,
        "TIMESTAMP_UNAVAILABLE",
        "时间戳服务暂不可用",
        "Timestamping unavailable",
        "未取得可信时间戳，尚未完成；请稍后重试，已记录的签发会继续完成。",
        "No timestamp was obtained and nothing was finished; try again later.",
    ),
}

WITHOUT_DETAIL: Final[frozenset[type[Exception]]] = frozenset(
    {
        # Bases: only their subclasses are raised.
        errors.SigningError,
        # Faults of the installation, or of stored data: for the log, not for callers.
        errors.MalformedStructureError,
        errors.MalformedPdfError,
        errors.MalformedOfdError,
        errors.InvalidSignatureError,
        errors.InvalidPathError,
        errors.InvalidProofError,
        errors.WrongPassphraseError,
        errors.DamagedKeyError,
        errors.EngineUnavailableError,
    }
)
