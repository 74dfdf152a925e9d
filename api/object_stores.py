"""The object store of an instance: the bucket that its settings name, or its own folder."""

from api.homes import Home
from api.settings import Settings
from certs.ports import ObjectStore
from storage.object_folder import ObjectFolder


def open_objects(home: Home, settings: Settings) -> ObjectStore:
    """Return where the objects of an instance are kept.

    Raises:
        AddressError: The address in the settings names no bucket.
        ObjectStoreError: The store does not answer or refuses.
        UnfitObjectStoreError: The store does not keep what it is relied upon for.
    """
    address = settings.objects_url.get_secret_value()
    if not address:
        return ObjectFolder(home.folder("objects"))
    # The client takes a while to load, and most instances keep objects in their folder.
    from storage.object_bucket import ObjectBucket  # noqa: PLC0415

    bucket = ObjectBucket.at(address)
    bucket.prove()
    return bucket
