"""What the process that reads rows says is believed as far as it fits the type."""

from dataclasses import asdict

import pytest

from api.row_reader import _column
from certs.errors import MalformedSheetError
from certs.rows.columns import FoundColumn, Recognition
from certs.type_folders import shipped_type

FOOD = shipped_type("food_business")


def test_a_column_comes_back_as_it_was_found() -> None:
    found = FoundColumn(
        index=3,
        letter="D",
        heading="有效期限",
        key="valid_from+valid_to",
        how=Recognition.MAPPING,
        sample="2026-01-01",
    )
    assert _column(FOOD, asdict(found)) == found


def test_a_column_of_a_field_that_the_type_does_not_have_is_refused() -> None:
    said = {"index": 0, "letter": "A", "heading": "x", "key": "nothing", "how": "name"}
    with pytest.raises(MalformedSheetError, match="has no field nothing"):
        _column(FOOD, said)
