"""All that belongs to a case (办件全过程): what was looked up, decided, promised and given out.

What is stored as an object, a face, a signed declaration or a receipt, goes into the package with
it, so that the package alone tells the whole case.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Protocol, Self

from certs.file_formats import begins_as, format_of_scan
from certs.packages.files import CONTENT, PackageFile
from verify.acceptance.attachments import unpack
from verify.acceptance.lookups import Lookup
from verify.acceptance.notices import CaseView
from verify.acceptance.promises.declarations import Declaration
from verify.acceptance.promises.records import Promise
from verify.acceptance.records import Decision, Form
from verify.case_receipts.records import CaseReceipt
from verify.complaints.records import Complaint, ComplaintWork
from verify.matters.encoding import encode_matter
from verify.outcomes.records import CaseOutcome, ResultIntent
from verify.prefill.desk import FormWork
from verify.prefill.filling import KeptForm

MATTER: Final = f"{CONTENT}matter.json"
_OPEN: Final = frozenset({Form.COMMITMENT, Form.DEFERRAL})


class CaseHistoryWork(FormWork, ComplaintWork, Protocol):
    """A unit of work over all that belongs to a case."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseHistory:
    """What happened in a case.

    Attributes:
        lookups: Every look-up, of each material and way in its order.
        decisions: How each material is had, by its code.
        outcome: What became of it; None while it is open.
        intent: The license that it leads to; None for none.
        license: 电子证照标识 of the result license; empty for none.
        form: What the applicant's form said last; None without one.
        attached: The objects of attached faces, by material and number of the look-up.
        declarations: What was declared.
        promises: What decisions left open, and each step.
        receipts: Its receipts, the oldest first.
        complaints: What was complained of.
    """

    lookups: tuple[Lookup, ...] = ()
    decisions: Mapping[str, Decision] = field(default_factory=dict)
    outcome: CaseOutcome | None = None
    intent: ResultIntent | None = None
    license: str = ""
    form: KeptForm | None = field(default=None, repr=False)
    attached: Mapping[tuple[str, int], str] = field(default_factory=dict)
    declarations: tuple[Declaration, ...] = ()
    promises: tuple[Promise, ...] = ()
    receipts: tuple[CaseReceipt, ...] = ()
    complaints: tuple[Complaint, ...] = ()

    @classmethod
    def read(cls, view: CaseView, work: CaseHistoryWork) -> Self:
        """Return the history of a case."""
        case_id = view.case.id
        decided = [item for item in view.materials if item.decision is not None]
        found = [
            work.promises.declaration(case_id, item.material.code)
            for item in decided
            if item.is_declared
        ]
        license = work.outcomes.license_of(case_id)
        return cls(
            lookups=work.cases.lookups_of(case_id),
            decisions=dict(work.cases.decisions(case_id)),
            outcome=work.outcomes.find(case_id),
            intent=work.outcomes.intent(case_id),
            license=str(license or ""),
            form=work.forms.find(case_id),
            attached=dict(work.attachments.of_case(case_id)),
            declarations=tuple(item for item in found if item is not None),
            promises=tuple(
                work.promises.get(case_id, item.material.code)
                for item in decided
                if item.decision is not None and item.decision.request.form in _OPEN
            ),
            receipts=work.case_receipts.of_case(case_id),
            complaints=work.complaints.of_case(case_id),
        )

    @property
    def settled_at(self) -> datetime | None:
        """When it was settled; None while it is open."""
        return self.outcome.decided_at if self.outcome is not None else None


NO_HISTORY: Final = CaseHistory()


def face_name(license: str) -> str:
    """Return where the face of a license (电子证照标识) lies in the package."""
    return f"{CONTENT}face-{license}.pdf"


def evidence_name(digest: str, content: bytes) -> str:
    """Return where what a declaration was signed by lies in the package: by what it is."""
    online = "json" if begins_as("json", content) else "bin"
    return f"{CONTENT}declaration-{digest}.{format_of_scan(content) or online}"


def document_name(digest: str) -> str:
    """Return where a signed receipt lies in the package."""
    return f"{CONTENT}receipt-{digest}.json"


def page_name(digest: str) -> str:
    """Return where the sealed page of a receipt lies in the package."""
    return f"{CONTENT}receipt-{digest}.pdf"


def case_files(
    view: CaseView, history: CaseHistory, read: Callable[[str], bytes]
) -> dict[str, PackageFile]:
    """Return the files of a case by where they lie in its package; the matter's rules among them.

    Args:
        view: The case.
        history: What belongs to it.
        read: Returns an object by its digest, checked against it.

    Raises:
        DamagedAttachmentError: What is kept as a face is something else.
    """
    files = {MATTER: PackageFile(content=encode_matter(view.matter))}
    for digest in dict.fromkeys(history.attached.values()):
        for license, face in unpack(view.case.id, read(digest)).items():
            files[face_name(license)] = PackageFile(content=face)
    for declaration in history.declarations:
        digest, content = declaration.evidence, read(declaration.evidence)
        files[evidence_name(digest, content)] = PackageFile(content=content, known_sm3=digest)
    for name, digest in _objects(history):
        files[name] = PackageFile(content=read(digest), known_sm3=digest)
    return files


def _objects(history: CaseHistory) -> Iterator[tuple[str, str]]:
    """Yield where each object lies that goes in as it is, and its digest."""
    for receipt in history.receipts:
        yield document_name(receipt.document), receipt.document
        yield page_name(receipt.page), receipt.page
