"""What makes a region silent, and answers in lines that may end in silence."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final, Self

import httpx

from api.clients.breakers import Heard

_PASSING: Final = (
    httpx.TimeoutException,
    httpx.NetworkError,
    httpx.RemoteProtocolError,
    httpx.ProxyError,
)
"""Trouble that another attempt may not meet."""

logger = logging.getLogger(__name__)


class SilenceError(Exception):
    """An exchange that gave no answer; it never leaves the clients.

    Attributes:
        may_ask_again: Another attempt may fare better.
        heard: What it says of the region; nothing, where the fault is our own.
    """

    def __init__(
        self, reason: str, *, may_ask_again: bool = False, heard: Heard = Heard.BADLY
    ) -> None:
        super().__init__(reason)
        self.may_ask_again = may_ask_again
        self.heard = heard


@contextmanager
def trouble() -> Iterator[None]:
    """Turn what can go wrong on the way into silence.

    Raises:
        SilenceError: Something did.
    """
    try:
        yield
    except _PASSING as error:
        raise SilenceError(type(error).__name__, may_ask_again=True) from error
    except (httpx.HTTPError, httpx.InvalidURL, UnicodeError) as error:
        raise SilenceError(type(error).__name__) from error


class Lines:
    """The lines of an answer (NDJSON), one at a time, each within bounds."""

    def __init__(self, chunks: Iterator[bytes], *, max_bytes: int, most: int) -> None:
        self._lines = self._split(chunks, max_bytes, most)
        self.heard = Heard.NOTHING
        """How it ended; nothing yet while lines are left."""

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> bytes:
        try:
            return next(self._lines)
        except SilenceError as error:
            self.heard = Heard.BADLY
            logger.warning("a region breaks off: %s", error)
            raise StopIteration from error
        except StopIteration:
            if self.heard is Heard.NOTHING:
                self.heard = Heard.WELL
            raise

    @staticmethod
    def _split(chunks: Iterator[bytes], max_bytes: int, most: int) -> Iterator[bytes]:
        rest, count = b"", 0
        for chunk in chunks:
            *whole, rest = (rest + chunk).split(b"\n")
            count += len(whole)
            if count > most or max(map(len, (*whole, rest))) > max_bytes:
                raise SilenceError("too many lines, or one that is too long")
            yield from filter(None, whole)
        if rest:
            yield rest
