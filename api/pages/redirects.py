"""Sends browsers on."""

from fastapi.responses import RedirectResponse


def go(address: str) -> RedirectResponse:
    """Send the browser on with GET after a form was taken."""
    return RedirectResponse(address, 303)
