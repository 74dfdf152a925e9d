"""Hands each request of somebody who is signed in to the record, with how it was answered."""

from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.callers import Caller
from api.services import Services

_NO_ANSWER: Final = 500


class DecisionRecorder:
    """Notes the last decision about a request: the one that knew most about it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and note what was decided when its answer is known."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status = _NO_ANSWER

        async def listening(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, listening)
        finally:
            _note(scope, status)


def _note(scope: Scope, status: int) -> None:
    state = scope.get("state", {})
    caller: Caller | None = state.get("caller")
    if caller is not None and caller.trail:
        services: Services = state["services"]
        services.decisions.note(
            caller.trail[-1],
            caller.grant,
            status=status,
            target=f"{scope['method']} {scope['path']}",
        )
