import pytest

from certs.errors import MalformedIdentifierError, WrongCheckCharacterError
from certs.holder_codes import HolderCode, HolderCodeType


def test_annex_a_has_sixteen_types_with_names() -> None:
    assert len(HolderCodeType) == 16
    assert HolderCodeType("516").name_zh == "港澳居民来往内地通行证号码"
    assert len({member.name_zh for member in HolderCodeType}) == 16


def test_only_codes_that_begin_with_zero_name_organizations() -> None:
    organizations = {member.value for member in HolderCodeType if member.is_organization}

    assert organizations == {"001", "099"}


@pytest.mark.parametrize(
    ("code_type", "code"),
    [("001", "11340200MB9TXY014J"), ("111", "110105194912310021")],
)
def test_wrong_check_character_is_refused(code_type: str, code: str) -> None:
    with pytest.raises(WrongCheckCharacterError):
        HolderCode(code_type=HolderCodeType(code_type), code=code)


@pytest.mark.parametrize("code_type", list(HolderCodeType))
def test_no_type_takes_controls_spaces_or_endless_text(code_type: HolderCodeType) -> None:
    for code in ("", "A1234567\n", "A 1234567", "A" * 65, "A123\u202e4567"):
        with pytest.raises(MalformedIdentifierError):
            HolderCode(code_type=code_type, code=code)


@pytest.mark.parametrize(
    ("code_type", "code"),
    [("414", "E12345678"), ("516", "H0123456702"), ("114", "南字第12345678号"), ("099", "AB-12")],
)
def test_codes_without_a_check_character_are_taken_by_their_form(code_type: str, code: str) -> None:
    assert HolderCode(code_type=HolderCodeType(code_type), code=code).code == code


def test_passport_number_has_no_chinese() -> None:
    with pytest.raises(MalformedIdentifierError):
        HolderCode(code_type=HolderCodeType.ORDINARY_PASSPORT, code="护照E12345678")


def test_a_persons_code_is_masked_and_an_organizations_is_not() -> None:
    person = HolderCode(code_type=HolderCodeType.CITIZEN_NUMBER, code="11010519491231002X")
    shop = HolderCode(code_type=HolderCodeType.SOCIAL_CREDIT_CODE, code="11340200MB9TXY014H")

    assert person.masked() == "110*************2X"
    assert "19491231" not in f"{person!r} {person}"
    assert shop.masked() == "11340200MB9TXY014H"
