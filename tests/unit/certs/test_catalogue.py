from datetime import date
from pathlib import Path

import pytest

from certs.catalogue import AuthorityLevel, Element, FieldKind, ValidityRange, heading_key
from certs.errors import MalformedTypeError
from certs.type_folders import load_type, shipped_types

SHIPPED = shipped_types()[0].folder / "type.toml"


def write_type(folder: Path, *replacements: tuple[str, str]) -> Path:
    """Write the shipped type with changes, each of which must apply."""
    text = SHIPPED.read_text(encoding="utf-8")
    for old, new in replacements:
        assert old in text
        text = text.replace(old, new, 1)
    (folder / "type.toml").write_text(text, encoding="utf-8")
    return folder


def test_food_business_license_is_shipped() -> None:
    food = {license_type.short_name: license_type for license_type in shipped_types()}[
        "food_business"
    ]

    assert food.name == "食品经营许可证"
    assert food.code.authority.value == food.code.value[:18]
    assert food.defining_authority_level is AuthorityLevel.NATIONAL
    assert food.face_template == food.folder / "face.typ"
    assert not food.allows_permanent


def test_every_base_element_but_the_code_type_has_its_field() -> None:
    food = shipped_types()[0]
    names = {}
    for element in Element:
        spec = food.field_of(element)
        names[element.value] = spec.name if spec else None

    assert names == {
        "certificateHolderName": "operator",
        "certificateHolderCode": "credit_code",
        "certificateHolderTypeCode": None,
        "certificateNumber": "number",
        "certificateIssuedDate": "issued_on",
        "certificateEffectiveDate": "valid_from",
        "certificateExpiringDate": "valid_to",
    }


def test_columns_are_found_by_label_name_and_pinyin_initials() -> None:
    keys = {spec.name: spec.heading_keys for spec in shipped_types()[0].fields}

    assert {"统一社会信用代码", "credit_code", "tyshxydm"} <= keys["credit_code"]
    assert heading_key(" 统一社会\n信用代码*（必填）") in keys["credit_code"]


def test_changed_copy_of_a_type_loads(tmp_path: Path) -> None:
    folder = write_type(tmp_path, ('["5年"]', '["5年", "长期"]'))

    assert load_type(folder).allows_permanent


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('"11100000MB9TXY0149001"', '"11100000MB9TXY0140001"', "code: wrong check"),
        ('name = "食品经营许可证"', "", "name: is missing"),
        ('name = "食品经营许可证"', 'name = " "', "name: must be 1 to"),
        ('name = "食品经营许可证"', "name = 5", "name: must be str"),
        ('schema = "yinxin.license-type/1"', 'schema = "2"', "schema: must be"),
        ('schema = "yinxin', 'shema = 1\nschema = "yinxin', "shema: is unknown"),
        ('"国家级"', '"宇宙级"', "defining_authority_level: must be one of"),
        ('["001"]', '["002"]', "holder_code_types: must be one of"),
        ('["001"]', '["001", "111"]', "certificateHolderTypeCode"),
        ('["001"]', "[1]", "holder_code_types: must be a list of texts"),
        ('["5年"]', '["5载"]', "not a range of validity"),
        ('["5年"]', '["0年"]', "not a range of validity"),
        ('["5年"]', "[]", "range of validity"),
        ("width_mm = 42.0", "width_mm = true", "seal_box: width_mm: must be between"),
        ("width_mm = 42.0", "width_mm = nan", "seal_box: width_mm: must be between"),
        ("width_mm = 42.0", "width_mm = 42.0\nshape = 1", "seal_box: shape: is unknown"),
        ('name = "operator"', 'name = "Operator!"', "fields[0]: name"),
        ('name = "operator"', 'name = "number"', "field names more than once: number"),
        ("max_length = 100", "max_length = 0", "fields[0]: max_length"),
        ("max_length = 100", "max_length = true", "fields[0]: max_length"),
        ("required = true", 'required = "yes"', "fields[0]: required"),
        ("required = true", "required = false", "cannot be optional"),
        ('kind = "text"', 'kind = "choice"', "choices belong"),
        ('kind = "text"', 'kind = "date"', "does not fit the kind"),
        ('"CZZT"]', '"统一社会信用代码"]', "headings more than once"),
        ('element = "certificateHolderName"', "", "no field for certificateHolderName"),
        ('"CZZT"]', '"CZZT"]\ncolor = "red"', "fields[0]: color: is unknown"),
        ("[seal_box]", "[seal_box", ""),
        ("[seal_box]", "x = " + "[" * 20_000, ""),
    ],
)
def test_mistake_in_a_type_is_named_with_its_file(
    tmp_path: Path, old: str, new: str, message: str
) -> None:
    folder = write_type(tmp_path, (old, new))

    with pytest.raises(MalformedTypeError) as caught:
        load_type(folder)

    assert str(caught.value).startswith(f"{folder.as_posix()}/type.toml")
    assert message in str(caught.value)


def test_folder_without_a_type_is_refused(tmp_path: Path) -> None:
    with pytest.raises(MalformedTypeError):
        load_type(tmp_path)


def test_endless_file_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "type.toml").write_bytes(b"#" * 200_000)

    with pytest.raises(MalformedTypeError, match="bytes"):
        load_type(tmp_path)


def test_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    (tmp_path / "type.toml").write_bytes(b"\xff\xfe")

    with pytest.raises(MalformedTypeError):
        load_type(tmp_path)


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("5年", date(2026, 3, 18), date(2031, 3, 18)),
        ("5年", date(2024, 2, 29), date(2029, 2, 28)),
        ("1月", date(2026, 1, 31), date(2026, 2, 28)),
        ("30天", date(2026, 1, 1), date(2026, 1, 31)),
        ("长期", date(2026, 1, 1), date.max),
        ("5年", date(9998, 1, 1), date.max),
        ("30天", date(9999, 12, 31), date.max),
    ],
)
def test_validity_ends_on_the_anniversary(text: str, start: date, end: date) -> None:
    assert ValidityRange(text).end_after(start) == end


def test_choices_of_the_form_of_business_are_listed() -> None:
    spec = next(spec for spec in shipped_types()[0].fields if spec.name == "business_form")

    assert spec.kind is FieldKind.CHOICE
    assert len(spec.choices) == 3
