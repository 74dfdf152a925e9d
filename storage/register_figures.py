"""What supervision counts in the registers themselves: licenses, seals, sources, corrections."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, and_, exists, func, select

from certs.civil_dates import start_of
from certs.seals.events import SealState
from certs.statuses import StatusKind
from storage.correction_tables import correction_events
from storage.license_tables import licenses
from storage.seal_tables import seal_events, seal_uses, seals
from storage.source_tables import source_probes
from verify.acceptance.probes import SourceState
from verify.supervision.tallies import Weeks, monday_of

_MINUTE_SECONDS: Final = 60
_DAY_SECONDS: Final = 86_400


class SqlRegisterFigures:
    """The registers on one connection; the port is ``RegisterFigures``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def licenses_in_force(self) -> Mapping[str, int]:
        """Return how many licenses are in force, by the code of their type."""
        query = (
            select(licenses.c.type_code, func.count())
            .where(licenses.c.status == StatusKind.ACTIVE)
            .group_by(licenses.c.type_code)
            .order_by(licenses.c.type_code)
        )
        found = self._connection.execute(query).all()
        return {str(code): int(number) for code, number in found}

    def seal_uses(self, weeks: Weeks) -> int:
        """Return how often seals were used."""
        first, after = _span(weeks)
        # By seal, because the index begins with it; there are few seals.
        query = select(func.count()).where(
            seal_uses.c.seal_code.in_(select(seals.c.code)),
            seal_uses.c.used_at >= first,
            seal_uses.c.used_at < after,
        )
        return self._connection.execute(query).scalar_one()

    def seals_in_force(self, at: datetime) -> frozenset[str]:
        """Return the codes of the seals that may be used."""
        newest = (
            select(seal_events.c.seal_code, func.max(seal_events.c.number).label("number"))
            .group_by(seal_events.c.seal_code)
            .subquery()
        )
        is_newest = and_(
            seal_events.c.seal_code == newest.c.seal_code,
            seal_events.c.number == newest.c.number,
        )
        query = (
            select(seals.c.code)
            .join(seal_events, seal_events.c.seal_code == seals.c.code)
            .join(newest, is_newest)
            .where(
                seal_events.c.state == SealState.ENABLED,
                seals.c.valid_from <= at,
                seals.c.valid_to > at,
            )
        )
        return frozenset(self._connection.execute(query).scalars())

    def seals_used(self, weeks: Weeks) -> frozenset[str]:
        """Return the codes of the seals that were used then."""
        first, after = _span(weeks)
        was_used = exists().where(
            seal_uses.c.seal_code == seals.c.code,
            seal_uses.c.used_at >= first,
            seal_uses.c.used_at < after,
        )
        query = select(seals.c.code).where(was_used)
        return frozenset(self._connection.execute(query).scalars())

    def silent_minutes(self, weeks: Weeks) -> Mapping[str, float]:
        """Return how many minutes probes found each source down: from one probe to the next."""
        first, after = _span(weeks)
        query = (
            select(source_probes.c.source, source_probes.c.state, source_probes.c.probed_at)
            .where(source_probes.c.probed_at >= first, source_probes.c.probed_at < after)
            .order_by(source_probes.c.source, source_probes.c.probed_at, source_probes.c.state)
        )
        seconds: dict[str, float] = {}
        before: tuple[str, str, datetime] | None = None
        for source, state, at in self._connection.execute(query):
            if before is not None and before[:2] == (source, SourceState.DOWN):
                seconds[source] = seconds.get(source, 0.0) + (at - before[2]).total_seconds()
            before = (source, state, at)
        return {source: spent / _MINUTE_SECONDS for source, spent in seconds.items()}

    def sources_up(self, weeks: Weeks) -> Mapping[str, bool]:
        """Return whether each source that was probed then worked at last."""
        first, after = _span(weeks)
        newest = (
            select(source_probes.c.source, func.max(source_probes.c.probed_at).label("at"))
            .where(source_probes.c.probed_at >= first, source_probes.c.probed_at < after)
            .group_by(source_probes.c.source)
            .subquery()
        )
        query = (
            select(source_probes.c.source, source_probes.c.state)
            .join(
                newest,
                (newest.c.source == source_probes.c.source)
                & (newest.c.at == source_probes.c.probed_at),
            )
            # Of two at one moment "up" comes last and stands.
            .order_by(source_probes.c.state)
        )
        rows = self._connection.execute(query)
        return {source: state == SourceState.UP for source, state in rows}

    def correction_days(self, weeks: Weeks) -> Sequence[float]:
        """Return how many days corrections took whose last step was then."""
        first, after = _span(weeks)
        begun, ended = func.min(correction_events.c.at), func.max(correction_events.c.at)
        query = (
            select(begun, ended)
            .group_by(correction_events.c.receipt)
            .having(func.count() > 1, ended >= first, ended < after)
        )
        return tuple(
            (end - begin).total_seconds() / _DAY_SECONDS
            for begin, end in self._connection.execute(query)
        )


def _span(weeks: Weeks) -> tuple[datetime, datetime]:
    return start_of(monday_of(weeks.first)), start_of(monday_of(weeks.last + 1))
