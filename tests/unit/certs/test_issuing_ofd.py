"""Licenses with an OFD face beside the PDF face: whole, recorded before signed, and crash-safe."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import pytest

from certs.faces.content import FaceContent
from certs.faces.ofd.rendering import page_png
from certs.faces.ofd.visible_seals import OfdSeal
from certs.faces.qr import read_qr
from certs.intents import Intent, IntentStage
from certs.issuance import issue, resume
from certs.issuing_desk import IssuingDesk
from certs.licenses import License
from certs.ports import UnitOfWork
from signing.algorithms import sm3
from signing.errors import KeyUnavailableError
from signing.ofd.descriptions import Stamp
from signing.ofd.package import DocumentInfo
from signing.ofd.reading import parse_strict
from signing.ofd.sealing import PreparedOfd
from signing.ofd.sealing import prepare as prepare_ofd
from signing.ofd.writing import Member
from signing.seal_signatures import LocalSealer, parse_seal_signature
from signing.signer import KeyReference
from signing.sm2 import PublicKey
from tests import desks, world
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
from tests.unit.certs.faces.ofd.sealed_ofd import ofd_faces

COUNT = 2
DOCUMENT = (
    "<Document><CommonData/><Pages><Page ID='1' BaseLoc='Page.xml'/></Pages>"
    "<Attachments>List.xml</Attachments></Document>"
)


@dataclass(frozen=True)
class LightOfdFaces:
    """A real OFD file that differs with what it shows, without drawing anything."""

    edition: str = "1"
    fuse: Fuse = field(default_factory=Fuse)

    def prepare(self, content: FaceContent, seal: OfdSeal) -> PreparedOfd:
        self.fuse.step()
        told = f"{self.edition}|{content.identifier}|{content.qr_text}|{content.created_at}"
        listed = "".join(
            f"<Attachment Name='{item.name}'><FileLoc>{item.name}</FileLoc></Attachment>"
            for item in content.attachments
        )
        texts = {
            "Document.xml": DOCUMENT,
            "Page.xml": f"<Page>{sm3(told.encode()).hex()}</Page>",
            "List.xml": f"<Attachments>{listed}</Attachments>",
        }
        return prepare_ofd(
            [
                *(Member(f"Doc_0/{name}", text.encode()) for name, text in texts.items()),
                *(Member(f"Doc_0/{item.name}", item.content) for item in content.attachments),
            ],
            info=DocumentInfo(identifier="0" * 32),
            seal=seal.seal,
            stamps=[Stamp(page="1", boundary=seal.boundary)],
            signed_at=seal.signed_at,
        )


@dataclass
class House:
    """A register and an object store that outlive every crash of the desk."""

    unit_of_work: Callable[[], UnitOfWork] = field(
        default_factory=lambda: MemoryDatabase().unit_of_work
    )
    objects: MemoryObjects = field(default_factory=MemoryObjects)

    def desk(self, **changes: object) -> IssuingDesk:
        desk = replace(desks.desk(self.unit_of_work, self.objects), ofd=LightOfdFaces())
        return replace(desk, **changes)  # type: ignore[arg-type]

    def licenses(self) -> tuple[License, ...]:
        with self.unit_of_work() as work:
            return work.licenses.newest(1000)

    def intents(self) -> dict[str, Intent]:
        with self.unit_of_work() as work:
            return work.intents.of_requests([item.key for item in desks.requests(COUNT)])

    def stages(self) -> list[str]:
        return sorted(intent.stage.value for intent in self.intents().values())

    def uses(self, license: License) -> list[str]:
        with self.unit_of_work() as work:
            return [use.digest for use in work.seals.uses_of_license(license.identifier)]


@pytest.fixture
def house() -> House:
    return House()


def _check_whole(license: License, house: House) -> None:
    """Both faces carry the record, both are sealed over what intent B has, both uses counted."""
    ofd = parse_strict(house.objects.get(license.files.ofd))
    (signature,) = ofd.signatures
    value = parse_seal_signature(signature.value)
    value.verify(signature.digest)
    assert value.document == signature.document
    assert value.signed_at == signature.signed_at == license.sealed_at
    assert value.seal.encoded == signature.seal == world.region("340200").seal.encoded
    assert ofd.attachments == {
        "license.json": house.objects.get(license.files.record),
        "license.p7s": house.objects.get(license.files.signature),
    }
    assert house.objects.get(license.files.pdf).startswith(b"%PDF-")
    (intent,) = (item for item in house.intents().values() if item.identifier == license.identifier)
    assert intent.ofd_digest == signature.digest
    assert intent.ofd_to_be_signed == sm3(value.to_be_signed)
    assert intent.ofd_seal_signature == b""
    assert house.uses(license) == [intent.seal_to_be_signed.hex(), intent.ofd_to_be_signed.hex()]


def test_a_license_gets_both_faces(house: House) -> None:
    issue(desks.requests(COUNT), desk=house.desk())

    assert len(house.licenses()) == COUNT
    for license in house.licenses():
        _check_whole(license, house)


def test_a_desk_without_ofd_makes_none(house: House) -> None:
    (outcome,) = issue(desks.requests(1), desk=house.desk(ofd=None))

    assert outcome.license is not None
    assert outcome.license.files.ofd == ""
    assert len(house.uses(outcome.license)) == 1


def test_the_face_of_the_house_shows_the_license(house: House) -> None:
    """Once with the real writer; all other tests draw nothing."""
    (outcome,) = issue(desks.requests(1), desk=house.desk(ofd=ofd_faces()))

    assert outcome.license is not None
    ofd = house.objects.get(outcome.license.files.ofd)
    text = "".join(parse_strict(ofd).page_texts()[0].split())
    assert outcome.license.identifier in text
    assert outcome.license.number in text
    assert read_qr(page_png(ofd, dpi=250))[0].startswith("HTTP://127.0.0.1:8000/V#")
    _check_whole(outcome.license, house)


class _SilentSigner:
    def __init__(self, public_key: PublicKey) -> None:
        self.public_key = public_key
        self.key = KeyReference("memory", "silent")

    def sign(self, message: bytes) -> bytes:
        raise KeyUnavailableError(f"no answer for {len(message)} bytes")


def _left_open(house: House, **changes: object) -> None:
    """Leave intents behind that are rendered, or sealed, by what keeps silent."""
    with pytest.raises(KeyUnavailableError):
        issue(desks.requests(COUNT), desk=house.desk(**changes))


def _silent(house: House, stage: str) -> dict[str, object]:
    signer = house.desk().seal_signer
    silent = replace(signer, signer=_SilentSigner(signer.signer.public_key))
    if stage == "sealed":
        return {"seal_signer": silent}
    return {"sealer": LocalSealer(world.region("340200").seal, silent)}


@pytest.mark.parametrize("stage", ["rendered", "sealed"])
def test_an_ofd_face_that_comes_out_otherwise_burns_the_identifier(
    house: House, stage: str
) -> None:
    _left_open(house, **_silent(house, stage))
    assert house.stages() == [stage] * COUNT

    assert resume(house.desk(ofd=LightOfdFaces(edition="2"))).licenses == ()

    assert house.stages() == ["abandoned"] * COUNT


@pytest.mark.parametrize("stage", ["rendered", "sealed"])
def test_an_ofd_face_that_is_on_record_is_not_left_out(house: House, stage: str) -> None:
    _left_open(house, **_silent(house, stage))

    assert resume(house.desk(ofd=None)).licenses == ()

    assert house.stages() == ["abandoned"] * COUNT


@pytest.mark.parametrize("stage", ["rendered", "sealed"])
def test_what_an_older_release_rendered_is_finished_without_ofd(house: House, stage: str) -> None:
    _left_open(house, ofd=None, **_silent(house, stage))

    finished = resume(house.desk()).licenses

    assert len(finished) == COUNT
    assert {license.files.ofd for license in finished} == {""}


def test_the_seal_signature_that_is_stored_is_the_one_that_is_used(house: House) -> None:
    _left_open(house, **_silent(house, "sealed"))
    stored = {item.identifier: item.ofd_seal_signature for item in house.intents().values()}

    for license in resume(house.desk()).licenses:
        (signature,) = parse_strict(house.objects.get(license.files.ofd)).signatures
        assert signature.value == stored[license.identifier] != b""


@dataclass
class Plant:
    """A house whose power can be cut, and the log of everything signed in it."""

    house: House = field(default_factory=House)
    log: SigningLog = field(init=False)

    def __post_init__(self) -> None:
        self.log = SigningLog(witness=self._what_is_on_record)

    def _what_is_on_record(self, _label: str, message: bytes) -> str:
        """Say which bytes on record ``message`` is, as the committed intents have it."""
        digest = sm3(message)
        for intent in self.house.intents().values():
            if intent.stage is IntentStage.RECORDED and message in {
                intent.record_to_be_signed,
                intent.code_to_be_signed,
            }:
                return "record"
            if intent.stage is IntentStage.RENDERED and self._is_use_on_record(intent, digest):
                return "ofd seal" if digest == intent.ofd_to_be_signed else "pdf seal"
            if intent.stage is IntentStage.SEALED and digest == intent.document_to_be_signed:
                return "CMS"
        return "nothing"

    def _is_use_on_record(self, intent: Intent, digest: bytes) -> bool:
        with self.house.unit_of_work() as work:
            uses = work.seals.uses_of_license(intent.identifier)
        return digest in {intent.seal_to_be_signed, intent.ofd_to_be_signed} and (
            digest.hex() in {use.digest for use in uses}
        )

    def desk(self, fuse: Fuse) -> IssuingDesk:
        desk = desks.watched(self.house.desk(), fuse=fuse, log=self.log)
        return replace(
            desk,
            renderer=FusedRenderer(LightRenderer(), fuse),
            ofd=LightOfdFaces(fuse=fuse),
            objects=FusedObjects(self.house.objects, fuse),
            unit_of_work=lambda: FusedUnitOfWork(self.house.unit_of_work(), fuse),
        )

    def run(self, fuse: Fuse, *, again: bool) -> None:
        try:
            if again:
                resume(self.desk(fuse))
            issue(desks.requests(COUNT), desk=self.desk(fuse))
        except PowerCutError:
            return


def _steps() -> int:
    fuse = Fuse()
    Plant().run(fuse, again=False)
    return fuse.steps


def test_a_power_cut_at_any_step_loses_nothing_and_signs_nothing_unrecorded() -> None:
    steps = _steps()
    assert steps > 30
    for blows_at in range(1, steps + 1):
        plant = Plant()
        plant.run(Fuse(blows_at), again=False)
        plant.run(Fuse(), again=True)

        licenses = plant.house.licenses()
        assert len(licenses) == COUNT, blows_at
        for license in licenses:
            _check_whole(license, plant.house)
        assert "nothing" not in plant.log.testimonies, blows_at
        assert plant.log.testimonies.count("ofd seal") >= COUNT
        messages = [
            message
            for (_, message), said in zip(plant.log.entries, plant.log.testimonies, strict=True)
            if said == "ofd seal"
        ]
        assert len(set(messages)) == COUNT, "no second text is ever sealed"
