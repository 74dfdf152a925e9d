"""Issuing: complete, once, and whatever happens on the way."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import cache, partial
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from certs.drafts import Draft
from certs.errors import DuplicateLicenseError, IntentClosedError
from certs.faces.pages import page_text
from certs.faces.renderer import TypstRenderer
from certs.identifiers import LicenseIdentifier
from certs.intents import Intent, IntentStage
from certs.issuance import CHUNK, issue, resume
from certs.issue_requests import IssueRequest
from certs.issuing_desk import IssuingDesk
from certs.licenses import License
from certs.lifecycle import record_status
from certs.ports import UnitOfWork
from certs.printed_codes import DOMAIN, claims_of
from certs.reconciliation import reconcile
from certs.reconciliations import Reconciliation
from certs.records import LicenseRecord
from certs.statuses import StatusKind
from signing import cose
from signing.algorithms import SEAL_SIGNATURE_ATTRIBUTE, sm3
from signing.errors import KeyUnavailableError
from signing.pdf.reading import parse_strict
from signing.roles import Role
from signing.seal_signatures import parse_seal_signature
from signing.signed_messages import Dialect, parse_message
from signing.signer import KeyReference
from signing.sm2 import PublicKey
from storage.database import connect
from storage.object_folder import ObjectFolder
from storage.unit_of_work import SqlUnitOfWork
from tests import desks, world
from tests.databases import NewDatabase, emptied
from tests.doubles.issuing import (
    Fuse,
    FusedObjects,
    FusedRenderer,
    FusedUnitOfWork,
    LightRenderer,
    MemoryObjects,
    PowerCutError,
    SigningLog,
)
from tests.doubles.register import MemoryDatabase

COUNT = 2


@dataclass
class House:
    """A register and an object store that outlive every crash of the desk."""

    unit_of_work: Callable[[], UnitOfWork]
    objects: MemoryObjects = field(default_factory=MemoryObjects)

    def desk(self, **changes: object) -> IssuingDesk:
        return replace(desks.desk(self.unit_of_work, self.objects), **changes)  # type: ignore[arg-type]

    def licenses(self) -> tuple[License, ...]:
        with self.unit_of_work() as work:
            return work.licenses.newest(1000)

    def intents(self, requests: list[IssueRequest] | None = None) -> dict[str, Intent]:
        keys = [item.key for item in (desks.requests(COUNT) if requests is None else requests)]
        with self.unit_of_work() as work:
            return work.intents.of_requests(keys)

    def stages(self, requests: list[IssueRequest] | None = None) -> list[str]:
        return sorted(intent.stage.value for intent in self.intents(requests).values())


def _memory() -> House:
    return House(MemoryDatabase().unit_of_work)


@pytest.fixture
def house() -> House:
    return _memory()


# What an issued license is -------------------------------------------------------------------


def test_an_issued_license_is_whole(house: House) -> None:
    desk = house.desk()

    outcomes = issue(desks.requests(COUNT), desk=desk)

    assert [outcome.key for outcome in outcomes] == ["batch:0", "batch:1"]
    for outcome, application in zip(outcomes, desks.applications(COUNT), strict=True):
        assert outcome.refusal is None
        assert outcome.license is not None
        assert outcome.license.number == application.number
        _check_whole(outcome.license, house)
    assert house.stages() == ["issued", "issued"]


def _check_whole(license: License, house: House) -> None:
    """Record, signature, printed code and sealed face agree and verify."""
    region = world.region("340200")
    record = LicenseRecord.parse(house.objects.get(license.files.record))
    assert (str(record.identifier), record.number) == (license.identifier, license.number)
    assert license.status_index == record.status_index
    message = parse_message(Dialect.GB_T_35275, house.objects.get(license.files.signature))
    message.verify(record.digest)
    assert message.signer == region.record_signer.certificate
    face = parse_strict(house.objects.get(license.files.pdf))
    cms = parse_message(Dialect.CMS, face.contents)
    cms.verify(face.digest())
    seal_signature = parse_seal_signature(cms.attributes[SEAL_SIGNATURE_ATTRIBUTE])
    seal_signature.verify(face.digest())
    assert seal_signature.signed_at == cms.signed_at == message.signed_at == license.sealed_at
    intent = _intent_of(license, house)
    assert (intent.document_digest, intent.record) == (face.digest(), record.encode())
    code = cose.assemble(
        claims_of(record),
        certificate=region.record_signer.certificate,
        signature=intent.code_signature,
    )
    cose.parse_claims(code).verify(region.record_signer.certificate, domain=DOMAIN)
    with house.unit_of_work() as work:
        events = work.licenses.events(license.identifier)
    assert [event.kind for event in events] == [StatusKind.ACTIVE]


def _intent_of(license: License, house: House) -> Intent:
    with house.unit_of_work() as work:
        known = work.intents.of_requests([f"batch:{number}" for number in range(100)])
    return next(item for item in known.values() if item.identifier == license.identifier)


def test_salts_and_status_indexes_differ_from_license_to_license(house: House) -> None:
    issue(desks.requests(20), desk=house.desk())
    records = [
        LicenseRecord.parse(house.objects.get(item.files.record)) for item in house.licenses()
    ]

    assert len({record.salt for record in records}) == 20
    assert len({record.status_index for record in records}) == 20
    assert len({str(record.identifier) for record in records}) == 20
    indexes = [record.status_index.index for record in records]
    assert indexes not in (sorted(indexes), sorted(indexes, reverse=True))


def test_the_face_of_the_house_says_what_the_record_says(engine: Engine, tmp_path: Path) -> None:
    """Once with the real renderer and the real stores; all other tests draw lightly."""
    objects = ObjectFolder(tmp_path / "objects")
    desk = desks.desk(partial(SqlUnitOfWork, engine), objects)
    with TypstRenderer() as renderer:
        (outcome,) = issue(desks.requests(1), desk=replace(desk, renderer=renderer))

    assert outcome.license is not None
    pdf = objects.get(outcome.license.files.pdf)
    text = "".join(page_text(pdf).split())
    assert outcome.license.number in text
    assert "食品经营许可证" in text
    face = parse_strict(pdf)
    assert set(face.attachments) == {"license.json", "license.p7s"}
    assert face.attachments["license.json"] == objects.get(outcome.license.files.record)
    assert face.attachments["license.p7s"] == objects.get(outcome.license.files.signature)


# Requests --------------------------------------------------------------------------------------


def test_a_repeated_request_is_served_once(house: House) -> None:
    first = issue(desks.requests(COUNT), desk=house.desk())
    objects = dict(house.objects.contents)

    again = issue(desks.requests(COUNT), desk=house.desk())

    assert [item.license for item in again] == [item.license for item in first]
    assert len(house.licenses()) == COUNT
    assert house.objects.contents == objects


def test_a_key_that_stands_twice_in_one_call_is_one_request(house: House) -> None:
    (request,) = desks.requests(1)

    one, other = issue([request, request], desk=house.desk())

    assert one == other
    assert one.license is not None
    assert len(house.licenses()) == 1


def test_a_number_in_force_is_refused_and_the_others_are_issued(house: House) -> None:
    issue(desks.requests(1), desk=house.desk())

    outcomes = issue(desks.requests(3, prefix="second"), desk=house.desk())

    assert isinstance(outcomes[0].refusal, DuplicateLicenseError)
    assert outcomes[0].license is None
    assert desks.applications(1)[0].number not in str(outcomes[0].refusal)
    assert [outcome.license is not None for outcome in outcomes] == [False, True, True]
    assert len(house.licenses()) == 3


def test_one_number_twice_in_one_call_is_issued_once(house: House) -> None:
    (request,) = desks.requests(1)

    one, other = issue([request, IssueRequest("other", request.application)], desk=house.desk())

    assert one.license is not None
    assert isinstance(other.refusal, DuplicateLicenseError)
    assert len(house.licenses()) == 1


def test_an_ended_license_makes_room_for_the_next_version(house: House) -> None:
    (request,) = desks.requests(1)
    (first,) = issue([request], desk=house.desk())
    assert first.license is not None
    record_status(
        first.license.identifier,
        desks.event_of(StatusKind.REVOKED),
        unit_of_work=house.unit_of_work,
    )

    (second,) = issue([IssueRequest("anew", request.application)], desk=house.desk())

    assert second.license is not None
    one, two = (
        LicenseIdentifier.parse(item.identifier) for item in (first.license, second.license)
    )
    assert two == one.next_version()


def test_issuing_nothing_is_fine(house: House) -> None:
    assert issue([], desk=house.desk()) == ()
    assert resume(house.desk()).licenses == ()


# A key store that does not answer ---------------------------------------------------------------


class _SilentSigner:
    """A key store whose lines are down."""

    key = KeyReference("remote", "silent")

    def __init__(self, public_key: PublicKey) -> None:
        self.public_key = public_key

    def sign(self, message: bytes) -> bytes:
        raise KeyUnavailableError(f"no answer for {len(message)} bytes")


@pytest.mark.parametrize("which", ["record_signer", "seal_signer"])
def test_a_silent_key_store_loses_nothing(house: House, which: str) -> None:
    desk = house.desk()
    signer = getattr(desk, which)
    silent = replace(signer, signer=_SilentSigner(signer.signer.public_key))

    with pytest.raises(KeyUnavailableError):
        issue(desks.requests(COUNT), desk=house.desk(**{which: silent}))

    assert house.licenses() == ()
    stage = {"record_signer": "recorded", "seal_signer": "sealed"}[which]
    assert house.stages() == [stage] * COUNT
    assert len(resume(desk).licenses) == COUNT
    assert house.stages() == ["issued"] * COUNT


# Intents that cannot be finished -----------------------------------------------------------------


def _left_open(house: House, stage: str = "recorded") -> list[Intent]:
    which = {"recorded": "record_signer", "sealed": "seal_signer"}[stage]
    signer = getattr(house.desk(), which)
    silent = replace(signer, signer=_SilentSigner(signer.signer.public_key))
    with pytest.raises(KeyUnavailableError):
        issue(desks.requests(COUNT), desk=house.desk(**{which: silent}))
    return list(house.intents().values())


def test_a_changed_record_key_burns_the_identifier(house: House) -> None:
    left = _left_open(house)
    other = world.certified(world.region("340200").authority, Role.RECORD)
    fuse, log = Fuse(), SigningLog(witness=lambda _label, _message: "")
    changed = desks.watched(house.desk(record_signer=other), fuse=fuse, log=log)

    assert resume(changed).licenses == ()

    assert house.stages() == ["abandoned"] * COUNT
    assert log.entries == []
    again = issue(desks.requests(COUNT, prefix="anew"), desk=house.desk())
    issued = {item.license.identifier for item in again if item.license}
    assert len(issued) == COUNT
    assert issued.isdisjoint(item.identifier for item in left)
    indexes = [LicenseRecord.parse(item.record).status_index for item in left]
    for item in house.licenses():
        record = LicenseRecord.parse(house.objects.get(item.files.record))
        assert record.status_index not in indexes


def test_a_face_that_comes_out_otherwise_burns_the_identifier(house: House) -> None:
    _left_open(house, "sealed")

    assert resume(house.desk(renderer=LightRenderer(edition="2"))).licenses == ()

    assert house.stages() == ["abandoned"] * COUNT
    assert house.licenses() == ()


@pytest.mark.parametrize("stage", ["recorded", "sealed"])
def test_a_burned_identifier_never_comes_back(house: House, stage: str) -> None:
    """Not even when the old key returns and the request is repeated."""
    left = _left_open(house, stage)
    with house.unit_of_work() as work:
        work.intents.abandon(left)
        work.commit()

    outcomes = issue(desks.requests(COUNT), desk=house.desk())

    assert [type(outcome.refusal) for outcome in outcomes] == [IntentClosedError] * COUNT
    assert house.licenses() == ()
    assert house.stages() == ["abandoned"] * COUNT


def test_an_intent_overtaken_by_another_request_blocks_nobody(house: House) -> None:
    """A crash, a second request for the same number, and then the first is resumed."""
    _left_open(house, "sealed")
    issue(desks.requests(1, prefix="second"), desk=house.desk())
    fuse, log = Fuse(), SigningLog(witness=lambda _label, _message: "")

    finished = resume(desks.watched(house.desk(), fuse=fuse, log=log)).licenses

    assert [item.number for item in finished] == [desks.applications(2)[1].number]
    assert house.stages() == ["abandoned", "issued"]
    assert len(house.licenses()) == 2
    assert len(log.entries) == 1, "the overtaken one is not signed"
    assert resume(house.desk()).licenses == ()


def test_two_intents_for_one_number_make_one_license(house: House) -> None:
    _left_open(house)
    (request,) = desks.requests(1)
    desk = house.desk()
    with house.unit_of_work() as work:
        (first,) = work.intents.of_requests([request.key]).values()
        record = LicenseRecord.parse(first.record)
        twin = replace(record, identifier=record.identifier.next_version())
        work.intents.add([_intent_for(twin, desk)])
        work.commit()

    resume(house.desk())

    numbers = Counter(item.number for item in house.licenses())
    assert numbers[record.number] == 1
    assert len(numbers) == COUNT


def _intent_for(record: LicenseRecord, desk: IssuingDesk) -> Intent:
    return Draft.begun("twin", record, started_at=world.NOON, desk=desk).intent


def test_a_desk_leaves_the_intents_of_another_alone(house: House) -> None:
    _left_open(house)
    other = desks.desk(house.unit_of_work, house.objects, code="610300")

    assert resume(other).licenses == ()

    assert house.stages() == ["recorded"] * COUNT
    assert len(resume(house.desk()).licenses) == COUNT


def test_more_open_intents_than_a_chunk_are_all_finished(house: House) -> None:
    requests = desks.requests(CHUNK + 3)
    signer = house.desk().record_signer
    silent = replace(signer, signer=_SilentSigner(signer.signer.public_key))
    with pytest.raises(KeyUnavailableError):
        issue(requests, desk=house.desk(record_signer=silent))

    finished = resume(house.desk()).licenses

    assert len(finished) == len(house.licenses()) == CHUNK + 3


def test_a_slow_process_does_not_undo_what_another_finished(house: House) -> None:
    """While one is drawing, another takes up its intents and finishes them."""
    overtaken = _Overtaken(house)

    outcomes = issue(desks.requests(COUNT), desk=house.desk(renderer=overtaken))

    assert len(house.licenses()) == COUNT
    assert house.stages() == ["issued"] * COUNT
    assert {item.license for item in outcomes} == set(house.licenses())
    for license in house.licenses():
        _check_whole(license, house)


class _Overtaken(LightRenderer):
    def __init__(self, house: House) -> None:
        super().__init__()
        self._house = house

    def render(self, content: object) -> bytes:
        resume(self._house.desk())
        return super().render(content)  # type: ignore[arg-type]


# The power goes ----------------------------------------------------------------------------------


@dataclass
class Plant:
    """A house whose power can be cut, and the log of everything signed in it."""

    house: House
    log: SigningLog = field(init=False)

    def __post_init__(self) -> None:
        self.log = SigningLog(witness=self._what_is_on_record)

    def _what_is_on_record(self, _label: str, message: bytes) -> str:
        """Say which bytes on record ``message`` is, as the committed intents have it."""
        for intent in self.house.intents().values():
            if intent.stage is IntentStage.RECORDED and message == intent.record_to_be_signed:
                return f"record {intent.identifier}"
            if intent.stage is IntentStage.RECORDED and message == intent.code_to_be_signed:
                return f"code {intent.identifier}"
            if self._is_use_on_record(intent, sm3(message)):
                return f"seal {intent.identifier}"
            if intent.stage is IntentStage.SEALED and sm3(message) == intent.document_to_be_signed:
                return f"CMS {intent.identifier}"
        return "nothing"

    def _is_use_on_record(self, intent: Intent, digest: bytes) -> bool:
        """Whether intent B and the person who uses the seal were stored before it signed."""
        with self.house.unit_of_work() as work:
            uses = work.seals.uses_of_license(intent.identifier)
        return (
            intent.stage is IntentStage.RENDERED
            and digest == intent.seal_to_be_signed
            and [(use.digest, use.operator) for use in uses] == [(digest.hex(), "I001")]
        )

    def desk(self, fuse: Fuse) -> IssuingDesk:
        desk = desks.watched(self.house.desk(), fuse=fuse, log=self.log)
        return replace(
            desk,
            renderer=FusedRenderer(LightRenderer(), fuse),
            objects=FusedObjects(self.house.objects, fuse),
            unit_of_work=lambda: FusedUnitOfWork(self.house.unit_of_work(), fuse),
        )

    def run(self, fuse: Fuse, *, again: bool) -> bool:
        """Issue, or resume and issue; whether the power held."""
        try:
            if again:
                self.reconcile(fuse)
            issue(desks.requests(COUNT), desk=self.desk(fuse))
        except PowerCutError:
            return False
        return True

    def reconcile(self, fuse: Fuse) -> Reconciliation:
        desk = self.desk(fuse)
        return reconcile([desk], unit_of_work=desk.unit_of_work, objects=desk.objects)

    def check(self) -> None:
        """Nothing is lost, nothing is invented, and only what was on record was signed."""
        licenses = self.house.licenses()
        assert sorted(item.number for item in licenses) == sorted(
            item.number for item in desks.applications(COUNT)
        )
        for license in licenses:
            _check_whole(license, self.house)
        assert self.house.stages() == ["issued"] * COUNT
        signed: dict[str, set[bytes]] = {}
        for what, (_, message) in zip(self.log.testimonies, self.log.entries, strict=True):
            signed.setdefault(what, set()).add(message)
        identifiers = {item.identifier for item in licenses}
        assert signed.keys() == {
            f"{kind} {identifier}"
            for kind in ("record", "code", "seal", "CMS")
            for identifier in identifiers
        }
        assert {len(messages) for messages in signed.values()} == {1}
        owned = {name for item in licenses for name in item.files.names}
        assert self.house.objects.contents.keys() == owned, "no object is nobody's"


@cache
def _steps() -> int:
    """How often the power can be cut while two licenses are issued."""
    fuse = Fuse()
    assert Plant(_memory()).run(fuse, again=False)
    return fuse.steps


def test_there_are_many_places_to_cut_the_power() -> None:
    """Four signatures, three objects and one page for each license, and seven transactions."""
    assert _steps() >= COUNT * (4 * 2 + 3 * 2 + 1) + 7 + 5 * 2


@pytest.fixture
def sql_houses(new_database: NewDatabase) -> Iterator[Callable[[], House]]:
    """Makes houses one after the other in one database, empty each time."""
    engine = connect(new_database())
    yield lambda: House(partial(SqlUnitOfWork, emptied(engine)))
    engine.dispose()


@pytest.mark.parametrize("part", range(4))
def test_a_crash_at_any_point_loses_nothing_and_invents_nothing(
    sql_houses: Callable[[], House], part: int
) -> None:
    for number in range(1 + part, _steps() + 1, 4):
        plant = Plant(sql_houses())

        assert not plant.run(Fuse(number), again=False), number
        before = len(plant.house.licenses())
        assert before in {0, COUNT}, "a chunk gets into force as a whole"
        found = plant.reconcile(Fuse())
        assert found.is_clean
        assert len(found.finished) + before in {0, COUNT}
        assert plant.run(Fuse(), again=False)
        plant.check()


@given(st.lists(st.integers(1, 80), min_size=1, max_size=5))
@settings(max_examples=40, deadline=None)
def test_crash_upon_crash_loses_nothing_and_invents_nothing(cuts: list[int]) -> None:
    plant = Plant(_memory())
    for cut in cuts:
        plant.run(Fuse(cut), again=True)

    assert plant.run(Fuse(), again=True)
    plant.check()


def test_the_witness_notices_what_is_not_on_record() -> None:
    """Else the tests above would show nothing."""
    plant = Plant(_memory())
    assert plant.run(Fuse(), again=False)
    signer = plant.desk(Fuse()).record_signer

    signer.sign(b"never on record")
    signer.sign(next(iter(plant.house.intents().values())).record_to_be_signed)

    assert plant.log.testimonies[-2:] == ["nothing", "nothing"]
