"""How tests are named, and how properties are searched: the same way in every worker.

Properties never run against the clock, and on the build server they ask the same questions.
"""

import os

from hypothesis import settings

settings.register_profile("developer", deadline=None)
settings.register_profile("server", deadline=None, derandomize=True)
settings.load_profile("server" if os.environ.get("CI") else "developer")

_LONGEST_NAME = 60


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Name long texts by their argument: signed ones differ from worker to worker."""
    long = isinstance(val, str | bytes) and len(val) > _LONGEST_NAME
    return argname if long else None
