"""What a body may say fits into the column that keeps it: PostgreSQL refuses what is longer."""

import pytest
from pydantic import BaseModel, TypeAdapter
from sqlalchemy import Column, String

from api.schemas.display_codes import DisplayCodeIn
from api.schemas.seals import SealMoveIn
from api.schemas.statuses import StatusIn
from storage.license_tables import display_codes, status_events
from storage.seal_tables import seal_events


@pytest.mark.parametrize(
    ("body", "name", "column"),
    [
        (StatusIn, "decision_no", status_events.c.decision_no),
        (StatusIn, "reason", status_events.c.reason),
        (DisplayCodeIn, "purpose", display_codes.c.purpose),
        (SealMoveIn, "decision_no", seal_events.c.document_no),
        (SealMoveIn, "reason", seal_events.c.reason),
    ],
)
def test_the_longest_text_a_body_may_hold_fits(
    body: type[BaseModel], name: str, column: Column[str]
) -> None:
    schema = TypeAdapter(body).json_schema()["properties"][name]
    said = schema.get("maxLength") or min(
        item["maxLength"] for item in schema["anyOf"] if "maxLength" in item
    )

    assert isinstance(column.type, String)
    assert column.type.length is not None
    assert said <= column.type.length
