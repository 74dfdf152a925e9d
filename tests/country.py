"""A country in separate processes: one root, four regions, each a real server on loopback.

What goes wrong between regions is done to it from here: a region falls silent or is gone, its
clock is wrong, the root changes, lists are withdrawn or stolen.
"""

import io
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from unittest.mock import patch

import httpx
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from api import cli, founding
from api.bootstrap import OpenHome, key_store
from api.clients.calls import RegionCalls, Voice
from api.clients.regions import HttpRegionClient
from api.composition import open_services
from api.demo_country import (
    ISSUER,
    UNLOCK_NOTE,
    DemoRegion,
    found_country,
    own_environment,
    prepare_folder,
    settle_people,
    spread_trust,
)
from api.homes import Home
from api.services import Services
from api.settings import Environment
from certs.regions import RegionCode
from certs.samples.food_business import food_business_rows
from signing.keystores import files
from signing.roles import Role
from tests import world
from tests.instance_parts import body_of

WUHU, BAOJI, HEFEI, XIAN = world.ISSUERS
LICENSES = 7
_FOLDERS = dict(zip(world.ISSUERS, ("wuhu", "baoji", "hefei", "xian"), strict=True))
_START_SECONDS = 60.0


def free_ports(count: int) -> list[int]:
    """Ports that nobody listens on, all of them held until all are known."""
    with ExitStack() as stack:
        sockets = [
            stack.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(count)
        ]
        return [int(item.getsockname()[1]) for item in sockets]


@dataclass(kw_only=True)
class Region:
    """One region: its home, its server, and what it issued.

    Attributes:
        started_in: Seconds from the start of the process to its first good answer.
    """

    plan: DemoRegion
    home: Path
    http: httpx.Client
    token: str = ""
    process: subprocess.Popen[bytes] | None = None
    started_in: float = 0.0
    identifiers: list[str] = field(default_factory=list)

    @property
    def code(self) -> str:
        return self.plan.code

    @property
    def url(self) -> str:
        return self.plan.url

    @property
    def log(self) -> str:
        """What the server has logged."""
        return self._log_file.read_text("utf-8")

    @property
    def _log_file(self) -> Path:
        return self.home.parent / f"{self.home.name}.log"

    def start(self, *, clock_offset: timedelta = timedelta()) -> None:
        """Start the server; ``wait`` until it answers."""
        offset = str(int(clock_offset.total_seconds()))
        with self._log_file.open("ab") as log:
            self.process = subprocess.Popen(
                [
                    *(sys.executable, "-m", "api.cli", "--home", str(self.home)),
                    *("serve", "--port", str(self.plan.port)),
                ],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=os.environ | {"YINXIN_CLOCK_OFFSET_SECONDS": offset},
                start_new_session=True,
            )
        self.started_in = -time.monotonic()

    def wait(self) -> None:
        """Wait for the server's first good answer."""
        assert self.process is not None
        deadline = time.monotonic() + _START_SECONDS
        while time.monotonic() < deadline:
            assert self.process.poll() is None, f"{self.plan.name} did not start"
            try:
                if self.http.get(f"{self.url}/readyz").status_code == httpx.codes.OK:
                    self.started_in += time.monotonic()
                    return
            except httpx.HTTPError:
                time.sleep(0.05)
        raise AssertionError(f"{self.plan.name} does not answer")

    def stop(self) -> None:
        """End the server; afterwards connections are refused."""
        if self.process is None:
            return
        self.process.send_signal(signal.SIGCONT)
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process = None

    @contextmanager
    def gone(self) -> Iterator[None]:
        """Nobody listens."""
        self.stop()
        try:
            yield
        finally:
            self.start()
            self.wait()

    @contextmanager
    def silent(self) -> Iterator[None]:
        """Connections are taken, and nothing is said."""
        assert self.process is not None
        self.process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self.process.send_signal(signal.SIGCONT)

    @contextmanager
    def clock_off(self, by: timedelta) -> Iterator[None]:
        """The server's clock is wrong."""
        self.stop()
        self.start(clock_offset=by)
        try:
            self.wait()
            yield
        finally:
            self.stop()
            self.start()
            self.wait()

    def mint(self, count: int, *, first: int = 0) -> None:
        """Issue licenses over HTTP."""
        rows = food_business_rows(RegionCode(self.code), first + count, seed=1)
        for row in rows[first:]:
            answer = self.http.post(
                f"{self.url}/api/v1/licenses", json=body_of(row), headers=self._issuer
            )
            assert answer.status_code == httpx.codes.CREATED, answer.text
            self.identifiers.append(answer.json()["identifier"])

    def revoke(self, number: int) -> None:
        """Revoke a license of this region, as of yesterday."""
        answer = self.http.post(
            f"{self.url}/api/v1/licenses/{self.identifiers[number]}/status",
            json={
                "kind": "revoked",
                "effective_at": (datetime.now(UTC) - timedelta(days=1)).isoformat(),
                "decision_no": "样监罚〔2026〕1号",
                "reason": "样例",
            },
            headers=self._issuer,
        )
        assert answer.is_success, answer.text

    def file(self, number: int = 0, kind: str = "pdf") -> bytes:
        """A file of a license of this region."""
        answer = self.http.get(
            f"{self.url}/api/v1/licenses/{self.identifiers[number]}/files/{kind}",
            headers=self._issuer,
        )
        assert answer.status_code == httpx.codes.OK, answer.text
        return answer.content

    def verify_file(self, data: bytes, **fields: str) -> dict[str, Any]:
        """What this region says of a file."""
        return self._report(
            self.http.post(
                f"{self.url}/api/v1/verifications",
                files={"file": ("brought", data)},
                data=fields,
            )
        )

    def verify(self, **question: object) -> dict[str, Any]:
        """What this region says of an identifier or a code."""
        return self._report(self.http.post(f"{self.url}/api/v1/verifications", json=question))

    def verify_lines(self, lines: list[dict[str, str]]) -> list[dict[str, Any]]:
        """What this region says of many identifiers and codes."""
        answer = self.http.post(
            f"{self.url}/api/v1/verifications",
            content="".join(f"{json.dumps(line)}\n" for line in lines),
            headers={"Content-Type": "application/x-ndjson"},
        )
        assert answer.status_code == httpx.codes.OK, answer.text
        return [json.loads(line) for line in answer.text.splitlines()]

    @contextmanager
    def opened(self) -> Iterator[Services]:
        """This region's instance in the test's own process, beside its server."""
        with open_services(self.home) as services:
            yield services

    @contextmanager
    def asking(self, http: httpx.Client | None = None) -> Iterator[HttpRegionClient]:
        """A client that signs what it asks in this region's name."""
        voice = Voice(
            region=RegionCode(self.code),
            signer=OpenHome.at(self.home).signer(Role.SERVICE),
            now=lambda: datetime.now(UTC),
        )
        with HttpRegionClient(calls=RegionCalls(voice=voice, http=http)) as client:
            yield client

    @property
    def _issuer(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    @staticmethod
    def _report(answer: httpx.Response) -> dict[str, Any]:
        assert answer.status_code == httpx.codes.OK, answer.text
        report: dict[str, Any] = answer.json()
        return report


@dataclass(kw_only=True)
class Country:
    """The regions, and the root whose list they believe.

    Attributes:
        root: The home of the root that makes lists now.
        lists: Every list that was made, in order.
    """

    folder: Path
    regions: dict[str, Region]
    root: Path
    passphrase: str
    lists: list[bytes]

    def __getitem__(self, code: str) -> Region:
        return self.regions[code]

    def run(self, home: Path, *arguments: str, expect: int = 0) -> Any:  # noqa: ANN401 - JSON
        """Run a command at a home; return what it prints."""
        out, errors = io.StringIO(), io.StringIO()
        with redirect_stdout(out), redirect_stderr(errors):
            code = cli.main(["--home", str(home), *arguments, "--json"])
        assert code == expect, (code, out.getvalue(), errors.getvalue())
        return json.loads(out.getvalue() or "null")

    def make_list(self, *arguments: str, command: str = "make") -> Path:
        """Have the root sign the next list."""
        path = self.folder / f"list-{len(self.lists) + 1}.json"
        self.run(self.root, "trust", command, *arguments, "--yes", "--out", str(path))
        self.lists.append(path.read_bytes())
        return path

    def spread(self, path: Path, *codes: str) -> None:
        """Have regions (all, if none is named) take a list over."""
        for code in codes or self.regions:
            self.run(self[code].home, "trust", "import", str(path))

    def found_next_root(self, folder: Path) -> Path:
        """Make another root in ``folder``, that nobody believes yet."""
        home = Home(folder)
        founding.found_root(
            home,
            name="次根",
            keys=key_store(home, self.passphrase),
            environment=Environment.DEMO,
            now=datetime.now(UTC),
        )
        return home.root


@contextmanager
def open_country(folder: Path) -> Iterator[Country]:
    """Found the country, start its servers side by side, and have each issue licenses."""
    with own_environment(), _one_derivation(), ExitStack() as stack:
        country = _founded(folder, stack.enter_context(httpx.Client(timeout=60, trust_env=False)))
        os.environ["YINXIN_PASSPHRASE_FILE"] = str(folder / UNLOCK_NOTE)
        for region in country.regions.values():
            stack.callback(region.stop)
            region.start()
        with ThreadPoolExecutor(len(country.regions)) as pool:
            for _ in pool.map(_open_for_business, country.regions.values()):
                pass
        yield country


@contextmanager
def _one_derivation() -> Iterator[None]:
    """Give every key file made here the same salt, so that this process derives one key for all.

    Each derivation takes a quarter of a second on purpose, and a country has thirty keys. The
    servers derive every key for themselves.
    """
    derive = cache(lambda *given: Scrypt(*given[:-1]).derive(given[-1]))

    class Once:
        def __init__(self, *parameters: object) -> None:
            self._parameters = parameters

        def derive(self, passphrase: bytes) -> bytes:
            derived: bytes = derive(*self._parameters, passphrase)
            return derived

    with patch.object(files, "Scrypt", Once), patch.object(files, "secrets", _Unsalted):
        yield


class _Unsalted:
    """Stands for the module ``secrets`` where key files are written."""

    token_bytes = bytes


def _founded(folder: Path, http: httpx.Client) -> Country:
    passphrase, now = prepare_folder(folder), datetime.now(UTC)
    plans = _plans()
    found_country(folder, plans, passphrase=passphrase, now=now)
    data = spread_trust(folder, plans, passphrase=passphrase, now=now)
    regions = {
        plan.code: Region(
            plan=plan,
            home=folder / plan.folder,
            http=http,
            token=settle_people(folder / plan.folder, None, "")[ISSUER],
        )
        for plan in plans
    }
    return Country(
        folder=folder, regions=regions, root=folder / "root", passphrase=passphrase, lists=[data]
    )


def _plans() -> tuple[DemoRegion, ...]:
    ports = free_ports(len(world.ISSUERS))
    return tuple(
        DemoRegion(
            folder=_FOLDERS[code],
            code=code,
            name=world.NAMES[code],
            issuer_code=unified,
            issuer_name=issuer,
            port=port,
        )
        for (code, (issuer, unified)), port in zip(world.ISSUERS.items(), ports, strict=True)
    )


def _open_for_business(region: Region) -> None:
    region.wait()
    region.mint(LICENSES)
