from tests.instances import Country


def test_every_route_says_what_it_is_in_both_languages(country: Country) -> None:
    paths = country.wuhu.client.get("/api/v1/openapi.json").json()["paths"]
    operations = [item for path in paths.values() for item in path.values()]

    assert len(operations) >= 20
    for item in operations:
        assert " · " in item["summary"], item["summary"]
        assert item["tags"]
        assert item["description"]


def test_bodies_have_examples_and_problems_a_schema(country: Country) -> None:
    schemas = country.wuhu.client.get("/api/v1/openapi.json").json()["components"]["schemas"]

    for name in ("LicenseIn", "StatusIn", "CaseIn", "DecisionIn", "DisplayCodeIn", "ProblemOut"):
        assert schemas[name]["examples"], name


def test_pages_are_not_described(country: Country) -> None:
    paths = country.wuhu.client.get("/api/v1/openapi.json").json()["paths"]
    others = {path for path in paths if not path.startswith("/api/v1/")}
    assert others == {"/healthz", "/readyz", "/tsa"}


def test_trust_and_revocation_lists_are_given_as_stored(country: Country) -> None:
    trust = country.wuhu.client.get("/api/v1/trust-list")
    lists = country.wuhu.client.get("/api/v1/revocation-lists").json()["lists"]
    ready = country.wuhu.client.get("/readyz").json()
    stored, country.trust.data = country.trust.data, None
    missing = country.wuhu.client.get("/api/v1/trust-list")

    assert trust.content == stored
    assert len(lists) == 2
    assert ready["trust_list"] == "fresh"
    assert (missing.status_code, missing.json()["code"]) == (404, "TRUST_LIST_MISSING")
    assert country.wuhu.client.get("/readyz").json()["trust_list"] == "missing"
