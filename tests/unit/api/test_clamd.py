"""The virus scanner over a real socket: what it says, and what it does not."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from api.clients.clamd import ClamdScanner
from api.settings import Settings
from tests import archived
from tests.clamd_servers import EICAR, VERSION, ClamdServer, clamd
from tests.instances import Country
from verify.archive_checks.registry import run_checks
from verify.archive_checks.results import CheckOutcome, CheckResult, Stage
from verify.archive_checks.subjects import CheckSubject


@pytest.fixture(params=["unix", "tcp"])
def server(request: pytest.FixtureRequest) -> Iterator[ClamdServer]:
    # The name of a socket has 107 letters at most, and pytest's own folders are deep.
    with (
        TemporaryDirectory(dir="/tmp") as folder,
        clamd(f"{folder}/clamd.sock" if request.param == "unix" else "") as server,
    ):
        yield server


def results(scanner: ClamdScanner) -> dict[str, CheckResult]:
    subject = CheckSubject(package=archived.package(), scanner=scanner)
    report = run_checks(subject, stage=Stage.CAPTURE, checked_at=archived.AT)
    return {item.name.removeprefix("GD-"): item.result for item in report.items}


def test_every_byte_is_looked_at_and_a_virus_is_named(server: ClamdServer) -> None:
    scanner = ClamdScanner(address=server.address)
    long = bytes(range(256)) * 8192
    assert scanner.scan(long) == ""
    assert scanner.scan(b"") == ""
    assert scanner.scan(long + EICAR) == "Eicar-Signature"
    assert server.contents == [long, b"", long + EICAR]
    assert server.chunks > 3
    assert scanner.name() == VERSION


def test_a_package_passes_with_a_scanner_and_names_it(server: ClamdServer) -> None:
    found = results(ClamdScanner(address=server.address))
    assert found["4-1"].evidence == {"scanner": VERSION}
    assert found["4-2"].outcome is CheckOutcome.PASS
    assert len(server.contents) == 4


def test_a_virus_blocks(server: ClamdServer) -> None:
    server.says = b"stream: Win.Test.EICAR_HDB-1 FOUND\0"
    found = results(ClamdScanner(address=server.address))
    assert found["4-2"].outcome is CheckOutcome.FAIL
    assert "Win.Test.EICAR_HDB-1" in found["4-2"].evidence["problems"]


@pytest.mark.parametrize(
    "says",
    [
        b"INSTREAM size limit exceeded. ERROR\0",
        b"stream: OK",
        b"stream: OKAY\0",
        b"UNKNOWN COMMAND\0",
        b"",
        b"x" * 5000,
    ],
)
def test_what_is_no_clear_answer_is_for_a_person_and_never_passes(says: bytes) -> None:
    with clamd() as server:
        server.says = says
        found = results(ClamdScanner(address=server.address))
    assert found["4-2"].outcome is CheckOutcome.MANUAL


def test_a_scanner_that_hangs_or_is_away_is_for_a_person(tmp_path: Path) -> None:
    with clamd() as server:
        server.is_silent = True
        hanging = results(ClamdScanner(address=server.address, seconds=0.2))
    away = results(ClamdScanner(address=server.address, seconds=0.2))
    nowhere = results(ClamdScanner(address=f"unix:{tmp_path}/none", seconds=0.2))
    for found in (hanging, away, nowhere):
        assert (found["4-1"].outcome, found["4-2"].outcome) == (CheckOutcome.MANUAL,) * 2


def test_what_is_issued_is_scanned_before_it_is_archived(country: Country) -> None:
    country.wuhu.mint()
    desk = country.wuhu.services.archive
    assert desk is not None
    with clamd() as server:
        server.says = b"stream: Eicar-Signature FOUND\0"
        tools = replace(desk.tools, scanner=ClamdScanner(address=server.address))
        run = replace(desk, tools=tools).run()
    ((_, problem),) = run.stopped
    assert "GD-4-2" in problem


@pytest.mark.parametrize("address", ["clamd", "unix:relative", "tcp://host", "http://host:1"])
def test_an_address_that_leads_nowhere_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match="clamd_address"):
        Settings(schema_name="yinxin.home/1", name="x", clamd_address=address)
