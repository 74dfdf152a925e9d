"""The database transaction as a unit of work."""

from types import TracebackType
from typing import Self

from sqlalchemy import Engine

from storage import database
from storage.acceptance import SqlCases
from storage.access import SqlAccess
from storage.applications import SqlApplications
from storage.archive import SqlArchive
from storage.attachments import SqlAttachments
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
from storage.complaints import SqlComplaints
from storage.copies import SqlCopies
from storage.corrections import SqlCorrections
from storage.department_posts import SqlDepartmentPosts
from storage.department_questions import SqlDepartmentQuestions
from storage.disposals import SqlDisposals
from storage.disputes import SqlDisputes
from storage.evidence import SqlEvidence
from storage.forms import SqlForms
from storage.grants import SqlGrants
from storage.handovers import SqlHandovers
from storage.holdings import SqlHoldings, SqlHolds
from storage.intents import SqlIntents
from storage.ledger import SqlLedger
from storage.licenses import SqlLicenses
from storage.marks import SqlMarks
from storage.notices import SqlNotices
from storage.outcomes import SqlOutcomes
from storage.overasks import SqlOverAsks
from storage.package_search import SqlPackageSearch
from storage.promises import SqlPromises
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


class SqlUnitOfWork:
    """One connection and one transaction; rolls back unless committed."""

    def __init__(self, engine: Engine) -> None:  # noqa: PLR0915 - one line a book
        self._connection = engine.connect()
        self.licenses = SqlLicenses(self._connection)
        self.intents = SqlIntents(self._connection)
        self.marks = SqlMarks(self._connection)
        self.display_codes = SqlDisplayCodes(self._connection)
        self.usages = SqlUsages(self._connection)
        self.grants = SqlGrants(self._connection)
        self.copies = SqlCopies(self._connection)
        self.holder_log = SqlHolderLog(self._connection)
        self.disputes = SqlDisputes(self._connection)
        self.use_counts = SqlUseCounts(self._connection)
        self.overasks = SqlOverAsks(self._connection)
        self.access = SqlAccess(self._connection)
        self.bindings = SqlBindings(self._connection)
        self.sessions = SqlSessions(self._connection)
        self.cases = SqlCases(self._connection)
        self.holder_cases = SqlCaseHolders(self._connection)
        self.promises = SqlPromises(self._connection)
        self.case_corrections = SqlCaseCorrections(self._connection)
        self.case_receipts = SqlCaseReceipts(self._connection)
        self.case_trials = SqlCaseTrials(self._connection)
        self.complaints = SqlComplaints(self._connection)
        self.attachments = SqlAttachments(self._connection)
        self.outcomes = SqlOutcomes(self._connection)
        self.forms = SqlForms(self._connection)
        self.transfers = SqlTransfers(self._connection)
        self.returns = SqlReturns(self._connection)
        self.applications = SqlApplications(self._connection)
        self.refusals = SqlRefusals(self._connection)
        self.tallies = SqlTallies(self._connection)
        self.register_figures = SqlRegisterFigures(self._connection)
        self.runs = SqlRuns(self._connection)
        self.seals = SqlSeals(self._connection)
        self.receipts = SqlReceipts(self._connection)
        self.corrections = SqlCorrections(self._connection)
        self.source_probes = SqlSourceProbes(self._connection)
        self.department_questions = SqlDepartmentQuestions(self._connection)
        self.department_posts = SqlDepartmentPosts(self._connection)
        self.notices = SqlNotices(self._connection)
        self.status_lists = SqlStatusLists(self._connection)
        self.batches = SqlBatches(self._connection)
        self.batch_files = SqlBatchFiles(self._connection)
        self.batch_rows = SqlBatchRows(self._connection)
        self.chunks = SqlChunks(self._connection)
        self.quality = SqlQuality(self._connection)
        self.books = SqlBooks(self._connection)
        self.ledger = SqlLedger(self._connection)
        self.holdings = SqlHoldings(self._connection)
        self.holds = SqlHolds(self._connection)
        self.disposals = SqlDisposals(self._connection)
        self.scrubs = SqlScrubs(self._connection)
        self.archive = SqlArchive(self._connection)
        self.evidence = SqlEvidence(self._connection)
        self.package_search = SqlPackageSearch(self._connection)
        self.handovers = SqlHandovers(self._connection)

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
