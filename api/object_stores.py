"""The object stores of an instance: those that its settings name, or its own folders."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit, urlunsplit

from pydantic import SecretStr

from api.errors import SettingsError
from api.homes import Home
from api.settings import Settings
from certs.keeping.stores import ArchiveStore, ScrubbedStore
from certs.ports import ObjectStore
from storage.archive_folder import ArchiveFolder
from storage.errors import ObjectStoreError
from storage.failover import FailoverArchive, FailoverObjects, Provable
from storage.object_folder import ObjectFolder
from storage.packed_objects import PackedObjects

logger: Final = logging.getLogger(__name__)

PACKAGES: Final = "aip"
"""The folder of archive packages, in the home or in the bucket."""
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


def open_objects(home: Home, settings: Settings, *, now: Callable[[], datetime]) -> PackedObjects:
    """Return where the objects of an instance are kept, archive packages in a store of their own.

    Packages lie in a store that is bound to keep them where the settings name one; else beside
    the other objects.

    Args:
        home: The instance.
        settings: Its settings.
        now: Tells the time; see `open_archive`.

    Raises:
        AddressError: An address in the settings names no bucket.
        SettingsError: An address in the settings names no folder.
        ObjectStoreError: A store does not answer or refuses.
        UnfitObjectStoreError: A store does not keep what it is relied upon for.
    """
    loose = _open_loose(home, settings)
    if _value(settings.archive_url) or _value(settings.archive_second_url):
        return PackedObjects(loose=loose, packages=open_archive(home, settings, now=now).store)
    beside = _objects(_archive_address(settings), home.folder(PACKAGES), settings.store_ca_file)
    return PackedObjects(loose=loose, packages=beside)


def _value(secret: SecretStr) -> str:
    return secret.get_secret_value()


def _open_loose(home: Home, settings: Settings) -> ObjectStore:
    ca_file = settings.store_ca_file
    first = _objects(settings.objects_url.get_secret_value(), home.folder("objects"), ca_file)
    address = settings.objects_second_url.get_secret_value()
    if not address:
        _prove(first)
        return first
    second = _objects(address, home.folder("objects"), ca_file)
    return FailoverObjects(first, second, unproved=_prove(first, second))


def open_archive(home: Home, settings: Settings, *, now: Callable[[], datetime]) -> ArchiveHomes:
    """Return where the archive packages of an instance are kept; raises as ``open_objects``.

    Args:
        home: The instance.
        settings: Its settings.
        now: Tells the time, for folders, which have no clock of their own.
    """

    def open_home(address: str) -> ScrubbedStore:
        folder = folder_of(address, home.folder(PACKAGES))
        if folder is not None:
            return ArchiveFolder(folder, now=now)
        from storage.archive_bucket import ArchiveBucket  # noqa: PLC0415 - as below

        return ArchiveBucket.at(address, ca_file=settings.store_ca_file)

    first = open_home(_archive_address(settings))
    address = settings.archive_second_url.get_secret_value()
    if not address:
        _prove(first)
        return ArchiveHomes(store=first, homes=(first,))
    second = open_home(address)
    both = FailoverArchive(first, second, unproved=_prove(first, second), now=now)
    return ArchiveHomes(store=both, homes=(first, second))


def open_keeping(
    home: Home, settings: Settings, *, now: Callable[[], datetime]
) -> ArchiveStore | None:
    """Return the store of archive packages for whoever decides about them.

    None where packages lie in a bucket beside the other objects, which nothing binds to keep them.
    Raises as ``open_objects``.
    """
    if _value(settings.archive_url) or _value(settings.archive_second_url):
        return open_archive(home, settings, now=now).store
    folder = folder_of(_archive_address(settings), home.folder(PACKAGES))
    return ArchiveFolder(folder, now=now) if folder is not None else None


def _archive_address(settings: Settings) -> str:
    """Return where packages go: below the files where nothing else is said, on whatever host."""
    said, files = settings.archive_url.get_secret_value(), settings.objects_url.get_secret_value()
    if said or not files:
        return said
    parts = urlsplit(files)
    return urlunsplit(parts._replace(path=f"{parts.path.rstrip('/')}/{PACKAGES}"))


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

    return ObjectBucket.at(address, ca_file=ca_file)


def _prove(*stores: ObjectStore) -> list[Provable]:
    """Prove the buckets among stores, and return those that are silent while another answers.

    A second store is there to be read in an outage, also by a process that starts in one.

    Raises:
        ObjectStoreError: All of them are silent.
        UnfitObjectStoreError: One does not keep what it is relied upon for.
    """
    silent: list[Provable] = []
    for store in stores:
        if isinstance(store, Provable):
            try:
                store.prove()
            except ObjectStoreError as error:
                silent.append(store)
                if len(silent) == len(stores):
                    raise
                logger.warning("started without one of two object stores: %s", error)
    return silent
