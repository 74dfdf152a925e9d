"""Somebody who asks an instance through the sharing family (GB/T 36906)."""

from typing import Any

from api.routers.sharing_family import INTERFACES
from certs.type_folders import shipped_type
from certs.usages import Usage
from tests.instances import Country

CITIZEN = "11010519491231002X"
TYPE = str(shipped_type("food_business").code)
CAUSE = "办理开办餐饮店"
NAMES = tuple(name for interface in INTERFACES for name in interface.names)


class Asker:
    """Asks one instance as somebody."""

    def __init__(self, country: Country, headers: dict[str, str] | None = None) -> None:
        self.country = country
        self.headers = country.wuhu.headers("issuer") if headers is None else headers

    def answer(self, name: str, data: object, **head: object) -> Any:  # noqa: ANN401 - JSON
        answer = self.country.wuhu.client.post(
            f"/api/v1/share/{name}", json={"head": head, "data": data}, headers=self.headers
        )
        assert answer.status_code == 200, answer.text
        assert answer.headers["cache-control"] == "no-store"
        return answer.json()

    def status(self, name: str, data: object, **head: object) -> int:
        return int(self.answer(name, data, **head)["head"]["status"])

    def data(self, name: str, data: object, **head: object) -> dict[str, Any]:
        found = self.answer(name, data, **head)
        assert found["head"]["status"] == 0, found
        told: dict[str, Any] = found["data"]
        return told


def window(country: Country) -> Asker:
    return Asker(country, country.wuhu.headers("window"))


def nobody(country: Country) -> Asker:
    return Asker(country, {})


def citizen(country: Country) -> Asker:
    return Asker(country, country.wuhu.citizen())


def uses(country: Country, license: str) -> tuple[Usage, ...]:
    with country.wuhu.services.unit_of_work() as work:
        return work.usages.of_license(license)


def holder(country: Country, number: int = 0) -> dict[str, str]:
    row = country.wuhu.rows[number]
    return {"certificateHolderCode": row["credit_code"], "certificateHolderName": row["operator"]}


def known(country: Country, license: str, number: int = 0) -> dict[str, str]:
    """What somebody knows who holds the license in hand."""
    return {"certificateIdentifier": license, **holder(country, number)}


def revoke(country: Country, license: str, kind: str = "revoked") -> None:
    body = {"kind": kind, "decision_no": "芜市监罚〔2026〕12号", "reason": "样例"}
    answer = country.wuhu.client.post(
        f"/api/v1/licenses/{license}/status", json=body, headers=country.wuhu.headers("issuer")
    )
    assert answer.status_code == 201, answer.text
