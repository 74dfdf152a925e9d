"""Supervisors read figures and the numbers of cases; everybody else reads what is published."""

import csv
import io
from typing import Any

import pytest

from api.pages.supervise import REFUSALS
from tests.instance_parts import case_of
from tests.instances import Country, Instance
from verify.supervision.tallies import Grouping

API = "/api/v1/statistics"
MATERIAL = "food-business-license"


@pytest.fixture
def wuhu(country: Country) -> Instance:
    """A window opened a case and demanded a paper that could be had."""
    instance = country.wuhu
    instance.mint()
    headers = instance.headers("window")
    body = case_of(instance.rows[0])
    opened = instance.client.post("/api/v1/cases", json=body, headers=headers)
    assert opened.status_code == 201, opened.text
    case = opened.json()["case"]
    address = f"/api/v1/cases/{case}/materials/{MATERIAL}/decision"
    refused = instance.client.post(address, json={"form": "paper"}, headers=headers)
    assert refused.status_code == 409
    taken = instance.client.post(address, json={"form": "e_license"}, headers=headers)
    assert taken.status_code == 201
    return instance


def ask(instance: Instance, path: str = "", **query: str) -> Any:  # noqa: ANN401 - JSON
    answer = instance.client.get(
        f"{API}{path}", params=query, headers=instance.headers("supervisor")
    )
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_figures_tell_what_was_spared_and_what_was_refused(wuhu: Instance) -> None:
    (total,) = ask(wuhu)["groups"]

    assert total["cases"] == 1
    assert total["replaced"]["e_license"] == 1
    assert total["refusals"] == {"ELICENSE_AVAILABLE": 1}
    assert total["demanded"] == {}
    assert 0 < total["replacement_rate"] < 1


@pytest.mark.parametrize("by", list(Grouping))
def test_groups_come_to_the_same_figures(wuhu: Instance, by: Grouping) -> None:
    groups = ask(wuhu, by=by)["groups"]

    assert sum(item["cases"] for item in groups) == 1
    assert sum(item["replaced"]["e_license"] for item in groups) == 1


def test_figures_are_the_same_before_and_after_counting(wuhu: Instance) -> None:
    before = ask(wuhu)["groups"]

    assert wuhu.services.supervision.count() > 0
    assert wuhu.services.supervision.count() == 0
    assert ask(wuhu)["groups"] == before


def test_a_refusal_leads_to_its_case_and_to_nobody(wuhu: Instance) -> None:
    found = ask(wuhu, "/cases", fact="refusal", code="ELICENSE_AVAILABLE")

    with wuhu.services.unit_of_work() as work:
        (case,) = work.cases.recent(5)
    assert found == {"cases": [case.id], "next": None}
    assert case.applicant.name not in str(ask(wuhu))


def test_figures_come_as_a_table_without_formulas(wuhu: Instance) -> None:
    query = {"format": "csv", "by": "operator"}
    answer = wuhu.client.get(API, params=query, headers=wuhu.headers("supervisor"))

    rows = list(csv.reader(io.StringIO(answer.text)))
    assert answer.headers["content-type"].startswith("text/csv")
    assert len({len(row) for row in rows}) == 1
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row)


@pytest.mark.parametrize("person", ["window", "issuer", "archivist"])
def test_nobody_else_reads_figures_of_people_at_windows(wuhu: Instance, person: str) -> None:
    for path in ("", "/cases?fact=refusal"):
        answer = wuhu.client.get(f"{API}{path}", headers=wuhu.headers(person))
        assert answer.status_code == 403
    assert wuhu.client.get(API).status_code == 401


def test_supervisors_read_no_license(wuhu: Instance) -> None:
    with wuhu.services.unit_of_work() as work:
        (license, *_) = work.licenses.newest(1)

    for path in ("", "/files/pdf"):
        answer = wuhu.client.get(
            f"/api/v1/licenses/{license.identifier}{path}", headers=wuhu.headers("supervisor")
        )
        assert answer.status_code in {403, 404}


def test_everybody_reads_what_is_published(wuhu: Instance) -> None:
    figures = wuhu.client.get(f"{API}/public").json()

    assert sum(figures["licenses"].values()) > 0
    assert 0 < figures["exempting"] <= figures["matters"]
    assert figures["exempted"]["e_license"] == 1
    page = wuhu.client.get("/supervise/public")
    assert page.status_code == 200
    assert "免于提交公示" in page.text


def test_the_page_of_supervisors_shows_figures_and_leads_to_cases(wuhu: Instance) -> None:
    headers = wuhu.headers("supervisor")

    page = wuhu.client.get("/supervise", headers=headers)
    cases = wuhu.client.get(
        "/supervise/cases?fact=refusal&code=ELICENSE_AVAILABLE", headers=headers
    )

    assert page.status_code == cases.status_code == 200
    assert f"ELICENSE_AVAILABLE {REFUSALS['ELICENSE_AVAILABLE'].zh}" in page.text
    assert "<script>" not in page.text
    with wuhu.services.unit_of_work() as work:
        (case,) = work.cases.recent(5)
    assert case.id in cases.text
    assert case.applicant.name not in page.text + cases.text
    assert wuhu.client.get("/supervise", headers=wuhu.headers("window")).status_code == 403
