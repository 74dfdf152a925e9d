"""Questions on their way to departments (发件箱), in the database."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    RowMapping,
    Select,
    and_,
    insert,
    or_,
    select,
    update,
)

from certs.regions import RegionCode
from storage.department_tables import department_posts
from verify.acceptance.lookups import Lookup
from verify.acceptance.places import Place
from verify.acceptance.ports import Reply
from verify.departments.ports import HeardReply, PostedQuestion


class SqlDepartmentPosts:
    """Questions on one connection; the port is ``PostBook``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def take(self, limit: int, *, now: datetime, until: datetime) -> tuple[PostedQuestion, ...]:
        """Return what is due, the longest waiting first, and make it due again ``until``."""
        query = (
            select(department_posts)
            .where(department_posts.c.next_at <= now)
            .order_by(department_posts.c.next_at)
            .limit(limit)
        )
        return self._take(query, now=now, next_at=until)

    def take_of_case(
        self, case_id: str, *, asked_before: datetime, now: datetime
    ) -> tuple[PostedQuestion, ...]:
        """Return what a case waits for and nobody was asked about since ``asked_before``."""
        tried_at = department_posts.c.tried_at
        query = select(department_posts).where(
            department_posts.c.case_id == case_id,
            department_posts.c.next_at.is_not(None),
            or_(tried_at.is_(None), tried_at <= asked_before),
        )
        return self._take(query, now=now)

    def note_delivered(self, place: Place, *, region: RegionCode) -> None:
        """Note where a question was delivered."""
        self._set(place, region=str(region))

    def note_lost(self, place: Place) -> None:
        """Note that a question has to be delivered anew."""
        self._set(place, region=None, reply=None, replied_at=None)

    def note_reply(self, place: Place, reply: Reply, *, at: datetime) -> None:
        """Note what a department says now."""
        self._set(place, reply=reply.value, replied_at=at)

    def postpone(self, place: Place, *, until: datetime | None) -> None:
        """Let a question be due later; never again without a time."""
        self._set(place, next_at=until)

    def replies(self, case_id: str) -> Mapping[Place, HeardReply]:
        """Return what departments said last about a case."""
        query = select(department_posts).where(
            department_posts.c.case_id == case_id, department_posts.c.reply.is_not(None)
        )
        return {
            _place(row): HeardReply(
                reply=Reply(row["reply"]),
                region=RegionCode(row["region"]),
                at=row["replied_at"],
            )
            for row in self._connection.execute(query).mappings()
        }

    def _take(
        self, query: Select[Any], *, now: datetime, next_at: datetime | None = None
    ) -> tuple[PostedQuestion, ...]:
        # Another process takes others meanwhile instead of waiting for these.
        rows = self._connection.execute(query.with_for_update(skip_locked=True)).mappings().all()
        later: dict[str, object] = {} if next_at is None else {"next_at": next_at}
        for row in rows:
            self._set(_place(row), attempts=row["attempts"] + 1, tried_at=now, **later)
        return tuple(map(_from_row, rows))

    def _set(self, place: Place, **values: object) -> None:
        self._connection.execute(update(department_posts).where(_at(place)).values(values))


def post_questions(connection: Connection, lookups: Iterable[Lookup]) -> None:
    """Put questions that a department may be asked on their way, with the look-ups that ask."""
    rows = [
        {
            "case_id": lookup.case_id,
            "material": lookup.material,
            "way": lookup.way.value,
            "number": lookup.number,
            "result": lookup.result.value,
            "asked_at": lookup.looked_up_at,
            "due_at": lookup.due_at,
            "attempts": 0,
            "next_at": lookup.looked_up_at,
        }
        for lookup in lookups
    ]
    if rows:
        connection.execute(insert(department_posts), rows)


def _at(place: Place) -> ColumnElement[bool]:
    return and_(
        department_posts.c.case_id == place.case_id,
        department_posts.c.material == place.material,
    )


def _place(row: RowMapping) -> Place:
    return Place(case_id=row["case_id"], material=row["material"])


def _from_row(row: RowMapping) -> PostedQuestion:
    return PostedQuestion(
        place=_place(row),
        asked_at=row["asked_at"],
        due_at=row["due_at"],
        region=None if row["region"] is None else RegionCode(row["region"]),
        attempts=row["attempts"],
        reply=None if row["reply"] is None else Reply(row["reply"]),
    )
