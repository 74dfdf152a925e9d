"""The demo's person: a nurse, who holds a license and proves an age; nobody has her number."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from api.composition import open_services
from certs.applications import parse_application
from certs.holder_codes import HolderCode, HolderCodeType
from certs.identifiers import check_citizen
from certs.issuance import issue
from certs.issue_requests import IssueRequest
from certs.type_folders import shipped_type
from certs.type_imports import sample_rows

TYPE: Final = "nurse_practice"
NAME: Final = "严样川"
_BORN: Final = "1990-05-06"
# No such region was ever numbered.
_BODY: Final = "349999" + _BORN.replace("-", "") + "002"


def holder_code() -> HolderCode:
    """Return her number."""
    return HolderCode(code_type=HolderCodeType.CITIZEN_NUMBER, code=_BODY + check_citizen(_BODY))


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoHolder:
    """Somebody who holds licenses in the demo."""

    code: HolderCode
    name: str


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
