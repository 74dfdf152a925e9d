"""Lints at issue, across the licenses of a holder, and over the stock."""

from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from functools import partial
from itertools import count
from pathlib import Path

import pytest

from certs.applications import LicenseApplication
from certs.batches.batch import RowOutcome
from certs.batches.minting import mint_batch
from certs.batches.reception import receive
from certs.catalogue import NO_TYPES, Catalogue, LicenseType
from certs.civil_dates import day_of
from certs.errors import InvalidApplicationError
from certs.issuance import issue
from certs.issue_requests import IssueRequest
from certs.issuing_desk import IssuingDesk
from certs.licenses import License
from certs.lints import stock
from certs.lints.dimensions import LintLevel
from certs.lints.findings import LintFinding
from certs.lints.runs import LintRun, StockScope
from certs.lints.stock import StockDesk, lint_stock
from certs.ports import UnitOfWork
from certs.records import LicenseRecord
from certs.rows.opening import open_rows
from certs.type_folders import shipped_type
from tests import desks, linted, world
from tests.doubles.issuing import (
    FixedClock,
    Fuse,
    FusedUnitOfWork,
    MemoryObjects,
    PowerCutError,
)
from tests.doubles.register import MemoryDatabase
from tests.unit.storage.conftest import OpenUnit

FOOD, BUSINESS = shipped_type("food_business"), shipped_type("business_license")
CATALOGUE = Catalogue.of([FOOD, BUSINESS])
OPERATOR = "consistency.cross.operator-as-on-business-license"
PERSON = "consistency.cross.representative-as-on-business-license"
DOMICILE = "consistency.cross.domicile-as-on-business-license"


@pytest.fixture
def office() -> "Office":
    return Office()


class Office:
    """A register in memory with a desk for food businesses and one for business licenses."""

    def __init__(self) -> None:
        database = MemoryDatabase()
        self.unit_of_work = database.unit_of_work
        self.objects = MemoryObjects()
        food = desks.desk(self.unit_of_work, self.objects)
        self.clock = FixedClock()
        self.food = replace(food, catalogue=CATALOGUE, clock=self.clock)
        self.business = replace(self.food, license_type=BUSINESS)
        self.opened: list[str] = []
        self.broken: dict[str, tuple[LintFinding, ...]] = {}

    def issue(self, desk: IssuingDesk, application: LicenseApplication) -> License:
        (outcome,) = issue([IssueRequest(application.number, application)], desk=desk)
        assert outcome.license is not None, outcome.refusal
        return outcome.license

    def food_like(self, **changes: str) -> LicenseApplication:
        """A food business of the holder of the first business license, and by its data."""
        row = linted.rows("business_license")[0]
        same = {
            "operator": row["company_name"],
            "credit_code": row["credit_code"],
            "legal_representative": row["legal_representative"],
            "domicile": row["domicile"],
        }
        return linted.application("food_business", 0, **{**same, **changes})

    def open_files(self, license: License, record: bytes) -> tuple[LintFinding, ...]:
        assert record == self.objects.get(license.files.record)
        self.opened.append(license.number)
        return self.broken.get(license.number, ())

    def look(self, catalogue: Catalogue = CATALOGUE, **scope: object) -> LintRun:
        return lint_stock(StockScope(**scope), self.desk(catalogue))  # type: ignore[arg-type]

    def desk(self, catalogue: Catalogue = CATALOGUE) -> StockDesk:
        return StockDesk(
            catalogue=catalogue,
            objects=self.objects,
            unit_of_work=self.unit_of_work,
            clock=self.clock,
            holder_keys=self.food.holder_keys,
            open_files=self.open_files,
        )

    def open(self, license: License) -> list[tuple[str, str]]:
        """What is open about a license, but for how late sample rows are stored."""
        with self.unit_of_work() as work:
            return [
                (item.finding.lint, item.finding.field)
                for item in work.quality.of_license(license.identifier)
                if item.is_open and not item.finding.lint.startswith("timeliness.")
            ]


def test_what_warns_is_kept_with_the_license(office: Office) -> None:
    license = office.issue(office.food, linted.application("food_business", hotline="无"))

    assert office.open(license) == [("completeness.placeholder", "hotline")]
    with office.unit_of_work() as work:
        (delays,) = work.quality.figures(at=world.NOON, before=None).delays.values()
    assert sum(delays.values()) == 1


def test_a_license_that_agrees_with_the_business_license_has_no_finding(office: Office) -> None:
    office.issue(office.business, linted.application("business_license"))

    assert office.open(office.issue(office.food, office.food_like())) == []


def test_spaces_and_width_are_no_difference(office: Office) -> None:
    row = linted.rows("business_license")[0]
    wide = row["company_name"].replace("（", "(").replace("）", ") ")
    assert wide != row["company_name"]
    office.issue(office.business, linted.application("business_license"))

    assert office.open(office.issue(office.food, office.food_like(operator=wide))) == []


def test_a_difference_is_found_on_both_licenses_and_goes_when_it_is_gone(office: Office) -> None:
    business = office.issue(office.business, linted.application("business_license"))
    food = office.issue(office.food, office.food_like(legal_representative="李样四"))
    assert office.open(food) == [(PERSON, "legal_representative")]
    assert office.open(business) == []

    office.look()
    assert office.open(food) == office.open(business) == [(PERSON, "legal_representative")]

    row = linted.rows("business_license")[0]
    changed = linted.application("business_license", legal_representative="李样四")
    request = IssueRequest("change", changed, replaces=business.identifier)
    (outcome,) = issue([request], desk=office.business)
    assert outcome.license is not None
    assert row["legal_representative"] != "李样四"
    office.clock.time += timedelta(hours=1)
    office.look(has_ended=True)
    assert office.open(food) == office.open(business) == office.open(outcome.license) == []


def refusing(license_type: LicenseType) -> LicenseType:
    checks = tuple(replace(item, level=LintLevel.REFUSE) for item in license_type.cross_checks)
    return replace(license_type, cross_checks=checks)


def test_a_type_may_refuse_what_contradicts_before_anything_is_signed(office: Office) -> None:
    office.issue(office.business, linted.application("business_license"))
    desk = replace(office.food, license_type=refusing(FOOD))
    bad = office.food_like(legal_representative="李样四", domicile="别处1号")

    requests = [IssueRequest("bad", bad), IssueRequest("good", office.food_like())]
    refused, served = issue(requests, desk=desk)

    assert isinstance(refused.refusal, InvalidApplicationError)
    problems = {item.field: (item.code.value, item.value) for item in refused.refusal.problems}
    assert problems["legal_representative"] == ("broken-rule", "李**")
    assert set(problems) == {"legal_representative", "domicile"}
    # Both have one number; the refused one took nothing from the other.
    assert served.license is not None


def test_a_row_of_a_batch_is_refused_in_place_for_a_contradiction(
    office: Office, tmp_path: Path
) -> None:
    office.issue(office.business, linted.application("business_license"))
    desk = replace(office.food, license_type=refusing(FOOD))
    row = linted.rows("food_business")[0]
    business = linted.rows("business_license")[0]
    texts = {**row, "credit_code": business["credit_code"], "operator": business["company_name"]}
    labels = {FOOD.field_by_name[name].label_zh: text for name, text in texts.items()}
    path = tmp_path / "rows.csv"
    path.write_text("\n".join(",".join(line) for line in (labels, labels.values())), "utf-8")

    with open_rows(path, FOOD) as table:
        batch = receive(table, name="rows.csv", digest="1" * 64, desk=desk)
    mint_batch(batch, desk=desk, worker="w")

    with office.unit_of_work() as work:
        counts = work.batches.counts(batch.id)
        (refused,) = work.batch_rows.of_outcomes(batch.id, [RowOutcome.REFUSED], after=0, limit=5)
    assert (counts.refused, counts.minted) == (1, 0)
    assert {item.heading for item in refused.problems} == {"法定代表人", "住所"}


def test_another_license_that_cannot_be_read_stops_nobody(office: Office) -> None:
    business = office.issue(office.business, linted.application("business_license"))
    office.objects.contents[business.files.record] = b"damaged"

    food = office.issue(office.food, office.food_like(legal_representative="李样四"))

    assert office.open(food) == []
    office.look()
    assert office.open(business) == [("completeness.files", "json")]


def test_nothing_is_looked_up_where_no_other_type_is_at_hand(office: Office) -> None:
    office.issue(office.business, linted.application("business_license"))
    alone = replace(office.food, catalogue=NO_TYPES)

    assert office.open(office.issue(alone, office.food_like(operator="别人"))) == []


def test_every_license_is_looked_at_once_page_by_page_after_an_interruption(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stock, "PAGE", 2)
    made = [
        office.issue(office.food, linted.application("food_business", number))
        for number in range(5)
    ]

    def cut(run: LintRun) -> None:
        if run.licenses == 2:
            raise PowerCutError

    with pytest.raises(PowerCutError):
        lint_stock(StockScope(), office.desk(), on_progress=cut)
    run = office.look()

    assert (run.licenses, run.finished_at is not None) == (5, True)
    assert office.opened == [item.number for item in made]
    assert office.look().number == run.number + 1


def test_what_is_wrong_with_files_is_kept_until_they_are_whole(office: Office) -> None:
    license = office.issue(office.food, linted.application("food_business"))
    office.broken[license.number] = (LintFinding.named("accuracy.seal", "pdf"),)
    office.look()
    assert office.open(license) == [("accuracy.seal", "pdf")]

    office.broken.clear()
    office.look(opens_files=False)
    assert office.open(license) == [("accuracy.seal", "pdf")]
    office.look()
    assert office.open(license) == []


def test_a_record_that_breaks_its_type_is_found_without_raising(office: Office) -> None:
    license = office.issue(office.food, linted.application("food_business"))
    record = LicenseRecord.parse(office.objects.get(license.files.record))
    fields = {**record.fields, "business_form": "其他", "hotline": "", "stranger": "x"}
    put = office.objects.put(replace(record, fields=fields, number="JY1").encode())
    bad = replace(license, files=replace(license.files, record=put))
    unread = replace(license, files=replace(license.files, record=office.objects.put(b"{}")))
    older = replace(record, type_version=7).encode()
    unknown = replace(license, files=replace(license.files, record=office.objects.put(older)))

    look = partial(stock.assess_stored, scope=StockScope(opens_files=False), desk=office.desk())
    first, second, third = look([bad, unread, unknown])

    found = linted.named(first.findings)
    assert [item for item in found if not item[0].startswith("timeliness.")] == [
        ("accuracy.code-list", "business_form"),
        ("accuracy.format", "number"),
        ("accuracy.unknown-field", "stranger"),
        ("completeness.required", "hotline"),
        ("consistency.register", "certificateNumber"),
    ]
    assert (
        linted.named(second.findings) == linted.named(third.findings) == [("accuracy.record", "")]
    )
    assert (second.days_to_store, third.days_to_store) == (None, None)


def test_the_register_is_compared_with_the_record(office: Office) -> None:
    license = office.issue(office.food, linted.application("food_business"))
    assert license.status_index is not None
    elsewhere = replace(license.status_index, index=license.status_index.index + 1)
    other = replace(
        license,
        holder_key="0" * 64,
        valid_to=None,
        status_index=elsewhere,
        replaces=license.identifier,
    )

    (found,) = stock.assess_stored([other], StockScope(opens_files=False), office.desk())

    at_fault = {field for lint, field in linted.named(found.findings) if "register" in lint}
    assert at_fault == {
        *("certificateHolderCode", "certificateExpiringDate"),
        *("associatedCertificateIdentifier", "status"),
    }


def test_a_license_expired_long_ago_is_to_be_cancelled(office: Office) -> None:
    license = office.issue(office.food, linted.application("food_business"))
    assert license.valid_to is not None
    for days, expected in ((180, False), (181, True)):
        office.clock.time += (license.valid_to - day_of(office.clock.time)) + timedelta(days)
        (found,) = stock.assess_stored([license], StockScope(opens_files=False), office.desk())
        assert ("timeliness.not-cancelled" in dict(linted.named(found.findings))) is expected


def test_no_crash_parts_a_license_from_its_findings() -> None:
    wanted = IssueRequest("k", linted.application("food_business", hotline="无"))
    for step in count(1):
        database = MemoryDatabase()
        healthy = desks.desk(database.unit_of_work, MemoryObjects())
        fuse = Fuse(step)

        def fused(open_unit: OpenUnit = database.unit_of_work, fuse: Fuse = fuse) -> UnitOfWork:
            return FusedUnitOfWork(open_unit(), fuse)

        with suppress(PowerCutError):
            issue([wanted], desk=replace(healthy, unit_of_work=fused))
        assert _checked(database) == _in_register(database)
        issue([wanted], desk=healthy)
        assert _checked(database) == _in_register(database) == 1
        if fuse.steps < step:
            break
    assert step > 10


def _in_register(database: MemoryDatabase) -> int:
    with database.unit_of_work() as work:
        return len(work.licenses.newest(9))


def _checked(database: MemoryDatabase) -> int:
    """How many licenses are checked, each with the one finding about its hotline."""
    with database.unit_of_work() as work:
        figures = work.quality.figures(at=world.NOON, before=None)
    checked = sum(sum(days.values()) for days in figures.delays.values())
    found = [number for (_, lint), number in figures.by_lint.items() if "placeholder" in lint]
    assert sum(found) == checked
    return checked
