"""Files of matters: TOML and YAML, read strictly; errors name file, place and key."""

from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml
from yaml.nodes import MappingNode

from certs.catalogue import Catalogue, LicenseType
from certs.type_folders import shipped_types
from certs.typed_tables import TypedTable, read_toml
from verify.errors import MalformedMatterError
from verify.matters.catalogue import Matter, MatterCatalogue
from verify.matters.definitions import Types, parse_matter, types_by_name

_SHIPPED: Final = Path(__file__).parents[1] / "shipped_matters"
_MAX_FILE_BYTES: Final = 4 << 20
_MAX_MATTERS: Final = 5_000
_MAX_DEPTH: Final = 20


@cache
def shipped_matters() -> MatterCatalogue:
    """Return the matters that come with the program; they name license types that do too."""
    types = Catalogue.of(shipped_types())
    files = sorted(_SHIPPED.glob("*.toml"))
    return MatterCatalogue(tuple(matter for path in files for matter in load(path, types=types)))


def load(path: Path, *, types: Iterable[LicenseType]) -> tuple[Matter, ...]:
    """Return the matters that a file describes: one in TOML, one or a list of them in YAML.

    Args:
        path: A file ``.toml`` of at most 128 KiB, or ``.yaml`` or ``.yml`` of at most 4 MiB.
        types: The license types that rules may name, by short name or by code.

    Raises:
        MalformedMatterError: The file is missing, too large or of another kind, or a key of it is
            unknown, missing, of the wrong kind or against the rules; the message names the
            file and the place.
    """
    known = types_by_name(types)
    try:
        if path.suffix in {".yaml", ".yml"}:
            return tuple(_of_yaml(path, known))
        return (parse_matter(read_toml(path, error=MalformedMatterError), known),)
    except MalformedMatterError as error:
        raise MalformedMatterError(f"{path.name}: {error}") from error


def _of_yaml(path: Path, types: Types) -> Iterator[Matter]:
    value = _yaml(path)
    items = value if isinstance(value, list) else [value]
    if len(items) > _MAX_MATTERS:
        raise MalformedMatterError(f"more than {_MAX_MATTERS} matters")
    for number, item in enumerate(items):
        where = f"[{number}]" if isinstance(value, list) else ""
        if not isinstance(item, dict):
            raise MalformedMatterError(f"{where}: not a matter")
        yield parse_matter(TypedTable(item, error=MalformedMatterError, where=where), types)


def _yaml(path: Path) -> Any:  # noqa: ANN401 - whatever the file holds
    try:
        if path.stat().st_size > _MAX_FILE_BYTES:
            raise MalformedMatterError(f"larger than {_MAX_FILE_BYTES} bytes")
        text = path.read_text("utf-8")
        _check_plain(text)
        return yaml.load(text, Loader=_StrictLoader)  # noqa: S506 - a safe loader, made stricter
    except (OSError, UnicodeDecodeError) as error:
        raise MalformedMatterError("cannot be read as UTF-8 text") from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise MalformedMatterError(f"not YAML: {str(error).splitlines()[0]}") from error


def _check_plain(text: str) -> None:
    """Refuse what blows a file up or names Python: aliases, tags, and great depth."""
    depth = 0
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None) is not None:
            raise MalformedMatterError("anchors and aliases are not read")
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        if isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > _MAX_DEPTH:
            raise MalformedMatterError("nested too deeply")


class _StrictLoader(yaml.SafeLoader):
    """Reads plain data; a key that stands twice is an error and not the last one's."""

    def construct_mapping(self, node: MappingNode, deep: bool = False) -> dict[Any, Any]:  # noqa: FBT001, FBT002 - the library's
        """Return a mapping whose keys stand once each."""
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        if not all(isinstance(key, str) for key in keys) or len(set(keys)) != len(keys):
            raise MalformedMatterError("keys are texts, and each stands once")
        return super().construct_mapping(node, deep=deep)
