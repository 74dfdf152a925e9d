"""Round trips and the promise of every check character: one wrong character is seen."""

import json
from datetime import date
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certs.canonical import JsonValue, decode, encode, parse_json
from certs.errors import (
    LicenseError,
    MalformedIdentifierError,
    MalformedRecordError,
    RefusedValueError,
)
from certs.field_problems import show_value
from certs.field_values import parse_date
from certs.identifiers import CitizenNumber, LicenseIdentifier, LicenseTypeCode, SocialCreditCode
from certs.license_numbers import FoodLicenseNumber
from certs.masking import redact
from certs.regions import RegionCode
from certs.samples.codes import citizen_number, social_credit_code

LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
REGIONS = st.builds("{:06d}".format, st.integers(110000, 829999)).map(RegionCode)
SEEDS = st.integers(0, 2**32).map(Random)
IDENTIFIERS = st.builds(
    LicenseIdentifier,
    type_code=st.just(LicenseTypeCode("11100000MB9TXY0149001")),
    issuer_code=st.builds(social_credit_code, SEEDS, REGIONS).map(SocialCreditCode),
    serial=st.text(LETTERS, min_size=1, max_size=40),
    version=st.integers(1, 999),
)
JSON = st.recursive(
    st.text(st.characters(exclude_categories=["Cs"]))
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text("ab证", max_size=3), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(IDENTIFIERS)
def test_identifier_is_read_back_from_its_text(identifier: LicenseIdentifier) -> None:
    assert LicenseIdentifier.parse(str(identifier)) == identifier


@given(IDENTIFIERS, st.data())
def test_one_changed_character_of_an_identifier_is_seen(
    identifier: LicenseIdentifier, data: st.DataObject
) -> None:
    text = str(identifier)
    place = data.draw(st.integers(0, len(text) - 1))
    letter = data.draw(st.sampled_from(LETTERS + ".").filter(lambda new: new != text[place]))

    with pytest.raises(MalformedIdentifierError):
        LicenseIdentifier.parse(text[:place] + letter + text[place + 1 :])


@given(SEEDS, REGIONS, st.integers(0, 17), st.sampled_from(LETTERS))
def test_one_changed_character_of_a_social_credit_code_is_seen(
    random: Random, region: RegionCode, place: int, letter: str
) -> None:
    code = social_credit_code(random, region)
    changed = code[:place] + letter + code[place + 1 :]

    if changed == code:
        assert SocialCreditCode(changed).region == region
    else:
        with pytest.raises(MalformedIdentifierError):
            SocialCreditCode(changed)


@given(SEEDS, REGIONS, st.integers(0, 17), st.sampled_from("0123456789X"))
def test_one_changed_digit_of_a_citizen_number_is_seen_and_never_shown(
    random: Random, region: RegionCode, place: int, digit: str
) -> None:
    number = citizen_number(random, region)
    changed = number[:place] + digit + number[place + 1 :]

    if changed == number:
        assert CitizenNumber(changed).value == number
    else:
        with pytest.raises(MalformedIdentifierError) as caught:
            CitizenNumber(changed)
        assert changed[3:16] not in str(caught.value)


@given(SEEDS, REGIONS, st.text(max_size=20), st.text(max_size=20))
def test_citizen_number_within_any_text_is_redacted(
    random: Random, region: RegionCode, before: str, after: str
) -> None:
    number = citizen_number(random, region)

    assert number not in redact(before + number + after)
    assert number not in show_value(before + number + after)


@given(st.integers(1, 3), REGIONS, st.integers(0, 999_999), st.data())
def test_one_changed_digit_of_a_food_license_number_is_seen(
    kind: int, region: RegionCode, sequence: int, data: st.DataObject
) -> None:
    value = FoodLicenseNumber.of(kind=kind, region=region, sequence=sequence).value
    place = data.draw(st.integers(2, 15))
    digit = data.draw(st.sampled_from("0123456789").filter(lambda new: new != value[place]))

    with pytest.raises(MalformedIdentifierError):
        FoodLicenseNumber(value[:place] + digit + value[place + 1 :])


@given(st.text(max_size=80))
def test_any_text_is_an_identifier_or_refused(text: str) -> None:
    for read in (
        LicenseIdentifier.parse,
        SocialCreditCode,
        CitizenNumber,
        LicenseTypeCode,
        FoodLicenseNumber,
    ):
        with pytest.raises(LicenseError):
            read(text)


@given(st.dates(date(1900, 1, 1), date(2200, 12, 31)))
def test_date_is_read_in_each_of_its_forms(day: date) -> None:
    assert parse_date(f"{day:%Y-%m-%d}") == day
    assert parse_date(f"{day:%Y%m%d}") == day


@given(st.from_regex(r"[0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{8}|.{0,12}", fullmatch=True))
def test_any_text_is_a_date_or_refused(text: str) -> None:
    try:
        day = parse_date(text)
    except RefusedValueError:
        return
    assert 1900 <= day.year <= 2200
    assert text.startswith(str(day.year))


@given(JSON)
def test_record_is_read_back_from_its_canonical_form(value: JsonValue) -> None:
    assert decode(encode(value)) == value
    assert parse_json(json.dumps(value).encode()) == value


@given(JSON)
def test_spaces_are_not_canonical(value: JsonValue) -> None:
    with pytest.raises(MalformedRecordError):
        decode(encode(value) + b" ")


@given(
    st.binary(max_size=60) | st.text('[]{},:"\\truefalsn0123456789.-e', max_size=40).map(str.encode)
)
def test_any_bytes_are_canonical_or_refused(content: bytes) -> None:
    try:
        value = decode(content)
    except MalformedRecordError:
        return
    assert encode(value) == content
