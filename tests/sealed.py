"""Sealed faces with real keys: one that is sound, and any number that are not."""

import atexit
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import cache

from certs.applications import parse_application
from certs.errors import FaceError
from certs.face_contents import face_of
from certs.faces.compiled import CompiledFaces
from certs.faces.content import FaceContent
from certs.faces.drawing import to_pdf_operators
from certs.faces.ofd.compiled import CompiledOfdFaces
from certs.faces.ofd.visible_seals import OfdSeal
from certs.faces.pages import page_text
from certs.faces.renderer import TypstRenderer
from certs.faces.seal_drawing import draw_round_seal
from certs.identifiers import LicenseIdentifier, SocialCreditCode, serial_of_number
from certs.printed_codes import DOMAIN, claims_of, to_address
from certs.records import IssuingAuthority, LicenseRecord
from certs.regions import RegionCode
from certs.samples.food_business import food_business_rows
from certs.seals.events import SealState
from certs.seals.status_answers import SealStatusAnswer
from certs.status_answers import StatusAnswer
from certs.status_indexes import StatusIndex
from certs.statuses import StatusEvent, StatusKind
from certs.type_folders import shipped_type
from signing import cose, der, sealed_ofd
from signing.algorithms import SEAL_SIGNATURE_ATTRIBUTE, SM2_SIGN_WITH_SM3, sm3
from signing.pdf.assembly import PreparedPdf, SealProfile
from signing.pdf.sealing import SealAppearance, SealPlacement, VisibleSeal, prepare_page
from signing.seal_signatures import to_be_signed
from signing.seals import Seal
from signing.signed_messages import Dialect, prepare, sign_message
from signing.signer import CertifiedSigner, SealProperties
from signing.timestamps import TimestampSource
from tests import world
from verify.entitled_issuers import EntitledIssuer
from verify.examination import Examination, examine
from verify.examination_json import decode_examination, encode_examination
from verify.ports import PageReader
from verify.report import Report
from verify.trust_lists import Anchor, TrustedRegion, TrustList
from verify.verifier import PUBLIC, Inquiry, Verifier

CODE = "340200"
NOW = world.NOON + timedelta(hours=1)
URL = "http://wuhu.test"


@cache
def _renderer() -> TypstRenderer:
    renderer = TypstRenderer()
    atexit.register(renderer.close)
    return renderer


@cache
def _faces() -> CompiledFaces:
    faces = CompiledFaces()
    atexit.register(faces.close)
    return faces


@cache
def _ofd_faces() -> CompiledOfdFaces:
    faces = CompiledOfdFaces()
    atexit.register(faces.close)
    return faces


@cache
def _appearance() -> SealAppearance:
    drawing = draw_round_seal(world.ISSUERS[CODE][0], line="测试专用章", code="3402000000001")
    return SealAppearance(width_mm=42, height_mm=42, content=to_pdf_operators(drawing))


@cache
def record() -> LicenseRecord:
    """What the sound license says."""
    license_type = shipped_type("food_business")
    application = parse_application(
        license_type, food_business_rows(RegionCode(CODE), 1, seed=1)[0]
    )
    name, code = world.ISSUERS[CODE]
    return LicenseRecord(
        identifier=LicenseIdentifier(
            type_code=license_type.code,
            issuer_code=SocialCreditCode(code),
            serial=serial_of_number(application.number),
            version=1,
        ),
        type_name=license_type.name,
        number=application.number,
        authority=IssuingAuthority(code=SocialCreditCode(code), name=name, region=RegionCode(CODE)),
        holder=application.holder,
        holder_name=application.holder_name,
        issued_on=date(2026, 3, 1),
        valid_from=date(2026, 3, 1),
        valid_to=date(2031, 2, 28),
        fields=application.fields,
        status_uri=f"{URL}/api/v1/status-lists/0",
        status_index=StatusIndex(list_number=0, index=7),
        salt=b"s" * 16,
    )


def code_text(record: LicenseRecord, *, signer: CertifiedSigner | None = None) -> str:
    """What the printed code of a license says."""
    code = cose.sign_claims(
        claims_of(record), signer=signer or _wuhu().record_signer, domain=DOMAIN
    )
    return to_address(code, public_url=URL)


def _wuhu() -> world.Region:
    return world.region(CODE)


@dataclass(frozen=True, kw_only=True)
class Face:
    """How a face is made; every default is sound.

    Attributes:
        printed: The identifier on the page, where it is not the record's.
        signed_digest: What license.p7s is over, where it is not the record.
        with_attachments: Whether the face carries its record.
        sealed_digest: What the SES_Signature is over, where it is not the file.
        stamped_at: The time in the SES_Signature, where it is not the CMS's.
        stamper: Who signs the SES_Signature, where it is not who signs the CMS.
        seal_signature: The SES_Signature itself; empty bytes leave it out.
        contents: The whole signature value.
        sub_filter: What the signature claims to be, 19 letters.
        clock: Whoever timestamps the CMS.
        is_seal_alone: The value is the SES_Signature and nothing else.
        code: What the printed code says, where it is not the record's.
        bend: Changes what the face shows before it is drawn.
        is_typst: The page is drawn by the template itself, which names no texts.
    """

    record: LicenseRecord = field(default_factory=record)
    record_signer: CertifiedSigner = field(default_factory=lambda: _wuhu().record_signer)
    record_signed_at: datetime = world.NOON
    seal_signer: CertifiedSigner = field(default_factory=lambda: _wuhu().seal_signer)
    seal: Seal = field(default_factory=lambda: _wuhu().seal)
    sealed_at: datetime = world.NOON
    printed: str | None = None
    signed_digest: bytes | None = None
    with_attachments: bool = True
    sealed_digest: bytes | None = None
    stamped_at: datetime | None = None
    stamper: CertifiedSigner | None = None
    seal_signature: bytes | None = None
    contents: bytes | None = None
    sub_filter: bytes | None = None
    clock: TimestampSource | None = None
    is_seal_alone: bool = False
    code: str | None = None
    bend: Callable[[FaceContent], FaceContent] = lambda content: content
    is_typst: bool = False

    def content(self) -> FaceContent:
        """What the face shows and carries."""
        signature = sign_message(
            Dialect.GB_T_35275,
            self.signed_digest or self.record.digest,
            signer=self.record_signer,
            signed_at=self.record_signed_at,
        )
        content = face_of(
            self.record,
            license_type=shipped_type("food_business"),
            signature=signature,
            qr_text=self._code(),
            created_at=self.sealed_at,
            specimen=True,
        )
        return self.bend(
            replace(
                content,
                identifier=self.printed or content.identifier,
                attachments=content.attachments if self.with_attachments else (),
            )
        )

    def _code(self) -> str:
        if self.code is not None:
            return self.code
        return code_text(self.record, signer=self.record_signer)

    def bare(self) -> bytes:
        """The page before it is sealed."""
        return _renderer().render(self.content())

    def seal_it(self) -> bytes:
        """The sealed file."""
        draw = _typst_page if self.is_typst else _faces().prepare
        prepared = draw(
            self.content(),
            VisibleSeal(
                placement=SealPlacement(left_mm=90, top_mm=120, width_mm=42, height_mm=42),
                appearance=_appearance(),
                signed_at=self.sealed_at,
                reason="签发电子证照",
                signer_name="测试",
                contents_bytes=len(self.seal.encoded) + 8192,
                profile=SealProfile.GM_SEAL if self.is_seal_alone else SealProfile.CMS,
            ),
        )
        if self.sub_filter is not None:
            head = prepared.head.replace(b"ETSI.CAdES.detached", self.sub_filter)
            prepared = replace(prepared, head=head)
        return prepared.complete(self.contents or self._message(prepared))

    def _message(self, prepared: PreparedPdf) -> bytes:
        if self.is_seal_alone:
            return self._stamp(self.sealed_digest or prepared.digest())
        stamp = self.seal_signature
        if stamp is None:
            stamp = self._stamp(self.sealed_digest or prepared.digest())
        message = prepare(
            Dialect.CMS,
            prepared.digest(),
            signer=self.seal_signer,
            signed_at=self.sealed_at,
            extra={SEAL_SIGNATURE_ATTRIBUTE: stamp} if stamp else {},
        )
        value = self.seal_signer.sign(message.to_be_signed)
        return message.complete(value, self.clock.stamp(sm3(value)) if self.clock else b"")

    def _stamp(self, digest: bytes) -> bytes:
        """Seal like any program that knows the format, whatever the seal allows."""
        signer = self.stamper or self.seal_signer
        properties = SealProperties(signed_at=self.stamped_at or self.sealed_at, document="face")
        message = to_be_signed(self.seal.encoded, digest, properties)
        return der.sequence(
            message,
            der.octets(signer.certificate.encoded),
            der.oid(SM2_SIGN_WITH_SM3),
            der.bits(signer.sign(message)),
        )


def _typst_page(content: FaceContent, seal: VisibleSeal) -> PreparedPdf:
    return prepare_page(_renderer().render(content), seal)


@cache
def sound() -> bytes:
    """The face with nothing wrong."""
    return Face().seal_it()


@cache
def sound_ofd() -> bytes:
    """The OFD face of the same license with nothing wrong."""
    face = Face()
    seal = OfdSeal(
        seal=face.seal.encoded, boundary=(196.0, 141.0, 42.0, 42.0), signed_at=face.sealed_at
    )
    prepared = _ofd_faces().prepare(face.content(), seal)
    properties = sealed_ofd.properties_of(prepared, signed_at=face.sealed_at)
    return prepared.complete(_wuhu().sealer.seal_digest(prepared.digest(), properties))


@cache
def unsealed() -> bytes:
    """The same page without any signature."""
    return Face().bare()


def trusted_region(code: str = CODE, *, url: str = URL) -> TrustedRegion:
    issuer, unified = world.ISSUERS[code]
    region = world.region(code)
    return TrustedRegion(
        code=RegionCode(code),
        name="芜湖市" if code == CODE else "宝鸡市",
        anchors=(
            Anchor(certificate=region.authority.certificate, valid_from=world.LONG.not_before),
        ),
        issuers=(
            EntitledIssuer(
                code=SocialCreditCode(unified),
                name=issuer,
                types=frozenset({shipped_type("food_business").code}),
            ),
        ),
        service_url=url,
        service=region.service.certificate,
        ledger=(region.ledger.certificate,),
    )


def trust(*regions: TrustedRegion, issued_at: datetime = world.NOON, days: int = 90) -> TrustList:
    """A list as it is once its signature has been checked."""
    return TrustList(
        version=3,
        issued_at=issued_at,
        expires_at=issued_at + timedelta(days=days),
        regions=regions or (trusted_region(),),
        identity="ab" * 32,
    )


def revocations(
    *serials: int,
    issued_at: datetime = world.NOON,
    days: int = 7,
    revoked_at: datetime = world.NOON,
) -> tuple[bytes, ...]:
    """The region's revocation list."""
    issued = _wuhu().authority.revocation_list(
        dict.fromkeys(serials, revoked_at),
        number=1,
        this_update=issued_at,
        next_update=issued_at + timedelta(days=days),
    )
    return (issued.encoded,)


def event(kind: StatusKind = StatusKind.ACTIVE, **changes: object) -> StatusEvent:
    sound_event = StatusEvent(kind=kind, effective_at=world.NOON, recorded_at=world.NOON)
    return replace(sound_event, **changes)  # type: ignore[arg-type]


@cache
def registered_seals() -> dict[str, str]:
    """The register of seals of the region: SM3 of each SESeal by its code."""
    seal = _wuhu().seal
    return {seal.description.code: sm3(seal.encoded).hex()}


def register_seal(seal: Seal) -> Seal:
    """Have the region know a further seal."""
    registered_seals()[seal.description.code] = sm3(seal.encoded).hex()
    return seal


def _digest() -> str:
    return record().digest.hex()


@cache
def published() -> tuple[bytes, ...]:
    """The certificates that the region signs with."""
    region = _wuhu()
    signers = (region.record_signer, region.status_signer, region.service)
    return tuple(item.certificate.encoded for item in signers)


@dataclass
class Regions:
    """The regions' services; each attribute is a way in which they may answer.

    Attributes:
        bend: Changes the answer before it is signed.
        break_: Changes the answer after it is signed.
        signer: Who signs it.
        silent: Nobody answers questions about licenses.
        seal_silent: Nobody answers questions about seals.
        bend_seal: Changes the answer about a seal before it is signed.
        status_lists: Tokens by list and moment.
        published: The certificates that the region publishes.
        standings: The bulletin of its seals; None where it gives none.
        proofs: What its ledger proves, by identifier.
    """

    event: StatusEvent | None = field(default_factory=event)
    digest: str = field(default_factory=_digest)
    at: datetime = NOW
    bend: Callable[[StatusAnswer], StatusAnswer] = lambda answer: answer
    break_: Callable[[bytes], bytes] = lambda answer: answer
    signer: CertifiedSigner | None = None
    lists: tuple[bytes, ...] = field(default_factory=revocations)
    proofs: dict[str, bytes] = field(default_factory=dict)
    silent: bool = False
    seal_silent: bool = False
    bend_seal: Callable[[SealStatusAnswer], SealStatusAnswer] = lambda answer: answer
    status_lists: dict[tuple[int, datetime | None], bytes] = field(default_factory=dict)
    published: tuple[bytes, ...] = field(default_factory=published)
    standings: bytes | None = None

    def status_list(
        self, service_url: str, number: int, at: datetime | None = None
    ) -> bytes | None:
        assert service_url == URL
        return self.status_lists.get((number, at))

    def seal_standings(self, service_url: str) -> bytes | None:
        assert service_url == URL
        return self.standings

    def certificates(self, service_url: str) -> tuple[bytes, ...]:
        assert service_url == URL
        return self.published

    def ask_status(
        self, service_url: str, identifier: str, nonce: str, *, at: datetime | None = None
    ) -> bytes | None:
        assert service_url == URL
        if self.silent:
            return None
        answer = StatusAnswer(
            identifier=identifier,
            nonce=nonce,
            region=CODE,
            answered_at=self.at,
            event=self.event,
            record_digest=self.digest,
            at=at,
        )
        signed = self.bend(answer).sign(self.signer or _wuhu().status_signer)
        return self.break_(signed)

    def ask_seal_status(
        self, service_url: str, code: str, *, at: datetime, nonce: str
    ) -> bytes | None:
        assert service_url == URL
        if self.seal_silent:
            return None
        answer = SealStatusAnswer(
            code=code,
            at=at,
            nonce=nonce,
            region=CODE,
            answered_at=self.at,
            seal_digest=registered_seals().get(code, ""),
            state=SealState.ENABLED,
            since=world.NOON - timedelta(days=1),
        )
        signed = self.bend_seal(answer).sign(self.signer or _wuhu().status_signer)
        return self.break_(signed)

    def ledger_proof(self, service_url: str, identifier: str) -> bytes | None:
        assert service_url == URL
        return self.proofs.get(identifier)

    def revocation_lists(self, service_url: str) -> tuple[bytes, ...]:
        assert service_url == URL
        return self.lists


@dataclass
class Pages:
    """Reads pages in this process, unless they are unreadable; knows how often it was asked."""

    readable: bool = True
    asked: int = 0

    def page_text(self, pdf: bytes) -> str | None:
        self.asked += 1
        try:
            return page_text(pdf) if self.readable else None
        except FaceError:
            return None


class InProcessExaminer:
    """Examines documents in this process."""

    def examine(self, data: bytes, content: bytes | None = None) -> Examination:
        return decode_examination(encode_examination(examine(data, content=content)))


@dataclass(frozen=True)
class Held:
    """The trust list that this verifier goes by."""

    value: TrustList | None

    def current(self) -> TrustList | None:
        return self.value


@dataclass(frozen=True)
class At:
    """A clock that stands."""

    instant: datetime

    def now(self) -> datetime:
        return self.instant


def judge(  # noqa: PLR0913 - each is one circumstance
    data: bytes,
    *,
    trusted: TrustList | Held | None = None,
    regions: Regions | None = None,
    pages: PageReader | None = None,
    now: datetime = NOW,
    content: bytes | None = None,
    inquiry: Inquiry = PUBLIC,
) -> Report:
    """The report on a file; whatever is not given is as it should be."""
    verifier = verifier_of(trusted=trusted, regions=regions, pages=pages, now=now)
    return verifier.verify(data, content=content, inquiry=inquiry)


def verifier_of(
    *,
    trusted: TrustList | Held | None = None,
    regions: Regions | None = None,
    pages: PageReader | None = None,
    now: datetime = NOW,
) -> Verifier:
    """A verifier; whatever is not given is as it should be."""
    return Verifier(
        trust=trusted if isinstance(trusted, Held) else Held(trusted or trust()),
        regions=regions or Regions(at=now),
        examiner=InProcessExaminer(),
        pages=pages or Pages(),
        clock=At(now),
    )


def digest_of(text: str) -> bytes:
    """A digest of something else."""
    return sm3(text.encode())
