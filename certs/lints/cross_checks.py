"""Cross-checks (关联核对): what a license says, and what the holder's other licenses say.

A check of one type ties two: the food business license, and the business license it compares
itself with. Where they differ nobody knows which one is wrong, so both get the finding when they
are looked at. Values are compared without spaces, full width and half width being the same.
"""

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from certs.catalogue import Catalogue, LicenseType
from certs.errors import MalformedRecordError
from certs.license_files import find_file
from certs.licenses import License
from certs.lints.dimensions import LintLevel
from certs.lints.findings import LintFinding
from certs.lints.names import Lint, cross_lint
from certs.lints.subjects import values_of
from certs.ports import ObjectStore
from certs.records import LicenseRecord

MOST_NEIGHBORS: Final = 8
"""Of one holder and type; the newest. A haulier has thousands of vehicles, and one look at the
business license must not read them all."""


@dataclass(frozen=True, slots=True)
class Tie:
    """A field that must say what a field of another type's license says.

    Attributes:
        lint: What is found where it does not.
        field: The field.
        other_code: The type code of the other license.
        other_field: The field there.
    """

    lint: Lint
    field: str
    other_code: str
    other_field: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A license of somebody, to be compared with the others of the same holder.

    Attributes:
        name: What the answer calls it: its identifier, or the key of a request.
        holder_key: Keyed hash of the holder's code.
        license_type: Its type.
        values: By field name.
    """

    name: str
    holder_key: str
    license_type: LicenseType
    values: Mapping[str, str] = field(repr=False)


def ties_of(license_type: LicenseType, catalogue: Catalogue) -> tuple[Tie, ...]:
    """Return what ties a type to others: its own checks, and those of others that name it.

    Checks that name a type that is not in the catalogue tie to nothing. Those of others only
    ever warn: refusing the license that was right would help nobody.
    """
    by_name = {item.short_name: str(item.code) for item in catalogue}
    own = [
        Tie(cross_lint(check), check.field, by_name[check.other_type], check.other_field)
        for check in license_type.cross_checks
        if check.other_type in by_name
    ]
    others = [
        Tie(
            replace(cross_lint(check), level=LintLevel.WARN),
            check.other_field,
            str(item.code),
            check.field,
        )
        for item in catalogue
        for check in item.cross_checks
        if check.other_type == license_type.short_name
    ]
    return (*own, *others)


def neighbors_wanted(held: Sequence[Held], catalogue: Catalogue) -> tuple[set[str], set[str]]:
    """Return the holder keys and type codes to look up for a chunk of licenses."""
    keys: set[str] = set()
    codes: set[str] = set()
    ties = _all_ties(held, catalogue)
    for item in held:
        if ties[item.license_type]:
            keys.add(item.holder_key)
            codes.update(tie.other_code for tie in ties[item.license_type])
    return keys, codes


def _all_ties(held: Iterable[Held], catalogue: Catalogue) -> dict[LicenseType, tuple[Tie, ...]]:
    """Return the ties of a chunk's types, which are few, each worked out once."""
    return {item: ties_of(item, catalogue) for item in {one.license_type for one in held}}


def lint_across(
    held: Sequence[Held],
    neighbors: Iterable[License],
    *,
    catalogue: Catalogue,
    objects: ObjectStore,
) -> dict[str, list[LintFinding]]:
    """Return, by name, where licenses differ from others of their holders.

    Args:
        held: A chunk of licenses.
        neighbors: The others, in force.
        catalogue: The types of all.
        objects: Where the records of the others lie; one that cannot be read is not compared,
            as the look at that license itself tells.
    """
    others: dict[tuple[str, str], list[tuple[str, Mapping[str, str]]]] = {}
    for license in neighbors:
        values = _values_of(license, catalogue, objects)
        if values is not None:
            place = (license.holder_key, license.type_code)
            others.setdefault(place, []).append((license.identifier, values))
    ties = _all_ties(held, catalogue)
    return {
        item.name: [
            LintFinding.of(tie.lint, tie.field)
            for tie in ties[item.license_type]
            if _differs(item, tie, others.get((item.holder_key, tie.other_code), ()))
        ]
        for item in held
    }


def _differs(item: Held, tie: Tie, others: Iterable[tuple[str, Mapping[str, str]]]) -> bool:
    """Tell whether another license says something else; blank says nothing."""
    value = _folded(item.values.get(tie.field, ""))
    said = (
        _folded(values.get(tie.other_field, ""))
        for identifier, values in others
        if identifier != item.name
    )
    return bool(value) and any(other and other != value for other in said)


def _values_of(
    license: License, catalogue: Catalogue, objects: ObjectStore
) -> Mapping[str, str] | None:
    content = find_file(objects, license.files, license.files.record)
    if content is None:
        return None
    try:
        record = LicenseRecord.parse(content)
    except MalformedRecordError:
        return None
    license_type = catalogue.version(license.type_code, record.type_version)
    return None if license_type is None else values_of(record, license_type)


def _folded(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())
