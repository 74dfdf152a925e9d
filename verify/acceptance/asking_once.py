"""Ask each register once: several materials, and several cases of one application, share a search.

What is remembered lives as long as one opening; nothing is remembered between two.
"""

import threading
from collections.abc import Iterable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field

from certs.holder_codes import HolderCode
from certs.identifiers import LicenseTypeCode
from certs.regions import RegionCode
from verify.acceptance.ports import FoundLicense, LicenseFinder

_Question = tuple[HolderCode, LicenseTypeCode]
_Answer = Future[tuple[FoundLicense, ...]]


@dataclass(frozen=True, slots=True)
class OnceFinder:
    """A register that is asked each question once; who asks meanwhile waits for that answer."""

    finder: LicenseFinder
    _answers: dict[_Question, _Answer] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def region(self) -> RegionCode:
        """The region that keeps the register."""
        return self.finder.region

    def find(
        self, holder: HolderCode, license_types: Sequence[LicenseTypeCode]
    ) -> tuple[FoundLicense, ...]:
        """Return what the register said when it was asked first of each type.

        Raises:
            SourceSilentError: It was silent then.
        """
        with self._lock:
            news = tuple(item for item in license_types if (holder, item) not in self._answers)
            for item in news:
                self._answers[holder, item] = Future()
        if news:
            self._ask(holder, news)
        told = [self._answers[holder, item].result() for item in license_types]
        return tuple(license for found in told for license in found)

    def _ask(self, holder: HolderCode, license_types: tuple[LicenseTypeCode, ...]) -> None:
        answers = [self._answers[holder, item] for item in license_types]
        try:
            found = self.finder.find(holder, license_types)
        except BaseException as error:  # noqa: BLE001 - whoever waits has to hear of it too
            for answer in answers:
                answer.set_exception(error)
            return
        for item, answer in zip(license_types, answers, strict=True):
            answer.set_result(
                tuple(license for license in found if license.identifier.type_code == item)
            )


def asked_once(finders: Iterable[LicenseFinder]) -> tuple[LicenseFinder, ...]:
    """Return registers that are each asked a question once, from now on."""
    return tuple(map(OnceFinder, finders))
