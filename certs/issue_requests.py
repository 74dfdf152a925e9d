"""What is asked for in issuing, and what became of it."""

from dataclasses import dataclass

from certs.applications import LicenseApplication
from certs.errors import LicenseError
from certs.licenses import License


@dataclass(frozen=True, slots=True)
class IssueRequest:
    """One application under a key that names the request, so that it is served once.

    Attributes:
        replaces: Identifier of the license whose next version this is to be (延续, 变更); empty
            for a license of its own.
    """

    key: str
    application: LicenseApplication
    replaces: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueOutcome:
    """What became of one request: a license, or why there is none."""

    key: str
    license: License | None = None
    refusal: LicenseError | None = None
