"""Registers as the window asks them: own first, then the others', everything verified."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cache

import pytest

from api.finders import Judge, OwnFinder, RegionFinder, Registers
from certs.catalogue import Catalogue
from certs.holder_codes import HolderCode
from certs.holder_keys import HolderKeys
from certs.licenses import License, LicenseFiles
from certs.ports import ObjectStore
from certs.regions import RegionCode
from certs.statuses import StatusKind
from certs.type_folders import shipped_type, shipped_types
from signing import sm2
from signing.revocation_lists import parse_revocation_list
from tests import desks, sealed, world
from tests.doubles.issuing import MemoryObjects
from tests.doubles.register import MemoryDatabase
from tests.sealed import NOW, URL, At, Held, InProcessExaminer, Pages, Regions
from verify.acceptance.ports import FoundLicense
from verify.conclusions import Conclusion
from verify.errors import SourceSilentError
from verify.sharing import SharedLicense, ShareReply, open_query, sign_reply
from verify.verifier import Verifier

WUHU, BAOJI = RegionCode("340200"), RegionCode("610300")
KEYS = HolderKeys(b"k" * 32)
TYPE = shipped_type("food_business").code


def holder() -> HolderCode:
    return sealed.record().holder


@cache
def crl_of(code: str) -> bytes:
    issued = world.region(code).authority.revocation_list(
        {}, number=1, this_update=world.NOON, next_update=world.NOON + timedelta(days=7)
    )
    return issued.encoded


@dataclass(frozen=True)
class Opener:
    """Opens what is encrypted for a region's service."""

    code: str

    def decrypt(self, ciphertext: bytes) -> bytes:
        pair = world.region(self.code).service.signer._pair  # type: ignore[attr-defined]  # the test's own key
        return sm2.decrypt(ciphertext, key=pair)


@dataclass
class Wuhu(Regions):
    """芜湖's service; opens questions for real and gives away ``licenses``."""

    licenses: tuple[SharedLicense, ...] = ()
    speaker: str = "340200"
    mute: bool = False
    asked: list[HolderCode] = field(default_factory=list)

    def share(self, service_url: str, query: bytes) -> bytes | None:
        assert service_url == URL
        if self.mute:
            return None
        received = open_query(
            query,
            own=WUHU,
            decryptor=Opener("340200"),
            trust=sealed.trust(
                sealed.trusted_region(), sealed.trusted_region("610300", url="http://baoji.test")
            ),
            lists=lambda region: (parse_revocation_list(crl_of(str(region.code))),),
            now=NOW,
        )
        self.asked.append(received.query.holder)
        return sign_reply(
            ShareReply(licenses=self.licenses),
            received=received,
            signer=world.region(self.speaker).service,
            now=NOW,
        )


def shared(pdf: bytes, status: StatusKind = StatusKind.ACTIVE) -> SharedLicense:
    return SharedLicense(identifier="as they say", status=status, pdf=pdf)


def judge_by(regions: Regions) -> Judge:
    verifier = Verifier(
        trust=Held(sealed.trust()),
        regions=regions,
        examiner=InProcessExaminer(),
        pages=Pages(),
        clock=At(NOW),
    )
    return Judge(verifier=verifier, catalogue=Catalogue.of(shipped_types()))


def ask(wuhu: Wuhu) -> tuple[FoundLicense, ...]:
    """宝鸡 asks 芜湖."""
    finder = RegionFinder(
        own=BAOJI,
        other=sealed.trusted_region(),
        client=wuhu,
        signer=world.region("610300").service,
        decryptor=Opener("610300"),
        judge=judge_by(wuhu),
        clock=At(NOW),
    )
    assert finder.region == WUHU
    return finder.find(holder(), (TYPE,))


def test_a_license_of_another_region_is_found_and_verified_here() -> None:
    wuhu = Wuhu(licenses=(shared(sealed.sound()),))

    (found,) = ask(wuhu)

    record = sealed.record()
    assert wuhu.asked == [record.holder]
    assert (found.identifier, found.region) == (record.identifier, WUHU)
    assert (found.holder, found.holder_name) == (record.holder, record.holder_name)
    assert (found.status, found.conclusion) == (StatusKind.ACTIVE, Conclusion.PASSED)
    assert found.valid_to == record.valid_to
    assert {"operator", "premises", "number"} <= found.fields


def one_bit_changed() -> bytes:
    data = bytearray(sealed.sound())
    data[len(data) // 3] ^= 1
    return bytes(data)


def test_what_the_other_region_calls_good_is_judged_here_all_the_same() -> None:
    (found,) = ask(Wuhu(licenses=(shared(one_bit_changed()),)))

    assert (found.status, found.conclusion) == (StatusKind.ACTIVE, Conclusion.FAILED)


@pytest.mark.parametrize("damage", ["empty", "unsealed", "appended"])
def test_an_unreadable_license_never_looks_like_none(damage: str) -> None:
    """Else a damaged file would let a window demand the paper."""
    faces = {"empty": b"", "unsealed": sealed.unsealed(), "appended": sealed.sound() + b"%"}

    with pytest.raises(SourceSilentError):
        ask(Wuhu(licenses=(shared(faces[damage]),)))


def test_superseded_licenses_are_left_out() -> None:
    assert ask(Wuhu(licenses=(shared(sealed.sound(), StatusKind.SUPERSEDED),))) == ()


def test_a_region_without_such_a_license_answers_so() -> None:
    assert ask(Wuhu()) == ()


@pytest.mark.parametrize(
    "wuhu",
    [
        lambda: Wuhu(mute=True),
        lambda: Wuhu(speaker="610300"),
        lambda: Wuhu(lists=()),
    ],
    ids=["mute", "somebody else answers", "nobody knows who is revoked"],
)
def test_an_answer_that_cannot_be_believed_is_silence_and_never_no_license(
    wuhu: "type[Wuhu]",
) -> None:
    with pytest.raises(SourceSilentError) as caught:
        ask(wuhu())

    assert caught.value.region == "340200"


# The own register ----------------------------------------------------------------------------


def own_finder(
    database: MemoryDatabase, objects: ObjectStore, regions: Regions | None = None
) -> OwnFinder:
    return OwnFinder(
        region=WUHU,
        name="芜湖市",
        unit_of_work=database.unit_of_work,
        objects=objects,
        holder_keys=KEYS,
        judge=judge_by(regions or Regions()),
    )


def registered(
    pdf: bytes, *, number: int = 1, status: StatusKind = StatusKind.ACTIVE, of: HolderCode
) -> tuple[MemoryDatabase, MemoryObjects]:
    database, objects = MemoryDatabase(), MemoryObjects()
    license: License = replace(
        desks.license_of(number, holder=KEYS.of(of)),
        type_code=str(TYPE),
        status=status,
        files=LicenseFiles(record="1" * 64, signature="2" * 64, pdf=objects.put(pdf)),
    )
    with database.unit_of_work() as work:
        work.licenses.add([(license, desks.event_of(status))])
        work.commit()
    return database, objects


def test_own_licenses_are_verified_like_anything_else() -> None:
    for pdf, conclusion in (
        (sealed.sound(), Conclusion.PASSED),
        (one_bit_changed(), Conclusion.FAILED),
    ):
        (found,) = own_finder(*registered(pdf, of=holder())).find(holder(), (TYPE,))

        assert found.conclusion is conclusion


def test_a_revoked_license_is_found_as_revoked() -> None:
    regions = Regions(event=sealed.event(StatusKind.REVOKED))
    database, objects = registered(sealed.sound(), status=StatusKind.REVOKED, of=holder())

    (found,) = own_finder(database, objects, regions).find(holder(), (TYPE,))

    assert (found.status, found.conclusion) == (StatusKind.REVOKED, Conclusion.FAILED)


def test_own_superseded_licenses_and_those_of_others_are_left_out() -> None:
    old = registered(sealed.sound(), status=StatusKind.SUPERSEDED, of=holder())
    somebody = HolderCode(code_type=holder().code_type, code=world.ISSUERS["610300"][1])
    others = registered(sealed.sound(), of=somebody)

    assert own_finder(*old).find(holder(), (TYPE,)) == ()
    assert own_finder(*others).find(holder(), (TYPE,)) == ()


# All registers -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Named:
    """A register that is only known by its region."""

    region: RegionCode

    def find(self, holder: HolderCode, license_types: object) -> tuple[FoundLicense, ...]:
        raise AssertionError((holder, license_types))

    def at(self, moment: datetime) -> "Named":
        raise AssertionError(moment)


@dataclass
class Changing:
    """A trust list that is replaced while the service runs."""

    value: object = None

    def current(self) -> object:
        return self.value


def test_registers_are_the_own_one_and_those_of_the_list_as_it_stands_now() -> None:
    trust = Changing()
    registers = Registers(Named(WUHU), trust, lambda region: Named(region.code))  # type: ignore[arg-type]  # stand-ins

    assert [item.region for item in registers] == [WUHU]

    trust.value = sealed.trust(sealed.trusted_region("610300"), sealed.trusted_region("340200"))

    assert [item.region for item in registers] == [WUHU, BAOJI]
    assert (len(registers), registers[1].region) == (2, BAOJI)
    assert [item.region for item in registers[0:1]] == [WUHU]
