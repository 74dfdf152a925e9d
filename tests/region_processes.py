"""A region as a process of its own on loopback, and everything that is done to it from outside."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from unittest.mock import patch

import httpx
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from api.bootstrap import OpenHome
from api.clients.calls import RegionCalls, Voice
from api.clients.regions import HttpRegionClient
from api.composition import open_services
from api.demo_country import UNLOCK_NOTE, DemoRegion
from api.services import Services
from certs.regions import RegionCode
from certs.samples.food_business import food_business_rows
from signing.keystores import files
from signing.roles import Role
from tests.instance_parts import body_of

_START_SECONDS = 60.0


def clean_environment(**more: str) -> dict[str, str]:
    """The environment without the settings of any instance."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("YINXIN_")}
    return kept | {"NO_PROXY": "127.0.0.1"} | more


@contextmanager
def at_home(country: Path) -> Iterator[None]:
    """Work with the keys of a country's homes in this process.

    Its key files have one salt, so that this process derives one key for all: each derivation
    takes a quarter of a second on purpose, and a country has thirty keys. The servers derive
    every key for themselves.
    """
    environment = clean_environment(YINXIN_PASSPHRASE_FILE=str(country / UNLOCK_NOTE))
    with (
        patch.dict(os.environ, environment, clear=True),
        patch.object(files, "Scrypt", _OnceDerived),
        patch.object(files, "secrets", _Unsalted),
    ):
        yield


class _OnceDerived:
    """Stands for scrypt where key files are written and read."""

    def __init__(self, *parameters: Any) -> None:  # noqa: ANN401 - passed on
        self._parameters = parameters

    def derive(self, passphrase: bytes) -> bytes:
        return _derived(*self._parameters, passphrase)


@cache
def _derived(*given: Any) -> bytes:  # noqa: ANN401 - passed on
    return Scrypt(*given[:-1]).derive(given[-1])


class _Unsalted:
    """Stands for the module ``secrets`` where key files are written."""

    token_bytes = bytes


@dataclass(kw_only=True)
class Region:
    """One region: its home, its server, and what it issued."""

    plan: DemoRegion
    home: Path
    http: httpx.Client
    token: str = ""
    window: str = ""
    process: subprocess.Popen[bytes] | None = None
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
                env=clean_environment(YINXIN_CLOCK_OFFSET_SECONDS=offset),
                start_new_session=True,
            )

    def wait(self) -> None:
        """Wait for the server's first good answer."""
        assert self.process is not None
        deadline = time.monotonic() + _START_SECONDS
        while time.monotonic() < deadline:
            assert self.process.poll() is None, f"{self.plan.name} did not start"
            try:
                if self.http.get(f"{self.url}/readyz").status_code == httpx.codes.OK:
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
        with at_home(self.home.parent), open_services(self.home) as services:
            yield services

    @contextmanager
    def asking(self, http: httpx.Client | None = None) -> Iterator[HttpRegionClient]:
        """A client that signs what it asks in this region's name."""
        with at_home(self.home.parent):
            signer = OpenHome.at(self.home).signer(Role.SERVICE)
        voice = Voice(region=RegionCode(self.code), signer=signer, now=lambda: datetime.now(UTC))
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
