"""What a certificate may be used for (证书用途), as extended key usages of our own arc."""

from enum import StrEnum, unique
from typing import Final

from signing.algorithms import TIMESTAMPING_USAGE, YINXIN_ARC


@unique
class Role(StrEnum):
    """One purpose; a certificate has exactly one, except that authorities have none."""

    TRUST_LIST = "trust-list"
    SEAL_MAKER = "seal-maker"
    SEAL = "seal"
    RECORD = "record"
    TIMESTAMP = "timestamp"
    LEDGER = "ledger"
    STATUS = "status"
    SERVICE = "service"
    RECEIPT = "receipt"

    @property
    def oid(self) -> str:
        """The extended key usage that says so."""
        return ROLE_OIDS[self]


# The number in an OID is the place in the enumeration, so new roles stand last.
# RFC 3161 wants its own usage, and no other beside it, so that one is the role.
ROLE_OIDS: Final[dict[Role, str]] = {
    role: f"{YINXIN_ARC}.3.{number}" for number, role in enumerate(Role, start=1)
} | {Role.TIMESTAMP: TIMESTAMPING_USAGE}
