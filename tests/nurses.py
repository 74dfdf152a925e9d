"""A person who holds a license: a nurse, with a number that is nobody's."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from certs.access import AccessGrant, CallerRole
from certs.applications import parse_application
from certs.identifiers import check_citizen
from certs.issuance import issue
from certs.issue_requests import IssueRequest
from certs.type_folders import shipped_type
from certs.type_imports import sample_rows
from tests.instances import Instance

BORN: Final = "1990-05-06"
_NO_REGION: Final = "349999"


@dataclass(frozen=True)
class Nurse:
    """The license, what it was made of, and the header of its holder."""

    license: str
    row: Mapping[str, str]
    headers: dict[str, str]

    @property
    def token(self) -> str:
        return self.headers["Authorization"].removeprefix("Bearer ")


def licensed_nurse(instance: Instance) -> Nurse:
    """Mint a practice license (护士执业证书) for somebody born on ``BORN``."""
    license_type = shipped_type("nurse_practice")
    row = {**sample_rows(license_type.folder)[0], "born_on": BORN, "sex": "女"}
    row["holder_code"] = _citizen_number(BORN)
    desk = replace(instance.services.desks[str(license_type.code)], operator="I001")
    request = IssueRequest("nurse", parse_application(license_type, row))
    (outcome,) = issue([request], desk=desk)
    assert outcome.license is not None
    grant = AccessGrant(
        person="nurse",
        role=CallerRole.CITIZEN,
        holder_key=outcome.license.holder_key,
        holder_shown=outcome.license.holder_shown,
    )
    return Nurse(outcome.license.identifier, row, instance.bearer(grant))


def _citizen_number(born: str) -> str:
    body = f"{_NO_REGION}{born.replace('-', '')}002"
    return body + check_citizen(body)
