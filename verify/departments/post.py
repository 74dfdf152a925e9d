"""The post of a window (发件箱): takes questions to departments, and brings their answers back.

A question is on record before it leaves: with the look-up that asks. What cannot be delivered is
delivered later, by whoever looks next, with the clock that it started with; and what a department
says after its time is heard all the same.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from itertools import groupby
from typing import Final

from certs.regions import RegionCode
from verify.acceptance.budgets import BUDGET, within
from verify.acceptance.lookups import Statement
from verify.acceptance.places import Place
from verify.acceptance.ports import DepartmentAnswer, DepartmentQuestion, TakenQuestion
from verify.case_errors import RecordRefusedError
from verify.departments.box import DepartmentBox
from verify.departments.ports import Courier, DepartmentWork, PostedQuestion
from verify.departments.questions import (
    ASK,
    MOST_REFERENCES,
    POLL,
    Standing,
    check_receipt,
    parse_standing,
    place_of,
    poll_body,
    question_body,
)
from verify.errors import ShareError, SourceSilentError
from verify.matters.catalogue import MatterCatalogue
from verify.matters.ways import DepartmentRule, Way
from verify.ports import Clock

LOOKED_EVERY: Final = timedelta(seconds=5)
"""Whoever looks at a case asks no more often."""

_PORTION: Final = 50
_TAKEN: Final = timedelta(minutes=1)
"""Longer than a portion takes when every region is silent."""
_FIRST_PAUSE: Final = timedelta(seconds=5)
_LONGEST_PAUSE: Final = timedelta(minutes=10)
_MOST_DOUBLINGS: Final = 10
_WAITING: Final = timedelta(seconds=30)
_OVERDUE: Final = timedelta(minutes=10)
_ANSWERED: Final = timedelta(hours=1)
_HEARD_FOR: Final = timedelta(days=30)
"""How long after its time a department is still heard."""

_Task = Callable[[], "_News"]


@dataclass(frozen=True, slots=True, kw_only=True)
class _News:
    """What was learnt of questions: where they are now, or what became of them."""

    delivered: Mapping[Place, RegionCode]
    standing: Standing


_NOTHING: Final = Standing(replies={}, unknown=frozenset())


@dataclass(frozen=True, slots=True, kw_only=True)
class DepartmentPost:
    """发件箱 of one region; the port is ``DepartmentOffice``.

    Attributes:
        own: The region that asks.
        directory: The regions whose departments answer, by the department's short name.
        box: The box of the own departments.
        courier: Reaches the others.
        matters: What is asked, once more, where a question was not delivered.
        unit_of_work: Opens a unit of work; none is open while a region is asked.
    """

    own: RegionCode
    directory: Mapping[str, RegionCode]
    box: DepartmentBox
    courier: Courier
    matters: MatterCatalogue
    unit_of_work: Callable[[], DepartmentWork]
    clock: Clock
    budget: timedelta = BUDGET

    def ask(self, question: DepartmentQuestion) -> TakenQuestion:
        """Accept a question for delivery: it leaves once its look-up is on record.

        Raises:
            SourceSilentError: Nobody knows where the department answers.
        """
        if question.department not in self.directory:
            raise SourceSilentError(question.department)
        return TakenQuestion(reference=str(place_of(question)), due_at=question.due_at)

    def answers(self, case_id: str) -> tuple[DepartmentAnswer, ...]:
        """Return what departments say of a case now; those not asked for a while are asked."""
        now = self.clock.now()
        with self.unit_of_work() as work:
            posts = work.department_posts.take_of_case(
                case_id, asked_before=now - LOOKED_EVERY, now=now
            )
            work.commit()
        self._exchange(posts, now)
        with self.unit_of_work() as work:
            work.only_read()
            replies = work.department_posts.replies(case_id)
        return tuple(
            DepartmentAnswer(
                reference=str(place),
                reply=heard.reply,
                stated=Statement(by=heard.region, at=heard.at),
            )
            for place, heard in replies.items()
        )

    def step(self) -> frozenset[str]:
        """Exchange what is due; return the cases that have news, or whose time has passed."""
        news: set[str] = set()
        while True:
            now = self.clock.now()
            with self.unit_of_work() as work:
                posts = work.department_posts.take(_PORTION, now=now, until=now + _TAKEN)
                work.commit()
            told = self._exchange(posts, now)
            late = (post.place for post in posts if post.due_at <= now and post.reply is None)
            news.update(place.case_id for place in (*told, *late))
            if len(posts) < _PORTION:
                return frozenset(news)

    def _exchange(self, posts: tuple[PostedQuestion, ...], now: datetime) -> frozenset[Place]:
        """Deliver, ask what became of the rest, note both; return what was answered anew."""
        if not posts:
            return frozenset()
        learnt = within(self.budget, (*self._deliveries(posts), *self._polls(posts)))
        return self._note(posts, [item for item in learnt if item is not None], now)

    def _deliveries(self, posts: Iterable[PostedQuestion]) -> list[_Task]:
        """Return what delivers the questions that nobody has yet."""
        with self.unit_of_work() as work:
            work.only_read()
            questions = [
                _question(post, work, self.matters) for post in posts if post.region is None
            ]
        return [
            partial(self._deliver, item, self.directory[item.department])
            for item in questions
            if item is not None and item.department in self.directory
        ]

    def _deliver(self, question: DepartmentQuestion, region: RegionCode) -> _News:
        """Deliver one question; a region that does not take it is asked again another time."""
        place = place_of(question)
        try:
            if region == self.own:
                self.box.take_in(question, asker=self.own)
            else:
                check_receipt(self.courier.ask(region, ASK, question_body(question)), place)
        except (SourceSilentError, ShareError, RecordRefusedError):
            return _News(delivered={}, standing=_NOTHING)
        return _News(delivered={place: region}, standing=_NOTHING)

    def _polls(self, posts: Iterable[PostedQuestion]) -> list[_Task]:
        """Return what asks each region after the questions that it has."""
        placed = [(post.region, post.place) for post in posts if post.region is not None]
        placed.sort(key=lambda item: (str(item[0]), str(item[1])))
        return [
            partial(self._poll, region, portion)
            for region, group in groupby(placed, key=lambda item: item[0])
            for portion in _portions([place for _, place in group])
        ]

    def _poll(self, region: RegionCode, places: tuple[Place, ...]) -> _News:
        try:
            if region == self.own:
                standing = self.box.standing(places, asker=self.own)
            else:
                answer = self.courier.ask(region, POLL, poll_body(places))
                standing = parse_standing(answer, places)
        except (SourceSilentError, ShareError):
            standing = _NOTHING
        return _News(delivered={}, standing=standing)

    def _note(
        self, posts: tuple[PostedQuestion, ...], learnt: list[_News], now: datetime
    ) -> frozenset[Place]:
        delivered = {place: at for item in learnt for place, at in item.delivered.items()}
        replies = {place: it for item in learnt for place, it in item.standing.replies.items()}
        lost = frozenset(place for item in learnt for place in item.standing.unknown)
        changed = []
        with self.unit_of_work() as work:
            book = work.department_posts
            for post in posts:
                place = post.place
                if place in delivered:
                    book.note_delivered(place, region=delivered[place])
                if place in lost:
                    book.note_lost(place)
                if place in replies and replies[place] is not post.reply:
                    book.note_reply(place, replies[place], at=now)
                    changed.append(place)
                is_there = place in delivered or (post.region is not None and place not in lost)
                is_answered = place in replies or post.reply is not None
                until = _next(post, now, is_there=is_there, is_answered=is_answered)
                book.postpone(place, until=until)
            work.commit()
        return frozenset(changed)


def _portions(places: Sequence[Place]) -> Iterable[tuple[Place, ...]]:
    return (
        tuple(places[at : at + MOST_REFERENCES]) for at in range(0, len(places), MOST_REFERENCES)
    )


def _question(
    post: PostedQuestion, work: DepartmentWork, matters: MatterCatalogue
) -> DepartmentQuestion | None:
    """Return the question once more, from what the case says."""
    case = work.cases.get(post.place.case_id)
    material = matters.version(case.matter_code, case.matter_version).material(post.place.material)
    rule = material and material.rule_for(Way.DEPARTMENT_CHECK, case.opened_on)
    if material is None or not isinstance(rule, DepartmentRule):
        return None
    return DepartmentQuestion(
        case_id=case.id,
        material=post.place.material,
        department=rule.department,
        question_zh=rule.question_zh,
        question_en=rule.question_en,
        applicant=case.owner(material),
        asked_at=post.asked_at,
        due_at=post.due_at,
    )


def _next(
    post: PostedQuestion, now: datetime, *, is_there: bool, is_answered: bool
) -> datetime | None:
    """Return when a question is looked after next; None once nobody waits for it any more."""
    if now >= post.due_at + _HEARD_FOR:
        return None
    if not is_there:
        doubled: timedelta = _FIRST_PAUSE * 2 ** min(post.attempts, _MOST_DOUBLINGS)
        return now + min(doubled, _LONGEST_PAUSE)
    if is_answered:
        return now + _ANSWERED
    # That its time has passed is noted on the minute.
    return min(now + _WAITING, post.due_at) if now < post.due_at else now + _OVERDUE
