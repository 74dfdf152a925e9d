"""The own register as the verifier asks it: a license's signed record, and the seal it bears.

A record's signature is verified once; what came of it is kept in memory, without what names
people. The bytes are our own, found by their digest, so no limited process has to read them.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import replace
from typing import Final, Protocol

from certs.identifiers import LicenseIdentifier
from certs.license_files import read_file
from certs.ports import ObjectStore, UnitOfWork
from certs.seals.ports import SealWork
from signing.seals import parse_seal
from verify.examination import Examination, examine
from verify.readings import Reading, SignatureKind
from verify.report import DocumentFormat

_MOST: Final = 20_000


class SealedWork(UnitOfWork, SealWork, Protocol):
    """One transaction over licenses and seals."""


class OwnRegister:
    """What is known of the licenses that this instance issued; safe for threads.

    Args:
        unit_of_work: The register.
        objects: Where the records lie.
        most: How many are kept in memory.
    """

    def __init__(
        self, *, unit_of_work: Callable[[], SealedWork], objects: ObjectStore, most: int = _MOST
    ) -> None:
        self._unit_of_work = unit_of_work
        self._objects = objects
        self._most = most
        self._kept: OrderedDict[str, Examination] = OrderedDict()
        # Thousands of licenses bear one seal.
        self._seals: dict[str, Reading] = {}
        self._lock = threading.Lock()

    def known(self, identifier: LicenseIdentifier) -> Examination | None:
        """Return what is in memory about a license, and ask nobody."""
        with self._lock:
            found = self._kept.get(str(identifier))
            if found is not None:
                self._kept.move_to_end(str(identifier))
            return found

    def examination(self, identifier: LicenseIdentifier) -> Examination | None:
        """Return what the register says of a license, or None if it is not one of these."""
        found = self.known(identifier)
        if found is None:
            found = self._examine(identifier)
        if found is not None:
            self._keep(identifier, found)
        return found

    def _examine(self, identifier: LicenseIdentifier) -> Examination | None:
        with self._unit_of_work() as work:
            work.only_read()
            license = work.licenses.find(str(identifier))
            uses = work.seals.uses_of_license(str(identifier)) if license is not None else ()
            seals = tuple(self._seal(use.seal_code, work) for use in uses[:1])
        if license is None:
            return None
        record = read_file(self._objects, license.files, license.files.record)
        signature = read_file(self._objects, license.files, license.files.signature)
        return replace(
            examine(record, content=signature).without_people(),
            format=DocumentFormat.IDENTIFIER,
            readings=tuple(replace(item, signed_at=license.sealed_at) for item in seals),
        )

    def _seal(self, code: str, work: SealedWork) -> Reading:
        """Return what a seal of the register says of itself."""
        reading = self._seals.get(code)
        if reading is None:
            encoded = work.seals.get(code).encoded
            signers = parse_seal(encoded).description.signers
            reading = self._seals[code] = Reading(
                number=1,
                place="register",
                kind=SignatureKind.SEAL,
                signer=signers[0].encoded if len(signers) == 1 else b"",
                seal=encoded,
            )
        return reading

    def _keep(self, identifier: LicenseIdentifier, examination: Examination) -> None:
        with self._lock:
            self._kept[str(identifier)] = examination
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
