"""The composition root: the only module that knows every concrete class, and private keys."""

import getpass
import os
import sys
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Final

from api import founding
from api.clients.local import LocalFirstClient
from api.clients.regions import HttpRegionClient
from api.errors import SettingsError
from api.finders import Judge, OwnFinder, RegionFinder, Registers
from api.homes import Home
from api.page_reader import ProcessPageReader
from api.seal_folder import SealFolder
from api.services import Services
from api.settings import Environment, Settings
from certs.catalogue import LicenseType
from certs.faces.renderer import TypstRenderer
from certs.holder_keys import HolderKeys
from certs.identifiers import SocialCreditCode
from certs.issuing_desk import IssuingDesk
from certs.lifecycle import answer_status
from certs.records import IssuingAuthority
from certs.regions import RegionCode
from certs.type_folders import shipped_types
from signing.authorities import CertificateAuthority
from signing.errors import SigningError
from signing.keystores.files import FileKeyStore, FileSigner
from signing.revocation_lists import parse_revocation_list
from signing.roles import Role
from signing.seal_signatures import LocalSealer
from signing.signer import CertifiedSigner
from storage import schema
from storage.database import connect
from storage.object_folder import ObjectFolder
from storage.trust_folder import TrustFolder
from storage.unit_of_work import SqlUnitOfWork
from verify.acceptance.desk import AcceptanceDesk
from verify.matter_files import shipped_matters
from verify.matters import MatterCatalogue
from verify.trust_lists import TrustedRegion
from verify.verifier import Verifier

PERSONAS_FILE: Final = "personas.tsv"
_CRL_RENEWED_AFTER: Final = timedelta(days=1)


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """Return the present instant in UTC."""
        return datetime.now(UTC)


def key_store(home: Home, passphrase: str) -> FileKeyStore:
    """Return the key files of an instance."""
    return FileKeyStore(home.folder("keys"), passphrase=passphrase)


def read_passphrase(*, variable: str = "YINXIN_PASSPHRASE", file: Path | None = None) -> str:
    """Return a passphrase: from the environment, a file, or asked for at the terminal.

    Args:
        variable: Environment variable; with ``_FILE`` appended it names a file.
        file: A file from the settings.

    Raises:
        SettingsError: There is none, or nobody to ask.
    """
    if value := os.environ.get(variable):
        return value
    named = os.environ.get(f"{variable}_FILE")
    path = Path(named) if named else file
    if path is not None:
        try:
            lines = path.read_text("utf-8").splitlines()
        except OSError as error:
            raise SettingsError(f"口令文件无法读取 · cannot read {path}") from error
        return next((line for line in lines if line and not line.startswith("#")), "")
    if sys.stdin.isatty():
        return getpass.getpass("密钥口令 · key passphrase: ")
    raise SettingsError(f"缺少口令，请设置 {variable} 或 {variable}_FILE · no passphrase given")


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenHome:
    """An instance whose keys can be opened."""

    home: Home
    settings: Settings
    keys: FileKeyStore

    @classmethod
    def at(cls, root: Path, *, passphrase: str | None = None) -> "OpenHome":
        """Open the instance in ``root``, asking for its passphrase where needed.

        Raises:
            SettingsError: There is no instance, or no passphrase.
        """
        settings = Settings.read(root)
        home = Home(root)
        if passphrase is None and settings.passphrase:
            passphrase = settings.passphrase.get_secret_value()
        if passphrase is None:
            passphrase = read_passphrase(file=settings.passphrase_file)
        return cls(home=home, settings=settings, keys=key_store(home, passphrase))

    def open_keys(self, *labels: str) -> Mapping[str, FileSigner]:
        """Open several keys at once; each takes a quarter of a second on purpose."""
        with ThreadPoolExecutor() as pool:
            return dict(zip(labels, pool.map(self.keys.open, labels), strict=True))

    def signer(
        self, label: str, *, key: FileSigner | None = None, chain: bool = False
    ) -> CertifiedSigner:
        """Return a key with its certificate, and its authority's where asked."""
        certificate = self.home.read_certificate(label)
        above = self.home.read_certificate(founding.AUTHORITY) if chain else None
        return CertifiedSigner(
            signer=key or self.keys.open(label),
            certificate=certificate,
            chain=(above,) if above is not None and not above.is_self_issued else (),
        )

    def authority(self) -> CertificateAuthority:
        """Return the demo authority of this instance.

        Raises:
            DemoOnlyError: Not in demo or dev.
        """
        self.settings.check_demo("证书机构 (demo authority)")
        return CertificateAuthority(
            certificate=self.home.read_certificate(founding.AUTHORITY),
            signer=self.keys.open(founding.AUTHORITY),
        )


@dataclass(slots=True)
class RevocationFolder:
    """The region's revocation lists; in demo and dev a fresh one is signed every day."""

    instance: OpenHome
    clock: SystemClock

    def lists(self) -> tuple[bytes, ...]:
        """Return the lists as they are published."""
        path = self.instance.home.folder("crl") / founding.CRL_FILE
        if self.instance.settings.environment is not Environment.PRODUCTION and not _fresh(
            path, self.clock.now()
        ):
            founding.publish_revocations(
                self.instance.home, self.instance.authority(), now=self.clock.now()
            )
        return tuple(item.read_bytes() for item in sorted(path.parent.glob("*.crl")))


@contextmanager
def open_services(root: Path) -> Iterator[Services]:
    """Connect every collaborator of the region instance in ``root``.

    Raises:
        SettingsError: There is no region instance.
        HomeError: A part of it is missing or damaged.
    """
    instance = OpenHome.at(root)
    settings, home = instance.settings, instance.home
    if settings.kind != "region":
        raise SettingsError(f"{root} 是信任根，不是地区实例 · a trust root, not a region")
    clock = SystemClock()
    with ExitStack() as stack:
        engine = connect(settings.database_url or home.database_url)
        stack.callback(engine.dispose)
        schema.check_version(engine)
        unit_of_work = partial(SqlUnitOfWork, engine)
        objects = ObjectFolder(home.folder("objects"))
        trust = TrustFolder(home.folder("trust"))
        region = RegionCode(settings.region)
        keys = instance.open_keys(Role.STATUS, Role.SERVICE, Role.SEAL, Role.RECORD)
        status_signer = instance.signer(Role.STATUS, key=keys[Role.STATUS])
        revocations = RevocationFolder(instance, clock)
        client = LocalFirstClient(
            own_url=settings.public_url,
            own_status=partial(
                answer_status,
                region=str(region),
                unit_of_work=unit_of_work,
                clock=clock,
                signer=status_signer,
            ),
            own_lists=revocations.lists,
            others=stack.enter_context(HttpRegionClient()),
        )
        verifier = Verifier(
            trust=trust,
            regions=client,
            pages=stack.enter_context(ProcessPageReader()),
            clock=clock,
        )
        types = shipped_types()
        judge = Judge(verifier=verifier, catalogue=types)
        holder_keys = HolderKeys(home.read_secret(founding.HOLDER_KEY_FILE))
        decryptor = keys[Role.SERVICE]
        service = instance.signer(Role.SERVICE, key=decryptor)

        def other_register(other: TrustedRegion) -> RegionFinder:
            return RegionFinder(
                own=region,
                other=other,
                client=client,
                signer=service,
                decryptor=decryptor,
                judge=judge,
                clock=clock,
            )

        own_register = OwnFinder(
            region=region,
            unit_of_work=unit_of_work,
            objects=objects,
            holder_keys=holder_keys,
            judge=judge,
        )
        matters = shipped_matters()
        _publish(matters, unit_of_work)
        renderer = stack.enter_context(TypstRenderer())
        yield Services(
            region=region,
            name=settings.name,
            is_demo=settings.environment is not Environment.PRODUCTION,
            public_url=settings.public_url,
            catalogue=types,
            matters=matters,
            unit_of_work=unit_of_work,
            objects=objects,
            clock=clock,
            verifier=verifier,
            trust=trust,
            acceptance=AcceptanceDesk(
                matters=matters,
                finders=Registers(own_register, trust, other_register),
                unit_of_work=unit_of_work,
                clock=clock,
            ),
            holder_keys=holder_keys,
            service_signer=service,
            decryptor=decryptor,
            revocation_lists=revocations.lists,
            desks=_desks(
                instance,
                types,
                IssuingParts(
                    keys=keys,
                    renderer=renderer,
                    objects=objects,
                    unit_of_work=unit_of_work,
                    clock=clock,
                    holder_keys=holder_keys,
                ),
            ),
            status_signer=status_signer,
            personas=_personas(home),
        )


def _publish(matters: MatterCatalogue, unit_of_work: partial[SqlUnitOfWork]) -> None:
    """Keep every matter in the database, so that its constraints know the rules."""
    with unit_of_work() as work:
        work.cases.publish_reasons()
        for matter in matters.matters:
            work.cases.publish(matter)
        work.commit()


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuingParts:
    """What all issuing desks of an instance share."""

    keys: Mapping[str, FileSigner]
    renderer: TypstRenderer
    objects: ObjectFolder
    unit_of_work: partial[SqlUnitOfWork]
    clock: SystemClock
    holder_keys: HolderKeys


def _desks(
    instance: OpenHome, types: tuple[LicenseType, ...], parts: IssuingParts
) -> Mapping[str, IssuingDesk]:
    """Return a desk for every type, if the authority has a seal yet."""
    settings = instance.settings
    kept = SealFolder(instance.home.folder("seals")).newest_of(settings.issuer_code)
    if kept is None:
        return {}
    seal_signer = instance.signer(Role.SEAL, key=parts.keys[Role.SEAL], chain=True)
    record_signer = instance.signer(Role.RECORD, key=parts.keys[Role.RECORD], chain=True)
    authority = IssuingAuthority(
        code=SocialCreditCode(settings.issuer_code),
        name=settings.issuer_name,
        region=RegionCode(settings.region),
    )
    status_key = instance.home.read_secret(founding.STATUS_KEY_FILE)
    return {
        str(license_type.code): IssuingDesk(
            license_type=license_type,
            authority=authority,
            record_signer=record_signer,
            seal_signer=seal_signer,
            sealer=LocalSealer(kept.seal, seal_signer),
            appearance=kept.appearance,
            renderer=parts.renderer,
            objects=parts.objects,
            unit_of_work=parts.unit_of_work,
            clock=parts.clock,
            holder_keys=parts.holder_keys,
            status_key=status_key,
            public_url=settings.public_url,
            specimen=settings.environment is not Environment.PRODUCTION,
        )
        for license_type in types
    }


def _fresh(path: Path, now: datetime) -> bool:
    try:
        issued = parse_revocation_list(path.read_bytes())
    except (OSError, SigningError):
        return False
    return now - issued.this_update < _CRL_RENEWED_AFTER


def _personas(home: Home) -> Mapping[str, str]:
    """Return the demo's people and their tokens; there are none elsewhere."""
    path = home.folder("keys") / PERSONAS_FILE
    if not path.is_file():
        return {}
    pairs = (line.split("\t", 1) for line in path.read_text("utf-8").splitlines() if "\t" in line)
    return dict(pairs)
