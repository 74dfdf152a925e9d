"""The evidence over archived packages in the database."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import (
    Connection,
    RowMapping,
    and_,
    delete,
    exists,
    func,
    insert,
    or_,
    select,
    update,
)

from certs.evidence.batch_records import split
from certs.evidence.batches import (
    EvidenceBatch,
    EvidenceMember,
    EvidenceStamp,
    EvidenceStanding,
)
from signing import der
from signing.evidence_trees import EvidenceDigest
from storage.archive_tables import archive_packages
from storage.dialects import insert_of
from storage.evidence_tables import (
    evidence_batches,
    evidence_members,
    evidence_readings,
    evidence_stamps,
)
from storage.locks import hold

_PORTION: Final = 500
_OF_MEMBER: Final = archive_packages.c.row == evidence_members.c.package


class SqlEvidence:
    """Reads and writes evidence on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def gather(self, most: int, *, before: datetime, at: datetime) -> EvidenceBatch | None:
        """Make a batch of packages that wait and were archived before; None if there are none."""
        hold(self._connection, "evidence")
        waiting = (
            select(evidence_members.c.package)
            .join(archive_packages, _OF_MEMBER)
            .where(evidence_members.c.batch.is_(None), archive_packages.c.archived_at < before)
            .order_by(evidence_members.c.package)
            .limit(most)
        )
        if self._connection.execute(waiting.limit(1)).first() is None:
            return None
        made = insert(evidence_batches).values(made_at=at, packages=0)
        number = self._connection.execute(made.returning(evidence_batches.c.number)).scalar_one()
        taken = self._connection.execute(
            update(evidence_members)
            .where(evidence_members.c.package.in_(waiting.scalar_subquery()))
            .values(batch=number)
        )
        self._connection.execute(
            update(evidence_batches)
            .where(evidence_batches.c.number == number)
            .values(packages=taken.rowcount)
        )
        return EvidenceBatch(number=number, made_at=at, packages=taken.rowcount)

    def waiting(self) -> int:
        """Return how many packages are in no batch."""
        query = select(func.count()).where(evidence_members.c.batch.is_(None))
        return int(self._connection.execute(query).scalar_one())

    def overdue(self, limit: int, *, before: datetime) -> tuple[str, ...]:
        """Return packages archived before that are under no timestamp, by id, oldest first."""
        has_stamp = exists().where(evidence_stamps.c.batch == evidence_batches.c.number)
        unstamped = select(evidence_batches.c.number).where(~has_stamp)
        batch = evidence_members.c.batch
        query = (
            select(archive_packages.c.package_id)
            .join(evidence_members, _OF_MEMBER)
            .where(
                or_(batch.is_(None), batch.in_(unstamped.scalar_subquery())),
                archive_packages.c.archived_at < before,
            )
            .order_by(archive_packages.c.row)
            .limit(limit)
        )
        return tuple(self._connection.execute(query).scalars())

    def batches(self) -> tuple[EvidenceBatch, ...]:
        """Return all batches, oldest first."""
        return self._batches()

    def _batches(self, *where: Any) -> tuple[EvidenceBatch, ...]:  # noqa: ANN401 - conditions
        latest = (
            select(evidence_stamps.c.batch, func.max(evidence_stamps.c.number).label("stamps"))
            .group_by(evidence_stamps.c.batch)
            .subquery()
        )
        newest = (latest.c.batch == evidence_stamps.c.batch) & (
            latest.c.stamps == evidence_stamps.c.number
        )
        query = (
            select(
                evidence_batches,
                latest.c.stamps,
                evidence_stamps.c.digest,
                evidence_stamps.c.ends_at,
            )
            .outerjoin(latest, latest.c.batch == evidence_batches.c.number)
            .outerjoin(evidence_stamps, newest)
            .where(*where)
            .order_by(evidence_batches.c.number)
        )
        return tuple(map(_batch, self._connection.execute(query).mappings()))

    def standing(self, package_id: str) -> EvidenceStanding | None:
        """Return how a package stands; None if there is no such package."""
        query = (
            select(
                archive_packages.c.object, archive_packages.c.archived_at, evidence_members.c.batch
            )
            .join(evidence_members, _OF_MEMBER)
            .where(archive_packages.c.package_id == package_id)
        )
        row = self._connection.execute(query).mappings().one_or_none()
        if row is None:
            return None
        batches = self._batches(evidence_batches.c.number == row["batch"]) if row["batch"] else ()
        return EvidenceStanding(
            object=row["object"], archived_at=row["archived_at"], batch=next(iter(batches), None)
        )

    def objects(self, batch: int) -> tuple[bytes, ...]:
        """Return SM3 of each package's bytes, in the order of the batch."""
        query = (
            select(archive_packages.c.object)
            .join(evidence_members, _OF_MEMBER)
            .where(evidence_members.c.batch == batch)
            .order_by(evidence_members.c.package)
        )
        return tuple(map(bytes.fromhex, self._connection.execute(query).scalars()))

    def members(self, batch: int, limit: int, *, skip: int = 0) -> tuple[EvidenceMember, ...]:
        """Return packages in the order of the batch, without the first ``skip``."""
        query = (
            select(
                archive_packages.c.package_id, archive_packages.c.object, archive_packages.c.sha512
            )
            .join(evidence_members, _OF_MEMBER)
            .where(evidence_members.c.batch == batch)
            .order_by(evidence_members.c.package)
            .limit(limit)
            .offset(skip)
        )
        return tuple(EvidenceMember(**row) for row in self._connection.execute(query).mappings())

    def stamps(self, batch: int) -> tuple[EvidenceStamp, ...]:
        """Return the timestamps over a batch, oldest first."""
        query = (
            select(evidence_stamps)
            .where(evidence_stamps.c.batch == batch)
            .order_by(evidence_stamps.c.number)
        )
        return tuple(map(_stamp, self._connection.execute(query).mappings()))

    def keep(self, stamp: EvidenceStamp) -> bool:
        """Store a timestamp; tell whether nobody stored one of its number before."""
        # A second row is left out rather than refused, so that the unit of work goes on.
        hold(self._connection, f"evidence: {stamp.batch}")
        taken = select(evidence_stamps.c.number).where(
            evidence_stamps.c.batch == stamp.batch, evidence_stamps.c.number == stamp.number
        )
        if self._connection.execute(taken).first() is not None:
            return False
        self._connection.execute(insert(evidence_stamps).values(_stamp_row(stamp)))
        return True

    def readings(self, batch: int) -> tuple[bytes, ...]:
        """Return the hashes of packages that were read again so far, from the first on."""
        query = (
            select(evidence_readings.c.hashes)
            .where(evidence_readings.c.batch == batch)
            .order_by(evidence_readings.c.skip)
        )
        return split(b"".join(self._connection.execute(query).scalars()))

    def is_reading(self) -> bool:
        """Tell whether a run over all packages was cut short."""
        stamps, trees = evidence_stamps, evidence_stamps.c.leaves.is_not(None)
        has_tree = exists().where(stamps.c.batch == evidence_batches.c.number, trees)
        was_read = exists().where(evidence_readings.c.batch == evidence_batches.c.number)
        was_proved = exists().where(stamps.c.batch == evidence_batches.c.number)
        newest = select(func.max(stamps.c.stamped_at)).where(trees).scalar_subquery()
        is_left = and_(was_proved, evidence_batches.c.made_at < newest)
        query = select(evidence_batches.c.number).where(~has_tree, or_(was_read, is_left))
        return self._connection.execute(query.limit(1)).first() is not None

    def keep_readings(self, batch: int, hashes: Sequence[bytes], *, skip: int) -> bool:
        """Store hashes of packages behind the first ``skip``; tell whether nobody had."""
        stored = self._connection.execute(
            insert_of(self._connection, evidence_readings)
            .values(batch=batch, skip=skip, hashes=b"".join(hashes))
            .on_conflict_do_nothing(index_elements=["batch", "skip"])
            .returning(evidence_readings.c.skip)
        )
        return stored.first() is not None

    def forget_readings(self, batch: int) -> None:
        """Remove the hashes; what they were read for is stored."""
        self._connection.execute(
            delete(evidence_readings).where(evidence_readings.c.batch == batch)
        )


def await_evidence(connection: Connection, package_ids: Sequence[str]) -> None:
    """Let packages that were entered wait for their batch."""
    for at in range(0, len(package_ids), _PORTION):
        entered = select(archive_packages.c.row).where(
            archive_packages.c.package_id.in_(package_ids[at : at + _PORTION])
        )
        connection.execute(insert(evidence_members).from_select(["package"], entered))


def _batch(row: RowMapping) -> EvidenceBatch:
    return EvidenceBatch(
        number=row["number"],
        made_at=row["made_at"],
        packages=row["packages"],
        stamps=row["stamps"] or 0,
        digest=EvidenceDigest(row["digest"]) if row["digest"] else None,
        ends_at=row["ends_at"],
    )


def _stamp_row(stamp: EvidenceStamp) -> dict[str, Any]:
    return {
        "batch": stamp.batch,
        "number": stamp.number,
        "chain": stamp.chain,
        "digest": stamp.digest.value,
        "token": stamp.token,
        "stamped_at": stamp.stamped_at,
        "ends_at": stamp.ends_at,
        "leaves": stamp.leaves or None,
        "lists": der.sequence(*stamp.lists) if stamp.lists else None,
    }


def _stamp(row: RowMapping) -> EvidenceStamp:
    lists = der.children(der.read(row["lists"])) if row["lists"] else ()
    return EvidenceStamp(
        batch=row["batch"],
        number=row["number"],
        chain=row["chain"],
        digest=EvidenceDigest(row["digest"]),
        token=row["token"],
        stamped_at=row["stamped_at"],
        ends_at=row["ends_at"],
        leaves=row["leaves"] or b"",
        lists=tuple(item.encoded for item in lists),
    )
