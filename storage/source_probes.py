"""Probes of sources, in the database."""

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import Connection, RowMapping, func, select

from storage.dialects import insert_of
from storage.source_tables import source_probes
from verify.acceptance.probes import Probe, SourceState


class SqlSourceProbes:
    """Probes on one connection; the port is ``ProbeBook``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, probes: Collection[Probe]) -> None:
        """Keep probes; one that is there already is no error."""
        rows = [
            {"source": item.source, "state": item.state.value, "probed_at": item.probed_at}
            for item in probes
            # SQLite's trigger refuses what is there before the conflict is looked at.
            if not self._is_kept(item)
        ]
        if rows:
            self._connection.execute(
                insert_of(self._connection, source_probes).values(rows).on_conflict_do_nothing()
            )

    def _is_kept(self, probe: Probe) -> bool:
        query = select(source_probes.c.source).where(
            source_probes.c.source == probe.source,
            source_probes.c.state == probe.state.value,
            source_probes.c.probed_at == probe.probed_at,
        )
        return self._connection.execute(query).first() is not None

    def newest_since(self, moment: datetime) -> tuple[Probe, ...]:
        """Return the newest probe of every source that was probed since a moment, by source."""
        query = (
            select(source_probes)
            .where(source_probes.c.probed_at >= moment)
            # Of two at one moment "up" comes last and stands, as it does in `newest`.
            .order_by(source_probes.c.probed_at, source_probes.c.state)
        )
        found = {row["source"]: _probe(row) for row in self._connection.execute(query).mappings()}
        return tuple(found[source] for source in sorted(found))

    def newest(self, sources: Collection[str]) -> Mapping[str, Probe]:
        """Return the newest probe of each source; of two at one moment the one that is up."""
        latest = (
            select(source_probes.c.source, func.max(source_probes.c.probed_at).label("probed_at"))
            .where(source_probes.c.source.in_(sorted(sources)))
            .group_by(source_probes.c.source)
            .subquery()
        )
        query = (
            select(source_probes)
            .join(
                latest,
                (latest.c.source == source_probes.c.source)
                & (latest.c.probed_at == source_probes.c.probed_at),
            )
            # "up" comes last and stands.
            .order_by(source_probes.c.state)
        )
        return {row["source"]: _probe(row) for row in self._connection.execute(query).mappings()}


def _probe(row: RowMapping) -> Probe:
    return Probe(source=row["source"], state=SourceState(row["state"]), probed_at=row["probed_at"])
