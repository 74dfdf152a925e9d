"""``yinxin status`` on a real home: published, shown, rebuilt, cleared."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from api.console import USAGE
from certs.status_lists.tokens import StatusListToken, version_of
from tests import world
from tests.unit.api.test_cli import SEAL, WUHU, application, good, own_secrets, run


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    """A region with one license."""
    with own_secrets():
        issuer, unified = world.ISSUERS[WUHU.value]
        made = tmp_path / "wuhu"
        good("init", "--root", "--name", "测试根", "--home", tmp_path / "root")
        good(
            *("--home", made, "init", "--region", WUHU, "--name", "芜湖市"),
            *("--issuer-code", unified, "--issuer-name", issuer),
            *("--root-home", tmp_path / "root"),
        )
        good("--home", made, "seal", "make", "--code", SEAL, "--line", "行政审批专用章")
        yield made


def _issue(home: Path) -> str:
    body = home / "row.json"
    body.write_text(json.dumps(application(0)), "utf-8")
    found: str = good("license", "issue", body, "--json", "--home", home).json["identifier"]
    return found


def _published(home: Path) -> bytes:
    return (home / "public" / "status" / "0.cwt").read_bytes()


def test_a_revoked_license_is_in_the_list_once_it_is_published(home: Path) -> None:
    assert good("status", "show", "--home", home, "--json").json == []
    assert "没有需要发布的变化" in good("status", "publish", "--home", home).out
    identifier = _issue(home)
    (waiting,) = good("status", "show", "--home", home, "--json").json
    assert (waiting["counts"], waiting["version"]) == ([], "")

    (first,) = good("status", "publish", "--home", home, "--json").json
    good(
        *("license", "revoke", identifier, "--decision-no", "1号", "--reason", "理由"),
        *("--home", home),
    )
    (noted,) = good("status", "show", "--home", home, "--json").json
    (second,) = good("status", "publish", "--home", home, "--json").json

    assert (first["changed"], noted["waiting"], second["changed"]) == (0, 1, 1)
    assert second["version"] == version_of(_published(home))
    (shown,) = good("status", "show", "--list", 0, "--home", home, "--json").json
    assert shown["counts"] == [2**20 - 1, 1, 0, 0]
    assert (shown["waiting"], shown["freshness"]) == (0, "fresh")
    assert shown["version"] == second["version"]
    assert "1,048,575" in good("status", "show", "--home", home).out
    assert good("status", "publish", "--rebuild", "--home", home, "--json").json == []
    assert StatusListToken.parse(_published(home)).statuses.counts()[1] == 1


def test_a_file_that_was_lost_is_laid_out_again(home: Path) -> None:
    _issue(home)
    good("status", "publish", "--home", home)
    token = _published(home)
    (home / "public" / "status" / "0.cwt").unlink()

    assert good("status", "publish", "--home", home, "--json").json == []

    assert _published(home) == token


def test_a_list_that_does_not_exist_is_not_shown(home: Path) -> None:
    done = run("status", "show", "--list", "3", "--home", home)

    assert done.code == USAGE
    assert "没有编号为 3 的列表" in done.err


def test_young_versions_are_not_dropped(home: Path) -> None:
    _issue(home)
    good("status", "publish", "--home", home)

    assert good("status", "prune", "--home", home, "--json").json == {"dropped": 0}
    assert run("status", "prune", "--keep-days", "0", "--home", home).code == USAGE
