"""Pages that are typeset from a template of ours: A4, with a file attached, PDF/A-3b."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Final

import typst

from certs.errors import FaceError
from certs.faces.font_chains import FontChain

_REFUSALS: Final = (typst.TypstError, RuntimeError, ValueError)
_NO_GLYPH: Final = "□"


def typeset_page(
    template: Path, inputs: Mapping[str, str], *, fonts: FontChain, made_at: datetime
) -> bytes:
    """Typeset a template; the same arguments give the same bytes.

    Args:
        template: Its file; nothing outside its folder is read.
        inputs: What it prints, by name: data, which can never become markup.
        fonts: What it prints it with.
        made_at: What the file says of when it was made.

    Raises:
        FaceError: It cannot be typeset.
    """
    typefaces = typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=False,
        font_paths=[str(folder) for folder in fonts.folders],
    )
    try:
        pdf = typst.compile(
            str(template),
            root=str(template.parent),
            font_paths=typefaces,
            # Without a package folder of its own it could reach packages of the machine.
            package_path=str(template.parent / "packages"),
            package_cache_path=str(template.parent / "packages"),
            format="pdf",
            pdf_standards="a-3b",
            pdf_tags=False,
            timestamp=int(made_at.timestamp()),
            sys_inputs=dict(inputs),
        )
    except _REFUSALS as error:
        raise FaceError(f"typst refuses the page: {error}") from error
    if not isinstance(pdf, bytes):
        raise FaceError("typst gave no page")
    return pdf


def printable(value: object, fonts: FontChain) -> object:
    """Return ``value`` with a box for whatever no font can print: names of others come through."""
    match value:
        case str():
            missing = set(fonts.missing(value))
            return "".join(_NO_GLYPH if letter in missing else letter for letter in value)
        case Mapping():
            return {key: printable(item, fonts) for key, item in value.items()}
        case list():
            return [printable(item, fonts) for item in value]
        case _:
            return value
