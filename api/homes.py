"""The folder of an instance (实例目录): where everything of it lies."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from api.errors import HomeError
from api.settings import FILE_NAME
from signing.algorithms import sm3
from signing.certificates import Certificate, parse_pem_certificates
from signing.errors import MalformedStructureError

SECRET_BYTES: Final = 32
FORMER: Final = "former"
"""Below ``certs``: certificates that were replaced."""
_FOLDERS: Final = ("objects", "aip", "keys", "certs", "crl", "trust", "seals", "public", "types")


@dataclass(frozen=True, slots=True)
class Home:
    """Paths of one instance."""

    root: Path

    @property
    def settings_file(self) -> Path:
        """``yinxin.toml``."""
        return self.root / FILE_NAME

    @property
    def database_url(self) -> str:
        """The embedded database."""
        return f"sqlite:///{(self.root / 'db.sqlite3').resolve()}"

    def folder(self, name: str) -> Path:
        """Return one of the instance's folders."""
        return self.root / name

    def lay_out(self, settings: dict[str, str]) -> None:
        """Make the folders and the settings file of a new instance.

        Raises:
            HomeError: There is an instance here already.
        """
        if self.settings_file.exists():
            raise HomeError(f"{self.root} 已是一个实例 · there is an instance here already")
        self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
        for name in _FOLDERS:
            self.folder(name).mkdir(mode=0o700, parents=True, exist_ok=True)
        lines = [f'{key} = "{_escape(value)}"' for key, value in settings.items()]
        self.settings_file.write_text("\n".join(lines) + "\n", encoding="utf-8")

    def write_secret(self, name: str, value: bytes) -> None:
        """Write a secret that only the owner may read; it is never overwritten."""
        path = self.folder("keys") / name
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(value)

    def read_secret(self, name: str) -> bytes:
        """Return a secret.

        Raises:
            HomeError: It is missing or not the length it was written with.
        """
        try:
            value = (self.folder("keys") / name).read_bytes()
        except OSError as error:
            raise HomeError(f"the secret {name} cannot be read") from error
        if len(value) != SECRET_BYTES:
            raise HomeError(f"the secret {name} is damaged")
        return value

    def write_certificate(self, label: str, certificate: Certificate) -> None:
        """Store a certificate under a key's label; one that was there before is kept aside."""
        path = self.folder("certs") / f"{label}.pem"
        if path.is_file():
            self._keep_former(path)
        path.write_text(certificate.to_pem(), encoding="ascii")

    def _keep_former(self, path: Path) -> None:
        """Keep a certificate that is about to be replaced: what it signed goes on living."""
        former = path.read_bytes()
        folder = path.parent / FORMER
        folder.mkdir(mode=0o700, exist_ok=True)
        (folder / f"{path.stem}-{sm3(former).hex()[:16]}.pem").write_bytes(former)

    def read_certificate(self, label: str) -> Certificate:
        """Return the certificate of a key.

        Raises:
            HomeError: It is missing or damaged.
        """
        path = self.folder("certs") / f"{label}.pem"
        try:
            return parse_pem_certificates(path.read_text("ascii"))[0]
        except (OSError, UnicodeDecodeError, MalformedStructureError) as error:
            raise HomeError(f"the certificate {path} cannot be read") from error


def _escape(text: str) -> str:
    if not text.isprintable():
        raise HomeError("a setting holds characters that cannot be printed")
    return text.replace("\\", "\\\\").replace('"', '\\"')
