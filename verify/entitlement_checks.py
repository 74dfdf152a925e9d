"""Checks on who may issue what: the trust list, the region, the issuer and the type."""

from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from datetime import datetime

from certs.civil_dates import day_of
from verify.checks import Check, Outcome
from verify.license_claims import LicenseClaims
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


def check_region(claims: LicenseClaims, region: TrustedRegion | None) -> Finding:
    """颁发地区: the trust list names the region that the license claims to come from."""
    if region is not None:
        facts = {"region": str(region.code)}
        return Finding(check=Check.TRUST_REGION, outcome=Outcome.OK, facts=facts)
    if claims.region:
        facts = {"region": claims.region}
        return Finding(check=Check.TRUST_REGION, outcome=Outcome.UNKNOWN, facts=facts)
    facts = {"issuer": claims.issuer_code}
    return Finding(
        check=Check.TRUST_REGION, outcome=Outcome.UNKNOWN, reason="issuer-unknown", facts=facts
    )


def check_issuer_code(claims: LicenseClaims, codes: AbstractSet[str]) -> Finding:
    """印章归属: whoever sealed and signed is the authority that the license names.

    Args:
        claims: What the license says.
        codes: 统一社会信用代码 in the certificates of whoever sealed and signed.
    """
    return Finding(
        check=Check.ISSUER_CODE,
        outcome=Outcome.OK if codes == {claims.issuer_code} else Outcome.BAD,
        facts={"record": claims.issuer_code, "seal": "、".join(sorted(codes))},
    )


def check_entitled(
    claims: LicenseClaims, region: TrustedRegion, sealed_at: datetime | None
) -> Finding:
    """签发权限: the trust list let this authority issue this type when it sealed.

    An authority that was renamed or merged later was entitled all the same; what is sealed in
    its name after its end was not. Where nothing tells when it was sealed, ever will do.
    """
    check, issuer = Check.ISSUER_ENTITLED, claims.issuer
    entries = region.entries_of(issuer, claims.identifier.type_code)
    facts = {
        "issuer": claims.issuer_name or (entries[-1].name if entries else claims.issuer_code),
        "type": claims.type_name or str(claims.identifier.type_code),
    }
    if not entries or claims.identifier.issuer_code != issuer:
        return Finding(check=check, outcome=Outcome.BAD, facts=facts)
    if sealed_at is None:
        return Finding(check=check, outcome=Outcome.OK, facts=facts)
    covering = next((item for item in entries if item.covers(sealed_at)), None)
    facts |= {"sealed": day_of(sealed_at).isoformat()}
    if covering is None:
        ended = any(item.valid_to and item.valid_to <= sealed_at for item in entries)
        reason = "ended" if ended else "not-yet"
        return Finding(check=check, outcome=Outcome.BAD, reason=reason, facts=facts)
    if covering.succeeded_by is None:
        return Finding(check=check, outcome=Outcome.OK, facts=facts)
    facts |= {"successor": str(covering.succeeded_by)}
    return Finding(check=check, outcome=Outcome.OK, reason="succeeded", facts=facts)


def check_validity(claims: LicenseClaims, at: datetime) -> Iterator[Finding]:
    """有效期限: the day lies inside the license's validity; nothing where nobody tells it."""
    if not claims.has_validity:
        return
    day, check = day_of(at), Check.LICENSE_VALIDITY
    facts = {}
    if claims.valid_from is not None:
        facts["valid_from"] = claims.valid_from.isoformat()
    if claims.valid_to is not None:
        facts["valid_to"] = claims.valid_to.isoformat()
    if claims.valid_to is not None and day > claims.valid_to:
        yield Finding(check=check, outcome=Outcome.BAD, reason="expired", facts=facts)
    elif claims.valid_from is not None and day < claims.valid_from:
        yield Finding(check=check, outcome=Outcome.BAD, reason="not-yet", facts=facts)
    else:
        yield Finding(check=check, outcome=Outcome.OK, facts=facts)
