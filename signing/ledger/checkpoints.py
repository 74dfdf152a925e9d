"""Checkpoints (检查点): how large a log is and which root it has, as the text of a note.

Source: C2SP tlog-checkpoint, with SM3.
"""

import base64
import binascii
import re
from dataclasses import dataclass
from typing import Final, Self

from signing.algorithms import SM3_BYTES
from signing.errors import MalformedStructureError

MAX_SIZE: Final = (1 << 63) - 1

_ORIGIN: Final = re.compile(r"[^\s+]{1,200}")
_SIZE: Final = re.compile(r"0|[1-9][0-9]{0,18}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """The head of a log.

    Attributes:
        origin: Names the log, as ``340200.yinxin/issue``.
        size: How many entries it has.
        root: 32 bytes.

    Raises:
        MalformedStructureError: No log has such a head.
    """

    origin: str
    size: int
    root: bytes

    def __post_init__(self) -> None:
        if not _ORIGIN.fullmatch(self.origin):
            raise MalformedStructureError("no log has such a name")
        if not 0 <= self.size <= MAX_SIZE or len(self.root) != SM3_BYTES:
            raise MalformedStructureError("no log has such a size or root")

    @property
    def text(self) -> str:
        """The text that is signed."""
        return f"{self.origin}\n{self.size}\n{encode_hash(self.root)}\n"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a text that `text` wrote; extension lines are refused, because nobody checks them.

        Raises:
            MalformedStructureError: Not a checkpoint, or not in this spelling.
        """
        lines = text.split("\n")
        if len(lines) != _LINES or lines[-1] or not _SIZE.fullmatch(lines[1]):
            raise MalformedStructureError("not a checkpoint")
        return cls(origin=lines[0], size=int(lines[1]), root=parse_hash(lines[2]))


_LINES: Final = 4


def encode_hash(hash_: bytes) -> str:
    """Return a hash in base64."""
    return base64.b64encode(hash_).decode("ascii")


def parse_hash(line: str) -> bytes:
    """Read 32 bytes in base64.

    Raises:
        MalformedStructureError: Not 32 bytes, or spelled in another way.
    """
    try:
        hash_ = base64.b64decode(line, validate=True)
    except (binascii.Error, ValueError) as error:
        raise MalformedStructureError("not a hash in base64") from error
    if len(hash_) != SM3_BYTES or encode_hash(hash_) != line:
        raise MalformedStructureError("not a hash in base64")
    return hash_
