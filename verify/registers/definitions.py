"""Registers of facts (数据源) as files define them: which licenses show what is asked.

A definition is a closed list of conditions over the licenses of the applicant. Nothing in it is
computed: what no condition here can say, a register does not answer.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum, unique
from pathlib import Path
from typing import Final

from certs.catalogue import LicenseType
from certs.civil_dates import whole_years
from certs.identifiers import LicenseTypeCode
from certs.type_folders import shipped_types
from certs.typed_tables import TypedTable, read_toml
from verify.errors import MalformedMatterError, MalformedRegisterError
from verify.matters.codes import check_code
from verify.matters.definitions import Types, types_by_name

SCHEMA: Final = "yinxin.register/1"
_SHIPPED: Final = Path(__file__).parents[1] / "shipped_registers"
_MAX_AGE: Final = 150


@unique
class Standing(StrEnum):
    """How a license has to stand."""

    IN_FORCE = "in_force"
    """有效: by its status, and by its term today."""
    ENDED = "ended"
    """已终止: it was in force and is no more, whoever ended it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldCondition:
    """What a field of a license has to say; exactly one of the parts is given.

    Attributes:
        field: The field's name.
        equals: Its text.
        min_age_years: It is a date that lies so many years back at the least.
        is_filled: It holds something.
    """

    field: str
    equals: str | None = None
    min_age_years: int | None = None
    is_filled: bool = False

    def __post_init__(self) -> None:
        given = (self.equals is not None, self.min_age_years is not None, self.is_filled)
        if sum(given) != 1:
            raise MalformedRegisterError(f"{self.field}: one of equals, min_age_years, filled")
        if self.min_age_years is not None and not 1 <= self.min_age_years <= _MAX_AGE:
            raise MalformedRegisterError(f"{self.field}: min_age_years is 1 to {_MAX_AGE}")

    def holds(self, text: str, *, today: date) -> bool:
        """Tell whether the field says so; a date that is none says nothing."""
        if self.is_filled:
            return bool(text.strip())
        if self.equals is not None:
            return text == self.equals
        return _age(text, today) >= (self.min_age_years or 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterItem:
    """核验事项: what a register says yes or no to.

    Attributes:
        code: Its name, as matters have it.
        license_types: The types whose licenses show it; one license of any of them does.
        standing: How that license stands.
        conditions: What its fields say.
    """

    code: str
    license_types: tuple[LicenseTypeCode, ...]
    standing: Standing = Standing.IN_FORCE
    conditions: tuple[FieldCondition, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Register:
    """数据源 that answers from licenses."""

    code: str
    name_zh: str
    name_en: str
    items: tuple[RegisterItem, ...]

    def item(self, code: str) -> RegisterItem | None:
        """Return what is asked under a name, or None."""
        return next((item for item in self.items if item.code == code), None)


def shipped_registers() -> Mapping[str, Register]:
    """Return the registers that come with the program, by their names."""
    return load_registers(_SHIPPED, shipped_types())


def load_registers(folder: Path, types: Iterable[LicenseType]) -> Mapping[str, Register]:
    """Return the registers that the files of a folder define, by their names.

    Args:
        folder: Files ``.toml`` of at most 128 KiB, a register each; none where there is no folder.
        types: The license types that items may name, by short name or by code.

    Raises:
        MalformedRegisterError: A file is damaged, or two define one register.
    """
    known = types_by_name(types)
    found: dict[str, Register] = {}
    for path in sorted(folder.glob("*.toml")):
        register = _register(read_toml(path, error=MalformedRegisterError), known)
        if register.code in found:
            raise MalformedRegisterError(f"{path.name}: {register.code} is defined twice")
        found[register.code] = register
    return found


def _register(table: TypedTable, types: Types) -> Register:
    if table.take("schema", str) != SCHEMA:
        raise table.error("schema", f"must be {SCHEMA}")
    register = Register(
        code=_code(table),
        name_zh=table.take("name_zh", str),
        name_en=table.take("name_en", str),
        items=tuple(parse_item(item, types) for item in table.tables("items")),
    )
    if len({item.code for item in register.items}) != len(register.items):
        raise table.error("items", "names one twice")
    table.finish()
    return register


def parse_item(table: TypedTable, types: Types) -> RegisterItem:
    """Return an item from its table.

    Raises:
        MalformedRegisterError: It names no known type or field, or a condition is none.
    """
    names = table.texts("license_types", is_required=True)
    unknown = [name for name in names if name not in types]
    if unknown:
        raise table.error("license_types", f"names no type: {unknown[0]}")
    used = [types[name] for name in names]
    item = RegisterItem(
        code=_code(table),
        license_types=tuple(item.code for item in used),
        standing=table.optional_member("standing", Standing) or Standing.IN_FORCE,
        conditions=tuple(
            _condition(condition, used)
            for condition in (table.tables("conditions") if table.has("conditions") else ())
        ),
    )
    table.finish()
    return item


def _condition(table: TypedTable, types: Iterable[LicenseType]) -> FieldCondition:
    name = table.take("field", str)
    if not all(name in {field.name for field in item.fields} for item in types):
        raise table.error("field", f"no such field: {name}")
    condition = FieldCondition(
        field=name,
        equals=table.take("equals", str) if table.has("equals") else None,
        min_age_years=table.positive("min_age_years") if table.has("min_age_years") else None,
        is_filled=table.take("filled", bool, default=False),
    )
    table.finish()
    return condition


def _code(table: TypedTable) -> str:
    code = table.take("code", str)
    try:
        check_code(code)
    except MalformedMatterError as error:
        raise table.error("code", "is none") from error
    return code


def _age(text: str, today: date) -> int:
    """Return how many whole years a date lies back; less than none where it is no date."""
    try:
        born = date.fromisoformat(text)
    except ValueError:
        return -1
    return whole_years(born, today)
