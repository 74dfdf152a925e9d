"""What people see and confirm before their rows are minted."""

import sys
from typing import Final

from api.batch_sources import BatchSource
from api.batch_words import column_rows
from api.console import Output
from api.errors import UsageError
from certs.errors import MalformedSheetError
from certs.issuing_desk import IssuingDesk
from certs.rows.mapping_drafts import write_mapping_draft
from certs.rows.tables import RowTable
from certs.rows.text_encodings import Certainty, FoundEncoding

_HEADINGS: Final = ("列 column", "表头 heading", "信息项 field", "识别 how", "示例 sample")
_YES: Final = frozenset({"y", "yes", "是"})


def confirm(source: BatchSource, desk: IssuingDesk, output: Output, *, is_asked: bool) -> None:
    """Show how rows are read, and ask whether that is right, where somebody can answer.

    Args:
        source: The rows.
        desk: Who would issue.
        output: Where it is shown.
        is_asked: Whether somebody has to agree.

    Raises:
        UsageError: Columns do not fit, or nobody agreed.
        MalformedSheetError: The rows cannot be read at all.
    """
    with source.opened(desk) as table:
        guess = _guess(table)
        if not output.as_json:
            _show(source, table, guess, desk, output)
        if table.faults:
            raise _unfit(source, table, desk)
    if is_asked:
        _ask(output, is_guess=guess is not None)


def _guess(table: RowTable) -> FoundEncoding | None:
    found = table.encoding
    return found if found is not None and found.certainty is Certainty.GUESSED else None


def _show(
    source: BatchSource,
    table: RowTable,
    guess: FoundEncoding | None,
    desk: IssuingDesk,
    output: Output,
) -> None:
    title = f"{source.name} → {desk.license_type.name}"
    output.table(title, _HEADINGS, column_rows(table.columns, desk.license_type))
    if guess is not None:
        output.say(f"编码可能是 {guess.codec} · the encoding is a guess:")
        for row in guess.sample:
            output.say(" | ".join(row))


def _unfit(source: BatchSource, table: RowTable, desk: IssuingDesk) -> UsageError:
    """Return what to say of columns that do not fit; leave a mapping to be filled in."""
    draft = source.beside.with_suffix(".mapping.toml")
    try:
        asked = write_mapping_draft(draft, desk.license_type, table.columns)
    except MalformedSheetError:  # somebody is filling one in already
        asked = ()
    hint = f"；请填写 {draft} 后加 --mapping · fill in {draft}, add --mapping" if asked else ""
    faults = "；".join(table.faults)
    return UsageError(f"表头不符 · the columns do not fit: {faults}{hint}")


def _ask(output: Output, *, is_guess: bool) -> None:
    if sys.stdin.isatty() and not output.as_json:
        if input("按此读取并签发？mint these? [y/N] ").strip().casefold() not in _YES:
            raise UsageError("未签发 · nothing was minted")
    elif is_guess:
        raise UsageError(
            "编码只是推测，请用 --encoding 指明或加 --yes 确认 · "
            "the encoding is a guess; name it with --encoding, or confirm with --yes"
        )
