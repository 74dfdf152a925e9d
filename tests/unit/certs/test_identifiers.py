import re
from datetime import date

import pytest

from certs.errors import MalformedIdentifierError, WrongCheckCharacterError
from certs.identifiers import (
    CitizenNumber,
    LicenseIdentifier,
    LicenseTypeCode,
    SocialCreditCode,
    check_mod11_10,
    check_mod37_36,
    random_serial,
    serial_of_number,
)
from certs.license_numbers import FoodLicenseNumber
from certs.regions import RegionCode

# Printed on real licenses, or worked out by hand (the Wuhu one is synthetic).
CONFIRMED = (
    "1.2.156.3005.2.11100000000013338W011.11430000006122244L.20230000403.001.U",
    "1.2.156.3005.2.11100000000013338W009.11330105002500287C.2025052201.002.0",
    "1.2.156.3005.2.11100000MB03271699001.11340200MB9TXY014H.2025000012345.001.I",
)
SIX_DIGIT_ISSUER = "1.2.156.3005.2.11100000MB03271699022.340100.000000016.001.9"
WRONG_IN_THE_WILD = (
    "1.2.156.3005.2.11100000000013661B006.113700000045046442.209FA4E88F9E4C878F3E9BED2CE7EA49.001.M"
)


@pytest.mark.parametrize(
    ("body", "check"), [("001", "6"), ("079", "W"), ("A12425GABC1234002", "M")]
)
def test_mod37_36_gives_the_known_check_character(body: str, check: str) -> None:
    assert check_mod37_36(body) == check


def test_mod11_10_gives_the_check_digit_of_the_standards_example() -> None:
    assert check_mod11_10("0794") == "5"


@pytest.mark.parametrize("body", ["ab", "A-1", "证"])
def test_mod37_36_refuses_letters_outside_its_alphabet(body: str) -> None:
    with pytest.raises(MalformedIdentifierError):
        check_mod37_36(body)


def test_mod11_10_refuses_letters() -> None:
    with pytest.raises(MalformedIdentifierError):
        check_mod11_10("07A")


@pytest.mark.parametrize("text", CONFIRMED)
def test_confirmed_identifier_is_parsed_and_written_back(text: str) -> None:
    assert str(LicenseIdentifier.parse(text)) == text


def test_identifier_falls_into_its_segments() -> None:
    identifier = LicenseIdentifier.parse(CONFIRMED[1])

    assert identifier.type_code.value == "11100000000013338W009"
    assert identifier.type_code.authority == SocialCreditCode("11100000000013338W")
    assert identifier.issuer_code == SocialCreditCode("11330105002500287C")
    assert (identifier.serial, identifier.version, identifier.check) == ("2025052201", 2, "0")


def test_six_digit_issuer_has_a_right_check_but_is_refused() -> None:
    segments = SIX_DIGIT_ISSUER.split(".")[5:]

    assert check_mod37_36("".join(segments[:-1])) == segments[-1]
    with pytest.raises(MalformedIdentifierError):
        LicenseIdentifier.parse(SIX_DIGIT_ISSUER)


def test_published_identifier_with_a_wrong_check_is_refused_and_both_are_named() -> None:
    with pytest.raises(WrongCheckCharacterError, match="is M, its segments give D"):
        LicenseIdentifier.parse(WRONG_IN_THE_WILD)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("1.2.156.3005.2.", "1.2.156.3003.2."),
        (".001.I", ".1.I"),
        (".001.I", ".000.I"),
        (".001.I", ".001.I\n"),
        ("2025000012345", "JY第1号"),
        ("2025000012345", ""),
        ("2025000012345", "2" * 41),
        ("11340200MB9TXY014H", "11340200mb9txy014h"),
        ("2025000012345", "２０２５０００"),  # noqa: RUF001 - full-width on purpose
    ],
)
def test_identifier_with_a_broken_segment_is_refused(old: str, new: str) -> None:
    with pytest.raises(MalformedIdentifierError):
        LicenseIdentifier.parse(CONFIRMED[2].replace(old, new))


def test_next_version_keeps_the_serial_and_gets_its_own_check() -> None:
    identifier = LicenseIdentifier.parse(CONFIRMED[2])

    following = identifier.next_version()

    assert (following.serial, following.version) == (identifier.serial, 2)
    assert LicenseIdentifier.parse(str(following)) == following


def test_no_version_follows_the_last_one() -> None:
    identifier = LicenseIdentifier(
        type_code=LicenseTypeCode("11100000MB03271699001"),
        issuer_code=SocialCreditCode("11340200MB9TXY014H"),
        serial="1",
        version=999,
    )

    with pytest.raises(MalformedIdentifierError):
        identifier.next_version()


@pytest.mark.parametrize(
    "code",
    [
        "11100000000013338W",
        "11100000MB03271699",
        "11100000000013127D",
        "11110000000021135M",
        "11340200MB9TXY014H",
        "11610300MB9TXY014E",
    ],
)
def test_known_social_credit_code_is_accepted(code: str) -> None:
    assert SocialCreditCode(code).region == RegionCode(code[2:8])


def test_any_one_changed_character_makes_a_social_credit_code_invalid() -> None:
    code = "11340200MB9TXY014H"
    for place, old in enumerate(code):
        for new in set("0123456789ABCDEFGHJKLMNPQRTUWXY") - {old}:
            with pytest.raises(MalformedIdentifierError):
                SocialCreditCode(code[:place] + new + code[place + 1 :])


def test_organization_check_is_looked_at_where_the_outer_check_holds() -> None:
    # 11340200MB9TXY01 with organization check 5, and the outer check that follows from it.
    with pytest.raises(WrongCheckCharacterError, match="organization check"):
        SocialCreditCode("11340200MB9TXY015L")


@pytest.mark.parametrize(
    "text", ["", "11340200mb9txy014h", "1134020OMB9TXY014H", "11340200MB9TXY014", "I" * 18]
)
def test_text_of_another_form_is_no_social_credit_code(text: str) -> None:
    with pytest.raises(MalformedIdentifierError):
        SocialCreditCode(text)


@pytest.mark.parametrize(
    ("number", "born"),
    [
        ("11010519491231002X", date(1949, 12, 31)),
        ("440524188001010014", date(1880, 1, 1)),
    ],
)
def test_specimen_citizen_number_is_accepted(number: str, born: date) -> None:
    assert CitizenNumber(number).birth_date == born


def test_citizen_number_with_a_wrong_check_is_named_as_that() -> None:
    with pytest.raises(WrongCheckCharacterError):
        CitizenNumber("110105194912310021")


@pytest.mark.parametrize(
    "number", ["11010519490229002X", "11010519491331002X", "11010500000101002X"]
)
def test_citizen_number_needs_a_real_birth_date(number: str) -> None:
    with pytest.raises(MalformedIdentifierError, match="birth date"):
        CitizenNumber(number)


@pytest.mark.parametrize(
    "number",
    ["11010519491231002x", "01010519491231002X", "１１010519491231002X"],  # noqa: RUF001
)
def test_citizen_number_of_another_form_is_refused(number: str) -> None:
    with pytest.raises(MalformedIdentifierError):
        CitizenNumber(number)


def test_citizen_number_shows_itself_masked() -> None:
    number = CitizenNumber("11010519491231002X")

    assert number.masked == "110*************2X"
    assert "19491231" not in f"{number!r} {number}"


@pytest.mark.parametrize(
    "read",
    [
        CitizenNumber,
        SocialCreditCode,
        LicenseTypeCode,
        LicenseIdentifier.parse,
        FoodLicenseNumber,
        RegionCode,
        serial_of_number,
    ],
)
def test_no_message_holds_a_whole_citizen_number(read: type) -> None:
    for text in ("110105194912310021", "11010519491231002X "):
        with pytest.raises(MalformedIdentifierError) as caught:
            read(f"{text}证")

        assert "19491231" not in str(caught.value)


@pytest.mark.parametrize(
    "code", ["", "11100000MB03271699", "11100000MB0327169900a", "11100000MB03271698001"]
)
def test_license_type_code_begins_with_a_valid_authority(code: str) -> None:
    with pytest.raises(MalformedIdentifierError):
        LicenseTypeCode(code)


def test_random_serials_fit_the_identifier_and_differ() -> None:
    serials = {random_serial() for _ in range(100)}

    assert len(serials) == 100
    assert all(re.fullmatch(r"[0-9A-Z]{20}", serial) for serial in serials)


def test_serial_of_an_organization_is_its_printed_number() -> None:
    assert serial_of_number("jy-1340202 0000018") == "JY13402020000018"


@pytest.mark.parametrize("number", ["皖食许字第1号", "", "1" * 41, "ß1"])
def test_number_that_makes_no_serial_is_refused(number: str) -> None:
    with pytest.raises(MalformedIdentifierError):
        serial_of_number(number)


def test_food_license_number_is_built_with_its_check_digit() -> None:
    number = FoodLicenseNumber.of(kind=2, region=RegionCode("340202"), sequence=17)

    assert number.value[:-1] == "JY2340202000017"
    assert number.region == RegionCode("340202")
    assert FoodLicenseNumber(str(number)) == number


def test_food_license_number_with_a_wrong_check_digit_is_refused() -> None:
    value = FoodLicenseNumber.of(kind=1, region=RegionCode("610302"), sequence=1).value
    for wrong in set("0123456789") - {value[-1]}:
        with pytest.raises(WrongCheckCharacterError):
            FoodLicenseNumber(value[:-1] + wrong)


def test_food_license_number_needs_a_known_kind_and_a_sequence_of_six() -> None:
    region = RegionCode("340202")
    with pytest.raises(MalformedIdentifierError):
        FoodLicenseNumber.of(kind=4, region=region, sequence=1)
    with pytest.raises(MalformedIdentifierError):
        FoodLicenseNumber.of(kind=1, region=region, sequence=1_000_000)


def test_region_knows_what_it_lies_in() -> None:
    district = RegionCode("340202")

    assert [level.level.value for level in (district.province, district.city, district)] == [
        "province",
        "city",
        "county",
    ]
    assert (district.city.name, district.province.name) == ("芜湖市", "安徽省")
    assert RegionCode("340200").contains(district)
    assert RegionCode("340000").contains(district)
    assert not RegionCode("340100").contains(district)
    assert not district.contains(RegionCode("340200"))


@pytest.mark.parametrize("text", ["34020", "940200", "3402000", "34020a", "３４0200"])  # noqa: RUF001
def test_text_of_another_form_is_no_region(text: str) -> None:
    with pytest.raises(MalformedIdentifierError):
        RegionCode(text)
