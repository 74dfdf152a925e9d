"""Faces in a package judged by the receipt that lies beside them, where regions do not answer.

Whoever receives a package may reach nobody. The receipt that was given when the license was
archived holds what the regions said then; if it is genuine, about this very face, and the trust
list in it is one that a known root signed, then both faces are judged by that. A face that is
judged to be bad stays bad.
"""

from collections.abc import Mapping
from dataclasses import replace

from certs.packages.files import OFD, PDF, RECEIPT
from certs.packages.package import ArchivePackage
from verify.archive_checks.subjects import Verdict
from verify.archiving.evidence import Verified, verify_faces
from verify.conclusions import Conclusion
from verify.errors import MalformedReceiptError
from verify.judging import judge
from verify.policies import Purpose, shipped_policy
from verify.receipt_checks import list_inside
from verify.receipts import Receipt, parse_receipt
from verify.sources import RecordedSources
from verify.verifier import Inquiry, Verifier

_INQUIRY = Inquiry(policy=shipped_policy(Purpose.ARCHIVE))


def verdicts_of(package: ArchivePackage, verifier: Verifier) -> dict[str, Verdict]:
    """Return what verifying each face comes to, by path.

    Args:
        package: A package of a license; another one has no faces.
        verifier: Asks regions, as far as they answer.
    """
    faces = {name: package.files[name].content for name in (PDF, OFD) if name in package.files}
    live = verify_faces(faces, verifier)
    verdicts = {name: item.verdict for name, item in live.items()}
    unknown = [
        name
        for name, item in live.items()
        if item.report.conclusion_at_sealing is Conclusion.INDETERMINATE
    ]
    if not unknown or RECEIPT not in package.files:
        return verdicts
    receipt = _genuine(package.files[RECEIPT].content, live, verifier)
    if receipt is not None:
        for name in unknown:
            said = _by(receipt, live[name], verifier)
            verdicts[name] = replace(verdicts[name], at_sealing=said.value)
    return verdicts


def _genuine(encoded: bytes, live: Mapping[str, Verified], verifier: Verifier) -> Receipt | None:
    """Return the receipt, if it is genuine and about one of the faces."""
    examination = verifier.examine(encoded)
    if not examination.receipt:
        return None
    for item in live.values():
        report = verifier.judge(examination, _INQUIRY, file=item.examination)
        if report.conclusion is Conclusion.PASSED:
            try:
                return parse_receipt(encoded)[0]
            except MalformedReceiptError:
                return None
    return None


def _by(receipt: Receipt, face: Verified, verifier: Verifier) -> Conclusion:
    """Judge a face by what a receipt recorded, as of then."""
    trust = list_inside(receipt, current=verifier.trust.current(), history=verifier.history)
    report = judge(
        face.examination,
        sources=RecordedSources(receipt.grounds, trust=trust),
        policy=_INQUIRY.policy,
        now=receipt.grounds.gathered_at,
    )
    return report.conclusion_at_sealing
