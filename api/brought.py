"""What somebody brings over HTTP to be judged: a file, or the text of a code or an identifier."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError
from starlette.datastructures import UploadFile

from api.http_errors import MediaTypeError, TooLargeError
from api.schemas.verifications import VerificationIn
from verify.evidence import MAX_FILE_BYTES
from verify.examination import Examination
from verify.policies import Purpose
from verify.verifier import Verifier

_MOST_FIELDS: Final = 4
_MISSING: Final = {"type": "missing", "loc": ("body", "file"), "msg": "Field required"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Brought:
    """Something to be examined, off the event loop.

    Attributes:
        examine: Examines it.
        purpose: Whose policy is to weigh the findings.
    """

    examine: Callable[[Verifier], Examination]
    purpose: Purpose


async def read_brought(request: Request) -> Brought:
    """Read a request's body as one thing to be judged.

    Raises:
        MediaTypeError: Neither ``multipart/form-data`` nor ``application/json``.
        RequestValidationError: A part is missing or wrong.
        TooLargeError: A file is over the limit.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    match kind:
        case "application/json":
            return _text(await request.body())
        case "multipart/form-data":
            return await _file(request)
        case _:
            raise MediaTypeError(kind)


def _text(body: bytes) -> Brought:
    try:
        asked = VerificationIn.model_validate_json(body)
    except ValidationError as error:
        raise RequestValidationError(error.errors(include_input=False)) from error
    return Brought(
        examine=lambda verifier: verifier.examine_text(asked.text), purpose=asked.purpose
    )


async def _file(request: Request) -> Brought:
    async with request.form(max_files=2, max_fields=_MOST_FIELDS) as form:
        file, content = form.get("file"), form.get("content")
        if not isinstance(file, UploadFile):
            raise RequestValidationError([_MISSING])
        data = await _read(file)
        beside = await _read(content) if isinstance(content, UploadFile) else None
        purpose = _purpose(str(form.get("purpose", Purpose.PUBLIC)))
    return Brought(examine=lambda verifier: verifier.examine(data, beside), purpose=purpose)


async def _read(file: UploadFile) -> bytes:
    data = await file.read(MAX_FILE_BYTES + 1)
    if len(data) > MAX_FILE_BYTES:
        raise TooLargeError("the file is over the limit")
    return data


def _purpose(text: str) -> Purpose:
    try:
        return Purpose(text)
    except ValueError as error:
        wrong = {"type": "enum", "loc": ("body", "purpose"), "msg": "not a purpose"}
        raise RequestValidationError([wrong]) from error
