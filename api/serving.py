"""How this program's applications are served: the one set of server settings."""

import gc
from typing import Any, Final

import uvicorn

_COLLECT_AFTER: Final = 50_000
_GENERATION: Final = 50


def serve_app(app: Any, *, host: str, port: int) -> None:  # noqa: ANN401 - any ASGI application
    """Serve an application until it is told to end."""
    # What is remembered lives long; looking through all of it again and again takes more time
    # than answering. What is there now stays for good.
    gc.collect()
    gc.freeze()
    gc.set_threshold(_COLLECT_AFTER, _GENERATION, _GENERATION)
    uvicorn.run(
        app,
        host=host,
        port=port,
        log_level="warning",
        # Addresses and codes are nobody's business; the usage log is data, not logging.
        access_log=False,
    )
