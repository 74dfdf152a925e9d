"""Evidence records on the command line, and in the hands of an outsider."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from api.console import FAILED, INDETERMINATE, OK, USAGE
from signing.evidence_records import parse_evidence_record
from storage.check import main as check
from tests.unit.api.test_cli import Country, good, own_country, run


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Country]:
    """A country of its own, so that nothing here disturbs other tests."""
    with own_country(tmp_path_factory) as made:
        yield made


def test_a_record_goes_from_the_archive_to_an_outsider_and_is_renewed(
    office: Country, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home = ("--home", office.wuhu)
    identifiers = [office.issue(number) for number in (0, 1)]
    packages = good("archive", "run", "--json", *home).json["archived"]
    record, package = tmp_path / "a.er", tmp_path / "a.zip"

    early = run("archive", "evidence", identifiers[0], "--out", record, *home)
    assert (early.code, "--now" in early.err) == (USAGE, True)
    waiting = good("archive", "evidence", "--json", *home).json
    assert (waiting["waiting"], waiting["has_service"], waiting["overdue"]) == (2, True, [])
    proved = good("archive", "evidence", "--now", "--json", *home).json
    assert (proved["waiting"], proved["packages"], proved["timestamps"]) == (0, 2, 1)

    verdict = good("archive", "evidence", identifiers[0], "--out", record, "--json", *home).json
    assert (verdict["conclusion"], len(verdict["timestamps"])) == ("passed", 1)
    good("archive", "export", identifiers[0], "--out", package, *home)
    assert check([str(package), "--evidence", str(record)]) == 0
    assert f"existed by {verdict['since']}" in capsys.readouterr().out

    assert good("archive", "renew", "--json", *home).json["done"] == [1]
    assert good("archive", "renew", "--hash", "--rate", "900", "--json", *home).json["done"] == [1]
    renewed = good("archive", "evidence", packages[0], "--out", record, "--json", *home).json
    assert len(renewed["timestamps"]) == 3
    assert [len(chain) for chain in parse_evidence_record(record.read_bytes()).chains] == [2, 1]
    assert check([str(package), "--evidence", str(record)]) == 0

    _judged_from_files(office, package, record)


def _judged_from_files(office: Country, package: Path, record: Path) -> None:
    """A record that somebody brings, with a package that he brings."""
    judge = ("archive", "evidence", package, "--record", record)
    assert good(*judge, "--home", office.wuhu).code == OK
    elsewhere = run(*judge, "--home", office.baoji)
    assert elsewhere.code in {OK, INDETERMINATE}, "whether 宝鸡 reaches the lists of 芜湖"
    record.write_bytes(record.read_bytes()[:-1])
    assert run(*judge, "--home", office.wuhu).code == FAILED
    assert run("archive", "evidence", "nothing", "--home", office.wuhu).code == USAGE
    assert run("archive", "evidence", "--out", record, "--home", office.wuhu).code == USAGE
    both = run("archive", "evidence", package, "--now", "--home", office.wuhu)
    assert both.code == USAGE


def test_the_periodic_check_looks_at_the_evidence(office: Country) -> None:
    home = ("--home", office.wuhu)
    identifier = office.issue(2)
    good("archive", "run", *home)

    def outcome() -> str:
        (report,) = run("archive", "check", identifier, "--json", *home).json
        (item,) = [item for item in report["results"] if item["item"] == "CQ-Y-1"]
        return f"{item['outcome']} {sorted(item['evidence'])}"

    assert outcome() == "not-applicable ['why']"
    good("archive", "evidence", "--now", *home)
    assert outcome() == "pass ['since', 'until']"


def test_the_record_of_a_package_that_is_gone_is_given_out(office: Country, tmp_path: Path) -> None:
    """What was disposed of keeps its digests and its evidence."""
    home = ("--home", office.wuhu)
    identifier = office.issue(3)
    good("archive", "run", *home)
    good("archive", "evidence", "--now", *home)
    stored = good("archive", "show", identifier, "--json", *home).json["object"]
    (path,) = (office.wuhu / "aip").rglob(stored)
    path.unlink()

    told = good("archive", "evidence", identifier, "--out", tmp_path / "gone.er", "--json", *home)

    assert told.json["conclusion"] == "passed"
    assert parse_evidence_record((tmp_path / "gone.er").read_bytes()).chains


def test_without_a_timestamp_service_the_state_says_what_to_set(
    office: Country, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.ground._timestamp_authority", lambda *_: None)

    told = run("archive", "evidence", "--home", office.wuhu)
    now = run("archive", "evidence", "--now", "--home", office.wuhu)

    assert (told.code, "timestamp_url" in told.out) == (OK, True)
    assert (now.code, "timestamp_url" in now.err) == (USAGE, True)
