"""Agreements between regions: what they cover, what is refused, and what none of them means."""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certs.civil_dates import start_of
from certs.envelopes import sign_payload
from certs.identifiers import LicenseTypeCode
from certs.regions import RegionCode
from certs.type_folders import shipped_type
from tests import sealed, world
from tests.sealed import NOW, Held
from tests.trust_lists import content, signer
from verify.conclusions import Conclusion
from verify.errors import TrustListError
from verify.list_contents import content_payload
from verify.mutual_recognition import (
    MAX_AGREEMENTS,
    MutualRecognition,
    Power,
    agreement_entry,
    parse_agreements,
    read_agreements,
)
from verify.trust_lists import TrustList, sign_content
from verify.trusted_regions import list_table

WUHU, BAOJI = RegionCode("340200"), RegionCode("610300")
TYPE = shipped_type("food_business").code
OTHER_TYPE = LicenseTypeCode("11100000MB9TXY0149002")


def agreement(**changes: object) -> MutualRecognition:
    sound = MutualRecognition(
        id="wuhu-baoji",
        accepting=frozenset({WUHU}),
        issuing=frozenset({BAOJI}),
        types=frozenset({TYPE}),
        matters=frozenset({"open-restaurant"}),
        powers=frozenset({Power.VERIFY, Power.EXEMPT}),
        basis="互认协议（样例）",
        valid_from=world.NOON,
        valid_to=world.NOON + timedelta(days=365),
    )
    return replace(sound, **changes)  # type: ignore[arg-type]


def listed(*agreements: MutualRecognition) -> TrustList:
    data = sign_content(replace(content(), agreements=agreements), signer=signer())
    return TrustList.parse(data, root=world.root().certificate)


def found(*agreements: MutualRecognition, **asked: object) -> list[str]:
    question: dict[str, object] = {
        "accepting": WUHU,
        "issuing": BAOJI,
        "license_type": TYPE,
        "matter": "open-restaurant",
        "at": NOW,
    }
    answer = listed(*agreements).recognitions(**(question | asked))  # type: ignore[arg-type]
    return [item.id for item in answer]


def test_an_agreement_covers_what_it_names() -> None:
    assert found(agreement()) == ["wuhu-baoji"]


@pytest.mark.parametrize(
    "asked",
    [
        {"accepting": BAOJI, "issuing": WUHU},
        {"accepting": RegionCode("340100")},
        {"issuing": RegionCode("610000")},
        {"license_type": OTHER_TYPE},
        {"matter": "close-restaurant"},
        {"at": world.NOON - timedelta(seconds=1)},
        {"at": world.NOON + timedelta(days=365)},
    ],
    ids=["the other way", "a neighbor", "the province", "type", "matter", "before", "after"],
)
def test_an_agreement_covers_nothing_else(asked: dict[str, object]) -> None:
    assert found(agreement(), **asked) == []


def test_an_agreement_without_an_end_holds_on() -> None:
    assert found(agreement(valid_to=None), at=NOW + timedelta(days=3650)) == ["wuhu-baoji"]


def test_all_types_and_all_matters_are_said_in_words() -> None:
    wide = agreement(types=None, matters=None)

    assert found(wide, license_type=OTHER_TYPE, matter="anything") == ["wuhu-baoji"]
    assert (agreement_entry(wide)["types"], agreement_entry(wide)["matters"]) == (["all"], ["all"])


def test_a_province_stands_for_its_cities_and_no_city_for_its_province() -> None:
    anhui = agreement(accepting=frozenset({RegionCode("340000")}))

    assert found(anhui, accepting=RegionCode("340207")) == ["wuhu-baoji"]
    assert found(agreement(), accepting=RegionCode("340000")) == []


def test_every_agreement_that_holds_is_returned() -> None:
    second = agreement(id="second", powers=frozenset({Power.OBTAIN}))
    ended = agreement(id="ended", valid_from=NOW - timedelta(days=9), valid_to=NOW)

    assert found(agreement(), second, ended) == ["wuhu-baoji", "second"]


def test_a_list_without_agreements_is_believed_for_verification_all_the_same() -> None:
    plain = listed()
    report = sealed.judge(sealed.sound(), trusted=Held(plain))

    assert plain.agreements == ()
    assert "agreements" not in json.loads(plain.encoded)["payload"]
    assert report.conclusion is Conclusion.PASSED


_CODES = st.sampled_from(["340000", "340200", "340207", "610300"]).map(RegionCode)
_TYPES = st.sampled_from([TYPE, OTHER_TYPE])
_TIMES = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis adds the zone


@given(
    accepting=st.frozensets(_CODES, min_size=1),
    issuing=st.frozensets(_CODES, min_size=1),
    types=st.none() | st.frozensets(_TYPES, min_size=1),
    matters=st.none()
    | st.frozensets(st.from_regex(r"[b-z]{1,9}-[0-9]", fullmatch=True), min_size=1),
    powers=st.frozensets(st.sampled_from(Power), min_size=1),
    times=st.tuples(_TIMES, _TIMES).filter(lambda pair: pair[0] < pair[1]),
)
def test_what_is_written_is_what_is_read(times: tuple[datetime, datetime], **parts: object) -> None:
    for valid_to in (None, times[1]):
        written = agreement(valid_from=times[0], valid_to=valid_to, **parts)
        entry = json.loads(json.dumps(agreement_entry(written)))

        assert parse_agreements([list_table(entry)]) == (written,)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("id", ""),
        ("id", "a b"),
        ("id", "../x"),
        ("id", "a" * 65),
        ("accepting", []),
        ("accepting", ["34020"]),
        ("accepting", "340200"),
        ("issuing", None),
        ("issuing", ["340200", "340200"]),
        ("types", []),
        ("types", "all"),
        ("types", ["all", str(TYPE)]),
        ("types", ["x"]),
        ("types", None),
        ("matters", None),
        ("matters", ["all", "open-restaurant"]),
        ("matters", ["Open"]),
        ("matters", ["a" * 41]),
        ("powers", []),
        ("powers", ["rule"]),
        ("powers", None),
        ("basis", " "),
        ("basis", "样" * 501),
        ("basis", None),
        ("valid_from", None),
        ("valid_from", "2026-03-18T04:00:00"),
        ("valid_from", "2026-03-18"),
        ("valid_from", True),
        ("valid_from", 1),
        ("valid_from", ["2026-03-18T04:00:00+00:00"]),
        ("valid_to", "2026-03-18T04:00:00+00:00"),
        ("valid_to", "later"),
        ("except", ["610303"]),
    ],
)
def test_an_agreement_that_is_malformed_or_says_more_is_refused(key: str, value: object) -> None:
    entry: dict[str, object] = dict(agreement_entry(agreement()))
    entry[key] = value
    payload = {
        "agreements": [{name: item for name, item in entry.items() if item is not None}],
    }
    with pytest.raises(TrustListError) as caught:
        signed_with(payload)

    assert caught.value.reason == "malformed"


def signed_with(parts: Mapping[str, object]) -> TrustList:
    """A list with these parts in its payload, signed as it is."""
    payload = json.loads(json.dumps({**content_payload(content()), **parts}))
    data = sign_payload(payload, signer=signer(), signed_at=world.NOON)
    return TrustList.parse(data, root=world.root().certificate)


def test_two_agreements_of_one_name_are_refused() -> None:
    with pytest.raises(TrustListError):
        listed(agreement(), agreement())


def test_too_many_agreements_are_refused() -> None:
    entries = [agreement_entry(agreement(id=f"a{number}")) for number in range(MAX_AGREEMENTS + 1)]

    with pytest.raises(TrustListError, match="more than"):
        parse_agreements([list_table(entry) for entry in entries])


@pytest.mark.parametrize("parts", [{"agreements": {}}, {"agreements": ["x"]}, {"agreements": 1}])
def test_agreements_are_a_list_of_tables(parts: dict[str, object]) -> None:
    with pytest.raises(TrustListError):
        signed_with(parts)


# Files ---------------------------------------------------------------------------------------

TOML = """
[[agreement]]
id = "wuhu-baoji"
accepting = ["340200"]
issuing = ["610300"]
types = ["all"]
matters = ["open-restaurant"]
powers = ["verify", "obtain", "exempt"]
basis = "互认协议（样例）"
valid_from = 2026-01-01
valid_to = 2026-12-31
"""


@pytest.fixture
def file(tmp_path: Path) -> Callable[[str], Path]:
    """Write a file of agreements."""

    def write(text: str) -> Path:
        path = tmp_path / "agreements.toml"
        path.write_text(text, "utf-8")
        return path

    return write


def test_days_in_a_file_are_days_in_beijing_and_the_last_one_counts(
    file: Callable[[str], Path],
) -> None:
    (read,) = read_agreements(file(TOML))

    assert read.valid_from == start_of(date(2026, 1, 1))
    assert read.valid_to == start_of(date(2027, 1, 1))
    assert (read.types, read.powers) == (None, frozenset(Power))


def test_times_in_a_file_may_have_a_zone(file: Callable[[str], Path]) -> None:
    told = TOML.replace("valid_to = 2026-12-31", "valid_to = 2026-06-01T08:00:00+08:00")

    (read,) = read_agreements(file(told))

    assert read.valid_to == datetime(2026, 6, 1, tzinfo=UTC)


def test_a_file_without_agreements_ends_them_all(file: Callable[[str], Path]) -> None:
    assert read_agreements(file("agreement = []")) == ()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "agreement = 1",
        TOML + 'note = "x"',
        TOML + "[other]",
        TOML.replace("2026-12-31", "2026-12-31T00:00:00"),
        TOML.replace("2026-12-31", "9999-12-31"),
        TOML.replace("2026-12-31", "12:00:00"),
        TOML.replace('"340200"', '"34"'),
        TOML + TOML,
        "[[agreement]",
    ],
)
def test_a_file_that_is_malformed_is_refused(text: str, file: Callable[[str], Path]) -> None:
    with pytest.raises(TrustListError):
        read_agreements(file(text))


def test_a_file_that_is_missing_or_huge_is_refused(tmp_path: Path) -> None:
    huge = tmp_path / "huge.toml"
    huge.write_bytes(b"#" * 200_000)

    for path in (tmp_path / "missing.toml", huge):
        with pytest.raises(TrustListError):
            read_agreements(path)
