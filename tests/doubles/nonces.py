"""Nonces in memory; the store in the database passes the same tests."""

import threading
from datetime import datetime


class MemoryNonces:
    """Remembers nonces until they are too old."""

    def __init__(self) -> None:
        self._until: dict[tuple[str, str], datetime] = {}
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._until)

    def use(self, signer: str, nonce: str, *, until: datetime, now: datetime) -> bool:
        with self._lock:
            if (signer, nonce) in self._until:
                return False
            self._until[signer, nonce] = until
            self._until = {key: end for key, end in self._until.items() if end >= now}
            return True
