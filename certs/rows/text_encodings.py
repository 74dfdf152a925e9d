"""How a text file is encoded: known for certain, declared, or guessed and to be confirmed.

Departments' files are UTF-8, UTF-16 ("Unicode text" of spreadsheet programs) or GB18030 with
its older parts GBK and GB 2312. Nothing in a file says that it is GB18030: almost any bytes
might be, so that answer is a guess which a person confirms.
"""

import codecs
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum, unique
from types import MappingProxyType
from typing import BinaryIO, Final

from certs.errors import MalformedSheetError

_CHUNK_BYTES: Final = 1_048_576
_MARKS: Final[tuple[tuple[bytes, str], ...]] = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# GB18030 reads whatever was written as GBK or GB 2312.
_DECLARED: Final[Mapping[str, str]] = MappingProxyType(
    {
        "utf8": "utf-8-sig",
        "utf8sig": "utf-8-sig",
        "gb18030": "gb18030",
        "gbk": "gb18030",
        "gb2312": "gb18030",
        "cp936": "gb18030",
        "utf16": "utf-16",
        "utf16le": "utf-16-le",
        "utf16be": "utf-16-be",
    }
)


@unique
class Certainty(StrEnum):
    """How sure an encoding is."""

    DECLARED = "declared"
    CERTAIN = "certain"
    GUESSED = "guessed"


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundEncoding:
    """The encoding of a text file.

    Attributes:
        codec: Python's name of it.
        certainty: How sure that is.
        sample: The heading and first rows as decoded, for a person to confirm; values are
            masked where personal.
    """

    codec: str
    certainty: Certainty
    sample: tuple[tuple[str, ...], ...] = field(default=(), repr=False)


def find_encoding(file: BinaryIO, declared: str | None = None) -> FoundEncoding:
    """Return the encoding of ``file`` after reading all of it; leaves it at its start.

    Args:
        file: The file, at its start.
        declared: What somebody says it is: utf-8, gb18030, gbk, gb2312, utf-16, utf-16-le or
            utf-16-be.

    Raises:
        MalformedSheetError: The file is in none of the encodings, or not in the declared one;
            the message names the line.
    """
    if declared:
        return _checked(file, _declared_codec(declared), Certainty.DECLARED)
    head = file.read(4)
    for mark, codec in _MARKS:
        if head.startswith(mark):
            return _checked(file, codec, Certainty.CERTAIN)
    utf8_line = _first_bad_line(file, "utf-8")
    if utf8_line is None:
        return FoundEncoding(codec="utf-8", certainty=Certainty.CERTAIN)
    gb_line = _first_bad_line(file, "gb18030")
    if gb_line is None:
        return FoundEncoding(codec="gb18030", certainty=Certainty.GUESSED)
    # The file probably is what it could be read as for longer.
    line, codec = max((utf8_line, "utf-8"), (gb_line, "gb18030"))
    raise _not_text(line, codec)


def _declared_codec(name: str) -> str:
    codec = _DECLARED.get(name.lower().replace("-", "").replace("_", ""))
    if codec is None:
        raise MalformedSheetError(
            f"不支持的编码 {name[:30]!r} · unknown encoding; "
            "utf-8, gb18030, gbk, gb2312, utf-16, utf-16-le, utf-16-be"
        )
    return codec


def _checked(file: BinaryIO, codec: str, certainty: Certainty) -> FoundEncoding:
    line = _first_bad_line(file, codec)
    if line is not None:
        raise _not_text(line, codec)
    return FoundEncoding(codec=codec, certainty=certainty)


def _not_text(line: int, codec: str) -> MalformedSheetError:
    return MalformedSheetError(
        f"第 {line} 行附近不是有效的 {codec} 文本，请另存为 UTF-8 · "
        f"near line {line}: not {codec}; save the file as UTF-8"
    )


def _first_bad_line(file: BinaryIO, codec: str) -> int | None:
    """Return about which line is not text of ``codec``, None where all is."""
    decoder = codecs.getincrementaldecoder(codec)()
    line = 1
    for chunk in _chunks(file):
        try:
            text = decoder.decode(chunk, final=not chunk)
        except UnicodeDecodeError as error:
            return line + error.object[: error.start].count(b"\n")
        if "\0" in text:  # binary, or UTF-16 without its mark
            return line + text[: text.index("\0")].count("\n")
        line += text.count("\n")
    file.seek(0)
    return None


def _chunks(file: BinaryIO) -> Iterator[bytes]:
    """Yield the whole file from its start, and an empty chunk at the end."""
    file.seek(0)
    try:
        while chunk := file.read(_CHUNK_BYTES):
            yield chunk
    except OSError as error:
        raise MalformedSheetError(
            f"文件无法读取 · the file cannot be read: {error.strerror}"
        ) from error
    yield b""
