"""What a face (照面) shows and carries, whoever draws it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum, unique
from pathlib import Path
from typing import Final

from certs.errors import FaceError
from certs.faces.ornament import Ornament

MAX_CHARACTERS: Final = 20_000
_MAX_ATTACHMENTS: Final = 8


@unique
class Relationship(StrEnum):
    """How an attached file relates to the page (AFRelationship, ISO 32000-2, 7.11.3)."""

    SOURCE = "source"
    DATA = "data"
    ALTERNATIVE = "alternative"
    SUPPLEMENT = "supplement"


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file inside a face (附件).

    Attributes:
        name: File name, for instance ``license.json``.
        media_type: For instance ``application/json``.
        description: What it is, in Chinese.
        relationship: How it relates to the page.
        content: Its bytes.
    """

    name: str
    media_type: str
    description: str
    relationship: Relationship
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class FaceContent:
    """What one face shows and carries.

    Attributes:
        template: Folder of the license type, with ``face.typ``.
        values: Texts to show by field name.
        title: Title of the document, the name of the license type first.
        author: 发证机关.
        identifier: 证照标识.
        qr_text: What the QR code says.
        created_at: Time of making, timezone-aware.
        specimen: The face is a 样本 and says so.
        attachments: Files to embed.
        ornament: Size and colors of the ground.
        marks: What texts are called on the page (数据索引), by field name; a text that is not
            among them goes by its field's own name.
        required: The marks without which a face would say too little.
    """

    template: Path
    values: Mapping[str, str]
    title: str
    author: str
    identifier: str
    qr_text: str
    created_at: datetime
    specimen: bool
    attachments: tuple[Attachment, ...] = ()
    ornament: Ornament = Ornament()  # noqa: RUF009  frozen, like a number
    marks: Mapping[str, str] = field(default_factory=dict)
    required: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        if self.created_at.tzinfo is None:
            raise FaceError("the time of making a face has a time zone")
        if len(self.attachments) > _MAX_ATTACHMENTS:
            raise FaceError(f"a face carries at most {_MAX_ATTACHMENTS} files")
        if len({attachment.name for attachment in self.attachments}) != len(self.attachments):
            raise FaceError("two files in a face have one name")

    @property
    def texts(self) -> dict[str, str]:
        """What goes into the slots of the face, by their names.

        Raises:
            FaceError: Absurdly long.
        """
        texts = {**self.values, "identifier": self.identifier}
        if sum(map(len, texts.values())) + len(self.title) + len(self.author) > MAX_CHARACTERS:
            raise FaceError(f"a face shows at most {MAX_CHARACTERS} characters")
        return texts

    def mark_of(self, name: str) -> str:
        """Return what a text is called on the page."""
        return self.marks.get(name, name)

    def check_places(self, names: Iterable[str]) -> None:
        """Refuse a template that leaves out what every face of its kind has to say.

        Args:
            names: The texts that the template has places for.

        Raises:
            FaceError: The missing ones are named.
        """
        missing = self.required - {self.mark_of(name) for name in names}
        if missing:
            raise FaceError(f"the template has no place for {', '.join(sorted(missing))}")
