"""Handovers (移交) in the database."""

from datetime import datetime

from sqlalchemy import Connection, RowMapping, select, update

from certs.packages.handovers import HandoverSide, KeptHandover
from storage.dialects import insert_of
from storage.handover_tables import archive_handovers


class SqlHandovers:
    """Reads and writes handovers on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, handover: KeptHandover) -> None:
        """Keep a handover; the same again changes nothing."""
        row = {
            "identity": handover.identity,
            "side": handover.side.value,
            "number": handover.number,
            "partner": handover.partner,
            "digest": handover.digest,
            "made_at": handover.made_at,
            "encoded": handover.encoded,
            "receipt": handover.receipt or None,
            "closed_at": handover.closed_at,
        }
        self._connection.execute(
            insert_of(self._connection, archive_handovers)
            .values(row)
            .on_conflict_do_nothing(index_elements=["identity", "side"])
        )

    def find(self, identity: str, side: HandoverSide) -> KeptHandover | None:
        """Return the handover of a list, or None."""
        query = select(archive_handovers).where(
            archive_handovers.c.identity == identity, archive_handovers.c.side == side.value
        )
        return _one(self._connection.execute(query).mappings().one_or_none())

    def open_of(self, partner: str, digest: str) -> KeptHandover | None:
        """Return what was handed over to somebody and not received yet, or None."""
        query = (
            select(archive_handovers)
            .where(
                archive_handovers.c.digest == digest,
                archive_handovers.c.side == HandoverSide.SENT.value,
                archive_handovers.c.partner == partner,
                archive_handovers.c.closed_at.is_(None),
            )
            .order_by(archive_handovers.c.row)
            .limit(1)
        )
        return _one(self._connection.execute(query).mappings().one_or_none())

    def close(self, identity: str, receipt: bytes, at: datetime) -> bool:
        """Keep the receipt of what was sent; tell whether there was none before."""
        done = self._connection.execute(
            update(archive_handovers)
            .where(
                archive_handovers.c.identity == identity,
                archive_handovers.c.side == HandoverSide.SENT.value,
                archive_handovers.c.closed_at.is_(None),
            )
            .values(receipt=receipt, closed_at=at)
        )
        return done.rowcount == 1


def _one(row: RowMapping | None) -> KeptHandover | None:
    if row is None:
        return None
    return KeptHandover(
        identity=row["identity"],
        side=HandoverSide(row["side"]),
        number=row["number"],
        partner=row["partner"],
        digest=row["digest"],
        made_at=row["made_at"],
        encoded=row["encoded"],
        receipt=row["receipt"] or b"",
        closed_at=row["closed_at"],
    )
