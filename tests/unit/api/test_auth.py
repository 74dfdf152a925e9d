from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest

from certs.access import AccessGrant, CallerRole
from certs.faces.renderer import TypstRenderer
from tests.instance_parts import body_of, case_of
from tests.instances import Country, Instance, open_country
from tests.unit.api.test_pages import sign_in

NONCE = "0" * 32
STATUS = {"kind": "suspended", "decision_no": "1", "reason": "检查"}
# Method, path, body, and who may: i(ssuer), w(indow), c(itizen holding it), o(ther citizen),
# n(obody). {l} and {s} are licenses, {k} a case that found {l}.
ROUTES = [
    ("GET", "/healthz", None, "iwcon"),
    ("GET", "/readyz", None, "iwcon"),
    ("GET", "/api/v1/license-types", None, "iwcon"),
    ("GET", "/api/v1/matters", None, "iwcon"),
    ("GET", "/api/v1/trust-list", None, "iwcon"),
    ("GET", "/api/v1/revocation-lists", None, "iwcon"),
    ("GET", "/api/v1/openapi.json", None, "iwcon"),
    ("GET", "/api/v1/licenses/{l}/status?nonce=" + NONCE, None, "iwcon"),
    ("GET", "/api/v1/licenses", None, "i"),
    ("POST", "/api/v1/licenses", "license", "i"),
    ("GET", "/api/v1/licenses/{l}?case={k}", None, "iwc"),
    ("GET", "/api/v1/licenses/{l}/history?case={k}", None, "iwc"),
    ("GET", "/api/v1/licenses/{l}/files/pdf?case={k}", None, "iwc"),
    ("GET", "/api/v1/licenses/{l}/files/json?case={k}", None, "iwc"),
    ("GET", "/api/v1/licenses/{l}/files/p7s?case={k}", None, "iwc"),
    ("POST", "/api/v1/licenses/{s}/status", "status", "i"),
    ("POST", "/api/v1/cases", "case", "w"),
    ("GET", "/api/v1/cases/{k}", None, "w"),
    ("POST", "/api/v1/cases/{k}/materials/food-business-license/lookup", None, "w"),
    ("POST", "/api/v1/cases/{k}/materials/application-form/decision", "decision", "w"),
    ("POST", "/api/v1/display-codes", "code", "c"),
    ("GET", "/me", None, "co"),
    ("GET", "/me/licenses/{l}", None, "c"),
    ("GET", "/me/licenses/{l}/face.webp", None, "c"),
    ("GET", "/window", None, "w"),
    ("GET", "/window/cases/{k}", None, "w"),
    ("GET", "/", None, "iwcon"),
    ("GET", "/verify", None, "iwcon"),
    ("GET", "/V", None, "iwcon"),
    ("GET", "/session", None, "iwcon"),
    ("GET", "/Q/" + "A" * 26, None, "iwcon"),
]


@dataclass(frozen=True)
class Settled:
    """An instance with a license, another to be suspended, and a case."""

    wuhu: Instance
    license: object
    other: object
    case: object


@pytest.fixture(scope="module")
def settled(tmp_path_factory: pytest.TempPathFactory, renderer: TypstRenderer) -> Iterator[Settled]:
    with open_country(tmp_path_factory.mktemp("settled"), renderer) as country:
        wuhu = country.wuhu
        license, other = (wuhu.mint(number)["identifier"] for number in (0, 1))
        yield Settled(wuhu, license, other, wuhu.open_case(wuhu.rows[0])["case"])


@pytest.mark.parametrize(("method", "path", "body", "allowed"), ROUTES)
def test_each_role_reaches_what_it_may(
    settled: Settled, method: str, path: str, body: str | None, allowed: str
) -> None:
    wuhu, license, case = settled.wuhu, settled.license, settled.case
    bodies = {
        "license": body_of(wuhu.rows[3]),
        "status": STATUS,
        "case": case_of(wuhu.rows[0]),
        "decision": {"form": "paper"},
        "code": {"license": license, "purpose": "x"},
    }
    callers = {
        "i": wuhu.headers("issuer"),
        "w": wuhu.headers("window"),
        "c": wuhu.citizen(0),
        "o": wuhu.citizen(1),
        "n": {},
    }
    statuses = {
        who: wuhu.client.request(
            method,
            path.format(l=license, s=settled.other, k=case),
            json=bodies[body] if body else None,
            headers=headers,
            follow_redirects=False,
        ).status_code
        for who, headers in callers.items()
    }

    reached = {who for who, status in statuses.items() if status in {200, 201}}
    assert reached == set(allowed), statuses
    assert set(statuses.values()) <= {200, 201, 303, 401, 403, 404}


def test_nobody_is_asked_for_a_token_and_the_wrong_role_is_not(country: Country) -> None:
    nobody = country.wuhu.client.get("/api/v1/licenses")
    wrong = country.wuhu.client.get("/api/v1/licenses", headers=country.wuhu.headers("window"))

    assert (nobody.status_code, nobody.json()["code"]) == (401, "NOT_AUTHENTICATED")
    assert nobody.headers["www-authenticate"].startswith("Bearer")
    assert (wrong.status_code, wrong.json()["code"]) == (403, "NOT_ALLOWED")
    assert "www-authenticate" not in wrong.headers


@pytest.mark.parametrize("token", ["", "x", "x" * 10_000, "ä", "A" * 39])
def test_bad_token_is_refused_even_where_none_is_needed(country: Country, token: str) -> None:
    answer = country.wuhu.client.post(
        "/api/v1/display-codes/redeem",
        json={"code": "x"},
        headers=[(b"Authorization", f"Bearer {token}".encode())],
    )
    assert answer.status_code == (410 if token == "" else 401)


def test_token_ends_when_it_says(country: Country) -> None:
    ends = country.clock.now() + timedelta(minutes=1)
    headers = country.wuhu.bearer(
        AccessGrant(person="I003", role=CallerRole.ISSUER, expires_at=ends)
    )

    before = country.wuhu.client.get("/api/v1/licenses", headers=headers)
    country.clock.advance(timedelta(minutes=1))
    after = country.wuhu.client.get("/api/v1/licenses", headers=headers)

    assert (before.status_code, after.status_code) == (200, 401)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 201),
        ({"Sec-Fetch-Site": "same-origin"}, 201),
        ({"Origin": "http://340200.test"}, 201),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Origin": "http://evil.test"}, 403),
        ({"Origin": "null"}, 403),
    ],
)
def test_cookie_is_not_usable_from_another_site(
    country: Country, headers: dict[str, str], status: int
) -> None:
    client = sign_in(country.wuhu, country.wuhu.tokens["window"])

    answer = client.post("/api/v1/cases", json=case_of(country.wuhu.rows[0]), headers=headers)

    assert answer.status_code == status
