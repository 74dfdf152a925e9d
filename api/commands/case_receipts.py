"""``yinxin case receipt``: the receipt that the applicant takes home."""

import argparse
from pathlib import Path

from api.commands.registry import Commands, add_command
from api.composition import open_services
from api.console import OK, Output


def register(group: Commands, shared: argparse.ArgumentParser) -> None:
    """Join the commands of cases."""
    receipt = add_command(
        group, "receipt", _receipt, text="受理通知书 · the receipt of a case", parents=[shared]
    )
    receipt.add_argument("case")
    receipt.add_argument(
        "--out",
        type=Path,
        required=True,
        metavar="FILE",
        help="写入的 PDF，旁边另存同名 .json · the sealed page; the signed receipt goes beside it",
    )
    receipt.add_argument("--operator", required=True, help="受理人员工号")


def _receipt(options: argparse.Namespace, output: Output) -> int:
    page: Path = options.out
    document = page.with_suffix(".json")
    with open_services(options.home) as services:
        office = services.case_receipts
        receipt = office.issue(options.case, operator=options.operator)
        page.write_bytes(office.page(receipt))
        document.write_bytes(office.document(receipt))
    output.result(
        {
            "case": receipt.case_id,
            "number": receipt.number,
            "version": receipt.version,
            "former": receipt.former or None,
            "page": str(page),
            "document": str(document),
        },
        f"受理通知书 receipt：{receipt.number}，第 {receipt.version} 版 version",
        f"{page}，{document}",
    )
    return OK
