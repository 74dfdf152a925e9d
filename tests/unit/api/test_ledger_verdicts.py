"""What `yinxin ledger verify` says of a proof, on the command line and offline."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from api.console import FAILED, INDETERMINATE, USAGE
from api.ledger_verdicts import judge_proof
from signing.algorithms import sm3
from tests import sealed, world
from tests.ledger_proofs import proof_of
from tests.unit.api.test_cli import run
from verify.conclusions import Conclusion

FILE = b"a license"
SEEN_AT = world.NOON + timedelta(minutes=3)
PROOF = proof_of(FILE, seen_at=SEEN_AT)
TRUST = sealed.trust(sealed.trusted_region(), sealed.trusted_region("610300", url="x"))


def test_proof_that_holds_says_by_when_and_who_saw_it() -> None:
    found = judge_proof(PROOF.encode().encode(), trust=TRUST, digest=sm3(FILE).hex())
    assert found.conclusion is Conclusion.PASSED
    assert found.facts["proved_at"] == SEEN_AT.isoformat()
    assert [item["region"] for item in found.facts["seen"]] == ["610300"]
    assert "610300" in found.line


@pytest.mark.parametrize(
    ("data", "digest"),
    [
        (b"", ""),
        (b"\xff", ""),
        (PROOF.encode().replace("index 1", "index 2").encode(), ""),
        (replace(PROOF, entry=b"{}").encode().encode(), ""),
        (PROOF.encode().encode(), sm3(b"another file").hex()),
    ],
)
def test_proof_that_does_not_hold_or_is_about_something_else_fails(
    data: bytes, digest: str
) -> None:
    assert judge_proof(data, trust=TRUST, digest=digest).conclusion is Conclusion.FAILED


def test_where_nobody_is_trusted_or_has_seen_it_nothing_is_said() -> None:
    data = PROOF.encode().encode()
    unseen = proof_of(FILE, seen_at=None).encode().encode()
    stranger = sealed.trust(sealed.trusted_region("610300", url="x"))
    for found in (
        judge_proof(data, trust=None),
        judge_proof(data, trust=stranger),
        judge_proof(unseen, trust=TRUST),
        judge_proof(data, trust=TRUST, quorum=2),
    ):
        assert found.conclusion is Conclusion.INDETERMINATE


def test_command_ends_with_the_code_of_the_worst_proof(tmp_path: Path) -> None:
    good, bad = tmp_path / "good.tlog-proof", tmp_path / "bad.tlog-proof"
    good.write_text(PROOF.encode(), "utf-8")
    bad.write_bytes(b"no proof")
    home = tmp_path / "none"
    assert run("--home", home, "ledger", "verify", good).code == INDETERMINATE
    done = run("--home", home, "--json", "ledger", "verify", good, bad)
    assert done.code == FAILED
    assert [item["conclusion"] for item in done.json] == ["indeterminate", "failed"]
    assert run("--home", home, "ledger", "verify", good, "--trust-list", good).code == USAGE
