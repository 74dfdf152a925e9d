"""The check on a seal's own status: what its keeper says it was when it signed.

A certificate outlives a seal that was suspended or destroyed, and nothing in a file can tell.
Either the region answers a question, or its bulletin of all seals tells without one. The policy
says whom to hear first; a region that is silent makes nothing good.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Final

from certs.civil_dates import day_of
from certs.envelopes import Envelope
from certs.seals.status_answers import SealQuestion, SealStanding, Standing, read_answer
from signing.algorithms import sm3
from signing.revocation_lists import RevocationList
from signing.roles import Role
from signing.seals import Seal
from verify.checks import Check, Outcome
from verify.grounds import Asked
from verify.policies import Policy, StatusOrder
from verify.report import Finding
from verify.seal_standing_checks import listed_standing
from verify.sources import Sources
from verify.speakers import check_speaker
from verify.trust_lists import TrustedRegion

_MAX_CODE: Final = 64
_NOBODY: Final = Asked(nonce="", at=datetime.min.replace(tzinfo=UTC), answer=None)
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
    sources: Sources,
    lists: Iterable[RevocationList],
    policy: Policy,
    now: datetime,
    order: StatusOrder | None = None,
) -> Finding:
    """印章状态: the region that keeps the seal says that it was enabled when it signed.

    ``order`` tells whom to hear first; the policy's order for documents if it is None.
    """
    question = _Question(
        seal=seal,
        used_at=used_at,
        region=region,
        sources=sources,
        lists=tuple(lists),
        order=order or policy.documents,
        longest_age=policy.longest_age,
        now=now,
    )
    said = _hear(question)
    standing = said.standing
    return Finding(
        check=Check.SEAL_STATUS,
        signature=signature,
        outcome=_OUTCOMES[standing.standing],
        reason=said.reason,
        facts=_facts(seal, said),
        as_of=standing.as_of,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Question:
    """How did a seal stand when it signed, and what may be believed about it?"""

    seal: Seal
    used_at: datetime
    region: TrustedRegion
    sources: Sources
    lists: tuple[RevocationList, ...]
    order: StatusOrder
    longest_age: timedelta
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class _Said:
    """What came of it.

    Attributes:
        is_listed: The bulletin says so, and no answer.
        bulletin: Why the bulletin did not serve, where it was looked at.
    """

    standing: SealStanding
    is_listed: bool = False
    bulletin: str = ""

    @property
    def is_known(self) -> bool:
        """Whether the region told how the seal stood."""
        return self.standing.standing is not Standing.UNKNOWN

    @property
    def reason(self) -> str:
        """Which way it went, as findings name it."""
        if not self.is_listed:
            return self.standing.problem
        return f"list-{self.standing.problem}" if self.standing.problem else "listed"


def _hear(question: _Question) -> _Said:
    match question.order:
        case StatusOrder.ONLINE_ONLY:
            return _online(question)
        case StatusOrder.ONLINE_FIRST:
            told = _online(question)
            return told if told.is_known else _or_listed(told, _listed(question))
        case StatusOrder.LIST_FIRST:
            listed = _listed(question)
            if listed.standing.standing is Standing.GOOD:
                return listed
            # What ended may have begun again since, and the answer would say so.
            told = _online(question)
            return told if told.is_known else _or_listed(told, listed)


def _or_listed(told: _Said, listed: _Said) -> _Said:
    """Return what the bulletin says, or the answer that was none and why the bulletin is none."""
    return listed if listed.is_known else replace(told, bulletin=listed.standing.problem)


def _online(question: _Question) -> _Said:
    code = question.seal.description.code
    asked = _NOBODY
    if len(code) <= _MAX_CODE:
        asked = question.sources.seal_status(question.region, code, question.used_at)
    put = SealQuestion(
        code=code,
        seal_digest=sm3(question.seal.encoded).hex(),
        at=question.used_at,
        nonce=asked.nonce,
    )

    def may_speak(envelope: Envelope) -> None:
        check_speaker(
            envelope, question.region, Role.STATUS, lists=question.lists, now=question.now
        )

    standing = read_answer(asked.answer, put, check_speaker=may_speak, now=asked.at)
    return _Said(standing=_fresh(standing, question))


def _listed(question: _Question) -> _Said:
    standing = listed_standing(
        question.sources.seal_standings(question.region),
        question.seal,
        used_at=question.used_at,
        region=question.region,
        lists=question.lists,
        now=question.now,
    )
    return _Said(standing=_fresh(standing, question), is_listed=True)


def _fresh(standing: SealStanding, question: _Question) -> SealStanding:
    """Return the standing, unknown if it was told too long ago."""
    as_of = standing.as_of
    if as_of is None or question.now - as_of <= question.longest_age:
        return standing
    return SealStanding(standing=Standing.UNKNOWN, problem="stale", as_of=as_of)


def _facts(seal: Seal, said: _Said) -> dict[str, str]:
    standing = said.standing
    facts = {"seal": seal.description.name}
    if said.bulletin:
        facts["bulletin"] = said.bulletin
    if standing.state is not None and standing.since is not None:
        facts |= {
            "state": standing.state.value,
            "term": standing.state.zh,
            "day": day_of(standing.since).isoformat(),
            "reason": standing.reason,
            "decision": standing.decision_no,
        }
    return facts
