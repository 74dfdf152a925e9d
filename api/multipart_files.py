"""Files out of a multipart body, one at a time while it arrives (RFC 7578).

The framework's own form parser keeps all files of a form until its end; a batch of a thousand
would not fit.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from python_multipart.exceptions import MultipartParseError
from python_multipart.multipart import MultipartParser, parse_options_header

if TYPE_CHECKING:
    from python_multipart.multipart import MultipartCallbacks

from api.http_errors import MalformedBodyError, TooLargeError

_MAX_HEADER_BYTES: Final = 4096
_MAX_NAME: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceivedFile:
    """One part of a form.

    Attributes:
        form_field: The name of the form's field.
        name: The file's name as the sender calls it; empty for a plain value.
    """

    form_field: str
    name: str
    data: bytes = field(repr=False)


@dataclass(slots=True)
class _Part:
    """A part that is arriving."""

    headers: dict[str, bytes] = field(default_factory=dict)
    header: bytearray = field(default_factory=bytearray)
    value: bytearray = field(default_factory=bytearray)
    data: bytearray = field(default_factory=bytearray)


async def received_files(
    stream: AsyncIterator[bytes], content_type: str, *, most: int, max_file_bytes: int
) -> AsyncIterator[ReceivedFile]:
    """Yield the parts of a multipart body as they are complete.

    Args:
        stream: The body.
        content_type: With its boundary.
        most: How many parts there may be.
        max_file_bytes: How long each may be.

    Raises:
        MalformedBodyError: The body is no such form.
        TooLargeError: There are more parts, or one is longer.
    """
    parts = _Parts(max_file_bytes)
    _, options = parse_options_header(content_type)
    boundary = options.get(b"boundary")
    if not boundary:
        raise MalformedBodyError("no boundary")
    parser = MultipartParser(boundary, parts.callbacks())
    count = 0
    async for chunk in stream:
        try:
            parser.write(chunk)
        except MultipartParseError as error:
            raise MalformedBodyError("not a multipart body") from error
        for found in parts.taken():
            count += 1
            if count > most:
                raise TooLargeError("more files than the route takes")
            yield found
    if not parts.is_complete:
        raise MalformedBodyError("the body is cut short")


class _Parts:
    """Collects what the parser finds."""

    def __init__(self, max_file_bytes: int) -> None:
        self._max = max_file_bytes
        self._part = _Part()
        self._found: list[ReceivedFile] = []
        self.is_complete = False

    def callbacks(self) -> "MultipartCallbacks":
        """Return what the parser calls."""
        return {
            "on_part_begin": self._begin,
            "on_header_field": self._on_header,
            "on_header_value": self._on_value,
            "on_header_end": self._end_header,
            "on_part_data": self._on_data,
            "on_part_end": self._end,
            "on_end": self._finish,
        }

    def taken(self) -> list[ReceivedFile]:
        """Return the parts completed since the last call."""
        found, self._found = self._found, []
        return found

    def _begin(self) -> None:
        self._part = _Part()

    def _on_header(self, data: bytes, start: int, end: int) -> None:
        self._extend(self._part.header, data[start:end], _MAX_HEADER_BYTES)

    def _on_value(self, data: bytes, start: int, end: int) -> None:
        self._extend(self._part.value, data[start:end], _MAX_HEADER_BYTES)

    def _end_header(self) -> None:
        part = self._part
        part.headers[part.header.decode("latin-1").lower()] = bytes(part.value)
        part.header, part.value = bytearray(), bytearray()

    def _on_data(self, data: bytes, start: int, end: int) -> None:
        self._extend(self._part.data, data[start:end], self._max)

    def _end(self) -> None:
        _, options = parse_options_header(self._part.headers.get("content-disposition", b""))
        self._found.append(
            ReceivedFile(
                form_field=_text(options.get(b"name", b"")),
                name=_text(options.get(b"filename", b"")),
                data=bytes(self._part.data),
            )
        )

    def _finish(self) -> None:
        self.is_complete = True

    def _extend(self, into: bytearray, data: bytes, most: int) -> None:
        if len(into) + len(data) > most:
            raise TooLargeError("a part of the form is too long")
        into += data


def _text(data: bytes) -> str:
    # The end of a file's name may be all that tells what it is.
    return data.decode("utf-8", "replace")[-_MAX_NAME:]
