"""What questions to departments need from outside: where they are kept, and how they travel."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from certs.canonical import JsonValue
from certs.regions import RegionCode
from verify.acceptance.places import Place
from verify.acceptance.ports import AcceptanceWork, Reply
from verify.departments.questions import GivenAnswer, KeptQuestion
from verify.letters import LetterKind


class Courier(Protocol):
    """Carries letters to other regions."""

    def ask(self, region: RegionCode, kind: LetterKind, body: dict[str, JsonValue]) -> JsonValue:
        """Return what a region answers to a letter, its signature checked.

        Raises:
            SourceSilentError: It did not answer, or not in a way to be believed.
        """
        ...


class QuestionBox(Protocol):
    """The questions that departments of this region have (待核验箱)."""

    def add(self, question: KeptQuestion) -> None:
        """Keep a new question.

        Raises:
            RecordRefusedError: It is there already.
        """
        ...

    def get(self, receipt: str) -> KeptQuestion:
        """Return a question.

        Raises:
            DepartmentQuestionNotFoundError: There is none.
        """
        ...

    def find(self, asker: RegionCode, place: Place) -> KeptQuestion | None:
        """Return the question of a region about a material, or None."""
        ...

    def replies(self, asker: RegionCode, places: tuple[Place, ...]) -> Mapping[Place, Reply | None]:
        """Return what was answered last; None where nothing was, nothing where none was asked."""
        ...

    def newest(
        self,
        limit: int,
        *,
        after: str | None = None,
        open_only: bool = False,
        department: str | None = None,
    ) -> tuple[KeptQuestion, ...]:
        """Return questions, the newest first, from behind the receipt number ``after``."""
        ...

    def add_answer(self, receipt: str, answer: GivenAnswer) -> None:
        """Keep one more answer, which is now the one that stands.

        Raises:
            DepartmentQuestionNotFoundError: There is no such question.
        """
        ...

    def drop_applicants(self, *, answered_before: datetime) -> int:
        """Forget of whom questions were that were answered before; return of how many."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class PostedQuestion:
    """A question on its way to a department of any region (待送达).

    Attributes:
        place: What it is about.
        asked_at: When its clock began to run.
        due_at: Until when the department has to answer.
        region: Where it was delivered; None while it was not.
        attempts: How often somebody was asked about it.
        reply: What the department said last; None while it has said nothing.
    """

    place: Place
    asked_at: datetime
    due_at: datetime
    region: RegionCode | None = None
    attempts: int = 0
    reply: Reply | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HeardReply:
    """What a department said last.

    Attributes:
        reply: What it says.
        region: Whose department it is.
        at: When that was heard.
    """

    reply: Reply
    region: RegionCode
    at: datetime


class PostBook(Protocol):
    """The questions that this region's windows asked (发件箱); look-ups put them there."""

    def take(self, limit: int, *, now: datetime, until: datetime) -> tuple[PostedQuestion, ...]:
        """Return what is due, the longest waiting first, and make it due again ``until``."""
        ...

    def take_of_case(
        self, case_id: str, *, asked_before: datetime, now: datetime
    ) -> tuple[PostedQuestion, ...]:
        """Return what a case waits for and nobody was asked about since ``asked_before``."""
        ...

    def note_delivered(self, place: Place, *, region: RegionCode) -> None:
        """Note where a question was delivered."""
        ...

    def note_lost(self, place: Place) -> None:
        """Note that a question has to be delivered anew."""
        ...

    def note_reply(self, place: Place, reply: Reply, *, at: datetime) -> None:
        """Note what a department says now."""
        ...

    def postpone(self, place: Place, *, until: datetime | None) -> None:
        """Let a question be due later; never again without a time."""
        ...

    def replies(self, case_id: str) -> Mapping[Place, HeardReply]:
        """Return what departments said last about a case."""
        ...


class DepartmentWork(AcceptanceWork, Protocol):
    """A unit of work that also has what departments are asked."""

    @property
    def department_questions(self) -> QuestionBox:
        """The questions that departments of this region have."""
        ...

    @property
    def department_posts(self) -> PostBook:
        """The questions on their way."""
        ...
