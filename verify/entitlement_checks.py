"""Checks on who may issue what: the trust list, the region, the issuer and the type."""

from datetime import datetime

from certs.civil_dates import day_of
from certs.records import LicenseRecord
from signing.certificates import Certificate
from verify.checks import Check, Outcome
from verify.report import Finding
from verify.trust_lists import TrustedRegion, TrustList


def check_trust_list(trust: TrustList | None, now: datetime) -> Finding:
    """信任列表: there is one, and it stands today."""
    if trust is None:
        return Finding(check=Check.TRUST_LIST, outcome=Outcome.UNKNOWN, reason="missing")
    facts = {
        "version": str(trust.version),
        "issued": trust.issued_at.isoformat(),
        "expires": trust.expires_at.isoformat(),
    }
    if not trust.is_fresh_at(now):
        reason = "not-yet" if now < trust.issued_at else "expired"
        return Finding(check=Check.TRUST_LIST, outcome=Outcome.UNKNOWN, reason=reason, facts=facts)
    return Finding(check=Check.TRUST_LIST, outcome=Outcome.OK, facts=facts, as_of=trust.issued_at)


def check_region(record: LicenseRecord, region: TrustedRegion | None) -> Finding:
    """颁发地区: the trust list names the region that the license claims to come from."""
    facts = {"region": str(record.authority.region)}
    outcome = Outcome.UNKNOWN if region is None else Outcome.OK
    return Finding(check=Check.TRUST_REGION, outcome=outcome, facts=facts)


def check_issuer_code(
    record: LicenseRecord, sealer: Certificate, record_signer: Certificate
) -> Finding:
    """印章归属: whoever sealed and signed is the authority that the record names."""
    codes = {sealer.organization_code, record_signer.organization_code}
    same = codes == {str(record.authority.code)}
    return Finding(
        check=Check.ISSUER_CODE,
        outcome=Outcome.OK if same else Outcome.BAD,
        facts={"record": str(record.authority.code), "seal": sealer.organization_code},
    )


def check_entitled(record: LicenseRecord, region: TrustedRegion, sealed_at: datetime) -> Finding:
    """签发权限: the trust list let this authority issue this type when it sealed.

    An authority that was renamed or merged later was entitled all the same; what is sealed in
    its name after its end was not.
    """
    facts = {"issuer": record.authority.name, "type": record.type_name}
    entries = region.entries_of(record.authority.code, record.identifier.type_code)
    if not entries or record.identifier.issuer_code != record.authority.code:
        return Finding(check=Check.ISSUER_ENTITLED, outcome=Outcome.BAD, facts=facts)
    covering = next((item for item in entries if item.covers(sealed_at)), None)
    facts |= {"sealed": day_of(sealed_at).isoformat()}
    if covering is None:
        ended = any(item.valid_to and item.valid_to <= sealed_at for item in entries)
        reason = "ended" if ended else "not-yet"
        return Finding(check=Check.ISSUER_ENTITLED, outcome=Outcome.BAD, reason=reason, facts=facts)
    if covering.succeeded_by is None:
        return Finding(check=Check.ISSUER_ENTITLED, outcome=Outcome.OK, facts=facts)
    facts |= {"successor": str(covering.succeeded_by)}
    return Finding(check=Check.ISSUER_ENTITLED, outcome=Outcome.OK, reason="succeeded", facts=facts)


def check_validity(record: LicenseRecord, now: datetime) -> Finding:
    """有效期限: today lies inside the license's validity."""
    today = day_of(now)
    facts = {"valid_from": record.valid_from.isoformat()}
    if record.valid_to is not None:
        facts["valid_to"] = record.valid_to.isoformat()
    if record.is_expired_on(today):
        return Finding(
            check=Check.LICENSE_VALIDITY, outcome=Outcome.BAD, reason="expired", facts=facts
        )
    if today < record.valid_from:
        return Finding(
            check=Check.LICENSE_VALIDITY, outcome=Outcome.BAD, reason="not-yet", facts=facts
        )
    return Finding(check=Check.LICENSE_VALIDITY, outcome=Outcome.OK, facts=facts)
