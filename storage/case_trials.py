"""Settled cases that could not be archived, in the database; the port is ``CaseTrialBook``."""

from datetime import datetime

from sqlalchemy import Connection, RowMapping, and_, delete, exists, insert, or_, select

from storage.archive_tables import archive_jobs
from storage.case_trial_tables import case_trials
from storage.outcome_tables import case_outcomes, result_intents, result_licenses
from verify.archiving.case_trials import CaseTrial


class SqlCaseTrials:
    """The failures on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def find(self, case_id: str) -> CaseTrial | None:
        """Return how often a case failed; None if it never did."""
        query = select(case_trials).where(case_trials.c.case_id == case_id)
        row = self._connection.execute(query).mappings().one_or_none()
        return None if row is None else _from_row(row)

    def keep(self, trial: CaseTrial) -> None:
        """Keep the newest failure of a case in place of the one before."""
        self.forget(trial.case_id)
        self._connection.execute(
            insert(case_trials).values(
                case_id=trial.case_id,
                attempts=trial.attempts,
                code=trial.code,
                reason=trial.reason,
                tried_at=trial.tried_at,
                next_at=trial.next_at,
            )
        )

    def forget(self, case_id: str) -> None:
        """Forget a case that was archived, or that a person has tried again."""
        self._connection.execute(delete(case_trials).where(case_trials.c.case_id == case_id))

    def newest(self, limit: int) -> tuple[CaseTrial, ...]:
        """Return the failures there are, those that are stuck and the longest first."""
        query = (
            select(case_trials)
            .order_by(case_trials.c.next_at.is_(None).desc(), case_trials.c.tried_at)
            .limit(limit)
        )
        return tuple(map(_from_row, self._connection.execute(query).mappings()))

    def due(self, limit: int, *, now: datetime) -> tuple[str, ...]:
        """Return settled cases that nobody began to archive and whose pause is over."""
        case_id = case_outcomes.c.case_id
        is_begun = exists().where(archive_jobs.c.subject == case_id)
        is_made = exists().where(result_licenses.c.case_id == case_id)
        leads_on = exists().where(result_intents.c.case_id == case_id)
        is_paused = exists().where(
            case_trials.c.case_id == case_id,
            or_(case_trials.c.next_at.is_(None), case_trials.c.next_at > now),
        )
        query = (
            select(case_id)
            .where(and_(~is_begun, or_(~leads_on, is_made), ~is_paused))
            .order_by(case_outcomes.c.decided_at, case_id)
            .limit(limit)
        )
        return tuple(self._connection.execute(query).scalars())


def _from_row(row: RowMapping) -> CaseTrial:
    return CaseTrial(
        case_id=row["case_id"],
        attempts=row["attempts"],
        code=row["code"],
        reason=row["reason"],
        tried_at=row["tried_at"],
    )
