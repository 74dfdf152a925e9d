"""Sends browsers on."""

import re
from typing import Final

from fastapi.responses import RedirectResponse

PATH: Final = re.compile(r"/([A-Za-z0-9._-]+(/[A-Za-z0-9._-]+)*)?")
"""A path of our own, without a query: a browser may say where it wants to go back to."""


def go(address: str) -> RedirectResponse:
    """Send the browser on with GET after a form was taken."""
    return RedirectResponse(address, 303)
