"""Who waits for a preview: one is drawn at a time, and of each person the last one wins."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count


class PreviewRoom:
    """Room for one preview at a time; whoever asked again meanwhile is not drawn for twice."""

    def __init__(self) -> None:
        self._drawing = threading.Lock()
        self._counting = threading.Lock()
        self._numbers = count()
        self._newest: dict[str, int] = {}

    @contextmanager
    def turn(self, person: str) -> Iterator[bool]:
        """Wait for the room; tell whether this is still the person's newest question."""
        with self._counting:
            number = self._newest[person] = next(self._numbers)
        with self._drawing:
            try:
                yield self._newest.get(person) == number
            finally:
                self._leave(person, number)

    def _leave(self, person: str, number: int) -> None:
        """Forget a person whom nothing is to be drawn for any more."""
        with self._counting:
            if self._newest.get(person) == number:
                del self._newest[person]
