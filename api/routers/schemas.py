"""The JSON schemas of what this service gives and takes, for programs that check."""

from enum import StrEnum, unique
from functools import cache
from pathlib import Path
from typing import Final

from fastapi import APIRouter, Response

from api.schemas.bodies import problems

MEDIA_TYPE: Final = "application/schema+json"
FOLDER: Final = Path(__file__).parents[1] / "json_schemas"
router = APIRouter(prefix="/schemas", tags=["核验 verification"])


@unique
class SchemaName(StrEnum):
    """What there is a schema of."""

    REPORT = "report"
    FINDING = "finding"
    POLICY = "policy"


@router.get(
    "/{name}",
    summary="JSON 模式 · a JSON schema",
    response_class=Response,
    responses={
        200: {"content": {MEDIA_TYPE: {"schema": {"type": "object"}}}},
        **problems(422),
    },
)
async def read_schema(name: SchemaName) -> Response:
    """Return the schema (draft 2020-12) of verification reports, their findings, or policies.

    Keys of reports are fixed and only added to; a policy with a key that its schema does not
    know is refused.
    """
    return Response(
        schema_bytes(name),
        media_type=MEDIA_TYPE,
        headers={"Cache-Control": "public, max-age=3600"},
    )


@cache
def schema_bytes(name: SchemaName) -> bytes:
    """Return a schema as it is published, JSON in UTF-8."""
    return (FOLDER / f"{name}.json").read_bytes()
