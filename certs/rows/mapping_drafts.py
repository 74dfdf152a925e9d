"""Drafts of mapping files for columns that a type does not know, with suggestions.

A draft decides nothing: every line asks, and a file with an open question is refused.
"""

import os
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from pathlib import Path
from typing import Final

from certs.catalogue import LicenseType
from certs.element_names import Element
from certs.errors import MalformedSheetError
from certs.rows.columns import FoundColumn, Recognition, free_fields
from certs.rows.mappings import UNDECIDED, toml_text
from certs.type_fields import FieldSpec, heading_key

_LEAST_LIKE: Final = 0.34
_PERIOD_WORDS: Final = ("有效期", "期限", "起止")


def write_mapping_draft(
    path: Path, license_type: LicenseType, columns: Sequence[FoundColumn]
) -> tuple[str, ...]:
    """Write a new mapping file for the columns that were not recognised.

    Returns:
        The headings that wait for a decision.

    Raises:
        MalformedSheetError: The file exists already, or cannot be written.
    """
    unknown = [column for column in columns if column.how is Recognition.UNKNOWN]
    lines = [*_introduction(license_type, columns), *_entries(license_type, columns, unknown)]
    try:
        # What somebody has decided already is not overwritten.
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write("\n".join([*lines, ""]))
    except OSError as error:
        raise MalformedSheetError(
            f"无法写映射文件草稿 · the draft cannot be written: {error.strerror}"
        ) from error
    return tuple(column.heading for column in unknown)


def suggested_fields(
    license_type: LicenseType, columns: Sequence[FoundColumn], heading: str
) -> tuple[FieldSpec, ...]:
    """Return the fields that ``heading`` may mean, out of those that no column holds yet.

    One field, or the two ends of validity for a heading such as 有效期; none where nothing
    is alike.
    """
    free = free_fields(license_type, columns)
    ends = [spec for spec in free if spec.element in {Element.VALID_FROM, Element.VALID_TO}]
    if len(ends) > 1 and any(word in heading for word in _PERIOD_WORDS):
        return tuple(ends)
    ranked = [(max(_likeness(heading, key) for key in spec.heading_keys), spec) for spec in free]
    likeness, spec = max(ranked, key=lambda pair: pair[0], default=(0.0, None))
    return (spec,) if spec is not None and likeness >= _LEAST_LIKE else ()


def _likeness(heading: str, key: str) -> float:
    return SequenceMatcher(None, heading_key(heading)[:60], key).ratio()


def _introduction(license_type: LicenseType, columns: Sequence[FoundColumn]) -> Iterator[str]:
    yield f'# 表头对照「{license_type.name}」：把 {UNDECIDED} 改为字段名；不导入的列改为空 ""。'
    yield f"# Replace each {UNDECIDED} by the name of a field, or by nothing to leave it out."
    yield '# 一列含起止两个日期 · both ends of a period: ["valid_from", "valid_to"]'
    yield "#"
    yield "# 尚无对应列的字段 · fields without a column:"
    for spec in free_fields(license_type, columns):
        obligation = "必填 required" if spec.is_required else "选填 optional"
        yield f"#   {spec.name}  {spec.label_zh} · {spec.label_en}（{obligation}）"
    yield ""


def _entries(
    license_type: LicenseType, columns: Sequence[FoundColumn], unknown: Sequence[FoundColumn]
) -> Iterator[str]:
    seen: set[str] = set()
    for column in unknown:
        key = heading_key(column.heading)
        if key in seen:  # a heading that comes twice is decided once, and refused as doubled
            continue
        seen.add(key)
        suggested = suggested_fields(license_type, columns, column.heading)
        hint = "、".join(f"{spec.name} {spec.label_zh}" for spec in suggested)
        comment = f"  # 建议 perhaps: {hint}" if hint else ""
        yield f'{toml_text(column.heading)} = "{UNDECIDED}"{comment}'
