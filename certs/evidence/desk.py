"""Evidence over archived packages (存证): batches, timestamps over them, and their renewal.

Each step is stored before the next, and none is done twice however many processes try:

1. packages that wait become a batch, once and for all;
2. a batch without a timestamp gets one over the tree of its packages' digests; whoever crashes
   between token and row asks for another, whoever comes second throws his away and stops;
3. before the authority's certificate ends, one new timestamp covers the last one of a batch;
4. before SM3 grows weak, every package is read again, and a tree of SHA-512 covers the packages
   and all that proved them so far. What was read is stored in portions, so that a run that was
   cut short is gone on with.

Source: RFC 4998, 5.2 and 5.3.
"""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import takewhile
from typing import Final

from certs.evidence.batch_records import LEFT_OUT, REREAD, BatchRecords
from certs.evidence.batches import EvidenceBatch, EvidenceMember, EvidenceStamp
from certs.evidence.ports import EvidenceWork
from certs.ports import Clock, ObjectStore
from signing.errors import InvalidSignatureError, MalformedStructureError, TimestampUnavailableError
from signing.evidence_records import imprint_of
from signing.evidence_trees import EvidenceDigest, HashTree
from signing.revocation_lists import parse_revocation_list
from signing.timestamp_tokens import Token, parse_token
from signing.timestamps import TimestampSource

MOST: Final = 100_000
"""Packages of one batch; a day that has more gets several."""
BEFORE_THE_END: Final = timedelta(days=180)
"""How long before its end a timestamp is renewed."""
_WORTH_IT: Final = timedelta(days=30)
"""By how much a new timestamp must last longer, where nobody ordered it."""
_PORTION: Final = 200
_LONGEST_LIST: Final = 1 << 16
"""Bytes; longer lists, of every renewal, would fill the records of the batch."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceRun:
    """What became of batches, by number.

    Attributes:
        done: Those that have a new timestamp.
        ended: Those whose evidence ended before it was renewed; no renewal brings it back.
        no_gain: Those that a new timestamp would not have served longer, so that none was kept.
        left_out: Packages that could not be read, by id: damaged, missing or disposed of.
    """

    done: tuple[int, ...] = ()
    ended: tuple[int, ...] = ()
    no_gain: tuple[int, ...] = ()
    left_out: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceDesk:
    """Makes evidence and keeps it strong.

    Attributes:
        timestamps: Where trusted times come from.
        packages: Where packages lie.
        revocation_lists: Returns the lists at hand, DER.
        pace: Is told how many bytes were read, and waits where that is too fast.
        portion: How many packages are read again before that is stored.
    """

    unit_of_work: Callable[[], EvidenceWork]
    clock: Clock
    timestamps: TimestampSource
    packages: ObjectStore
    revocation_lists: Callable[[], tuple[bytes, ...]] = tuple
    pace: Callable[[int], None] = field(default=lambda _: None)
    portion: int = _PORTION

    def prove(self, *, before: datetime | None = None) -> EvidenceRun:
        """Make batches of packages that were archived before, and stamp what has no timestamp.

        Args:
            before: None for everything that waits.

        Raises:
            TimestampUnavailableError: The authority gave no timestamp; the next run goes on.
        """
        while self._gathered(before or self.clock.now() + timedelta(seconds=1)):
            pass
        waiting = (batch.number for batch in self._batches() if not batch.stamps)
        return EvidenceRun(done=tuple(takewhile(self._first_stamp, waiting)))

    def _gathered(self, before: datetime) -> EvidenceBatch | None:
        with self.unit_of_work() as work:
            batch = work.evidence.gather(MOST, before=before, at=self.clock.now())
            work.commit()
        return batch

    def _batches(self) -> tuple[EvidenceBatch, ...]:
        with self.unit_of_work() as work:
            return work.evidence.batches()

    def _first_stamp(self, batch: int) -> bool:
        with self.unit_of_work() as work:
            objects = work.evidence.objects(batch)
        digest = EvidenceDigest.SM3
        token = self._token(HashTree(objects, digest).root, digest)
        return self._keep(_stamp(token, batch=batch, number=1, chain=1, digest=digest))

    # Renewal -------------------------------------------------------------------------------

    def renew(self, *, within: timedelta | None = BEFORE_THE_END) -> EvidenceRun:
        """Put a new timestamp over the last one of each batch (timestamp renewal).

        Args:
            within: Only where the last one ends so soon, and only if the new one lasts longer;
                None for every batch.

        Raises:
            TimestampUnavailableError: The authority gave no timestamp; the next run goes on.
        """
        now, run = self.clock.now(), EvidenceRun()
        for batch in self._batches():
            if batch.ends_at is None or (within is not None and batch.ends_at > now + within):
                continue
            if batch.has_ended(now):
                run = replace(run, ended=(*run.ended, batch.number))
                continue
            stamp = self._renewal(batch.number)
            if within is not None and stamp.ends_at < batch.ends_at + _WORTH_IT:
                # The authority itself has no newer certificate yet; the next batches' would not
                # last longer either.
                return replace(run, no_gain=(batch.number,))
            if not self._keep(stamp):
                break
            run = replace(run, done=(*run.done, batch.number))
        return run

    def _renewal(self, batch: int) -> EvidenceStamp:
        last = self._stamps(batch)[-1]
        token = self._token(last.digest.of(last.token), last.digest, since=last.stamped_at)
        stamp = _stamp(
            token, batch=batch, number=last.number + 1, chain=last.chain, digest=last.digest
        )
        return replace(stamp, lists=self._lists_about(parse_token(last.token)))

    def rehash(self) -> EvidenceRun:
        """Put every batch that has only trees of SM3 under one of SHA-512 (hash-tree renewal).

        Raises:
            TimestampUnavailableError: The authority gave no timestamp; the next run goes on.
            StorageError: The store does not answer; the next run goes on.
        """
        now, run = self.clock.now(), EvidenceRun()
        for batch in self._batches():
            if batch.digest is not EvidenceDigest.SM3:
                continue
            if batch.has_ended(now):
                run = replace(run, ended=(*run.ended, batch.number))
                continue
            if not self._read_again(batch.number):
                break
            run = replace(run, left_out=(*run.left_out, *self._left_out(batch)))
            if self._second_tree(batch.number):
                run = replace(run, done=(*run.done, batch.number))
        return run

    def is_rehashing(self) -> bool:
        """Whether a run over all packages was cut short."""
        with self.unit_of_work() as work:
            return work.evidence.is_reading()

    def _read_again(self, batch: int) -> bool:
        """Read every package of a batch that was not read yet; False if another process does."""
        for skip, members in self._unread(batch):
            hashes = [self._hash_of(member) for member in members]
            with self.unit_of_work() as work:
                if not work.evidence.keep_readings(batch, hashes, skip=skip):
                    return False
                work.commit()
        return True

    def _left_out(self, batch: EvidenceBatch) -> tuple[str, ...]:
        with self.unit_of_work() as work:
            readings = work.evidence.readings(batch.number)
            members = work.evidence.members(batch.number, batch.packages)
        pairs = zip(members, readings, strict=False)
        return tuple(member.package_id for member, own in pairs if own == LEFT_OUT)

    def _unread(self, batch: int) -> Iterator[tuple[int, tuple[EvidenceMember, ...]]]:
        """Yield portions of what is not read yet, each with its place, as long as there are."""
        with self.unit_of_work() as work:
            skip = len(work.evidence.readings(batch))
        while True:
            with self.unit_of_work() as work:
                members = work.evidence.members(batch, self.portion, skip=skip)
            if not members:
                return
            yield skip, members
            skip += len(members)

    def _hash_of(self, member: EvidenceMember) -> bytes:
        """Return a package's hash; the store compares what it reads with its SM3."""
        data = self.packages.find(member.object)
        if data is None:
            return LEFT_OUT
        self.pace(len(data))
        own = hashlib.sha512(data)
        return own.digest() if own.hexdigest() == member.sha512 else LEFT_OUT

    def _second_tree(self, batch: int) -> bool:
        """Put a tree over what was read and what proved it; tell whether there is one now."""
        with self.unit_of_work() as work:
            objects = work.evidence.objects(batch)
            stamps = work.evidence.stamps(batch)
            readings = work.evidence.readings(batch)
        records, last = BatchRecords(objects, stamps), stamps[-1]
        leaves = [records.covered(place, own) for place, own in enumerate(readings)]
        present = [leaf for leaf in leaves if leaf != LEFT_OUT]
        if not present or len(leaves) != len(objects):
            return False
        token = self._token(HashTree(present, REREAD).root, REREAD, since=last.stamped_at)
        stamp = _stamp(
            token,
            batch=batch,
            number=last.number + 1,
            chain=last.chain + 1,
            digest=REREAD,
        )
        lists = self._lists_about(parse_token(last.token))
        return self._keep(replace(stamp, leaves=b"".join(leaves), lists=lists))

    # Timestamps ----------------------------------------------------------------------------

    def _stamps(self, batch: int) -> tuple[EvidenceStamp, ...]:
        with self.unit_of_work() as work:
            return work.evidence.stamps(batch)

    def _token(
        self, root: bytes, digest: EvidenceDigest, *, since: datetime | None = None
    ) -> Token:
        imprint = imprint_of(root, digest)
        token = parse_token(self.timestamps.stamp(imprint))
        token.verify(imprint)
        if since is not None and token.time < since:
            raise TimestampUnavailableError("the authority's clock is behind an earlier timestamp")
        return token

    def _keep(self, stamp: EvidenceStamp) -> bool:
        with self.unit_of_work() as work:
            is_ours = work.evidence.keep(stamp)
            if is_ours and stamp.leaves:
                work.evidence.forget_readings(stamp.batch)
            work.commit()
        return is_ours

    def _lists_about(self, token: Token) -> tuple[bytes, ...]:
        """Return the lists by which one can tell, later, that a clock was not revoked by now."""
        issuers = {item.issuer_name for item in (token.certificate, *token.others)}
        return tuple(
            data
            for data in self.revocation_lists()
            if len(data) <= _LONGEST_LIST and _issuer_of(data) in issuers
        )


def _stamp(
    token: Token, *, batch: int, number: int, chain: int, digest: EvidenceDigest
) -> EvidenceStamp:
    return EvidenceStamp(
        batch=batch,
        number=number,
        chain=chain,
        digest=digest,
        token=token.encoded,
        stamped_at=token.time,
        ends_at=min(item.not_after for item in (token.certificate, *token.others)),
    )


def _issuer_of(data: bytes) -> bytes:
    """Return who signed a list; nothing for one that cannot be read, which serves nobody."""
    try:
        return parse_revocation_list(data).issuer_name
    except (MalformedStructureError, InvalidSignatureError):
        return b""
