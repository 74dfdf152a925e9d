"""Issue licenses (制发): what will be signed is on record before a key is used.

The stages, each durable for the whole chunk before the next begins:

1. check that the seal may be used, allocate identifiers and status indexes, build the records,
   store intent A;
2. sign records and QR codes, store the signatures;
3. render the faces, store intent B and who uses the seal for what;
4. seal, store the seal's signatures with what the CMS around them will be over;
5. sign the CMS, and store the objects, which are named by their digests;
6. in one transaction: what they replace has ended, the licenses are in force, and the intents
   are closed.

A crash after any stage loses nothing: ``resume`` takes every open intent on from where it
stands, with the signatures that exist. Rendering is deterministic, so the bytes of stage 3
come out the same; if they do not, the intent is abandoned and its identifier is burned.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from certs.drafts import Draft
from certs.errors import FaceError, IntentClosedError
from certs.intents import Intent, IntentStage
from certs.issue_requests import IssueOutcome, IssueRequest
from certs.issuing_desk import IssuingDesk
from certs.issuing_intake import begin
from certs.issuing_stages import advance, take_up
from certs.licenses import License

CHUNK: Final = 50
"""Licenses that go through the stages together."""

_ATTEMPTS: Final = 5


def issue(requests: Sequence[IssueRequest], *, desk: IssuingDesk) -> tuple[IssueOutcome, ...]:
    """Issue a chunk of licenses, in the order asked.

    A request that was served before returns the license it led to, and one that a crash left
    open is finished. Refused are applications whose printed number a license in force already
    carries, that contradict another license of the holder where their type refuses it, and those
    whose face cannot be drawn; the others are issued. A license that
    replaces one (``replaces``) has its serial and the next version, and the old one ends in the
    moment in which the new one is in force.

    Raises:
        KeyUnavailableError: A key store or the timestamping authority did not answer;
            ``resume`` finishes later.
        SealNotUsableError: The seal is not enabled, or nobody is named who uses it; nothing
            was signed.
        IntentClosedError: Other processes took up the same intents again and again.
    """
    for _ in range(_ATTEMPTS):
        try:
            return _issue(requests, desk)
        except IntentClosedError:
            # Another process finishes them, or has: the next look finds its licenses.
            continue
    raise _taken_up_by_others()


def _issue(requests: Sequence[IssueRequest], desk: IssuingDesk) -> tuple[IssueOutcome, ...]:
    begun = begin(requests, desk)
    left = [Draft.of(item, desk) for item in begun.known.values() if item.is_open]
    made = advance([*take_up(left, desk), *begun.fresh.values()], desk)
    finished = [item for item in begun.known.values() if item.stage is IntentStage.ISSUED]
    with desk.unit_of_work() as work:
        made |= {item.identifier: work.licenses.get(item.identifier) for item in finished}
    return tuple(
        IssueOutcome(key=request.key, refusal=begun.refused[request.key])
        if request.key in begun.refused
        else _outcome(request.key, made.get(begun.identifier(request.key)))
        for request in requests
    )


def _outcome(key: str, made: License | FaceError | None) -> IssueOutcome:
    match made:
        case License():
            return IssueOutcome(key=key, license=made)
        case FaceError():
            return IssueOutcome(key=key, refusal=made)
        case None:
            refusal = IntentClosedError(
                "该次签发已中止，请重新申请 · given up; ask again under a new key"
            )
            return IssueOutcome(key=key, refusal=refusal)


@dataclass(frozen=True, slots=True, kw_only=True)
class Resumed:
    """What became of intents that a crash left open."""

    licenses: tuple[License, ...] = ()
    given_up: int = 0


def resume(desk: IssuingDesk) -> Resumed:
    """Finish what a crash left open, or give it up.

    Raises:
        KeyUnavailableError: A key store did not answer.
        SealNotUsableError: The seal is not enabled.
        IntentClosedError: Other processes took up the same intents again and again.
    """
    finished: list[License] = []
    given_up = 0
    for _ in range(_ATTEMPTS):
        try:
            while intents := _left_open(desk):
                left = take_up([Draft.of(item, desk) for item in intents], desk)
                made = advance(left, desk).values()
                licenses = [item for item in made if isinstance(item, License)]
                finished += licenses
                given_up += len(intents) - len(licenses)
        except IntentClosedError:
            continue  # another process has some of them in its hands
        return Resumed(licenses=tuple(finished), given_up=given_up)
    raise _taken_up_by_others()


def _left_open(desk: IssuingDesk) -> tuple[Intent, ...]:
    with desk.unit_of_work() as work:
        return work.intents.open(
            CHUNK, type_code=str(desk.license_type.code), issuer_code=str(desk.authority.code)
        )


def _taken_up_by_others() -> IntentClosedError:
    return IntentClosedError(
        "其他进程正在处理同一批请求，请稍后重试 · taken up by others; try later"
    )
