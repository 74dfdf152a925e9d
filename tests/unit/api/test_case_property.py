"""Random cases over HTTP, with raw SQL between: paper that could be had is never demanded.

The same judge as in `tests.properties.test_acceptance_cases`, which goes past HTTP and on both
databases; here every opening, look-up and decision is a request of the window.
"""

from dataclasses import dataclass, replace
from typing import Any

import pytest
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.app import create_app
from api.services import Services
from tests.doubles.acceptance import APPLICANT, FakeProber
from tests.doubles.acceptance_matter import MATTER
from tests.instance_parts import url_of
from tests.instances import Country
from tests.properties import test_acceptance_cases as cases
from verify.acceptance.desk import AcceptanceDesk
from verify.acceptance.records import DecisionRequest, PersonRole
from verify.matters.catalogue import MatterCatalogue


@dataclass
class HttpCountry(cases.Country):
    """Everything that a case can meet, with a window that speaks HTTP."""

    services: Services | None = None
    client: TestClient | None = None
    headers: dict[str, str] | None = None

    @property
    def desk(self) -> AcceptanceDesk:
        assert self.services is not None
        return replace(super().desk, unit_of_work=self.services.unit_of_work)

    def post(self, path: str, body: object) -> Any:  # noqa: ANN401 - a response
        assert self.client is not None
        return self.client.post(f"/api/v1{path}", json=body, headers=self.headers)

    def decide(self, case: str, how: str, material: str, request: DecisionRequest) -> bool:
        if how == "sql":
            return super().decide(case, how, material, request)
        answer = self.post(
            f"/cases/{case}/materials/{material}/decision",
            {
                "form": request.form.value,
                "voluntary": request.voluntary,
                "reason": request.reason.value if request.reason else None,
                "approver": request.approver,
                "note": request.note,
            },
        )
        assert answer.status_code in {201, 404, 409, 422}, answer.text
        return bool(answer.status_code == 201)


@pytest.fixture
def http(country: Country) -> HttpCountry:
    services = country.baoji.services
    engine = services.unit_of_work.args[0]  # type: ignore[attr-defined]  # a partial of the unit
    with services.unit_of_work() as work:
        work.cases.publish(MATTER)
        for person in ("window", "chief"):
            work.cases.grant_role(person, PersonRole.ACCEPTANCE)
        for person in cases.APPROVERS:
            work.cases.grant_role(person, PersonRole.ACCEPTANCE_APPROVER)
        work.commit()
    return HttpCountry(engine, services=services, headers=country.baoji.headers("window"))


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    before=st.lists(cases.STEPS, max_size=3),
    after=st.lists(cases.STEPS, max_size=4),
    demands=st.lists(cases.DEMANDS, min_size=4, max_size=12),
)
def test_no_window_gets_a_demand_for_what_could_be_had_over_http(
    country: Country,
    http: HttpCountry,
    before: list[tuple[str, Any]],
    after: list[tuple[str, Any]],
    demands: list[tuple[str, str, DecisionRequest]],
) -> None:
    scene = HttpCountry(http.engine, services=http.services, headers=http.headers)
    for act, what in before:
        if act != "look_up":
            scene.step("", act, what)
    desk = replace(scene.desk, prober=FakeProber(scene.desk.unit_of_work, scene.clock))
    served = replace(
        country.baoji.services,
        matters=MatterCatalogue((MATTER,)),
        acceptance=desk,
        clock=scene.clock,
        case_sources=None,
    )
    with TestClient(create_app(served), base_url=url_of(country.baoji.code)) as client:
        scene.client = client
        opened = scene.post(
            "/cases",
            {
                "matter": MATTER.code,
                "applicant": {
                    "code_type": APPLICANT.code.code_type.value,
                    "code": APPLICANT.code.code,
                    "name": APPLICANT.name,
                },
                "situation": {"size": "big"},
            },
        )
        case = opened.json()["case"]
        cases.declare_all(scene.engine, case)
        for act, what in after:
            if act == "look_up":
                scene.post(f"/cases/{case}/materials/{what}/lookup", {})
            else:
                scene.step(case, act, what)
        for how, material, request in demands:
            if scene.decide(case, how, material, request):
                cases.judge(scene.engine, case, material)
