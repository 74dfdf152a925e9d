"""Somebody with a trust folder and nothing else, who asks the regions; and a root of their own."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from api.bootstrap import SystemClock
from api.clients.regions import HttpRegionClient
from storage.trust_folder import TrustFolder
from tests.country import Country
from tests.instance_parts import InProcessReader
from tests.sealed import InProcessExaminer
from verify.checks import Check, Outcome
from verify.policies import Purpose, StatusOrder, shipped_policy
from verify.report import Report
from verify.verifier import Verifier

ONLINE_ONLY = replace(
    shipped_policy(Purpose.PUBLIC),
    name="online-only",
    documents=StatusOrder.ONLINE_ONLY,
    codes=StatusOrder.ONLINE_ONLY,
)


@dataclass(frozen=True, kw_only=True)
class Observer:
    """A home that holds trust alone."""

    home: Path
    country: Country

    def take(self, path: Path, *, expect: int = 0) -> None:
        """Import a list, with the command."""
        self.country.run(self.home, "trust", "import", str(path), expect=expect)

    def judge(self, data: bytes) -> Report:
        """Judge a file with an empty memory."""
        with verifier_of(self.home) as verifier:
            return verifier.verify(data)


@contextmanager
def verifier_of(home: Path) -> Iterator[Verifier]:
    """A verifier that believes the lists in ``home``."""
    with HttpRegionClient() as client:
        yield Verifier(
            trust=TrustFolder(home / "trust"),
            regions=client,
            examiner=InProcessExaminer(),
            pages=InProcessReader(),
            clock=SystemClock(),
        )


def observer(country: Country, folder: Path, *, lists: int = 1) -> Observer:
    """An observer who pinned the first root and took over the first lists."""
    root = folder / "root.pem"
    country.run(country.folder / "root", "trust", "export", "--out", str(root))
    found = Observer(home=folder / "observer", country=country)
    for number, data in enumerate(country.lists[:lists], start=1):
        path = folder / f"known-{number}.json"
        path.write_bytes(data)
        arguments = ("--trust-root", str(root)) if number == 1 else ()
        country.run(found.home, "trust", "import", str(path), *arguments)
    return found


def found(report: Report, check: Check) -> set[tuple[Outcome, str]]:
    """How a check ended, everywhere in a report."""
    return {(item.outcome, item.reason) for item in report.findings if item.check is check}


@dataclass(frozen=True, kw_only=True)
class Roots:
    """A copy of the root's home, so that what it does reaches only who is told."""

    country: Country
    folder: Path

    @property
    def home(self) -> Path:
        return self.folder / "root"

    def next_list(self, command: str, *arguments: str, home: Path | None = None) -> Path:
        path = self.folder / f"{len(list(self.folder.iterdir()))}.json"
        self.country.run(
            home or self.home, "trust", command, *arguments, "--yes", "--out", str(path)
        )
        return path
