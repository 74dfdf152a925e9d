"""Opens the archive's desk of an instance: its ledger, its scanner, its terms."""

from datetime import timedelta
from functools import partial

from api.archiving import open_archive_desk
from api.clients.clamd import ClamdScanner
from api.ground import Ground
from api.region_keys import ledger_signer
from certs.ledger.proving import proof_of
from certs.packages.license_packages import ArchiveTerms
from verify.archiving.desk import ArchiveDesk
from verify.archiving.issue_times import IssueTimes
from verify.receipt_issuing import ReceiptDesk
from verify.verifier import Verifier


def open_archive_of(
    ground: Ground, *, verifier: Verifier, receipts: ReceiptDesk | None
) -> ArchiveDesk:
    """Return the desk that archives the licenses of an instance.

    Args:
        ground: The instance.
        verifier: Verifies before archiving.
        receipts: Gives receipts; None where there is no key for them.
    """
    settings = ground.instance.settings
    scanner = settings.clamd_address
    return open_archive_desk(
        verifier=verifier,
        objects=ground.objects,
        unit_of_work=ground.unit_of_work,
        clock=ground.clock,
        terms=ArchiveTerms(organization=settings.issuer_name, fonds=settings.issuer_code),
        receipts=receipts,
        issue_times=_issue_times(ground),
        scanner=ClamdScanner(address=scanner) if scanner else None,
        is_evidenced=ground.evidence_clock is not None,
        holder_keys=ground.holder_keys,
    )


def _issue_times(ground: Ground) -> IssueTimes | None:
    """Return who knows by when licenses stood in the ledger; None where no ledger is kept."""
    settings = ground.instance.settings
    if ledger_signer(ground.instance) is None:
        return None
    return IssueTimes(
        region=ground.region,
        proof=partial(proof_of, unit_of_work=ground.unit_of_work, shelf=ground.ledger_shelf),
        trust=ground.trust,
        witnesses=settings.ledger_quorum,
        patience=timedelta(minutes=settings.archive_patience_minutes),
    )
