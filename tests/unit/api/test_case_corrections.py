"""What a case finds wrong with a license reaches its issuer, and the answer comes back."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from certs.corrections import CorrectionStep
from tests.doubles.acceptance import SetClock
from tests.instances import Country, Instance
from verify.case_corrections.post import CorrectionPost
from verify.departments.ports import Courier
from verify.errors import SourceSilentError

LICENSE = "food-business-license"


def post_of(instance: Instance, *, after: timedelta = timedelta()) -> CorrectionPost:
    sources = instance.services.case_sources
    assert sources is not None
    now: datetime = instance.services.clock.now() + after
    return replace(sources.corrections, clock=SetClock(now))


def demand(instance: Instance, row: Mapping[str, str], **parts: str) -> str:
    """Open a case and demand the paper of a license that is there, by two persons."""
    case = str(instance.open_case(row)["case"])
    answer = instance.client.post(
        f"/api/v1/cases/{case}/materials/{LICENSE}/decision",
        json={"form": "paper", **parts},
        headers=instance.headers("window"),
    )
    assert answer.status_code == 201, answer.text
    return case


def raised(instance: Instance, case: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = instance.client.get(
        f"/api/v1/cases/{case}/corrections", headers=instance.headers("window")
    ).json()
    return found


def take(instance: Instance, receipt: str, step: CorrectionStep, reason: str = "") -> None:
    answer = instance.client.post(
        f"/api/v1/corrections/{receipt}/events",
        json={"step": step.value, "reason": reason},
        headers=instance.headers("issuer"),
    )
    assert answer.status_code == 201, answer.text


@pytest.mark.parametrize("issuing", ["wuhu", "baoji"])
def test_an_unreadable_license_is_raised_at_its_issuer_and_the_answer_comes_back(
    country: Country, issuing: str
) -> None:
    issuer: Instance = getattr(country, issuing)
    license = str(issuer.mint()["identifier"])
    case = demand(country.baoji, issuer.rows[0], reason="P08", approver="W002")

    (waiting,) = raised(country.baoji, case)
    post_of(country.baoji).step()
    (told,) = raised(country.baoji, case)
    receipt = told["receipt"]
    at_issuer = issuer.client.get(
        f"/api/v1/corrections/{receipt}", headers=issuer.headers("issuer")
    ).json()
    take(issuer, receipt, CorrectionStep.DECLINED, "影像清晰可读")
    post_of(country.baoji, after=timedelta(minutes=11)).step()

    assert (waiting["receipt"], waiting["step"]) == (None, None)
    assert (told["kind"], told["license"], told["step"]) == ("unloadable", license, "raised")
    assert at_issuer["license"] == license
    assert case in at_issuer["remark"]
    assert raised(country.baoji, case)[0]["step"] == "declined"


def test_what_is_raised_twice_is_one_correction(country: Country) -> None:
    country.wuhu.mint()
    case = demand(country.baoji, country.wuhu.rows[0], reason="P08", approver="W002")
    post_of(country.baoji).step()
    first = raised(country.baoji, case)[0]["receipt"]
    with country.baoji.services.unit_of_work() as work:
        (kept,) = work.case_corrections.of_case(case)
        work.case_corrections.note(kept.place, None, until=country.baoji.services.clock.now())
        work.commit()
    sources = country.baoji.services.case_sources
    assert sources is not None
    again = post_of(country.baoji)

    again.step()

    assert raised(country.baoji, case)[0]["receipt"] == first
    with country.wuhu.services.unit_of_work() as work:
        found = [item for item in work.corrections.newest(200) if case in item.remark]
    assert len(found) == 1


class Deaf(Courier):
    """No region hears anything."""

    def ask(self, region: object, kind: object, body: object) -> Any:  # noqa: ANN401 - never
        raise SourceSilentError(f"{region} {kind} {body is not None}")


def test_a_silent_issuer_is_told_later_and_no_more_often_than_that(country: Country) -> None:
    country.wuhu.mint()
    case = demand(country.baoji, country.wuhu.rows[0], reason="P08", approver="W002")
    deaf = replace(post_of(country.baoji), courier=Deaf())

    assert deaf.step() == 0
    assert deaf.step() == 0
    with country.baoji.services.unit_of_work() as work:
        (kept,) = work.case_corrections.of_case(case)
    assert kept.attempts == 1
    assert raised(country.baoji, case)[0]["receipt"] is None
    post_of(country.baoji, after=timedelta(minutes=2)).step()
    assert raised(country.baoji, case)[0]["receipt"] is not None


def test_a_demand_for_a_reason_that_says_nothing_of_the_license_raises_nothing(
    country: Country,
) -> None:
    country.wuhu.mint()
    case = demand(country.baoji, country.wuhu.rows[0], reason="P09", approver="W002")

    assert raised(country.baoji, case) == []
