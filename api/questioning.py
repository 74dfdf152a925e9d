"""Brings questions to departments and their answers back, in the background of ``yinxin serve``."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from api.case_sources import CaseSources
from api.repeating import repeating
from verify.acceptance.desk import AcceptanceDesk
from verify.prefill.desk import FormDesk

INTERVAL_SECONDS: Final = 2.0
_JITTER: Final = 0.2


def exchange(sources: CaseSources, desk: AcceptanceDesk, forms: FormDesk) -> None:
    """Exchange what is due, and note in each case and form what there is to be heard."""
    for case_id in sources.post.step():
        desk.hear(case_id)
    sources.corrections.step(forms.take_corrected)
    sources.box.drop_applicants()


@contextmanager
def questioning(
    sources: CaseSources | None,
    desk: AcceptanceDesk,
    forms: FormDesk,
    *,
    interval: float = INTERVAL_SECONDS,
) -> Iterator[None]:
    """Exchange what is due every ``interval`` seconds until the block ends."""
    if sources is None:
        yield
        return
    with repeating(
        lambda: exchange(sources, desk, forms),
        interval=interval,
        jitter=_JITTER,
        name="department-post",
        trouble="questions to departments could not be exchanged",
    ):
        yield
