"""The seals of an instance in a folder: the SESeal and what it looks like on a page.

What a seal may do, and what it did, stands in the register; the folder keeps its files.
"""

import re
import secrets
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import Final

from api.errors import HomeError
from certs.faces.drawing import Drawing, to_pdf_operators, to_svg
from signing.certificates import Certificate, parse_pem_certificates
from signing.errors import SigningError
from signing.pdf.sealing import MAX_APPEARANCE_BYTES, SealAppearance
from signing.seals import Seal, SealKind, parse_seal

_CODE: Final = re.compile(r"[0-9A-Za-z]{6,32}")
_SEAL: Final = "seal.esl"
_APPEARANCE: Final = "appearance.ops"
_DRAWING: Final = "appearance.svg"
_CHAIN: Final = "maker-chain.pem"


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptSeal:
    """A seal with its visible form."""

    seal: Seal
    appearance: SealAppearance


class SealFolder:
    """One folder a seal, named by the seal's code."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def add(self, seal: Seal, drawing: Drawing, *, above_maker: Sequence[Certificate] = ()) -> None:
        """Keep a new seal; the very same seal again is no error.

        Args:
            seal: The seal.
            drawing: What it looks like.
            above_maker: Certificates from the maker's authority up, where they are not ours.

        Raises:
            HomeError: Another seal of this code is kept already, the code cannot name a folder,
                or the drawing is too large for a page.
        """
        code = seal.description.code
        if self._keeps(seal):
            return
        self.check_free(code)
        operators = to_pdf_operators(drawing)
        if len(operators) > MAX_APPEARANCE_BYTES:
            raise HomeError("印模图形过于复杂 · the drawing of the seal is too large")
        self._folder.mkdir(parents=True, exist_ok=True)
        # Complete or not there at all: the folder gets its name when everything is in it.
        incoming = self._folder / f".{code}.{secrets.token_hex(4)}"
        incoming.mkdir()
        try:
            (incoming / _SEAL).write_bytes(seal.encoded)
            (incoming / _APPEARANCE).write_bytes(operators)
            (incoming / _DRAWING).write_text(to_svg(drawing), encoding="utf-8")
            chain = "".join(item.to_pem() for item in above_maker)
            (incoming / _CHAIN).write_text(chain, encoding="ascii")
            incoming.rename(self._folder / code)
        except OSError as error:
            shutil.rmtree(incoming, ignore_errors=True)
            raise HomeError(f"印章 {code} 无法保存 · the seal cannot be kept") from error

    def check_free(self, code: str) -> None:
        """Refuse a code that is in use or cannot name a folder.

        Raises:
            HomeError: It is so.
        """
        if not _CODE.fullmatch(code):
            raise HomeError("印章编码须为 6 至 32 位字母数字 · a seal code has 6 to 32 letters")
        if (self._folder / code).exists():
            raise HomeError(f"印章 {code} 已存在 · the seal exists")

    def all(self) -> tuple[KeptSeal, ...]:
        """Return all seals, by code."""
        return tuple(self._read(path) for path in sorted(self._folder.glob(f"*/{_SEAL}")))

    def find(self, code: str) -> KeptSeal | None:
        """Return the seal of this code, or None."""
        path = self._folder / code / _SEAL
        return self._read(path) if _CODE.fullmatch(code) and path.is_file() else None

    def drawing_of(self, code: str) -> str | None:
        """Return what a seal looks like as SVG, or None if that was not kept."""
        path = self._folder / code / _DRAWING
        if not (_CODE.fullmatch(code) and path.is_file()):
            return None
        return path.read_text("utf-8")

    def maker_authority(self, code: str) -> Certificate | None:
        """Return the outside authority that certified the maker of a seal; None for our own.

        Raises:
            HomeError: What is kept is damaged.
        """
        path = self._folder / code / _CHAIN
        if not (_CODE.fullmatch(code) and path.is_file()):
            return None
        try:
            chain = path.read_text("ascii")
            return parse_pem_certificates(chain)[0] if chain else None
        except (OSError, UnicodeDecodeError, SigningError) as error:
            raise HomeError(f"the chain in {path.parent} cannot be read") from error

    def newest_for(
        self, certificate: Certificate, *, enabled: Mapping[str, datetime] = MappingProxyType({})
    ) -> KeptSeal | None:
        """Return the seal that licenses are sealed with, or None.

        It is a unit seal, as wide as high (the faces have a round place for it), and lists the
        certificate. Of the enabled ones it is the one enabled last; without any, the newest, so
        that issuing can say why it does not seal.

        Args:
            certificate: The one that seals.
            enabled: When the seals that may be used now were enabled, by code.
        """
        fitting = [
            item
            for item in self.all()
            if item.seal.description.kind is SealKind.UNIT
            and item.appearance.width_mm == item.appearance.height_mm
            and item.seal.lists(certificate)
        ]
        return max(
            fitting,
            key=lambda item: (
                item.seal.description.code in enabled,
                enabled.get(item.seal.description.code, item.seal.description.created_at),
            ),
            default=None,
        )

    def _keeps(self, seal: Seal) -> bool:
        code = seal.description.code
        path = self._folder / code / _SEAL
        return (
            _CODE.fullmatch(code) is not None
            and path.is_file()
            and path.read_bytes() == seal.encoded
        )

    def _read(self, path: Path) -> KeptSeal:
        try:
            seal = parse_seal(path.read_bytes())
            content = (path.parent / _APPEARANCE).read_bytes()
        except (OSError, SigningError) as error:
            raise HomeError(f"the seal in {path.parent} cannot be read") from error
        picture = seal.description.picture
        return KeptSeal(
            seal=seal,
            appearance=SealAppearance(
                width_mm=picture.width_mm, height_mm=picture.height_mm, content=content
            ),
        )
