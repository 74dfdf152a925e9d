"""A type changes; licenses that are on their way, and those that are out, keep its version."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from certs.catalogue import LicenseType
from certs.errors import FaceError
from certs.faces.content import FaceContent
from certs.issuance import issue, resume
from certs.issuing_desk import IssuingDesk
from certs.ports import UnitOfWork
from certs.records import LicenseRecord
from certs.type_parts import SerialRule
from signing.pdf.assembly import PreparedPdf
from signing.pdf.sealing import VisibleSeal
from tests import desks
from tests.doubles.issuing import LightRenderer, MemoryObjects
from tests.doubles.register import MemoryDatabase
from tests.type_copies import FOOD

NEWER = replace(FOOD, version=2, folder=Path("/types/food_business/2"))


class PowerCutError(Exception):
    """The renderer lost its power."""


class WatchedRenderer(LightRenderer):
    """Remembers by which template it drew."""

    def __init__(self, *, has_power: bool = True) -> None:
        super().__init__()
        self.has_power = has_power
        self.templates: list[Path] = []

    def prepare(self, content: FaceContent, seal: VisibleSeal) -> PreparedPdf:
        if not self.has_power:
            raise PowerCutError
        self.templates.append(content.template)
        return super().prepare(content, seal)


@pytest.fixture
def unit_of_work() -> Callable[[], UnitOfWork]:
    return MemoryDatabase().unit_of_work


def desk_for(
    license_type: LicenseType,
    unit_of_work: Callable[[], UnitOfWork],
    renderer: WatchedRenderer,
    *former: LicenseType,
) -> IssuingDesk:
    return replace(
        desks.desk(unit_of_work, MemoryObjects()),
        license_type=license_type,
        former_types=former,
        renderer=renderer,
    )


def test_license_names_the_version_it_was_made_by(
    unit_of_work: Callable[[], UnitOfWork],
) -> None:
    renderer = WatchedRenderer()
    desk = desk_for(NEWER, unit_of_work, renderer, FOOD)

    (outcome,) = issue(desks.requests(1), desk=desk)

    assert outcome.license is not None
    record = LicenseRecord.parse(desk.objects.get(outcome.license.files.record))
    assert record.type_version == 2
    assert renderer.templates == [NEWER.folder]


def test_license_that_was_open_is_finished_by_the_version_it_was_begun_with(
    unit_of_work: Callable[[], UnitOfWork],
) -> None:
    dead, alive = WatchedRenderer(has_power=False), WatchedRenderer()
    with pytest.raises(PowerCutError):
        issue(desks.requests(1), desk=desk_for(FOOD, unit_of_work, dead))

    (license,) = resume(desk_for(NEWER, unit_of_work, alive, FOOD)).licenses

    assert license.number == desks.applications(1)[0].number
    assert alive.templates == [FOOD.folder]


def test_open_license_waits_where_its_version_is_not_at_hand(
    unit_of_work: Callable[[], UnitOfWork],
) -> None:
    dead = WatchedRenderer(has_power=False)
    with pytest.raises(PowerCutError):
        issue(desks.requests(1), desk=desk_for(FOOD, unit_of_work, dead))

    with pytest.raises(FaceError, match="version 1 of food_business is not at hand"):
        resume(desk_for(NEWER, unit_of_work, WatchedRenderer()))

    assert len(resume(desk_for(NEWER, unit_of_work, WatchedRenderer(), FOOD)).licenses) == 1


def test_type_with_random_serials_never_puts_the_number_into_the_identifier(
    unit_of_work: Callable[[], UnitOfWork],
) -> None:
    coding = replace(FOOD.coding, serial=SerialRule.RANDOM)
    management = replace(FOOD.management, lookup_by_number=False)
    hidden = replace(FOOD, coding=coding, management=management)

    (outcome,) = issue(desks.requests(1), desk=desk_for(hidden, unit_of_work, WatchedRenderer()))

    assert outcome.license is not None
    assert outcome.license.number not in outcome.license.identifier
