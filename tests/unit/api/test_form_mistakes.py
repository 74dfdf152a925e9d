"""信息有误: what a license says wrongly in a form reaches its issuer, and comes back corrected."""

import argparse
from datetime import timedelta
from typing import Any

import pytest

from api.commands import case_forms
from api.console import Output
from certs.corrections import CorrectionStep
from tests.instance_parts import WUHU, body_of, url_of
from tests.instances import Country, Instance
from tests.unit.api.test_case_corrections import post_of, raised, take
from tests.unit.api.test_case_forms import fields, fill, form_of
from tests.unit.api.test_case_forms import opened as opened_and_silent
from tests.unit.api.test_case_outcomes import decide_all, settle
from tests.unit.api.test_pages import csrf_of, sign_in

FIELD = "premises"
RIGHT = "芜湖市镜湖区样例路 99 号"


def opened(country: Country) -> dict[str, Any]:
    """A case in 宝鸡 with a license of 芜湖; its form was kept once."""
    country.wuhu.mint()
    case = country.baoji.open_case(country.wuhu.rows[0])
    fill(country.baoji, case, 0, phone="0917-0000000")
    return case


def say(instance: Instance, case: dict[str, Any], field: str = FIELD, **body: str) -> Any:  # noqa: ANN401 - a response
    return instance.client.post(
        f"/api/v1/cases/{case['case']}/form/fields/{field}/mistake",
        json={"proposed": RIGHT, **body},
        headers=instance.headers("window"),
    )


def correct(country: Country, receipt: str, license: str) -> str:
    """芜湖's issuer finds it so, and gives the next version of the license."""
    wuhu = country.wuhu
    for step, reason in (("accepted", ""), ("flagged", ""), ("upheld", "经核实属实")):
        take(wuhu, receipt, CorrectionStep(step), reason)
    body = body_of({**wuhu.rows[0], "premises": RIGHT})
    made = wuhu.client.post(
        "/api/v1/licenses", json={**body, "replaces": license}, headers=wuhu.headers("issuer")
    )
    assert made.status_code == 201, made.text
    corrected = str(made.json()["identifier"])
    ended = wuhu.client.post(
        f"/api/v1/corrections/{receipt}/events",
        json={"step": "unflagged", "license": corrected},
        headers=wuhu.headers("issuer"),
    )
    assert ended.status_code == 201, ended.text
    return corrected


def hear(country: Country) -> None:
    """The background pass of 宝鸡, a while later."""
    country.clock.advance(timedelta(minutes=11))
    services = country.baoji.services
    post_of(country.baoji).step(services.forms.take_corrected)


def test_issuer_is_told_by_itself_and_its_license_comes_back_into_the_form(
    country: Country,
) -> None:
    case = opened(country)
    wrong = fields(form_of(country.baoji, case))[FIELD]

    said = say(country.baoji, case)
    hear(country)
    (told,) = raised(country.baoji, case["case"])
    at_issuer = country.wuhu.client.get(
        f"/api/v1/corrections/{told['receipt']}", headers=country.wuhu.headers("issuer")
    ).json()
    flagged = fields(form_of(country.baoji, case))[FIELD]["correction"]
    corrected = correct(country, told["receipt"], str(wrong["source"]["license"]))
    hear(country)

    assert said.status_code == 201, said.text
    assert (told["field"], told["kind"], told["region"]) == (FIELD, "wrong", WUHU)
    assert at_issuer["license"] == wrong["source"]["license"]
    assert at_issuer["fields"] == {"premises": RIGHT}
    assert (flagged["step"], flagged["outcome"]) == ("raised", None)
    now = fields(form_of(country.baoji, case))
    assert (now[FIELD]["value"], now[FIELD]["source"]["license"]) == (RIGHT, corrected)
    assert now[FIELD]["correction"]["outcome"] == corrected
    # What the applicant wrote stays, and nobody has to write the corrected value.
    assert now["phone"]["value"] == "0917-0000000"
    kept = fill(country.baoji, case, 1, phone="0917-0000001")
    assert kept.status_code == 200, kept.text
    assert fields(kept.json())[FIELD]["value"] == RIGHT


def test_what_was_proposed_is_dropped_once_the_issuer_has_it(country: Country) -> None:
    case = opened(country)
    say(country.baoji, case)

    def proposed() -> list[dict[str, str]]:
        with country.baoji.services.unit_of_work() as work:
            return [dict(item.proposed) for item in work.case_corrections.of_case(case["case"])]

    before = proposed()
    hear(country)

    assert (before, proposed()) == ([{"premises": RIGHT}], [{}])


def test_silent_issuer_is_told_later(country: Country) -> None:
    case = opened(country)
    country.post.silent.add(url_of(WUHU))
    say(country.baoji, case)
    hear(country)
    (waiting,) = raised(country.baoji, case["case"])
    country.post.silent.clear()
    hear(country)

    assert waiting["receipt"] is None
    assert raised(country.baoji, case["case"])[0]["receipt"] is not None


def test_same_field_again_is_no_other_correction(country: Country) -> None:
    case = opened(country)

    first, again = say(country.baoji, case), say(country.baoji, case, proposed="另一处（样例）")

    assert (again.status_code, again.json()) == (201, first.json())
    assert len(raised(country.baoji, case["case"])) == 1


@pytest.mark.parametrize(
    ("field", "body", "code"),
    [
        ("phone", {}, "MISTAKE_NOT_POSSIBLE"),
        ("code", {}, "MISTAKE_NOT_POSSIBLE"),
        ("moon", {}, "FIELD_UNKNOWN"),
        (FIELD, {"proposed": " "}, "FIELD_VALUE"),
        ("food-license-valid-to", {"proposed": "soon"}, "FIELD_VALUE"),
        (FIELD, {"license": "another"}, "MISTAKE_NOT_POSSIBLE"),
    ],
)
def test_mistake_of_no_license_is_refused(
    country: Country, field: str, body: dict[str, str], code: str
) -> None:
    case = opened(country)

    assert say(country.baoji, case, field, **body).json()["code"] == code
    assert raised(country.baoji, case["case"]) == []


def test_value_that_stands_there_already_is_no_mistake(country: Country) -> None:
    case = opened(country)
    value = fields(form_of(country.baoji, case))[FIELD]["value"]

    assert say(country.baoji, case, proposed=value).json()["code"] == "MISTAKE_NOT_POSSIBLE"


def test_settled_case_raises_nothing_and_is_not_looked_up_again(country: Country) -> None:
    case = opened(country)
    decide_all(country.baoji, case)
    say(country.baoji, case)
    hear(country)
    (told,) = raised(country.baoji, case["case"])
    license = fields(form_of(country.baoji, case))[FIELD]["source"]["license"]
    settle(country.baoji, case, outcome="reject", note="样例理由")
    correct(country, told["receipt"], license)

    late = say(country.baoji, case, "food-license-number", proposed="JY1")
    hear(country)

    assert late.json()["code"] == "OUTCOME_SETTLED"
    assert fields(form_of(country.baoji, case))[FIELD]["source"]["license"] == license


def test_form_that_was_kept_still_says_what_a_silent_region_said(country: Country) -> None:
    case = opened_and_silent(country)
    fill(country.baoji, case, 0, phone="1")
    value = fields(form_of(country.baoji, case))[FIELD]["value"]
    country.clock.advance(timedelta(minutes=11))
    country.baoji.services.acceptance.look_up(case["case"], "food-business-license")

    assert fields(form_of(country.baoji, case))[FIELD]["value"] == value


def test_page_of_the_form_takes_the_mistake_and_says_how_it_stands(country: Country) -> None:
    case = opened(country)
    client = sign_in(country.baoji, country.baoji.tokens["window"])
    path = f"/window/cases/{case['case']}/form"
    csrf = csrf_of(client.get(path).text)

    wrong = client.post(f"{path}/mistake", data={"csrf": csrf, "field": "phone", "proposed": "1"})
    said = client.post(f"{path}/mistake", data={"csrf": csrf, "field": FIELD, "proposed": RIGHT})
    hear(country)

    assert wrong.status_code == 409
    assert "该字段不能提出信息有误" in wrong.text
    assert "信息有误已提出" in said.text
    assert "送达中" in said.text
    page = client.get(path).text
    assert "送达中" not in page
    assert f'<option value="{FIELD}">' not in page


def test_command_raises_a_mistake(
    country: Country, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    case = opened(country)

    class Opened:
        def __enter__(self) -> object:
            return country.baoji.services

        def __exit__(self, *_: object) -> None: ...

    monkeypatch.setattr(case_forms, "open_services", lambda _home: Opened())
    parser = argparse.ArgumentParser()
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument("--home", default="")
    case_forms.register(parser.add_subparsers(), shared)
    options = parser.parse_args(
        ["mistake", case["case"], FIELD, "--proposed", RIGHT, "--operator", "W001"]
    )

    options.run(options, Output(as_json=False))

    assert "结果自动传回" in capsys.readouterr().out
    assert len(raised(country.baoji, case["case"])) == 1
