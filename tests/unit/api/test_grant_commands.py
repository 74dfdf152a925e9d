"""Grants and the holder's log on the command line."""

import pytest

from api.console import INDETERMINATE, USAGE
from tests.instance_parts import PARTY_OPTION, SITUATION
from tests.unit.api.test_cli import ROWS, good, own_country, run

MATTER = "open-restaurant"


def test_grants_are_given_listed_and_revoked_and_lists_counted(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    with own_country(tmp_path_factory) as country:
        home = ("--json", "--home", country.wuhu)
        license = country.issue(4)
        good("access", "grant", "--person", "W001", "--role", "window", *home)
        case = good(
            *("case", "open", "--matter", MATTER, "--holder", ROWS[4]["credit_code"]),
            *("--name", ROWS[4]["operator"], "--operator", "W001", *home),
            *(part for item in SITUATION.items() for part in ("--situation", "=".join(item))),
            *PARTY_OPTION,
        ).json["case"]
        give = (
            *("grant", "give", "--license", license, "--case", case, "--matter", MATTER),
            *("--purpose", "办理开办餐饮店", "--operator", "W001", *home),
        )
        evidence = ("--evidence-kind", "paper", "--evidence", "样例授权书1号")

        bare = run(*give)
        beyond = run(*give, *evidence, "--field", "signatory")
        endless = run(*give, *evidence, "--uses", "0")
        given = good(*give, *evidence, "--preset", "30d").json
        listed = good("grant", "list", "--license", license, *home).json
        stranger = run("grant", "revoke", given["id"], "--operator", "W009", *home)
        ended = good("grant", "revoke", given["id"], "--operator", "W001", *home).json
        refused = good("grant", "refused", *home).json
        counted = good("usage", "count", *home).json
        checked = run("usage", "check", "--license", license, *home)

        for done in (bare, beyond, stranger):
            assert (done.code, done.out) == (USAGE, ""), done.err
        assert "取得同意须有凭证" in bare.err
        assert endless.code == USAGE
        assert [item["id"] for item in listed["grants"]] == [given["id"]]
        assert (given["state"], ended["state"]) == ("active", "revoked")
        assert [item["refusals"] for item in refused["refusals"]] == [1]
        assert counted == {"holders": 0}
        assert checked.code == INDETERMINATE
        assert checked.json["result"] == "uncounted"
