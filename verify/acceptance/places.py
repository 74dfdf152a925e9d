"""Places (办件材料): how letters and records name a material of a case."""

import re
from dataclasses import dataclass
from typing import Final

from verify.errors import MalformedMatterError, ShareError
from verify.matters.codes import check_code

_CASE: Final = re.compile(r"C[A-Z2-7]{20}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A material of a case, or a field of its form that a license of the material fills.

    Attributes:
        field: Code of the field; empty where the whole material is meant.
    """

    case_id: str
    material: str
    field: str = ""

    def __str__(self) -> str:
        """Return it as it travels and as a look-up names it, at most 62 characters.

        One that names a field has at most 103, and only corrections do.
        """
        whole = f"{self.case_id}/{self.material}"
        return f"{whole}/{self.field}" if self.field else whole

    @classmethod
    def parse(cls, text: str, *, may_name_field: bool = False) -> "Place":
        """Return the place that a text names.

        Raises:
            ShareError: It names none.
        """
        case_id, _, material = text.partition("/")
        field = ""
        if may_name_field:
            material, named, field = material.partition("/")
            if named and not field:
                raise ShareError("a reference names a field or none")
        try:
            check_code(material)
            if field:
                check_code(field)
        except MalformedMatterError as error:
            raise ShareError("a reference names a material") from error
        if not _CASE.fullmatch(case_id):
            raise ShareError("a reference names a case")
        return cls(case_id=case_id, material=material, field=field)
