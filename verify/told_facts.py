"""What a report tells of the license and of each signature, in plain values."""

from datetime import datetime

from certs.validity_ranges import PERMANENT
from verify.license_claims import LicenseClaims
from verify.readings import Reading
from verify.report import LicenseFacts, SignatureFacts
from verify.settlements import Settlement
from verify.status_checks import StatusVerdict
from verify.subjects import certificate_of, seal_of
from verify.trust_lists import TrustedRegion


def license_facts(settlement: Settlement, status: StatusVerdict | None) -> LicenseFacts | None:
    """Return what is told of the license; None where nothing claims to be one."""
    claims = status.claims if status is not None else settlement.claims
    if claims is None:
        return None
    region = settlement.region
    end = claims.valid_to.isoformat() if claims.valid_to else PERMANENT
    return LicenseFacts(
        identifier=str(claims.identifier),
        type_code=str(claims.identifier.type_code),
        type_name=claims.type_name,
        number=claims.number_shown,
        issuer_code=claims.issuer_code,
        issuer_name=claims.issuer_name or _listed_name(claims, region),
        region=claims.region or (str(region.code) if region is not None else ""),
        holder_shown=claims.holder_shown,
        valid_from=claims.valid_from.isoformat() if claims.valid_from else "",
        valid_to=end if claims.has_validity else "",
        status=status.status if status is not None else "unknown",
        status_as_of=status.finding.as_of if status is not None else None,
    )


def _listed_name(claims: LicenseClaims, region: TrustedRegion | None) -> str:
    """Return how the trust list calls the issuer, as codes do not; empty where it does not."""
    entries = region.entries_named(claims.issuer) if region is not None else ()
    return entries[-1].name if entries else ""


def signature_facts(reading: Reading, stamped_at: datetime | None) -> SignatureFacts:
    """Return what is told of one signature."""
    signer, seal = certificate_of(reading.signer), seal_of(reading)
    return SignatureFacts(
        number=reading.number,
        place=reading.place,
        kind=reading.kind.value,
        signer=signer.common_name if signer is not None else "",
        seal=seal.description.name if seal is not None else "",
        intact=reading.intact,
        covers="partial" if reading.unprotected else "all",
        unprotected=reading.unprotected,
        signed_at=reading.signed_at,
        stamped_at=stamped_at,
    )
