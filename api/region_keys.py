"""The keys that a serving region needs (地区密钥), and how they are opened ahead of need."""

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Final

from api.bootstrap import KeyOpener, OpenHome, OpenKey
from api.homes import Home
from api.late_keys import LateSigner
from signing.roles import Role
from signing.signer import Signer

_ALWAYS: Final = (Role.STATUS, Role.SERVICE, Role.SEAL, Role.RECORD)


class KeysAhead:
    """Opens keys one after another while something else is done.

    Opening a key is slow on purpose. One thread does it, so that the others keep a processor.
    """

    def __init__(self, store: KeyOpener, labels: Iterable[str]) -> None:
        """Begin to open the keys of these labels; the store opens any other when asked."""
        self._store = store
        pool = ThreadPoolExecutor(1, thread_name_prefix="keys")
        self._opened = {label: pool.submit(store.open, label) for label in labels}
        pool.shutdown(wait=False)

    def open(self, label: str) -> OpenKey:
        """Return a key, waiting for it if need be; see ``FileKeyStore.open``."""
        opened = self._opened.get(label)
        return opened.result() if opened is not None else self._store.open(label)


def open_ahead(instance: OpenHome) -> OpenHome:
    """Return the instance, with the keys that serving takes being opened from now on."""
    roles = (*signing_roles(instance.home), *timestamp_roles(instance))
    return replace(instance, keys=KeysAhead(instance.keys, roles))


def signing_roles(home: Home) -> tuple[Role, ...]:
    """Return the roles that have a key and a certificate.

    Instances that were founded before there were receipts have none for them.
    """
    parts = (home.folder(name) / f"{Role.RECEIPT}.pem" for name in ("keys", "certs"))
    return (*_ALWAYS, Role.RECEIPT) if all(part.is_file() for part in parts) else _ALWAYS


def ledger_signer(instance: OpenHome) -> Signer | None:
    """Return the key of the ledger, opened when it signs; None where the instance has none.

    Instances that were founded before there was a ledger have no key for it.
    """
    label = Role.LEDGER
    parts = (instance.home.folder(name) / f"{label}.pem" for name in ("keys", "certs"))
    if not all(part.is_file() for part in parts):
        return None
    return LateSigner(instance.keys, label, instance.home.read_certificate(label))


def timestamp_roles(instance: OpenHome) -> tuple[Role, ...]:
    """Return the role of the demo's own timestamps, where the instance has it."""
    return (Role.TIMESTAMP,) if instance.has_certificate(Role.TIMESTAMP) else ()
