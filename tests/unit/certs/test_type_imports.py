from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from certs.catalogue import Catalogue
from certs.errors import MalformedTypeError
from certs.type_folders import load_type, shipped_types, types_in
from certs.type_imports import import_type
from tests.type_copies import FOOD, replace_in, write_version

CATALOGUE = Catalogue.of(shipped_types())


def problems_of(folder: Path, into: Path) -> list[str]:
    with pytest.raises(MalformedTypeError) as caught:
        import_type(folder, into=into, catalogue=CATALOGUE)
    assert not list(into.glob("*"))
    return [problem.removeprefix(f"{folder.as_posix()}/") for problem in caught.value.problems]


@pytest.fixture
def types(tmp_path: Path) -> Path:
    folder = tmp_path / "home-types"
    folder.mkdir()
    return folder


def test_new_version_is_imported_whole_and_leaves_nothing_else(tmp_path: Path, types: Path) -> None:
    folder = write_version(tmp_path, ('format = "C..240"', 'format = "C..250"'))

    import_type(folder, into=types, catalogue=CATALOGUE)

    (imported,) = types_in(types)
    assert (imported.short_name, imported.version) == ("food_business", 2)
    assert imported.face_template.is_file()
    assert [item.name for item in types.iterdir()] == ["food_business"]


def test_what_is_no_folder_of_a_type_is_answered_with_what_to_name(
    tmp_path: Path, types: Path
) -> None:
    folder = write_version(tmp_path)
    bare = tmp_path / "bare"
    bare.mkdir()

    (of_nothing,) = problems_of(tmp_path / "nothing", types)
    (of_empty,) = problems_of(bare, types)
    (of_file,) = problems_of(folder / "type.toml", types)
    (of_all_versions,) = problems_of(folder.parent, types)

    assert "没有这个文件夹" in of_nothing
    assert "缺少 · missing: type.toml、face.typ、sample.toml" in of_empty
    assert all("<short name>/<version>" in told for told in (of_nothing, of_empty))
    assert of_file.endswith(f"name its folder: {folder}")
    assert of_all_versions.endswith(f"name one of its versions: {folder}")


@pytest.mark.parametrize("name", ["type.toml", "face.typ", "sample.toml"])
def test_each_file_that_is_missing_is_named(tmp_path: Path, types: Path, name: str) -> None:
    folder = write_version(tmp_path)
    (folder / name).unlink()

    (problem,) = problems_of(folder, types)

    assert f"missing: {name}；" in problem


def test_version_that_is_there_never_changes(tmp_path: Path, types: Path) -> None:
    folder = write_version(tmp_path, version=1)

    (problem,) = problems_of(folder, types)

    assert problem.startswith("type.toml:13: type: version: 应为 2")


def test_version_grows_by_one(tmp_path: Path, types: Path) -> None:
    (problem,) = problems_of(write_version(tmp_path, version=3), types)

    assert "type: version: 应为 2" in problem


@pytest.mark.parametrize(
    ("replacements", "short_name", "words"),
    [
        ((("2025-01-01", "2024-12-31"),), "food_business", "published_on: 早于上一版本"),
        ((), "snack_bar", "type: code: 已属于 food_business"),
        (
            (('"国家市场监督管理总局"', '"某局"'),),
            "food_business",
            "defining_authority: 类型代码属于",
        ),
        ((('"company_name"', '"shop_sign"'),), "food_business", "cross_checks[0]: other_field"),
    ],
)
def test_type_that_clashes_with_the_catalogue_is_refused(
    tmp_path: Path,
    types: Path,
    replacements: tuple[tuple[str, str], ...],
    short_name: str,
    words: str,
) -> None:
    folder = write_version(tmp_path, *replacements, short_name=short_name)

    assert any(words in problem for problem in problems_of(folder, types))


def test_field_without_a_slot_and_slot_without_a_field_are_named(
    tmp_path: Path, types: Path
) -> None:
    folder = write_version(tmp_path, ('"signatory"', '"signature"'), file="face.typ")

    assert problems_of(folder, types) == [
        "face.typ:1: 没有 signatory 的位置 · no slot for it",
        "face.typ:1: signature 不是要打印的信息项 · a slot for no printed field",
    ]


def test_face_that_does_not_compile_is_refused(tmp_path: Path, types: Path) -> None:
    folder = write_version(tmp_path, ("#let face(given)", "#let face(given"), file="face.typ")

    (problem,) = problems_of(folder, types)

    assert problem.startswith("face.typ:1: typst refuses the face")


def test_sample_row_that_the_type_refuses_is_named_with_its_line(
    tmp_path: Path, types: Path
) -> None:
    folder = write_version(tmp_path, ('hotline = "12315"', 'hotline = ""'), file="sample.toml")
    text = (folder / "sample.toml").read_text(encoding="utf-8")
    line = text[: text.index('hotline = ""')].count("\n") + 1

    (problem,) = problems_of(folder, types)

    assert problem.startswith(f"sample.toml:{line}: rows[0]: hotline: 必填项为空")


def test_value_for_which_the_face_has_no_room_is_found(tmp_path: Path, types: Path) -> None:
    folder = write_version(
        tmp_path, ('"signatory"),', '"signatory", (height: 4mm)),'), file="face.typ"
    )

    assert any(
        "do not fit the face: signatory" in problem for problem in problems_of(folder, types)
    )


def test_catalogue_issues_by_the_newest_version_that_is_published(tmp_path: Path) -> None:
    newer = load_type(write_version(tmp_path, ("2025-01-01", "2026-07-01")))
    before, after = (
        Catalogue.of((*shipped_types(), newer), on=day)
        for day in (date(2026, 6, 30), date(2026, 7, 1))
    )

    assert [catalogue.find("food_business") for catalogue in (before, after)] == [FOOD, newer]
    assert after.version(FOOD.code, 1) is FOOD
    assert before.version(FOOD.code, 2) is newer
    assert len(before) == len(shipped_types())


def test_catalogue_with_one_code_under_two_names_is_refused(tmp_path: Path) -> None:
    other = load_type(write_version(tmp_path, short_name="snack_bar"))

    with pytest.raises(MalformedTypeError, match="codes more than once"):
        Catalogue.of((FOOD, other))


def test_catalogue_with_one_version_twice_is_refused() -> None:
    with pytest.raises(MalformedTypeError, match="versions more than once"):
        Catalogue.of((FOOD, replace(FOOD)))


def test_imported_type_that_was_damaged_since_is_named_with_its_line(
    tmp_path: Path, types: Path
) -> None:
    import_type(write_version(tmp_path), into=types, catalogue=CATALOGUE)
    replace_in(types / "food_business" / "2" / "type.toml", ('format = "C..240"', "format = 240"))

    with pytest.raises(MalformedTypeError, match=r"2/type\.toml:\d+: fields\[6\]: format"):
        types_in(types)
