"""The writers of faces that an instance has, both kinds with the same fonts."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from api.homes import Home
from certs.faces.compiled import CompiledFaces
from certs.faces.font_chains import FontChain
from certs.faces.ofd.compiled import CompiledOfdFaces

FONTS_FOLDER: Final = "fonts"
"""Where the owner of an instance puts fonts, below its home."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FaceWriters:
    """Who writes PDF faces, and who writes OFD faces."""

    pdf: CompiledFaces
    ofd: CompiledOfdFaces


@contextmanager
def open_face_writers(home: Home) -> Iterator[FaceWriters]:
    """Open the writers; the owner can add fonts for rare characters (生僻字).

    Raises:
        FaceError: An added font cannot be used.
    """
    added = home.folder(FONTS_FOLDER)
    fonts = FontChain((added,) if added.is_dir() else ())
    with CompiledFaces(fonts) as pdf, CompiledOfdFaces(fonts) as ofd:
        yield FaceWriters(pdf=pdf, ofd=ofd)
