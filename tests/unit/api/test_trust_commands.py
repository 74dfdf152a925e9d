"""``yinxin trust``: lists are made with a look at what changes, roots follow one another."""

import io
import json
import os
import sys
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from api.console import FAILED, INDETERMINATE, OK, USAGE
from api.founding import AUTHORITY
from api.homes import Home
from certs import canonical
from signing.keystores import files
from storage.trust_folder import TrustFolder
from tests import sealed, world
from tests.list_sources import Answer, nobody, serving
from tests.unit.api.test_cli import SECRET, Done, good, run
from verify.trust_lists import TrustedRegion, region_entry

WUHU, BAOJI = sealed.trusted_region(), sealed.trusted_region("610300")
SERIAL = f"{WUHU.anchors[0].certificate.serial:x}"
AGREEMENTS = """
[[agreement]]
id = "wuhu-baoji"
accepting = ["340200"]
issuing = ["610300"]
types = ["all"]
matters = ["open-restaurant"]
powers = ["verify", "exempt"]
basis = "互认协议（样例）"
valid_from = 2026-01-01
"""


@dataclass(frozen=True)
class Office:
    """A root's home and the files on its desk."""

    folder: Path

    @property
    def root(self) -> Path:
        return self.folder / "root"

    @property
    def out(self) -> Path:
        return self.folder / "list.json"

    def entry(self, region: TrustedRegion) -> Path:
        path = self.folder / f"{region.code}.json"
        path.write_bytes(canonical.encode(region_entry(region)))
        return path

    def make(self, *arguments: object, out: Path | None = None) -> Done:
        return run("--home", self.root, "trust", "make", *arguments, "--out", out or self.out)

    def made(self, *arguments: object, out: Path | None = None) -> dict[str, Any]:
        """The list after a command that signs."""
        done = self.make(*arguments, out=out)
        assert done.code == OK, done.err
        payload: dict[str, Any] = json.loads((out or self.out).read_bytes())["payload"]
        return payload

    def pem(self, name: str = "root") -> Path:
        path = self.folder / f"{name}.pem"
        good("trust", "export", "--out", path, "--home", self.folder / name)
        return path

    def agreements(self, text: str = AGREEMENTS) -> Path:
        path = self.folder / "agreements.toml"
        path.write_text(text, "utf-8")
        return path


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Office:
    """A root that has made nothing yet."""
    for name in [name for name in os.environ if name.startswith("YINXIN_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("YINXIN_PASSPHRASE", SECRET)
    monkeypatch.setenv("YINXIN_ROOT_PASSPHRASE", SECRET)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setattr(files, "SCRYPT_COST", 2**5)
    good("init", "--root", "--name", "测试根", "--home", tmp_path / "root")
    return Office(tmp_path)


def answer_at_terminal(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr(sys, "stdin", Terminal(text))


# Making --------------------------------------------------------------------------------------


def test_a_list_that_only_adds_is_signed_at_once_with_what_it_adds(office: Office) -> None:
    done = office.make(office.entry(WUHU))

    assert done.code == OK
    assert "+ 340200 新增地区 芜湖市" in done.out
    assert office.made(office.entry(WUHU), office.entry(BAOJI))["version"] == 2
    assert office.made(office.entry(WUHU), office.entry(BAOJI))["version"] == 3


def test_a_list_that_takes_away_is_shown_and_not_signed(office: Office) -> None:
    office.made(office.entry(WUHU), office.entry(BAOJI))
    before = office.out.read_bytes()

    done = office.make(office.entry(WUHU))

    assert (done.code, done.out) == (USAGE, "")
    assert "! 610300 移除地区 宝鸡市 · region removed" in done.err
    assert "--yes" in done.err
    assert office.out.read_bytes() == before
    assert good("--home", office.root, "trust", "show", "--json").json["version"] == 1


def test_a_list_that_takes_away_is_signed_when_somebody_agrees(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    entries = office.entry(WUHU), office.entry(BAOJI)
    office.made(*entries)
    answer_at_terminal(monkeypatch, "y\n")
    assert len(office.made(entries[0])["regions"]) == 1
    answer_at_terminal(monkeypatch, "n\n")
    assert office.make(entries[1]).code == USAGE
    answer_at_terminal(monkeypatch, "")
    assert office.make(entries[1]).code == USAGE
    assert office.made(entries[1], "--yes")["version"] == 3


def test_other_regions_are_carried_along_when_asked(office: Office) -> None:
    office.made(office.entry(WUHU), office.entry(BAOJI))
    renamed = office.entry(replace(WUHU, name="芜湖"))

    made = office.made(renamed, "--carry")

    assert [(item["code"], item["name"]) for item in made["regions"]] == [
        ("340200", "芜湖"),
        ("610300", "宝鸡市"),
    ]


def test_a_list_of_what_there_was_is_only_prolonged(office: Office) -> None:
    first = office.made(office.entry(WUHU), "--days", "10")
    second = office.made("--carry", "--days", "20")

    assert second["regions"] == first["regions"]
    assert second["expires_at"] > first["expires_at"]
    assert office.make("--carry", "--days", "5").code == USAGE


def test_what_would_change_is_shown_without_signing(office: Office) -> None:
    shown = good("--home", office.root, "trust", "make", office.entry(WUHU), "--diff", "--json")

    assert [item["kind"] for item in shown.json["changes"]] == [
        "region-added",
        "anchor-added",
        "issuer-added",
    ]
    assert not office.out.exists()
    assert good("--home", office.root, "trust", "show", "--json").json is None


def test_an_anchor_is_withdrawn_and_stays_so_whatever_the_region_exports(office: Office) -> None:
    office.made(office.entry(WUHU))
    told = f"340200:{SERIAL}@2026-03-20T08:00"

    refused = office.make("--carry", "--withdraw", told)
    withdrawn = office.made("--carry", "--withdraw", told, "--yes")
    again = office.made(office.entry(WUHU))

    assert (refused.code, "! 340200 停用锚证书" in refused.err) == (USAGE, True)
    for made in (withdrawn, again):
        at = made["regions"][0]["anchors"][0]["withdrawn_at"]
        assert datetime.fromisoformat(at) == datetime(2026, 3, 20, tzinfo=UTC)


@pytest.mark.parametrize(
    "told",
    [
        "340200",
        "340200:zz@2026-03-20",
        "340200:SERIAL@soon",
        "340200:1@2026-03-20",
        "610300:SERIAL@2026-03-20",
        "34:SERIAL@2026-03-20",
        "",
        ":@",
    ],
)
def test_a_withdrawal_that_names_no_anchor_is_refused(office: Office, told: str) -> None:
    told = told.replace("SERIAL", SERIAL)
    office.made(office.entry(WUHU))

    assert office.make("--carry", "--yes", "--withdraw", told).code == USAGE


def test_agreements_stay_until_a_file_says_otherwise(office: Office) -> None:
    entries = office.entry(WUHU), office.entry(BAOJI)
    first = office.made(*entries, "--agreements", office.agreements())
    second = office.made(*entries)
    refused = office.make(*entries, "--agreements", office.agreements("agreement = []"))
    last = office.made(*entries, "--agreements", office.agreements("agreement = []"), "--yes")

    assert [item["id"] for item in first["agreements"]] == ["wuhu-baoji"]
    assert second["agreements"] == first["agreements"]
    assert (refused.code, "! wuhu-baoji 取消授信约定" in refused.err) == (USAGE, True)
    assert "agreements" not in last


def test_an_issuer_in_two_regions_is_not_signed_without_a_second_look(office: Office) -> None:
    greedy = office.entry(replace(BAOJI, issuers=WUHU.issuers))

    done = office.make(office.entry(WUHU), greedy)

    assert (done.code, "同时列在 340200 610300" in done.err) == (USAGE, True)


@pytest.mark.parametrize(
    "arguments",
    [[], ["--diff"], ["{entry}", "{entry}"], ["{list}"], ["--carry", "--agreements", "x"]],
)
def test_a_make_that_makes_no_sense_is_refused(office: Office, arguments: list[str]) -> None:
    office.made(office.entry(WUHU))
    names = {"{entry}": str(office.entry(WUHU)), "{list}": str(office.out)}

    assert office.make(*(names.get(item, item) for item in arguments)).code == USAGE


def test_a_root_whose_newest_list_is_damaged_makes_no_other(office: Office) -> None:
    office.made(office.entry(WUHU))
    (office.root / "trust" / "00000001.json").write_bytes(b"damaged")

    done = office.make(office.entry(WUHU))

    assert (done.code, "damaged" in done.err) == (USAGE, True)


# Comparing and showing -----------------------------------------------------------------------


def test_any_two_lists_are_compared_without_an_instance(office: Office) -> None:
    one, two = office.folder / "1.json", office.folder / "2.json"
    office.made(office.entry(WUHU), office.entry(BAOJI), out=one)
    office.made(office.entry(WUHU), "--yes", out=two)

    forward = good("trust", "diff", one, two, "--json", "--home", office.folder / "none").json
    people = good("trust", "diff", two, one)

    assert [(item["kind"], item["place"]) for item in forward["changes"]] == [
        ("region-removed", "610300")
    ]
    assert (forward["old"]["version"], forward["new"]["version"]) == (1, 2)
    assert "+ 610300 新增地区 宝鸡市" in people.out
    assert "没有变化" in good("trust", "diff", one, one).out


def test_an_altered_list_is_not_compared(office: Office) -> None:
    office.made(office.entry(WUHU))
    altered = office.folder / "altered.json"
    altered.write_bytes(office.out.read_bytes().replace("芜湖市".encode(), "芜糊市".encode()))

    done = run("trust", "diff", office.out, altered)

    assert (done.code, done.out) == (USAGE, "")


def test_a_list_is_shown_with_all_that_it_says(office: Office) -> None:
    office.made(
        office.entry(WUHU), office.entry(BAOJI), "--agreements", office.agreements(), "--days", "30"
    )

    shown = good("--home", office.root, "trust", "show")
    value = good("--home", office.root, "trust", "show", "--json").json

    for words in (
        "第 1 版 · 有效，还有 29 天",
        "信任根 root 测试根 样本根",
        "地区 region 340200 芜湖市",
        f"序列号 serial {SERIAL}",
        "机构 issuer 11340200MB9TXY014H 芜湖市市场监督管理局",
        "授信约定 agreement wuhu-baoji：340200 ← 610300，免于提交、核验",
        "互认协议（样例）",
    ):
        assert words in shown.out
    assert (value["days_left"], value["fresh"]) == (29, True)
    assert [item["signed_this_list"] for item in value["roots"]] == [True]
    assert value["agreements"][0]["id"] == "wuhu-baoji"
    assert value["refused"] == []


def test_refused_lists_are_shown(office: Office) -> None:
    first = office.folder / "1.json"
    office.made(office.entry(WUHU), out=first)
    office.made(office.entry(WUHU))
    home = office.folder / "region"
    good("--home", home, "trust", "import", office.out, "--trust-root", office.pem())
    assert run("--home", home, "trust", "import", first).code == USAGE

    shown = good("--home", home, "trust", "show")
    value = good("--home", home, "trust", "show", "--json").json

    assert "曾拒收 refused" in shown.out
    assert [(item["reason"], item["version"], item["known"]) for item in value["refused"]] == [
        ("rollback", 1, 2)
    ]


def test_why_there_is_no_list_is_told(office: Office) -> None:
    home = office.folder / "region"
    assert "没有钉定信任根" in good("--home", home, "trust", "show").out
    office.made(office.entry(WUHU))
    good("--home", home, "trust", "import", office.out, "--trust-root", office.pem())

    (home / "trust" / "00000001.json").unlink()

    assert "曾被采用而今缺失" in good("--home", home, "trust", "show").out


def test_a_huge_file_is_not_imported(office: Office) -> None:
    huge = office.folder / "huge.json"
    with huge.open("wb") as file:
        file.truncate(10 * 2**30)

    done = run("--home", office.folder / "r", "trust", "import", huge, "--trust-root", office.pem())

    assert (done.code, "malformed" in done.err) == (USAGE, True)


# Roots ---------------------------------------------------------------------------------------


def iso(**ahead: int) -> str:
    return (datetime.now(UTC) + timedelta(**ahead)).isoformat()


def roll(office: Office, *arguments: object) -> Done:
    new = office.folder / "next"
    if not new.exists():
        good("init", "--root", "--name", "新根", "--home", new)
    pem = office.pem("next")
    return run("--home", office.root, "trust", "roll", "--new-root", pem, *arguments)


def test_a_root_follows_another_and_everybody_goes_along(office: Office) -> None:
    region, new = office.folder / "region", office.folder / "next"
    office.made(office.entry(WUHU))
    good("--home", region, "trust", "import", office.out, "--trust-root", office.pem())
    announced, continued = office.folder / "announced.json", office.folder / "continued.json"

    asked = roll(office, "--old-until", iso(days=30), "--out", announced)
    rolled = roll(office, "--old-until", iso(days=30), "--out", announced, "--yes")
    good("--home", new, "trust", "import", announced, "--trust-root", office.pem())
    made = good("--home", new, "trust", "make", "--carry", "--out", continued, "--json").json
    old = office.made("--carry", "--days", "91")
    good("--home", region, "trust", "import", continued)
    shown = good("--home", region, "trust", "show", "--json").json

    assert (asked.code, "! 指定新的信任根 新根" in asked.err) == (USAGE, True)
    assert (rolled.code, made["version"], old["version"]) == (OK, 3, 3)
    assert [(item["name"], item["signed_this_list"]) for item in shown["roots"]] == [
        ("测试根 样本根", False),
        ("新根 样本根", True),
    ]
    assert run("--home", region, "trust", "import", office.out).code == USAGE


def test_a_root_signs_nothing_before_its_time(office: Office) -> None:
    new, announced = office.folder / "next", office.folder / "announced.json"
    office.made(office.entry(WUHU))
    times = ("--valid-from", iso(days=1), "--old-until", iso(days=30))
    assert roll(office, *times, "--out", announced, "--yes").code == OK
    good("--home", new, "trust", "import", announced, "--trust-root", office.pem())

    done = run("--home", new, "trust", "make", "--carry", "--out", office.folder / "x")

    assert (done.code, "此时不采信本根" in done.err) == (USAGE, True)
    assert not (office.folder / "x").exists()


@pytest.mark.parametrize("ends", [{"days": -1}, {"seconds": -1}])
def test_an_old_root_ends_in_the_future(office: Office, ends: dict[str, int]) -> None:
    office.made(office.entry(WUHU))

    done = roll(office, "--old-until", iso(**ends), "--out", office.folder / "x", "--yes")

    assert (done.code, "旧根的终止时间须在将来" in done.err) == (USAGE, True)
    assert not (office.folder / "x").exists()


def test_a_root_names_one_successor(office: Office) -> None:
    office.made(office.entry(WUHU))
    arguments = ("--old-until", iso(days=30), "--out", office.folder / "x", "--yes")
    assert roll(office, *arguments).code == OK

    done = roll(office, *arguments)

    assert (done.code, "conflict" in done.err) == (USAGE, True)


def test_a_root_that_made_no_list_names_no_successor(office: Office) -> None:
    done = roll(office, "--old-until", iso(days=30), "--out", office.folder / "x", "--yes")

    assert (done.code, "还没有签发过列表" in done.err) == (USAGE, True)


def test_pinning_anew_warns_and_waits_for_a_yes(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    region = office.folder / "region"
    office.made(office.entry(WUHU))
    good("--home", region, "trust", "import", office.out, "--trust-root", office.pem())
    good("init", "--root", "--name", "新根", "--home", office.folder / "next")
    new = Home(office.folder / "next").read_certificate(AUTHORITY)
    repin = ("--home", region, "trust", "repin", office.pem("next"))
    folder = TrustFolder(region / "trust")

    refused = run(*repin)
    assert (refused.code, new.digest.hex() in refused.err) == (USAGE, True)
    assert folder.root() == Home(office.root).read_certificate(AUTHORITY)
    answer_at_terminal(monkeypatch, "no\n")
    assert run(*repin).code == USAGE

    done = good(*repin, "--yes", "--json")

    assert folder.root() == new
    assert folder.current() is None
    assert (Path(done.json["aside"]) / "00000001.json").is_file()
    assert run("--home", region, "trust", "import", office.out).code == USAGE


@pytest.mark.parametrize("text", ["", "no certificate"])
def test_what_is_no_root_is_not_pinned_anew(office: Office, text: str) -> None:
    path = office.folder / "no.pem"
    path.write_text(text, "ascii")

    assert run("--home", office.folder / "r", "trust", "repin", path, "--yes").code == USAGE
    assert not (office.folder / "r").exists()


# Refreshing ----------------------------------------------------------------------------------


@pytest.fixture
def region(office: Office) -> Path:
    """A region that pinned the root and has its first list."""
    home = office.folder / "region"
    issuer, unified = world.ISSUERS["340200"]
    good(
        *("--home", home, "init", "--region", "340200", "--name", "芜湖市"),
        *("--issuer-code", unified, "--issuer-name", issuer, "--root-home", office.root),
    )
    office.made(office.entry(replace(WUHU, service_url=nobody())))
    good("--home", home, "trust", "import", office.out)
    return home


def refresh(home: Path, *arguments: object) -> Done:
    return run("--home", home, "trust", "refresh", *arguments)


def test_a_newer_list_is_fetched_once_by_hand(office: Office, region: Path) -> None:
    office.made("--carry")
    with serving(Answer(body=office.out.read_bytes)) as url:
        first, second = refresh(region, "--url", url, "--json"), refresh(region, "--url", url)

    assert (first.code, [item["result"] for item in first.json]) == (OK, ["adopted"])
    assert (second.code, "没有更新" in second.out) == (OK, True)
    assert good("--home", region, "trust", "show", "--json").json["version"] == 2


def test_the_setting_says_where_lists_are(
    office: Office, region: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.made("--carry")
    with serving(Answer(body=office.out.read_bytes)) as url:
        monkeypatch.setenv("YINXIN_TRUST_URL", url)
        assert refresh(region).code == OK

    assert good("--home", region, "trust", "show", "--json").json["version"] == 2


def test_a_list_that_is_refused_ends_with_1_and_silence_with_2(region: Path) -> None:
    forged = Answer(body=lambda: b'{"payload":{},"signature":"AAAA"}')
    with serving(forged) as url:
        refused = refresh(region, "--url", url)
    silent = refresh(region, "--url", nobody())

    assert (refused.code, "拒收" in refused.out) == (FAILED, True)
    assert (silent.code, "没有正常应答" in silent.out) == (INDETERMINATE, True)
    assert good("--home", region, "trust", "show", "--json").json["version"] == 1


@pytest.mark.parametrize(
    "url", ["ftp://x/y", "file:///etc/passwd", "x", "http://", "http://a:b@c/"]
)
def test_an_address_that_is_none_is_refused(region: Path, url: str) -> None:
    assert refresh(region, "--url", url).code == USAGE


def test_with_nobody_to_ask_that_is_told(office: Office) -> None:
    home = office.folder / "region"
    issuer, unified = world.ISSUERS["340200"]
    good(
        *("--home", home, "init", "--region", "340200", "--name", "芜湖市"),
        *("--issuer-code", unified, "--issuer-name", issuer, "--root-home", office.root),
    )

    done = refresh(home)

    assert (done.code, "trust_url" in done.err) == (USAGE, True)
