"""The keeper of the archive (档案保管员): appraises, holds, releases and disposes.

What is decided is written first and bound in the store after it: a lock cannot be taken back. A
process that ends in between leaves it to ``settle``, or to doing the same once more.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from certs.errors import DisposalError, HoldNotFoundError, RetentionError
from certs.keeping.disposals import Disposal, DisposalProposal
from certs.keeping.holdings import Holding, LegalHold
from certs.keeping.ports import DisposalWork, KeepingWork
from certs.keeping.retention import Appraisal, RetentionClass, check_named, shortens
from certs.keeping.stores import ArchiveStore
from certs.ports import Clock

_PORTION: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Keeper:
    """Keeps packages, and knows what binds them.

    Attributes:
        unit_of_work: Opens one transaction.
        store: Where the packages are.
        clock: Tells the time.
    """

    unit_of_work: Callable[[], KeepingWork]
    store: ArchiveStore
    clock: Clock

    def appraise(
        self, package_id: str, retention: RetentionClass, *, appraiser: str, document_no: str
    ) -> Holding:
        """Give a package its retention class (鉴定), and bind the store to it.

        Raises:
            HoldingNotFoundError: No such package is kept.
            RetentionError: It would be kept less long than before, or nobody answers for it.
            DisposalError: It was disposed of.
        """
        with self.unit_of_work() as work:
            holding = work.holdings.claim(package_id)
            _check_kept(holding, work)
            until = retention.keep_until(holding.stored_at)
            if holding.retention is not None and shortens(holding.keep_until, until):
                raise RetentionError("保管期限不能缩短 · a retention period is never shortened")
            work.holdings.appraise(
                Appraisal(
                    package_id=package_id,
                    retention=retention,
                    keep_until=until,
                    appraiser=appraiser,
                    document_no=document_no,
                    appraised_at=self.clock.now(),
                )
            )
            work.commit()
        return self._lock(replace(holding, retention=retention, keep_until=until))

    def hold(self, package_id: str, *, authority: str, document_no: str, person: str) -> LegalHold:
        """Place a legal hold (法律保留).

        Raises:
            HoldingNotFoundError: No such package is kept.
            DisposedError: It was disposed of.
            RetentionError: Nobody answers for it.
        """
        hold = LegalHold(
            package_id=package_id,
            authority=authority,
            document_no=document_no,
            placed_by=person,
            held_from=self.clock.now(),
        )
        with self.unit_of_work() as work:
            placed = work.holds.place(hold)
            # A hold that is on record lies in the store; the reverse does no harm.
            self.store.hold(package_id, on=True)
            work.commit()
        return placed

    def release(
        self, package_id: str, number: int, *, document_no: str, person: str
    ) -> tuple[LegalHold, ...]:
        """Lift one legal hold, and return those that still lie.

        Raises:
            HoldNotFoundError: There is none of the number on the package.
            RetentionError: Nobody answers for it.
        """
        check_named(person, document_no)
        with self.unit_of_work() as work:
            work.holdings.claim(package_id)
            placed = [hold for hold in work.holds.of(package_id) if hold.number == number]
            if not placed:
                raise HoldNotFoundError(f"无此保留：{number} · no such hold on the package")
            if placed[0].held_until is None:
                lifted = replace(
                    placed[0],
                    held_until=self.clock.now(),
                    released_by=person,
                    release_document_no=document_no,
                )
                work.holds.release(lifted)
            lying = _lying(work, package_id)
            # Under the claim: a hold that is placed meanwhile waits, and binds the store again.
            if not lying:
                self.store.hold(package_id, on=False)
            work.commit()
        return lying

    def propose_disposal(
        self, package_id: str, *, proposer: str, document_no: str, reason: str
    ) -> DisposalProposal:
        """Propose to dispose of a package (提出销毁).

        Raises:
            HoldingNotFoundError: No such package is kept.
            DisposalError: It was proposed before, or may not be disposed of as it stands.
            RetentionError: Nobody answers for it.
        """
        return propose_disposal(
            DisposalProposal(
                package_id=package_id,
                proposer=proposer,
                proposed_at=self.clock.now(),
                document_no=document_no,
                reason=reason,
            ),
            unit_of_work=self.unit_of_work,
        )

    def dispose(self, package_id: str, *, approver: str) -> Disposal:
        """Approve what another person proposed, write it into the register, and destroy the bytes.

        Asked again, it finishes what an earlier call wrote and could not finish.

        Raises:
            HoldingNotFoundError: No such package is kept.
            DisposalError: It was not proposed, is held or needed, its period runs, or the person
                is the one who proposed it.
            ObjectLockedError: The store is bound to keep it all the same; nothing was destroyed.
        """
        with self.unit_of_work() as work:
            holding = work.holdings.claim(package_id)
            disposal = work.disposals.find(package_id)
            if disposal is None:
                disposal = self._approved(holding, approver, work)
                work.disposals.add(disposal)
            work.commit()
        self.store.remove(package_id)
        with self.unit_of_work() as work:
            work.disposals.note_destroyed(package_id, self.clock.now())
            work.commit()
        return disposal

    def settle(self) -> int:
        """Bind the store to what was decided and not bound yet; return how many packages that was.

        What is damaged or missing is left for when it was repaired.
        """
        settled = 0
        while True:
            with self.unit_of_work() as work:
                waiting = work.holdings.unlocked(_PORTION)
            whole = [item for item in waiting if self.store.find(item.package_id) is not None]
            for holding in whole:
                self._lock(holding)
            settled += len(whole)
            if not whole or len(waiting) < _PORTION:
                return settled

    def _approved(self, holding: Holding, approver: str, work: KeepingWork) -> Disposal:
        proposal = work.disposals.proposal(holding.package_id)
        if proposal is None:
            raise DisposalError("尚未提出销毁 · nobody has proposed to dispose of it")
        return Disposal.approved(holding, proposal, approver=approver, at=self.clock.now())

    def _lock(self, holding: Holding) -> Holding:
        bind(self.store, holding, is_held=False)
        locked = replace(holding, locked_at=self.clock.now())
        with self.unit_of_work() as work:
            work.holdings.note_locked(holding.package_id, self.clock.now())
            work.commit()
        return locked


def propose_disposal(
    proposal: DisposalProposal, *, unit_of_work: Callable[[], DisposalWork]
) -> DisposalProposal:
    """Keep a proposal; for whoever has the database alone, and not the store.

    Raises:
        HoldingNotFoundError: No such package is kept.
        DisposalError: It was proposed before, or disposed of.
    """
    with unit_of_work() as work:
        _check_kept(work.holdings.get(proposal.package_id), work)
        work.disposals.propose(proposal)
        work.commit()
    return proposal


def proposed_alike(
    proposal: DisposalProposal, *, unit_of_work: Callable[[], DisposalWork]
) -> DisposalProposal | None:
    """Return what the same person proposed before in the same words, or None."""
    with unit_of_work() as work:
        present = work.disposals.proposal(proposal.package_id)
    if present is None or replace(present, proposed_at=proposal.proposed_at) != proposal:
        return None
    return present


def bind(store: ArchiveStore, holding: Holding, *, is_held: bool) -> None:
    """Bind a store as was decided for a package; what binds it longer stays."""
    if holding.retention is not None:
        until = holding.retention.lock_until(holding.stored_at)
        present = store.locked_until(holding.package_id)
        if present is None or present < until:
            store.lock(holding.package_id, until)
    if is_held:
        store.hold(holding.package_id, on=True)


def _lying(work: KeepingWork, package_id: str) -> tuple[LegalHold, ...]:
    return tuple(hold for hold in work.holds.of(package_id) if hold.held_until is None)


def _check_kept(holding: Holding, work: DisposalWork) -> None:
    if work.disposals.find(holding.package_id) is not None:
        raise DisposalError("该档案已列入销毁清册 · it is in the register of destruction")
