"""What is known of every archived package besides its bytes (馆藏); it outlasts them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from certs.errors import RetentionError
from certs.keeping.retention import RetentionClass, check_named

MAX_AUTHORITY: Final = 200
MAX_KIND: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """A package that is kept, or was.

    Attributes:
        package_id: SM3 digest of the package in hexadecimal; the name of its object.
        retention: None until it is appraised (鉴定).
        keep_until: When the period ends; None for never, and until it is appraised.
        locked_at: When the store was bound to keep it so long; None until then.
        last_scrubbed_at: When its bytes were last compared with its digest.
        damaged_at: When a scrub found no good copy; None while there is one.
        destroyed_at: When its bytes were removed after a disposal.
    """

    package_id: str
    size_bytes: int
    stored_at: datetime
    last_scrubbed_at: datetime
    retention: RetentionClass | None = None
    keep_until: datetime | None = None
    locked_at: datetime | None = None
    damaged_at: datetime | None = None
    destroyed_at: datetime | None = None

    @classmethod
    def of(cls, package_id: str, *, size_bytes: int, at: datetime) -> "Holding":
        """Return the holding of a package that was just stored, and was whole then."""
        return cls(package_id=package_id, size_bytes=size_bytes, stored_at=at, last_scrubbed_at=at)


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageReference:
    """A package that another one needs, such as a license in a case (办件档案).

    Attributes:
        package_id: What is needed.
        referrer: What needs it, by its package id.
        kind: What it is there, such as ``case``.
    """

    package_id: str
    referrer: str
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LegalHold:
    """法律保留: an authority wants a package kept, whatever its period.

    Attributes:
        number: Its number; 0 until it is stored.
        held_until: When it was lifted; None while it lies.
    """

    package_id: str
    authority: str
    document_no: str
    placed_by: str
    held_from: datetime
    number: int = 0
    held_until: datetime | None = None
    released_by: str = ""
    release_document_no: str = ""

    def __post_init__(self) -> None:
        check_named(self.placed_by, self.document_no)
        if not 0 < len(self.authority) <= MAX_AUTHORITY:
            raise RetentionError(f"须写明要求保留的机关（≤{MAX_AUTHORITY}字） · name the authority")
        if self.held_until is not None:
            check_named(self.released_by, self.release_document_no)
