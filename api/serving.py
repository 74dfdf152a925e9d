"""How this program's applications are served: the one set of server settings."""

import gc
import sys
from typing import Any, Final

import uvicorn

_COLLECT_AFTER: Final = 50_000
_GENERATION: Final = 50
_TURN_SECONDS: Final = 0.001


def serve_app(app: Any, *, host: str, port: int) -> None:  # noqa: ANN401 - any ASGI application
    """Serve an application until it is told to end."""
    # What is remembered lives long; looking through all of it again and again takes more time
    # than answering. What is there now stays for good.
    gc.collect()
    gc.freeze()
    gc.set_threshold(_COLLECT_AFTER, _GENERATION, _GENERATION)
    # A thread between two statements holds the write lock of SQLite, for which others wait: it
    # must not wait the default 5 ms for the interpreter as well.
    sys.setswitchinterval(_TURN_SECONDS)
    uvicorn.run(
        app,
        host=host,
        port=port,
        log_level="warning",
        # Addresses and codes are nobody's business; the usage log is data, not logging.
        access_log=False,
    )
