"""What a proof of the ledger shows, in words: for the command line and for the demo."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from signing.errors import SigningError
from signing.ledger.proof_files import parse_proof
from verify.conclusions import Conclusion
from verify.errors import LedgerProofError, StrangeLogError, TooFewWitnessesError
from verify.ledger.seen_checkpoints import keeper_of
from verify.ledger.time_proofs import ProvedTime, prove_time
from verify.trust_lists import TrustList


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerVerdict:
    """What was found about a proof.

    Attributes:
        facts: For programs.
        line: For people.
    """

    conclusion: Conclusion
    facts: dict[str, Any]
    line: str


def judge_proof(
    data: bytes, *, trust: TrustList | None, digest: str = "", quorum: int = 1
) -> LedgerVerdict:
    """Judge a proof file, asking nobody.

    Args:
        data: The file, as it came.
        trust: Names whose signatures count; None where nobody is trusted.
        digest: SM3 of the file that the proof should be about, in hexadecimal; empty if any.
        quorum: How many other regions have to have seen the checkpoint.
    """
    facts: dict[str, Any] = {}
    try:
        proof = parse_proof(data.decode("utf-8"))
        head = proof.checkpoint
        facts |= {"origin": head.origin, "index": proof.index, "size": head.size}
        proof.verify_inclusion()
        regions = trust.regions if trust is not None else ()
        keeper, log = keeper_of(head.origin, regions)
        found = prove_time(proof, log=log, keeper=keeper, regions=regions, quorum=quorum)
    except StrangeLogError as error:
        whose = f"信任列表中没有 {error} · a log of nobody in the trust list"
        return _said(Conclusion.INDETERMINATE, facts, f"无法定论 undecided: {whose}")
    except TooFewWitnessesError as error:
        return _said(Conclusion.INDETERMINATE, facts, f"无法定论 undecided: {error}")
    except (SigningError, LedgerProofError, UnicodeDecodeError) as error:
        return _said(Conclusion.FAILED, facts, f"不成立 does not hold: {error}")
    facts |= _found(found)
    if digest and digest not in found.entry.digests:
        return _said(Conclusion.FAILED, facts, "与所给文件无关 not about this file")
    seen = "、".join(f"{item.region} {_time(item.at)}" for item in found.sightings)
    told = f"{found.entry.kind}，不晚于 by {_time(found.at)}；见证 seen by {seen}"
    return _said(Conclusion.PASSED, facts, f"成立 holds: {told}")


def _said(conclusion: Conclusion, facts: dict[str, Any], line: str) -> LedgerVerdict:
    return LedgerVerdict(
        conclusion=conclusion,
        facts={"conclusion": conclusion.value, **facts, "said": line},
        line=line,
    )


def _found(found: ProvedTime) -> dict[str, Any]:
    return {
        "kind": found.entry.kind,
        "recorded_at": found.entry.at.isoformat(),
        "organization": found.entry.organization,
        "digests": list(found.entry.digests),
        "proved_at": found.at.isoformat(),
        "seen": [
            {"region": str(item.region), "at": item.at.isoformat()} for item in found.sightings
        ],
    }


def _time(instant: datetime) -> str:
    return instant.isoformat(timespec="seconds")
