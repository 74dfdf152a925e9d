"""Ask each register once: several materials, and several cases of one application, share a search.

What is remembered lives as long as one opening; nothing is remembered between two.
"""

import threading
from collections.abc import Iterable
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

    def find(self, holder: HolderCode, license_type: LicenseTypeCode) -> tuple[FoundLicense, ...]:
        """Return what the register said when it was asked first.

        Raises:
            SourceSilentError: It was silent then.
        """
        with self._lock:
            is_first = (holder, license_type) not in self._answers
            answer = self._answers.setdefault((holder, license_type), Future())
        if is_first:
            self._ask(holder, license_type, answer)
        return answer.result()

    def _ask(self, holder: HolderCode, license_type: LicenseTypeCode, answer: _Answer) -> None:
        try:
            answer.set_result(self.finder.find(holder, license_type))
        except BaseException as error:  # noqa: BLE001 - whoever waits has to hear of it too
            answer.set_exception(error)


def asked_once(finders: Iterable[LicenseFinder]) -> tuple[LicenseFinder, ...]:
    """Return registers that are each asked a question once, from now on."""
    return tuple(map(OnceFinder, finders))
