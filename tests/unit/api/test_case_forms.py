"""The form of a case over HTTP, on the page of the window, and on the command line."""

import argparse
from typing import Any

import pytest

from api.commands import case_forms
from api.console import OK, Output
from tests.instance_parts import PARTIES, SITUATION, WUHU, url_of
from tests.instances import Country, Instance
from tests.unit.api.test_case_outcomes import decide_all, settle
from tests.unit.api.test_pages import csrf_of, sign_in

LOCKED = "food-license-number"


def opened(country: Country) -> dict[str, Any]:
    """A case in 宝鸡 with a license of 芜湖, which falls silent afterwards."""
    country.wuhu.mint()
    case = country.baoji.open_case(country.wuhu.rows[0])
    country.post.silent.add(url_of(WUHU))
    return case


def form_of(instance: Instance, case: dict[str, Any]) -> dict[str, Any]:
    answer = instance.client.get(
        f"/api/v1/cases/{case['case']}/form", headers=instance.headers("window")
    )
    assert answer.status_code == 200, answer.text
    form: dict[str, Any] = answer.json()
    return form


def fields(form: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {item["code"]: item for item in form["fields"]}


def fill(instance: Instance, case: dict[str, Any], version: int, **answers: str) -> Any:  # noqa: ANN401 - a response
    return instance.client.put(
        f"/api/v1/cases/{case['case']}/form",
        json={
            "version": version,
            "answers": {name.replace("_", "-"): value for name, value in answers.items()},
        },
        headers=instance.headers("window"),
    )


def test_form_is_filled_from_the_license_of_another_region_that_is_silent_now(
    country: Country,
) -> None:
    case = opened(country)
    row = country.wuhu.rows[0]

    form = form_of(country.baoji, case)

    found = fields(form)
    assert found[LOCKED]["value"] == row["number"]
    assert found["premises"]["value"] == row["premises"]
    assert found[LOCKED]["source"]["zh"] == "来自 食品经营许可证 · 2026-03-18 · 有效"
    assert found[LOCKED]["source"]["license"] == next(
        item["license"] for item in case["materials"] if item["license"]
    )
    assert found[LOCKED]["editable"] == "locked"
    assert found["lease-until"]["source"] is None
    assert "title-number" not in found
    assert form["prefill"]["authoritative"] == sum(
        bool(item["source"] and item["source"]["authoritative"]) for item in form["fields"]
    )


def test_answers_are_kept_once_as_the_next_version(country: Country) -> None:
    case = opened(country)

    first = fill(country.baoji, case, 0, lease_until="2030-12-31", premises="样例路2号")
    again = fill(country.baoji, case, 0, lease_until="2030-12-31", premises="样例路2号")
    stale = fill(country.baoji, case, 0, phone="0917-0000000")
    second = fill(country.baoji, case, 1, phone="0917-0000000")

    assert first.json()["version"] == again.json()["version"] == 1
    assert (stale.status_code, stale.json()["code"], stale.json()["version"]) == (
        409,
        "FORM_CHANGED",
        1,
    )
    kept = fields(second.json())
    assert second.json()["version"] == 2
    assert (kept["lease-until"]["value"], kept["phone"]["value"]) == ("2030-12-31", "0917-0000000")
    assert (kept["premises"]["value"], kept["premises"]["source"]) == ("样例路2号", None)
    assert second.json()["prefill"]["changed"] == 1


def test_locked_field_refuses_another_value_and_does_not_repeat_it(country: Country) -> None:
    case = opened(country)

    answer = fill(country.baoji, case, 0, food_license_number="JY00000000000000")

    assert (answer.status_code, answer.json()["code"]) == (409, "FIELD_LOCKED")
    assert answer.json()["field"] == LOCKED
    assert "JY00000000000000" not in answer.text
    assert form_of(country.baoji, case)["version"] == 0


def test_field_of_another_situation_and_value_of_another_kind_are_refused(
    country: Country,
) -> None:
    case = opened(country)

    unknown = fill(country.baoji, case, 0, title_number="1")
    wrong = fill(country.baoji, case, 0, lease_until="soon")

    assert (unknown.status_code, unknown.json()["code"]) == (422, "FIELD_UNKNOWN")
    assert (wrong.status_code, wrong.json()["code"]) == (422, "FIELD_VALUE")


def test_what_was_written_before_is_offered_in_the_next_case(country: Country) -> None:
    first = opened(country)
    fill(country.baoji, first, 0, phone="0917-0000000")

    second = country.baoji.open_case(country.wuhu.rows[0])
    phone = fields(form_of(country.baoji, second))["phone"]
    strangers = country.baoji.open_case(country.wuhu.rows[1])

    assert (phone["value"], phone["source"]["kind"]) == ("0917-0000000", "previous")
    assert fields(form_of(country.baoji, strangers))["phone"]["value"] == ""


def test_result_license_says_what_the_form_says_and_the_form_stays_then(
    country: Country,
) -> None:
    wuhu, row = country.wuhu, country.wuhu.rows[0]
    case = wuhu.client.post(
        "/api/v1/cases",
        json={
            "matter": "open-restaurant",
            "applicant": {"code_type": "001", "code": row["credit_code"], "name": row["operator"]},
            "situation": {**SITUATION, "stage": "new"},
            "parties": PARTIES,
        },
        headers=wuhu.headers("window"),
    ).json()
    filled = fill(
        wuhu,
        case,
        0,
        premises=row["premises"],
        business_form="餐饮服务经营者",
        business_items="热食类食品制售",
        domicile=row["domicile"],
        legal_representative=row["legal_representative"],
    )
    decide_all(wuhu, case)
    names = ("number", "supervising_agency", "hotline", "signatory")

    made = settle(wuhu, case, given={name: row[name] for name in names})
    late = fill(wuhu, case, filled.json()["version"], phone="1")

    assert made.status_code == 201, made.text
    record = wuhu.client.get(
        f"/api/v1/licenses/{made.json()['license']}/files/json", headers=wuhu.headers("issuer")
    ).json()
    assert record["fields"]["premises"] == row["premises"]
    assert record["fields"]["business_items"] == "热食类食品制售"
    assert (late.status_code, late.json()["code"]) == (409, "OUTCOME_SETTLED")
    sign_in(wuhu, wuhu.tokens["window"])
    page = wuhu.client.get(f"/window/cases/{case['case']}/form").text
    assert "办件已办结" in page
    assert "<button" not in page.partition("<main")[2].partition("</main>")[0]


# The page ------------------------------------------------------------------------------------


def signed_in(instance: Instance) -> str:
    """Sign the window in; return the session's secret for forms."""
    sign_in(instance, instance.tokens["window"])
    return csrf_of(instance.client.get("/window").text)


def test_page_shows_sources_and_keeps_what_was_typed(country: Country) -> None:
    case = opened(country)
    secret = signed_in(country.baoji)
    address = f"/window/cases/{case['case']}/form"

    page = country.baoji.client.get(address)
    typed = {"csrf": secret, "version": "0", "lease-until": "2030-12-31", "contact": "<b>样例</b>"}
    kept = country.baoji.client.post(address, data=typed, follow_redirects=True)
    refused = country.baoji.client.post(
        address, data={**typed, "version": "1", "lease-until": "soon"}
    )

    assert "来自 食品经营许可证 · 2026-03-18 · 有效" in page.text
    assert kept.status_code == 200
    assert 'value="2030-12-31"' in kept.text
    assert "<b>样例</b>" not in kept.text
    assert refused.status_code == 422
    assert 'value="soon"' in refused.text
    assert form_of(country.baoji, case)["version"] == 1


def test_page_takes_no_form_of_another_site(country: Country) -> None:
    case = opened(country)
    signed_in(country.baoji)

    answer = country.baoji.client.post(
        f"/window/cases/{case['case']}/form", data={"version": "0", "contact": "样例"}
    )

    assert answer.status_code == 403
    assert form_of(country.baoji, case)["version"] == 0


# The command ---------------------------------------------------------------------------------


def test_command_shows_the_form_and_answers_it(
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
        ["form", case["case"], "--answer", "lease-until=2030-12-31", "--operator", "W001"]
    )

    assert options.run(options, Output(as_json=False)) == OK
    shown = capsys.readouterr().out
    assert "lease-until）：2030-12-31" in shown
    assert "来自 食品经营许可证 · 2026-03-18 · 有效" in shown
