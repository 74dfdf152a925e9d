"""Lints over the stock (存量检查): every license, page by page, taken up again where it stopped."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from certs.applications import read_values
from certs.catalogue import Catalogue, LicenseType
from certs.civil_dates import day_of
from certs.element_names import Element
from certs.errors import MalformedRecordError
from certs.holder_keys import HolderKeys
from certs.license_files import find_file
from certs.licenses import License
from certs.lints.cross_checks import MOST_NEIGHBORS, Held, lint_across, neighbors_wanted
from certs.lints.findings import Assessment, LintFinding, distinct
from certs.lints.names import lint_of
from certs.lints.runs import LintRun, StockScope
from certs.lints.subjects import LintSubject, values_of
from certs.lints.value_lints import lint_values
from certs.ports import Clock, ObjectStore, UnitOfWork
from certs.records import LicenseRecord
from certs.statuses import StatusKind

PAGE: Final = 200
"""Licenses whose findings are kept in one transaction."""

TAKEN_UP_WITHIN: Final = timedelta(days=1)
"""An interrupted look goes on; one of longer ago says too little of what it had seen."""

LONGEST_EXPIRED: Final = timedelta(days=180)
"""After its end a license is to be cancelled (行政许可法 art. 70); the days are ours."""

OpenFiles = Callable[[License, bytes], Iterable[LintFinding]]
"""Opens and verifies the files of a license, given its record; returns what is wrong."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StockDesk:
    """What looking over the stock needs.

    Attributes:
        open_files: Asked about each license where the scope says so.
    """

    catalogue: Catalogue
    objects: ObjectStore
    unit_of_work: Callable[[], UnitOfWork]
    clock: Clock
    holder_keys: HolderKeys
    open_files: OpenFiles


def lint_stock(
    scope: StockScope,
    desk: StockDesk,
    *,
    on_progress: Callable[[LintRun], None] = lambda _run: None,
) -> LintRun:
    """Look at all licenses of a scope, and keep what is found; return the finished look.

    One that was interrupted within a day goes on from where it stood.

    Raises:
        LintRunError: Another process goes on with the same look.
        StorageError: The object store, or the database, does not answer.
    """
    now = desk.clock.now()
    with desk.unit_of_work() as work:
        run = work.quality.begin_run(scope, at=now, begun_after=now - TAKEN_UP_WITHIN)
        work.commit()
    while True:
        with desk.unit_of_work() as work:
            work.only_read()
            page = work.quality.stock(run, PAGE)
        if not page:
            break
        assessments = assess_stored([license for _, license in page], scope, desk)
        further = replace(
            run,
            after=page[-1][0],
            licenses=run.licenses + len(page),
            found=run.found + sum(len(item.findings) for item in assessments),
        )
        with desk.unit_of_work() as work:
            work.quality.keep(assessments, at=desk.clock.now())
            work.quality.advance_run(further, since=run)
            work.commit()
        run = further
        on_progress(run)
    finished = replace(run, finished_at=desk.clock.now())
    with desk.unit_of_work() as work:
        work.quality.advance_run(finished, since=run)
        work.commit()
    return finished


def assess_stored(
    licenses: Sequence[License], scope: StockScope, desk: StockDesk
) -> list[Assessment]:
    """Return what lints find in licenses of the register."""
    looks = [_Look.of(license, desk) for license in licenses]
    across = _across(looks, desk)
    return [
        Assessment(
            identifier=look.license.identifier,
            type_code=look.license.type_code,
            issuer_code=look.license.issuer_code,
            findings=distinct(
                [
                    *look.findings(desk),
                    *across.get(look.license.identifier, ()),
                    *(look.file_findings(desk) if scope.opens_files else ()),
                ]
            ),
            days_to_store=look.subject.days_to_store if look.subject else None,
            has_opened_files=scope.opens_files,
        )
        for look in looks
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Look:
    """One license, its record read as far as it can be."""

    license: License
    content: bytes | None
    record: LicenseRecord | None
    subject: LintSubject | None

    @classmethod
    def of(cls, license: License, desk: StockDesk) -> "_Look":
        content = find_file(desk.objects, license.files, license.files.record)
        record = _parsed(content)
        license_type = (
            desk.catalogue.version(license.type_code, record.type_version) if record else None
        )
        subject = None
        if record is not None and license_type is not None:
            stored_on = day_of(license.sealed_at)
            subject = LintSubject.of(record, license_type, stored_on=stored_on)
        return cls(license=license, content=content, record=record, subject=subject)

    def findings(self, desk: StockDesk) -> Iterator[LintFinding]:
        """Yield what the record, and the register about it, tell."""
        if self.content is None:
            yield LintFinding.named("completeness.files", "json")
        elif self.record is None or self.subject is None:
            yield LintFinding.named("accuracy.record")
        else:
            yield from _read_again(self.record, self.subject.license_type)
            yield from lint_values(self.subject)
            yield from _compared(self.license, self.record, desk.holder_keys)
        yield from _not_cancelled(self.license, desk)

    def file_findings(self, desk: StockDesk) -> Iterable[LintFinding]:
        """Return what the files tell."""
        return () if self.content is None else desk.open_files(self.license, self.content)


def _parsed(content: bytes | None) -> LicenseRecord | None:
    try:
        return LicenseRecord.parse(content) if content is not None else None
    except MalformedRecordError:
        return None


def _read_again(record: LicenseRecord, license_type: LicenseType) -> Iterator[LintFinding]:
    """Yield what would be wrong with a record's values if somebody filled them in now."""
    raw = {**record.fields, **values_of(record, license_type)}
    for problem in read_values(license_type, raw)[1]:
        yield LintFinding.of(lint_of(problem.code), problem.field)


def _compared(
    license: License, record: LicenseRecord, holder_keys: HolderKeys
) -> Iterator[LintFinding]:
    """consistency.register: what the register says, and what was signed."""
    pairs = (
        ("certificateIdentifier", license.identifier, str(record.identifier)),
        ("certificateTypeCode", license.type_code, str(record.identifier.type_code)),
        ("certificateIssuingAuthorityCode", license.issuer_code, str(record.authority.code)),
        (Element.NUMBER, license.number, record.number),
        (Element.HOLDER_CODE, license.holder_key, holder_keys.of(record.holder)),
        (Element.VALID_FROM, license.valid_from, record.valid_from),
        (Element.VALID_TO, license.valid_to, record.valid_to),
        ("associatedCertificateIdentifier", license.replaces, record.replaces),
        ("status", license.status_index or record.status_index, record.status_index),
    )
    for name, kept, signed in pairs:
        if kept != signed:
            yield LintFinding.named("consistency.register", str(name))


def _not_cancelled(license: License, desk: StockDesk) -> Iterator[LintFinding]:
    """timeliness.not-cancelled: expired for half a year, and still active in the register."""
    is_active = license.status is StatusKind.ACTIVE
    if is_active and license.valid_to is not None:
        today = day_of(desk.clock.now())
        if today - license.valid_to > LONGEST_EXPIRED:
            yield LintFinding.named("timeliness.not-cancelled", Element.VALID_TO)


def _across(looks: Iterable[_Look], desk: StockDesk) -> dict[str, list[LintFinding]]:
    held = [
        Held(
            name=look.license.identifier,
            holder_key=look.license.holder_key,
            license_type=look.subject.license_type,
            values=look.subject.values,
        )
        for look in looks
        if look.subject is not None and look.license.status is StatusKind.ACTIVE
    ]
    keys, codes = neighbors_wanted(held, desk.catalogue)
    if not codes:
        return {}
    with desk.unit_of_work() as work:
        work.only_read()
        neighbors = work.quality.neighbors(keys, codes, at=desk.clock.now(), most=MOST_NEIGHBORS)
    return lint_across(held, neighbors, catalogue=desk.catalogue, objects=desk.objects)
