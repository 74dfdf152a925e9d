"""Brings questions to departments and their answers back, in the background of ``yinxin serve``."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from api.repeating import repeating
from verify.acceptance.desk import AcceptanceDesk
from verify.departments.box import DepartmentBox
from verify.departments.post import DepartmentPost

INTERVAL_SECONDS: Final = 2.0
_JITTER: Final = 0.2


def exchange(post: DepartmentPost, desk: AcceptanceDesk, box: DepartmentBox | None) -> None:
    """Exchange what is due, and note in each case what there is to be heard."""
    for case_id in post.step():
        desk.hear(case_id)
    if box is not None:
        box.drop_applicants()


@contextmanager
def questioning(
    post: DepartmentPost | None,
    desk: AcceptanceDesk,
    box: DepartmentBox | None,
    *,
    interval: float = INTERVAL_SECONDS,
) -> Iterator[None]:
    """Exchange what is due every ``interval`` seconds until the block ends."""
    if post is None:
        yield
        return
    with repeating(
        lambda: exchange(post, desk, box),
        interval=interval,
        jitter=_JITTER,
        name="department-post",
        trouble="questions to departments could not be exchanged",
    ):
        yield
