"""Back an instance up into one file, and make an instance of such a file again.

The keys are in it only as a text that the recovery key opens, which is kept elsewhere.
"""

import io
import shutil
import tarfile
import tempfile
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Final

from api.errors import HomeError
from api.homes import Home
from api.settings import FILE_NAME, Settings
from signing.encryption import decrypt, encrypt
from signing.signer import Decryptor
from signing.sm2 import PublicKey
from storage import backups
from storage.backups import BackupManifest
from storage.errors import BackupError

DATABASE: Final = "db.sqlite3"
_KEYS: Final = "keys.sealed"
_CONTEXT: Final = backups.SCHEMA.encode()
_FOLDERS: Final = ("objects", "aip", "trust", "certs", "crl", "seals", "types")
_MAX_KEY_BYTES: Final = 1 << 20


def back_up(home: Home, out: Path, *, recovery: PublicKey, now: datetime) -> BackupManifest:
    """Write a backup of an instance, which may be serving meanwhile.

    The ledger's files come first: the database never knows less than was published. Objects are
    copied before the database, because archiving removes those that a package has taken in, and
    after it, because the database knows those that came meanwhile; packages come last.

    Args:
        home: The instance.
        out: The new file.
        recovery: Whoever has the private half can open the keys.
        now: The moment from which on changes are not in it for certain.

    Raises:
        FileExistsError: There is something under the name.
    """
    settings = Settings.read(home.root)
    facts = {"region": settings.region, "name": settings.name}
    with backups.writing(out, created_at=now) as writer:
        writer.add_folder("public", home.folder("public"))
        writer.add_folder("objects", home.folder("objects"), skip=("incoming",))
        if settings.database_url.get_secret_value():
            facts["database"] = "另行备份 · backed up by its own means"
        else:
            with tempfile.TemporaryDirectory(dir=out.parent, prefix=".snapshot-") as folder:
                snapshot = Path(folder) / DATABASE
                backups.snapshot_sqlite(home.root / DATABASE, snapshot)
                writer.add_file(DATABASE, snapshot)
        if settings.objects_url.get_secret_value():
            facts["objects"] = "另行备份 · backed up by their own means"
        for name in _FOLDERS:
            writer.add_folder(name, home.folder(name), skip=("incoming",))
        writer.add_bytes(FILE_NAME, home.settings_file.read_bytes())
        sealed = encrypt(_packed(home.folder("keys")), recipient=recovery, context=_CONTEXT)
        writer.add_bytes(_KEYS, sealed)
        return writer.finish(facts)


def restore(backup: Path, root: Path, *, recovery: Decryptor) -> BackupManifest:
    """Make an instance of a backup; it appears only once it is whole.

    Args:
        backup: The file.
        root: Where the instance will be; nothing may be there yet.
        recovery: The recovery key.

    Raises:
        BackupError: The file is no backup, or not what was written.
        MalformedStructureError: The keys were sealed for another recovery key.
        HomeError: Something is there already.
    """
    if root.exists():
        raise HomeError(f"{root} 已存在，请给出新的文件夹 · name a folder that does not exist yet")
    manifest = backups.read_manifest(backup)
    root.parent.mkdir(parents=True, exist_ok=True)
    incoming = Path(tempfile.mkdtemp(prefix=f".{root.name}.", dir=root.parent))
    try:
        kept = backups.extract(backup, incoming, take=lambda name: name != _KEYS)
        if _KEYS not in kept or FILE_NAME not in manifest.files:
            raise BackupError("备份中没有密钥或设置 · the backup has no keys or no settings")
        _unpack(decrypt(kept[_KEYS], decryptor=recovery, context=_CONTEXT), incoming / "keys")
        for name in (*_FOLDERS, "public"):
            (incoming / name).mkdir(mode=0o700, exist_ok=True)
        incoming.rename(root)
    finally:
        shutil.rmtree(incoming, ignore_errors=True)
    return manifest


def _packed(keys: Path) -> bytes:
    """Return the files of the key folder as one tar."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for name, content in _contents(keys).items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return buffer.getvalue()


def _contents(keys: Path) -> Mapping[str, bytes]:
    files = (path for path in sorted(keys.iterdir()) if path.is_file())
    return {path.name: path.read_bytes() for path in files}


def _unpack(packed: bytes, keys: Path) -> None:
    """Write the key files, for their owner alone."""
    keys.mkdir(mode=0o700)
    with tarfile.open(fileobj=io.BytesIO(packed), mode="r:") as archive:
        for member in archive:
            file = archive.extractfile(member) if member.isreg() else None
            if file is None or len(PurePosixPath(member.name).parts) != 1:
                raise BackupError("密钥部分有不应有的内容 · the keys hold what is no key")
            path = keys / PurePosixPath(member.name).name
            path.touch(mode=0o600, exist_ok=False)
            path.write_bytes(file.read(_MAX_KEY_BYTES))
