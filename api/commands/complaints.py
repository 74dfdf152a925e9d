"""``yinxin case complaints``: what holders of receipts say of windows."""

import argparse
from typing import Final

from api.commands.registry import Commands, add_command
from api.complaint_words import complaint_words
from api.composition import open_services
from api.console import OK, Output
from api.schemas.complaints import ComplaintOut

_MOST: Final = 500


def register(group: Commands, shared: argparse.ArgumentParser) -> None:
    """Join the commands of cases."""
    add_command(
        group, "complaints", _list, text="投诉 · complaints, newest first", parents=[shared]
    )


def _list(options: argparse.Namespace, output: Output) -> int:
    with open_services(options.home) as services:
        found = services.complaints.newest(_MOST)
    output.result(
        {"complaints": [ComplaintOut.of(item).model_dump(mode="json") for item in found]},
        *(
            f"{item.number}  {item.case_id}  {item.material or '—'}  "
            f"{'!' if item.shown.is_breach else ' '} {complaint_words(item)[0]}  "
            f"答复期限 due {item.due_on.isoformat()}{'，已答复 answered' if item.answer else ''}"
            for item in found
        ),
        f"{len(found)} 件投诉 complaints",
    )
    return OK
