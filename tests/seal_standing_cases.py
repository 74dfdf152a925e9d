"""Bulletins of seals, good and bad, and what a silent region's face comes to by them."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from functools import partial

from certs.seals.events import SealEvent, SealMove
from certs.seals.standings import LIFETIME, SealStandings, listed_seals
from signing.authorities import Validity
from signing.roles import Role
from signing.signer import CertifiedSigner
from tests import sealed, world
from tests.seal_lives import event
from tests.sealed import CODE, NOW, Face, Regions, judge
from tests.verdict_cases import (
    BAD,
    FAILED,
    INDETERMINATE,
    OK,
    PASSED,
    UNKNOWN,
    Case,
)
from verify.checks import Check, Outcome
from verify.conclusions import Conclusion
from verify.report import Report
from verify.verifier import Inquiry

BEGUN = world.NOON - timedelta(hours=1)
USED = (event(SealMove.MADE, BEGUN), event(SealMove.ENABLED, BEGUN))
"""The life of a seal that is in use; the sound face was sealed an hour after."""


def standings(
    *later: SealEvent,
    life: Iterable[SealEvent] = USED,
    issued_at: datetime = NOW,
    digests: Mapping[str, str] | None = None,
    region: str = CODE,
) -> SealStandings:
    """What the region says of its seals, all of which had the same life."""
    known = sealed.registered_seals() if digests is None else digests
    lives = dict.fromkeys(known, (*life, *later))
    return SealStandings(
        region=region,
        issued_at=issued_at,
        expires_at=issued_at + LIFETIME,
        seals=listed_seals(known, lives),
    )


def bulletin(found: SealStandings | None = None, *, signer: CertifiedSigner | None = None) -> bytes:
    """The same, signed by whom it must be."""
    return (found or standings()).sign(signer or world.region(CODE).status_signer)


def silent(data: bytes | None, *, at: datetime = NOW) -> Regions:
    """A region that answers nothing about seals, and what it published before."""
    return Regions(seal_silent=True, standings=data, at=at)


def moved(move: SealMove, at: datetime, *, recorded_at: datetime | None = None) -> SealEvent:
    """An event after the seal was enabled."""
    return event(move, at, recorded_at=recorded_at, reason="样例理由")


def seal_standing_cases() -> list[Case]:
    return [*_told_cases(), *_untold_cases(), *_bad_bulletin_cases(), _case_of_a_moment_ahead()]


def _case(  # noqa: PLR0913 - one line of a table
    name: str,
    outcome: Outcome,
    reason: str,
    conclusion: Conclusion,
    data: Callable[[], bytes | None],
    *,
    face: Callable[[], bytes] = sealed.sound,
    now: datetime = NOW,
) -> Case:
    return Case(
        name=f"silent region, {name}",
        finding=(Check.SEAL_STATUS, outcome, reason),
        conclusion=conclusion,
        at_sealing=PASSED,
        report=partial(_judge, data, face, now),
    )


def _judge(data: Callable[[], bytes | None], face: Callable[[], bytes], now: datetime) -> Report:
    return judge(face(), regions=silent(data(), at=now), now=now)


def _told_cases() -> Iterable[Case]:
    """The bulletin alone tells, whatever happened before or after the seal was used."""
    noon, second = world.NOON, timedelta(seconds=1)
    yield _case("seal listed as enabled", OK, "listed", PASSED, bulletin)
    for move in (SealMove.SUSPENDED, SealMove.REVOKED, SealMove.DESTROYED):
        before, after = moved(move, noon), moved(move, noon + second)
        yield _case(
            f"seal listed as {move} before it was used",
            *(BAD, "list-not-enabled", FAILED, lambda e=before: bulletin(standings(e))),
        )
        yield _case(
            f"seal listed as {move} since",
            *(OK, "listed", PASSED, lambda e=after: bulletin(standings(e))),
        )
    late = moved(SealMove.REVOKED, noon - second, recorded_at=noon + timedelta(minutes=30))
    yield _case(
        "revocation dated back before the use",
        *(BAD, "list-not-enabled", FAILED, lambda: bulletin(standings(late))),
    )
    made = event(SealMove.MADE, noon + second)
    yield _case(
        "seal listed as made later",
        *(BAD, "list-not-begun", FAILED, lambda: bulletin(standings(life=[made]))),
    )
    yield _case(
        "seal listed as made and no more",
        *(BAD, "list-not-enabled", FAILED, lambda: bulletin(standings(life=USED[:1]))),
    )
    yield _case(
        "seal not listed",
        *(BAD, "list-not-registered", FAILED, lambda: bulletin(standings(digests={}))),
    )
    yield _case(
        "other seal listed under the code",
        *(BAD, "list-other-seal", FAILED, lambda: bulletin(standings(digests=_others()))),
    )


def _others() -> dict[str, str]:
    return dict.fromkeys(sealed.registered_seals(), "0" * 64)


def _untold_cases() -> Iterable[Case]:
    """Of what came after the bulletin it tells only what cannot have changed."""
    earlier = world.NOON - timedelta(minutes=30)
    case = _case

    def of(*later: SealEvent, **changes: object) -> bytes:
        return bulletin(standings(*later, issued_at=earlier, **changes))  # type: ignore[arg-type]

    yield case("older bulletin, seal enabled last", OK, "listed", PASSED, of)
    ended = moved(SealMove.REVOKED, earlier)
    yield case(
        "older bulletin, seal revoked for good",
        *(BAD, "list-not-enabled", FAILED, lambda: of(ended)),
    )
    yield case(
        "older bulletin, other seal under the code",
        *(BAD, "list-other-seal", FAILED, lambda: of(digests=_others())),
    )
    paused = moved(SealMove.SUSPENDED, earlier)
    for name, data in (
        ("seal suspended", lambda: of(paused)),
        ("seal made and no more", lambda: of(life=USED[:1])),
        ("seal not listed", lambda: of(digests={})),
    ):
        yield case(f"older bulletin, {name}", UNKNOWN, "silent", INDETERMINATE, data)
    ahead = NOW + timedelta(minutes=6)
    yield case(
        "seal used in the future",
        *(UNKNOWN, "silent", INDETERMINATE, bulletin),
        face=lambda: Face(sealed_at=ahead).seal_it(),
    )


def _case_of_a_moment_ahead() -> Case:
    """What a region says today is too old for the day after tomorrow."""
    inquiry = Inquiry(moment=NOW + timedelta(hours=49))
    return Case(
        name="seal's answer too old for the moment asked about",
        finding=(Check.SEAL_STATUS, UNKNOWN, "stale"),
        conclusion=INDETERMINATE,
        at_sealing=PASSED,
        report=lambda: judge(sealed.sound(), regions=Regions(), inquiry=inquiry),
    )


def _bad_bulletin_cases() -> Iterable[Case]:
    """Whatever is wrong with a bulletin, the seal's status stays unknown."""
    wuhu, baoji = world.region(CODE), world.region("610300")
    ended = Validity(not_before=NOW - timedelta(days=300), not_after=NOW - timedelta(days=3))
    bad: dict[str, Callable[[], bytes | None]] = {
        "no bulletin": lambda: None,
        "bulletin signed by another region": lambda: bulletin(signer=baoji.status_signer),
        "bulletin signed by the service": lambda: bulletin(signer=wuhu.service),
        "bulletin signed with an ended certificate": lambda: bulletin(
            signer=world.certified(wuhu.authority, Role.STATUS, validity=ended)
        ),
        "bulletin about another region": lambda: bulletin(standings(region="610300")),
        "bulletin that has ended": lambda: bulletin(standings(issued_at=NOW - LIFETIME)),
        "bulletin of tomorrow": lambda: bulletin(standings(issued_at=NOW + timedelta(days=1))),
        "bulletin altered": lambda: bulletin(
            standings(moved(SealMove.SUSPENDED, world.NOON))
        ).replace(b'"suspended"', b'"enabled"'),
        "bulletin truncated": lambda: bulletin()[:-1],
        "bulletin empty": lambda: b"",
        "bulletin endless": lambda: bulletin() + b" " * (4 * 2**20),
        "bulletin deep": lambda: b"[" * 60_000,
        "answer in place of the bulletin": _answer,
    }
    for name, data in bad.items():
        yield _case(name, UNKNOWN, "silent", INDETERMINATE, data)


def _answer() -> bytes | None:
    return Regions().ask_seal_status(sealed.URL, "34020000000001", at=NOW, nonce="0" * 32)
