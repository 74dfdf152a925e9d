import json

import pytest
import rfc8785
from hypothesis import example, given
from hypothesis import strategies as st

from certs.canonical import JsonValue, decode, encode, parse_json
from certs.errors import MalformedRecordError


def test_keys_are_sorted_and_nothing_is_escaped_without_need() -> None:
    value: JsonValue = {"b": [1, True], "a": "证照\n\u20ac", "A": {}}

    assert encode(value) == '{"A":{},"a":"证照\\n€","b":[1,true]}'.encode()


def test_keys_are_sorted_by_utf16_units_as_rfc_8785_says() -> None:
    assert encode({"\ufb33": 1, "\U0001f600": 2}) == '{"😀":2,"\ufb33":1}'.encode()


def test_decode_returns_what_was_encoded() -> None:
    value: JsonValue = {"number": "JY1", "fields": {"items": ["热食", "冷食"]}, "version": 1}

    assert decode(encode(value)) == value


@pytest.mark.parametrize(
    "value",
    [
        None,
        1.0,
        {"a": None},
        [float("nan")],
        2**53,
        -(2**53),
        "\ud800",
        {"\udfff": 1},
        b"x",
        {1: 2},
    ],
)
def test_value_outside_a_record_is_not_encoded(value: JsonValue) -> None:
    with pytest.raises(MalformedRecordError):
        encode(value)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b'{"a":1} ',
        b'{"a": 1}',
        b'{"b":1,"a":1}',
        b'{"a":1,"a":1}',
        b'{"a":1,"a":2}',
        b'{"a":null}',
        b'{"a":1.5}',
        b'{"a":1.0}',
        b'{"a":1e2}',
        b'{"a":-0}',
        b'{"a":NaN}',
        b'{"a":Infinity}',
        b'{"a":9007199254740992}',
        b'{"a":' + b"9" * 5000 + b"}",
        b'{"a":"\\ud800"}',
        b'{"a":"\\u0061"}',
        b'{"a":"\\/"}',
        b'{"a":"\xff"}',
        b'{"a":"\xed\xa0\x80"}',
        b'\xef\xbb\xbf{"a":1}',
        '{"a":1}'.encode("utf-16"),
        b"[" * 100_000 + b"]" * 100_000,
        b'{"a":' * 50 + b"1" + b"}" * 50,
        b'"\\"' * 50_000,
        b'"' * 100_001,
    ],
    ids=lambda content: repr(content[:24]),
)
def test_bytes_that_are_not_canonical_are_refused(content: bytes) -> None:
    with pytest.raises(MalformedRecordError):
        decode(content)


def test_brackets_within_text_are_no_levels() -> None:
    value: JsonValue = {"a": "[" * 40 + '"{' + "\\" + "{[" * 40}

    assert decode(encode(value)) == value


def test_sixteen_levels_pass_and_seventeen_do_not() -> None:
    def nested(levels: int) -> bytes:
        return b"[" * levels + b"]" * levels

    assert encode(decode(nested(16))) == nested(16)
    with pytest.raises(MalformedRecordError):
        decode(nested(17))


def test_too_many_bytes_are_refused_in_both_directions() -> None:
    content = encode(["x" * 100])

    with pytest.raises(MalformedRecordError):
        decode(content, max_bytes=len(content) - 1)
    with pytest.raises(MalformedRecordError):
        encode(["x" * 100], max_bytes=len(content) - 1)
    assert decode(content, max_bytes=len(content)) == ["x" * 100]


def test_envelope_may_have_spaces_and_any_order_of_keys() -> None:
    value: JsonValue = {"b": 1, "a": {"c": ["x"]}}

    assert parse_json(json.dumps(value, indent=2).encode()) == value


def test_envelope_may_not_have_a_key_twice_either() -> None:
    with pytest.raises(MalformedRecordError, match="twice"):
        parse_json(b'{"payload": {"a": 1, "a": 2}}')


_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
_VALUES = st.recursive(
    st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | _TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_TEXT, inner, max_size=4),
    max_leaves=12,
)


@given(_VALUES)
@example({"\U0001f600": 1, "\uffee": 2})
@example({chr(number): chr(number) for number in range(0xA0)})
def test_what_is_written_is_what_the_reference_writes(value: JsonValue) -> None:
    assert encode(value) == rfc8785.dumps(value)
