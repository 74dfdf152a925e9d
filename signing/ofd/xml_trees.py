"""XML of hostile files as small trees: UTF-8, no document type, bounded depth and size.

Names lose their namespace, because vendors disagree on it; attributes in a namespace are
left out. Source: XML 1.0; GB/T 33190-2016, 7.1 as real files show it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final
from xml.parsers import expat

from signing.errors import MalformedOfdError
from signing.ofd.rules import OfdRule

MAX_XML_BYTES: Final = 16_000_000
MAX_DEPTH: Final = 64
MAX_TREE_ITEMS: Final = 300_000
MAX_ITEMS: Final = 5_000_000
_UTF_8: Final = frozenset({None, "utf-8", "utf8"})
_NO_ATTRIBUTES: Final[Mapping[str, str]] = MappingProxyType({})
_SEPARATOR: Final = " "


@dataclass(frozen=True, slots=True)
class Element:
    """An element: local name, attributes without namespace, its own text, its children."""

    name: str
    attributes: Mapping[str, str] = field(default_factory=dict)
    text: str = ""
    children: tuple["Element", ...] = ()

    def all(self, name: str) -> tuple["Element", ...]:
        """Return the children of that name."""
        return tuple(child for child in self.children if child.name == name)

    def optional(self, name: str) -> "Element | None":
        """Return the child of that name, if there is one.

        Raises:
            MalformedOfdError: There are several, and two programs may take two of them.
        """
        found = self.all(name)
        if len(found) > 1:
            raise MalformedOfdError(OfdRule.STRUCTURE, f"{name} stands twice in {self.name}")
        return found[0] if found else None

    def one(self, name: str) -> "Element":
        """Return the only child of that name.

        Raises:
            MalformedOfdError: There is none, or several.
        """
        found = self.optional(name)
        if found is None:
            raise MalformedOfdError(OfdRule.STRUCTURE, f"{self.name} has no {name}")
        return found

    def text_of(self, name: str) -> str:
        """Return the text of the child of that name, stripped; empty when there is none.

        Raises:
            MalformedOfdError: There are several.
        """
        found = self.optional(name)
        return found.text.strip() if found else ""


@dataclass(slots=True)
class _Open:
    """An element whose end has not come yet."""

    name: str
    attributes: Mapping[str, str]
    text: list[str] = field(default_factory=list)
    children: list[Element] = field(default_factory=list)


class XmlReader:
    """Reads the XML of one file, counting elements and attributes over all of it.

    A part that is read again is not parsed again.
    """

    def __init__(self, max_items: int = MAX_ITEMS) -> None:
        self._items_left = max_items
        self._trees: dict[bytes, Element] = {}

    def tree(self, data: bytes) -> Element:
        """Return the root element.

        Raises:
            MalformedOfdError: Not well-formed, not UTF-8, a document type, too deep, too large.
        """
        known = self._trees.get(data)
        if known is None:
            known = self._trees[data] = self._parse(data, None, MAX_TREE_ITEMS)[0]
        return known

    def find(self, data: bytes, *names: str) -> tuple[Element, ...]:
        """Return the elements of these names anywhere, without children, in document order.

        For long pages: nothing else is kept.

        Raises:
            MalformedOfdError: As for ``tree``.
        """
        return self._parse(data, frozenset(names), MAX_ITEMS)

    def _parse(
        self, data: bytes, names: frozenset[str] | None, max_items: int
    ) -> tuple[Element, ...]:
        if len(data) > MAX_XML_BYTES:
            raise MalformedOfdError(OfdRule.XML_SIZE, f"larger than {MAX_XML_BYTES} bytes")
        if data[:2] in {b"\xff\xfe", b"\xfe\xff"} or b"\x00" in data[:4]:
            raise MalformedOfdError(OfdRule.XML, "not UTF-8")
        builder = _Builder(names, min(max_items, self._items_left))
        try:
            builder.parse(data)
        except (expat.ExpatError, ValueError, LookupError) as error:
            raise MalformedOfdError(OfdRule.XML, f"not well-formed: {error}") from error
        finally:
            self._items_left -= builder.items
        return tuple(builder.found)


class _Builder:
    """Collects one document's elements from the parser's events."""

    def __init__(self, names: frozenset[str] | None, max_items: int) -> None:
        self.items = 0
        self.found: list[Element] = []
        self._names = names
        self._max_items = max_items
        self._depth = 0
        self._open: list[_Open] = []

    def parse(self, data: bytes) -> None:
        """Read a whole document."""
        parser = expat.ParserCreate("utf-8", _SEPARATOR)
        parser.buffer_text = True
        parser.XmlDeclHandler = self._declaration
        parser.StartDoctypeDeclHandler = self._doctype
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        parser.Parse(data, True)  # noqa: FBT003 - the parser's own interface

    def _declaration(self, _version: str, encoding: str | None, _standalone: int) -> None:
        if (encoding.lower() if encoding else None) not in _UTF_8:
            raise MalformedOfdError(OfdRule.XML, f"encoded as {encoding}")

    def _doctype(self, *_: object) -> None:
        raise MalformedOfdError(OfdRule.DOCTYPE, "a document type declaration")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        self.items += 1 + len(attributes)
        if self._depth > MAX_DEPTH:
            raise MalformedOfdError(OfdRule.XML_DEPTH, f"deeper than {MAX_DEPTH}")
        if self.items > self._max_items:
            raise MalformedOfdError(OfdRule.XML_SIZE, "too many elements and attributes")
        local = name.rpartition(_SEPARATOR)[2]
        if self._names is not None and local not in self._names:
            self._open.append(_IGNORED)
            return
        kept = {key: value for key, value in attributes.items() if _SEPARATOR not in key}
        self._open.append(_Open(local, kept or _NO_ATTRIBUTES))

    def _text(self, text: str) -> None:
        if self._open[-1] is not _IGNORED:
            self._open[-1].text.append(text)

    def _end(self, _name: str) -> None:
        self._depth -= 1
        closed = self._open.pop()
        if closed is _IGNORED:
            return
        element = Element(
            closed.name, closed.attributes, "".join(closed.text), tuple(closed.children)
        )
        if self._names is not None or not self._open:
            self.found.append(element)
        else:
            self._open[-1].children.append(element)


_IGNORED: Final = _Open("", _NO_ATTRIBUTES)
