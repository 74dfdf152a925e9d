"""Who acts for an enterprise: appointed by whoever represents it, as far and as long as said."""

from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response

from certs.access import AccessGrant, CallerRole
from certs.civil_dates import day_of
from certs.errors import NotAdmittedError
from certs.holder_codes import HolderCode, HolderCodeType
from certs.identifiers import check_citizen
from certs.regions import RegionCode
from certs.samples.business_license import business_license_rows
from tests.instance_parts import holder_of
from tests.instances import Country, Instance
from tests.unit.api.test_pages import csrf_of, sign_in
from tests.unit.api.test_representatives import register


def _code(number: str) -> HolderCode:
    body = f"34999919850101{number}"
    return HolderCode(code_type=HolderCodeType.CITIZEN_NUMBER, code=body + check_citizen(body))


BOSS, NEW_BOSS, ADMIN, CLERK, STRANGER = map(_code, ("001", "002", "003", "004", "005"))


@dataclass(frozen=True)
class Enterprise:
    """An enterprise with two licenses, and the people around it."""

    country: Country
    food: str
    business: str

    @property
    def wuhu(self) -> Instance:
        return self.country.wuhu

    @property
    def food_type(self) -> str:
        return self._type("food_business")

    def _type(self, name: str) -> str:
        found = self.wuhu.services.license_type(name)
        assert found is not None
        return str(found.code)

    def key(self, code: HolderCode) -> str:
        return self.wuhu.services.holder_keys.of(code)

    def boss(self, code: HolderCode = BOSS, row: int = 0) -> AccessGrant:
        """What whoever represents an enterprise may."""
        return AccessGrant(
            person=f"P-{code.code[-4:]}",
            role=CallerRole.CITIZEN,
            holder_key=self.key(holder_of(self.wuhu.rows[row])),
            holder_shown=self.wuhu.rows[row]["operator"],
            actor_key=self.key(code),
        )

    def acting(self, code: HolderCode) -> AccessGrant:
        """What somebody may by an appointment."""
        offices = self.wuhu.services.appointments
        return offices.grant_of(self.key(code), person=f"P-{code.code[-4:]}")

    def enter(self, grant: AccessGrant) -> TestClient:
        """Sign in by a page."""
        token = self.wuhu.bearer(grant)["Authorization"].removeprefix("Bearer ")
        return sign_in(self.wuhu, token)

    def send(self, path: str, by: AccessGrant, **form: object) -> Response:
        """Send a form as somebody."""
        client = self.enter(by)
        form |= {"csrf": csrf_of(client.get("/me").text + client.get("/session").text)}
        return client.post(path, data=form, follow_redirects=False)

    def appoint(self, whom: HolderCode, *, by: AccessGrant, **form: object) -> Response:
        """Appoint an agent for food licenses, or as the form says otherwise."""
        today = day_of(self.country.clock.now())
        said: dict[str, object] = {
            "name": "严样林",
            "code": whom.code,
            "post": "agent",
            "license_types": [self.food_type],
            "until": (today + timedelta(days=90)).isoformat(),
        }
        return self.send("/me/staff", by, **said | form)

    def number(self, code: HolderCode) -> str:
        """What somebody's appointment is called."""
        (seen,) = self.wuhu.services.appointments.of_person(self.key(code))
        return seen.appointment.number


@pytest.fixture
def enterprise(country: Country) -> Enterprise:
    food = str(country.wuhu.mint()["identifier"])
    row = business_license_rows(RegionCode("340200"), 1, seed=1)[0]
    business = register(country, row)
    country.clock.advance(timedelta(minutes=1))
    return Enterprise(country=country, food=food, business=business)


def test_an_agent_sees_and_shows_the_licenses_that_were_named(enterprise: Enterprise) -> None:
    appointed = enterprise.appoint(CLERK, by=enterprise.boss())
    client = enterprise.enter(enterprise.acting(CLERK))
    wallet = client.get("/me").text
    beyond = client.get(f"/me/licenses/{enterprise.business}")

    assert appointed.headers["location"] == "/me/staff?done=appointed"
    assert "企业经办人" in wallet
    assert enterprise.food in wallet
    assert enterprise.business not in wallet
    assert client.get(f"/me/licenses/{enterprise.food}").status_code == 200
    assert beyond.status_code == 403
    assert "任命不包括" in beyond.text


@pytest.mark.parametrize("path", ["/me/grants", "/me/uses", "/me/staff"])
def test_an_agent_neither_grants_nor_appoints_nor_reads_who_used_licenses(
    enterprise: Enterprise, path: str
) -> None:
    enterprise.appoint(CLERK, by=enterprise.boss())
    client = enterprise.enter(enterprise.acting(CLERK))

    assert client.get(path).status_code == 403
    assert f'href="{path}"' not in client.get("/me").text


def test_over_the_interface_an_agent_reaches_no_further(enterprise: Enterprise) -> None:
    enterprise.appoint(CLERK, by=enterprise.boss())
    headers = enterprise.wuhu.bearer(enterprise.acting(CLERK))
    client = enterprise.wuhu.client
    codes = [
        client.post(
            "/api/v1/display-codes", json={"license": license, "purpose": "年检"}, headers=headers
        )
        for license in (enterprise.food, enterprise.business)
    ]
    read = client.get(f"/api/v1/licenses/{enterprise.business}", headers=headers)

    assert [answer.status_code for answer in codes] == [201, 403]
    assert codes[1].json()["code"] == "APPOINTMENT_RIGHT_MISSING"
    assert read.json()["code"] == "APPOINTMENT_RIGHT_MISSING"


def test_the_enterprise_reads_which_agent_showed_a_license(enterprise: Enterprise) -> None:
    enterprise.appoint(CLERK, by=enterprise.boss())
    client = enterprise.wuhu.client
    code = client.post(
        "/api/v1/display-codes",
        json={"license": enterprise.food, "purpose": "年检"},
        headers=enterprise.wuhu.bearer(enterprise.acting(CLERK)),
    ).json()["code"]
    client.post(
        "/api/v1/display-codes/redeem",
        json={"code": code},
        headers=enterprise.wuhu.headers("window"),
    )
    uses = client.get("/api/v1/usages", headers=enterprise.wuhu.bearer(enterprise.boss())).json()[
        "uses"
    ]

    assert uses[0]["purpose"] == "年检（严**出示）"


def test_an_ended_appointment_counts_no_more_in_the_session_that_is_open(
    enterprise: Enterprise,
) -> None:
    enterprise.appoint(CLERK, by=enterprise.boss())
    headers = enterprise.wuhu.bearer(enterprise.acting(CLERK))
    client = enterprise.wuhu.client
    path = f"/api/v1/licenses/{enterprise.food}"
    before = client.get(path, headers=headers).status_code
    enterprise.wuhu.services.appointments.end(enterprise.number(CLERK), by=enterprise.boss())

    assert (before, client.get(path, headers=headers).status_code) == (200, 401)
    with pytest.raises(NotAdmittedError):
        enterprise.acting(CLERK)


def test_it_is_over_after_its_last_day(enterprise: Enterprise) -> None:
    enterprise.appoint(CLERK, by=enterprise.boss())
    grant = enterprise.acting(CLERK)
    office = enterprise.wuhu.services.appointments
    enterprise.country.clock.advance(timedelta(days=90))
    assert office.acting(grant) is not None
    enterprise.country.clock.advance(timedelta(days=1))

    assert office.acting(grant) is None


def test_an_administrator_appoints_agents_and_no_administrators(enterprise: Enterprise) -> None:
    enterprise.appoint(ADMIN, by=enterprise.boss(), post="administrator")
    admin = enterprise.acting(ADMIN)
    agent = enterprise.appoint(CLERK, by=admin)
    another = enterprise.appoint(STRANGER, by=admin, post="administrator")
    longer = enterprise.appoint(
        STRANGER,
        by=admin,
        until=(day_of(enterprise.country.clock.now()) + timedelta(days=91)).isoformat(),
    )
    own_end = enterprise.send(f"/me/staff/{enterprise.number(ADMIN)}/end", admin)

    assert (agent.status_code, another.status_code, longer.status_code) == (303, 422, 422)
    assert own_end.status_code == 422
    assert "法定代表人免去" in own_end.text


def test_what_an_administrator_appointed_waits_when_that_one_is_none_any_more(
    enterprise: Enterprise,
) -> None:
    boss = enterprise.boss()
    enterprise.appoint(ADMIN, by=boss, post="administrator")
    enterprise.appoint(CLERK, by=enterprise.acting(ADMIN))
    enterprise.acting(CLERK)
    enterprise.send(f"/me/staff/{enterprise.number(ADMIN)}/end", boss)
    with pytest.raises(NotAdmittedError):
        enterprise.acting(CLERK)
    page = enterprise.enter(boss).get("/me/staff").text
    enterprise.send(f"/me/staff/{enterprise.number(CLERK)}/confirm", boss)

    assert "任命人已不是管理员，待确认" in page
    assert enterprise.acting(CLERK).role is CallerRole.ORG_AGENT


def test_a_new_representative_confirms_whom_the_former_one_appointed(
    enterprise: Enterprise,
) -> None:
    enterprise.appoint(ADMIN, by=enterprise.boss(), post="administrator")
    enterprise.appoint(CLERK, by=enterprise.acting(ADMIN))
    clerk = enterprise.wuhu.bearer(enterprise.acting(CLERK))
    path = f"/api/v1/licenses/{enterprise.food}"
    row = business_license_rows(RegionCode("340200"), 1, seed=1)[0]
    enterprise.country.clock.advance(timedelta(minutes=1))
    same = register(
        enterprise.country, row, replaces=enterprise.business, domicile="芜湖市样例路9号"
    )
    still = enterprise.wuhu.client.get(path, headers=clerk).status_code
    enterprise.country.clock.advance(timedelta(minutes=1))
    register(enterprise.country, row, replaces=same, legal_representative="周样新")
    gone = enterprise.wuhu.client.get(path, headers=clerk).status_code
    enterprise.country.clock.advance(timedelta(minutes=1))
    enterprise.send(f"/me/staff/{enterprise.number(ADMIN)}/confirm", enterprise.boss(NEW_BOSS))

    assert (still, gone) == (200, 401)
    assert enterprise.wuhu.client.get(path, headers=clerk).status_code == 200


def test_nobody_is_appointed_by_oneself_or_by_whom_nobody_knows(enterprise: Enterprise) -> None:
    boss = enterprise.boss()
    unknown = replace(boss, actor_key="")
    page = enterprise.enter(unknown).get("/me/staff").text

    assert enterprise.appoint(BOSS, by=boss).status_code == 422
    assert enterprise.appoint(CLERK, by=unknown).status_code == 422
    assert 'id="appoint"' not in page


@pytest.mark.parametrize(
    "form",
    [
        {"code": "1"},
        {"name": ""},
        {"until": ""},
        {"until": "2020-01-01"},
        {"until": "2090-01-01"},
        {"license_types": []},
        {"license_types": ["<b>"]},
    ],
)
def test_what_cannot_be_appointed_is_said_kindly(
    enterprise: Enterprise, form: dict[str, object]
) -> None:
    answer = enterprise.appoint(CLERK, by=enterprise.boss(), **form)

    assert answer.status_code == 422
    assert "Traceback" not in answer.text
    assert CLERK.code not in answer.text
    if "name" not in form:
        assert 'value="严样林"' in answer.text, "what was typed stays"
    if "license_types" not in form:
        assert f'value="{enterprise.food_type}" checked' in answer.text


def test_who_appoints_shows_anew_who_that_is(enterprise: Enterprise) -> None:
    client = enterprise.enter(enterprise.boss())
    csrf = csrf_of(client.get("/me/staff").text)
    enterprise.country.clock.advance(timedelta(minutes=6))

    answer = client.post("/me/staff", data={"csrf": csrf, "name": "x"}, follow_redirects=False)

    assert answer.status_code == 403
    assert enterprise.wuhu.services.appointments.of_enterprise(enterprise.boss()) == ()


def test_another_enterprise_reaches_none_of_it(enterprise: Enterprise) -> None:
    enterprise.appoint(CLERK, by=enterprise.boss())
    other = enterprise.boss(STRANGER, row=1)
    number = enterprise.number(CLERK)

    assert enterprise.send(f"/me/staff/{number}/end", other).status_code == 404
    assert enterprise.send(f"/me/staff/{number}/confirm", other).status_code == 404
    assert enterprise.send(f"/me/appointments/{number}/end", other).status_code == 404
    assert enterprise.send(f"/me/appointments/{number}/enter", other).status_code == 403
    assert "严**" not in enterprise.enter(other).get("/me/staff").text


def test_whoever_is_appointed_goes_there_from_the_own_licenses_and_resigns_there(
    enterprise: Enterprise,
) -> None:
    enterprise.appoint(CLERK, by=enterprise.boss())
    person = AccessGrant(
        person="P-clerk",
        role=CallerRole.CITIZEN,
        holder_key=enterprise.key(CLERK),
        holder_shown="严样林",
    )
    number = enterprise.number(CLERK)
    entered = enterprise.send(f"/me/appointments/{number}/enter", person)
    acting = enterprise.wuhu.client.get("/me").text
    own = enterprise.enter(person).get("/me").text
    enterprise.send(f"/me/appointments/{number}/end", person)

    assert entered.headers["location"] == "/me"
    assert enterprise.food in acting
    assert enterprise.wuhu.rows[0]["operator"] in own
    assert enterprise.food not in own
    assert enterprise.wuhu.services.appointments.of_person(enterprise.key(CLERK)) == ()


def test_agents_see_the_cases_of_the_matters_that_were_named(enterprise: Enterprise) -> None:
    enterprise.wuhu.open_case(enterprise.wuhu.rows[0])
    enterprise.appoint(CLERK, by=enterprise.boss(), matters=["open-restaurant"])
    enterprise.appoint(ADMIN, by=enterprise.boss())
    client = enterprise.wuhu.client
    listed = [
        client.get("/api/v1/holder-cases", headers=enterprise.wuhu.bearer(enterprise.acting(code)))
        for code in (CLERK, ADMIN)
    ]

    assert [len(answer.json()["cases"]) for answer in listed] == [1, 0]


def test_an_agent_reads_no_copy_of_a_license_beyond_the_appointment(
    enterprise: Enterprise,
) -> None:
    client = enterprise.wuhu.client
    enterprise.appoint(CLERK, by=enterprise.boss())
    boss = enterprise.wuhu.bearer(enterprise.boss())
    numbers = [
        client.post(
            "/api/v1/annotated-copies",
            json={"license": license, "recipient": "某单位", "purpose": "投标"},
            headers=boss,
        ).json()["number"]
        for license in (enterprise.food, enterprise.business)
    ]
    clerk = enterprise.wuhu.bearer(enterprise.acting(CLERK))
    read = [
        client.get(f"/api/v1/annotated-copies/{number}/file", headers=clerk).status_code
        for number in numbers
    ]

    assert read == [200, 403]
