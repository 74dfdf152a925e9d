"""What callers read of each error: status, stable code, and words, Chinese first.

An error that stands in neither table here is a defect: a test walks the trees of all packages.
"""

from types import MappingProxyType
from typing import Final

from api.problem_words import cases, certs, decisions, signing, storage, verify, web

KINDS: Final = MappingProxyType(
    web.KINDS
    | certs.KINDS
    | signing.KINDS
    | storage.KINDS
    | verify.KINDS
    | cases.KINDS
    | decisions.KINDS
)
"""Errors whose words reach callers, by exact class."""

WITHOUT_DETAIL: Final = (
    web.WITHOUT_DETAIL
    | certs.WITHOUT_DETAIL
    | signing.WITHOUT_DETAIL
    | storage.WITHOUT_DETAIL
    | verify.WITHOUT_DETAIL
    | cases.WITHOUT_DETAIL
    | decisions.WITHOUT_DETAIL
)
"""Errors that deliberately end as INTERNAL."""
