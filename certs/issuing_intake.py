"""Stage 1 of issuing: what is asked for is allocated and recorded before anything is signed."""

import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from certs.drafts import Draft, intents_of
from certs.errors import DuplicateLicenseError, LicenseError
from certs.identifiers import LicenseIdentifier, random_serial, serial_of_number
from certs.intents import Intent
from certs.issue_requests import IssueRequest
from certs.issuing_desk import IssuingDesk
from certs.issuing_uses import check_seal
from certs.licenses import License
from certs.lints.at_issue import refused_across
from certs.masking import mask
from certs.ports import UnitOfWork
from certs.records import SALT_BYTES, LicenseRecord
from certs.replacements import find_all_replaced
from certs.status_indexes import permute
from certs.type_parts import SerialRule


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
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


def begin(requests: Sequence[IssueRequest], desk: IssuingDesk) -> Begun:
    """Begin; and once more where another desk recorded a key or a serial between look and add."""
    try:
        return _begin(requests, desk)
    except DuplicateLicenseError:
        return _begin(requests, desk)


def _begin(requests: Sequence[IssueRequest], desk: IssuingDesk) -> Begun:
    """Store intent A for every request that may be served; one transaction."""
    looked = _look(requests, desk)
    if not looked.served:
        return Begun(known=looked.known, fresh={}, refused=looked.refused)
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
    return Begun(known=looked.known, fresh=fresh, refused=looked.refused)


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
