"""Which font prints which character: the two families first, then fonts that the owner adds.

Names hold characters that few fonts have. An owner can put fonts with them into a folder; they
print Chinese characters only, since scripts that are written from right to left, or whose
letters change with their neighbors, need more than one character after the other.
"""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from certs.errors import FaceError, MissingGlyphError
from certs.faces.fonts import Family, font_folder, is_visible, typeface
from certs.faces.typefaces import Typeface

MAX_ADDED_FONTS: Final = 16
_SUFFIXES: Final = frozenset({".otf", ".ttf"})


@dataclass(frozen=True, slots=True)
class Print:
    """How a character is printed: by which font, and how far it advances, in 1/1000 em."""

    typeface: Typeface
    advance: int


class _Prints(dict[str, Print]):
    """How one family prints characters, found when first asked for."""

    def __init__(self, typefaces: Sequence[Typeface], added: Sequence[Typeface]) -> None:
        super().__init__()
        self._typefaces = typefaces
        self._added = added

    def __missing__(self, character: str) -> Print:
        if not is_visible(character):
            raise MissingGlyphError(character)
        candidates = (*self._typefaces, *(self._added if _is_wide(character) else ()))
        for candidate in candidates:
            if character in candidate:
                found = Print(candidate, candidate.advance(character))
                self[character] = found
                return found
        raise MissingGlyphError(character)


class FontChain:
    """The fonts of the faces (字体链); each character is printed by the first that has it.

    Threads may share it.

    Attributes:
        folders: Where the fonts are, nothing else being there that a face could use.
    """

    def __init__(self, added: Sequence[Path] = ()) -> None:
        """Open the fonts.

        Args:
            added: Folders with fonts (``.ttf``, ``.otf``) to ask after the two families, in
                the order of their names.

        Raises:
            FaceError: A font cannot be used, or there are more than 16.
        """
        files = [file for folder in added for file in sorted(folder.iterdir())]
        fonts = [file for file in files if file.suffix.lower() in _SUFFIXES]
        if len(fonts) > MAX_ADDED_FONTS:
            raise FaceError(f"more than {MAX_ADDED_FONTS} fonts are added")
        others = [Typeface(file) for file in fonts]
        typefaces = [*map(typeface, Family), *others]
        self._named = {item.family: item for item in typefaces}
        if len(self._named) != len(typefaces):
            raise FaceError("two fonts have one family name")
        self.folders = (font_folder(), *added)
        self._prints = {
            str(family): _Prints(
                [typeface(family), *(typeface(other) for other in Family if other != family)],
                others,
            )
            for family in Family
        }

    def prints(self, family: str) -> dict[str, Print]:
        """Return how ``family`` prints characters; looking one up finds it.

        The mapping raises ``MissingGlyphError`` for a character that no font prints.

        Raises:
            FaceError: There is no such family.
        """
        if family not in self._prints:
            raise FaceError(f"no family is called {family!r}")
        return self._prints[family]

    def named(self, family: str) -> Typeface:
        """Return the font that prints what was placed in ``family``.

        Raises:
            FaceError: There is no such font.
        """
        if family not in self._named:
            raise FaceError(f"no font is called {family!r}")
        return self._named[family]

    def check(self, texts: Iterable[str]) -> None:
        """Refuse characters that cannot be printed.

        Raises:
            MissingGlyphError: All of them are named.
        """
        if missing := self.missing("".join(texts)):
            raise MissingGlyphError(missing)

    def missing(self, text: str) -> str:
        """Return the characters that cannot be printed, each once, in order of appearance.

        That includes what has no picture at all, such as a right-to-left override.
        """
        prints = self._prints[Family.SERIF]
        return "".join(c for c in dict.fromkeys(text) if not _is_printed(c, prints))


def _is_printed(character: str, prints: dict[str, Print]) -> bool:
    try:
        return bool(prints[character])
    except MissingGlyphError:
        return False


def _is_wide(character: str) -> bool:
    return unicodedata.east_asian_width(character) in {"F", "W"}
