"""All benches by name."""

from collections.abc import Callable
from types import MappingProxyType
from typing import Final

from api.benches.checks import bench_check
from api.benches.faces import bench_mint, bench_ofd, bench_pdf
from api.benches.measuring import Measurement
from api.benches.sm2 import bench_sm2

BENCHES: Final = MappingProxyType[str, Callable[[], list[Measurement]]](
    {
        "sm2": bench_sm2,
        "pdf": bench_pdf,
        "ofd": bench_ofd,
        "check": bench_check,
        "mint": bench_mint,
    }
)
