"""Findings and looks over the stock, in the databases and in memory."""

from dataclasses import replace
from datetime import timedelta

import pytest

from certs.correction_desk import CorrectionWork
from certs.corrections import Correction, CorrectionEvent, CorrectionKind, CorrectionStep
from certs.errors import LintRunError
from certs.lifecycle import record_status
from certs.lints.dimensions import Dimension
from certs.lints.figures import Department, departments_of
from certs.lints.findings import Assessment, LintFinding
from certs.lints.runs import StockScope
from certs.lints.worklists import OpenFinding, WorkScope
from certs.ports import UnitOfWork
from certs.statuses import StatusKind
from tests.desks import ISSUER, TYPE, event_of, identifier, license_of
from tests.unit.storage.conftest import OpenUnit
from tests.world import NOON

LATE = LintFinding.named("timeliness.decision-to-store", "issued_on")
BLANK = LintFinding.named("completeness.placeholder", "hotline")
SEAL = LintFinding.named("accuracy.seal", "pdf")
HOUR = timedelta(hours=1)
HERE = Department(TYPE, ISSUER)


def assessed(
    number: int = 1, *findings: LintFinding, days: int | None = 3, files: bool = False
) -> Assessment:
    return Assessment(
        identifier=identifier(number),
        type_code=TYPE,
        issuer_code=ISSUER,
        findings=findings,
        days_to_store=days,
        has_opened_files=files,
    )


def fill(open_unit: OpenUnit, count: int) -> None:
    with open_unit() as work:
        work.licenses.add([(license_of(number + 1), event_of()) for number in range(count)])
        work.commit()


def keep(open_unit: OpenUnit, *assessments: Assessment, hours: int = 0) -> None:
    with open_unit() as work:
        work.quality.keep(assessments, at=NOON + hours * HOUR)
        work.commit()


def told(open_unit: OpenUnit, number: int = 1) -> list[tuple[str, int, int, bool]]:
    """The findings of a license: the lint, the hours when first and last seen, whether open."""
    with open_unit() as work:
        return [
            (
                item.finding.lint,
                (item.first_seen - NOON) // HOUR,
                (item.last_seen - NOON) // HOUR,
                item.is_open,
            )
            for item in work.quality.of_license(identifier(number))
        ]


def test_a_finding_is_kept_once_however_often_it_is_found(open_unit: OpenUnit) -> None:
    fill(open_unit, 1)
    for hours in (0, 1, 2):
        keep(open_unit, assessed(1, LATE, BLANK), hours=hours)

    assert sorted(told(open_unit)) == [
        (BLANK.lint, 0, 2, True),
        (LATE.lint, 0, 2, True),
    ]


def test_what_is_gone_is_cleared_and_what_comes_back_is_another_one(open_unit: OpenUnit) -> None:
    fill(open_unit, 2)
    keep(open_unit, assessed(1, LATE), assessed(2, LATE))
    keep(open_unit, assessed(1), hours=1)
    keep(open_unit, assessed(1, LATE), hours=2)

    assert told(open_unit) == [(LATE.lint, 2, 2, True), (LATE.lint, 0, 0, False)]
    assert told(open_unit, 2) == [(LATE.lint, 0, 0, True)]


def test_findings_about_files_stay_until_somebody_opens_them(open_unit: OpenUnit) -> None:
    fill(open_unit, 1)
    keep(open_unit, assessed(1, SEAL, files=True))
    keep(open_unit, assessed(1), hours=1)
    assert told(open_unit) == [(SEAL.lint, 0, 0, True)]

    keep(open_unit, assessed(1, files=True), hours=2)
    assert told(open_unit) == [(SEAL.lint, 0, 0, False)]


def test_nothing_is_kept_that_is_not_committed(open_unit: OpenUnit) -> None:
    fill(open_unit, 1)
    with open_unit() as work:
        work.quality.keep([assessed(1, LATE)], at=NOON)

    assert told(open_unit) == []
    keep(open_unit)


def test_neighbors_are_the_newest_in_force_of_each_holder_and_type(open_unit: OpenUnit) -> None:
    with open_unit() as work:
        for number in range(1, 6):
            work.licenses.add([(license_of(number), event_of())])
        suspended = replace(license_of(6), status=StatusKind.SUSPENDED)
        work.licenses.add([(suspended, event_of(StatusKind.SUSPENDED))])
        work.licenses.add([(license_of(7, holder="b" * 64), event_of())])
        work.licenses.add([(license_of(8, holder="c" * 64), event_of())])
        work.commit()

    with open_unit() as work:

        def numbers(*keys: str, types: tuple[str, ...] = (TYPE,), most: int = 2) -> list[str]:
            found = work.quality.neighbors(keys, types, at=NOON, most=most)
            return sorted(item.number[-1] for item in found)

        assert numbers("a" * 64, "b" * 64) == ["4", "5", "7"]
        assert numbers("a" * 64, most=9) == ["1", "2", "3", "4", "5"]
        assert numbers("d" * 64) == numbers("a" * 64, types=("X",)) == numbers() == []


def test_a_look_goes_on_where_it_was_interrupted_and_nobody_else_takes_it(
    open_unit: OpenUnit,
) -> None:
    fill(open_unit, 3)
    scope = StockScope(type_code=TYPE)
    with open_unit() as work:
        begun = work.quality.begin_run(scope, at=NOON, begun_after=NOON - HOUR)
        page = work.quality.stock(begun, 2)
        assert [item.number for _, item in page] == [license_of(1).number, license_of(2).number]
        further = replace(begun, after=page[-1][0], licenses=2)
        work.quality.advance_run(further, since=begun)
        work.commit()

    with open_unit() as work:
        again = work.quality.begin_run(scope, at=NOON + HOUR, begun_after=NOON - HOUR)
        assert again == further
        assert len(work.quality.stock(again, 2)) == 1
        with pytest.raises(LintRunError):
            work.quality.advance_run(replace(begun, after=1), since=begun)
    with open_unit() as work:
        other = StockScope(type_code=TYPE, opens_files=False)
        new = work.quality.begin_run(other, at=NOON, begun_after=NOON - HOUR)
        late = work.quality.begin_run(scope, at=NOON + HOUR, begun_after=NOON)
        assert (new.after, late.after) == (0, 0)
        assert len({begun.number, new.number, late.number}) == 3


def test_a_finished_look_is_the_last_one_and_does_not_go_on(open_unit: OpenUnit) -> None:
    with open_unit() as work:
        assert work.quality.last_run() is None
        begun = work.quality.begin_run(StockScope(), at=NOON, begun_after=NOON - HOUR)
        finished = replace(begun, finished_at=NOON + HOUR)
        work.quality.advance_run(finished, since=begun)
        assert work.quality.last_run() == finished
        with pytest.raises(LintRunError):
            work.quality.advance_run(finished, since=begun)
        assert work.quality.begin_run(StockScope(), at=NOON, begun_after=NOON - HOUR) != begun


def test_a_scope_says_which_licenses_are_looked_at(open_unit: OpenUnit) -> None:
    with open_unit() as work:
        ended = replace(license_of(2), status=StatusKind.REVOKED, sealed_at=NOON + HOUR)
        work.licenses.add([(license_of(1), event_of())])
        work.licenses.add([(ended, event_of(StatusKind.REVOKED))])
        work.commit()

    def looked_at(work: UnitOfWork, scope: StockScope) -> list[str]:
        run = work.quality.begin_run(scope, at=NOON, begun_after=NOON)
        return [item.number[-1] for _, item in work.quality.stock(run, 9)]

    with open_unit() as work:
        assert looked_at(work, StockScope()) == ["1"]
        assert looked_at(work, StockScope(has_ended=True)) == ["1", "2"]
        since = StockScope(has_ended=True, since=NOON + HOUR)
        assert looked_at(work, since) == ["2"]
        assert looked_at(work, StockScope(type_code="X")) == []


def complaint(receipt: str, **changes: object) -> Correction:
    raised = CorrectionEvent(step=CorrectionStep.RAISED, at=NOON, actor="W001")
    correction = Correction(
        receipt=receipt * 16,
        kind=CorrectionKind.WRONG,
        identifier=identifier(1),
        type_code=TYPE,
        events=(raised,),
    )
    return replace(correction, **changes)  # type: ignore[arg-type]


def test_figures_count_licenses_findings_days_and_corrections(open_unit: OpenUnit) -> None:
    fill(open_unit, 4)
    keep(open_unit, assessed(1, LATE, SEAL, days=40, files=True), assessed(2, LATE, days=40))
    keep(open_unit, assessed(3, days=0, files=True), assessed(4, SEAL, days=None), hours=1)
    keep(open_unit, assessed(2, days=40), hours=2)
    with open_unit() as work:
        box: CorrectionWork = work  # type: ignore[assignment]
        box.corrections.add(complaint("A"), request_key="a")
        missing = complaint("B", kind=CorrectionKind.MISSING, identifier="")
        box.corrections.add(missing, request_key="b")
        work.commit()

    with open_unit() as work:
        figures = work.quality.figures(at=NOON + 3 * HOUR, before=NOON + HOUR)
        unknown = work.quality.figures(at=NOON + 3 * HOUR, before=None)

    unassigned, here = departments_of(figures)
    assert (unassigned.department, unassigned.open_corrections) == (Department(TYPE, ""), 1)
    assert here.department == HERE
    assert (here.licenses, here.affected, here.findings) == (4, 2, 3)
    assert here.by_dimension == {
        Dimension.COMPLETENESS: 0,
        Dimension.ACCURACY: 2,
        Dimension.TIMELINESS: 1,
        Dimension.UNIQUENESS: 0,
        Dimension.CONSISTENCY: 0,
    }
    assert list(here.by_lint.items()) == [(SEAL.lint, 2), (LATE.lint, 1)]
    # Before the second look there were three; one was cleared, one came.
    assert here.trend == 0
    assert (here.median_days, here.p90_days) == (40, 40)
    assert (here.opened, here.usable, here.usable_share) == (2, 1, 0.5)
    assert here.open_corrections == 1
    assert departments_of(unknown)[1].trend is None


def test_a_license_that_has_ended_is_nobody_s_work_any_more(open_unit: OpenUnit) -> None:
    fill(open_unit, 4)
    keep(open_unit, *(assessed(number, SEAL, files=True) for number in (1, 2, 3, 4)))
    for number, hours in ((1, 1), (2, 3), (3, 9)):
        ended = replace(
            event_of(StatusKind.CANCELLED),
            recorded_at=NOON + HOUR,
            effective_at=NOON + hours * HOUR,
        )
        record_status(identifier(number), ended, unit_of_work=open_unit)

    with open_unit() as work:
        figures = work.quality.figures(at=NOON + 4 * HOUR, before=NOON + 2 * HOUR)

    (here,) = departments_of(figures)
    assert (here.licenses, here.affected, here.findings) == (2, 2, 2)
    assert here.by_lint == {SEAL.lint: 2}
    assert (here.opened, here.usable) == (2, 0)
    assert here.trend == -1, "one of three has ended since"


def test_open_findings_are_listed_page_by_page_as_far_as_they_are_work(
    open_unit: OpenUnit,
) -> None:
    fill(open_unit, 4)
    keep(open_unit, *(assessed(number, LATE, SEAL, files=True) for number in (1, 2, 3, 4)))
    keep(open_unit, assessed(2, SEAL, files=True), hours=1)
    record_status(identifier(3), event_of(StatusKind.CANCELLED), unit_of_work=open_unit)

    def listed(scope: WorkScope, *, after: int = 0, limit: int = 9) -> list[OpenFinding]:
        with open_unit() as work:
            found = work.quality.open_findings(scope, at=NOON + HOUR, after=after, limit=limit)
        return list(found)

    late = listed(WorkScope(lint=LATE.lint, type_code=TYPE))
    assert [item.kept.identifier for item in late] == [identifier(1), identifier(4)]
    assert {item.kept.finding for item in late} == {LATE}
    assert listed(WorkScope(type_code="0" * 21)) == []
    whole = listed(WorkScope())
    assert len(whole) == 5
    first = listed(WorkScope(), limit=2)
    assert first + listed(WorkScope(), after=first[-1].place) == whole


def test_figures_of_an_empty_register_are_empty(open_unit: OpenUnit) -> None:
    with open_unit() as work:
        assert departments_of(work.quality.figures(at=NOON, before=NOON)) == ()
