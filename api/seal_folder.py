"""The seals of an instance in a folder: the SESeal and what it looks like on a page."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from api.errors import HomeError
from certs.faces.drawing import Drawing, to_pdf_operators
from signing.errors import SigningError
from signing.pdf.sealing import SealAppearance
from signing.seals import Seal, parse_seal

_CODE: Final = re.compile(r"[0-9A-Za-z]{6,32}")
_SEAL: Final = "seal.esl"
_APPEARANCE: Final = "appearance.ops"


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptSeal:
    """A seal with its visible form."""

    seal: Seal
    appearance: SealAppearance


class SealFolder:
    """One folder a seal, named by the seal's code."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def add(self, seal: Seal, drawing: Drawing) -> None:
        """Keep a new seal.

        Raises:
            HomeError: A seal of this code is kept already, or the code cannot name a folder.
        """
        self.check_free(seal.description.code)
        folder = self._folder / seal.description.code
        folder.mkdir(parents=True)
        (folder / _SEAL).write_bytes(seal.encoded)
        (folder / _APPEARANCE).write_bytes(to_pdf_operators(drawing))

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

    def newest_of(self, owner_code: str) -> KeptSeal | None:
        """Return the newest seal whose signer is ``owner_code``'s, or None."""
        own = [
            item
            for item in self.all()
            if any(
                signer.organization_code == owner_code for signer in item.seal.description.signers
            )
        ]
        return max(own, key=lambda item: item.seal.description.created_at, default=None)

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
