"""The composition root: the only module that knows every concrete class, and private keys."""

import getpass
import os
import sys
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final, Protocol

from api import founding
from api.errors import SettingsError
from api.homes import Home
from api.own_publications import WatchedFiles, read_all
from api.settings import Environment, Settings
from signing.authorities import CertificateAuthority
from signing.errors import SigningError
from signing.keystores.files import FileKeyStore
from signing.revocation_lists import parse_revocation_list
from signing.roles import Role
from signing.signer import CertifiedSigner, Decryptor, Signer
from signing.timestamp_authorities import TimestampAuthority

_CRL_RENEWED_AFTER: Final = timedelta(days=1)
_CRL_LOOKED_AT_EVERY: Final = timedelta(minutes=1)


class SystemClock:
    """The machine's clock, or one that goes wrong by a fixed time."""

    def __init__(self, offset: timedelta = timedelta()) -> None:
        self._offset = offset

    def now(self) -> datetime:
        """Return the present instant in UTC."""
        return datetime.now(UTC) + self._offset


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


def passphrase_of(settings: Settings) -> str:
    """Return the passphrase of an instance: from its settings, or as ``read_passphrase``.

    Raises:
        SettingsError: There is none, or nobody to ask.
    """
    if settings.passphrase:
        return settings.passphrase.get_secret_value()
    return read_passphrase(file=settings.passphrase_file)


class OpenKey(Signer, Decryptor, Protocol):
    """A key that signs, and opens what was encrypted to it."""


class KeyOpener(Protocol):
    """Whatever opens the keys of an instance."""

    def open(self, label: str) -> OpenKey:
        """Return the signer of a stored key; see ``FileKeyStore.open``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenHome:
    """An instance whose keys can be opened."""

    home: Home
    settings: Settings
    keys: KeyOpener

    @classmethod
    def at(cls, root: Path, *, passphrase: str | None = None) -> "OpenHome":
        """Open the instance in ``root``, asking for its passphrase where needed.

        Raises:
            SettingsError: There is no instance, or no passphrase.
        """
        settings = Settings.read(root)
        home = Home(root)
        if passphrase is None:
            passphrase = passphrase_of(settings)
        return cls(home=home, settings=settings, keys=key_store(home, passphrase))

    def open_keys(self, *labels: str) -> Mapping[str, OpenKey]:
        """Open several keys at once; each takes a quarter of a second on purpose."""
        with ThreadPoolExecutor() as pool:
            return dict(zip(labels, pool.map(self.keys.open, labels), strict=True))

    def signer(
        self, label: str, *, key: Signer | None = None, chain: bool = False
    ) -> CertifiedSigner:
        """Return a key with its certificate, and its authority's where asked."""
        certificate = self.home.read_certificate(label)
        above = self.home.read_certificate(founding.AUTHORITY) if chain else None
        return CertifiedSigner(
            signer=key or self.keys.open(label),
            certificate=certificate,
            chain=(above,) if above is not None and not above.is_self_issued else (),
        )

    def clock(self) -> SystemClock:
        """Return the clock of this instance; rehearsals of a wrong clock may set it off.

        Raises:
            DemoOnlyError: It is set off, and not in demo or dev.
        """
        offset = timedelta(seconds=self.settings.clock_offset_seconds)
        if offset:
            self.settings.check_demo("时钟偏移 (clock_offset_seconds)")
        return SystemClock(offset)

    def has_certificate(self, label: str) -> bool:
        """Whether the instance has a certificate under ``label``."""
        return (self.home.folder("certs") / f"{label}.pem").is_file()

    def timestamp_authority(
        self, clock: "SystemClock", key: Signer | None = None
    ) -> TimestampAuthority | None:
        """Return the demo's timestamping authority; None where the instance has no key for it.

        Raises:
            DemoOnlyError: Not in demo or dev.
        """
        self.settings.check_demo("时间戳服务 (demo timestamping authority)")
        if not self.has_certificate(Role.TIMESTAMP):
            return None
        signer = self.signer(Role.TIMESTAMP, key=key, chain=True)
        return TimestampAuthority(signer=signer, now=clock.now)

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
    _watched: WatchedFiles = field(init=False)
    _renewed_at: datetime | None = None

    def __post_init__(self) -> None:
        folder = self.instance.home.folder("crl")
        self._watched = WatchedFiles(find=lambda: folder.glob("*.crl"), read=read_all)

    def lists(self) -> tuple[bytes, ...]:
        """Return the lists as they are published."""
        if self.instance.settings.environment is not Environment.PRODUCTION:
            self._renew()
        return self._watched.contents()

    def _renew(self) -> None:
        """Sign a fresh list where there is none; looked for once a minute."""
        now = self.clock.now()
        if self._renewed_at is not None and now - self._renewed_at < _CRL_LOOKED_AT_EVERY:
            return
        path = self.instance.home.folder("crl") / founding.CRL_FILE
        if not _fresh(path, now):
            founding.publish_revocations(self.instance.home, self.instance.authority(), now=now)
        self._renewed_at = now


def _fresh(path: Path, now: datetime) -> bool:
    try:
        issued = parse_revocation_list(path.read_bytes())
    except (OSError, SigningError):
        return False
    return now - issued.this_update < _CRL_RENEWED_AFTER
