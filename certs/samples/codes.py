"""Valid codes that belong to nobody."""

from random import Random

from certs.identifiers import (
    SocialCreditCode,
    check_citizen,
    check_organization,
    check_social_credit,
)
from certs.regions import RegionCode

_CREDIT_LETTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
# Registrars hand out organization codes of digits, or beginning with MA or MB. What begins
# with YX belongs to nobody.
_ORGANIZATION_PREFIX = "YX"


def social_credit_code(random: Random, region: RegionCode, *, prefix: str = "92") -> str:
    """Return a code registered in ``region``; ``prefix`` 91 is a company, 92 a self-employed."""
    tail = "".join(random.choice(_CREDIT_LETTERS) for _ in range(6))
    organization = _ORGANIZATION_PREFIX + tail
    body = f"{prefix}{region}{organization}{check_organization(organization)}"
    return SocialCreditCode(body + check_social_credit(body)).value


def citizen_number(random: Random, region: RegionCode) -> str:
    """Return a citizen number of a person born in 1900, whom nobody can be."""
    body = f"{region}1900{random.randint(1, 12):02d}{random.randint(1, 28):02d}"
    body += f"{random.randint(1, 999):03d}"
    return body + check_citizen(body)


def with_wrong_check(code: str) -> str:
    """Return ``code`` with another last character, of the same kind."""
    return code[:-1] + ("2" if code[-1] != "2" else "3")
