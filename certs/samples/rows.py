"""What a sample is: the values of one license by field name."""

from collections.abc import Mapping
from typing import Protocol, TypeAlias

from certs.regions import RegionCode

Row: TypeAlias = Mapping[str, str]
"""The values of one license by field name, as ``parse_application`` takes them."""


class RowMaker(Protocol):
    """Makes synthetic rows for one type of license."""

    def __call__(self, region: RegionCode, count: int, *, seed: int) -> tuple[Row, ...]:
        """Return valid rows; the same arguments give the same rows.

        Args:
            region: A city or district with a name in ``REGION_NAMES``.
            count: How many, below a million.
            seed: Chooses the rows. License numbers run from 1 whatever it is.
        """
        ...
