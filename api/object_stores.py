"""The object stores of an instance: those that its settings name, or its own folders."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

from api.errors import SettingsError
from api.homes import Home
from api.settings import Settings
from certs.keeping.stores import ArchiveStore, ScrubbedStore
from certs.ports import ObjectStore
from storage.archive_folder import ArchiveFolder
from storage.failover import FailoverArchive, FailoverObjects
from storage.object_folder import ObjectFolder

_FILE: Final = "file"


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveHomes:
    """Where the archive packages of an instance are kept.

    Attributes:
        store: All homes as one.
        homes: The first, and the second where there is one.
    """

    store: ArchiveStore
    homes: tuple[ScrubbedStore, ...]


def open_objects(home: Home, settings: Settings) -> ObjectStore:
    """Return where the objects of an instance are kept.

    Raises:
        AddressError: An address in the settings names no bucket.
        SettingsError: An address in the settings names no folder.
        ObjectStoreError: A store does not answer or refuses.
        UnfitObjectStoreError: A store does not keep what it is relied upon for.
    """
    ca_file = settings.store_ca_file
    first = _objects(settings.objects_url.get_secret_value(), home.folder("objects"), ca_file)
    if second := settings.objects_second_url.get_secret_value():
        return FailoverObjects(first, _objects(second, home.folder("objects"), ca_file))
    return first


def open_archive(home: Home, settings: Settings, *, now: Callable[[], datetime]) -> ArchiveHomes:
    """Return where the archive packages of an instance are kept; raises as ``open_objects``.

    Args:
        home: The instance.
        settings: Its settings.
        now: Tells the time, for folders, which have no clock of their own.
    """

    def open_home(address: str) -> ScrubbedStore:
        folder = folder_of(address, home.folder("aip"))
        if folder is not None:
            return ArchiveFolder(folder, now=now)
        from storage.archive_bucket import ArchiveBucket  # noqa: PLC0415 - as below

        bucket = ArchiveBucket.at(address, ca_file=settings.store_ca_file)
        bucket.prove()
        return bucket

    first = open_home(settings.archive_url.get_secret_value())
    address = settings.archive_second_url.get_secret_value()
    if not address:
        return ArchiveHomes(store=first, homes=(first,))
    second = open_home(address)
    return ArchiveHomes(store=FailoverArchive(first, second, now=now), homes=(first, second))


def folder_of(address: str, default: Path) -> Path | None:
    """Return the folder that an address names: the default where it is empty; None for a bucket.

    Raises:
        SettingsError: It is a ``file:`` address without an absolute path.
    """
    if not address:
        return default
    parts = urlsplit(address)
    if parts.scheme != _FILE:
        return None
    if parts.netloc or not parts.path.startswith("/"):
        raise SettingsError(
            "文件夹地址应为 file:///绝对路径 · a folder must read file:///absolute/path"
        )
    return Path(unquote(parts.path))


def _objects(address: str, default: Path, ca_file: Path | None) -> ObjectStore:
    folder = folder_of(address, default)
    if folder is not None:
        return ObjectFolder(folder)
    # The client takes a while to load, and most instances keep objects in their folder.
    from storage.object_bucket import ObjectBucket  # noqa: PLC0415

    bucket = ObjectBucket.at(address, ca_file=ca_file)
    bucket.prove()
    return bucket
