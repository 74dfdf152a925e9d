"""Checks on the ledger (账本): whether other regions saw a license there, and since when."""

from datetime import datetime

from certs.ledger.entries import LedgerName
from signing.errors import SigningError
from signing.ledger.proof_files import parse_proof
from verify.checks import Check, Outcome
from verify.errors import LedgerProofError, TooFewWitnessesError
from verify.ledger.time_proofs import ProvedTime, prove_time
from verify.report import Finding
from verify.trust_lists import TrustedRegion, TrustList


def ledger_time(
    given: bytes | None, *, digest: str, region: TrustedRegion, trust: TrustList, witnesses: int = 1
) -> tuple[Finding, datetime | None]:
    """账本时间: other regions saw this very file in the ledger of its region.

    Args:
        given: The proof as the region gave it; None if it gave none.
        digest: SM3 of the file, in hexadecimal; what is in the file was there as early.
        region: Who issued the license.
        trust: Names those whose sightings count.
        witnesses: How many of them it takes.

    Returns:
        The finding, and by when the file existed if that is proved.
    """
    if given is None:
        return _unknown("no-proof"), None
    try:
        found = prove_time(
            parse_proof(given.decode("utf-8")),
            log=LedgerName.ISSUE,
            keeper=region,
            regions=trust.regions,
            quorum=witnesses,
        )
    except TooFewWitnessesError:
        return _unknown("not-witnessed"), None
    except (UnicodeDecodeError, SigningError, LedgerProofError):
        return _unknown("no-proof"), None
    if digest not in found.entry.digests:
        return _unknown("other-file"), None
    return Finding(check=Check.LEDGER_TIME, outcome=Outcome.OK, facts=_facts(found)), found.at


def _unknown(reason: str) -> Finding:
    return Finding(check=Check.LEDGER_TIME, outcome=Outcome.UNKNOWN, reason=reason, facts={})


def _facts(found: ProvedTime) -> dict[str, str]:
    return {
        "time": found.at.isoformat(),
        "regions": "、".join(str(item.region) for item in found.sightings),
    }
