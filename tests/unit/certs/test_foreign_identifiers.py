"""Identifiers of other systems: vectors that were seen, and what is told of each."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certs.errors import MalformedIdentifierError
from certs.foreign_identifiers import IdentifierTolerance as Seen
from certs.foreign_identifiers import read_identifier
from certs.identifiers import LicenseIdentifier, check_mod37_36

TYPE = "11100000MB03271699001"
ISSUER = "11340200MB9TXY014H"
GOOD = f"1.2.156.3005.2.{TYPE}.{ISSUER}.2025000012345.001.I"


@pytest.mark.parametrize(
    "text",
    [
        "1.2.156.3005.2.11100000000013338W011.11430000006122244L.20230000403.001.U",
        "1.2.156.3005.2.11100000000013338W009.11330105002500287C.2025052201.002.0",
        GOOD,
    ],
)
def test_identifier_that_follows_the_standard_takes_no_liberty(text: str) -> None:
    found = read_identifier(text)

    assert found.tolerances == frozenset()
    assert found.strict == LicenseIdentifier.parse(text)


@pytest.mark.parametrize(
    ("text", "tolerances"),
    [
        # Seen: an issuer of six digits; its check character is right.
        ("1.2.156.3005.2.11100000MB03271699022.340100.000000016.001.9", {Seen.SHORT_ISSUER}),
        # Seen: the sample of an interface's description.
        (
            (
                "1.2.156.3005.2.11100000000013661B006.113700000045046442"
                ".209FA4E88F9E4C878F3E9BED2CE7EA49.001.M"
            ),
            {Seen.WRONG_CHECK},
        ),
        (GOOD.lower(), {Seen.LOWER_CASE}),
        (GOOD.replace(".2025", " . 2025"), {Seen.SPACES}),
        (f" {GOOD}\n", set()),
        (GOOD.replace("2025000012345", "2025-0000-12345"), {Seen.HYPHENS}),
        (GOOD[:-1] + "J", {Seen.WRONG_CHECK}),
        (GOOD.replace("014H", "014J"), {Seen.WRONG_ISSUER_CHECK, Seen.WRONG_CHECK}),
        (GOOD.replace("MB0327", "MB0328"), {Seen.WRONG_TYPE_CHECK, Seen.WRONG_CHECK}),
    ],
)
def test_every_liberty_is_named(text: str, tolerances: set[Seen]) -> None:
    assert read_identifier(text).tolerances == tolerances


def test_another_root_with_a_short_version_and_no_issuer_is_read() -> None:
    body = f"{TYPE}000000016"
    found = read_identifier(f"1.2.156.3003.2.{TYPE}.000000016.01.{check_mod37_36(body + '01')}")

    assert found.tolerances == {Seen.OTHER_ROOT, Seen.MISSING_ISSUER, Seen.SHORT_VERSION}
    assert (found.issuer_code, found.serial, found.version) == ("", "000000016", "01")
    assert found.strict is None


def test_only_the_way_of_writing_is_forgiven() -> None:
    assert read_identifier(GOOD.lower()).strict == LicenseIdentifier.parse(GOOD)
    assert read_identifier(GOOD[:-1] + "J").strict is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1.2.156.3005.2",
        "证照",
        GOOD.replace("001.I", "000.I"),
        GOOD.replace("2025000012345", "---"),
        GOOD.replace("2025000012345", "二〇二五"),
        GOOD.replace("2", "\uff12"),
        GOOD + "." * 300,
        "2.16.840." + GOOD,
    ],
)
def test_what_nobody_writes_is_no_identifier(text: str) -> None:
    with pytest.raises(MalformedIdentifierError):
        read_identifier(text)


@given(st.text(max_size=250))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        read_identifier(text)
    except MalformedIdentifierError:
        return
