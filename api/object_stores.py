"""The object stores of an instance: the bucket that its settings name, or its own folders."""

from dataclasses import replace
from typing import Final

from api.homes import Home
from api.settings import Settings
from storage.object_folder import ObjectFolder
from storage.packed_objects import PackedObjects

PACKAGES: Final = "aip"
"""The folder of archive packages, in the home or in the bucket."""


def open_objects(home: Home, settings: Settings) -> PackedObjects:
    """Return where the objects of an instance are kept, archive packages in a store of their own.

    Raises:
        AddressError: The address in the settings names no bucket.
        ObjectStoreError: The store does not answer or refuses.
        UnfitObjectStoreError: The store does not keep what it is relied upon for.
    """
    address = settings.objects_url.get_secret_value()
    if not address:
        return PackedObjects(
            loose=ObjectFolder(home.folder("objects")), packages=ObjectFolder(home.folder(PACKAGES))
        )
    # The client takes a while to load, and most instances keep objects in their folder.
    from storage.object_bucket import ObjectBucket  # noqa: PLC0415

    bucket = ObjectBucket.at(address)
    bucket.prove()
    return PackedObjects(
        loose=bucket, packages=replace(bucket, prefix=f"{bucket.prefix}{PACKAGES}/")
    )
