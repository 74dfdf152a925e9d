"""A change of the legal representative suspends what an enterprise granted, until confirmed."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from certs.regions import RegionCode
from certs.samples.business_license import business_license_rows
from tests.instances import Country
from tests.unit.api.test_grants import agent, give, see

DELEGATION = {"basis": "delegation", "grantee_kind": "person", "max_uses": 9}


def register(country: Country, row: Mapping[str, str], **changes: str) -> str:
    """Issue the business license of the restaurant's holder, or its next version."""
    holder = country.wuhu.rows[0]
    fields = {**row, "credit_code": holder["credit_code"], "company_name": holder["operator"]}
    replaces = changes.pop("replaces", None)
    fields |= changes
    body: dict[str, Any] = {
        "type": "business_license",
        "holder": {
            "code_type": "001",
            "code": fields["credit_code"],
            "name": fields["company_name"],
        },
        "valid_from": fields.pop("valid_from"),
        "valid_to": fields.pop("valid_to") or "长期",
    }
    body["fields"] = {name: item for name, item in fields.items() if item}
    body |= {"replaces": replaces} if replaces else {}
    answer = country.wuhu.client.post(
        "/api/v1/licenses", json=body, headers=country.wuhu.headers("issuer")
    )
    assert answer.status_code == 201, answer.text
    return str(answer.json()["identifier"])


@pytest.fixture
def row() -> Mapping[str, str]:
    return business_license_rows(RegionCode("340200"), 1, seed=1)[0]


def test_a_new_representative_confirms_what_the_former_one_granted(
    country: Country, row: Mapping[str, str]
) -> None:
    license = str(country.wuhu.mint()["identifier"])
    first = register(country, row)
    country.clock.advance(timedelta(minutes=1))
    holder = country.wuhu.citizen()
    clerk, junior = agent(country), agent(country, "agent-2")
    given = give(
        country, license, holder, **DELEGATION, grantee="agent-1", fields=["premises"]
    ).json()["id"]
    passed = give(
        country,
        license,
        clerk,
        **DELEGATION,
        grantee="agent-2",
        fields=["premises"],
        parent=given,
    ).json()["id"]
    country.clock.advance(timedelta(minutes=1))
    same = register(country, row, replaces=first, domicile="芜湖市样例路9号")
    assert see(country, license, junior, grant=passed).status_code == 201

    country.clock.advance(timedelta(minutes=1))
    register(country, row, replaces=same, legal_representative="周样新")
    suspended = see(country, license, clerk, grant=given)
    below = see(country, license, junior, grant=passed)
    stranger = country.wuhu.client.post(f"/api/v1/grants/{given}/confirmation", headers=clerk)
    country.clock.advance(timedelta(minutes=1))
    confirmed = country.wuhu.client.post(f"/api/v1/grants/{given}/confirmation", headers=holder)

    assert (suspended.status_code, suspended.json()["state"]) == (403, "suspended")
    assert below.json()["state"] == "suspended"
    assert stranger.json()["code"] == "GRANT_NOT_FOUND"
    assert [item["kind"] for item in confirmed.json()["events"]] == [
        "given",
        "suspended",
        "confirmed",
    ]
    assert see(country, license, clerk, grant=given).status_code == 201
