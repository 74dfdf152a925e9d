"""``GET /api/v1/trust-list``: byte for byte, and nothing where the caller has it already."""

import pytest

from tests.instance_parts import BAOJI, WUHU, trust_list
from tests.instances import Country

PATH = "/api/v1/trust-list"


def test_a_list_bears_its_identity_as_its_tag(country: Country) -> None:
    answer = country.wuhu.client.get(PATH)
    current = country.trust.current()

    assert current is not None
    assert answer.content == country.trust.data
    assert answer.headers["ETag"] == f'W/"{current.identity}"'
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize(
    ("tags", "status"),
    [
        ('W/"{}"', 304),
        ('"{}"', 304),
        ('"x", W/"{}"', 304),
        ("*", 304),
        ("{}", 200),
        ('W/"x"', 200),
        ("", 200),
        ('"x",' * 5000 + '"{}"', 200),
    ],
)
def test_who_has_the_list_already_gets_nothing(country: Country, tags: str, status: int) -> None:
    current = country.trust.current()
    assert current is not None

    answer = country.wuhu.client.get(
        PATH, headers={"If-None-Match": tags.replace("{}", current.identity)}
    )

    assert answer.status_code == status
    assert answer.headers["ETag"] == f'W/"{current.identity}"'
    assert bool(answer.content) is (status == 200)


def test_another_list_has_another_tag(country: Country) -> None:
    before, stored = country.wuhu.client.get(PATH).headers["ETag"], country.trust.data
    country.trust.data = trust_list(WUHU, BAOJI, version=2)
    try:
        answer = country.wuhu.client.get(PATH, headers={"If-None-Match": before})
    finally:
        country.trust.data = stored

    assert answer.status_code == 200
    assert answer.headers["ETag"] != before


def test_without_a_list_no_tag_helps(country: Country) -> None:
    stored, country.trust.data = country.trust.data, None
    try:
        answer = country.wuhu.client.get(PATH, headers={"If-None-Match": "*"})
    finally:
        country.trust.data = stored

    assert (answer.status_code, answer.json()["code"]) == (404, "TRUST_LIST_MISSING")


def test_the_description_shows_a_list(country: Country) -> None:
    paths = country.wuhu.client.get("/api/v1/openapi.json").json()["paths"]
    answers = paths[PATH]["get"]["responses"]

    assert set(answers) >= {"200", "304", "404"}
    example = answers["200"]["content"]["application/json"]["example"]
    assert example["payload"]["agreements"][0]["powers"] == ["exempt", "obtain", "verify"]
