"""What somebody decides about columns that a type does not know (对照表头), as forms say it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from certs.catalogue import LicenseType
from certs.element_names import Element
from certs.rows.mappings import UNDECIDED, mapping_toml

LEFT_OUT: Final = "-"
"""What a form says of a column that is not imported."""
_BETWEEN: Final = ","


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedColumn:
    """A column that somebody has to decide about.

    Attributes:
        letter: The column, as spreadsheets call it.
        sample: The first value in it, masked.
        chosen: What a form says of it: decided before, or suggested; empty where nothing is.
    """

    heading: str
    letter: str
    sample: str
    chosen: str


def asked_columns(
    columns: Sequence[Mapping[str, Any]], decided: Mapping[str, str]
) -> tuple[AskedColumn, ...]:
    """Return the columns that are unknown, and those that were decided about before."""
    return tuple(
        AskedColumn(
            heading=item["heading"],
            letter=item["column"],
            sample=item["sample"],
            chosen=decided.get(item["heading"]) or _BETWEEN.join(item.get("suggested", ())),
        )
        for item in columns
        if item["how"] == "unknown" or item["heading"] in decided
    )


def choices_of(license_type: LicenseType) -> tuple[tuple[str, str], ...]:
    """Return what a column may be: each field, and a period that is two of them."""
    ends = [
        spec
        for element in (Element.VALID_FROM, Element.VALID_TO)
        for spec in license_type.fields
        if spec.element is element
    ]
    fields = [(spec.name, spec.label_zh) for spec in license_type.fields]
    if len(ends) > 1:
        name = _BETWEEN.join(spec.name for spec in ends)
        fields.append((name, "、".join(spec.label_zh for spec in ends)))
    return tuple(fields)


def mapping_of(decided: Mapping[str, str]) -> str:
    """Return the mapping file that says what was decided; what was not asks still."""
    return mapping_toml({heading: _names(text) for heading, text in decided.items()})


def _names(text: str) -> tuple[str, ...]:
    if text == LEFT_OUT:
        return ()
    return tuple(text.split(_BETWEEN)) if text else (UNDECIDED,)
