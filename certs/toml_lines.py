"""Where the keys of a TOML file stand, so that an error can name the line.

The parser of the standard library keeps no lines. This reads headers and keys only, of files
that the parser has accepted; a key inside an inline table counts as where that table stands.
"""

import re
from collections import Counter
from collections.abc import Mapping
from typing import Final

_HEADER: Final = re.compile(r"\s*(\[\[?)\s*([\w.-]+)\s*\]")
_KEY: Final = re.compile(r"\s*([\w-]+)\s*=")
_STRINGS: Final = re.compile(r'"(?:\\.|[^"\\])*"|\'[^\']*\'|#.*')
_LONG_QUOTES: Final = re.compile(r'"""|' + "'''")


def key_lines(text: str) -> Mapping[str, int]:
    """Return the line, from 1, of every table and key.

    Places are written as ``typed_tables`` writes them: ``style: seal_box: width_mm``, or
    ``fields[3]: format``.
    """
    lines: dict[str, int] = {}
    counts: Counter[str] = Counter()
    where, depth, in_long_text = "", 0, False
    for number, line in enumerate(text.splitlines(), start=1):
        is_open = depth > 0 or in_long_text
        if not is_open and (header := _HEADER.match(line)):
            where = _place(header.group(2), counts, is_array=header.group(1) == "[[")
            lines.setdefault(where, number)
            continue
        if not is_open and (key := _KEY.match(line)):
            lines.setdefault(f"{where}: {key.group(1)}" if where else key.group(1), number)
        in_long_text ^= len(_LONG_QUOTES.findall(line)) % 2 == 1
        bare = "" if in_long_text else _STRINGS.sub("", line)
        depth += sum(map(bare.count, "[{")) - sum(map(bare.count, "]}"))
    return lines


def line_of(message: str, lines: Mapping[str, int]) -> int:
    """Return the line that a message speaks of: that of the innermost place it names; else 1."""
    parts = message.split(": ")
    places = (": ".join(parts[:count]) for count in range(len(parts), 0, -1))
    return next((lines[place] for place in places if place in lines), 1)


def _place(header: str, counts: Counter[str], *, is_array: bool) -> str:
    place = header.replace(".", ": ")
    if not is_array:
        return place
    counts[place] += 1
    return f"{place}[{counts[place] - 1}]"
