"""Character maps: read back as they were written, and in no other form."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signing.errors import MalformedPdfError
from signing.pdf.unicode_maps import MAX_MAP_BYTES, read_unicode_map, write_unicode_map

_CHARACTERS = st.text(st.characters(exclude_categories=["Cs"]), max_size=250)


def _rule(data: bytes) -> str:
    with pytest.raises(MalformedPdfError) as caught:
        read_unicode_map(data)
    return caught.value.rule


@given(_CHARACTERS)
def test_a_map_is_read_back(characters: str) -> None:
    assert read_unicode_map(write_unicode_map(characters)) == characters


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"<0001> <82B1>", b"<0002> <82B1>"),
        (b"<0001> <82B1>", b"<0001> <82b1>"),
        (b"<0001> <82B1>", b"<0001> <82B182B1>"),
        (b"<0001> <82B1>", b"<0001> <82B1>\n<0001> <82B2>"),
        (b"<0002> <D869DEDB>", b"<0002> <D869>\n<0003> <DEDB>"),
        (b"<0002> <D869DEDB>", b"<0002> <DEDBD869>"),
        (b"<0002> <D869DEDB>", b"<0002> <D869>"),
        (b"2 beginbfchar", b"3 beginbfchar"),
        (b"2 beginbfchar", b"1 beginbfrange"),
        (b"<FFFF>", b"<FFFE>"),
        (b"endcmap", b"<0003> <0041>\nendcmap"),
        (b"end\nend\n", b"end\nend\n<0003> <0041>\n"),
    ],
)
def test_a_map_of_another_form_is_refused(old: bytes, new: bytes) -> None:
    data = write_unicode_map("花𪛛")
    assert old in data
    assert _rule(data.replace(old, new, 1)) == "page-content"


@pytest.mark.parametrize("data", [b"", b"<0001> <0041>\n", b"\xff" * 100])
def test_what_is_no_map_is_refused(data: bytes) -> None:
    assert _rule(data) == "page-content"


def test_an_endless_map_is_not_read() -> None:
    assert _rule(bytes(MAX_MAP_BYTES + 1)) == "too-large"
