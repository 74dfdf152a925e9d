"""The archive over HTTP: who may read, find and propose, and what is on record of it."""

from typing import Any

import pytest

from tests.instances import Country, Instance
from tests.unit.api.test_archiving import _decided, _draft, desk_of, license_of

API = "/api/v1/archive"


def _archived(instance: Instance, number: int = 0) -> tuple[str, str]:
    """The id of the package of a license, and the license."""
    identifier = str(instance.mint(number)["identifier"])
    (package,) = desk_of(instance).run().archived
    return package, identifier


def _search(instance: Instance, body: dict[str, Any]) -> dict[str, Any]:
    answer = instance.client.post(
        f"{API}/searches", json=body, headers=instance.headers("archivist")
    )
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_archivists_find_packages_by_whose_they_are(country: Country) -> None:
    wuhu = country.wuhu
    (package, identifier), (other, _) = _archived(wuhu, 0), _archived(wuhu, 1)
    row = wuhu.rows[0]
    holder = {"code_type": "001", "code": row["credit_code"]}

    by_holder = _search(wuhu, {"holder": holder})
    first = _search(wuhu, {"limit": 1})
    second = _search(wuhu, {"limit": 1, "after": first["next"]})

    assert [item["package"] for item in by_holder["packages"]] == [package]
    assert by_holder["packages"][0]["subject"] == identifier
    assert by_holder["next"] is None
    assert first["packages"][0]["package"] == first["next"] == other
    assert [item["package"] for item in second["packages"]] == [package]
    assert _search(wuhu, {"number": row["number"], "kind": "case"})["packages"] == []
    issued = {"issued_from": row["issued_on"], "issued_to": row["issued_on"]}
    assert package in [item["package"] for item in _search(wuhu, issued)["packages"]]
    today = country.clock.now().date().isoformat()
    assert len(_search(wuhu, {"archived_from": today, "archived_to": today})["packages"]) == 2


def test_a_case_is_found_by_its_applicant_and_who_takes_it_is_on_record(country: Country) -> None:
    wuhu = country.wuhu
    case, _ = _decided(wuhu)
    desk_of(wuhu).run()
    kept = desk_of(wuhu).archive_case(_draft(wuhu, case))
    holder = {"code_type": "001", "code": wuhu.rows[0]["credit_code"]}

    found = _search(wuhu, {"holder": holder, "kind": "case"})

    assert [item["subject"] for item in found["packages"]] == [case]
    assert _search(wuhu, {"number": case})["packages"] == found["packages"]
    url = f"{API}/packages/{kept.package_id}"
    answer = wuhu.client.get(f"{url}/file", headers=wuhu.headers("archivist"))
    assert answer.status_code == 200
    with wuhu.services.unit_of_work() as work:
        (use,) = work.archive.uses_of(kept.package_id)
    assert (use.person, use.purpose) == ("A001", "档案调阅")
    checks = wuhu.client.get(f"{url}/checks", headers=wuhu.headers("archivist")).json()
    assert checks == {"package": kept.package_id, "checks": []}


def test_an_archivist_proposes_a_disposal_once(country: Country) -> None:
    wuhu = country.wuhu
    package, identifier = _archived(wuhu)
    url = f"{API}/packages/{package}/disposal-proposals"
    headers = wuhu.headers("archivist") | {"Idempotency-Key": "k1"}
    body = {"document_no": "1号", "reason": "期满"}

    made = wuhu.client.post(url, json=body, headers=headers)
    again = wuhu.client.post(url, json=body, headers=headers)
    other = wuhu.client.post(url, json=body | {"reason": "另一"}, headers=headers)
    unknown = wuhu.client.post(url.replace(package, "0" * 64), json=body, headers=headers)

    assert (made.status_code, made.json()["package"]) == (201, package)
    assert (again.status_code, again.json()) == (201, made.json())
    assert (other.status_code, unknown.status_code) == (409, 404)
    with wuhu.services.unit_of_work() as work:
        proposal = work.disposals.proposal(license_of(wuhu, identifier).files.package)
    assert proposal is not None
    assert (proposal.proposer, proposal.reason) == ("A001", "期满")
    assert wuhu.services.objects.has(proposal.package_id)


@pytest.mark.parametrize("person", ["issuer", "window", "nobody"])
def test_only_archivists_search_and_propose(country: Country, person: str) -> None:
    wuhu = country.wuhu
    package, _ = _archived(wuhu)
    headers = wuhu.headers(person) if person in wuhu.tokens else {}
    refused = 403 if headers else 401

    search = wuhu.client.post(f"{API}/searches", json={}, headers=headers)
    proposal = wuhu.client.post(
        f"{API}/packages/{package}/disposal-proposals",
        json={"document_no": "1号", "reason": "期满"},
        headers=headers,
    )
    checks = wuhu.client.get(f"{API}/packages/{package}/checks", headers=headers)

    assert (search.status_code, proposal.status_code) == (refused, refused)
    assert checks.status_code == (200 if person == "issuer" else refused)


def test_archivists_read_packages_and_no_licenses(country: Country) -> None:
    wuhu = country.wuhu
    package, identifier = _archived(wuhu)
    headers = wuhu.headers("archivist")

    assert wuhu.client.get(f"{API}/packages/{package}", headers=headers).status_code == 200
    for path in (f"licenses/{identifier}", f"licenses/{identifier}/files/pdf", "licenses"):
        assert wuhu.client.get(f"/api/v1/{path}", headers=headers).status_code == 403, path
    wrong = {"holder": {"code_type": "001", "code": "11340200MB9TXY014A"}}
    answer = wuhu.client.post(f"{API}/searches", json=wrong, headers=headers)
    assert (answer.status_code, "11340200MB9TXY014A" in answer.text) == (422, False)
