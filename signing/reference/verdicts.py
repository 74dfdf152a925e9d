"""What pyHanko says of sealed files, in our words."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferenceVerdict:
    """What pyHanko says of one signature or document timestamp.

    Attributes:
        intact: The signed digest is that of the byte range.
        valid: The signature value verifies.
        trusted: A path leads to an anchor at the time asked for, for the timestamp too.
        covers_entire_file: Nothing follows what is covered.
        covers_revision: What is covered ends where a revision ends.
        respects_permissions: Nothing was changed that DocMDP forbids to change.
        signer: Common name in the signer's certificate.
        timestamped_at: What a timestamp over the signature value says, if there is a sound one.
    """

    intact: bool
    valid: bool
    trusted: bool
    covers_entire_file: bool
    covers_revision: bool
    respects_permissions: bool
    signer: str
    timestamped_at: datetime | None = None

    @property
    def is_sound(self) -> bool:
        """Whether nothing at all is wrong, and nothing was added."""
        return self.is_sound_within_file and self.covers_entire_file

    @property
    def is_sound_within_file(self) -> bool:
        """Whether nothing is wrong, permitted additions aside."""
        return (
            self.intact
            and self.valid
            and self.trusted
            and self.covers_revision
            and self.respects_permissions
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferenceReport:
    """What pyHanko says of all signatures of a file.

    Attributes:
        signatures: In the order of the revisions.
        timestamps: Document timestamps, in the same order.
        unlisted: How many signatures are in the bytes that pyHanko does not know.
        ends_with_revision: No byte comes after the end of the last revision.
    """

    signatures: tuple[ReferenceVerdict, ...]
    timestamps: tuple[ReferenceVerdict, ...]
    unlisted: int
    ends_with_revision: bool

    @property
    def is_whole(self) -> bool:
        """Whether no signature that is known is broken; trust is not asked."""
        return self.ends_with_revision and all(
            verdict.intact
            and verdict.valid
            and verdict.covers_revision
            and verdict.respects_permissions
            for verdict in (*self.signatures, *self.timestamps)
        )

    @property
    def is_sound(self) -> bool:
        """Whether every signature is known and sound, and only permitted things were added."""
        everything = (*self.signatures, *self.timestamps)
        return (
            bool(self.signatures)
            and self.unlisted == 0
            and self.ends_with_revision
            and all(verdict.is_sound_within_file for verdict in everything)
        )
