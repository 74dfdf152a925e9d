"""The database transaction as a unit of work."""

from collections.abc import Callable, Mapping
from functools import cache
from types import TracebackType
from typing import Self, get_type_hints

from sqlalchemy import Connection, Engine

from storage import database
from storage.acceptance import SqlCases
from storage.access import SqlAccess
from storage.access_decisions import SqlAccessDecisions
from storage.applications import SqlApplications
from storage.appointments import SqlAppointments
from storage.archive import SqlArchive
from storage.attachments import SqlAttachments
from storage.backlogs import SqlBacklogs
from storage.batch_chunks import SqlChunks
from storage.batch_files import SqlBatchFiles
from storage.batch_rows import SqlBatchRows
from storage.batches import SqlBatches
from storage.bindings import SqlBindings
from storage.books import SqlBooks
from storage.case_corrections import SqlCaseCorrections
from storage.case_holders import SqlCaseHolders
from storage.case_receipts import SqlCaseReceipts
from storage.case_trials import SqlCaseTrials
from storage.clients import SqlClients
from storage.complaints import SqlComplaints
from storage.copies import SqlCopies
from storage.corrections import SqlCorrections
from storage.decision_days import SqlDecisionDays
from storage.department_posts import SqlDepartmentPosts
from storage.department_questions import SqlDepartmentQuestions
from storage.disposals import SqlDisposals
from storage.disputes import SqlDisputes
from storage.evidence import SqlEvidence
from storage.exceptions import SqlExceptions
from storage.forms import SqlForms
from storage.grants import SqlGrants
from storage.guardianships import SqlGuardianships
from storage.handovers import SqlHandovers
from storage.holdings import SqlHoldings, SqlHolds
from storage.intents import SqlIntents
from storage.ledger import SqlLedger
from storage.licenses import SqlLicenses
from storage.marks import SqlMarks
from storage.notices import SqlNotices
from storage.outcomes import SqlOutcomes
from storage.overasks import SqlOverAsks
from storage.own_files import SqlOwnFiles
from storage.package_search import SqlPackageSearch
from storage.promises import SqlPromises
from storage.proposals import SqlProposals
from storage.quality import SqlQuality
from storage.receipts import SqlReceipts
from storage.refusals import SqlRefusals
from storage.register_figures import SqlRegisterFigures
from storage.runs import SqlRuns
from storage.scrubs import SqlScrubs
from storage.seals import SqlSeals
from storage.sessions import SqlSessions
from storage.showings import SqlDisplayCodes, SqlUsages
from storage.source_probes import SqlSourceProbes
from storage.status_lists import SqlStatusLists
from storage.tallies import SqlTallies
from storage.transfer_returns import SqlReturns
from storage.transfers import SqlTransfers
from storage.use_logs import SqlHolderLog, SqlUseCounts
from storage.verifier_applications import SqlVerifierApplications
from storage.verifiers import SqlVerifiers
from storage.webhooks import SqlWebhooks


class SqlUnitOfWork:
    """One connection and one transaction; rolls back unless committed.

    Each attribute is a book over that connection, opened when somebody first asks for it: most
    units need three of them.
    """

    licenses: SqlLicenses
    intents: SqlIntents
    marks: SqlMarks
    display_codes: SqlDisplayCodes
    usages: SqlUsages
    grants: SqlGrants
    copies: SqlCopies
    holder_log: SqlHolderLog
    disputes: SqlDisputes
    use_counts: SqlUseCounts
    overasks: SqlOverAsks
    own_files: SqlOwnFiles
    access: SqlAccess
    bindings: SqlBindings
    clients: SqlClients
    verifiers: SqlVerifiers
    verifier_applications: SqlVerifierApplications
    webhooks: SqlWebhooks
    appointments: SqlAppointments
    guardianships: SqlGuardianships
    decisions: SqlAccessDecisions
    decision_days: SqlDecisionDays
    sessions: SqlSessions
    proposals: SqlProposals
    cases: SqlCases
    holder_cases: SqlCaseHolders
    exceptions: SqlExceptions
    promises: SqlPromises
    case_corrections: SqlCaseCorrections
    case_receipts: SqlCaseReceipts
    case_trials: SqlCaseTrials
    complaints: SqlComplaints
    attachments: SqlAttachments
    outcomes: SqlOutcomes
    forms: SqlForms
    transfers: SqlTransfers
    returns: SqlReturns
    applications: SqlApplications
    refusals: SqlRefusals
    tallies: SqlTallies
    register_figures: SqlRegisterFigures
    runs: SqlRuns
    backlogs: SqlBacklogs
    seals: SqlSeals
    receipts: SqlReceipts
    corrections: SqlCorrections
    source_probes: SqlSourceProbes
    department_questions: SqlDepartmentQuestions
    department_posts: SqlDepartmentPosts
    notices: SqlNotices
    status_lists: SqlStatusLists
    batches: SqlBatches
    batch_files: SqlBatchFiles
    batch_rows: SqlBatchRows
    chunks: SqlChunks
    quality: SqlQuality
    books: SqlBooks
    ledger: SqlLedger
    holdings: SqlHoldings
    holds: SqlHolds
    disposals: SqlDisposals
    scrubs: SqlScrubs
    archive: SqlArchive
    evidence: SqlEvidence
    package_search: SqlPackageSearch
    handovers: SqlHandovers

    def __init__(self, engine: Engine) -> None:
        self._connection = engine.connect()

    def __getattr__(self, name: str) -> object:
        opener = _books().get(name)
        if opener is None:
            raise AttributeError(name)
        book = self.__dict__[name] = opener(self._connection)
        return book

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._connection.close()

    def only_read(self) -> None:
        """Say before anything else that this unit writes nothing: then it waits for nobody."""
        database.only_read(self._connection)

    def commit(self) -> None:
        """Make the changes of this unit durable."""
        database.commit(self._connection)


@cache
def _books() -> Mapping[str, Callable[[Connection], object]]:
    """Return what opens each book: the annotations above."""
    return get_type_hints(SqlUnitOfWork)
