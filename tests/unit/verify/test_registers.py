"""Registers of facts as files define them."""

from datetime import date
from pathlib import Path

import pytest

from certs.type_folders import shipped_types
from verify.errors import MalformedRegisterError
from verify.matters.files import shipped_matters
from verify.matters.ways import DataRule
from verify.registers.definitions import (
    FieldCondition,
    Standing,
    load_registers,
    shipped_registers,
)

GOOD = """\
schema = "yinxin.register/1"
code = "sample"
name_zh = "样本库"
name_en = "Sample"

[[items]]
code = "adult"
license_types = ["disability_card"]

[[items.conditions]]
field = "born_on"
min_age_years = 18

[[items.conditions]]
field = "grade"
equals = "一级"
"""
TODAY = date(2026, 3, 18)


def test_every_item_that_ships_is_asked_by_a_matter_that_ships() -> None:
    asked = {
        (rule.source, rule.item)
        for matter in shipped_matters().matters
        for material in matter.materials
        for rule in material.rules
        if isinstance(rule, DataRule)
    }

    offered = {
        (register.code, item.code)
        for register in shipped_registers().values()
        for item in register.items
    }
    assert offered <= asked
    assert len(offered) == 5


def test_a_file_says_what_a_license_has_to_show(tmp_path: Path) -> None:
    (tmp_path / "sample.toml").write_text(GOOD, encoding="utf-8")

    register = load_registers(tmp_path, shipped_types())["sample"]

    item = register.item("adult")
    assert item is not None
    assert item.standing is Standing.IN_FORCE
    assert [condition.field for condition in item.conditions] == ["born_on", "grade"]
    assert register.item("child") is None


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("register/1", "register/2"),
        ('code = "sample"', 'code = "a/b"'),
        ('["disability_card"]', '["passport"]'),
        ('["disability_card"]', "[]"),
        ("born_on", "no_such_field"),
        ("min_age_years = 18", "min_age_years = 0"),
        ("min_age_years = 18", "min_age_years = 151"),
        ("min_age_years = 18", 'min_age_years = 18\nequals = "x"'),
        ("min_age_years = 18", ""),
        ("min_age_years = 18", 'eval = "1"'),
        ('code = "adult"', 'code = "adult"\nstanding = "somehow"'),
        ("[[items]]", "[[itemz]]"),
        ('name_en = "Sample"', 'name_en = "Sample"\nextra = 1'),
    ],
)
def test_a_file_with_something_else_is_refused(tmp_path: Path, before: str, after: str) -> None:
    assert before in GOOD
    (tmp_path / "sample.toml").write_text(GOOD.replace(before, after), encoding="utf-8")

    with pytest.raises(MalformedRegisterError):
        load_registers(tmp_path, shipped_types())


def test_two_files_of_one_register_are_refused(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / f"{name}.toml").write_text(GOOD, encoding="utf-8")

    with pytest.raises(MalformedRegisterError, match="twice"):
        load_registers(tmp_path, shipped_types())


def test_no_folder_defines_nothing(tmp_path: Path) -> None:
    assert load_registers(tmp_path / "none", shipped_types()) == {}


@pytest.mark.parametrize(
    ("condition", "text", "holds"),
    [
        (FieldCondition(field="f", is_filled=True), "样本", True),
        (FieldCondition(field="f", is_filled=True), " ", False),
        (FieldCondition(field="f", equals="一级"), "一级", True),
        (FieldCondition(field="f", equals="一级"), "一级 ", False),
        (FieldCondition(field="f", min_age_years=18), "2008-03-18", True),
        (FieldCondition(field="f", min_age_years=18), "2008-03-19", False),
        (FieldCondition(field="f", min_age_years=18), "long ago", False),
        (FieldCondition(field="f", min_age_years=18), "", False),
    ],
)
def test_a_condition_holds_or_does_not(condition: FieldCondition, text: str, holds: bool) -> None:  # noqa: FBT001 - a table
    assert condition.holds(text, today=TODAY) is holds
