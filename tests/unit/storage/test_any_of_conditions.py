"""Conditions with several groups: Python and both databases agree on what a situation calls for."""

import json
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import IntegrityError

from storage.acceptance import SqlCases
from storage.acceptance_rows import materials_to_rows
from tests.doubles.acceptance_database import CASE_ROW, OTHER_CASE, Row, fill, insert_raw
from tests.doubles.acceptance_matter import MATTER
from verify.matters.catalogue import Matter
from verify.matters.situations import Choice, Condition, Group, Question, Situations

CHOICES = ("yes", "no", "some")
QUESTIONS = ("size", "stage", "sign-board")
SITUATIONS = Situations(
    questions=tuple(
        Question(
            code=code,
            zh="问",
            en="Q",
            choices=tuple(Choice(code=item, zh="答", en="A") for item in CHOICES),
        )
        for code in QUESTIONS
    )
)


@pytest.fixture(scope="module")
def engine(shared_engine: Engine) -> Engine:
    with shared_engine.begin() as connection:
        fill(connection)
    return shared_engine


def matter_of(condition: Condition) -> Matter:
    plan = MATTER.materials[-1]
    return replace(
        MATTER, code="any-of", situations=SITUATIONS, materials=(replace(plan, when=condition),)
    )


def is_stored(connection: Connection, condition: Condition, answers: dict[str, str]) -> bool:
    """Whether the database takes the material into a case with these answers; nothing stays."""
    matter = matter_of(condition)
    (row,) = materials_to_rows(matter)
    wanted: Row = {
        "case_id": OTHER_CASE,
        "opened_on": CASE_ROW["opened_on"],
        "material": row.pop("code"),
        **{name: value for name, value in row.items() if name != "source"},
    }
    with connection.begin_nested() as everything:
        SqlCases(connection).publish(matter)
        case = {"matter_code": matter.code, "situation": json.dumps(answers)}
        insert_raw(connection, "cases", CASE_ROW | case)
        try:
            with connection.begin_nested():
                insert_raw(connection, "case_materials", wanted)
        except IntegrityError as error:
            return "case_materials_called_for" not in str(error)
        finally:
            everything.rollback()
    return True


_ANSWERS = st.dictionaries(st.sampled_from(QUESTIONS), st.sampled_from(CHOICES))


def _groups(least: int) -> st.SearchStrategy[Group]:
    wanted = st.frozensets(st.sampled_from(CHOICES), min_size=1, max_size=2)
    named = st.dictionaries(st.sampled_from(QUESTIONS), wanted, min_size=least)
    return named.map(lambda found: tuple(sorted(found.items())))


_CONDITIONS = st.builds(Condition.of, _groups(0)) | st.lists(
    _groups(1), min_size=2, max_size=3, unique=True
).map(lambda groups: Condition.of(*groups))


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(condition=_CONDITIONS, answers=_ANSWERS)
def test_the_database_stores_what_the_situation_calls_for_and_nothing_else(
    engine: Engine, condition: Condition, answers: dict[str, str]
) -> None:
    with engine.connect() as connection, connection.begin() as transaction:
        stored = is_stored(connection, condition, answers)
        transaction.rollback()

    assert stored == condition.holds(answers)


@pytest.mark.parametrize(
    ("answers", "called_for"),
    [
        ({"size": "yes"}, True),
        ({"stage": "some"}, True),
        ({"size": "no", "stage": "no"}, False),
        ({}, False),
    ],
)
def test_one_group_is_enough(engine: Engine, answers: dict[str, str], *, called_for: bool) -> None:
    either = Condition.of((("size", frozenset({"yes"})),), (("stage", frozenset({"some", "yes"})),))

    with engine.connect() as connection, connection.begin() as transaction:
        assert is_stored(connection, either, answers) is called_for
        transaction.rollback()


@pytest.mark.parametrize("conditions", ["[]", '[{"size": []}]', '[{"size": ["yes"], "x": []}]'])
def test_condition_that_nothing_meets_lets_nothing_in(engine: Engine, conditions: str) -> None:
    """Rows that nobody writes through the program: what cannot be met is not met."""
    matter = matter_of(Condition.of((("size", frozenset({"yes"})),)))
    (row,) = materials_to_rows(matter)
    with engine.connect() as connection, connection.begin() as transaction:
        insert_raw(connection, "matters", {"code": matter.code, "version": matter.version})
        insert_raw(connection, "matter_materials", row)
        kept = {"matter_code": matter.code, "matter_version": matter.version}
        insert_raw(
            connection,
            "matter_conditions",
            {**kept, "material": "plan", "conditions": conditions},
        )
        case = {"matter_code": matter.code, "situation": '{"size": "yes"}'}
        insert_raw(connection, "cases", CASE_ROW | case)
        wanted = {
            "case_id": OTHER_CASE,
            "opened_on": CASE_ROW["opened_on"],
            "material": row["code"],
            **{name: value for name, value in row.items() if name not in {"source", "code"}},
        }
        with pytest.raises(IntegrityError, match="case_materials_called_for"):
            insert_raw(connection, "case_materials", wanted)
        transaction.rollback()
