"""Result licenses (结果证照): which license a matter leads to, and where its fields come from."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Final

from certs.catalogue import LicenseType
from certs.identifiers import LicenseTypeCode
from certs.regions import RegionCode
from certs.type_folders import shipped_types
from certs.typed_tables import TypedTable, read_toml
from verify.errors import MalformedMatterError
from verify.matters.catalogue import MatterCatalogue
from verify.matters.definitions import read_condition
from verify.matters.files import shipped_matters
from verify.matters.situations import ALWAYS, Answers, Condition, check_condition
from verify.prefill.facts import Facts, first_found
from verify.prefill.sources import Source, SourceKind

SCHEMA: Final = "yinxin.result/1"
_SHIPPED: Final = Path(__file__).parents[1] / "shipped_results"


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultRule:
    """结果规则: an approved case of a matter mints a license of this type.

    Attributes:
        matter: 事项编码.
        license_type: 证照类型代码.
        when: In which situations; in others the case leads to no license.
        replaces: Whether the new license takes the place of the attached one of its type.
        fields: Where the values come from, by field of the type; the first source that says
            anything counts.
    """

    matter: str
    license_type: LicenseTypeCode
    when: Condition = ALWAYS
    replaces: bool = False
    fields: Mapping[str, tuple[Source, ...]]

    @property
    def given(self) -> tuple[str, ...]:
        """The fields that the approver may settle."""
        return tuple(
            name
            for name, sources in self.fields.items()
            if any(source.kind is SourceKind.GIVEN for source in sources)
        )

    def values(self, facts: Facts) -> dict[str, str]:
        """Return what is filled in; a field about which nobody says anything is left out."""
        found = {
            name: first_found(sources, facts, target=name) for name, sources in self.fields.items()
        }
        return {name: item.value for name, item in found.items() if item is not None}

    def replaced(self, facts: Facts, region: RegionCode) -> str:
        """Return the license of ``region`` whose place the new one takes; empty for none."""
        if not self.replaces:
            return ""
        own = (item.record.identifier for item in facts.licenses if item.lookup.region == region)
        return next((str(item) for item in own if item.type_code == self.license_type), "")


@dataclass(frozen=True, slots=True)
class ResultCatalogue:
    """The results of all matters."""

    rules: tuple[ResultRule, ...] = ()

    def find(self, matter: str, situation: Answers) -> ResultRule | None:
        """Return what an approved case of a matter leads to; None where that is no license."""
        rules = (rule for rule in self.rules if rule.matter == matter)
        return next((rule for rule in rules if rule.when.holds(situation)), None)


@cache
def shipped_results() -> ResultCatalogue:
    """Return the results that come with the program, for matters and types that do too."""
    types, matters = shipped_types(), shipped_matters()
    return ResultCatalogue(
        tuple(
            load_result(path, types=types, matters=matters)
            for path in sorted(_SHIPPED.glob("*.toml"))
        )
    )


def load_result(
    path: Path, *, types: Iterable[LicenseType], matters: MatterCatalogue
) -> ResultRule:
    """Return the result that a file describes.

    Raises:
        MalformedMatterError: A key is unknown, missing or of the wrong kind, or names what there
            is not; the message names the file.
        MatterNotFoundError: The matter is not at hand.
    """
    try:
        table = read_toml(path, error=MalformedMatterError)
        return _result(table, {item.short_name: item for item in types}, matters)
    except MalformedMatterError as error:
        raise MalformedMatterError(f"{path.name}: {error}") from error


def _result(
    table: TypedTable, types: Mapping[str, LicenseType], matters: MatterCatalogue
) -> ResultRule:
    if table.take("schema", str) != SCHEMA:
        raise table.error("schema", f"must be {SCHEMA}")
    matter = matters.latest(table.take("matter", str))
    license_type = types.get(table.take("license_type", str))
    if license_type is None:
        raise table.error("license_type", "no license type has this name")
    rule = ResultRule(
        matter=matter.code,
        license_type=license_type.code,
        when=read_condition(table),
        replaces=table.take("replaces", bool, default=False),
        fields=_fields(table.table("fields"), license_type, types),
    )
    table.finish()
    check_condition(rule.when, matter.situations.by_code, where=matter.code)
    return rule


def _fields(
    table: TypedTable, license_type: LicenseType, types: Mapping[str, LicenseType]
) -> Mapping[str, tuple[Source, ...]]:
    found = {
        name: tuple(Source.parse(text, types) for text in table.texts(name, is_required=True))
        for name in table.keys
    }
    unknown = found.keys() - license_type.field_by_name.keys()
    missing = {spec.name for spec in license_type.fields if spec.is_required} - found.keys()
    filled_in = {spec.name for spec in license_type.fields if spec.defaults_to}
    if unknown or missing - filled_in:
        named = ", ".join(sorted(unknown | (missing - filled_in)))
        raise table.error("", f"unknown fields, or required ones without a source: {named}")
    return MappingProxyType(found)
