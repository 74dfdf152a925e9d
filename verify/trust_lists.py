"""Trust lists (信任列表): which regions there are, and whom to believe about what.

A list is signed by a root that every instance pins. It has a strictly growing version, an
expiry and an identity, which each verdict names.
"""

import base64
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Self

from certs.canonical import JsonValue
from certs.envelopes import parse_envelope, sign_payload
from certs.errors import MalformedIdentifierError, MalformedRecordError
from certs.identifiers import LicenseTypeCode, SocialCreditCode
from certs.regions import RegionCode
from certs.typed_tables import TypedTable
from signing.certificates import MAX_CERTIFICATE_BYTES, Certificate, parse_certificate
from signing.errors import InvalidPathError, InvalidSignatureError, MalformedStructureError
from signing.paths import build_path, check_role, check_times
from signing.roles import Role
from signing.signer import CertifiedSigner
from verify.entitled_issuers import EntitledIssuer, issuer_entry, parse_issuer
from verify.errors import TrustListError

SCHEMA: Final = "yinxin.trust/1"
MAX_LIST_BYTES: Final = 4 * 2**20
_MAX_REGIONS: Final = 5000


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
    """

    code: RegionCode
    name: str
    anchors: tuple[Anchor, ...]
    issuers: tuple[EntitledIssuer, ...]
    service_url: str
    service: Certificate

    def anchors_at(self, instant: datetime) -> tuple[Certificate, ...]:
        """Return the anchors for what was signed at ``instant``."""
        return tuple(item.certificate for item in self.anchors if item.covers(instant))

    def entries_of(
        self, issuer: SocialCreditCode, license_type: LicenseTypeCode
    ) -> tuple[EntitledIssuer, ...]:
        """Return the entries that let ``issuer`` issue this type at some time."""
        return tuple(
            item for item in self.issuers if item.code == issuer and license_type in item.types
        )

    def entitles(
        self, issuer: SocialCreditCode, license_type: LicenseTypeCode, at: datetime
    ) -> bool:
        """Whether ``issuer`` may issue licenses of this type at ``at``."""
        return any(item.covers(at) for item in self.entries_of(issuer, license_type))


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustList:
    """A list whose signature and signer have been checked.

    Attributes:
        identity: SM3 of the canonical payload, hexadecimal.
    """

    version: int
    issued_at: datetime
    expires_at: datetime
    regions: tuple[TrustedRegion, ...]
    identity: str

    def is_fresh_at(self, instant: datetime) -> bool:
        """Whether the list stands at ``instant``."""
        return self.issued_at <= instant < self.expires_at

    def region(self, code: RegionCode) -> TrustedRegion | None:
        """Return the region, or None if the list does not name it."""
        return next((item for item in self.regions if item.code == code), None)

    def region_above(
        self, certificate: Certificate, *, intermediates: tuple[Certificate, ...], at: datetime
    ) -> TrustedRegion | None:
        """Return the region to whose anchors a certificate leads, or None if there is none."""
        for region in self.regions:
            try:
                build_path(certificate, intermediates=intermediates, anchors=region.anchors_at(at))
            except InvalidPathError:
                continue
            return region
        return None

    @classmethod
    def parse(cls, data: bytes, *, root: Certificate) -> Self:
        """Parse a signed list and check that ``root`` stands behind it.

        Whether it is fresh, and newer than another, is for the caller to ask.

        Raises:
            TrustListError: Not a list, or not signed by a list signer of this root.
        """
        try:
            envelope = parse_envelope(data, max_bytes=MAX_LIST_BYTES)
            envelope.verify()
            message = envelope.message
            path = build_path(message.signer, intermediates=(), anchors=(root,))
            check_role(path, Role.TRUST_LIST)
            check_times(path, message.signed_at)
        except MalformedRecordError as error:
            raise TrustListError("malformed", str(error)) from error
        except (InvalidSignatureError, InvalidPathError) as error:
            raise TrustListError("not-trusted", str(error)) from error
        try:
            return cls._of(envelope.payload, envelope.identity.hex())
        except MalformedIdentifierError as error:
            raise TrustListError("malformed", f"a part is wrong: {error}") from error

    @classmethod
    def _of(cls, payload: dict[str, JsonValue], identity: str) -> Self:
        value = _table(payload)
        if value.take("schema", str) != SCHEMA:
            raise _malformed("another schema")
        regions = tuple(_region(item) for item in value.tables("regions", may_be_empty=True))
        if len(regions) > _MAX_REGIONS or len({item.code for item in regions}) != len(regions):
            raise _malformed("too many regions, or one twice")
        return cls(
            version=value.positive("version"),
            issued_at=value.instant("issued_at"),
            expires_at=value.instant("expires_at"),
            regions=regions,
            identity=identity,
        )


def sign_trust_list(
    regions: tuple[TrustedRegion, ...],
    *,
    version: int,
    issued_at: datetime,
    expires_at: datetime,
    signer: CertifiedSigner,
) -> bytes:
    """Return a signed list as JSON text."""
    payload: dict[str, JsonValue] = {
        "schema": SCHEMA,
        "version": version,
        "issued_at": issued_at.isoformat(),
        "expires_at": expires_at.isoformat(),
        "regions": [region_entry(item) for item in regions],
    }
    return sign_payload(payload, signer=signer, signed_at=issued_at)


def region_entry(region: TrustedRegion) -> dict[str, JsonValue]:
    """Return a region as it stands in a list; what an instance exports about itself."""
    return {
        "code": str(region.code),
        "name": region.name,
        "service_url": region.service_url,
        "service": base64.b64encode(region.service.encoded).decode("ascii"),
        "anchors": [_anchor_entry(item) for item in region.anchors],
        "issuers": [issuer_entry(item) for item in region.issuers],
    }


def parse_region_entry(entry: dict[str, JsonValue]) -> TrustedRegion:
    """Parse what ``region_entry`` wrote.

    Raises:
        TrustListError: A part is missing or wrong.
    """
    try:
        return _region(_table(entry))
    except MalformedIdentifierError as error:
        raise TrustListError("malformed", f"not a region: {error}") from error


def _anchor_entry(anchor: Anchor) -> dict[str, JsonValue]:
    entry: dict[str, JsonValue] = {
        "certificate": base64.b64encode(anchor.certificate.encoded).decode("ascii"),
        "valid_from": anchor.valid_from.isoformat(),
    }
    if anchor.withdrawn_at is not None:
        entry["withdrawn_at"] = anchor.withdrawn_at.isoformat()
    return entry


def _region(value: TypedTable) -> TrustedRegion:
    return TrustedRegion(
        code=RegionCode(value.take("code", str)),
        name=value.take("name", str),
        anchors=tuple(_anchor(item) for item in value.tables("anchors")),
        issuers=tuple(parse_issuer(item) for item in value.tables("issuers", may_be_empty=True)),
        service_url=value.take("service_url", str),
        service=_certificate(value, "service"),
    )


def _anchor(value: TypedTable) -> Anchor:
    certificate = _certificate(value, "certificate")
    if not certificate.is_authority:
        raise _malformed("an anchor is an authority")
    return Anchor(
        certificate=certificate,
        valid_from=value.instant("valid_from"),
        withdrawn_at=value.instant("withdrawn_at") if value.has("withdrawn_at") else None,
    )


def _certificate(value: TypedTable, key: str) -> Certificate:
    try:
        return parse_certificate(base64.b64decode(value.take(key, str), validate=True))
    except (ValueError, MalformedStructureError, InvalidSignatureError) as error:
        raise value.error(key, "is no certificate") from error


def _malformed(message: str) -> TrustListError:
    return TrustListError("malformed", message)


def _table(values: dict[str, JsonValue]) -> TypedTable:
    return TypedTable(values, error=_malformed, max_text=2 * MAX_CERTIFICATE_BYTES)
