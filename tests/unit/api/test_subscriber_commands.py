"""Social verifiers and webhooks, on the command line."""

import pytest

from api.console import FAILED, USAGE
from tests.unit.api.test_cli import good, own_country, run

BY = ("--operator", "X001")


def test_verifiers_are_registered_listed_and_stopped(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    with own_country(tmp_path_factory) as country:
        home = ("--json", "--home", country.wuhu)
        said = ("--title", "样例银行", "--purpose", "开户", "--type", "food_business")
        added = good(
            *("verifier", "add", "bank-1", *said, "--field", "certificateNumber", *BY, *home)
        ).json
        listed = good("verifier", "list", *home).json
        refused = run("verifier", "add", "bank-2", *said, "--field", "nothing", *BY, *home)
        stopped = good("verifier", "stop", "bank-1", *BY, *home).json
        again = run("verifier", "stop", "bank-1", *BY, *home)
        nobody = run("verifier", "stop", "bank-9", *BY, *home)

    secret = added.pop("secret")
    assert len(secret) > 30
    assert listed == {"verifiers": [added]}
    assert stopped == {"name": "bank-1", "stopped": True}
    assert [done.code for done in (refused, again, nobody)] == [USAGE, FAILED, USAGE]


def test_webhooks_are_registered_listed_and_stopped(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    with own_country(tmp_path_factory) as country:
        home = ("--json", "--home", country.wuhu)
        address = ("--address", "http://127.0.0.1:9/hook")
        added = good("webhook", "add", "portal", *address, *BY, *home).json
        listed = good("webhook", "list", *home).json
        told = good("webhook", "list", "--home", country.wuhu).out
        refused = run("webhook", "add", "two", "--address", "ftp://a.example/", *BY, *home)
        stopped = good("webhook", "stop", "portal", *BY, *home).json
        again = run("webhook", "stop", "portal", *BY, *home)
        nobody = run("webhook", "stop", "nobody", *BY, *home)

    assert (added["license_types"], added["waiting"]) == (["*"], 0)
    assert listed == {"webhooks": [added]}
    assert "http://127.0.0.1:9/hook" in told
    assert stopped == {"name": "portal", "stopped": True}
    assert [done.code for done in (refused, again, nobody)] == [USAGE, FAILED, USAGE]
