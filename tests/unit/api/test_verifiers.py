"""Banks and hotels: what a holder chose, as far as it was registered for them, and no further."""

import re
from datetime import timedelta

import pytest

from api.verifier_callers import HEADER
from api.verifier_desk import Wish
from certs.errors import VerifierNotFoundError, VerifierRefusedError
from certs.type_folders import shipped_type
from tests.instances import Country, Instance
from tests.nurses import Nurse, licensed_nurse
from tests.unit.api.test_pages import csrf_of, sign_in

NURSE = shipped_type("nurse_practice")
ALL = ("certificateHolderName", "certificateNumber", "institution", "age-over-18")


def _wish(country: Country, **changes: object) -> Wish:
    said: dict[str, object] = {
        "name": "hotel-1",
        "title": "样例酒店",
        "purpose": "办理入住",
        "license_types": frozenset({"nurse_practice"}),
        "fields": frozenset({"certificateHolderName", "age-over-18"}),
        "ends_at": country.clock.now() + timedelta(days=90),
    }
    return Wish(**{**said, **changes})  # type: ignore[arg-type]


@pytest.fixture
def nurse(country: Country) -> Nurse:
    return licensed_nurse(country.wuhu)


def registered(country: Country, **changes: object) -> str:
    wish = _wish(country, **changes)
    country.wuhu.services.verifiers.register(wish, by="X001")
    return country.wuhu.services.verifiers.give_secret(wish.name)


def _code(wuhu: Instance, nurse: Nurse, fields: tuple[str, ...] = ALL) -> str:
    answer = wuhu.client.post(
        "/api/v1/display-codes",
        json={"license": nurse.license, "purpose": "入住", "fields": fields},
        headers=nurse.headers,
    )
    assert answer.status_code == 201, answer.text
    return str(answer.json()["code"])


def _redeem(wuhu: Instance, code: str, secret: str = "", **headers: str) -> dict[str, object]:
    headers = {HEADER: secret, **headers} if secret else headers
    answer = wuhu.client.post("/api/v1/display-codes/redeem", json={"code": code}, headers=headers)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def _values(told: dict[str, object]) -> dict[str, str]:
    fields = told["fields"]
    assert isinstance(fields, list)
    return {item["name"]: item["value"] for item in fields}


def test_a_verifier_sees_what_was_chosen_and_registered_and_nothing_else(
    country: Country, nurse: Nurse
) -> None:
    told = _redeem(country.wuhu, _code(country.wuhu, nurse), registered(country))

    assert _values(told) == {"certificateHolderName": nurse.row["name"], "age-over-18": "是"}
    assert told["identifier"] is None
    assert told["valid_to"] is None
    assert nurse.row["number"] not in str(told)
    assert nurse.row["institution"] not in str(told)


def test_what_was_not_chosen_nobody_sees(country: Country, nurse: Nurse) -> None:
    code = _code(country.wuhu, nurse, ("certificateNumber",))

    assert _values(_redeem(country.wuhu, code, registered(country))) == {}


def test_the_holder_reads_who_it_was_and_what_for(country: Country, nurse: Nurse) -> None:
    _redeem(country.wuhu, _code(country.wuhu, nurse), registered(country))
    use = country.wuhu.client.get("/api/v1/usages", headers=nurse.headers).json()["uses"][0]

    assert use["user"] == "样例酒店（办理入住）"
    assert use["fields"] == ["certificateHolderName", "age-over-18"]


def test_of_another_license_a_verifier_sees_what_anybody_sees(
    country: Country, nurse: Nurse
) -> None:
    secret = registered(
        country,
        license_types=frozenset({"food_business"}),
        fields=frozenset({"certificateHolderName"}),
    )
    told = _redeem(country.wuhu, _code(country.wuhu, nurse), secret)

    assert _values(told) == {"age-over-18": "是"}
    assert nurse.row["name"] not in str(told)


@pytest.mark.parametrize("secret", ["wrong", "x" * 300])
def test_a_secret_that_is_not_good_is_nobody_s(country: Country, nurse: Nurse, secret: str) -> None:
    told = _redeem(country.wuhu, _code(country.wuhu, nurse), secret)

    assert told["seen_by"] == "anonymous"
    assert _values(told) == {"age-over-18": "是"}


def test_a_verifier_that_is_stopped_or_at_its_end_is_nobody(country: Country, nurse: Nurse) -> None:
    wuhu = country.wuhu
    stopped, ended = registered(country), registered(country, name="hotel-2")
    assert wuhu.services.verifiers.stop("hotel-1", by="X001")
    assert not wuhu.services.verifiers.stop("hotel-1", by="X001")
    after = _redeem(wuhu, _code(wuhu, nurse), stopped)
    before = _redeem(wuhu, _code(wuhu, nurse), ended)
    country.clock.instant += timedelta(days=91)

    assert after["seen_by"] == "anonymous"
    assert before["seen_by"] != "anonymous"
    assert wuhu.services.verifiers.find(ended) is None
    with pytest.raises(VerifierRefusedError):
        wuhu.services.verifiers.give_secret("hotel-1")
    with pytest.raises(VerifierRefusedError):
        wuhu.services.verifiers.give_secret("hotel-2")


def test_a_window_stays_a_window_at_the_same_desk(country: Country, nurse: Nurse) -> None:
    code = _code(country.wuhu, nurse)
    told = _redeem(country.wuhu, code, registered(country), **country.wuhu.headers("window"))

    assert _values(told).keys() == {*ALL}


@pytest.mark.parametrize(
    "changes",
    [
        {"name": "X"},
        {"name": "a" * 41},
        {"title": " "},
        {"title": "某人11010519491231002X"},
        {"title": "两\n行"},
        {"purpose": ""},
        {"purpose": "长" * 101},
        {"license_types": frozenset()},
        {"license_types": frozenset({"nothing"})},
        {"fields": frozenset()},
        {"fields": frozenset({"nothing"})},
        {"fields": frozenset({"premises"})},
    ],
)
def test_what_is_no_registration_is_refused(country: Country, changes: dict[str, object]) -> None:
    with pytest.raises(VerifierRefusedError):
        country.wuhu.services.verifiers.register(_wish(country, **changes), by="X001")


@pytest.mark.parametrize("days", [-1, 0, 1200])
def test_a_registration_ends_within_three_years(country: Country, days: int) -> None:
    wish = _wish(country, ends_at=country.clock.now() + timedelta(days=days))
    with pytest.raises(VerifierRefusedError):
        country.wuhu.services.verifiers.register(wish, by="X001")


def test_a_name_is_given_once_even_after_it_was_stopped(country: Country) -> None:
    registered(country)
    country.wuhu.services.verifiers.stop("hotel-1", by="X001")

    with pytest.raises(VerifierRefusedError):
        registered(country)
    with pytest.raises(VerifierNotFoundError):
        country.wuhu.services.verifiers.stop("hotel-9", by="X001")


# Pages ---------------------------------------------------------------------------------------


def test_a_desk_signs_in_scans_and_signs_out(country: Country, nurse: Nurse) -> None:
    wuhu = country.wuhu
    secret = registered(country)
    refused = wuhu.client.post("/verifier", data={"secret": "no"})
    entered = wuhu.client.post("/verifier", data={"secret": secret})
    asked = wuhu.client.get(f"/Q/{_code(wuhu, nurse)}").text
    shown = wuhu.client.post(f"/Q/{_code(wuhu, nurse)}").text
    kept = wuhu.client.cookies.get("yinxin_verifier")
    wuhu.client.post("/verifier/end")
    after = wuhu.client.post(f"/Q/{_code(wuhu, nurse)}").text
    wuhu.client.cookies.clear()

    assert refused.status_code == 401
    assert "样例酒店" in entered.text
    assert "样例酒店" in asked
    assert nurse.row["name"] in shown
    assert "/window/applicant" not in shown
    assert nurse.row["name"] not in after
    assert kept not in {None, secret}, "a desk keeps a secret of its own"
    assert wuhu.services.verifiers.find(str(kept)) is None


def test_a_desk_s_day_ends(country: Country) -> None:
    verifiers = country.wuhu.services.verifiers
    of_desk = verifiers.sign_in(registered(country))
    assert of_desk is not None
    assert verifiers.find(of_desk) is not None
    country.clock.instant += timedelta(hours=12)

    assert verifiers.find(of_desk) is None


FORM = {
    "name": "bank-1",
    "title": "样例银行",
    "purpose": "开户",
    "license_types": "nurse_practice",
    "fields": "certificateHolderName，age-over-18",
    "days": "365",
}


def _administer(wuhu: Instance) -> dict[str, str]:
    client = sign_in(wuhu, wuhu.tokens["security_admin"])
    return {"csrf": csrf_of(client.get("/admin/verifiers").text)}


def test_the_security_administrator_registers_one_and_sees_its_secret_once(
    country: Country,
) -> None:
    wuhu = country.wuhu
    form = _administer(wuhu)
    page = wuhu.client.post("/admin/verifiers/register", data=form | FORM).text
    (secret,) = re.findall(r'<p class="code wide">([A-Z2-7]+)</p>', page)
    later = wuhu.client.get("/admin/verifiers").text
    stopped = wuhu.client.post(
        "/admin/verifiers/stop", data=form | {"name": "bank-1", "agreed": "true"}
    ).text
    again = wuhu.client.post("/admin/verifiers/secret", data=form | {"name": "bank-1"})
    wuhu.client.cookies.clear()

    assert secret not in later
    assert "样例银行" in later
    assert "已满18周岁" in later
    assert wuhu.services.verifiers.find(secret) is None, "stopped since"
    assert "已停用" in stopped
    assert again.status_code == 422


@pytest.mark.parametrize(
    ("changes", "status"),
    [({"days": "9"}, 422), ({"fields": "nothing"}, 422), ({"name": "X"}, 422)],
)
def test_a_form_that_is_none_keeps_what_was_typed(
    country: Country, changes: dict[str, str], status: int
) -> None:
    form = _administer(country.wuhu)
    answer = country.wuhu.client.post("/admin/verifiers/register", data=form | FORM | changes)
    country.wuhu.client.cookies.clear()

    assert answer.status_code == status
    assert 'value="样例银行"' in answer.text
    assert country.wuhu.services.verifiers.all() == ()


def test_stopping_asks_once_and_needs_the_role(country: Country) -> None:
    wuhu = country.wuhu
    registered(country)
    form = _administer(wuhu)
    unasked = wuhu.client.post("/admin/verifiers/stop", data=form | {"name": "hotel-1"})
    wuhu.client.cookies.clear()
    others = {
        name: wuhu.client.get("/admin/verifiers", headers=wuhu.headers(name)).status_code
        for name in ("issuer", "window", "supervisor", "auditor", "system_admin")
    }

    assert unasked.status_code == 422
    assert wuhu.services.verifiers.all()[0].stopped_at is None
    assert set(others.values()) == {403}
