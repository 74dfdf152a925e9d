"""What goes wrong between regions ends with the verdict that it must."""

import shutil
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from api.bootstrap import OpenHome
from api.console import USAGE
from api.homes import Home
from api.minting import mint
from api.schemas.licenses import LicenseIn
from api.seal_making import SealPlan, make_demo_seal
from certs.regions import RegionCode
from certs.samples.food_business import food_business_rows
from tests.country import BAOJI, HEFEI, LICENSES, WUHU, XIAN, Country
from tests.instance_parts import body_of
from tests.observers import ONLINE_ONLY, Observer, Roots, found, observer
from tests.photographs import code_on
from tests.region_processes import Region, at_home
from verify.checks import Check, Outcome
from verify.conclusions import Conclusion
from verify.trust_lists import TrustList
from verify.verifier import Inquiry

pytestmark = pytest.mark.xdist_group("country")
OK, BAD, UNKNOWN = Outcome.OK, Outcome.BAD, Outcome.UNKNOWN
PASSED, FAILED, INDETERMINATE = (
    Conclusion.PASSED,
    Conclusion.FAILED,
    Conclusion.INDETERMINATE,
)


def finding(report: dict[str, object], check: str) -> tuple[str, str]:
    """How a check ended in a report over HTTP."""
    findings = report["findings"]
    assert isinstance(findings, list)
    (item,) = [item for item in findings if item["check"] == check]
    return item["outcome"], item["reason"]


# Silence -------------------------------------------------------------------------------------


def test_a_silent_region_is_spoken_for_by_its_list(country: Country) -> None:
    asker, region = country[BAOJI], country[HEFEI]
    code = code_on(region.file())
    before = asker.verify(code=code)

    with region.silent():
        began = time.monotonic()
        by_code = asker.verify(code=code)
        waited = time.monotonic() - began
        at_window = asker.verify(code=code, purpose="acceptance")

    assert (before["conclusion"], by_code["conclusion"]) == ("passed", "passed")
    assert waited < 3, "a code is judged from memory"
    for report in (by_code, at_window):
        assert report["conclusion"] == "passed"
        assert finding(report, "license.status") == ("ok", "listed")
        assert "状态截至" in report["zh"]
        (used,) = report["status_lists"]
        assert used["uri"] == f"{region.url}/api/v1/status-lists/0"
        age = datetime.fromisoformat(report["judged_at"]) - datetime.fromisoformat(
            used["issued_at"]
        )
        assert timedelta(0) <= age <= timedelta(hours=12)


def test_a_region_that_is_gone_is_as_silent_as_what_was_heard_of_it(
    country: Country, tmp_path: Path
) -> None:
    region, only_online = country[HEFEI], Inquiry(policy=ONLINE_ONLY)
    data = region.file()
    code, stranger = code_on(data), observer(country, tmp_path)
    with country[WUHU].opened() as services:
        verifier = services.verifier
        before = [
            verifier.verify_text(code),
            verifier.verify_text(code, only_online),
            verifier.verify_text(region.identifiers[0], only_online),
        ]
        # What is looked for on the side is there a little later.
        assert verifier.regions.seal_standings(region.url) is not None
        with region.gone():
            by_face = verifier.verify(data)
            listed = verifier.verify_text(code)
            unheard = verifier.verify_text(code, only_online)
            unknown = stranger.judge(data)

    assert [item.conclusion for item in before] == [PASSED] * 3
    # Its list speaks for it, and its bulletin for its seals.
    assert (by_face.conclusion, found(by_face, Check.SEAL_STATUS)) == (PASSED, {(OK, "listed")})
    assert (listed.conclusion, found(listed, Check.LICENSE_STATUS)) == (PASSED, {(OK, "listed")})
    # Who wants an answer goes by nothing else, although all else is known.
    assert (unheard.conclusion, unheard.conclusion_at_sealing) == (INDETERMINATE, PASSED)
    assert found(unheard, Check.LICENSE_STATUS) == {(UNKNOWN, "silent")}
    assert found(unheard, Check.CODE_CERTIFICATE_REVOCATION) == {(OK, "")}
    # Who never heard of it learns nothing.
    assert (unknown.conclusion, unknown.conclusion_at_sealing) == (INDETERMINATE, PASSED)
    assert found(unknown, Check.SEAL_CERTIFICATE_REVOCATION) == {(UNKNOWN, "")}
    assert found(unknown, Check.LICENSE_STATUS) == {(UNKNOWN, "silent")}


# Seals ---------------------------------------------------------------------------------------


def issue_with_seal(region: Region, code: str, line: str, number: int) -> bytes:
    """Make one more seal, seal a license with it, and return the face."""
    plan = SealPlan(owner=region.plan.issuer_name, line=line, code=code)
    with at_home(region.home.parent):
        make_demo_seal(OpenHome.at(region.home), plan, days=365, now=datetime.now(UTC))
    row = food_business_rows(RegionCode(region.code), number + 1, seed=1)[number]
    with region.opened() as services:
        body = LicenseIn.model_validate(body_of(row))
        license = mint(body, key=code, services=services)
        return services.objects.get(license.files.pdf)


def revoke_seal(country: Country, region: Region, code: str, at: datetime) -> None:
    # Nothing is recorded before it takes effect, and a quick machine gets here sooner.
    time.sleep(max(0.0, (at - datetime.now(UTC)).total_seconds()))
    country.run(
        region.home,
        *("seal", "revoke", code, "--effective", at.isoformat()),
        *("--operator", "甲", "--approver", "乙", "--reason", "遗失", "--decision-no", "样1号"),
    )


@pytest.mark.parametrize(
    ("number", "later", "conclusion", "outcome"),
    [
        (91, timedelta(0), "failed", ("bad", "not-enabled")),
        (92, timedelta(seconds=1), "passed", ("ok", "")),
    ],
    ids=["before", "after"],
)
def test_a_seal_that_was_revoked_stands_for_what_it_had_sealed_before(
    country: Country, number: int, later: timedelta, conclusion: str, outcome: tuple[str, str]
) -> None:
    region, code, line = country[BAOJI], f"610300000000{number}", f"第{number}号专用章"
    data = issue_with_seal(region, code, line, number)
    before = country[WUHU].verify_file(data)
    sealed_at = datetime.fromisoformat(before["sealed_at"])
    revoke_seal(country, region, code, sealed_at + later)

    report = country[WUHU].verify_file(data)

    assert before["conclusion"] == "passed"
    assert line in "".join(item["seal"] for item in report["signatures"])
    assert (report["conclusion"], finding(report, "seal.status")) == (conclusion, outcome)


# Trust ---------------------------------------------------------------------------------------


@pytest.fixture
def roots(country: Country, tmp_path: Path) -> Roots:
    shutil.copytree(country.root, tmp_path / "roots" / "root")
    return Roots(country=country, folder=tmp_path / "roots")


@pytest.fixture
def somebody(country: Country, tmp_path: Path) -> Observer:
    return observer(country, tmp_path)


def anchor(region: Region) -> str:
    return f"{region.code}:{Home(region.home).read_certificate('authority').serial:x}"


def test_a_region_whose_authority_is_revoked_makes_nothing_good(
    country: Country, roots: Roots, somebody: Observer
) -> None:
    region, data = country[XIAN], country[XIAN].file()
    before = somebody.judge(data)
    since = datetime.now(UTC)
    somebody.take(roots.next_list("make", "--carry", "--withdraw", f"{anchor(region)}@{since}"))
    after = somebody.judge(data)
    earlier = since - timedelta(minutes=30)
    withdrawn = f"{anchor(region)}@{earlier.isoformat()}"
    somebody.take(roots.next_list("make", "--carry", "--withdraw", withdrawn))
    never = somebody.judge(data)

    assert before.conclusion is PASSED
    # What it sealed before stands, and nobody can say any more how that fares today.
    assert (after.conclusion, after.conclusion_at_sealing) == (INDETERMINATE, PASSED)
    assert found(after, Check.SEAL_CERTIFICATE_PATH) == {(OK, "")}
    assert found(after, Check.LICENSE_STATUS) == {(UNKNOWN, "not-trusted")}
    assert (never.conclusion, never.conclusion_at_sealing) == (FAILED, FAILED)
    assert found(never, Check.SEAL_CERTIFICATE_PATH) == {(BAD, "no-path")}
    assert somebody.judge(country[WUHU].file()).conclusion is PASSED


def test_a_stolen_older_list_is_refused_and_the_newer_one_cited(
    country: Country, roots: Roots, somebody: Observer, tmp_path: Path
) -> None:
    stolen = tmp_path / "known-1.json"
    withdrawn = f"{anchor(country[XIAN])}@{(datetime.now(UTC) - timedelta(hours=1)).isoformat()}"
    newer = roots.next_list("make", "--carry", "--withdraw", withdrawn)
    somebody.take(newer)

    somebody.take(stolen, expect=USAGE)
    report = somebody.judge(country[XIAN].file())

    assert report.conclusion is FAILED
    assert report.trust_list == TrustList.show(newer.read_bytes()).identity
    assert report.trust_list != TrustList.show(stolen.read_bytes()).identity
    shown = country.run(somebody.home, "trust", "show")
    assert (shown["version"], [item["reason"] for item in shown["refused"]]) == (2, ["rollback"])


def test_a_root_is_followed_by_another(country: Country, roots: Roots, tmp_path: Path) -> None:
    data = country[HEFEI].file()
    awake, asleep = (observer(country, made) for made in _folders(tmp_path, "awake", "asleep"))
    following = country.found_next_root(roots.folder / "next")
    old_root, new_root = roots.folder / "old.pem", roots.folder / "new.pem"
    country.run(roots.home, "trust", "export", "--out", str(old_root))
    country.run(following, "trust", "export", "--out", str(new_root))
    end = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=6)
    announced = roots.next_list("roll", "--new-root", str(new_root), "--old-until", end.isoformat())
    country.run(following, "trust", "import", str(announced), "--trust-root", str(old_root))
    by_new = roots.next_list("make", "--carry", home=following)
    asleep.take(announced)
    awake.take(announced)
    awake.take(by_new)
    overlap = [somebody.judge(data) for somebody in (awake, asleep)]
    assert datetime.now(UTC) < end, "too slow to see the overlap"
    time.sleep(max(0.0, (end - datetime.now(UTC)).total_seconds()))
    after = [somebody.judge(data) for somebody in (awake, asleep)]
    asleep.take(by_new)

    assert [item.conclusion for item in overlap] == [PASSED, PASSED]
    assert [item.trust_version for item in overlap] == [3, 2]
    assert [item.conclusion for item in after] == [PASSED, INDETERMINATE]
    assert found(after[1], Check.TRUST_LIST) == {(UNKNOWN, "missing")}
    assert asleep.judge(data).conclusion is PASSED


def _folders(parent: Path, *names: str) -> Iterator[Path]:
    for name in names:
        (parent / name).mkdir()
        yield parent / name


# Clocks --------------------------------------------------------------------------------------


def test_a_clock_ten_minutes_slow_is_told_by_the_trust_list(
    country: Country, tmp_path: Path
) -> None:
    xian, wuhu = country[XIAN], country[WUHU]
    with xian.clock_off(-timedelta(minutes=10)):
        as_asker = xian.verify_file(wuhu.file())
        as_answerer = observer(country, tmp_path).judge(xian.file())

    assert as_asker["conclusion"] == "indeterminate"
    assert finding(as_asker, "trust.list") == ("unknown", "not-yet")
    assert as_answerer.conclusion is PASSED
    assert found(as_answerer, Check.LICENSE_STATUS) == {(OK, "listed")}


def test_a_clock_ten_minutes_fast_is_believed_by_nobody(country: Country, tmp_path: Path) -> None:
    """Keep this one last: what a region publishes by such a clock is of tomorrow for a while."""
    xian, wuhu, anybody = country[XIAN], country[WUHU], observer(country, tmp_path)
    with xian.clock_off(timedelta(minutes=10)):
        as_asker = xian.verify_file(wuhu.file())
        xian.verify_lines([{"identifier": item} for item in wuhu.identifiers])
        older = anybody.judge(xian.file())
        xian.mint(1, first=LICENSES)
        of_tomorrow = anybody.judge(xian.file(-1))

    # It believes no answer of others, which are old to it, and goes by what they publish.
    assert as_asker["conclusion"] == "passed"
    assert finding(as_asker, "license.status") == ("ok", "listed")
    assert finding(as_asker, "seal.status") == ("ok", "listed")
    # They answer none of its questions.
    assert "a signed request is refused: clock" in wuhu.log
    # And nobody believes an answer of it, nor what it publishes now.
    assert (older.conclusion, older.conclusion_at_sealing) == (INDETERMINATE, PASSED)
    assert found(older, Check.LICENSE_STATUS) == {(OK, "listed")}
    assert found(older, Check.SEAL_STATUS) == {(UNKNOWN, "other-question")}
    assert of_tomorrow.conclusion is INDETERMINATE
    assert found(of_tomorrow, Check.SEAL_STATUS) == {(UNKNOWN, "other-question")}
