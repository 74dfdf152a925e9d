"""Turns (轮次) at SQLite's one write lock, for the threads of one process.

SQLite itself lets whoever finds the lock taken sleep and look again, ever longer; threads that
queue are served as soon as the one before them has ended. Other processes are met at the lock.
"""

import threading
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import Connection

from storage.errors import DatabaseBusyError

_HELD: Final = "write_turn"


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteTurns:
    """The queue at one database.

    Attributes:
        seconds: How long one waits for one's turn.
    """

    seconds: float
    _turn: threading.Lock = field(default_factory=threading.Lock)

    def take(self, connection: Connection) -> None:
        """Wait for the turn; a connection that has it keeps it.

        Raises:
            DatabaseBusyError: It did not come in time.
        """
        if _HELD in connection.info:
            return
        if not self._turn.acquire(timeout=self.seconds):
            raise DatabaseBusyError("数据库繁忙，请稍后重试 · the database is busy; try again")
        connection.info[_HELD] = self._turn

    @staticmethod
    def end(info: dict[Any, Any]) -> None:
        """Let the next one begin, if the connection with this ``info`` had the turn."""
        turn: threading.Lock | None = info.pop(_HELD, None)
        if turn is not None:
            turn.release()
