"""What lints need from the database."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Protocol

from certs.licenses import License
from certs.lints.figures import QualityFigures
from certs.lints.findings import Assessment, KeptFinding
from certs.lints.runs import LintRun, StockScope
from certs.lints.worklists import OpenFinding, WorkScope


class QualityRepository(Protocol):
    """Keeps what lints found, with the licenses, and how far looks over the stock have come."""

    def keep(self, assessments: Sequence[Assessment], *, at: datetime) -> None:
        """Keep what a look at licenses found: new findings open, those not found any more clear.

        Keeping the same twice leaves nothing twice. Nothing is ever deleted: a finding that comes
        back is another one.
        """
        ...

    def of_license(self, identifier: str) -> tuple[KeptFinding, ...]:
        """Return all findings of a license, those that are open first, then the newest first."""
        ...

    def open_findings(
        self, scope: WorkScope, *, at: datetime, after: int, limit: int
    ) -> tuple[OpenFinding, ...]:
        """Return open findings of licenses that have not ended, the oldest first.

        Args:
            scope: Which.
            at: The present.
            after: From behind this place; 0 for the first.
            limit: How many at most.
        """
        ...

    def neighbors(
        self, holder_keys: Collection[str], type_codes: Collection[str], *, at: datetime, most: int
    ) -> tuple[License, ...]:
        """Return the licenses in force of holders, of some types; one query for a chunk.

        Args:
            holder_keys: Keyed hashes of the holders' codes.
            type_codes: The types.
            at: When they are in force, as far as is known.
            most: The newest so many of each holder and type.
        """
        ...

    def begin_run(self, scope: StockScope, *, at: datetime, begun_after: datetime) -> LintRun:
        """Return the look of this scope that was interrupted, or a new one.

        Args:
            scope: What is looked at.
            at: When a new one begins.
            begun_after: One that was begun before is left as it is: too much has changed.
        """
        ...

    def stock(self, run: LintRun, limit: int) -> tuple[tuple[int, License], ...]:
        """Return the next licenses of a look, oldest first, each with its place."""
        ...

    def advance_run(self, run: LintRun, *, since: LintRun) -> None:
        """Keep how far a look has come.

        Raises:
            LintRunError: Somebody else has taken it further than ``since``.
        """
        ...

    def last_run(self) -> LintRun | None:
        """Return the look that was finished last, or None."""
        ...

    def figures(self, *, at: datetime, before: datetime | None) -> QualityFigures:
        """Return what reports are made of, counted by the database.

        Args:
            at: The present: licenses that have ended by then do not count.
            before: The moment to compare with; None where there is none.
        """
        ...
