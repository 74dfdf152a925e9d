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

import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from certs.applications import LicenseApplication
from certs.drafts import Draft, intents_of
from certs.errors import DuplicateLicenseError, FaceError, IntentClosedError, LicenseError
from certs.identifiers import LicenseIdentifier, random_serial, serial_of_number
from certs.intents import Intent, IntentStage
from certs.issuing_desk import IssuingDesk
from certs.issuing_stages import advance, take_up
from certs.issuing_uses import check_seal
from certs.licenses import License
from certs.lints.at_issue import refused_across
from certs.masking import mask
from certs.ports import UnitOfWork
from certs.records import SALT_BYTES, LicenseRecord
from certs.replacements import find_all_replaced
from certs.status_indexes import permute
from certs.type_parts import SerialRule

CHUNK: Final = 50
"""Licenses that go through the stages together."""

_ATTEMPTS: Final = 5


@dataclass(frozen=True, slots=True)
class IssueRequest:
    """One application under a key that names the request, so that it is served once.

    Attributes:
        replaces: Identifier of the license whose next version this is to be (延续, 变更); empty
            for a license of its own.
    """

    key: str
    application: LicenseApplication
    replaces: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueOutcome:
    """What became of one request: a license, or why there is none."""

    key: str
    license: License | None = None
    refusal: LicenseError | None = None


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
    begun = _begin_whatever_others_begin(requests, desk)
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


# 1. Allocate, build, record ------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class _Begun:
    """What stands on record of a chunk of requests, by their keys.

    Attributes:
        known: Intents of before.
        fresh: What was begun now.
        refused: What was not begun.
    """

    known: Mapping[str, Intent]
    fresh: Mapping[str, Draft]
    refused: Mapping[str, LicenseError]

    def identifier(self, key: str) -> str:
        """Return the identifier that a request led to."""
        return (self.fresh.get(key) or self.known[key]).identifier


def _begin_whatever_others_begin(requests: Sequence[IssueRequest], desk: IssuingDesk) -> _Begun:
    """Begin; and once more where another desk recorded a key or a serial between look and add."""
    try:
        return _begin(requests, desk)
    except DuplicateLicenseError:
        return _begin(requests, desk)


def _begin(requests: Sequence[IssueRequest], desk: IssuingDesk) -> _Begun:
    """Store intent A for every request that may be served; one transaction."""
    looked = _look(requests, desk)
    if not looked.served:
        return _Begun(known=looked.known, fresh={}, refused=looked.refused)
    # In a transaction of its own: who takes numbers holds up all others who do.
    with desk.unit_of_work() as work:
        numbers = work.intents.allocate(len(looked.served))
        work.commit()
    started_at = desk.clock.now().replace(microsecond=0)
    with desk.unit_of_work() as work:
        check_seal(work, desk)
        records = _records(looked, numbers, work, desk)
        fresh = {
            request.key: Draft.begun(request.key, record, started_at=started_at, desk=desk)
            for request, record in zip(looked.served, records, strict=True)
        }
        work.intents.add(intents_of(fresh.values()))
        work.commit()
    return _Begun(known=looked.known, fresh=fresh, refused=looked.refused)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Looked:
    """What the register says of requests, by their keys.

    Attributes:
        known: Intents of before.
        replaced: The licenses that requests replace.
        refused: Why some may not be served.
        served: The others.
    """

    known: Mapping[str, Intent]
    replaced: Mapping[str, License]
    refused: Mapping[str, LicenseError]
    served: Sequence[IssueRequest]


def _look(requests: Sequence[IssueRequest], desk: IssuingDesk) -> _Looked:
    # A key that stands twice is one request; the first counts.
    asked: dict[str, IssueRequest] = {}
    for request in requests:
        asked.setdefault(request.key, request)
    across = refused_across([(key, item.application) for key, item in asked.items()], desk)
    with desk.unit_of_work() as work:
        known = work.intents.of_requests(list(asked))
        unknown = [request for key, request in asked.items() if key not in known]
        replaced, refused = find_all_replaced(
            [(item.key, item.replaces, item.application) for item in unknown if item.replaces],
            work=work,
            desk=desk,
        )
        refused |= {item.key: across[item.key] for item in unknown if item.key in across}
        refused |= _duplicates(
            [item for item in unknown if item.key not in refused], replaced, work, desk
        )
    served = [request for request in unknown if request.key not in refused]
    return _Looked(known=known, replaced=replaced, refused=refused, served=served)


def _records(
    looked: _Looked, numbers: Sequence[int], work: UnitOfWork, desk: IssuingDesk
) -> Iterator[LicenseRecord]:
    """Yield a record for each request, under an identifier that nobody had."""
    serials = [_serial(request, looked.replaced, desk) for request in looked.served]
    stems = [_stem(serial, desk) for serial in serials]
    versions = work.intents.versions(stems)
    for request, serial, stem, number in zip(looked.served, serials, stems, numbers, strict=True):
        versions[stem] = versions.get(stem, 0) + 1
        identifier = LicenseIdentifier(
            type_code=desk.license_type.code,
            issuer_code=desk.authority.code,
            serial=serial,
            version=versions[stem],
        )
        yield _record(request, identifier, number, desk)


def _duplicates(
    requests: Sequence[IssueRequest],
    replaced: Mapping[str, License],
    work: UnitOfWork,
    desk: IssuingDesk,
) -> dict[str, LicenseError]:
    numbers = [request.application.number for request in requests]
    taken = set(
        work.licenses.in_force(
            str(desk.license_type.code), str(desk.authority.code), numbers, at=desk.clock.now()
        )
    )
    refused: dict[str, LicenseError] = {}
    for request in requests:
        number, old = request.application.number, replaced.get(request.key)
        # The number of the license that makes room is free for the one that takes its place.
        if number in taken and not (old and old.number == number):
            refused[request.key] = DuplicateLicenseError(
                f"证照编号 {mask(number)} 已有有效证照 · a license with this number is in force"
            )
        taken.add(number)
    return refused


def _serial(request: IssueRequest, replaced: Mapping[str, License], desk: IssuingDesk) -> str:
    """Return the serial of a new identifier, which never tells of a person."""
    if request.key in replaced:
        return LicenseIdentifier.parse(replaced[request.key].identifier).serial
    is_of_number = desk.license_type.coding.serial is SerialRule.NUMBER
    if is_of_number and request.application.holder.code_type.is_organization:
        return serial_of_number(request.application.number)
    return random_serial()


def _stem(serial: str, desk: IssuingDesk) -> str:
    return f"{desk.license_type.code}.{desk.authority.code}.{serial}"


def _record(
    request: IssueRequest, identifier: LicenseIdentifier, number: int, desk: IssuingDesk
) -> LicenseRecord:
    application = request.application
    index = permute(number, key=desk.status_key)
    return LicenseRecord(
        identifier=identifier,
        type_name=desk.license_type.name,
        number=application.number,
        authority=desk.authority,
        holder=application.holder,
        holder_name=application.holder_name,
        issued_on=application.issued_on,
        valid_from=application.valid_from,
        valid_to=application.valid_to,
        fields=application.fields,
        status_uri=f"{desk.public_url}/api/v1/status-lists/{index.list_number}",
        status_index=index,
        salt=secrets.token_bytes(SALT_BYTES),
        replaces=request.replaces,
        type_version=desk.license_type.version,
    )
