"""All benches by name."""

from collections.abc import Callable
from types import MappingProxyType
from typing import Final

from api.benches.acceptance import bench_acceptance
from api.benches.archive import bench_archive
from api.benches.checks import bench_check
from api.benches.documents import bench_documents
from api.benches.faces import bench_ofd, bench_pdf
from api.benches.ledger import bench_ledger
from api.benches.lookups import bench_lookup
from api.benches.measuring import Measurement
from api.benches.minting import bench_mint
from api.benches.sm2 import bench_sm2
from api.benches.status import bench_status
from api.benches.store import bench_store
from api.benches.verdicts import bench_verdict

BENCHES: Final = MappingProxyType[str, Callable[[], list[Measurement]]](
    {
        "acceptance": bench_acceptance,
        "sm2": bench_sm2,
        "pdf": bench_pdf,
        "ofd": bench_ofd,
        "check": bench_check,
        "mint": bench_mint,
        "lookup": bench_lookup,
        "ledger": bench_ledger,
        "archive": bench_archive,
        "documents": bench_documents,
        "status": bench_status,
        "store": bench_store,
        "verdict": bench_verdict,
    }
)
