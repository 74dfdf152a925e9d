"""Rows of JSON Lines (.jsonl): one object a line, its names are the headings."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from certs.errors import MalformedSheetError
from certs.rows.cells import read_cell, show_cell
from certs.rows.columns import MAX_COLUMNS
from certs.rows.sources import FileSource, Source
from certs.rows.text_files import TextSource, open_text


@contextmanager
def open_json_lines(source: FileSource, *, declared: str | None) -> Iterator[Source]:
    """Open a file of objects; all of it is read once to learn its names.

    An object may leave names out. Rows are numbered as lines.

    Raises:
        MalformedSheetError: It cannot be opened, a line is no object, or there are too many
            names.
    """
    with open_text(source, declared) as text:
        names = _names(text)
        rows = ((number, [item.get(name) for name in names]) for number, item in _objects(text))
        yield Source(
            rows=rows,
            read=read_cell,
            show=show_cell,
            names=names,
            encoding=text.encoding,
            has_letters=False,
        )


def _names(text: TextSource) -> tuple[str, ...]:
    """Return every name in the file, in the order of appearance."""
    names: dict[str, None] = {}
    for number, item in _objects(text):
        names.update(dict.fromkeys(item))
        if len(names) > MAX_COLUMNS:
            raise _error(number, f"超过 {MAX_COLUMNS} 个名称", f"more than {MAX_COLUMNS} names")
    return tuple(names)


def _objects(text: TextSource) -> Iterator[tuple[int, dict[str, Any]]]:
    for number, line in enumerate(text.lines(), start=1):
        if not line.strip():
            continue
        item = _parse(number, line)
        if not isinstance(item, dict):
            raise _error(number, "不是 JSON 对象", "not an object")
        yield number, item


def _parse(number: int, line: str) -> object:
    try:
        return json.loads(line, object_pairs_hook=_unique, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        reason = str(error) if isinstance(error, _RefusedJsonError) else "malformed"
        raise _error(number, "不是合格的 JSON", f"not proper JSON ({reason})") from error


class _RefusedJsonError(ValueError):
    """JSON that Python would take and we do not; says why without quoting values."""


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    item = dict(pairs)
    if len(item) != len(pairs):
        raise _RefusedJsonError("a name comes twice")
    if any(not name.strip() for name in item):
        raise _RefusedJsonError("a name is blank")
    return item


def _refuse_constant(_text: str) -> object:
    raise _RefusedJsonError("NaN or Infinity")


def _error(line: int, zh: str, en: str) -> MalformedSheetError:
    return MalformedSheetError(f"第 {line} 行{zh} · line {line}: {en}")
