"""What is marked of the licenses that a case found; whoever reads the case is told."""

from collections.abc import Mapping
from datetime import datetime

from api.services import Services, Work
from certs.catalogue import Catalogue
from certs.civil_dates import day_of
from certs.marking import child_by_code, marks_of_whole, secret_fields
from certs.marks import Mark, ordered
from verify.acceptance.notices import CaseMaterial, CaseView


def case_marks(view: CaseView, services: Services) -> Mapping[str, tuple[Mark, ...]]:
    """Return the marks of the licenses that a case found, by the codes of its materials.

    Of other regions' licenses it is known what the holder's code and the type of license tell.
    """
    found = {
        item.material.code: item
        for item in view.materials
        if item.lookup is not None and item.lookup.license is not None
    }
    if not found:
        return {}
    now = services.clock.now()
    with services.unit_of_work() as work:
        work.only_read()
        own = _own(found, work, now)
    outside = {
        code: _outside(item, view, services.catalogue, now)
        for code, item in found.items()
        if code not in own
    }
    return {code: marks for code, marks in (own | outside).items() if marks}


def _own(
    found: Mapping[str, CaseMaterial], work: Work, now: datetime
) -> dict[str, tuple[Mark, ...]]:
    named = {code: str(item.lookup.license) for code, item in found.items() if item.lookup}
    kept = {license.identifier: license for license in work.marks.licenses(tuple(named.values()))}
    return {
        code: marks_of_whole(kept[identifier], now)
        for code, identifier in named.items()
        if identifier in kept
    }


def _outside(
    item: CaseMaterial, view: CaseView, catalogue: Catalogue, now: datetime
) -> tuple[Mark, ...]:
    marks = set()
    until = child_by_code(view.case.owner(item.material).code)
    if until is not None and day_of(now) < until:
        marks.add(Mark.UNDER_14)
    if item.lookup is not None and item.lookup.license is not None:
        license_type = catalogue.find(str(item.lookup.license.type_code))
        if secret_fields(license_type):
            marks.add(Mark.TRADE_SECRET)
    return ordered(marks)
