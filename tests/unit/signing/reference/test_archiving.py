"""Evidence inside a sealed file, and what pyHanko says of it with and without more time."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache

import pytest

from signing.authorities import CertificateAuthority, Validity
from signing.certificates import Certificate
from signing.errors import InvalidPathError, MalformedPdfError, TimestampUnavailableError
from signing.names import DistinguishedName
from signing.pdf.locating import locate_signatures
from signing.reference.archiving import add_document_timestamp, add_evidence
from signing.reference.validation import validate_all, validate_long_term
from signing.revocation_lists import RevocationList
from signing.roles import Role
from signing.timestamp_authorities import TimestampAuthority
from signing.timestamp_tokens import parse_token
from tests import stamped, world
from tests.foreign_timestamps import authority, signer

LATER = world.NOON + timedelta(hours=1)


@cache
def _timestamped() -> bytes:
    return stamped.stamp(timestamps=authority())


def _lists(*revoked: int) -> tuple[RevocationList, ...]:
    """Lists of the region's authority and of the root."""
    return tuple(
        maker.revocation_list(
            dict.fromkeys(revoked, world.NOON),
            number=1,
            this_update=world.NOON,
            next_update=world.NOON + timedelta(days=7),
        )
        for maker in (world.region("340200").authority, world.root())
    )


def _certificates() -> tuple[Certificate, ...]:
    own = stamped.signer()
    return own.certificate, *own.chain, signer().certificate, world.root().certificate


@cache
def _with_evidence() -> bytes:
    return add_evidence(_timestamped(), certificates=_certificates(), revocation_lists=_lists())


@cache
def _archived() -> bytes:
    return add_document_timestamp(_with_evidence(), authority())


@pytest.mark.parametrize("level", ["lt", "lta"])
def test_further_revisions_break_no_seal(level: str) -> None:
    data = _archived() if level == "lta" else _with_evidence()
    report = stamped.judged(data)
    assert report.is_sound
    assert len(report.timestamps) == (1 if level == "lta" else 0)
    assert data.startswith(_timestamped())
    assert stamped.complaints_of_qpdf(data) == ""


def test_a_document_timestamp_covers_everything_before_it() -> None:
    located = locate_signatures(_archived())[-1]
    assert located.sub_filter == "ETSI.RFC3161"
    assert located.is_whole_file
    (verdict,) = stamped.judged(_archived()).timestamps
    assert verdict.is_sound
    assert verdict.timestamped_at == world.NOON
    assert parse_token(located.contents).certificate == signer().certificate


def test_evidence_lets_the_file_be_judged_without_any_other_list() -> None:
    judged = {
        name: validate_long_term(
            data, anchors=stamped.ANCHORS, archived_at=LATER, at=LATER + timedelta(days=1)
        )
        for name, data in (("t", _timestamped()), ("lt", _with_evidence()), ("lta", _archived()))
    }
    assert judged["t"] != ("OK",)
    assert judged["lt"] == judged["lta"] == ("OK",)


def test_no_anchor_means_no_trust_even_with_evidence() -> None:
    stranger = world.certified(world.root(), Role.SERVICE).certificate.encoded
    assert validate_long_term(
        _archived(), anchors=(stranger,), archived_at=LATER, at=LATER + timedelta(days=1)
    ) != ("OK",)


def test_a_list_is_needed_for_every_certificate_below_the_root() -> None:
    region_list, root_list = _lists()
    for lists in ((), (region_list,), (root_list,)):
        with pytest.raises(InvalidPathError, match="no revocation list"):
            add_evidence(_timestamped(), certificates=_certificates(), revocation_lists=lists)


def test_a_revoked_seal_gets_no_evidence() -> None:
    serial = stamped.signer().certificate.serial
    with pytest.raises(InvalidPathError, match="is revoked"):
        add_evidence(
            _timestamped(),
            certificates=_certificates(),
            revocation_lists=_lists(serial),
        )


def test_a_silent_clock_leaves_no_document_timestamp() -> None:
    class Silent:
        def stamp(self, digest: bytes) -> bytes:
            raise TimestampUnavailableError(digest.hex())

    with pytest.raises(TimestampUnavailableError):
        add_document_timestamp(_with_evidence(), Silent())


def test_what_is_no_pdf_gets_nothing() -> None:
    with pytest.raises(MalformedPdfError):
        add_document_timestamp(b"no PDF", authority())
    with pytest.raises(MalformedPdfError):
        add_evidence(b"no PDF", certificates=(), revocation_lists=())


def test_evidence_can_be_added_to_two_seals() -> None:
    first = stamped.stamp(kept_fields=(stamped.NEXT,), timestamps=authority())
    both = stamped.stamp(first, place=None, timestamps=authority())
    data = add_document_timestamp(
        add_evidence(both, certificates=_certificates(), revocation_lists=_lists()),
        authority(),
    )
    report = stamped.judged(data)
    assert report.is_sound
    assert (len(report.signatures), len(report.timestamps)) == (2, 1)


# The present -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Present:
    """A small world of today: pyHanko judges archives by the machine's clock."""

    now: datetime
    root: CertificateAuthority

    @classmethod
    def new(cls) -> "_Present":
        now = datetime.now(UTC).replace(microsecond=0)
        validity = Validity(not_before=now - timedelta(days=1), not_after=now + timedelta(days=900))
        name = DistinguishedName(common_name="Root of today")
        return cls(
            now,
            CertificateAuthority.self_signed(
                name, signer=world.MemorySigner("root"), validity=validity
            ),
        )

    def files(self) -> tuple[bytes, bytes]:
        """A file without evidence, and the same archived."""
        validity = Validity(
            not_before=self.now - timedelta(days=1), not_after=self.now + timedelta(days=90)
        )
        sealing = world.certified(self.root, Role.SEAL, validity=validity)
        clock = world.certified(self.root, Role.TIMESTAMP, validity=validity)
        source = TimestampAuthority(signer=clock, now=lambda: datetime.now(UTC))
        plain = stamped.cms_only(signed_by=sealing, signed_at=self.now, timestamps=source)
        listed = self.root.revocation_list(
            {},
            number=1,
            this_update=self.now - timedelta(hours=1),
            next_update=self.now + timedelta(days=7),
        )
        certificates = (sealing.certificate, clock.certificate, self.root.certificate)
        evident = add_evidence(plain, certificates=certificates, revocation_lists=(listed,))
        return plain, add_document_timestamp(evident, source)


def test_an_archived_file_passes_today_from_what_is_inside() -> None:
    present = _Present.new()
    plain, archived = present.files()
    anchors = (present.root.certificate.encoded,)
    assert validate_long_term(plain, anchors=anchors) != ("OK",)
    assert validate_long_term(archived, anchors=anchors) == ("OK",)
    assert validate_all(archived, anchors=anchors, at=present.now + timedelta(minutes=5)).is_sound
