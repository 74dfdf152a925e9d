"""Copies of shipped license types, changed, as somebody might bring them to be imported."""

import shutil
from pathlib import Path

from certs.type_folders import shipped_type

FOOD = shipped_type("food_business")


def write_version(
    folder: Path,
    *replacements: tuple[str, str],
    short_name: str = "food_business",
    version: int = 2,
    file: str = "type.toml",
) -> Path:
    """Write a copy of the shipped type as another version; each replacement must apply."""
    target = folder / short_name / str(version)
    shutil.copytree(FOOD.folder, target)
    replace_in(target / "type.toml", ("version = 1", f"version = {version}"))
    replace_in(target / file, *replacements)
    return target


def replace_in(path: Path, *replacements: tuple[str, str]) -> None:
    text = path.read_text(encoding="utf-8")
    for old, new in replacements:
        assert old in text
        text = text.replace(old, new, 1)
    path.write_text(text, encoding="utf-8")
