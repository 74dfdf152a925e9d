"""The tables of docs/lifecycle.md and docs/corrections.md are those of the code."""

import re
from pathlib import Path

import pytest

from certs.corrections import NEXT_STEPS, CorrectionStep
from certs.statuses import FOLLOWS, StatusKind

DOCS = Path(__file__).parents[3] / "docs"
ROW = re.compile(r"(?m)^\| ([a-z]+) (\S+) \| ([^|]+) \|$")


def _table(page: str) -> dict[str, set[str]]:
    text = (DOCS / page).read_text("utf-8")
    return {
        f"{name} {term}": set() if after == "—" else set(after.split(", "))
        for name, term, after in ROW.findall(text)
    }


def _shown(item: StatusKind | CorrectionStep) -> str:
    return f"{item.value} {item.zh}"


@pytest.mark.parametrize(
    ("page", "law"), [("lifecycle.md", FOLLOWS), ("corrections.md", NEXT_STEPS)]
)
def test_a_page_shows_the_law_as_it_is(
    page: str, law: dict[StatusKind | CorrectionStep, frozenset[StatusKind | CorrectionStep]]
) -> None:
    expected = {_shown(item): {_shown(other) for other in after} for item, after in law.items()}

    assert _table(page) == expected
    assert len(expected) == len(StatusKind if page == "lifecycle.md" else CorrectionStep)
