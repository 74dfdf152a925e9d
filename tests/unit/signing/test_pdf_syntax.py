import pytest

from signing.errors import MalformedPdfError
from signing.pdf.objects import Name, PdfObject, Reference, Stream, write_object
from signing.pdf.syntax import MAX_DEPTH, ObjectReader

_EACH_KIND: tuple[tuple[bytes, PdfObject], ...] = (
    (b"null", None),
    (b"true", True),
    (b"false", False),
    (b"-17", -17),
    (b"0.25", 0.25),
    (b"0.00001", 0.00001),
    (b"(plain \\(text\\) \\\\)", b"plain (text) \\"),
    (b"<FEFF6570>", b"\xfe\xff\x65\x70"),
    (b"/application#2Fjson", Name("application/json")),
    (b"/#E9", Name("\xe9")),
    (b"12 0 R", Reference(12)),
    (b"[1 0.5(a)/B 2 0 R[]<<>>null]", (1, 0.5, b"a", Name("B"), Reference(2), (), {}, None)),
    (
        b"<</A 1/B/C/D[0 -1 2.5]/E<</F(g)>>>>",
        {"A": 1, "B": Name("C"), "D": (0, -1, 2.5), "E": {"F": b"g"}},
    ),
)


def _read(text: bytes) -> PdfObject:
    value, end = ObjectReader(text).read(0)
    assert end == len(text)
    return value


@pytest.mark.parametrize(("text", "value"), _EACH_KIND)
def test_each_kind_of_object_is_read_and_written_in_one_form(text: bytes, value: PdfObject) -> None:
    assert _read(text) == value
    assert write_object(value) == text


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (b"  % a comment\n<< /A\t1 >>", {"A": 1}),
        (b"<46 6f\n6F>", b"Foo"),
        (b"<4>", b"\x40"),
        (b"(a(b)c)", b"a(b)c"),
        (b"(\\101\\n\\\r\nb\rc\\q)", b"A\nb\ncq"),
        (b"[+1 -.5 4.]", (1, -0.5, 4.0)),
        (b"[1 2 3 0 R]", (1, 2, Reference(3))),
    ],
)
def test_foreign_spellings_are_understood(text: bytes, value: PdfObject) -> None:
    assert _read(text) == value


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"  ",
        b"]",
        b">>",
        b"[1 2",
        b"<</A 1",
        b"<</A>>",
        b"<<1 2>>",
        b"<</A 1/A 2>>",
        b"<</A 1]",
        b"[1>>",
        b"<zz>",
        b"(no end",
        b"(no end\\",
        b"(" + b"a" * 66_000 + b")",
        b"(\\n" + b"a" * 66_000 + b")",
        b"/" + b"a" * 128,
        b"1" * 19,
        b"nul",
        b"trueish",
        b"1.2.3",
        b"[1-2]",
        b"{}",
        b"% only a comment",
    ],
)
def test_what_is_no_object_is_refused(text: bytes) -> None:
    with pytest.raises(MalformedPdfError, match="offset") as caught:
        ObjectReader(text).read(0)
    assert caught.value.rule == "syntax"


@pytest.mark.parametrize("bracket", [b"[", b"<</A"])
def test_nesting_is_bounded(bracket: bytes) -> None:
    closing = b"]" if bracket == b"[" else b">>"
    _read(bracket * (MAX_DEPTH - 1) + b"[]" + closing * (MAX_DEPTH - 1))
    with pytest.raises(MalformedPdfError, match="deeper"):
        ObjectReader(bracket * 100_000).read(0)


@pytest.mark.parametrize(
    "text", [b"[" + b"/A " * 200 + b"]", b"[" + b"1 " * 200 + b"/A]", b"(" + b"\\n" * 200 + b")"]
)
def test_the_number_of_tokens_is_bounded(text: bytes) -> None:
    ObjectReader(text).read(0)
    with pytest.raises(MalformedPdfError):
        ObjectReader(text, max_tokens=100).read(0)


def test_references_and_names_are_noted_for_the_caller() -> None:
    reader = ObjectReader(b"<</A 3 0 R/B[4 0 R 3 0 R]/C/D>>5 0 R 6 1 R")
    _, end = reader.read(0)
    assert reader.references == {3, 4}
    assert reader.names == {"A", "B", "C", "D"}
    reader.references = set()
    reader.read(end)
    assert reader.references == {5}


def test_reference_to_another_generation_leads_nowhere() -> None:
    reader = ObjectReader(b"6 1 R")
    assert reader.read(0) == (Reference(6, 1), 5)
    assert reader.references == {-1}


def test_stream_is_read_by_its_length() -> None:
    text = b"<</Length 11>>\nstream\nendstream\nx\nendstream"
    stream = Stream(entries={"Length": 11}, data=b"endstream\nx")
    assert ObjectReader(text).read_indirect(0) == (stream, len(text))
    assert write_object(stream) == text


@pytest.mark.parametrize(
    "text",
    [
        b"<</Length 3>>\nstream\nabcd\nendstream",
        b"<</Length 99>>\nstream\nabcd\nendstream",
        b"<</Length -1>>\nstream\nabcd\nendstream",
        b"<</Length 5 0 R>>\nstream\nabcd\nendstream",
        b"<</Length true>>\nstream\na\nendstream",
        b"<<>>\nstream\nabcd\nendstream",
        b"<</Length 4/F(elsewhere)>>\nstream\nabcd\nendstream",
    ],
)
def test_stream_with_a_dishonest_length_is_refused(text: bytes) -> None:
    with pytest.raises(MalformedPdfError, match="stream"):
        ObjectReader(text).read_indirect(0)
