"""Receipts on the command line: ``yinxin verify FILE --receipt OUT``, and what is read of them."""

import argparse
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from api.errors import UsageError
from api.receipts import ReceiptOffice
from api.seal_people import DEMO_USER
from verify.examination import Examination
from verify.receipt_issuing import ReceiptDesk
from verify.report import DocumentFormat, Report
from verify.verifier import Inquiry

_PAGE = ".pdf"


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options about receipts."""
    parser.add_argument(
        "--receipt",
        type=Path,
        metavar="OUT",
        help="出具核验回执：文件（.json，或可打印的 .pdf）或目录 give a receipt: a file"
        " (.json, or .pdf to print), or a folder for several",
    )
    parser.add_argument(
        "--file",
        type=Path,
        metavar="FILE",
        help="回执所核验的原件 the document that a receipt is about",
    )
    parser.add_argument(
        "--online",
        action="store_true",
        help="核验回执时向颁发地区查询现状 of a receipt: ask the regions how things stand now",
    )
    parser.add_argument(
        "--operator", default="", metavar="PERSON", help="经办人 who asks for the receipt"
    )


def check_options(options: argparse.Namespace) -> None:
    """Refuse options that make no sense together.

    Raises:
        UsageError: They do not.
    """
    if options.file is not None and (len(options.brought) != 1 or options.receipt is not None):
        raise UsageError("--file 用于核验一份回执 · --file goes with one receipt to be verified")
    if options.receipt is not None and options.replay is not None:
        raise UsageError("--replay 不出具回执 · a replayed report gets no receipt")


def check_file(examination: Examination) -> None:
    """Refuse a file beside something that is no receipt.

    Raises:
        UsageError: It is none.
    """
    if examination.format is not DocumentFormat.RECEIPT:
        raise UsageError("--file 只用于核验回执 · --file goes with a receipt only")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptsOut:
    """Where receipts go.

    Attributes:
        path: A file, or a folder.
        is_folder: Whether it is a folder.
        operator: Who asks for them.
    """

    path: Path
    is_folder: bool
    office: ReceiptOffice
    desk: ReceiptDesk
    operator: str

    @classmethod
    def of(cls, options: argparse.Namespace, office: ReceiptOffice | None) -> Self | None:
        """Return where the receipts of this call go; None if none is wanted.

        Raises:
            UsageError: Nobody here can give one, or OUT is no folder where it must be.
        """
        path: Path | None = options.receipt
        if path is None:
            return None
        if office is None:
            raise UsageError(
                "出具回执需要实例，请用 --home 指明 · a receipt needs an instance; give --home"
            )
        if office.desk is None:
            raise UsageError(
                "本实例没有核验回执密钥（早先建立的实例没有），不能出具回执 · "
                "this instance has no key for receipts; those founded earlier have none"
            )
        is_folder = path.is_dir() or len(options.brought) > 1
        if is_folder:
            path.mkdir(parents=True, exist_ok=True)
        elif not path.parent.is_dir():
            raise UsageError(f"没有目录 {path.parent} · no such folder")
        return cls(
            path=path,
            is_folder=is_folder,
            office=office,
            desk=office.desk,
            operator=options.operator or (DEMO_USER if office.specimen else ""),
        )

    def give(self, examination: Examination, inquiry: Inquiry) -> tuple[Report, Path]:
        """Give a receipt, keep it, and write it out.

        Raises:
            ReceiptRefusedError: No receipt can be given of this.
        """
        issued = self.desk.issue(examination, inquiry)
        kept = self.office.keep(issued, requester=self.operator)
        number = kept.entry.number
        path = self.path / f"receipt-{number}.json" if self.is_folder else self.path
        is_page = path.suffix.lower() == _PAGE
        path.write_bytes(self.office.page(number) if is_page else kept.encoded)
        return issued.report, path
