"""The reference of every HTTP figure: an async POST with a pydantic model in and out.

Run as a module with a port; it has the same server settings as the service itself.
"""

import sys

from fastapi import FastAPI
from pydantic import BaseModel

from api.serving import serve_app


class Question(BaseModel):
    """What is posted."""

    identifier: str


class Answer(BaseModel):
    """What is answered."""

    identifier: str
    conclusion: str


def create_trivial_app() -> FastAPI:
    """Return an application that does nothing but answer."""
    app = FastAPI(openapi_url=None)

    @app.post("/trivial")
    async def trivial(question: Question) -> Answer:
        return Answer(identifier=question.identifier, conclusion="passed")

    return app


if __name__ == "__main__":
    serve_app(create_trivial_app(), host="127.0.0.1", port=int(sys.argv[1]))
