"""Whether this process lives, and whether it can work."""

from fastapi import APIRouter

from api.services import ServicesDep

router = APIRouter(tags=["运行状况 health"])


@router.get("/healthz", summary="进程在运行 · the process lives")
def read_health() -> dict[str, str]:
    """Answer without asking anything else."""
    return {"status": "ok"}


@router.get("/readyz", summary="可以提供服务 · the process can work")
def read_readiness(services: ServicesDep) -> dict[str, str]:
    """Ask the database; say how the trust list stands.

    Without a fresh trust list the process works, and verdicts are indeterminate.
    """
    with services.unit_of_work() as work:
        work.licenses.newest(1)
    trust = services.trust.current()
    if trust is None:
        state = "missing"
    else:
        state = "fresh" if trust.is_fresh_at(services.clock.now()) else "expired"
    return {"status": "ok", "database": "ok", "trust_list": state}
