"""A second person agrees in person wherever people work by pages, whatever route they call."""

from typing import Any

import pytest

from tests.instances import Country, Instance
from tests.unit.api.test_pages import sign_in

LICENSE = "food-business-license"
STATUS = {"kind": "suspended", "decision_no": "1", "reason": "检查"}


def in_session(instance: Instance, person: str, path: str, body: dict[str, Any]) -> Any:  # noqa: ANN401 - a response
    """Call the interface as a page's script could: with the cookie, from our own origin."""
    client = sign_in(instance, instance.tokens[person])
    return client.post(f"/api/v1{path}", json=body, headers={"Sec-Fetch-Site": "same-origin"})


def test_an_operator_names_no_approver_in_a_session(country: Country) -> None:
    wuhu = country.wuhu
    wuhu.mint()
    case = wuhu.open_case(wuhu.rows[0])["case"]
    path = f"/cases/{case}/materials/{LICENSE}/decision"
    demand = {"form": "paper", "reason": "P09", "approver": "W002"}

    named = in_session(wuhu, "window", path, demand)
    oneself = in_session(wuhu, "window", path, {"form": "e_license"})

    assert (named.status_code, named.json()["code"]) == (403, "NOT_ALLOWED")
    assert oneself.status_code == 201


@pytest.mark.parametrize(
    ("person", "path", "body"),
    [
        ("window", "/cases/C/outcome", {"outcome": "approve", "approver": "W002"}),
        (
            "window",
            "/cases/C/materials/m/follow-up",
            {"result": "breached", "approver": "W002", "note": "x"},
        ),
        ("issuer", "/licenses/{license}/status", STATUS),
    ],
)
def test_nothing_that_takes_two_is_done_by_one_in_a_session(
    country: Country, person: str, path: str, body: dict[str, Any]
) -> None:
    license = country.wuhu.mint()["identifier"]

    answer = in_session(country.wuhu, person, path.format(license=license), body)

    assert (answer.status_code, answer.json()["code"]) == (403, "NOT_ALLOWED")


def test_a_system_with_a_token_goes_on_as_before(country: Country) -> None:
    wuhu = country.wuhu
    license = wuhu.mint()["identifier"]

    answer = wuhu.client.post(
        f"/api/v1/licenses/{license}/status", json=STATUS, headers=wuhu.headers("issuer")
    )

    assert answer.status_code == 201
