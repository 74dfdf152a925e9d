"""How this program's applications are served: the one set of server settings."""

from typing import Any

import uvicorn


def serve_app(app: Any, *, host: str, port: int) -> None:  # noqa: ANN401 - any ASGI application
    """Serve an application until it is told to end."""
    uvicorn.run(
        app,
        host=host,
        port=port,
        log_level="warning",
        # Addresses and codes are nobody's business; the usage log is data, not logging.
        access_log=False,
    )
