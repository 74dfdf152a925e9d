"""Open and verify the files of licenses in the register, as far as they tell by themselves.

Trust, status and revocation are left out: a stock is whole or not, whoever believes in it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from certs.license_files import find_file
from certs.licenses import License
from certs.lints.findings import LintFinding, distinct
from certs.ports import ObjectStore
from verify.checks import Check, Outcome
from verify.examination import Examination, examine
from verify.verifier import Verifier

_LINTS: Final[Mapping[Check, str]] = MappingProxyType(
    {
        Check.RECORD_SIGNATURE: "accuracy.record-signature",
        Check.RECORD_PAGE: "consistency.page",
        Check.CODE_RECORD: "consistency.page",
    }
)
_OTHERS: Final = "accuracy.seal"
_UNREAD: Final = "accuracy.unread"
_NEEDED: Final = frozenset({Check.FILE_FORMAT, Check.RECORD_PAGE})
"""Where these are left open nobody has seen what a face says, so it is not known to be whole."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StockFiles:
    """Looks into the files of licenses that this instance issued.

    Attributes:
        verifier: Its limited processes open the faces.
    """

    objects: ObjectStore
    verifier: Verifier

    def wrong_with(self, license: License, record: bytes) -> tuple[LintFinding, ...]:
        """Return what is wrong with a license's files; nothing where all is well."""
        return distinct(self._found(license, record))

    def _found(self, license: License, record: bytes) -> Iterator[LintFinding]:
        signature = find_file(self.objects, license.files, license.files.signature)
        if signature is None:
            yield LintFinding.named("completeness.files", "p7s")
        else:
            yield from _wrong(examine(record, content=signature), "p7s")
        for kind, name in (("pdf", license.files.pdf), ("ofd", license.files.ofd)):
            if not name:
                continue  # not every license has both faces
            face = find_file(self.objects, license.files, name)
            if face is None:
                yield LintFinding.named("completeness.files", kind)
            else:
                yield from self._of_face(face, record, kind)

    def _of_face(self, face: bytes, record: bytes, kind: str) -> Iterator[LintFinding]:
        examination = self.verifier.examine(face)
        wrong = list(_wrong(examination, kind))
        yield from wrong
        is_unread = any(item.lint == _UNREAD for item in wrong)
        if examination.record != record and not is_unread:
            yield LintFinding.named("consistency.page", kind)


def _wrong(examination: Examination, field: str) -> Iterator[LintFinding]:
    for finding in examination.findings:
        if finding.outcome is Outcome.UNKNOWN and finding.check in _NEEDED:
            yield LintFinding.named(_UNREAD, field)
        elif finding.outcome is Outcome.BAD:
            yield LintFinding.named(_LINTS.get(finding.check, _OTHERS), field)
