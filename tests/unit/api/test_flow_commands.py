"""``yinxin one-thing`` and the commands that hand cases over."""

import argparse
import json
from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest

from api.commands import case_transfers, one_things
from api.console import INDETERMINATE, OK, Output
from tests.instance_parts import BAOJI, OPERATOR, PARTY_OPTION, WUHU, url_of
from tests.instances import Country, Instance
from tests.unit.api.test_one_things import RESTAURANT, company
from tests.unit.api.test_transfers import REJECTED, handled, taken_in
from verify.decision_errors import TransferRefusedError

__all__ = ["company"]
Run = Callable[..., tuple[int, Any]]


@pytest.fixture
def run(
    country: Country, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Run:
    """Run a command over an instance that is open; its code and its JSON, or its words."""
    at: list[Instance] = [country.baoji]

    class Opened:
        def __enter__(self) -> object:
            return at[0].services

        def __exit__(self, *_: object) -> None: ...

    def opened(_home: object) -> Opened:
        return Opened()

    modules: tuple[ModuleType, ...] = (case_transfers, one_things)
    for module in modules:
        monkeypatch.setattr(module, "open_services", opened)
    parser = argparse.ArgumentParser()
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument("--home", default="")
    commands = parser.add_subparsers()
    one_things.register(commands, shared)
    case_transfers.register(commands, shared)

    def call(*words: str, by: Instance = country.baoji, as_json: bool = True) -> tuple[int, Any]:
        at[0] = by
        options = parser.parse_args(words)
        capsys.readouterr()
        code = options.run(options, Output(as_json=as_json))
        out = capsys.readouterr().out
        return code, json.loads(out) if as_json else out

    return call


def test_case_goes_to_another_region_and_is_taken_over_there(country: Country, run: Run) -> None:
    case = taken_in(country)
    hand = ("hand-over", case["case"], "--region", WUHU, "--operator", "W001")
    country.post.silent.add(url_of(WUHU))
    silent = run(*hand)
    country.post.silent.clear()

    code, sent = run(*hand)
    _, (came,) = run("arrivals", by=country.wuhu)
    _, opened = run("take-over", BAOJI, sent["number"], "--operator", "W001", by=country.wuhu)
    _, words = run("arrivals", by=country.wuhu, as_json=False)

    assert (silent[0], silent[1]["received_at"]) == (INDETERMINATE, None)
    assert (code, sent["region"]) == (OK, WUHU)
    assert (came["number"], came["case"]) == (sent["number"], None)
    assert opened["case"]["matter"] == "open-restaurant"
    assert opened["case"]["case"] in words


def test_nothing_came_is_said_in_words(country: Country, run: Run) -> None:
    assert "没有收到代收办件" in run("arrivals", by=country.wuhu, as_json=False)[1]


def test_outcome_that_came_back_is_shown(country: Country, run: Run) -> None:
    case = handled(country, **REJECTED)
    _, before = run("handed-over", case["case"], as_json=False)
    country.wuhu.services.returns.step()

    _, after = run("handed-over", case["case"], as_json=False)
    _, told = run("handed-over", case["case"])

    assert "办结后自动传回" in before
    assert "不予" in after
    assert str(REJECTED["note"]) in after
    assert told["returned"]["outcome"] == "reject"


def test_case_is_not_handed_over_to_nobody(country: Country, run: Run) -> None:
    case = taken_in(country)

    with pytest.raises(TransferRefusedError):
        run("hand-over", case["case"], "--region", "110000", "--operator", "W001")


@pytest.mark.usefixtures("country")
def test_first_thirteen_one_things_are_listed(run: Run) -> None:
    _, listed = run("one-thing", "list")

    assert len(listed) == 13
    assert "开办餐饮店" in run("one-thing", "list", as_json=False)[1]


def test_application_is_made_decided_and_filled_in(run: Run, company: dict[str, str]) -> None:
    answers = [part for item in RESTAURANT.items() for part in ("--situation", "=".join(item))]
    code, made = run(
        *("one-thing", "apply", "open-restaurant", "--holder", company["credit_code"]),
        *("--name", company["company_name"], "--operator", "W001", *PARTY_OPTION, *answers),
    )
    named = made["application"]
    decide = ("one-thing", "decide", named, "business-license", "--form", "e_license")

    _, decided = run(*decide, "--operator", "W001")
    _, form = run("one-thing", "form", named, "--answer", "phone=0917-1", "--operator", "W001")
    _, words = run("one-thing", "form", named, as_json=False)
    _, shown = run("one-thing", "show", named, as_json=False)

    assert (code, len(made["cases"])) == (OK, 3)
    assert len(decided["decisions"]) > 1
    values = {item["code"]: item["value"] for item in form["fields"]}
    assert values["phone"] == "0917-1"
    assert "0917-1" in words
    assert all(case["case"] in shown for case in made["cases"])
    assert OPERATOR["code"] not in shown
    assert "business-license" not in shown
