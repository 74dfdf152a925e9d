"""自行上传: takes what holders keep beside their licenses, gives it back, and removes it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from certs.errors import OwnFileNotFoundError, OwnFileRefusedError
from certs.own_files import (
    MAX_BYTES,
    OwnFile,
    OwnFileKind,
    OwnFileWork,
    name_of,
    new_number,
    salted,
    unsalted,
)
from certs.ports import Clock, ObjectStore
from verify.conclusions import Conclusion
from verify.verifier import Verifier

_MOST_LICENSE_NAME: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnFileShelf:
    """Keeps holders' own files; whose a file is, is looked at each time."""

    unit_of_work: Callable[[], OwnFileWork]
    objects: ObjectStore
    clock: Clock
    verifier: Verifier

    def of(self, key: str) -> tuple[OwnFile, ...]:
        """Return what a holder keeps, newest first.

        Args:
            key: The holder's look-up key; empty for nobody.
        """
        if not key:
            return ()
        with self.unit_of_work() as work:
            work.only_read()
            return work.own_files.of_holder(key)

    def owns(self, key: str, number: str) -> bool:
        """Tell whether a file is this holder's."""
        with self.unit_of_work() as work:
            work.only_read()
            file = work.own_files.find(number)
        return file is not None and bool(key) and file.holder_key == key

    def keep(self, content: bytes, *, name: str, key: str) -> OwnFile:
        """Keep a file; one that is a license, of whatever region, is judged now.

        Raises:
            OwnFileRefusedError: It is empty, too large, of a kind that is not kept, one too many,
                or nobody's.
        """
        if not key or not 0 < len(content) <= MAX_BYTES:
            raise OwnFileRefusedError(
                f"文件为空或超过 {MAX_BYTES // 2**20} MB · empty, or too large"
            )
        kind = OwnFileKind.of(content)
        license_name = self._license_name(content, kind)
        with self.unit_of_work() as work:
            file = OwnFile(
                number=new_number(),
                holder_key=key,
                name=name_of(name, kind),
                kind=kind,
                size=len(content),
                stored=self.objects.put(salted(content)),
                license_name=license_name,
                kept_at=self.clock.now(),
            )
            work.own_files.add(file)
            work.commit()
        return file

    def read(self, number: str, *, key: str) -> tuple[OwnFile, bytes]:
        """Return a file of this holder with its content.

        Raises:
            OwnFileNotFoundError: There is none, or it is another's: which, is not said.
        """
        with self.unit_of_work() as work:
            work.only_read()
            file = _found(work, number, key)
        stored = self.objects.find(file.stored)
        if stored is None:
            raise OwnFileNotFoundError(number)
        return file, unsalted(stored)

    def remove(self, number: str, *, key: str) -> None:
        """Remove a file of this holder, for good.

        Raises:
            OwnFileNotFoundError: There is none, or it is another's.
        """
        with self.unit_of_work() as work:
            file = _found(work, number, key)
            # Before its row: what nobody can name any more would stay for ever.
            self.objects.remove(file.stored)
            work.own_files.remove(number)
            work.commit()

    def _license_name(self, content: bytes, kind: OwnFileKind) -> str:
        if kind not in {OwnFileKind.PDF, OwnFileKind.OFD}:
            return ""
        report = self.verifier.judge(self.verifier.examine(content))
        if report.license is None or report.conclusion is not Conclusion.PASSED:
            return ""
        return report.license.type_name[:_MOST_LICENSE_NAME]


def _found(work: OwnFileWork, number: str, key: str) -> OwnFile:
    file = work.own_files.find(number)
    if file is None or not key or file.holder_key != key:
        raise OwnFileNotFoundError(number)
    return file
