"""Issue a whole spreadsheet (批量制证): good rows are minted, bad ones refused with reasons."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from certs.field_problems import FieldProblem, ProblemCode
from certs.issuance import CHUNK, IssueRequest, issue
from certs.issuing_desk import IssuingDesk
from certs.licenses import License
from certs.spreadsheets import RowResult, SheetProblem, open_sheet
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
    batch = sm3(path.read_bytes()).hex()[:32]
    minted: list[tuple[int, License]] = []
    refused: list[SheetProblem] = []
    with open_sheet(path, desk.license_type) as sheet:
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
                    refused.append(_duplicate(result))
            done += len(chunk)
            on_progress(done)
    return BatchSummary(minted=tuple(minted), refused=tuple(refused))


def _requests(results: list[RowResult], batch: str) -> Iterator[IssueRequest]:
    for result in results:
        if result.application is not None:
            yield IssueRequest(f"sheet:{batch}:{result.row}", result.application)


def _duplicate(result: RowResult) -> SheetProblem:
    """Return a refusal by the register as a problem of the row."""
    number = result.application.number if result.application else ""
    problem = FieldProblem.of(
        ProblemCode.ALREADY_LICENSED,
        field="number",
        label_zh="证照编号",
        value=number,
    )
    return SheetProblem(row=result.row, column="", heading="证照编号", problem=problem)
