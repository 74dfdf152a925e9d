"""Lints while licenses are issued: what refuses before signing, and what is kept with them."""

from collections.abc import Iterable, Sequence

from certs.applications import LicenseApplication
from certs.civil_dates import day_of
from certs.errors import InvalidApplicationError
from certs.field_problems import FieldProblem, ProblemCode
from certs.issuing_desk import IssuingDesk
from certs.lints.cross_checks import (
    MOST_NEIGHBORS,
    Held,
    lint_across,
    neighbors_wanted,
)
from certs.lints.dimensions import LintLevel
from certs.lints.findings import Assessment, LintFinding, distinct
from certs.lints.names import cross_lint
from certs.lints.subjects import LintSubject, values_of
from certs.lints.value_lints import lint_values
from certs.records import LicenseRecord


def refused_across(
    applications: Iterable[tuple[str, LicenseApplication]], desk: IssuingDesk
) -> dict[str, InvalidApplicationError]:
    """Return, by key, why applications contradict other licenses of their holders.

    Only the cross-checks that refuse are asked; nothing is looked up for types without any.
    """
    refusing = [item for item in desk.license_type.cross_checks if item.level is LintLevel.REFUSE]
    if not refusing:
        return {}
    held = {
        key: Held(
            name=key,
            holder_key=desk.holder_keys.of(application.holder),
            license_type=desk.license_type,
            values=values_of(application, desk.license_type),
        )
        for key, application in applications
    }
    found = _across(list(held.values()), desk)
    refused: dict[str, InvalidApplicationError] = {}
    for key, item in held.items():
        problems = _problems(item, found[key], desk)
        if problems:
            refused[key] = InvalidApplicationError(problems)
    return refused


def _problems(
    held: Held, findings: Iterable[LintFinding], desk: IssuingDesk
) -> tuple[FieldProblem, ...]:
    checks = {cross_lint(item).name: item for item in desk.license_type.cross_checks}
    return tuple(
        FieldProblem.of(
            ProblemCode.BROKEN_RULE,
            field=item.field,
            label_zh=desk.license_type.field_by_name[item.field].label_zh,
            value=held.values[item.field],
            is_personal=desk.license_type.field_by_name[item.field].is_personal,
            facts={"zh": checks[item.lint].zh, "en": checks[item.lint].en},
        )
        for item in findings
        if item.level is LintLevel.REFUSE
    )


def assess_new(records: Sequence[LicenseRecord], desk: IssuingDesk) -> list[Assessment]:
    """Return what lints find in licenses that are about to be in force."""
    today = day_of(desk.clock.now())
    subjects = {
        str(record.identifier): LintSubject.of(record, desk.type_of(record), stored_on=today)
        for record in records
    }
    held = [
        Held(
            name=str(record.identifier),
            holder_key=desk.holder_keys.of(record.holder),
            license_type=subjects[str(record.identifier)].license_type,
            values=subjects[str(record.identifier)].values,
        )
        for record in records
    ]
    across = _across(held, desk)
    return [
        Assessment(
            identifier=name,
            type_code=str(desk.license_type.code),
            issuer_code=str(desk.authority.code),
            findings=distinct([*lint_values(subject), *across[name]]),
            days_to_store=subject.days_to_store,
        )
        for name, subject in subjects.items()
    ]


def _across(held: Sequence[Held], desk: IssuingDesk) -> dict[str, list[LintFinding]]:
    """Look up the other licenses of the holders, in one query, and compare."""
    keys, codes = neighbors_wanted(held, desk.catalogue)
    if not codes:
        return {item.name: [] for item in held}
    with desk.unit_of_work() as work:
        neighbors = work.quality.neighbors(keys, codes, at=desk.clock.now(), most=MOST_NEIGHBORS)
    return lint_across(held, neighbors, catalogue=desk.catalogue, objects=desk.objects)
