"""The seal that an OFD face will bear (签章)."""

from dataclasses import dataclass, field
from datetime import datetime

from signing.ofd.descriptions import Box


@dataclass(frozen=True, slots=True, kw_only=True)
class OfdSeal:
    """A seal and where it stands.

    Attributes:
        seal: The SESeal, DER; its picture is what readers show.
        boundary: Left, top, width, height, millimeters from the upper left corner of the page.
        signed_at: Timezone-aware; fractions of a second are cut off.
    """

    seal: bytes = field(repr=False)
    boundary: Box
    signed_at: datetime
