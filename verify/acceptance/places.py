"""Places (办件材料): how letters and records name a material of a case."""

import re
from dataclasses import dataclass
from typing import Final

from verify.errors import MalformedMatterError, ShareError
from verify.matters.codes import check_code

_CASE: Final = re.compile(r"C[A-Z2-7]{20}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A material of a case."""

    case_id: str
    material: str

    def __str__(self) -> str:
        """Return it as it travels and as a look-up names it, at most 62 characters."""
        return f"{self.case_id}/{self.material}"

    @classmethod
    def parse(cls, text: str) -> "Place":
        """Return the place that a text names.

        Raises:
            ShareError: It names none.
        """
        case_id, _, material = text.partition("/")
        try:
            check_code(material)
        except MalformedMatterError as error:
            raise ShareError("a reference names a material") from error
        if not _CASE.fullmatch(case_id):
            raise ShareError("a reference names a case")
        return cls(case_id=case_id, material=material)
