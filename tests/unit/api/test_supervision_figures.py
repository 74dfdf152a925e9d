"""Over-asking, correction days, the age of what decisions rest on and use rates, over HTTP."""

import csv
import io
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from api.status_publishing import open_publisher, publish_now
from certs.civil_dates import start_of
from certs.corrections import CorrectionStep
from tests.instance_parts import WUHU, case_of
from tests.instances import Country, Instance
from tests.unit.api.test_pages import sign_in
from verify.acceptance.probes import Probe, SourceState
from verify.supervision.answer_days import AnswerDays, all_answers
from verify.supervision.desk import Health
from verify.supervision.freshness import Age
from verify.supervision.tallies import Weeks, monday_of, week_of

API = "/api/v1/statistics"
MATERIAL = "food-business-license"


def ask(instance: Instance, path: str = "", **query: str | int) -> Any:  # noqa: ANN401 - JSON
    answer = instance.client.get(
        f"{API}{path}", params=query, headers=instance.headers("supervisor")
    )
    assert answer.status_code == 200, answer.text
    return answer.json()


def total(instance: Instance) -> dict[str, Any]:
    (found,) = ask(instance)["groups"]
    return dict(found)


# Over-asking -----------------------------------------------------------------------------------


@pytest.fixture
def overasked(country: Country) -> tuple[Instance, str]:
    """A window of 芜湖 wanted more than is registered, three times; return its case too."""
    wuhu = country.wuhu
    license = wuhu.mint()["identifier"]
    case = str(wuhu.open_case(wuhu.rows[0])["case"])
    for names in (["signatory"], ["signatory", "hotline"], ["hotline"]):
        answer = wuhu.client.post(
            f"/api/v1/licenses/{license}/releases",
            json={"case": case, "fields": names},
            headers=wuhu.headers("window"),
        )
        assert answer.json()["code"] == "OVERASK"
        country.clock.advance(timedelta(minutes=1))
    return wuhu, case


def test_over_asking_is_told_by_department_region_matter_person_and_week(
    overasked: tuple[Instance, str],
) -> None:
    wuhu, _ = overasked
    ((kind, number),) = total(wuhu)["overasks"].items()
    where = {
        by: [item["group"] for item in ask(wuhu, by=by)["groups"] if item["overasks"]]
        for by in ("department", "region", "matter", "operator", "week")
    }

    assert (len(kind), number) == (21, 3)
    assert where["region"] == [WUHU]
    assert where["matter"] == ["open-restaurant"]
    assert where["operator"] == ["W001"]
    assert where["department"][0].startswith("市场监督管理部门")
    assert len(where["week"]) == 1


def test_over_asking_leads_to_the_refused_requests_and_to_nobody(
    overasked: tuple[Instance, str],
) -> None:
    wuhu, case = overasked
    page = ask(wuhu, "/overasks", limit=2)
    rest = ask(wuhu, "/overasks", limit=2, after=page["next"])
    (kind,) = total(wuhu)["overasks"]

    assert [item["fields"] for item in (*page["requests"], *rest["requests"])] == [
        ["signatory"],
        ["signatory", "hotline"],
        ["hotline"],
    ]
    assert rest["next"] is None
    first = page["requests"][0]
    assert (first["case"], first["operator"], first["region"]) == (case, "W001", WUHU)
    assert (first["matter"], first["type"]) == ("open-restaurant", kind)
    assert ask(wuhu, "/overasks", type="other")["requests"] == []
    assert ask(wuhu, "/overasks", to="2020-01-01", **{"from": "2019-01-01"})["requests"] == []
    assert ask(wuhu, "/cases", fact="overask", code=kind)["cases"] == [case]
    for personal in (wuhu.rows[0]["operator"], wuhu.rows[0]["credit_code"]):
        assert personal not in str(page)


def test_over_asking_comes_as_a_table_and_on_a_page(overasked: tuple[Instance, str]) -> None:
    wuhu, case = overasked
    headers = wuhu.headers("supervisor")
    answer = wuhu.client.get(f"{API}/overasks", params={"format": "csv"}, headers=headers)
    heading, *rows = csv.reader(io.StringIO(answer.text))
    (kind,) = total(wuhu)["overasks"]

    assert answer.headers["content-type"].startswith("text/csv")
    assert [row[heading.index("超出的信息项 fields beyond")] for row in rows] == [
        "signatory",
        "signatory hotline",
        "hotline",
    ]
    board = wuhu.client.get("/supervise", headers=headers).text
    assert f"/supervise/overasks?type={kind}" in board
    page = wuhu.client.get(f"/supervise/overasks?type={kind}", headers=headers)
    assert case in page.text
    assert "<script>" not in page.text
    for path in (f"{API}/overasks", "/supervise/overasks"):
        assert wuhu.client.get(path, headers=wuhu.headers("window")).status_code == 403


# The age of what decisions rest on -------------------------------------------------------------


def decided_after(country: Country, at: Instance, wait: timedelta) -> None:
    """A window decides on the license of 芜湖's first row some time after it was found."""
    headers = at.headers("window")
    body = case_of(country.wuhu.rows[0])
    case = at.client.post("/api/v1/cases", json=body, headers=headers).json()["case"]
    country.clock.advance(wait)
    taken = at.client.post(
        f"/api/v1/cases/{case}/materials/{MATERIAL}/decision",
        json={"form": "e_license"},
        headers=headers,
    )
    assert taken.status_code == 201, taken.text


def test_a_decision_is_as_fresh_as_what_the_region_of_the_license_said(country: Country) -> None:
    country.wuhu.mint()
    decided_after(country, country.wuhu, timedelta(seconds=5))
    for minutes in (2, 9):
        decided_after(country, country.baoji, timedelta(minutes=minutes))

    assert total(country.wuhu)["freshness"] == {"10s": 1}
    assert total(country.baoji)["freshness"] == {"10m": 2}
    for instance, number in ((country.wuhu, 1), (country.baoji, 2)):
        regions = {item["group"]: item for item in ask(instance, by="region")["groups"]}
        assert sum(regions[WUHU]["freshness"].values()) == number
    assert len(ask(country.baoji, "/cases", fact="freshness", code="10m")["cases"]) == 2
    page = country.baoji.client.get("/supervise", headers=country.baoji.headers("supervisor"))
    assert Age.MINUTES.zh in page.text


def test_a_verdict_on_an_old_publication_is_as_old_as_that(
    country: Country, tmp_path: Path
) -> None:
    services = country.wuhu.services
    assert services.status_signer is not None
    country.wuhu.mint()
    publish_now(
        open_publisher(
            unit_of_work=services.unit_of_work,
            clock=services.clock,
            signer=services.status_signer,
            public_url=services.public_url,
            public=tmp_path,
        )
    )
    country.clock.advance(timedelta(minutes=30))

    decided_after(country, country.baoji, timedelta(seconds=5))

    assert total(country.baoji)["freshness"] == {"1h": 1}


# Corrections -----------------------------------------------------------------------------------


def correct(country: Country, *steps: tuple[str, int]) -> None:
    """A window raises a correction; the issuer takes steps, each some days after the last."""
    wuhu = country.wuhu
    with wuhu.services.unit_of_work() as work:
        (license, *_) = work.licenses.newest(1)
    body = {"kind": "wrong", "license": license.identifier, "type": "food_business", "remark": ""}
    body["fields"] = {"premises": "芜湖市镜湖区样例东路3号"}  # type: ignore[assignment]
    raised = wuhu.client.post("/api/v1/corrections", json=body, headers=wuhu.headers("window"))
    assert raised.status_code == 201, raised.text
    path = f"/api/v1/corrections/{raised.json()['receipt']}/events"
    for step, days in steps:
        country.clock.advance(timedelta(days=days, seconds=1))
        event = {"step": step, "reason": "样例"}
        answer = wuhu.client.post(path, json=event, headers=wuhu.headers("issuer"))
        assert answer.status_code == 201, answer.text


def test_correction_days_run_from_being_raised_to_being_answered(country: Country) -> None:
    country.wuhu.mint()
    correct(country, ("declined", 1), ("archived", 40))
    correct(country, ("declined", 3))
    correct(country, ("accepted", 1), ("flagged", 1), ("rejected", 1), ("unflagged", 30))
    correct(country, ("accepted", 1))
    first, last = date(2020, 1, 1), date(2030, 1, 1)

    found = ask(country.wuhu, **{"from": str(first), "to": str(last)})

    ((told,),) = [item["corrections"] for item in found["groups"]]
    assert told["issuer"][2:8] == WUHU
    # In days that had begun: 2, 4 and 4; one was declined after more than three.
    assert (told["answered"], told["late"]) == (3, 1)
    assert told["mean_days"] == pytest.approx(10 / 3, abs=0.001)
    assert told["median_days"] == 4
    assert found["health"]["correction_limits"] == {"declined": 3, "upheld": 13, "rejected": 13}
    by_week = ask(country.wuhu, by="week", **{"from": str(first), "to": str(last)})["groups"]
    answered = [item["corrections"][0]["answered"] for item in by_week if item["corrections"]]
    assert sum(answered) == 3
    assert len(answered) > 1


def test_days_of_all_issuers_add_up() -> None:
    declined, upheld = CorrectionStep.DECLINED, CorrectionStep.UPHELD
    parts = (
        AnswerDays(issuer="a", type_code="t", counts={(declined, 1): 3, (upheld, 9): 1}),
        AnswerDays(issuer="b", type_code="t", counts={(declined, 1): 1, (upheld, 2): 1}),
    )

    together = all_answers(parts)

    assert together.counts == {(declined, 1): 4, (upheld, 9): 1, (upheld, 2): 1}
    assert (together.answered, together.mean, together.median) == (6, 2.5, 1)
    assert all_answers(()).mean is None
    assert all_answers(()).median is None


# Use rates -------------------------------------------------------------------------------------


def test_use_rates_count_each_license_and_seal_once(country: Country) -> None:
    wuhu = country.wuhu
    for number in range(3):
        wuhu.mint(number, key=str(number))
    for _ in range(2):
        wuhu.open_case(wuhu.rows[0])

    health = ask(wuhu)["health"]

    assert sum(health["licenses"].values()) == 3
    assert list(health["licenses_used"].values()) == [1]
    assert health["license_use_rate"] == pytest.approx(1 / 3)
    assert health["seal_uses"] > health["seals_used"] == 1
    assert health["seal_use_rate"] == pytest.approx(1 / health["seals"])
    later = {"from": "2030-01-01", "to": "2030-01-31"}
    assert ask(wuhu, **later)["health"]["license_use_rate"] == 0
    assert ask(wuhu, **later)["health"]["seals_used"] == 0


def test_licenses_that_ended_after_their_use_make_no_rate_of_more_than_all() -> None:
    health = Health(
        silent_minutes={},
        correction_days=(),
        uses={},
        licenses={"t": 2},
        licenses_used={"t": 3},
        seal_uses=0,
        seals=0,
        seals_used=0,
    )

    assert health.license_use_rate == 1
    assert health.seal_use_rate is None


def test_what_nobody_holds_has_no_use_rate(country: Country) -> None:
    assert ask(country.baoji)["health"]["license_use_rate"] is None


def probed(country: Country, *probes: tuple[str, SourceState, timedelta]) -> None:
    now = country.clock.now()
    with country.wuhu.services.unit_of_work() as work:
        work.source_probes.add(
            [
                Probe(source=source, state=state, probed_at=now - ago)
                for source, state, ago in probes
            ]
        )
        work.commit()


def test_how_much_of_each_week_a_source_answered_is_told(country: Country) -> None:
    register, other = "register/population", "register/market"
    week = timedelta(weeks=1)
    probed(
        country,
        (register, SourceState.DOWN, week + timedelta(hours=10)),
        (register, SourceState.UP, week),
        (other, SourceState.UP, timedelta(minutes=1)),
    )
    desk = country.wuhu.services.supervision
    now = week_of(country.clock.now())
    found = desk.availability(Weeks(first=now - 2, last=now))

    assert found == {
        register: (None, pytest.approx(1 - 10 / 168), 1.0),
        other: (None, None, 1.0),
    }
    page = sign_in(country.wuhu, country.wuhu.tokens["supervisor"]).get("/supervise").text
    assert "数据源可用率" in page
    assert "94.0" in page


def test_of_the_present_week_what_is_over_counts(country: Country) -> None:
    begun = country.clock.now() - start_of(monday_of(week_of(country.clock.now())))
    probed(
        country,
        ("register/market", SourceState.DOWN, begun / 2),
        ("register/market", SourceState.UP, timedelta()),
    )
    now = week_of(country.clock.now())
    found = country.wuhu.services.supervision.availability(Weeks(first=now, last=now))

    (rate,) = found["register/market"]
    assert rate == pytest.approx(0.5)
