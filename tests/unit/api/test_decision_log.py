"""Every decision about who may do what is on record, with its rule and how it was answered."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
from fastapi.routing import APIRoute

from api import app, decision_log
from api.callers import Caller
from certs.access import AccessGrant, CallerRole
from certs.decision_records import DecisionQuery, DecisionRecord
from certs.faces.renderer import TypstRenderer
from certs.rights import Action, Relation
from storage.errors import DatabaseBusyError
from tests.instances import Instance, open_country

CITIZEN_NUMBER = "11010519491231002X"
PEOPLE = (
    "issuer",
    "window",
    "archivist",
    "supervisor",
    "auditor",
    "system_admin",
    "security_admin",
)
# What anybody may have without an account; everything else is decided about.
PUBLIC = {
    "/",
    "/bring",
    "/bring/{code}",
    "/case/{number}",
    "/case/{number}.pdf",
    "/case/{number}/materials/{code}",
    "/copy/{number}",
    "/Q/{code}",
    "/V",
    "/verifier",
    "/verifier/end",
    "/h5",
    "/S",
    "/pass",
    "/worker.js",
    "/verify/offline",
    "/reading-mode",
    "/session",
    "/session/callback",
    "/session/end",
    "/session/end-all",
    "/session/ended",
    "/session/start",
    "/supervise/public",
    "/verify",
    "/verify/code",
    "/one-time/{code}",
}
ANY = DecisionQuery()


@dataclass(frozen=True)
class Settled:
    """An instance with a license and a case."""

    wuhu: Instance
    license: str
    case: str

    def recorded(self, query: DecisionQuery = ANY) -> tuple[DecisionRecord, ...]:
        self.wuhu.services.decisions.flush()
        with self.wuhu.services.unit_of_work() as work:
            return work.decisions.newest(query, limit=100_000)


@pytest.fixture(scope="module")
def settled(tmp_path_factory: pytest.TempPathFactory, renderer: TypstRenderer) -> Iterator[Settled]:
    with open_country(tmp_path_factory.mktemp("settled"), renderer) as country:
        wuhu = country.wuhu
        license = str(wuhu.mint()["identifier"])
        yield Settled(wuhu, license, str(wuhu.open_case(wuhu.rows[0])["case"]))


def test_who_reads_a_license_is_on_record_by_which_rule(settled: Settled) -> None:
    wuhu, path = settled.wuhu, f"/api/v1/licenses/{settled.license}"
    wuhu.client.get(path, headers=wuhu.headers("issuer"))
    wuhu.client.get(path, headers=wuhu.citizen(0))
    wuhu.client.get(path, headers=wuhu.citizen(1))
    wuhu.client.get(path, headers=wuhu.headers("auditor"))
    wuhu.client.get(path)

    found = settled.recorded()[:4]
    assert [(item.person, item.rule, item.relation, item.status) for item in found] == [
        ("U001", "no-rule", None, 403),
        ("holder-1", "citizen:license.read", Relation.STRANGER, 404),
        ("holder-0", "citizen:license.read", Relation.OWN, 200),
        ("I001", "issuer:license.read", Relation.OFFICE, 200),
    ]
    assert [item.is_permitted for item in found] == [False, False, True, True]
    assert {item.target for item in found} == {f"GET {path}"}


def test_an_auditor_finds_refusals_and_what_one_person_did(settled: Settled) -> None:
    wuhu, path = settled.wuhu, f"/api/v1/licenses/{settled.license}"
    wuhu.client.get(path, headers=wuhu.citizen(2))
    wuhu.client.get("/api/v1/licenses", headers=wuhu.headers("issuer"))

    refused = settled.recorded(DecisionQuery(only_refused=True))
    assert refused[0].person == "holder-2"
    assert {item.status for item in refused} <= {401, 403, 404}
    theirs = settled.recorded(DecisionQuery(person="holder-2"))
    assert {item.person for item in theirs} == {"holder-2"}
    lists = settled.recorded(DecisionQuery(action=Action.LIST_LICENSES, since=theirs[0].at))
    assert {item.action for item in lists} == {Action.LIST_LICENSES}
    assert settled.recorded(DecisionQuery(before=refused[-1].at - timedelta(days=1))) == ()


def test_nobodys_number_comes_into_the_record(settled: Settled) -> None:
    wuhu = settled.wuhu
    wuhu.client.get(f"/api/v1/licenses/{CITIZEN_NUMBER}", headers=wuhu.headers("issuer"))

    assert CITIZEN_NUMBER not in settled.recorded()[0].target


def test_what_cannot_be_written_is_written_later_and_once(
    settled: Settled, monkeypatch: pytest.MonkeyPatch
) -> None:
    wuhu, log = settled.wuhu, settled.wuhu.services.decisions
    before = len(settled.recorded())
    wuhu.client.get("/api/v1/licenses", headers=wuhu.headers("issuer"))

    def fail() -> None:
        raise DatabaseBusyError("busy")

    with monkeypatch.context() as patched:
        patched.setattr(log, "_unit_of_work", fail)
        with pytest.raises(DatabaseBusyError):
            log.flush()

    assert log.flush() == 1
    assert log.flush() == 0
    assert len(settled.recorded()) == before + 1


def test_nothing_is_permitted_while_nothing_can_be_recorded(
    settled: Settled, monkeypatch: pytest.MonkeyPatch
) -> None:
    wuhu = settled.wuhu
    settled.recorded()
    monkeypatch.setattr(decision_log, "_MOST_WAITING", 0)

    answer = wuhu.client.get("/api/v1/licenses", headers=wuhu.headers("issuer"))

    assert (answer.status_code, answer.json()["code"]) == (503, "DECISIONS_UNRECORDED")
    assert wuhu.client.get("/verify").status_code == 200


def pages() -> list[tuple[str, str]]:
    return sorted(
        (method, route.path)
        for module in app._PAGES
        for route in module.router.routes
        if isinstance(route, APIRoute) and route.path not in PUBLIC
        for method in route.methods or ()
    )


@pytest.mark.parametrize(("method", "path"), pages())
def test_no_page_answers_without_a_decision(settled: Settled, method: str, path: str) -> None:
    wuhu = settled.wuhu
    address = path.format_map(_Filled(identifier=settled.license, case_id=settled.case))
    callers = {name: wuhu.headers(name) for name in PEOPLE} | {"citizen": wuhu.citizen(1)}
    for name, headers in callers.items():
        settled.recorded()
        token = headers["Authorization"].removeprefix("Bearer ")
        caller = Caller(grant=AccessGrant(person=name, role=CallerRole.ISSUER), token=token)
        answer = wuhu.client.request(
            method,
            address,
            headers=headers,
            data={"csrf": caller.form_secret} if method == "POST" else None,
            follow_redirects=False,
        )
        decided = wuhu.services.decisions.flush()
        assert decided or answer.status_code in {403, 404, 405, 413, 415, 422}, (name, answer)
    nobody = wuhu.client.request(method, address, follow_redirects=False)
    assert nobody.status_code in {303, 401, 403, 404, 422}, nobody


class _Filled(dict[str, str]):
    """What stands in a path; what nobody named is a number that nothing has."""

    def __missing__(self, key: str) -> str:
        return "0" * 20
