"""Issue a whole spreadsheet (批量制证): good rows are minted, bad ones refused with reasons."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from certs.element_names import Element
from certs.errors import DuplicateLicenseError, MalformedSheetError
from certs.field_problems import FieldProblem, ProblemCode
from certs.issuance import CHUNK, IssueOutcome, IssueRequest, issue
from certs.issuing_desk import IssuingDesk
from certs.licenses import License
from certs.spreadsheets import RowResult, Sheet, SheetProblem, open_sheet
from certs.workbook_bounds import MAX_FILE_BYTES
from signing.algorithms import sm3


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchSummary:
    """What became of a spreadsheet: every row is in one of the two.

    Attributes:
        minted: Licenses in the order of their rows, with the row's number.
        refused: Problems of the other rows, several a row possible.
    """

    minted: tuple[tuple[int, License], ...]
    refused: tuple[SheetProblem, ...]

    @property
    def refused_rows(self) -> int:
        """How many rows were refused."""
        return len({problem.row for problem in self.refused})


def mint_sheet(
    path: Path,
    *,
    desk: IssuingDesk,
    missing_characters: Callable[[str], str],
    on_progress: Callable[[int], None] = lambda _done: None,
) -> BatchSummary:
    """Issue every good row of a spreadsheet; the same file is never minted twice.

    Args:
        path: The workbook.
        desk: Who issues.
        missing_characters: Names the characters that no font of the face has.
        on_progress: Called with the number of rows done, chunk by chunk.

    Raises:
        MalformedSheetError: The workbook cannot be read, or its headings do not fit.
        KeyUnavailableError: A key store did not answer; minting the file again goes on.
    """
    content = _read(path)
    batch = sm3(content).hex()[:32]
    minted: list[tuple[int, License]] = []
    refused: list[SheetProblem] = []
    with open_sheet(content, desk.license_type) as sheet:
        results = sheet.results(missing_characters=missing_characters)
        done = 0
        while chunk := list(islice(results, CHUNK)):
            good = [result for result in chunk if result.application is not None]
            refused.extend(problem for result in chunk for problem in result.problems)
            outcomes = issue(list(_requests(good, batch)), desk=desk)
            for result, outcome in zip(good, outcomes, strict=True):
                if outcome.license is not None:
                    minted.append((result.row, outcome.license))
                else:
                    refused.append(_refusal(sheet, result, outcome))
            done += len(chunk)
            on_progress(done)
    return BatchSummary(minted=tuple(minted), refused=tuple(refused))


def _requests(results: list[RowResult], batch: str) -> Iterator[IssueRequest]:
    for result in results:
        if result.application is not None:
            yield IssueRequest(f"sheet:{batch}:{result.row}", result.application)


def _refusal(sheet: Sheet, result: RowResult, outcome: IssueOutcome) -> SheetProblem:
    """Return a refusal by the register as a problem of the row's license number."""
    is_duplicate = isinstance(outcome.refusal, DuplicateLicenseError)
    column, heading = next(
        (
            (item.column, item.text)
            for item in sheet.headings
            if item.spec is not None and item.spec.element is Element.NUMBER
        ),
        ("", "证照编号"),
    )
    problem = FieldProblem.of(
        ProblemCode.ALREADY_LICENSED if is_duplicate else ProblemCode.GIVEN_UP,
        field="number",
        label_zh="证照编号",
        value=result.application.number if result.application else "",
    )
    return SheetProblem(row=result.row, column=column, heading=heading, problem=problem)


def _read(path: Path) -> bytes:
    """Return the workbook, at most one byte more of it than a workbook may have."""
    try:
        with path.open("rb") as file:
            return file.read(MAX_FILE_BYTES + 1)
    except OSError as error:
        raise MalformedSheetError(f"the file cannot be opened: {error.strerror}") from error
