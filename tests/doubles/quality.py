"""What lints found, in memory; passes the tests of the SQL one."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from certs.errors import LintRunError
from certs.licenses import License
from certs.lints.figures import Department, QualityFigures
from certs.lints.findings import Assessment, KeptFinding
from certs.lints.names import FILE_LINTS
from certs.lints.runs import LintRun, StockScope
from certs.lints.worklists import OpenFinding, WorkScope
from certs.statuses import OPEN, StatusEvent, StatusKind
from tests.doubles.corrections import CorrectionShelf


@dataclass
class QualityShelf:
    findings: list[KeptFinding] = field(default_factory=list)
    days: dict[str, int] = field(default_factory=dict)
    opened: set[str] = field(default_factory=set)
    runs: dict[int, LintRun] = field(default_factory=dict)


class MemoryQuality:
    def __init__(
        self,
        shelf: QualityShelf,
        licenses: dict[str, License],
        events: dict[str, list[StatusEvent]],
        corrections: CorrectionShelf,
    ) -> None:
        self._shelf = shelf
        self._events = events
        self._licenses = licenses
        self._corrections = corrections

    def keep(self, assessments: Sequence[Assessment], *, at: datetime) -> None:
        for item in assessments:
            self._shelf.findings = [
                self._seen(old, item, at) if old.identifier == item.identifier else old
                for old in self._shelf.findings
            ]
            known = {
                (old.finding.lint, old.finding.field)
                for old in self._shelf.findings
                if old.identifier == item.identifier and old.is_open
            }
            self._shelf.findings += [
                KeptFinding(
                    identifier=item.identifier, finding=finding, first_seen=at, last_seen=at
                )
                for finding in item.findings
                if (finding.lint, finding.field) not in known
            ]
            if item.days_to_store is not None:
                self._shelf.days[item.identifier] = item.days_to_store
            if item.has_opened_files:
                self._shelf.opened.add(item.identifier)

    def _seen(self, old: KeptFinding, item: Assessment, at: datetime) -> KeptFinding:
        found = {(finding.lint, finding.field) for finding in item.findings}
        if not old.is_open:
            return old
        if (old.finding.lint, old.finding.field) in found:
            return replace(old, last_seen=at)
        if item.has_opened_files or old.finding.lint not in FILE_LINTS:
            return replace(old, cleared_at=at)
        return old

    def of_license(self, identifier: str) -> tuple[KeptFinding, ...]:
        found = [item for item in reversed(self._shelf.findings) if item.identifier == identifier]
        found.sort(key=lambda item: item.last_seen, reverse=True)
        return tuple(sorted(found, key=lambda item: not item.is_open))

    def open_findings(
        self, scope: WorkScope, *, at: datetime, after: int, limit: int
    ) -> tuple[OpenFinding, ...]:
        found = [
            OpenFinding(place, self._licenses[item.identifier].type_code, item)
            for place, item in enumerate(self._shelf.findings, 1)
            if place > after
            and item.is_open
            and scope.lint in {"", item.finding.lint}
            and _stands(self._licenses[item.identifier], at)
        ]
        return tuple(item for item in found if scope.type_code in {"", item.type_code})[:limit]

    def neighbors(
        self, holder_keys: Collection[str], type_codes: Collection[str], *, at: datetime, most: int
    ) -> tuple[License, ...]:
        taken: Counter[tuple[str, str]] = Counter()
        found = []
        for item in reversed(self._licenses.values()):
            place = (item.holder_key, item.type_code)
            if item.holder_key in holder_keys and item.type_code in type_codes:
                later = item.settles_at is not None and item.settles_at > at
                if (item.status is StatusKind.ACTIVE or later) and taken[place] < most:
                    taken[place] += 1
                    found.append(item)
        return tuple(found)

    def begin_run(self, scope: StockScope, *, at: datetime, begun_after: datetime) -> LintRun:
        for run in reversed(self._shelf.runs.values()):
            if run.scope == scope and run.started_at > begun_after and run.finished_at is None:
                return run
        run = LintRun(number=len(self._shelf.runs) + 1, scope=scope, started_at=at)
        self._shelf.runs[run.number] = run
        return run

    def stock(self, run: LintRun, limit: int) -> tuple[tuple[int, License], ...]:
        found = [
            (place, item)
            for place, item in enumerate(self._licenses.values(), 1)
            if place > run.after and self._is_in(item, run)
        ]
        return tuple(found[:limit])

    def _is_in(self, item: License, run: LintRun) -> bool:
        scope = run.scope
        return (
            scope.type_code in {"", item.type_code}
            and (scope.since is None or item.sealed_at >= scope.since)
            and (scope.has_ended or _stands(item, run.started_at))
        )

    def advance_run(self, run: LintRun, *, since: LintRun) -> None:
        known = self._shelf.runs[run.number]
        if known.after != since.after or known.finished_at is not None:
            raise LintRunError("another process goes on with this look")
        self._shelf.runs[run.number] = run

    def last_run(self) -> LintRun | None:
        ended = [(run.finished_at, run) for run in self._shelf.runs.values() if run.finished_at]
        return max(ended, key=lambda item: item[0])[1] if ended else None

    def figures(self, *, at: datetime, before: datetime | None) -> QualityFigures:
        standing = {name for name, item in self._licenses.items() if _stands(item, at)}
        opened = [
            item for item in self._shelf.findings if item.is_open and item.identifier in standing
        ]
        lints = {(item.identifier, item.finding.lint) for item in opened}
        dimensions = {(item.identifier, item.finding.dimension) for item in opened}
        broken = {item.identifier for item in opened if item.finding.lint in FILE_LINTS} & (
            self._shelf.opened
        )
        delays: dict[Department, Counter[int]] = {}
        for name, days in self._shelf.days.items():
            if name not in standing:
                continue
            delays.setdefault(self._owner(name), Counter())[days] += 1
        waiting = (item for item in self._corrections.corrections.values() if item.is_open)
        return QualityFigures(
            licenses=Counter(map(self._owner, standing)),
            with_findings=Counter((self._owner(name), item) for name, item in dimensions),
            affected=Counter(self._owner(name) for name in {item.identifier for item in opened}),
            by_lint=Counter((self._owner(name), lint) for name, lint in lints),
            before=None if before is None else self._open_at(before, standing),
            now=Counter(self._owner(item.identifier) for item in opened),
            delays={owner: dict(counts) for owner, counts in delays.items()},
            opened=Counter(map(self._owner, self._shelf.opened & standing)),
            unusable=Counter(map(self._owner, broken)),
            corrections=Counter(
                self._owner(item.identifier) if item.identifier else Department(item.type_code, "")
                for item in waiting
            ),
        )

    def _open_at(self, moment: datetime, standing: set[str]) -> Counter[Department]:
        return Counter(
            self._owner(item.identifier)
            for item in self._shelf.findings
            if item.first_seen < moment
            and (item.cleared_at is None or item.cleared_at >= moment)
            and (item.identifier in standing or not self._had_ended(item.identifier, moment))
        )

    def _had_ended(self, identifier: str, moment: datetime) -> bool:
        return any(
            event.kind not in OPEN and event.takes_effect_at <= moment
            for event in self._events[identifier]
        )

    def _owner(self, identifier: str) -> Department:
        license = self._licenses[identifier]
        return Department(license.type_code, license.issuer_code)


def _stands(license: License, at: datetime) -> bool:
    return license.status in OPEN or (license.settles_at is not None and license.settles_at > at)
