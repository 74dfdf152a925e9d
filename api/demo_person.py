"""The demo's people: a nurse with a license, and two of an enterprise; nobody has their numbers."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Final

from api.appointing import Order
from api.composition import open_services
from certs.access import AccessGrant, CallerRole
from certs.applications import parse_application
from certs.appointments import Post
from certs.civil_dates import day_of
from certs.holder_codes import HolderCode, HolderCodeType
from certs.identifiers import check_citizen
from certs.issuance import issue
from certs.issue_requests import IssueRequest
from certs.reach import Reach
from certs.type_folders import shipped_type
from certs.type_imports import sample_rows

TYPE: Final = "nurse_practice"
NAME: Final = "严样川"
_BORN: Final = "1990-05-06"
# No such region was ever numbered.
_REGION: Final = "349999"
CLERK: Final = "韩样帆"
_CLERK_DAYS: Final = 180


def _code(born: str, number: str) -> HolderCode:
    body = _REGION + born.replace("-", "") + number
    return HolderCode(code_type=HolderCodeType.CITIZEN_NUMBER, code=body + check_citizen(body))


def holder_code() -> HolderCode:
    """Return the nurse's number."""
    return _code(_BORN, "002")


def representative_code() -> HolderCode:
    """Return the number of whoever represents the enterprise."""
    return _code("1980-03-04", "001")


def clerk_code() -> HolderCode:
    """Return the number of the enterprise's agent."""
    return _code("1995-07-08", "003")


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoHolder:
    """Somebody who holds licenses in the demo."""

    code: HolderCode
    name: str


def appoint_clerk(home: Path, enterprise: DemoHolder) -> None:
    """Let the enterprise appoint an agent (经办人) for its food business license."""
    with open_services(home) as services:
        food = services.license_type("food_business")
        if food is None:
            raise RuntimeError("the demo issues food business licenses")
        representative = AccessGrant(
            person="P-demo",
            role=CallerRole.CITIZEN,
            holder_key=services.holder_keys.of(enterprise.code),
            holder_shown=enterprise.name,
            actor_key=services.holder_keys.of(representative_code()),
        )
        order = Order(
            code=clerk_code(),
            name=CLERK,
            post=Post.AGENT,
            reach=Reach(
                license_types=frozenset({str(food.code)}), matters=frozenset({"open-restaurant"})
            ),
            until=day_of(services.clock.now()) + timedelta(days=_CLERK_DAYS),
        )
        services.appointments.appoint(order, by=representative)


def mint_of_person(home: Path) -> DemoHolder:
    """Mint a nurse's license in a region, and return whose it is."""
    license_type = shipped_type(TYPE)
    row = {
        **sample_rows(license_type.folder)[0],
        "name": NAME,
        "sex": "女",
        "born_on": _BORN,
        "holder_code": holder_code().code,
    }
    application = parse_application(license_type, row)
    with open_services(home) as services:
        desk = services.desks[str(license_type.code)]
        (outcome,) = issue([IssueRequest("demo-nurse", application)], desk=desk)
    if outcome.license is None:
        raise RuntimeError("the nurse's license was not minted")
    return DemoHolder(code=application.holder, name=application.holder_name)
