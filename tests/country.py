"""A country in separate processes: one root, four regions, each a real server on loopback.

What goes wrong between regions is done to it from here: a region falls silent or is gone, its
clock is wrong, the root changes, lists are withdrawn or stolen.
"""

import io
import json
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx

from api import cli, founding
from api.bootstrap import key_store
from api.demo_country import (
    ISSUER,
    WINDOW,
    DemoRegion,
    found_country,
    prepare_folder,
    settle_people,
    spread_trust,
)
from api.homes import Home
from api.settings import Environment
from tests import world
from tests.region_processes import Region, at_home

WUHU, BAOJI, HEFEI, XIAN = world.ISSUERS
LICENSES = 7
_SOURCES = f"""\
departments = {{ market = "{BAOJI}", public-security = "own" }}
registers = {{ enterprise = "{BAOJI}", real-estate = "own" }}
"""
"""Whom every region asks besides registers of licenses."""
_FOLDERS = dict(zip(world.ISSUERS, ("wuhu", "baoji", "hefei", "xian"), strict=True))


def free_ports(count: int) -> list[int]:
    """Ports that nobody listens on, all of them held until all are known."""
    with ExitStack() as stack:
        sockets = [
            stack.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(count)
        ]
        return [int(item.getsockname()[1]) for item in sockets]


@dataclass(kw_only=True)
class Country:
    """The regions, and the root whose list they believe.

    Attributes:
        root: The home of the root.
        lists: The lists that were made, in order.
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
        with at_home(self.folder), redirect_stdout(out), redirect_stderr(errors):
            code = cli.main(["--home", str(home), *arguments, "--json"])
        assert code == expect, (code, out.getvalue(), errors.getvalue())
        return json.loads(out.getvalue() or "null")

    def found_next_root(self, folder: Path) -> Path:
        """Make another root in ``folder``, that nobody believes yet."""
        home = Home(folder)
        with at_home(self.folder):
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
    with ExitStack() as stack:
        http = stack.enter_context(httpx.Client(timeout=60, trust_env=False))
        with at_home(folder):
            country = _founded(folder, http)
        for region in country.regions.values():
            stack.callback(region.stop)
            region.start()
        with ThreadPoolExecutor(len(country.regions)) as pool:
            for _ in pool.map(_open_for_business, country.regions.values()):
                pass
        yield country


def _founded(folder: Path, http: httpx.Client) -> Country:
    passphrase, now = prepare_folder(folder), datetime.now(UTC)
    plans = _plans()
    found_country(folder, plans, passphrase=passphrase, now=now)
    for plan in plans:
        with (folder / plan.folder / "yinxin.toml").open("a", encoding="utf-8") as file:
            file.write(_SOURCES)
    data = spread_trust(folder, plans, passphrase=passphrase, now=now)
    people = {plan.code: settle_people(folder / plan.folder, None, "") for plan in plans}
    regions = {
        plan.code: Region(
            plan=plan,
            home=folder / plan.folder,
            http=http,
            token=people[plan.code][ISSUER],
            window=people[plan.code][WINDOW],
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
