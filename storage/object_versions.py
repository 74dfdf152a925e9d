"""Versions of objects in a bucket with object lock, and what binds each of them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Final, TypeVar

from minio import Minio
from minio.commonconfig import COMPLIANCE
from minio.error import S3Error
from minio.retention import Retention

from storage.s3_clients import told_plainly

_UNBOUND: Final = frozenset(
    {
        "NoSuchObjectLockConfiguration",
        "ObjectLockConfigurationNotFoundError",
        "NoSuchObjectLegalHold",
    }
)
"""What stores say where nothing binds a version; the bucket itself was proved at the start."""
_Told = TypeVar("_Told")


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectVersion:
    """One version of an object.

    Attributes:
        name: The name of the object in its bucket.
        identifier: What the store calls the version.
        is_marker: Whether it only says that the object was deleted.
    """

    name: str
    identifier: str
    is_marker: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectVersions:
    """The versions in one bucket.

    Every method raises ObjectStoreError where the store does not answer or refuses.
    """

    client: Minio
    bucket: str

    def below(self, prefix: str) -> tuple[ObjectVersion, ...]:
        """Return the versions of every name that begins so, the newest of each first."""
        with told_plainly():
            found = self.client.list_objects(
                self.bucket, prefix=prefix, recursive=True, include_version=True
            )
            return tuple(
                ObjectVersion(
                    name=str(item.object_name),
                    identifier=str(item.version_id),
                    is_marker=bool(item.is_delete_marker),
                )
                for item in found
            )

    def of(self, name: str) -> tuple[ObjectVersion, ...]:
        """Return the versions of one name, the newest first."""
        return tuple(version for version in self.below(name) if version.name == name)

    def remove(self, version: ObjectVersion) -> None:
        """Remove one version for good."""
        with told_plainly():
            self.client.remove_object(self.bucket, version.name, version.identifier)

    def retain(self, version: ObjectVersion, until: datetime) -> None:
        """Bind the store to keep a version (COMPLIANCE)."""
        config = Retention(COMPLIANCE, until)
        with told_plainly():
            self.client.set_object_retention(self.bucket, version.name, config, version.identifier)

    def retained_until(self, version: ObjectVersion) -> datetime | None:
        """Return until when the store is bound to keep a version; None where it is not."""
        kept = _bound(
            partial(self.client.get_object_retention, self.bucket, version.name, version.identifier)
        )
        return kept.retain_until_date if kept is not None and kept.mode == COMPLIANCE else None

    def hold(self, version: ObjectVersion, *, on: bool) -> None:
        """Place or lift a legal hold."""
        client = self.client
        change = client.enable_object_legal_hold if on else client.disable_object_legal_hold
        with told_plainly():
            change(self.bucket, version.name, version.identifier)

    def is_held(self, version: ObjectVersion) -> bool:
        """Tell whether a legal hold lies on a version."""
        told = _bound(
            partial(
                self.client.is_object_legal_hold_enabled,
                self.bucket,
                version.name,
                version.identifier,
            )
        )
        return bool(told)


def _bound(ask: Callable[[], _Told]) -> _Told | None:
    """Return what a store says of what binds a version; None where it says that nothing does."""
    with told_plainly():
        try:
            return ask()
        except S3Error as error:
            if error.code in _UNBOUND:
                return None
            raise
