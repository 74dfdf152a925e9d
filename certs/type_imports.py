"""Take a new license type, or a new version of one, into the types of an instance.

Whoever writes a type is told everything that is wrong with it at once, with file and line. A
version that is there never changes: licenses are read by it for as long as there are any.
"""

import shutil
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from certs.catalogue import Catalogue, LicenseType
from certs.errors import MalformedTypeError
from certs.faces.compiled import CompiledFaces
from certs.faces.workshop import TEMPLATE_NAME
from certs.toml_lines import key_lines, line_of
from certs.type_folders import TYPE_FILE, load_type
from certs.type_trials import problems_of
from certs.typed_tables import TypedTable, read_toml

SAMPLE_FILE: Final = "sample.toml"
_FILES: Final = (TYPE_FILE, TEMPLATE_NAME, SAMPLE_FILE)
_WANTED: Final = (
    f"请给出 <短名>/<版本> 文件夹，内有这些文件 · name a folder <short name>/<version> with "
    f"{', '.join(_FILES)}; docs/license-types.md says what they hold"
)
_MAX_ROWS: Final = 20
_MAX_VALUE: Final = 4000


def import_type(folder: Path, *, into: Path, catalogue: Catalogue) -> LicenseType:
    """Check a type in every way that can be checked, and copy it into an instance.

    Args:
        folder: ``<short name>/<version>`` with ``type.toml``, ``face.typ`` and
            ``sample.toml``: one row or more under ``[[rows]]``, values by field name.
        into: The folder of the instance's types.
        catalogue: What the instance knows already.

    Raises:
        MalformedTypeError: With all problems; nothing was copied.
    """
    _check_folder(folder.resolve())
    license_type = load_type(folder.resolve())
    rows = sample_rows(license_type.folder)
    lines = key_lines((license_type.folder / SAMPLE_FILE).read_text(encoding="utf-8"))
    with CompiledFaces() as faces:
        tried = tuple(problems_of(license_type, rows, faces=faces))
    type_file = license_type.folder / TYPE_FILE
    keys = key_lines(type_file.read_text(encoding="utf-8"))
    problems = [
        *(_at(type_file, line_of(text, keys), text) for text in _clashes(license_type, catalogue)),
        *(_placed(license_type.folder, text, lines) for text in tried),
    ]
    if problems:
        raise MalformedTypeError(*problems)
    _copy(license_type, into)
    return license_type


def _check_folder(folder: Path) -> None:
    """Refuse what is no folder of a type, saying what to name instead.

    Raises:
        MalformedTypeError: It is absent, a file, or lacks files.
    """
    named = folder.as_posix()
    if folder.is_file():
        raise MalformedTypeError(
            f"{named}: 是文件，请给出它所在的文件夹 · a file; name its folder: "
            f"{folder.parent.as_posix()}"
        )
    versions = sorted(path.parent.as_posix() for path in folder.glob(f"*/{TYPE_FILE}"))
    if versions:
        raise MalformedTypeError(
            f"{named}: 请给出其中一个版本 · name one of its versions: {'、'.join(versions)}"
        )
    missing = [name for name in _FILES if not (folder / name).is_file()]
    if missing:
        fault = f"缺少 · missing: {'、'.join(missing)}"
        if not folder.is_dir():
            fault = "没有这个文件夹 · there is no such folder"
        raise MalformedTypeError(f"{named}: {fault}；{_WANTED}")


def sample_rows(folder: Path) -> tuple[Mapping[str, str], ...]:
    """Return the rows of ``sample.toml``.

    Raises:
        MalformedTypeError: It is missing, too large, or not tables of texts.
    """
    path = folder / SAMPLE_FILE
    try:
        table = read_toml(path, error=MalformedTypeError)
        rows = tuple(table.tables("rows"))
        table.finish()
        if len(rows) > _MAX_ROWS:
            raise table.error("rows", f"at most {_MAX_ROWS}")
        return tuple(_row(row) for row in rows)
    except MalformedTypeError as error:
        raise MalformedTypeError(_at(path, 1, str(error))) from error


def _row(table: TypedTable) -> Mapping[str, str]:
    values = table.rest()
    if not all(isinstance(value, str) and len(value) <= _MAX_VALUE for value in values.values()):
        raise table.error("values", f"must be texts of at most {_MAX_VALUE} characters")
    return {key: str(value) for key, value in values.items()}


def _clashes(new: LicenseType, catalogue: Catalogue) -> Iterator[str]:
    """Yield how a type does not agree with what the instance knows."""
    history = catalogue.history(new.code)
    latest = history[-1] if history else None
    if latest is not None and latest.short_name != new.short_name:
        yield f"type: code: 已属于 {latest.short_name} · belongs to another type"
    namesake = catalogue.find(new.short_name)
    if namesake is not None and namesake.code != new.code:
        yield f"type: code: {new.short_name} 的代码是 {namesake.code} · the name has another code"
    expected = latest.version + 1 if latest is not None else 1
    if new.version != expected:
        yield (
            f"type: version: 应为 {expected}，已有版本不得更改 · must be {expected}; "
            "a version that is there never changes"
        )
    if latest is not None and new.published_on < latest.published_on:
        yield f"type: published_on: 早于上一版本 · before the last version, {latest.published_on}"
    yield from _authority_clashes(new, catalogue)
    yield from _unknown_checks(new, catalogue)


def _authority_clashes(new: LicenseType, catalogue: Catalogue) -> Iterator[str]:
    named = {
        item.cataloguing.defining_authority
        for item in catalogue.versions
        if item.code.authority == new.code.authority
    }
    given = new.cataloguing.defining_authority
    if named and given not in named:
        yield (
            f"catalogue: defining_authority: 类型代码属于 {'、'.join(sorted(named))} · the type "
            "code begins with another authority's code"
        )


def _unknown_checks(new: LicenseType, catalogue: Catalogue) -> Iterator[str]:
    """Yield cross-checks with fields that the other type, where it is known, does not have."""
    for number, check in enumerate(new.cross_checks):
        other = catalogue.find(check.other_type)
        if other is not None and check.other_field not in other.field_by_name:
            yield (
                f"cross_checks[{number}]: other_field: {check.other_type} 没有 "
                f"{check.other_field} · no such field"
            )


def _placed(folder: Path, text: str, lines: Mapping[str, int]) -> str:
    """Return a problem with its file and line."""
    if text.startswith(f"{TEMPLATE_NAME}: "):
        return _at(folder / TEMPLATE_NAME, 1, text.removeprefix(f"{TEMPLATE_NAME}: "))
    return _at(folder / SAMPLE_FILE, line_of(text, lines), text)


def _at(path: Path, line: int, text: str) -> str:
    return f"{path.as_posix()}:{line}: {text}"


def _copy(license_type: LicenseType, into: Path) -> None:
    """Copy the files of a type; whoever looks sees all of them or none."""
    target = into / license_type.short_name / str(license_type.version)
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=into, prefix=".import-") as aside:
        copy = Path(aside) / "copy"
        copy.mkdir()
        for file in license_type.folder.iterdir():
            if file.is_file() and not file.is_symlink():
                shutil.copyfile(file, copy / file.name)
        copy.rename(target)
