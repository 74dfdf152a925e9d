from datetime import date
from pathlib import Path

import pytest

from certs.element_names import Element
from certs.errors import MalformedTypeError
from certs.toml_lines import key_lines
from certs.type_fields import FieldFormat, FieldKind, heading_key
from certs.type_folders import load_type, shipped_type, shipped_types
from certs.type_parts import AuthorityLevel
from certs.validity_ranges import ValidityRange

FOOD = shipped_type("food_business")
SHIPPED = FOOD.folder / "type.toml"


def write_type(folder: Path, *replacements: tuple[str, str]) -> Path:
    """Write the shipped type with changes, each of which must apply."""
    text = SHIPPED.read_text(encoding="utf-8")
    for old, new in replacements:
        assert old in text
        text = text.replace(old, new, 1)
    version = folder / "food" / "1"
    version.mkdir(parents=True)
    (version / "type.toml").write_text(text, encoding="utf-8")
    return version


def test_food_business_license_is_shipped() -> None:
    food = {license_type.short_name: license_type for license_type in shipped_types()}[
        "food_business"
    ]

    assert food.name == "食品经营许可证"
    assert food.code.authority.value == food.code.value[:18]
    assert food.cataloguing.defining_authority_level is AuthorityLevel.NATIONAL
    assert food.face_template == food.folder / "face.typ"
    assert not food.cataloguing.allows_permanent


def test_every_base_element_but_the_code_type_has_its_field() -> None:
    food = shipped_type("food_business")
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
    keys = {spec.name: spec.heading_keys for spec in shipped_type("food_business").fields}

    assert {"统一社会信用代码", "credit_code", "tyshxydm"} <= keys["credit_code"]
    assert heading_key(" 统一社会\n信用代码*（必填）") in keys["credit_code"]


def test_changed_copy_of_a_type_loads(tmp_path: Path) -> None:
    folder = write_type(tmp_path, ('["5年"]', '["5年", "长期"]'))

    assert load_type(folder).cataloguing.allows_permanent


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('"11100000MB9TXY0149001"', '"11100000MB9TXY0140001"', "code: wrong check"),
        ('name = "食品经营许可证"', "", "type: name: is missing"),
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
        ("width_mm = 42.0", "width_mm = true", "style: seal_box: width_mm: must be between"),
        ("width_mm = 42.0", "width_mm = nan", "style: seal_box: width_mm: must be between"),
        ("width_mm = 42.0", "width_mm = 42.0\nshape = 1", "style: seal_box: shape: is unknown"),
        ('name = "operator"', 'name = "Operator!"', "fields[0]: name"),
        ('name = "operator"', 'name = "number"', "field names more than once: number"),
        ('"C..100"', '"C..5000"', "fields[0]: format"),
        ('"C..100"', "100", "fields[0]: format: must be str"),
        ('obligation = "M"', 'obligation = "yes"', "fields[0]: obligation"),
        ('obligation = "M"', 'obligation = "O"', "cannot be optional"),
        ('shape = "JY', 'allows_detail = true\nshape = "JY', "fields[7]: allows_detail"),
        ('"C..100"', '"YYYYMMDD"', "does not fit the format"),
        ('"JYZMC"]', '"统一社会信用代码"]', "headings more than once"),
        ('element = "certificateHolderName"', 'initials = "JYZ"', "none for certificateHolderName"),
        ('"JYZMC"]', '"JYZMC"]\ncolor = "red"', "fields[0]: color: is unknown"),
        ("[style.seal_box]", "[style.seal_box", ""),
        ("[style.seal_box]", "x = " + "[" * 20_000, ""),
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


def test_all_mistakes_are_told_at_once_each_with_its_line(tmp_path: Path) -> None:
    folder = write_type(
        tmp_path,
        ('"C..100"', '"C-100"'),
        ('issuing_levels = ["地市级"', 'issuing_levels = ["村级"'),
        ('kind = "date-order"', 'kind = "alphabetical"'),
        ("lookup_by_number = true", 'lookup_by_number = "yes"'),
    )
    lines = (folder / "type.toml").read_text(encoding="utf-8").splitlines()

    with pytest.raises(MalformedTypeError) as caught:
        load_type(folder)

    told = [problem.split(":", 2) for problem in caught.value.problems]
    assert [lines[int(line) - 1].split(" =")[0] for _, line, _ in told] == [
        "issuing_levels",
        "lookup_by_number",
        "format",
        "kind",
    ]


def test_missing_key_is_named_with_the_line_of_its_table(tmp_path: Path) -> None:
    folder = write_type(tmp_path, ('label_en = "Hotline"\n', ""))
    text = (folder / "type.toml").read_text(encoding="utf-8")
    above = text[: text.index('name = "hotline"')].count("\n")

    with pytest.raises(MalformedTypeError, match=rf"type.toml:{above}: fields\[10\]: label_en: is"):
        load_type(folder)


def test_a_field_of_the_type_s_own_may_be_a_trade_secret(tmp_path: Path) -> None:
    folder = write_type(tmp_path, ('initials = "ZS"', 'initials = "ZS"\ntrade_secret = true'))

    secret = [spec.name for spec in load_type(folder).fields if spec.is_trade_secret]

    assert len(secret) == 1


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("version = 1", "version = 2", "type: version: is 2, but the folder is called 1"),
        ("2025-01-01", '"2025-01-01"', "type: published_on: must be date"),
        ("2025-01-01", "2025-01-01T00:00:00Z", "type: published_on: must be a day"),
        ('unprinted = ["valid_from"]', 'unprinted = ["x"]', "style: unprinted: there is no field"),
        ("center_x_mm = 217.0", "center_x_mm = 290.0", "seal_box: does not lie on the page"),
        ('suspended = ["issuer"]', "suspended = []", "moves: suspended: names nobody"),
        ('suspended = ["issuer"]', 'expired = ["issuer"]', "moves: expired: is unknown"),
        ("renewal_days = 90", "renewal_days = -1", "management: renewal_days"),
        ('serial = "number"', 'serial = "random"', "management: lookup_by_number"),
        ('serial = "number"', 'serial = "number"\nnumber_is_personal = true', "coding: serial"),
        ('number = "food-business"', 'number = "citizen-number-and-suffix"', "number_is_personal"),
        ('obligation = "M"', 'obligation = "C"', "fields[0]: required_if"),
        ('obligation = "M"', 'obligation = "M"\nbirth = true', "fields[0]: birth"),
        ('obligation = "M"', 'obligation = "M"\ntrade_secret = true', "fields[0]: trade_secret"),
        ('initials = "ZS"', 'initials = "ZS"\nbirth = true', "birth: a date"),
        ('group = "holder"', 'group = "owner"', "fields[0]: group"),
        ('1 = "食品销售经营者"', '1 = "餐饮服务经营者"', "fields[5]: code_list"),
        ('initials = "ZS"', 'initials = "JYCS"', "headings more than once"),
        ('defaults_to = "issued_on"', 'defaults_to = "x"', "defaults_to: there is no field x"),
        ('fields = ["issued_on", "valid_from", "valid_to"]', 'fields = ["x", "y"]', "rules[0]: f"),
        ('fields = ["issued_on", "valid_from", "valid_to"]', 'fields = ["x"]', "two fields"),
        ('field = "operator"', 'field = "x"', "cross_checks[0]: field: there is no field x"),
        (
            'fields = ["issued_on", "valid_from", "valid_to"]',
            'fields = ["issued_on", "number"]',
            "rules[0]: fields: number is no date",
        ),
        (
            'obligation = "O"',
            'obligation = "C"\nrequired_if = { field = "business_form", values = ["面馆"] }',
            "fields[9]: required_if: business_form is never 面馆",
        ),
        ('name = "issued-before-valid"', 'name = "Issued first"', "rules[0]: name"),
    ],
)
def test_part_that_contradicts_itself_is_refused(
    tmp_path: Path, old: str, new: str, message: str
) -> None:
    folder = write_type(tmp_path, (old, new))

    with pytest.raises(MalformedTypeError) as caught:
        load_type(folder)

    assert message in str(caught.value)


def test_every_base_element_is_read_in_both_spellings_and_with_known_mistakes() -> None:
    columns = {
        name: FOOD.field_by_heading[heading_key(name)].name
        for name in (
            "certificateHolderName",
            "CZZT",
            "ZZBH",
            "certificateExpireDate",
            "KZ_FDDBR",
            "fddbr",
        )
    }

    assert columns == {
        "certificateHolderName": "operator",
        "CZZT": "operator",
        "ZZBH": "number",
        "certificateExpireDate": "valid_to",
        "KZ_FDDBR": "legal_representative",
        "fddbr": "legal_representative",
    }


@pytest.mark.parametrize("text", ["C..0", "C", "n..5", "C..100.2", "an..5000", "N5.2", "", "YYYY"])
def test_format_that_standards_do_not_write_is_refused(text: str) -> None:
    with pytest.raises(MalformedTypeError):
        FieldFormat.parse(text)


def test_key_in_a_long_text_or_a_list_is_not_taken_for_one() -> None:
    text = 'a = """\nb = 1\n"""\nc = [\n  "d = 1",\n]\n[e.f]\ng = "#"\n[[h]]\n[[h]]\ni = 2\n'

    assert key_lines(text) == {
        "a": 1,
        "c": 4,
        "e: f": 7,
        "e: f: g": 8,
        "h[0]": 9,
        "h[1]": 10,
        "h[1]: i": 11,
    }


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
    spec = next(spec for spec in FOOD.fields if spec.name == "business_form")

    assert spec.kind is FieldKind.CHOICE
    assert len(spec.choices) == 3
