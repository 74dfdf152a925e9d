"""``yinxin case approve`` and ``reject``."""

import argparse

import pytest

from api.commands import case_outcomes
from api.console import OK, Output
from tests.instances import Country
from tests.unit.api.test_case_outcomes import GIVEN, renewal


@pytest.fixture
def run(country: Country, monkeypatch: pytest.MonkeyPatch) -> argparse.ArgumentParser:
    """The two commands, over the instance that is open."""

    class Opened:
        def __enter__(self) -> object:
            return country.wuhu.services

        def __exit__(self, *_: object) -> None: ...

    monkeypatch.setattr(case_outcomes, "open_services", lambda _home: Opened())
    parser = argparse.ArgumentParser()
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument("--home", default="")
    case_outcomes.register(parser.add_subparsers(), shared)
    return parser


def test_approving_tells_the_license(
    country: Country, run: argparse.ArgumentParser, capsys: pytest.CaptureFixture[str]
) -> None:
    _, case = renewal(country.wuhu)
    given = [f"--given={name}={value}" for name, value in GIVEN.items()]

    options = run.parse_args(["approve", case["case"], "--approver", "W002", *given])

    assert options.run(options, Output(as_json=True)) == OK
    made = country.wuhu.services.outcomes.view(case["case"])[1]
    assert made is not None
    assert made in capsys.readouterr().out


def test_rejecting_needs_its_reason(country: Country, run: argparse.ArgumentParser) -> None:
    _, case = renewal(country.wuhu)
    words = ["reject", case["case"], "--approver", "W002"]

    with pytest.raises(SystemExit):
        run.parse_args(words)
    options = run.parse_args([*words, "--note", "现场核查不符合要求"])

    assert options.run(options, Output(as_json=False)) == OK
    settled, license = country.wuhu.services.outcomes.view(case["case"])
    assert (settled.outcome.note, license) == ("现场核查不符合要求", None)


@pytest.mark.parametrize("text", ["number", "=1", "number="])
def test_a_field_is_a_name_and_a_value(run: argparse.ArgumentParser, text: str) -> None:
    with pytest.raises(SystemExit):
        run.parse_args(["approve", "C1", "--approver", "W002", "--given", text])
