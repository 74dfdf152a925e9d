"""Systems that sign their requests: who they are, and how far they reach."""

import json
import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import httpx
import pytest
from fastapi.testclient import TestClient
from httpx2 import Response

from api.app import create_app
from api.errors import OwnRoleError
from certs.access import AccessGrant, CallerRole
from certs.clients import TOKEN_LIFETIME
from certs.decision_records import DecisionQuery
from certs.errors import (
    ClientClosedError,
    ClientNotFoundError,
    ClientRefusedError,
    LicenseError,
    ReachRefusedError,
    SeparatedDutiesError,
)
from certs.statuses import StatusKind
from signing.request_forms import RequestHead
from tests.client_calls import ADMIN, MATTER, TYPE, YEAR, System, code_of
from tests.instance_parts import body_of, case_of
from tests.instances import Country
from tests.region_servers import serving
from tests.unit.api.test_batches import csv, rows
from tests.world import MemorySigner
from verify.acceptance.records import PersonRole

MINTING = "/api/v1/licenses"
MOMENT = timedelta(seconds=1)


@pytest.fixture
def issuing(country: Country) -> System:
    system = System(instance=country.wuhu, name="approval-system")
    system.register(types=(TYPE,))
    return system


@pytest.fixture
def window(country: Country) -> System:
    system = System(instance=country.wuhu, name="window-system")
    system.register(types=(TYPE,), matters=(MATTER,), role=CallerRole.WINDOW, person="S901")
    return system


def mint(system: System, number: int = 0) -> str:
    answer = system.ask("POST", MINTING, json_body=body_of(system.instance.rows[number]))
    assert answer.status_code == 201, answer.text
    return str(answer.json()["identifier"])


def type_code(country: Country) -> str:
    found = country.wuhu.services.license_type(TYPE)
    assert found is not None
    return str(found.code)


def test_a_signed_request_does_what_the_role_allows(country: Country, issuing: System) -> None:
    license = mint(issuing)

    shown = issuing.ask("GET", f"{MINTING}/{license}")
    moved = issuing.ask(
        "POST",
        f"{MINTING}/{license}/status",
        json_body={"kind": "suspended", "decision_no": "1", "reason": "检查"},
    )

    assert shown.json()["identifier"] == license
    assert moved.status_code == 201, moved.text
    with country.wuhu.services.unit_of_work() as work:
        assert work.licenses.events(license)[-1].actor == "S900"


def test_what_the_role_does_not_allow_no_right_allows(country: Country) -> None:
    system = System(instance=country.wuhu, name="everything")
    system.register(types=("*",), matters=("*",))

    answers = [
        system.ask("POST", "/api/v1/cases", json_body=case_of(country.wuhu.rows[0])),
        system.ask("GET", "/api/v1/statistics"),
    ]

    assert [code_of(answer) for answer in answers] == [(403, "NOT_ALLOWED")] * 2


# Who it is ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Request:
    """A good request for one license, to be spoiled."""

    method: str
    path: str
    query: str
    body: bytes
    headers: dict[str, str]

    def send(self, system: System) -> Response:
        address = f"{self.path}?{self.query}" if self.query else self.path
        return system.instance.client.request(
            self.method, address, content=self.body, headers=self.headers
        )


def request_for(system: System, license: str, *, to: str = "", method: str = "POST") -> Request:
    body = json.dumps({"kind": "suspended", "decision_no": "1", "reason": "检查"}).encode()
    head = RequestHead(
        method=method,
        path=f"{MINTING}/{license}/status",
        query="a=1",
        content_type="application/json",
    )
    headers = system.signed(head, body, to=to) | {"Content-Type": "application/json"}
    return Request(method=head.method, path=head.path, query=head.query, body=body, headers=headers)


def by_another_key(system: System, license: str) -> Request:
    return request_for(
        System(instance=system.instance, name=system.name, signer=MemorySigner("other")), license
    )


def in_another_name(system: System, license: str) -> Request:
    """Signed well by one client, in the name of another one."""
    other = System(instance=system.instance, name="other-system")
    other.register(types=("*",), person="S902")
    return request_for(
        System(instance=system.instance, name=other.name, signer=system.signer), license
    )


def swapped(old: str, new: str) -> Callable[[System, str], Request]:
    def swap(system: System, license: str) -> Request:
        good = request_for(system, license)
        headers = {name: value.replace(old, new) for name, value in good.headers.items()}
        assert headers != good.headers
        return replace(good, headers=headers)

    return swap


def signed_at(offset: timedelta) -> Callable[[System, str], Request]:
    """Signed at another time than it comes."""

    def sign(system: System, license: str) -> Request:
        clock = system.instance.services.clock
        clock.advance(offset)  # type: ignore[attr-defined]  # the country's own
        good = request_for(system, license)
        clock.advance(-offset)  # type: ignore[attr-defined]  # the country's own
        return good

    return sign


def without(name: str) -> Callable[[System, str], Request]:
    def drop(system: System, license: str) -> Request:
        good = request_for(system, license)
        return replace(
            good, headers={key: value for key, value in good.headers.items() if key != name}
        )

    return drop


SPOILED: dict[str, tuple[Callable[[System, str], Request], str]] = {
    "another key": (by_another_key, "signature"),
    "another client's name": (in_another_name, "signature"),
    "a name that nobody has": (swapped("approval-system", "approval-systen"), "unknown-client"),
    "another path": (
        lambda system, license: replace(
            request_for(system, license), path=f"{MINTING}/{license}/releases"
        ),
        "signature",
    ),
    "another query": (
        lambda system, license: replace(request_for(system, license), query="a=2"),
        "signature",
    ),
    "another method": (
        lambda system, license: replace(request_for(system, license, method="PUT"), method="POST"),
        "signature",
    ),
    "another body": (
        lambda system, license: replace(
            request_for(system, license), body=b'{"kind": "revoked", "reason": "x"}'
        ),
        "body",
    ),
    "for another region": (
        lambda system, license: request_for(system, license, to="610300"),
        "other-target",
    ),
    "sent on from another region": (swapped('to="340200"', 'to="610300"'), "other-target"),
    "old": (signed_at(-timedelta(minutes=5) - MOMENT), "clock"),
    "of the future": (signed_at(timedelta(minutes=5) + 2 * MOMENT), "clock"),
    "as a region": (swapped("client-request/1", "client-request/2"), ""),
    "without its digest": (without("Content-Digest"), "malformed"),
    "without its value": (without("Signature"), "malformed"),
    "with a certificate": (
        lambda system, license: replace(
            request_for(system, license),
            headers=request_for(system, license).headers | {"Yinxin-Certificate": "MIIB"},
        ),
        "malformed",
    ),
}


@pytest.mark.parametrize("name", [name for name in SPOILED if name != "as a region"])
def test_what_is_not_signed_as_it_comes_is_nobodys(
    country: Country, issuing: System, caplog: pytest.LogCaptureFixture, name: str
) -> None:
    license = mint(issuing)
    spoil, reason = SPOILED[name]

    with caplog.at_level(logging.WARNING, "api.client_callers"):
        answer = spoil(issuing, license).send(issuing)

    assert code_of(answer) == (401, "CLIENT_NOT_TRUSTED")
    assert reason not in answer.text
    assert caplog.messages == [f"a request of a client is refused: {reason}"]
    assert answer.headers["www-authenticate"] == 'Signature realm="yinxin.client-request/1"'
    with country.wuhu.services.unit_of_work() as work:
        kinds = {event.kind for event in work.licenses.events(license)}
    assert not kinds & {StatusKind.SUSPENDED, StatusKind.REVOKED}


def test_a_signature_with_another_tag_is_no_clients(issuing: System) -> None:
    license = mint(issuing)
    answer = SPOILED["as a region"][0](issuing, license).send(issuing)
    assert answer.status_code == 401


def test_a_request_counts_once(issuing: System) -> None:
    license = mint(issuing)
    good = request_for(issuing, license)

    assert good.send(issuing).status_code == 201
    assert code_of(good.send(issuing)) == (401, "CLIENT_NOT_TRUSTED")


def test_within_five_minutes_clocks_may_differ(issuing: System) -> None:
    license = mint(issuing)
    early = signed_at(-timedelta(minutes=5))(issuing, license)
    assert early.send(issuing).status_code == 201


def test_who_was_stopped_calls_no_more(country: Country, issuing: System) -> None:
    license, token = mint(issuing), issuing.ask_token().json()["access_token"]
    headers = {"Authorization": f"Bearer {token}"}
    assert country.wuhu.client.get(f"{MINTING}/{license}", headers=headers).status_code == 200

    assert country.wuhu.services.clients.stop(issuing.name, by=ADMIN)

    assert code_of(issuing.ask("GET", f"{MINTING}/{license}")) == (401, "CLIENT_NOT_TRUSTED")
    after = country.wuhu.client.get(f"{MINTING}/{license}", headers=headers)
    assert code_of(after) == (401, "NOT_AUTHENTICATED")
    assert not country.wuhu.services.clients.stop(issuing.name, by=ADMIN)


def test_who_has_ended_calls_no_more(country: Country, issuing: System) -> None:
    license = mint(issuing)
    country.clock.advance(YEAR - MOMENT)
    token = issuing.ask_token()
    assert token.json()["expires_in"] == 1
    country.clock.advance(MOMENT)

    assert code_of(issuing.ask("GET", f"{MINTING}/{license}")) == (401, "CLIENT_NOT_TRUSTED")
    headers = {"Authorization": f"Bearer {token.json()['access_token']}"}
    assert country.wuhu.client.get(f"{MINTING}/{license}", headers=headers).status_code == 401


def test_a_signature_beside_a_token_is_two_callers(issuing: System) -> None:
    answer = issuing.ask("GET", MINTING, headers=issuing.instance.headers("issuer"))
    assert code_of(answer) == (401, "NOT_AUTHENTICATED")


def test_pages_look_at_no_signature(issuing: System) -> None:
    answer = issuing.ask("GET", "/issue/licenses")
    assert answer.status_code in {303, 401} or 'name="token"' in answer.text


# How far it reaches ------------------------------------------------------------------------------


def test_no_type_that_was_not_given_is_minted_read_or_moved(
    country: Country, issuing: System
) -> None:
    license = mint(issuing)
    poor = System(instance=country.wuhu, name="other-system")
    poor.register(types=("business_license",), person="S902")
    told = {"kind": "suspended", "decision_no": "1", "reason": "检查"}

    answers = [
        poor.ask("POST", MINTING, json_body=body_of(country.wuhu.rows[1])),
        poor.ask("GET", f"{MINTING}/{license}"),
        poor.ask("GET", f"{MINTING}/{license}/files/pdf"),
        poor.ask("GET", f"{MINTING}/{license}/history"),
        poor.ask("POST", f"{MINTING}/{license}/releases", json_body={}),
        poor.ask("POST", f"{MINTING}/{license}/status", json_body=told),
    ]

    assert {code_of(answer) for answer in answers} == {(403, "CLIENT_RIGHT_MISSING")}
    assert {answer.json()["license_type"] for answer in answers} == {type_code(country)}
    assert type_code(country) in answers[0].json()["detail"]
    with country.wuhu.services.unit_of_work() as work:
        assert len(work.licenses.newest(9)) == 1


def test_no_matter_that_was_not_given_is_opened_or_read(country: Country, window: System) -> None:
    opened = window.ask("POST", "/api/v1/cases", json_body=case_of(country.wuhu.rows[0]))
    assert opened.status_code == 201, opened.text
    case = opened.json()["case"]
    assert window.ask("GET", f"/api/v1/cases/{case}").status_code == 200
    poor = System(instance=country.wuhu, name="other-system")
    poor.register(types=("*",), role=CallerRole.WINDOW, person="S902")
    material = f"/api/v1/cases/{case}/materials/food-business-license"

    answers = [
        poor.ask("POST", "/api/v1/cases", json_body=case_of(country.wuhu.rows[0])),
        poor.ask("GET", f"/api/v1/cases/{case}"),
        poor.ask("POST", f"{material}/lookup"),
        poor.ask("POST", f"{material}/decision", json_body={"form": "paper"}),
        poor.ask("GET", f"/api/v1/cases/{case}/form"),
        poor.ask("POST", f"/api/v1/cases/{case}/receipt"),
    ]

    assert {code_of(answer) for answer in answers} == {(403, "CLIENT_RIGHT_MISSING")}
    assert {answer.json()["matter"] for answer in answers} == {MATTER}
    assert MATTER in answers[0].json()["detail"]
    with country.wuhu.services.unit_of_work() as work:
        assert len(work.cases.recent(9)) == 1


def test_a_window_reads_a_license_by_type_and_by_matter(country: Country, window: System) -> None:
    license = str(country.wuhu.mint()["identifier"])
    case = window.ask("POST", "/api/v1/cases", json_body=case_of(country.wuhu.rows[0])).json()
    number = str(case["case"])
    file = f"{MINTING}/{license}/files/pdf"
    by_type = System(instance=country.wuhu, name="only-types")
    by_type.register(types=("*",), role=CallerRole.WINDOW, person="S902")
    by_matter = System(instance=country.wuhu, name="only-matters")
    by_matter.register(matters=("*",), role=CallerRole.WINDOW, person="S903")

    read = window.ask("GET", file, query={"case": number})
    refused = [
        by_type.ask("GET", file, query={"case": number}),
        by_type.ask("POST", f"{MINTING}/{license}/releases", json_body={"case": number}),
        by_matter.ask("GET", file, query={"case": number}),
    ]

    assert read.status_code == 200, read.text
    assert {code_of(answer) for answer in refused} == {(403, "CLIENT_RIGHT_MISSING")}
    assert [sorted(answer.json().keys() & {"matter", "license_type"}) for answer in refused] == [
        ["matter"],
        ["matter"],
        ["license_type"],
    ]


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/api/v1/licenses"),
        ("GET", "/api/v1/batches"),
        ("GET", "/api/v1/corrections"),
        ("GET", "/api/v1/statistics/quality"),
        ("POST", "/api/v1/seals/34020000000001/status"),
        ("POST", "/api/v1/annotated-copies"),
    ],
)
def test_what_could_be_about_anything_is_for_those_who_may_everything(
    country: Country, issuing: System, method: str, path: str
) -> None:
    body: object = {"license": "x", "recipient": "样例银行", "purpose": "开户"}
    rich = System(instance=country.wuhu, name="everything")
    rich.register(types=("*",), matters=("*",), person="S902")

    answer = issuing.ask(method, path, json_body=body if method == "POST" else None)
    other = rich.ask(method, path, json_body=body if method == "POST" else None)

    assert code_of(answer) == (403, "CLIENT_RIGHT_MISSING")
    assert answer.json()["license_type"] == "*"
    assert code_of(other) != (403, "CLIENT_RIGHT_MISSING")


def test_a_code_is_no_way_around(country: Country, window: System) -> None:
    license = country.wuhu.mint()["identifier"]
    code = country.wuhu.client.post(
        "/api/v1/display-codes",
        json={"license": license, "purpose": "样例"},
        headers=country.wuhu.citizen(),
    ).json()["code"]

    refused = window.ask("POST", "/api/v1/display-codes/redeem", json_body={"code": code})
    shown = country.wuhu.client.post(
        "/api/v1/display-codes/redeem", json={"code": code}, headers=country.wuhu.headers("window")
    )

    assert code_of(refused) == (403, "CLIENT_RIGHT_MISSING")
    assert shown.status_code == 200, "the code was not used up"


def test_nothing_given_is_nothing_allowed(country: Country) -> None:
    system = System(instance=country.wuhu, name="nothing-given")
    system.register()
    answer = system.ask("POST", MINTING, json_body=body_of(country.wuhu.rows[0]))
    assert code_of(answer) == (403, "CLIENT_RIGHT_MISSING")


def test_a_change_of_rights_counts_at_once(country: Country, issuing: System) -> None:
    license = mint(issuing)
    token = {"Authorization": f"Bearer {issuing.ask_token().json()['access_token']}"}

    issuing.instance.services.clients.change(
        issuing.name, terms=replace(issuing.terms(lasting=YEAR), key=""), by=ADMIN
    )

    by_token = country.wuhu.client.get(f"{MINTING}/{license}", headers=token)
    answers = [issuing.ask("GET", f"{MINTING}/{license}"), by_token]
    assert {code_of(answer) for answer in answers} == {(403, "CLIENT_RIGHT_MISSING")}


def test_another_key_is_the_only_one_then(country: Country, issuing: System) -> None:
    license, before = mint(issuing), issuing.signer
    issuing.signer = MemorySigner("new")
    country.wuhu.services.clients.change(
        issuing.name, terms=issuing.terms(types=("*",), lasting=YEAR), by=ADMIN
    )
    old = System(instance=country.wuhu, name=issuing.name, signer=before)

    assert issuing.ask("GET", f"{MINTING}/{license}").status_code == 200
    assert code_of(old.ask("GET", f"{MINTING}/{license}")) == (401, "CLIENT_NOT_TRUSTED")


def test_what_was_decided_is_on_record_with_what_was_missing(
    country: Country, issuing: System, window: System
) -> None:
    license = mint(issuing)
    poor = System(instance=country.wuhu, name="other-system")
    poor.register(types=("business_license",), person="S902")
    poor.ask("GET", f"{MINTING}/{license}")
    poor.ask("POST", MINTING, json_body=body_of(country.wuhu.rows[1]))
    country.clock.advance(MOMENT)
    country.wuhu.services.decisions.flush()
    with country.wuhu.services.unit_of_work() as work:
        theirs = work.decisions.newest(DecisionQuery(person="S902"), limit=9)
        others = work.decisions.newest(DecisionQuery(person="S900"), limit=9)

    assert {(item.rule, item.is_permitted, item.status) for item in theirs} == {
        ("client:license-type", False, 403)
    }
    assert sorted(item.action.value for item in theirs) == ["license.issue", "license.read"]
    assert [(item.rule, item.is_permitted) for item in others] == [("issuer:license.issue", True)]
    assert window.name


# Tokens ------------------------------------------------------------------------------------------


def test_a_token_is_had_for_a_signed_request_and_reaches_no_further(
    country: Country, issuing: System
) -> None:
    answer = issuing.ask_token()

    assert answer.status_code == 200, answer.text
    assert answer.headers["cache-control"] == "no-store"
    given = answer.json()
    assert (given["token_type"], given["expires_in"]) == ("Bearer", 600)
    headers = {"Authorization": f"Bearer {given['access_token']}"}
    client = country.wuhu.client
    minted = client.post(MINTING, json=body_of(country.wuhu.rows[0]), headers=headers)
    assert minted.status_code == 201, minted.text
    assert code_of(client.get(MINTING, headers=headers)) == (403, "CLIENT_RIGHT_MISSING")
    country.clock.advance(TOKEN_LIFETIME)
    over = client.get(f"{MINTING}/{minted.json()['identifier']}", headers=headers)
    assert code_of(over) == (401, "NOT_AUTHENTICATED")


def test_no_token_without_a_signature_or_for_anything_else(
    country: Country, issuing: System
) -> None:
    client = country.wuhu.client
    unsigned = client.post("/api/v1/token", data={"grant_type": "client_credentials"})
    person = client.post(
        "/api/v1/token",
        data={"grant_type": "client_credentials"},
        headers=country.wuhu.headers("issuer"),
    )
    other = issuing.ask_token(grant_type="password")

    assert code_of(unsigned) == code_of(person) == (401, "CLIENT_NOT_TRUSTED")
    assert unsigned.json()["error"] == "invalid_client"
    assert code_of(other) == (400, "GRANT_TYPE_UNSUPPORTED")
    assert other.json()["error"] == "unsupported_grant_type"


def test_a_token_opens_no_session_and_is_listed_among_nobodys(
    country: Country, issuing: System
) -> None:
    token = issuing.ask_token().json()["access_token"]

    answer = country.wuhu.client.post("/session", data={"token": token}, follow_redirects=False)

    assert answer.status_code == 401
    with country.wuhu.services.unit_of_work() as work:
        found = work.access.of_staff(at=country.clock.now())
    assert "S900" not in {item.person for item in found}


# Registering -------------------------------------------------------------------------------------


def test_nobody_registers_changes_or_stops_what_acts_as_oneself(country: Country) -> None:
    office = country.wuhu.services.clients
    system = System(instance=country.wuhu, name="own-system")
    terms = system.terms(lasting=YEAR)
    with pytest.raises(OwnRoleError):
        office.register("own-system", person="X001", role=CallerRole.ISSUER, terms=terms, by="X001")
    system.register()
    with pytest.raises(OwnRoleError):
        office.change("own-system", terms=terms, by="S900")
    with pytest.raises(OwnRoleError):
        office.stop("own-system", by="S900")
    with pytest.raises(ClientNotFoundError):
        office.stop("no-system", by=ADMIN)


def test_whoever_administers_is_no_system_and_no_system_administers(country: Country) -> None:
    wuhu = country.wuhu
    system = System(instance=wuhu, name="own-system")
    with pytest.raises(SeparatedDutiesError):
        system.register(person="U001")
    system.register(person="S902")
    auditor = AccessGrant(person="S902", role=CallerRole.AUDITOR)
    with pytest.raises(SeparatedDutiesError):
        wuhu.services.people.give_token(auditor, is_approver=False, by=ADMIN)
    wuhu.services.clients.stop("own-system", by=ADMIN)
    assert wuhu.services.people.give_token(auditor, is_approver=False, by=ADMIN)


@pytest.mark.parametrize(
    ("types", "matters", "error"),
    [
        (("no_such_type",), (), ClientRefusedError),
        ((), ("no-such-matter",), ClientRefusedError),
        (("*", TYPE), (), ReachRefusedError),
    ],
)
def test_rights_are_to_what_there_is(
    country: Country, types: tuple[str, ...], matters: tuple[str, ...], error: type[LicenseError]
) -> None:
    with pytest.raises(error):
        System(instance=country.wuhu, name="own-system").register(types=types, matters=matters)


def test_a_name_is_given_once_and_stopping_is_for_good(country: Country, issuing: System) -> None:
    with pytest.raises(ClientClosedError):
        issuing.register(person="S902")
    country.wuhu.services.clients.stop(issuing.name, by=ADMIN)
    with pytest.raises(ClientClosedError):
        issuing.register()
    with pytest.raises(ClientClosedError):
        country.wuhu.services.clients.change(
            issuing.name, terms=issuing.terms(lasting=YEAR), by=ADMIN
        )


def test_taking_the_role_stops_the_systems_that_act_in_it(country: Country, window: System) -> None:
    people = country.wuhu.services.people
    with country.wuhu.services.unit_of_work() as work:
        assert work.cases.holds_role("S901", PersonRole.ACCEPTANCE)

    people.take_role("S901", CallerRole.WINDOW, by=ADMIN)

    assert code_of(window.ask("GET", "/api/v1/cases/C1")) == (401, "CLIENT_NOT_TRUSTED")
    with country.wuhu.services.unit_of_work() as work:
        assert not work.cases.holds_role("S901", PersonRole.ACCEPTANCE)


# Over the wire -----------------------------------------------------------------------------------


def test_over_a_real_server_a_signed_request_passes_once(country: Country, issuing: System) -> None:
    path = f"{MINTING}/{mint(issuing)}"
    head = RequestHead(method="GET", path=path)
    headers = issuing.signed(head, b"")
    with serving(create_app(country.wuhu.services)) as address:
        first = httpx.get(f"{address}{path}", headers=headers)
        again = httpx.get(f"{address}{path}", headers=headers)
        body = json.dumps(body_of(country.wuhu.rows[1])).encode()
        minting = RequestHead(method="POST", path=MINTING, content_type="application/json")
        sent = issuing.signed(minting, body) | {"Content-Type": "application/json"}
        altered = httpx.post(f"{address}{MINTING}", content=body + b" ", headers=sent)
        endless = httpx.post(f"{address}{MINTING}", content=iter([body]), headers=sent)
        minted = httpx.post(f"{address}{MINTING}", content=body, headers=sent)

    assert first.status_code == 200, first.text
    assert (again.status_code, again.json()["code"]) == (401, "CLIENT_NOT_TRUSTED")
    assert (altered.status_code, altered.json()["code"]) == (401, "CLIENT_NOT_TRUSTED")
    assert endless.status_code == 413
    assert minted.status_code == 201, minted.text


def test_what_is_not_there_is_said_to_be_missing_not_forbidden(
    country: Country, issuing: System, window: System
) -> None:
    answers = [
        window.ask("GET", f"/api/v1/cases/C{'A' * 20}"),
        issuing.ask("GET", f"/api/v1/batches/{'0' * 32}"),
        issuing.ask("GET", f"{MINTING}/1.2.156.3005.2.{type_code(country)}.x"),
    ]
    assert [answer.status_code for answer in answers] == [404, 404, 403]


def test_batches_are_sent_and_read_by_their_type(country: Country, issuing: System) -> None:
    poor = System(instance=country.wuhu, name="other-system")
    poor.register(types=("business_license",), person="S902")
    content, client = csv(rows(2)), country.wuhu.client

    def token(system: System) -> dict[str, str]:
        return {"Authorization": f"Bearer {system.ask_token().json()['access_token']}"}

    def send(system: System) -> Response:
        return client.post(
            "/api/v1/batches",
            files={"file": ("rows.csv", content)},
            data={"type": TYPE},
            headers=token(system),
        )

    refused, received = send(poor), send(issuing)
    assert code_of(refused) == (403, "CLIENT_RIGHT_MISSING")
    assert received.status_code == 202, received.text
    path = received.headers["location"]
    confirmed = f"{path}/confirm"

    assert client.get(path, headers=token(issuing)).status_code == 200
    for address in (path, f"{path}/rows", f"{path}/refused.xlsx", f"{path}/events"):
        answer = client.get(address, headers=token(poor))
        assert code_of(answer) == (403, "CLIENT_RIGHT_MISSING"), address
    answer = client.post(confirmed, headers=token(poor))
    assert code_of(answer) == (403, "CLIENT_RIGHT_MISSING")
    listed = client.get("/api/v1/batches", headers=country.wuhu.headers("issuer")).json()
    assert len(listed["batches"]) == 1


def test_on_pages_a_token_reaches_no_further(country: Country, issuing: System) -> None:
    license = mint(issuing)
    poor = System(instance=country.wuhu, name="other-system")
    poor.register(types=("business_license",), person="S902")
    headers = {"Authorization": f"Bearer {poor.ask_token().json()['access_token']}"}
    for path in ("/issue", "/issue/licenses", f"/issue/licenses/{license}", "/issue/batches"):
        assert country.wuhu.client.get(path, headers=headers).status_code == 403, path


def test_the_sharing_family_knows_no_clients(country: Country, issuing: System) -> None:
    license = mint(issuing)
    body: dict[str, Any] = {"head": {}, "data": {"certificateIdentifier": license}}
    headers = {"Authorization": f"Bearer {issuing.ask_token().json()['access_token']}"}

    answers = [
        issuing.ask("POST", "/api/v1/share/zzysj", json_body=body),
        country.wuhu.client.post("/api/v1/share/zzysj", json=body, headers=headers),
    ]

    assert all(answer.json()["head"]["status"] != 0 for answer in answers)
    assert not any("certificateHolderName" in answer.text for answer in answers)


def test_a_prefix_that_a_proxy_put_is_not_signed(country: Country, issuing: System) -> None:
    path = f"{MINTING}/{mint(issuing)}"
    headers = issuing.signed(RequestHead(method="GET", path=path), b"")
    app = create_app(country.wuhu.services)
    with TestClient(app, base_url="http://wuhu.test", root_path="/yinxin") as client:
        assert client.get(f"/yinxin{path}", headers=headers).status_code == 200
        listed = issuing.signed(RequestHead(method="GET", path=MINTING), b"")
        answer = client.get(f"/yinxin{MINTING}", headers=listed)
    assert answer.status_code == 403, "a list needs every type, by whatever prefix"


def test_a_grant_for_a_matter_is_used_within_that_matter(country: Country, window: System) -> None:
    license = str(country.wuhu.mint()["identifier"])
    case = str(country.wuhu.open_case(country.wuhu.rows[0])["case"])
    grant = country.wuhu.client.post(
        "/api/v1/grants",
        json={"license": license, "matter": MATTER, "purpose": "办理开办餐饮店", "max_uses": 2},
        headers=country.wuhu.citizen(),
    ).json()["id"]
    poor = System(instance=country.wuhu, name="other-system")
    poor.register(types=("*",), role=CallerRole.WINDOW, person="S902")
    path, body = f"{MINTING}/{license}/releases", {"case": case, "grant": grant}

    refused = poor.ask("POST", path, json_body=body)
    used = window.ask("POST", path, json_body=body)

    assert code_of(refused) == (403, "CLIENT_RIGHT_MISSING")
    assert refused.json()["matter"] == MATTER
    assert used.status_code == 201, used.text


def test_a_token_ends_with_its_client_whenever_that_is(country: Country, issuing: System) -> None:
    path = f"{MINTING}/{mint(issuing)}"
    headers = {"Authorization": f"Bearer {issuing.ask_token().json()['access_token']}"}
    soon = replace(issuing.terms(types=(TYPE,), lasting=timedelta(minutes=1)), key="")
    country.wuhu.services.clients.change(issuing.name, terms=soon, by=ADMIN)
    assert country.wuhu.client.get(path, headers=headers).status_code == 200

    country.clock.advance(timedelta(minutes=1))

    assert code_of(country.wuhu.client.get(path, headers=headers)) == (401, "NOT_AUTHENTICATED")


def test_with_its_last_system_a_number_leaves_the_window(country: Country, window: System) -> None:
    other = System(instance=country.wuhu, name="other-system")
    other.register(role=CallerRole.WINDOW, person="S901")

    def accepts() -> bool:
        with country.wuhu.services.unit_of_work() as work:
            return work.cases.holds_role("S901", PersonRole.ACCEPTANCE)

    country.wuhu.services.clients.stop(window.name, by=ADMIN)
    assert accepts(), "another system works there as the same number"
    country.wuhu.services.clients.stop(other.name, by=ADMIN)
    assert not accepts()
