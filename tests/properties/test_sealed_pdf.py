"""One changed byte in a sealed page is always seen, and no bytes break the readers."""

import random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from signing.errors import MalformedPdfError
from signing.pdf.locating import covered_digest, locate_signatures
from signing.pdf.objects import Name, PdfObject, Reference, write_object
from signing.pdf.reading import parse_strict
from signing.pdf.syntax import ObjectReader
from tests.bare_pages import CONTENTS, prepared, sealed

_QUICK = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
_DIGEST = prepared().digest()


def _offsets_of_structure() -> list[int]:
    """Every byte outside streams and outside the digits of the value, plus their edges."""
    data = sealed()
    first, _, third = data.split(b"<30820800", 1)[0], b"", data.rsplit(b">", 1)[-1]
    start = len(first)
    edges = {start, start + 1, start + 2, start + 8, data.index(b">", start)}
    tail = range(len(data) - len(third) - 200, len(data))
    signature = range(data.rindex(b"/Type/Sig/") - 12, start)
    return sorted({*edges, *tail, *signature, *range(80)})


def _seen(data: bytes) -> bool:
    """Whether a changed file is refused or no longer carries what was signed."""
    try:
        read = parse_strict(data)
    except MalformedPdfError:
        return True
    return read.digest() != _DIGEST or read.contents != CONTENTS


def test_any_changed_byte_of_the_frame_is_seen() -> None:
    data = sealed()
    for offset in _offsets_of_structure():
        for mask in (0x01, 0x20):
            assert _seen(data[:offset] + bytes((data[offset] ^ mask,)) + data[offset + 1 :]), offset


def test_a_changed_byte_anywhere_is_seen() -> None:
    data = sealed()
    chosen = random.Random(38540).sample(range(len(data)), 300)  # noqa: S311 - a fixed sample
    for offset in chosen:
        assert _seen(data[:offset] + bytes((data[offset] ^ 0xFF,)) + data[offset + 1 :]), offset


@given(offset=st.integers(0, len(sealed()) - 1), byte=st.integers(0, 255))
@_QUICK
def test_any_other_byte_anywhere_is_seen(offset: int, byte: int) -> None:
    data = sealed()
    if data[offset] != byte:
        assert _seen(data[:offset] + bytes((byte,)) + data[offset + 1 :])


@given(start=st.integers(0, len(sealed())), length=st.integers(0, 40), other=st.binary(max_size=40))
@_QUICK
def test_any_replaced_piece_is_seen_and_breaks_no_reader(
    start: int, length: int, other: bytes
) -> None:
    data = sealed()
    changed = data[:start] + other + data[start + length :]
    if changed != data:
        assert _seen(changed)
    _locate(changed)


@given(data=st.binary(max_size=300))
@_QUICK
def test_random_bytes_only_raise_our_error(data: bytes) -> None:
    for prefix in (b"", b"%PDF-1.7\n%\x80\x80\x80\x80\n", b"1 0 obj\n<</ByteRange"):
        assert _seen(prefix + data + b"\n%%EOF\n")
        _locate(prefix + data)


_PIECES = st.sampled_from(
    [
        *(b"<<", b">>", b"[", b"]", b"(", b")", b"<", b">", b" ", b"\n", b"%", b"\\", b"#"),
        *(b"/A", b"/Length", b"/Size", b"/Root", b"1 0 R", b"2 0 R", b"1 0 obj\n", b"2 0 obj\n"),
        *(b"\nendobj\n", b"stream\n", b"\nendstream", b"xref\n0 1\n", b"0000000000 65535 f \n"),
        *(b"trailer\n", b"startxref\n", b"%%EOF", b"0", b"9", b"-1", b"0.5", b"true", b"null"),
        *(b"/ByteRange", b"/Contents", b"/Pages", b"/Kids", b"/Catalog", b"/Type", b"30000000"),
    ]
)


@given(pieces=st.lists(_PIECES, max_size=60))
@_QUICK
def test_scrambled_pdf_only_raises_our_error(pieces: list[bytes]) -> None:
    data = b"%PDF-1.7\n%\x80\x80\x80\x80\n" + b"".join(pieces) + b"\nstartxref\n9\n%%EOF\n"
    assert _seen(data)
    _locate(data)


def _locate(data: bytes) -> None:
    for located in locate_signatures(data):
        try:
            covered_digest(data, located)
        except MalformedPdfError:
            assert located.defect is not None
        assert not located.is_whole_file or located.contents


_NAMES = st.text(st.characters(min_codepoint=1, max_codepoint=255), min_size=1, max_size=12).map(
    Name
)
_OBJECTS: st.SearchStrategy[PdfObject] = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**17), 10**17)
    | st.floats(-1e9, 1e9).map(lambda value: round(value, 6) + 0.0)
    | st.binary(max_size=20)
    | _NAMES
    | st.builds(Reference, st.integers(1, 10**9)),
    lambda children: (
        st.lists(children, max_size=5).map(tuple) | st.dictionaries(_NAMES, children, max_size=5)
    ),
    max_leaves=20,
)


@given(value=_OBJECTS)
@_QUICK
def test_every_object_survives_writing_and_reading(value: PdfObject) -> None:
    text = write_object(value)
    read, end = ObjectReader(text).read(0)
    assert (read, end) == (value, len(text))
    assert write_object(read) == text
