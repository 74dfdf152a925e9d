"""The archive on the command line."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from api.console import FAILED, OK, USAGE
from certs.packages.files import ANSWERS, STATUS_LIST, VALIDATION
from certs.packages.package import parse_package
from certs.status_lists.tokens import version_of
from storage.check import main as check
from tests.unit.api.test_cli import Country, good, own_country, run


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Country]:
    """A country of its own, so that nothing here disturbs other tests."""
    with own_country(tmp_path_factory) as made:
        yield made


def test_a_license_goes_from_issuing_to_an_outsider_with_a_package(
    office: Country, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home = ("--home", office.wuhu)
    identifier = office.issue(0)

    good("status", "publish", *home)
    waiting = good("archive", "show", "--json", *home).json
    done = good("archive", "run", "--json", "--tidy", *home).json
    again = good("archive", "run", *home)
    shown = good("archive", "show", identifier, "--json", *home).json
    exported = tmp_path / "package.zip"
    good("archive", "export", shown["package"], "--out", exported, *home)
    books = good("license", "reconcile", "--json", *home).json

    assert (waiting["waiting"], len(waiting["packages"])) == (1, 0)
    assert (done["archived"], done["stopped"], done["tidied"]) == ([shown["package"]], [], 1)
    assert "归档 0 件" in again.out
    assert books["clean"]
    _carries_what_was_published(office, exported)
    assert check([str(exported)]) == 0
    assert shown["package"] in capsys.readouterr().out
    verdict = good("verify", exported, "--json", *home)
    assert (verdict.json["format"], verdict.json["conclusion"]) == ("package", "passed")
    assert good("license", "export", identifier, "--out", tmp_path / "out", *home).code == OK
    _checked(office, exported, identifier)


def _carries_what_was_published(office: Country, exported: Path) -> None:
    """The status list in the package is the very one that the region published, byte for byte."""
    files = parse_package(exported.read_bytes()).files
    published = {
        path.read_bytes()
        for path in (office.wuhu / "public" / "status").rglob("*")
        if path.is_file()
    }
    assert files[STATUS_LIST].content in published
    assert ANSWERS not in files, "nobody had to be asked"
    reports = json.loads(files[VALIDATION].content)["reports"].values()
    version = version_of(files[STATUS_LIST].content)
    assert {item["status_lists"][0]["version"] for item in reports} == {version}


def _checked(office: Country, exported: Path, identifier: str) -> None:
    """Looking again: at what is stored, at a file, and at a file that was changed."""
    home = ("--home", office.wuhu)
    stored = run("archive", "check", identifier, "--json", *home)
    (report,) = stored.json
    failed = [item["item"] for item in report["results"] if item["outcome"] == "fail"]
    assert failed in ([], ["CQ-4-7"]), "the ledger may not have been published yet"
    assert good("archive", "check", exported, *home).code == OK
    exported.write_bytes(exported.read_bytes() + b"\0")
    broken = run("archive", "check", exported, *home)
    assert (broken.code, "trailing-bytes" in broken.out) == (FAILED, True)
    page = exported.with_suffix(".html")
    assert good("archive", "check", "--page", page, *home).code == OK
    assert "四性检测报告" in page.read_text("utf-8")
    assert run("archive", "show", "nothing", *home).code == USAGE
