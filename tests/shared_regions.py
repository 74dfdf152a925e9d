"""A region with its register in PostgreSQL and its objects in S3, and workers beside it."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from unittest.mock import patch

from api.demo_country import (
    ISSUER,
    DemoRegion,
    found_country,
    prepare_folder,
    settle_people,
    spread_trust,
)
from tests import world
from tests.country import WUHU, free_ports
from tests.region_processes import at_home, clean_environment


@dataclass(frozen=True, kw_only=True)
class SharedRegion:
    """A region that was founded, and where it keeps things."""

    plan: DemoRegion
    folder: Path
    token: str
    database: str
    objects: str

    @property
    def home(self) -> Path:
        return self.folder / self.plan.folder


def found_shared(folder: Path, *, database: str, objects: str) -> SharedRegion:
    """Found a region where the environment says; its file says the same afterwards."""
    (port,) = free_ports(1)
    issuer, unified = world.ISSUERS[WUHU]
    plan = DemoRegion(
        folder="wuhu",
        code=WUHU,
        name=world.NAMES[WUHU],
        issuer_code=unified,
        issuer_name=issuer,
        port=port,
    )
    passphrase, now = prepare_folder(folder), datetime.now(UTC)
    with at_home(folder):
        told = {"YINXIN_DATABASE_URL": database, "YINXIN_OBJECTS_URL": objects}
        with patch.dict(os.environ, told):
            found_country(folder, (plan,), passphrase=passphrase, now=now)
        with (folder / "wuhu" / "yinxin.toml").open("a", encoding="utf-8") as file:
            file.write(f'database_url = "{database}"\nobjects_url = "{objects}"\n')
        spread_trust(folder, (plan,), passphrase=passphrase, now=now)
        token = settle_people(folder / "wuhu", None, "")[ISSUER]
    return SharedRegion(plan=plan, folder=folder, token=token, database=database, objects=objects)


@contextmanager
def worker_process(home: Path, *arguments: str) -> Iterator[subprocess.Popen[bytes]]:
    """A worker as a process of its own; it is gone afterwards, however it ended."""
    log = home.parent / "worker.log"
    with log.open("ab") as told:
        process = subprocess.Popen(
            [sys.executable, "-m", "api.cli", "--home", str(home), "worker", *arguments],
            stdin=subprocess.DEVNULL,
            stdout=told,
            stderr=told,
            env=clean_environment(),
        )
    try:
        yield process
    finally:
        process.kill()
        process.wait()
