"""docs/matters.md says what is true: its tables are those of the code.

``python -m tests.unit.verify.test_matters_page`` prints them.
"""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from verify.matters.catalogue import Matter
from verify.matters.files import load, shipped_matters
from verify.matters.materials import MaterialSource
from verify.matters.sheet_columns import COLUMNS
from verify.matters.ways import DataRule, DepartmentRule, Rule, Way

PAGE = Path(__file__).parents[3] / "docs" / "matters.md"


def _latest() -> list[Matter]:
    catalogue = shipped_matters()
    return sorted(map(catalogue.latest, catalogue.codes()), key=lambda matter: matter.code)


def _rules() -> Iterator[Rule]:
    for matter in shipped_matters().matters:
        for material in matter.materials:
            yield from material.rules


def sheets_table() -> Iterator[str]:
    """Which column of which sheet is which key."""
    yield "| Sheet | Columns (key) |"
    yield "|---|---|"
    for kind, columns in COLUMNS.items():
        shown = ", ".join(
            f"{item.heading} `{item.key}`" if item.key else item.heading for item in columns
        )
        yield f"| {kind} | {shown} |"


def matters_table() -> Iterator[str]:
    """The matters that ship."""
    yield "| Code | 事项 | Matter | 一件事 | Questions | Materials | Issued by government |"
    yield "|---|---|---|---|---|---|---|"
    for matter in _latest():
        issued = [
            item for item in matter.materials if item.source is MaterialSource.GOVERNMENT_ISSUED
        ]
        counts = (len(matter.situations.questions), len(matter.materials), len(issued))
        yield (
            f"| `{matter.code}` {matter.version} | {matter.name_zh} | {matter.name_en} "
            f"| {matter.one_thing or '—'} | {' | '.join(map(str, counts))} |"
        )


def ways_table() -> Iterator[str]:
    """How many materials of the newest versions each way may spare."""
    yield "| Way | Materials |"
    yield "|---|---|"
    for way in Way:
        found = [
            material
            for matter in _latest()
            for material in matter.materials
            if any(rule.way is way for rule in material.rules)
            or (way is Way.NONE and not material.rules)
        ]
        yield f"| `{way}` | {len(found)} |"


def names_table() -> Iterator[str]:
    """The registers and departments that rules name."""
    rules = list(_rules())
    registers = {rule.source for rule in rules if isinstance(rule, DataRule)}
    departments = {rule.department for rule in rules if isinstance(rule, DepartmentRule)}
    yield "| Kind | Names |"
    yield "|---|---|"
    for kind, names in (("Registers", registers), ("Departments", departments)):
        yield f"| {kind} | {', '.join(f'`{name}`' for name in sorted(names))} |"


TABLES: dict[str, Callable[[], Iterator[str]]] = {
    "sheets": sheets_table,
    "matters": matters_table,
    "ways": ways_table,
    "names": names_table,
}


@pytest.mark.parametrize("name", TABLES)
def test_a_table_of_the_page_is_that_of_the_code(name: str) -> None:
    (shown,) = re.findall(
        rf"<!-- {name} -->\n(.*?)<!-- end -->", PAGE.read_text("utf-8"), re.DOTALL
    )

    assert shown.strip().splitlines() == list(TABLES[name]())


def test_the_example_of_the_page_is_a_matter(tmp_path: Path) -> None:
    (example,) = re.findall(r"```toml\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    path = tmp_path / "example.toml"
    path.write_text(example, "utf-8")

    (matter,) = load(path, types=())

    assert [item.way for item in matter.materials[0].rules] == [Way.DEFERRAL]
    assert matter.asked_for({"changed": "yes"}) == matter.materials


if __name__ == "__main__":
    for title, table in TABLES.items():
        print(f"<!-- {title} -->", *table(), "<!-- end -->", sep="\n")  # noqa: T201 - the tables
