"""The check on a seal's own status: what its keeper says it was when it signed.

A certificate outlives a seal that was suspended or destroyed, and nothing in a file can tell.
"""

import secrets
from collections.abc import Iterable
from datetime import datetime
from typing import Final

from certs.civil_dates import day_of
from certs.envelopes import Envelope
from certs.seals.ports import SealStatusSource
from certs.seals.status_answers import SealQuestion, SealStanding, Standing, read_answer
from signing.algorithms import sm3
from signing.revocation_lists import RevocationList
from signing.roles import Role
from signing.seals import Seal
from verify.checks import Check, Outcome
from verify.report import Finding
from verify.speakers import check_speaker
from verify.trust_lists import TrustedRegion

_NONCE_BYTES: Final = 16
_MAX_CODE: Final = 64
_OUTCOMES: Final = {
    Standing.GOOD: Outcome.OK,
    Standing.BAD: Outcome.BAD,
    Standing.UNKNOWN: Outcome.UNKNOWN,
}


def check_seal_status(  # noqa: PLR0913 - who asks whom about what, and who is believed
    seal: Seal,
    *,
    signature: int,
    used_at: datetime,
    region: TrustedRegion,
    client: SealStatusSource,
    lists: Iterable[RevocationList],
    now: datetime,
) -> Finding:
    """印章状态: the region that keeps the seal says that it was enabled when it signed."""
    question = SealQuestion(
        code=seal.description.code,
        seal_digest=sm3(seal.encoded).hex(),
        at=used_at,
        nonce=secrets.token_hex(_NONCE_BYTES),
    )
    answer = None
    if len(question.code) <= _MAX_CODE:
        answer = client.ask_seal_status(
            region.service_url, question.code, at=used_at, nonce=question.nonce
        )

    def may_speak(envelope: Envelope) -> None:
        check_speaker(envelope, region, Role.STATUS, lists=lists, now=now)

    standing = read_answer(answer, question, check_speaker=may_speak, now=now)
    return Finding(
        check=Check.SEAL_STATUS,
        signature=signature,
        outcome=_OUTCOMES[standing.standing],
        reason=standing.problem,
        facts=_facts(seal, standing),
        as_of=standing.as_of,
    )


def _facts(seal: Seal, standing: SealStanding) -> dict[str, str]:
    facts = {"seal": seal.description.name}
    if standing.state is not None and standing.since is not None:
        facts |= {
            "state": standing.state.value,
            "term": standing.state.zh,
            "day": day_of(standing.since).isoformat(),
            "reason": standing.reason,
            "decision": standing.decision_no,
        }
    return facts
