"""``yinxin case receipt`` and ``yinxin case complaints``."""

import argparse
import json
from pathlib import Path

import pytest

from api.commands import case_receipts, complaints
from api.console import OK, Output
from tests.instances import Country
from tests.unit.api.test_case_receipts import decided, issued
from tests.unit.api.test_complaints import press, served


@pytest.fixture
def run(country: Country, monkeypatch: pytest.MonkeyPatch) -> argparse.ArgumentParser:
    """The two commands, over the instance that is open."""

    class Opened:
        def __enter__(self) -> object:
            return country.wuhu.services

        def __exit__(self, *_: object) -> None: ...

    parser = argparse.ArgumentParser()
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument("--home", default="")
    group = parser.add_subparsers()
    for command in (case_receipts, complaints):
        monkeypatch.setattr(command, "open_services", lambda _home: Opened())
        command.register(group, shared)
    return parser


def test_receipt_is_written_as_sealed_page_and_signed_data(
    country: Country,
    run: argparse.ArgumentParser,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    case, page = decided(country.wuhu)["case"], tmp_path / "receipt.pdf"
    options = run.parse_args(["receipt", case, "--out", str(page), "--operator", "W001"])

    assert options.run(options, Output(as_json=True)) == OK
    told = json.loads(capsys.readouterr().out)
    assert options.run(options, Output(as_json=True)) == OK, "nothing changed: the same again"
    again = json.loads(capsys.readouterr().out)

    signed = json.loads(page.with_suffix(".json").read_bytes())["payload"]
    assert (told["case"], told["version"], told) == (case, 1, again)
    assert signed["number"] == told["number"]
    assert country.wuhu.verify(page.read_bytes())["conclusion"] == "passed"


def test_complaints_tell_breaches_and_their_day(
    country: Country, run: argparse.ArgumentParser, capsys: pytest.CaptureFixture[str]
) -> None:
    wuhu = country.wuhu
    case = decided(wuhu)
    press(wuhu, issued(wuhu, case), served(case))
    options = run.parse_args(["complaints"])

    assert options.run(options, Output(as_json=True)) == OK
    (told,) = json.loads(capsys.readouterr().out)["complaints"]
    assert options.run(options, Output(as_json=False)) == OK
    words = capsys.readouterr().out

    assert (told["case"], told["is_breach"]) == (case["case"], True)
    assert "! 此材料已于" in words
    assert told["due_on"] in words
    assert wuhu.rows[0]["operator"] not in words
