"""Every route says whether anything of a license leaves by it, and on what basis."""

import ast
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from api import app
from api.callers import Caller
from api.routers import health, timestamps, verifications
from certs.access import AccessGrant, CallerRole
from tests.instances import Country, Instance
from tests.sharing import CAUSE, TYPE, uses

NOTHING = "nothing of a license that whoever asks did not bring"
OWN = "the holder's own"
RELEASED = "through certs.releases, on record before"
BEFORE = "of the licenses of a case, through certs.releases when they were found or asked"
STANDING = "how a license stands, signed, and no field of it"

OF_NOTHING = """
GET /issue
GET /issue/batches
GET /issue/batches/files/demo/sample.xlsx
GET /issue/batches/files/{name}.xlsx
GET /issue/batches/{batch}
GET /issue/batches/{batch}/events
GET /issue/corrections
GET /issue/licenses
GET /issue/licenses/{identifier}
GET /issue/new
GET /issue/proposals
GET /issue/quality
GET /issue/seals
GET /issue/seals/{code}
GET /issue/seals/{code}/picture
GET /issue/types
GET /issue/types/{name}
GET /issue/types/{name}/face.jpg
POST /issue/batches
POST /issue/batches/{batch}/{decision}
POST /issue/corrections/{receipt}
POST /issue/licenses
POST /issue/licenses/{identifier}/proposals
POST /issue/new/{name}
POST /issue/new/{name}/preview
POST /issue/proposals/{proposal}/{outcome}
POST /issue/seals/{code}
GET /issue/seals/offers
POST /issue/seals/offers
GET /issue/seals/offers/{proposal_id}
GET /issue/seals/offers/{proposal_id}/picture
POST /api/v1/verifications
POST /api/v1/verifications/files
GET /api/v1/license-types
GET /api/v1/status-lists
GET /api/v1/status-lists/{number}
GET /api/v1/status-lists/{number}/delta
GET /api/v1/seals
GET /api/v1/seals/{code}
GET /api/v1/seals/{code}/uses
POST /api/v1/seals/{code}/status
GET /api/v1/seals/{code}/status
GET /api/v1/seal-standings
POST /api/v1/receipts
POST /api/v1/token
GET /api/v1/receipts/{number}.pdf
GET /api/v1/receipts/{number}
GET /api/v1/schemas/{name}
GET /api/v1/trust-list
GET /api/v1/revocation-lists
GET /api/v1/certificates
GET /api/v1/matters
GET /api/v1/matters/{code}/registered-uses
POST /api/v1/cases
GET /api/v1/cases/{case_id}
POST /api/v1/cases/{case_id}/materials/{code}/lookup
POST /api/v1/cases/{case_id}/materials/{code}/decision
POST /api/v1/corrections
GET /api/v1/corrections
GET /api/v1/holder-cases
POST /api/v1/holder-cases/{case_id}/complaints
GET /api/v1/corrections/{receipt}
GET /api/v1/corrections/{receipt}/events
POST /api/v1/corrections/{receipt}/events
GET /api/v1/licenses/{identifier}/findings
GET /api/v1/statistics/quality
GET /api/v1/statistics/quality/findings
POST /api/v1/archive/searches
POST /api/v1/archive/packages/{package}/disposal-proposals
GET /api/v1/archive/packages/{package}/checks
POST /api/v1/batches
GET /api/v1/batches
GET /api/v1/batches/{batch}
GET /api/v1/batches/{batch}/rows
GET /api/v1/batches/{batch}/refused.xlsx
GET /api/v1/batches/{batch}/events
POST /api/v1/batches/{batch}/{decision}
GET /api/v1/ledger/{log}/checkpoint
GET /api/v1/ledger/{log}/tile/{path:path}
POST /api/v1/ledger/add-checkpoint
GET /api/v1/licenses/{identifier}/proof
POST /api/v1/grants
POST /api/v1/grants/{grant_id}/confirmation
POST /me/grants/{grant_id}/confirm
GET /api/v1/grants
GET /api/v1/grants/{grant_id}
DELETE /api/v1/grants/{grant_id}
GET /me/cases
GET /me/cases/{case_id}
GET /me/grants
POST /me/grants
POST /me/grants/{grant_id}/revoke
GET /api/v1/annotated-copies/{number}
DELETE /api/v1/annotated-copies/{number}
POST /api/v1/usages/{number}/disputes
GET /api/v1/usages/disputes
POST /api/v1/usages/disputes/{dispute_id}/answer
POST /api/v1/share/token
POST /api/v1/share/zzwjyz
POST /api/v1/share/verifyFile
POST /api/v1/share/getCertRemarkInfo
GET /healthz
GET /readyz
POST /tsa
GET /
GET /session
POST /session
POST /session/end
POST /session/end-all
GET /session/ended
POST /reading-mode
GET /session/start
GET /session/callback
GET /verify
POST /verify
POST /verify/code
GET /archive
POST /archive
GET /archive/packages/{package}
POST /archive/packages/{package}/disposal
POST /archive/packages/{package}/holds
POST /archive/packages/{package}/holds/{number}
POST /archive/packages/{package}/destruction
GET /window
POST /window/applicant
POST /window/cases
GET /window/cases/{case_id}
POST /window/cases/{case_id}/materials/{code}/lookup
POST /window/cases/{case_id}/materials/{code}
GET /Q/{code}
GET /V
GET /window/guardians
POST /window/guardians
POST /window/guardians/find
POST /window/guardians/{number}/confirm
POST /window/guardians/{number}/end
POST /me/guardianships/{number}/end
POST /me/delegations
GET /me/delegations/{grant_id}
GET /me/verifying
POST /me/verifying
POST /me/verifying/{number}/secret
POST /admin/verifiers/applications/{number}/accept
POST /admin/verifiers/applications/{number}/refuse
GET /me/files
POST /me/files
GET /me/files/{number}/content
POST /me/files/{number}/verify
POST /me/files/{number}/remove
POST /me/delegations/{grant_id}/code
POST /me/delegations/{grant_id}/end
GET /me/staff
POST /me/staff
POST /me/staff/{number}/confirm
POST /me/staff/{number}/end
POST /me/appointments/{number}/end
POST /me/appointments/{number}/enter
GET /verifier
POST /verifier
POST /verifier/end
GET /admin/verifiers
POST /admin/verifiers/register
POST /admin/verifiers/secret
POST /admin/verifiers/stop
GET /admin/webhooks
POST /admin/webhooks/register
POST /admin/webhooks/stop
GET /h5
GET /S
GET /pass
GET /verify/offline
GET /worker.js
GET /api/v1/offline-verification
GET /api/v1/offline-verification/{region}/status-lists/{number}
GET /api/v1/complaints
GET /case/{number}
POST /api/v1/complaints/{number}/answer
POST /case/{number}/complaints
GET /api/v1/cases/{case_id}/receipt
GET /api/v1/cases/{case_id}/receipt/document
GET /api/v1/cases/{case_id}/receipt/page
GET /window/cases/{case_id}/receipt
GET /window/approvals
GET /admin/people
GET /admin/system
GET /admin/clients
POST /admin/clients/register
POST /admin/clients/change
POST /admin/clients/stop
POST /admin/people/bind
POST /admin/people/token
POST /admin/people/take
POST /admin/people/approver
GET /audit
GET /audit/proofs/{log}/{number}
GET /audit/decisions
GET /audit/days/{day}
GET /issue/changes
POST /issue/batches/mapping
POST /issue/changes
POST /issue/proposals/confirmed
GET /audit/entries
GET /audit/entries/{log}/{position}
GET /audit/entries/{log}/{position}/proof
GET /audit/continuity
POST /audit/continuity
POST /window/approvals/{number}
POST /window/cases/{case_id}/outcome
POST /window/cases/{case_id}/served
GET /window/deferrals
POST /window/deferrals
POST /api/v1/cases/{case_id}/receipt
POST /window/cases/{case_id}/receipt
GET /supervise/public
GET /supervise/cases
GET /supervise/overasks
GET /api/v1/statistics/overasks
GET /supervise
GET /api/v1/statistics/public
GET /api/v1/statistics/cases
GET /api/v1/statistics
GET /api/v1/cases/{case_id}/corrections
GET /api/v1/cases/{case_id}/materials/{code}/declaration
GET /api/v1/cases/{case_id}/materials/{code}/promise
GET /api/v1/cases/{case_id}/outcome
GET /api/v1/department-questions
GET /api/v1/department-questions/{receipt}
GET /api/v1/one-things
GET /api/v1/one-things/{application}
GET /api/v1/promises
GET /api/v1/share/registers
GET /api/v1/transfers
GET /api/v1/cases/{case_id}/transfer
POST /api/v1/share/case-outcomes
GET /bring
GET /bring/{code}
GET /window/cases/{case_id}/materials/{code}/declaration
POST /api/v1/cases/{case_id}/materials/{code}/declaration
POST /api/v1/cases/{case_id}/materials/{code}/follow-up
POST /api/v1/cases/{case_id}/outcome
POST /api/v1/cases/{case_id}/form/fields/{field}/mistake
POST /window/cases/{case_id}/form/mistake
POST /api/v1/department-questions/{receipt}/answer
POST /api/v1/one-things
POST /api/v1/one-things/{application}/materials/{code}/decision
POST /api/v1/share/cases
POST /api/v1/share/correction-standings
POST /api/v1/share/corrections
POST /api/v1/share/department-answers
POST /api/v1/share/department-questions
POST /api/v1/transfers/{region}/{number}/case
POST /window/cases/{case_id}/materials/{code}/declaration
"""
BASES = {
    **dict.fromkeys(OF_NOTHING.strip().splitlines(), NOTHING),
    # An issuer's own list, without values: names are as the register masks them.
    "GET /api/v1/licenses": NOTHING,
    # What an issuer has just filled in comes back sealed.
    "POST /api/v1/licenses": NOTHING,
    "POST /api/v1/licenses/{identifier}/status": STANDING,
    "GET /api/v1/licenses/{identifier}/status": STANDING,
    **dict.fromkeys(
        (
            "GET /api/v1/cases/{case_id}/form",
            "PUT /api/v1/cases/{case_id}/form",
            "GET /api/v1/one-things/{application}/form",
            "PUT /api/v1/one-things/{application}/form",
            "GET /window/cases/{case_id}/form",
            "POST /window/cases/{case_id}/form",
            "POST /api/v1/cases/{case_id}/transfer",
            "POST /api/v1/share/facts",
        ),
        BEFORE,
    ),
    "POST /api/v1/display-codes": OWN,
    "GET /api/v1/usages": OWN,
    "GET /api/v1/usages/completeness": OWN,
    "GET /me/uses": OWN,
    "POST /me/uses/{number}/dispute": OWN,
    # What was released when it was made, to whoever had it made.
    "GET /api/v1/annotated-copies/{number}/file": OWN,
    "GET /me": OWN,
    "GET /me/licenses/{identifier}": OWN,
    "GET /me/licenses/{identifier}/face.webp": OWN,
    "POST /me/licenses/{identifier}/code": OWN,
    "POST /me/licenses/{identifier}/secret": OWN,
    "POST /me/licenses/{identifier}/objection": OWN,
    "GET /api/v1/licenses/{identifier}/marks": OWN,
    "POST /api/v1/licenses/{identifier}/marks": OWN,
    "DELETE /api/v1/licenses/{identifier}/marks/{field}": OWN,
    **dict.fromkeys(
        (
            "GET /api/v1/licenses/{identifier}",
            "GET /api/v1/licenses/{identifier}/files/{kind}",
            "GET /api/v1/licenses/{identifier}/history",
            "POST /api/v1/licenses/{identifier}/releases",
            "POST /api/v1/display-codes/offline",
            "POST /api/v1/display-codes/redeem",
            "POST /api/v1/share/licenses",
            "POST /api/v1/share/zzjs",
            "POST /api/v1/share/getDataByHolder",
            "POST /api/v1/share/zzcx",
            "POST /api/v1/share/zzysj",
            "POST /api/v1/share/queryCertInfo",
            "POST /api/v1/share/zzxxyz",
            "POST /api/v1/share/verifyCertInfo",
            "POST /api/v1/share/zzdzxz",
            "POST /api/v1/share/downloadUrl",
            "POST /api/v1/share/zzxxxz",
            "POST /api/v1/share/zzxzfile",
            "POST /api/v1/share/downloadFile",
            "POST /api/v1/share/queryCertInfoByQRcode",
            "POST /window/redeem",
            "POST /me/delegations/{grant_id}/read",
            "GET /issue/corrections/{receipt}",
            "GET /issue/licenses/{identifier}/face.jpg",
            "GET /issue/new/{name}",
            "POST /Q/{code}",
            "POST /me/licenses/{identifier}/offline",
            "POST /api/v1/annotated-copies",
            "GET /api/v1/archive/packages/{package}",
            "GET /api/v1/archive/packages/{package}/file",
        ),
        RELEASED,
    ),
}
# A number finds an organization's license without its holder; nothing personal leaves.
UNRECORDED = {"POST /api/v1/share/zzcx"}
# Shown by tests of their own, which need an archive.
ARCHIVE = {
    "GET /api/v1/archive/packages/{package}",
    "GET /api/v1/archive/packages/{package}/file",
}


def routes() -> set[str]:
    modules = [("/api/v1", item) for item in (verifications, *app._RESOURCES)]
    modules += [("", item) for item in (health, timestamps, *app._PAGES)]
    return {
        f"{method} {prefix}{route.path}"
        for prefix, module in modules
        for route in module.router.routes
        for method in route.methods
    }


def test_no_route_is_without_a_basis() -> None:
    assert routes() == set(BASES)


def _license(instance: Instance, license: str, path: str = "") -> None:
    answer = instance.client.get(
        f"/api/v1/licenses/{license}{path}", headers=instance.headers("issuer")
    )
    assert answer.status_code == 200, answer.text


def _fields(instance: Instance, license: str) -> None:
    answer = instance.client.post(
        f"/api/v1/licenses/{license}/releases", json={}, headers=instance.headers("issuer")
    )
    assert answer.status_code == 201, answer.text


def _code(instance: Instance, license: str) -> str:
    answer = instance.client.post(
        "/api/v1/display-codes",
        json={"license": license, "purpose": "样例"},
        headers=instance.citizen(),
    )
    return str(answer.json()["code"])


def _redeem(instance: Instance, license: str) -> None:
    body = {"code": _code(instance, license)}
    window = instance.headers("window")
    assert instance.client.post(
        "/api/v1/display-codes/redeem", json=body, headers=window
    ).is_success


def _scan(instance: Instance, license: str) -> None:
    assert instance.client.post(f"/Q/{_code(instance, license)}").is_success


def _take_along(instance: Instance, license: str) -> None:
    answer = instance.client.post(
        "/api/v1/display-codes/offline", json={"license": license}, headers=instance.citizen()
    )
    assert answer.status_code == 201, answer.text


def _take_along_without_scripts(instance: Instance, license: str) -> None:
    token = instance.citizen()["Authorization"].removeprefix("Bearer ")
    grant = AccessGrant(person="holder", role=CallerRole.CITIZEN)
    answer = instance.client.post(
        f"/me/licenses/{license}/offline",
        data={"csrf": Caller(grant=grant, token=token).form_secret},
        headers={"Authorization": f"Bearer {token}"},
    )
    assert answer.status_code == 200, answer.text


def _share(name: str, more: Mapping[str, object]) -> Callable[[Instance, str], None]:
    def ask(instance: Instance, license: str) -> None:
        row = instance.rows[0]
        data: dict[str, Any] = {"certificateIdentifier": license, "useCause": CAUSE, **more}
        data |= {"certificateHolderCode": row["credit_code"]}
        data |= {"certificateHolderName": row["operator"], "certificateTypeCode": TYPE}
        if name in {"zzxxyz", "verifyCertInfo"}:
            data.pop("certificateTypeCode")
        answer = instance.client.post(
            f"/api/v1/share/{name}",
            json={"head": {}, "data": data},
            headers=instance.headers("issuer"),
        )
        assert answer.json()["head"]["status"] == 0, answer.text

    return ask


def _copy(instance: Instance, license: str) -> None:
    body = {"license": license, "recipient": "样例银行", "purpose": "开户"}
    answer = instance.client.post(
        "/api/v1/annotated-copies", json=body, headers=instance.headers("issuer")
    )
    assert answer.status_code == 201, answer.text


def _read_code(instance: Instance, license: str) -> None:
    answer = instance.client.post(
        "/api/v1/share/queryCertInfoByQRcode",
        json={"head": {}, "data": {"qrcode": _code(instance, license)}},
        headers=instance.headers("window"),
    )
    assert answer.json()["head"]["status"] == 0, answer.text


ISSUER_PAGES = (
    "/issue/licenses/{identifier}/face.jpg",
    "/issue/new/{name}",
    "/issue/corrections/{receipt}",
)


def _look_as_issuer(path: str, instance: Instance, license: str) -> None:
    """Look at what a license says, on the pages of whoever issued it."""
    raised = instance.client.post(
        "/api/v1/corrections",
        json={"kind": "wrong", "license": license, "type": TYPE, "fields": {"premises": "样例"}},
        headers=instance.citizen(),
    )
    address = path.format(identifier=license, name=TYPE, receipt=raised.json()["receipt"])
    asked = {"replaces": license} if "new" in path else {"compare": "1"}
    answer = instance.client.get(address, params=asked, headers=instance.headers("issuer"))
    assert answer.status_code == 200, answer.text


CALLS: dict[str, Callable[[Instance, str], None]] = {
    "GET /api/v1/licenses/{identifier}": _license,
    "GET /api/v1/licenses/{identifier}/files/{kind}": lambda instance, license: _license(
        instance, license, "/files/pdf"
    ),
    "GET /api/v1/licenses/{identifier}/history": lambda instance, license: _license(
        instance, license, "/history"
    ),
    "POST /api/v1/licenses/{identifier}/releases": _fields,
    "POST /api/v1/display-codes/offline": _take_along,
    "POST /me/licenses/{identifier}/offline": _take_along_without_scripts,
    "POST /api/v1/display-codes/redeem": _redeem,
    **{f"GET {path}": partial(_look_as_issuer, path) for path in ISSUER_PAGES},
    "POST /Q/{code}": _scan,
    "POST /api/v1/annotated-copies": _copy,
    "POST /api/v1/share/queryCertInfoByQRcode": _read_code,
    **{
        f"POST /api/v1/share/{name}": _share(name, more)
        for name, more in {
            "zzjs": {},
            "getDataByHolder": {},
            "zzysj": {},
            "queryCertInfo": {},
            "zzxxyz": {},
            "verifyCertInfo": {},
            "zzdzxz": {"fileFormat": "pdf"},
            "downloadUrl": {"fileFormat": "pdf"},
            "zzxxxz": {"fileFormat": "pdf"},
            "zzxzfile": {"fileFormat": "pdf"},
            "downloadFile": {"fileFormat": "pdf"},
        }.items()
    },
}


def test_every_route_that_releases_is_called_here() -> None:
    released = {route for route, basis in BASES.items() if basis == RELEASED}
    # The same use cases as the interface's.
    pages = {"POST /window/redeem", "POST /me/delegations/{grant_id}/read"}
    between = {"POST /api/v1/share/licenses"}  # asked in the test below
    assert set(CALLS) == released - ARCHIVE - UNRECORDED - pages - between


@pytest.mark.parametrize("route", sorted(CALLS))
def test_what_is_released_is_on_record_once(country: Country, route: str) -> None:
    license = str(country.wuhu.mint()["identifier"])

    CALLS[route](country.wuhu, license)

    assert len(uses(country, license)) == 1


def test_what_another_region_is_given_is_on_record(country: Country) -> None:
    license = str(country.wuhu.mint()["identifier"])

    country.baoji.open_case(country.wuhu.rows[0])

    assert [use.fields for use in uses(country, license)] == [("license.pdf",)]


OPENERS = {
    "api/license_reading.py": "after release_by, for issuers and windows; citizens' own",
    "api/representatives.py": "who represents an enterprise, only compared",
    "api/releasing.py": "after release_by; citizens' own",
    "api/sharing_asking.py": "after release_to; only compared where data are verified",
    "api/pages/citizen.py": "the holder's own",
    "api/region_answers.py": "after release",
    "api/services.py": "which version of its type a license was made by",
    "api/minting.py": "whether a repeated request is the same",
    "api/own_register.py": "for verdicts",
    "api/finders.py": "after release; for verdicts",
    "verify/benefits/matching.py": "after release, for the department of the benefit",
    "verify/registers/desk.py": "before release; yes or no leaves, and only after it",
    "api/stock_files.py": "for lints over the stock",
    "certs/displays.py": "after release",
    "certs/offline_showing.py": "signed before, given out after release",
    "certs/mark_keeping.py": "what of it is protected more; days and names of fields stay here",
    "certs/ledger/sampling.py": "for samples of the ledger's audit",
    "certs/batches/minting.py": "whether a row is minted already",
}
"""The modules outside of archive, lints and evidence that open the files of licenses, and why."""
KEEPERS = ("certs/packages/", "certs/lints/", "certs/evidence/", "verify/archiving/", "storage/")


def test_no_other_module_opens_the_files_of_licenses() -> None:
    root = Path(app.__file__).parent.parent
    found = set()
    for folder in ("api", "certs", "verify", "storage"):
        for path in (root / folder).rglob("*.py"):
            name = path.relative_to(root).as_posix()
            if _opens(path) and not name.startswith((*KEEPERS, "api/benches/", "api/commands/")):
                found.add(name)

    assert found == set(OPENERS)


def _opens(path: Path) -> bool:
    return any(
        isinstance(node, ast.ImportFrom)
        and node.module == "certs.license_files"
        and {item.name for item in node.names} & {"read_file", "read_record", "find_file"}
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
    )
