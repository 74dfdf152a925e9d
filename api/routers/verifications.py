"""Verification (核验) over HTTP: anybody's file, a verdict, no account."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, File, UploadFile

from api.http_errors import TooLargeError
from api.reports import report_json
from api.schemas.bodies import problems
from api.services import ServicesDep
from verify.evidence import MAX_FILE_BYTES

router = APIRouter(prefix="/verifications", tags=["核验 verification"])
_EXAMPLE: Final[dict[str, Any]] = {
    "conclusion": "failed",
    "conclusion_at_sealing": "passed",
    "zh": "印章真实；证照已于 2026-03-18 吊销",
    "en": "the seal is genuine; the license is revoked since 2026-03-18",
    "format": "pdf",
    "findings": [
        {
            "check": "license.status",
            "outcome": "bad",
            "level": "refuse",
            "reason": "not-active",
            "zh": "证照已于 2026-03-18 吊销",
            "en": "the license is revoked since 2026-03-18",
            "facts": {"kind": "revoked"},
        }
    ],
}


@router.post(
    "",
    summary="核验一份文件 · verify a file",
    responses={
        200: {"content": {"application/json": {"example": _EXAMPLE}}},
        **problems(413, 422),
    },
)
def verify_file(
    file: Annotated[
        UploadFile, File(description="PDF、OFD、印章、签章或签名数据，至多 100 MB · at most 100 MB")
    ],
    services: ServicesDep,
) -> dict[str, Any]:
    """Judge a file and report every finding; a bad file is a verdict, not an error.

    Questions by identifier or by code are not answered here yet.
    """
    data = file.file.read(MAX_FILE_BYTES + 1)
    if len(data) > MAX_FILE_BYTES:
        raise TooLargeError("the file is over the limit")
    return report_json(services.verifier.verify(data))
