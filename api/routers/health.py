"""Whether this process lives, and whether it can work."""

from typing import Final

from fastapi import APIRouter

from api.nightly import CASE_INDEX, DECISION_DAYS, SESSIONS, USE_COUNTS
from api.services import ServicesDep
from certs.periodic_runs import PeriodicRun

_NIGHTLY: Final = (USE_COUNTS, CASE_INDEX, DECISION_DAYS, SESSIONS)
router = APIRouter(tags=["运行状况 health"])
_MOST_COUNTED: Final = 1000
"""Whoever asks every second does not have millions of rows counted."""


@router.get("/healthz", summary="进程在运行 · the process lives")
def read_health() -> dict[str, str]:
    """Answer without asking anything else."""
    return {"status": "ok"}


@router.get("/readyz", summary="可以提供服务 · the process can work")
def read_readiness(services: ServicesDep) -> dict[str, str]:
    """Ask the database; say how the trust list stands.

    Without a fresh trust list the process works, and verdicts are indeterminate. Of the night's
    work it is told when each job ended last, ``failed`` where its last run did not end, and
    ``never``. Licenses of older releases wait until somebody looks for their marks.
    """
    with services.unit_of_work() as work:
        work.only_read()
        work.licenses.newest(1)
        runs = {run.name: run for run in work.runs.all()}
        unknown = work.marks.count_unknown(at_most=_MOST_COUNTED)
    trust = services.trust.current()
    if trust is None:
        state = "missing"
    else:
        state = "fresh" if trust.is_fresh_at(services.clock.now()) else "expired"
    nights = {f"nightly_{name}": _ended(runs.get(name)) for name in _NIGHTLY}
    told = {"status": "ok", "database": "ok", "trust_list": state} | nights
    more = "+" if unknown == _MOST_COUNTED else ""
    return told | {"licenses_without_known_marks": f"{unknown}{more}"}


def _ended(run: PeriodicRun | None) -> str:
    if run is None:
        return "never"
    return run.ended_at.isoformat() if run.ended_at is not None else "failed"
