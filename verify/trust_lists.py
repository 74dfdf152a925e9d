"""Trust lists (信任列表): which regions there are, and whom to believe about what.

A list is signed below a root that every instance pins, or below one that followed it. It has a
strictly growing version, an expiry and an identity, which each verdict names.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, Self

from certs.envelopes import Envelope, parse_envelope, sign_payload
from certs.errors import MalformedIdentifierError, MalformedRecordError
from certs.identifiers import LicenseTypeCode, SocialCreditCode
from certs.regions import RegionCode
from signing.certificates import Certificate
from signing.errors import InvalidPathError, InvalidSignatureError
from signing.paths import Path, build_path, check_role, check_times
from signing.roles import Role
from signing.signer import CertifiedSigner
from verify.errors import TrustListError
from verify.list_contents import ListContent, content_payload, parse_changes, parse_content
from verify.mutual_recognition import MutualRecognition
from verify.region_index import RegionIndex
from verify.trust_roots import RootChange, TrustRoots
from verify.trusted_regions import (
    Anchor,
    TrustedRegion,
    malformed,
    parse_region_entry,
    region_entry,
)

__all__ = [
    "CLOCK_SKEW",
    "MAX_LIST_BYTES",
    "Anchor",
    "TrustList",
    "TrustedRegion",
    "parse_region_entry",
    "region_entry",
    "sign_content",
    "sign_trust_list",
]

MAX_LIST_BYTES: Final = 4 * 2**20
CLOCK_SKEW: Final = timedelta(minutes=5)
"""How far a list may lie ahead of this machine's clock and still be taken over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustList:
    """A list whose signature and signer have been checked.

    Attributes:
        identity: SM3 of the canonical payload, hexadecimal.
        encoded: The signed list as it came; verdicts keep it.
        agreements: 授信约定; about acceptance, never about verification.
        changes: Changes of root that the list carries; only ``follow`` checks them.
        root: The root that stands behind the list.
        signer: Whose key signed it.
    """

    version: int
    issued_at: datetime
    expires_at: datetime
    regions: tuple[TrustedRegion, ...]
    identity: str
    encoded: bytes = field(default=b"", repr=False)
    agreements: tuple[MutualRecognition, ...] = ()
    changes: tuple[RootChange, ...] = field(default=(), repr=False)
    root: Certificate | None = field(default=None, repr=False)
    signer: Certificate | None = field(default=None, repr=False)
    _index: RegionIndex = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_index", RegionIndex.of(self.regions))

    @property
    def content(self) -> ListContent:
        """What it says."""
        return ListContent(
            version=self.version,
            issued_at=self.issued_at,
            expires_at=self.expires_at,
            regions=self.regions,
            agreements=self.agreements,
            changes=self.changes,
        )

    def is_fresh_at(self, instant: datetime) -> bool:
        """Whether the list stands at ``instant``."""
        return self.issued_at <= instant < self.expires_at

    def region(self, code: RegionCode) -> TrustedRegion | None:
        """Return the region, or None if the list does not name it."""
        return self._index.by_code.get(code)

    def region_of_issuer(self, code: SocialCreditCode) -> TrustedRegion | None:
        """Return the one region whose issuer this is, or None if there is none, or no one."""
        return self._index.of_issuer(code)

    def region_above(
        self, certificate: Certificate, *, intermediates: tuple[Certificate, ...], at: datetime
    ) -> TrustedRegion | None:
        """Return the region to whose anchors a certificate leads, or None if there is none."""
        for region in self._index.anchoring((certificate, *intermediates)):
            try:
                build_path(certificate, intermediates=intermediates, anchors=region.anchors_at(at))
            except InvalidPathError:
                continue
            return region
        return None

    def recognitions(
        self,
        *,
        accepting: RegionCode,
        issuing: RegionCode,
        license_type: LicenseTypeCode,
        matter: str,
        at: datetime,
    ) -> tuple[MutualRecognition, ...]:
        """Return the agreements in force under which ``accepting`` takes such a license."""
        return tuple(
            item
            for item in self.agreements
            if item.holds_at(at)
            and item.covers(
                accepting=accepting, issuing=issuing, license_type=license_type, matter=matter
            )
        )

    @classmethod
    def parse(cls, data: bytes, *, root: Certificate) -> Self:
        """Parse a signed list and check that ``root``, and no successor, stands behind it.

        Whether it is fresh, and newer than another, is for the caller to ask.

        Raises:
            TrustListError: Not a list, or not signed by a list signer of this root.
        """
        envelope = _envelope(data)
        return cls._of(envelope, _signed_below((root,), envelope), data)

    @classmethod
    def follow(cls, data: bytes, *, roots: TrustRoots, at: datetime) -> tuple[Self, TrustRoots]:
        """Parse a list of any root that is believed at ``at``, and follow the roots it names.

        Args:
            data: The signed list.
            roots: The pinned root with the changes known so far.
            at: By which clock roots begin and end; not when the list says it was signed.

        Returns:
            The list, and the roots with the changes that it brought.

        Raises:
            TrustListError: As ``parse``; or a change of root does not hold.
        """
        envelope = _envelope(data)
        followed = roots.extended(parse_changes(envelope.payload))
        believed = followed.at(at)
        return cls._of(envelope, _signed_below(believed, envelope), data), followed

    @classmethod
    def show(cls, data: bytes) -> Self:
        """Parse a list that somebody signed, for people to look at; believe nothing it says.

        Raises:
            TrustListError: Not a list, or altered since it was signed.
        """
        envelope = _envelope(data)
        try:
            envelope.verify()
        except InvalidSignatureError as error:
            raise _not_trusted(str(error)) from error
        return cls._of(envelope, Path((envelope.message.signer,)), data)

    @classmethod
    def _of(cls, envelope: Envelope, path: Path, data: bytes) -> Self:
        """Return what a list says; its signature has been checked."""
        try:
            content = parse_content(envelope.payload)
        except MalformedIdentifierError as error:
            raise malformed(f"a part is wrong: {error}") from error
        # A stolen key that has ended cannot sign today's list with yesterday's date.
        _check_times(path, content.issued_at)
        return cls(
            version=content.version,
            issued_at=content.issued_at,
            expires_at=content.expires_at,
            regions=content.regions,
            identity=envelope.identity.hex(),
            encoded=data,
            agreements=content.agreements,
            changes=content.changes,
            root=path.anchor if len(path.certificates) > 1 else None,
            signer=path.leaf,
        )


def sign_trust_list(
    regions: tuple[TrustedRegion, ...],
    *,
    version: int,
    issued_at: datetime,
    expires_at: datetime,
    signer: CertifiedSigner,
) -> bytes:
    """Return a signed list of regions alone as JSON text; see ``sign_content``."""
    content = ListContent(
        version=version, issued_at=issued_at, expires_at=expires_at, regions=regions
    )
    return sign_content(content, signer=signer)


def sign_content(content: ListContent, *, signer: CertifiedSigner) -> bytes:
    """Return a signed list as JSON text."""
    return sign_payload(content_payload(content), signer=signer, signed_at=content.issued_at)


def _envelope(data: bytes) -> Envelope:
    try:
        return parse_envelope(data, max_bytes=MAX_LIST_BYTES)
    except MalformedRecordError as error:
        raise malformed(str(error)) from error


def _signed_below(roots: Iterable[Certificate], envelope: Envelope) -> Path:
    """Check that a list signer of one of ``roots`` signed, and return the path to it."""
    message = envelope.message
    try:
        path = build_path(message.signer, intermediates=(), anchors=roots)
        check_role(path, Role.TRUST_LIST)
        envelope.verify()
    except (InvalidSignatureError, InvalidPathError) as error:
        raise _not_trusted(str(error)) from error
    _check_times(path, message.signed_at)
    return path


def _check_times(path: Path, at: datetime) -> None:
    try:
        check_times(path, at)
    except InvalidPathError as error:
        raise _not_trusted(str(error)) from error


def _not_trusted(message: str) -> TrustListError:
    return TrustListError("not-trusted", message)
