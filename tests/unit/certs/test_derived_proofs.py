from datetime import date

import pytest

from certs.civil_dates import whole_years
from certs.derived_proofs import proof_label, proofs_in, provable
from certs.holder_codes import HolderCode, HolderCodeType
from certs.identifiers import check_citizen

TODAY = date(2026, 11, 23)
ENDED = date(2026, 11, 22)


def holder(born: str) -> HolderCode:
    body = f"340202{born}002"
    return HolderCode(code_type=HolderCodeType.CITIZEN_NUMBER, code=body + check_citizen(body))


@pytest.mark.parametrize(
    ("born", "today", "names"),
    [
        ("20081123", date(2026, 11, 22), ("age-over-14", "age-over-16")),
        ("20081123", date(2026, 11, 23), ("age-over-14", "age-over-16", "age-over-18")),
        ("20080229", date(2026, 2, 28), ("age-over-14", "age-over-16")),
        ("20080229", date(2026, 3, 1), ("age-over-14", "age-over-16", "age-over-18")),
        ("20121124", date(2026, 11, 23), ()),
        (
            "19661123",
            date(2026, 11, 23),
            ("age-over-14", "age-over-16", "age-over-18", "age-over-60"),
        ),
    ],
)
def test_an_age_is_reached_on_the_birthday_and_not_before(
    born: str, today: date, names: tuple[str, ...]
) -> None:
    assert provable(holder(born), today, today) == names


@pytest.mark.parametrize(
    ("code_type", "code"),
    [
        (HolderCodeType.SOCIAL_CREDIT_CODE, "11340200MB9TXY014H"),
        (HolderCodeType.ORDINARY_PASSPORT, "E12345678"),
    ],
)
def test_a_code_without_a_date_of_birth_proves_no_age(code_type: HolderCodeType, code: str) -> None:
    assert provable(HolderCode(code_type=code_type, code=code), ENDED, TODAY) == ()


def test_somebody_born_later_has_less_than_no_years() -> None:
    assert whole_years(date(2026, 11, 24), date(2026, 11, 23)) == -1


def test_labels_say_the_age_and_other_names_have_none() -> None:
    assert proof_label("age-over-18") == ("已满18周岁", "At least 18 years old")
    assert proof_label("valid-for-90") == ("有效期不少于90天", "Good for 90 days at least")
    assert proof_label("age-over-21") is None
    assert proofs_in(["premises", "age-over-18"]) == ("age-over-18",)


@pytest.mark.parametrize(
    ("valid_to", "names"),
    [
        (None, ("valid-for-30", "valid-for-90", "valid-for-365")),
        (date(2027, 11, 22), ("valid-for-30", "valid-for-90", "valid-for-365")),
        (date(2027, 11, 21), ("valid-for-30", "valid-for-90")),
        (date(2026, 12, 22), ("valid-for-30",)),
        (date(2026, 12, 21), ()),
    ],
)
def test_today_and_the_last_day_count_among_the_days_a_license_is_good(
    valid_to: date | None, names: tuple[str, ...]
) -> None:
    enterprise = HolderCode(code_type=HolderCodeType.SOCIAL_CREDIT_CODE, code="11340200MB9TXY014H")
    assert provable(enterprise, valid_to, TODAY) == names
