"""Puts seals of an instance on documents that are no licenses (用印): keys, register, evidence."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Self

from api import founding
from api.bootstrap import OpenHome, RevocationFolder, SystemClock
from api.clients.timestamps import OWN_PATH, HttpTimestampSource
from api.errors import UsageError
from api.seal_folder import KeptSeal, SealFolder
from api.seal_people import DEMO_USER
from api.seal_register import open_register
from api.settings import Environment
from certs.seals.usability import RecordingSealer
from signing.algorithms import sm3
from signing.errors import InvalidPathError, InvalidSignatureError
from signing.pdf.assembly import SealProfile
from signing.reference.archiving import add_document_timestamp, add_evidence
from signing.reference.sealing import seal_document
from signing.reference.stamping import Stamp
from signing.reference.validation import validate_all
from signing.revocation_lists import RevocationList, parse_revocation_list
from signing.roles import Role
from signing.seal_signatures import LocalSealer
from signing.sealed_pdf import contents_room
from signing.signer import CertifiedSigner, Sealer
from signing.timestamp_tokens import Token, parse_token
from signing.timestamps import TimestampSource
from storage.trust_folder import TrustFolder

LEVELS: Final = ("b", "t", "lt", "lta")


@dataclass(frozen=True, slots=True, kw_only=True)
class StampOrder:
    """Which seal is used, by whom, and what is done so that the file can be judged later.

    Attributes:
        seal: 印章编码.
        profile: Whether the signature is CMS or the seal signature alone.
        level: One of ``LEVELS``, or empty: with a timestamp where a service is known.
        timestamp_url: A timestamping authority, where it is not the instance's.
        operator: 用印人; the demo has one for whoever is not named.
        purpose: 用印事由.
    """

    seal: str
    profile: SealProfile
    level: str
    timestamp_url: str
    operator: str
    purpose: str


@dataclass(slots=True)
class _Remembered:
    """A source of timestamps whose tokens are needed again, as evidence."""

    source: TimestampSource
    tokens: list[Token] = field(default_factory=list)

    def stamp(self, digest: bytes) -> bytes:
        token = self.source.stamp(digest)
        self.tokens.append(parse_token(token))
        return token


@dataclass(frozen=True, slots=True, kw_only=True)
class StampingDesk:
    """One seal, ready to be put on documents.

    Attributes:
        kept: The seal with its visible form.
        signer: The key behind it.
        sealer: Records every use before it seals.
        level: One of ``LEVELS``.
    """

    opened: OpenHome
    clock: SystemClock
    profile: SealProfile
    kept: KeptSeal
    signer: CertifiedSigner
    sealer: Sealer
    level: str
    timestamps: _Remembered | None

    @classmethod
    @contextmanager
    def at(cls, root: Path, order: StampOrder) -> Iterator[Self]:
        """Open the instance in ``root``.

        Raises:
            SettingsError: There is no region instance, or no such timestamp address.
            UsageError: There is no such seal, it is for another key, or no clock is known.
        """
        opened, clock = OpenHome.at(root), SystemClock()
        kept = SealFolder(opened.home.folder("seals")).find(order.seal)
        if kept is None:
            raise UsageError(f"没有印章 {order.seal} · no such seal")
        with ExitStack() as stack:
            unit_of_work = stack.enter_context(open_register(root))
            timestamps = _timestamps(order, opened, clock, stack)
            signer = opened.signer(Role.SEAL, chain=True)
            is_demo = opened.settings.environment is not Environment.PRODUCTION
            yield cls(
                opened=opened,
                clock=clock,
                profile=order.profile,
                kept=kept,
                signer=signer,
                sealer=RecordingSealer(
                    inner=_sealer(kept, signer, order.profile, timestamps),
                    unit_of_work=unit_of_work,
                    now=clock.now,
                    operator=order.operator or (DEMO_USER if is_demo else ""),
                    purpose=order.purpose,
                ),
                level=order.level or ("t" if timestamps else "b"),
                timestamps=timestamps,
            )

    @property
    def owner(self) -> str:
        """Who seals, as the certificate names it."""
        certificate = self.signer.certificate
        return certificate.organization or certificate.common_name

    @property
    def room(self) -> int:
        """Bytes that the signature value needs."""
        return contents_room(self.sealer, is_timestamped=self.timestamps is not None)

    def put(self, pdf: bytes, stamp: Stamp) -> bytes:
        """Return the file with the seal on it.

        Raises:
            MalformedPdfError: It cannot be sealed so.
            SealNotUsableError: The seal is not enabled, or nobody is named who uses it.
            KeyUnavailableError: A key or the timestamping authority did not answer.
            UsageError: Evidence is missing, or an earlier signature would break.
        """
        sealed = seal_document(
            pdf, stamp, sealer=self.sealer, signer=self.signer, timestamps=self.timestamps
        )
        if self.level in {"lt", "lta"}:
            sealed = self._with_evidence(sealed)
        if self.level == "lta" and self.timestamps is not None:
            sealed = add_document_timestamp(sealed, self.timestamps)
        report = validate_all(sealed, anchors=(), at=self.clock.now())
        if not report.is_whole:
            raise UsageError(
                "加盖后已有签名将失效，未写出文件 · "
                "an earlier signature would break, so nothing is written"
            )
        return sealed

    def _with_evidence(self, sealed: bytes) -> bytes:
        home = self.opened.home
        tokens = self.timestamps.tokens if self.timestamps else ()
        root = TrustFolder(home.folder("trust")).root()
        certificates = (
            *(self.signer.certificate, *self.signer.chain),
            *(item for token in tokens for item in (token.certificate, *token.others)),
            *((root,) if root else ()),
            home.read_certificate(founding.AUTHORITY),
        )
        try:
            return add_evidence(
                sealed, certificates=certificates, revocation_lists=self._revocation_lists()
            )
        except InvalidPathError as error:
            raise UsageError(
                f"缺少吊销列表或证书已吊销，请把列表放入 crl/ · evidence is missing: {error}"
            ) from error

    def _revocation_lists(self) -> tuple[RevocationList, ...]:
        lists = RevocationFolder(self.opened, self.clock).lists()
        return tuple(parse_revocation_list(item) for item in lists)


def _sealer(
    kept: KeptSeal,
    signer: CertifiedSigner,
    profile: SealProfile,
    timestamps: TimestampSource | None,
) -> LocalSealer:
    """Return the seal with its key; without CMS around it the timestamp is its own."""
    try:
        if profile is SealProfile.CMS or timestamps is None:
            return LocalSealer(kept.seal, signer)
        return LocalSealer(kept.seal, signer, lambda value: timestamps.stamp(sm3(value)))
    except InvalidSignatureError as error:
        raise UsageError("本实例的印章密钥不属于该印章 · the seal is for another key") from error


def _timestamps(
    order: StampOrder, opened: OpenHome, clock: SystemClock, stack: ExitStack
) -> _Remembered | None:
    """Return where trusted times come from; demo and dev have a clock of their own."""
    settings = opened.settings
    url = order.timestamp_url or settings.timestamp_url
    if order.level == "b" or not (url or order.level):
        return None
    own_url = f"{settings.public_url}{OWN_PATH}"
    if url in {"", own_url} and settings.environment is not Environment.PRODUCTION:
        authority = opened.timestamp_authority(clock)
        if authority is not None:
            return _Remembered(authority)
    if not url:
        raise UsageError("需要时间戳服务地址，请用 --timestamp · a timestamp address is needed")
    return _Remembered(stack.enter_context(HttpTimestampSource(url)))
