"""Freshness (时效): how old what a source said was when a decision came to rest on it."""

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum, unique
from types import MappingProxyType
from typing import Final


@unique
class Age(StrEnum):
    """Ages that are told apart, the youngest first; each is all that the ones before are not."""

    SECONDS = "10s"
    MINUTE = "1m"
    MINUTES = "10m"
    HOUR = "1h"
    DAY = "1d"
    WEEK = "7d"
    LONGER = "longer"

    @property
    def zh(self) -> str:
        """What people read."""
        return _WORDS[self][0]

    @property
    def en(self) -> str:
        """The same in English."""
        return _WORDS[self][1]


AT_MOST: Final[Mapping[Age, timedelta]] = MappingProxyType(
    {
        Age.SECONDS: timedelta(seconds=10),
        Age.MINUTE: timedelta(minutes=1),
        Age.MINUTES: timedelta(minutes=10),
        Age.HOUR: timedelta(hours=1),
        Age.DAY: timedelta(days=1),
        Age.WEEK: timedelta(days=7),
    }
)
"""How old each may be; ``LONGER`` has no end."""

_WORDS: Final = MappingProxyType(
    {
        Age.SECONDS: ("10 秒以内", "up to 10 seconds"),
        Age.MINUTE: ("10 秒至 1 分钟", "10 seconds to 1 minute"),
        Age.MINUTES: ("1 至 10 分钟", "1 to 10 minutes"),
        Age.HOUR: ("10 分钟至 1 小时", "10 minutes to 1 hour"),
        Age.DAY: ("1 小时至 1 天", "1 hour to 1 day"),
        Age.WEEK: ("1 至 7 天", "1 to 7 days"),
        Age.LONGER: ("超过 7 天", "more than 7 days"),
    }
)


def age_of(lag: timedelta) -> Age:
    """Return the age that a lag counts as; clocks that differ make some lags less than nothing."""
    return next((age for age, most in AT_MOST.items() if lag <= most), Age.LONGER)


def in_order(counts: Mapping[str, int]) -> dict[Age, int]:
    """Return how many decisions rested on what was how old, the youngest first."""
    return {age: counts[age] for age in Age if counts.get(age)}
