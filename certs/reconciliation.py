"""Reconcile the books (对账) after a crash, or any day: nothing lost, nothing invented."""

from collections.abc import Callable, Iterable, Iterator
from typing import Final

from certs.issuance import resume
from certs.issuing_desk import IssuingDesk
from certs.license_files import has_files
from certs.licenses import License
from certs.ports import ObjectStore, UnitOfWork
from certs.reconciliations import Reconciliation

_PAGE: Final = 500
_MOST_NAMED: Final = 1000


def reconcile(
    desks: Iterable[IssuingDesk],
    *,
    unit_of_work: Callable[[], UnitOfWork],
    objects: ObjectStore,
    on_progress: Callable[[int], None] = lambda _licenses: None,
) -> Reconciliation:
    """Finish or give up what a crash left open, remove what is nobody's, and compare the books.

    Args:
        desks: Who finishes open licenses; each its own type's.
        unit_of_work: Opens the register.
        objects: Where the files are.
        on_progress: Called with the number of licenses looked at.

    Raises:
        KeyUnavailableError: A key store did not answer.
        SealNotUsableError: A seal is not enabled, and licenses wait for it.
    """
    finished: list[str] = []
    given_up = 0
    for desk in desks:
        outcome = resume(desk)
        finished += [license.identifier for license in outcome.licenses]
        given_up += outcome.given_up
    removed = tidy(unit_of_work=unit_of_work, objects=objects)
    looked_at = 0
    incomplete: list[str] = []
    for license in _all(unit_of_work):
        looked_at += 1
        if not has_files(objects, license.files) and len(incomplete) < _MOST_NAMED:
            incomplete.append(license.identifier)
        if looked_at % _PAGE == 0:
            on_progress(looked_at)
    with unit_of_work() as work:
        work.only_read()
        discrepancies = work.books.discrepancies()
    return Reconciliation(
        finished=tuple(finished),
        given_up=given_up,
        removed=removed,
        licenses=looked_at,
        incomplete=tuple(incomplete),
        discrepancies=discrepancies,
    )


def tidy(*, unit_of_work: Callable[[], UnitOfWork], objects: ObjectStore) -> int:
    """Remove the objects that closed intents left; return how many."""
    removed = 0
    while True:
        with unit_of_work() as work:
            work.only_read()
            untidy = work.intents.untidy(_PAGE)
        if not untidy:
            return removed
        for name in (name for intent in untidy for name in intent.files):
            removed += objects.has(name)
            objects.remove(name)
        with unit_of_work() as work:
            work.intents.tidied([intent.identifier for intent in untidy])
            work.commit()


def _all(unit_of_work: Callable[[], UnitOfWork]) -> Iterator[License]:
    """Yield every license, newest first, page by page."""
    after: str | None = None
    while True:
        with unit_of_work() as work:
            work.only_read()
            page = work.licenses.newest(_PAGE, after=after)
        yield from page
        if len(page) < _PAGE:
            return
        after = page[-1].identifier
