"""Refusals (拒绝记录): what the gate did not let pass, for whoever supervises."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from verify.acceptance.records import DecisionRequest, Form


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A decision that the gate refused; it names nobody but the person at the window.

    Attributes:
        case_id: The case.
        material: Code of the material.
        operator: Who wanted it.
        form: How it was to be had.
        code: Why it was refused, as callers read it.
        refused_at: When.
    """

    case_id: str
    material: str
    operator: str
    form: Form
    code: str
    refused_at: datetime

    @classmethod
    def of(
        cls, case_id: str, material: str, request: DecisionRequest, *, code: str, at: datetime
    ) -> "Refusal":
        """Return the refusal of a request."""
        return cls(
            case_id=case_id,
            material=material,
            operator=request.operator,
            form=request.form,
            code=code,
            refused_at=at,
        )


class RefusalBook(Protocol):
    """Where refusals are kept; they are added once and never changed."""

    def add(self, refusal: Refusal) -> None:
        """Keep a refusal."""
        ...
