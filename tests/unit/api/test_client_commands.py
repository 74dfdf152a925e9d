"""Systems that call, on the command line."""

from pathlib import Path

import pytest

from api.console import FAILED, USAGE
from tests.client_calls import public_pem
from tests.unit.api.test_cli import good, own_country, run
from tests.world import MemorySigner

BY = ("--operator", "X001")


def test_systems_are_registered_listed_changed_and_stopped(
    tmp_path_factory: pytest.TempPathFactory, tmp_path: Path
) -> None:
    key = tmp_path / "key.pem"
    key.write_text(public_pem(MemorySigner("system")), "ascii")
    with own_country(tmp_path_factory) as country:
        home = ("--json", "--home", country.wuhu)
        role = ("--role", "window", "--key", key)

        added = good(
            *("client", "add", "window-system", "--person", "S901", *role, *BY, *home),
            *("--matter", "open-restaurant", "--days", "30"),
        ).json
        changed = good("client", "change", "window-system", "--type", "*", *BY, *home).json
        listed = good("client", "list", *home).json
        own = run("client", "add", "own", "--person", "X001", *role, *BY, *home)
        no_key = run(
            *("client", "add", "other", "--person", "S902", "--role", "issuer"),
            *("--key", tmp_path / "none.pem", *BY, *home),
        )
        stranger = run("client", "stop", "window-system", "--operator", "S901", *home)
        told = good("client", "list", "--home", country.wuhu).out
        stopped = good("client", "stop", "window-system", *BY, *home).json
        again = run("client", "stop", "window-system", *BY, *home)
        nobody = run("client", "stop", "nobody", *BY, *home)

    assert (added["matters"], added["license_types"]) == (["open-restaurant"], [])
    assert (changed["matters"], changed["license_types"]) == ([], ["*"])
    assert changed["key"] == added["key"]
    assert listed == {"clients": [changed]}
    assert stopped == {"name": "window-system", "stopped": True}
    assert [done.code for done in (own, no_key, stranger, nobody)] == [USAGE] * 4
    assert "S901" in told
    assert again.code == FAILED
