"""Rice codes: one form for every set of numbers, and nothing behind them."""

import pytest

from certs.errors import MalformedStatusListError
from certs.status_lists import rice


@pytest.mark.parametrize(
    ("numbers", "parameter", "coded"),
    [
        ((), 0, ""),
        ((0,), 0, "00"),
        ((1,), 0, "80"),
        ((0, 1, 2), 0, "00"),
        ((3,), 1, "a0"),
        ((5, 9), 2, "96"),
    ],
)
def test_numbers_are_coded_as_told(numbers: tuple[int, ...], parameter: int, coded: str) -> None:
    data = bytes.fromhex(coded)

    assert rice.encode(numbers, parameter=parameter) == data
    assert rice.decode(data, count=len(numbers), parameter=parameter, size=100) == numbers


@pytest.mark.parametrize(
    ("coded", "count", "parameter"),
    [
        ("01", 1, 0),
        ("0000", 1, 0),
        ("00", 0, 0),
        ("", 1, 0),
        ("ff", 1, 0),
        ("00", 1, 8),
        ("00", 9, 0),
        ("c0", 1, 6),
    ],
    ids=[
        "bits behind",
        "bytes behind",
        "for nothing",
        "none",
        "no end",
        "cut",
        "more",
        "too large",
    ],
)
def test_other_bytes_are_refused(coded: str, count: int, parameter: int) -> None:
    with pytest.raises(MalformedStatusListError):
        rice.decode(bytes.fromhex(coded), count=count, parameter=parameter, size=100)


@pytest.mark.parametrize(
    ("count", "parameter"), [(0, 19), (1, 19), (30, 14), (10_000, 6), (2**20, 0)]
)
def test_the_parameter_fits_the_distances(count: int, parameter: int) -> None:
    assert rice.parameter_for(count, size=2**20) == parameter
