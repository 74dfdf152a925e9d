"""Regions of a trust list (地区): anchors, entitled issuers, and where the region answers."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Self

from certs.canonical import JsonValue
from certs.errors import MalformedIdentifierError
from certs.identifiers import LicenseTypeCode, SocialCreditCode
from certs.regions import RegionCode
from certs.typed_tables import TypedTable
from signing.certificates import MAX_CERTIFICATE_BYTES, Certificate, parse_certificate
from signing.errors import SigningError
from signing.roles import Role
from verify.entitled_issuers import EntitledIssuer, issuer_entry, parse_issuer
from verify.errors import TrustListError


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchor:
    """A certificate authority that a region's certificates lead to.

    Attributes:
        withdrawn_at: From when it anchors nothing new; None while it does.
    """

    certificate: Certificate
    valid_from: datetime
    withdrawn_at: datetime | None = None

    def covers(self, instant: datetime) -> bool:
        """Whether what was signed at ``instant`` may lead here."""
        ended = self.withdrawn_at is not None and instant >= self.withdrawn_at
        return self.valid_from <= instant and not ended


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustedRegion:
    """One region: anchors, issuers, and where and as whom its service answers.

    Attributes:
        service: The certificate whose key opens what is encrypted for the region.
        ledger: The certificates whose keys sign the region's logs, and what it saw of others'.
    """

    code: RegionCode
    name: str
    anchors: tuple[Anchor, ...]
    issuers: tuple[EntitledIssuer, ...]
    service_url: str
    service: Certificate
    ledger: tuple[Certificate, ...] = ()
    _by_code: Mapping[SocialCreditCode, tuple[EntitledIssuer, ...]] = field(
        init=False, repr=False, compare=False
    )

    def __post_init__(self) -> None:
        by_code: dict[SocialCreditCode, tuple[EntitledIssuer, ...]] = {}
        for item in self.issuers:
            by_code[item.code] = (*by_code.get(item.code, ()), item)
        object.__setattr__(self, "_by_code", by_code)

    def anchors_at(self, instant: datetime) -> tuple[Certificate, ...]:
        """Return the anchors for what was signed at ``instant``."""
        return tuple(item.certificate for item in self.anchors if item.covers(instant))

    def entries_of(
        self, issuer: SocialCreditCode, license_type: LicenseTypeCode
    ) -> tuple[EntitledIssuer, ...]:
        """Return the entries that let ``issuer`` issue this type at some time."""
        return tuple(item for item in self.entries_named(issuer) if license_type in item.types)

    def entries_named(self, issuer: SocialCreditCode) -> tuple[EntitledIssuer, ...]:
        """Return the entries of ``issuer``, whatever it may issue."""
        return self._by_code.get(issuer, ())

    def entitles(
        self, issuer: SocialCreditCode, license_type: LicenseTypeCode, at: datetime
    ) -> bool:
        """Whether ``issuer`` may issue licenses of this type at ``at``."""
        return any(item.covers(at) for item in self.entries_of(issuer, license_type))

    @classmethod
    def parse(cls, value: TypedTable) -> Self:
        """Parse a region of a list.

        Raises:
            TrustListError: A part is missing or wrong.
            MalformedIdentifierError: A code is none.
        """
        issuers = value.tables("issuers", may_be_empty=True)
        return cls(
            code=RegionCode(value.take("code", str)),
            name=value.take("name", str),
            anchors=tuple(_anchor(item) for item in value.tables("anchors")),
            issuers=tuple(parse_issuer(item) for item in issuers),
            service_url=value.take("service_url", str),
            service=take_certificate(value, "service"),
            ledger=_ledger(value),
        )


def region_entry(region: TrustedRegion) -> dict[str, JsonValue]:
    """Return a region as it stands in a list; what an instance exports about itself.

    Lists from before there were ledgers say nothing of them.
    """
    ledger: list[JsonValue] = [{"certificate": certificate_text(item)} for item in region.ledger]
    return {
        "code": str(region.code),
        "name": region.name,
        "service_url": region.service_url,
        "service": certificate_text(region.service),
        "anchors": [_anchor_entry(item) for item in region.anchors],
        "issuers": [issuer_entry(item) for item in region.issuers],
        **({"ledger": ledger} if ledger else {}),
    }


def parse_region_entry(entry: dict[str, JsonValue]) -> TrustedRegion:
    """Parse what ``region_entry`` wrote.

    Raises:
        TrustListError: A part is missing or wrong.
    """
    try:
        return TrustedRegion.parse(list_table(entry))
    except MalformedIdentifierError as error:
        raise TrustListError("malformed", f"not a region: {error}") from error


def list_table(values: Mapping[str, JsonValue]) -> TypedTable:
    """Return a reader for a table of a list; it raises ``TrustListError``."""
    return TypedTable(values, error=malformed, max_text=2 * MAX_CERTIFICATE_BYTES)


def malformed(message: str) -> TrustListError:
    """Return the error for what is no list, or no part of one."""
    return TrustListError("malformed", message)


def take_certificate(value: TypedTable, key: str) -> Certificate:
    """Take a certificate out of a table: DER in base64.

    Raises:
        TrustListError: It is none.
    """
    try:
        return parse_certificate(base64.b64decode(value.take(key, str), validate=True))
    except (ValueError, SigningError) as error:
        raise value.error(key, "is no certificate") from error


def _ledger(value: TypedTable) -> tuple[Certificate, ...]:
    """Take the certificates of a region's ledger; older lists have none."""
    entries = value.tables("ledger") if value.has("ledger") else ()
    found = tuple(take_certificate(item, "certificate") for item in entries)
    if not all(item.has_role(Role.LEDGER) for item in found):
        raise malformed("a certificate of a ledger has this role and no other")
    return found


def certificate_text(certificate: Certificate) -> str:
    """Return what ``take_certificate`` reads."""
    return base64.b64encode(certificate.encoded).decode("ascii")


def _anchor_entry(anchor: Anchor) -> dict[str, JsonValue]:
    entry: dict[str, JsonValue] = {
        "certificate": certificate_text(anchor.certificate),
        "valid_from": anchor.valid_from.isoformat(),
    }
    if anchor.withdrawn_at is not None:
        entry["withdrawn_at"] = anchor.withdrawn_at.isoformat()
    return entry


def _anchor(value: TypedTable) -> Anchor:
    certificate = take_certificate(value, "certificate")
    if not certificate.is_authority:
        raise malformed("an anchor is an authority")
    return Anchor(
        certificate=certificate,
        valid_from=value.instant("valid_from"),
        withdrawn_at=value.instant("withdrawn_at") if value.has("withdrawn_at") else None,
    )
