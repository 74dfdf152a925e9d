"""How properties are searched: never against the clock, and the same way on the build server."""

import os

from hypothesis import settings

settings.register_profile("developer", deadline=None)
settings.register_profile("server", deadline=None, derandomize=True)
settings.load_profile("server" if os.environ.get("CI") else "developer")
