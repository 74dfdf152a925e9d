"""How far a case is (办理进度), step by step, as the window's one screen shows it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from verify.acceptance.notices import CaseMaterial, CaseView
from verify.matters.materials import Necessity
from verify.prefill.desk import FormView


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step.

    Attributes:
        place: Where on the page it is done.
        told: How much of it is done; empty where that is one thing.
        is_current: Whether it is the first that is not done.
    """

    place: str
    zh: str
    en: str
    told: str = ""
    is_done: bool
    is_current: bool = False


def steps_of(
    view: CaseView, form: FormView | None, *, has_receipt: bool, is_settled: bool
) -> Sequence[Step]:
    """Return the steps of a case in their order; a matter without a form has one less."""
    decided = sum(item.decision is not None for item in view.materials)
    steps = [
        Step(
            place="materials",
            zh="材料",
            en="Materials",
            told=f"{decided}/{len(view.materials)}",
            is_done=not open_materials(view),
        ),
        *([_filling(form)] if form is not None else ()),
        Step(place="receipt", zh="受理通知书", en="Receipt", is_done=has_receipt),
        Step(place="settle", zh="办结", en="Outcome", is_done=is_settled),
    ]
    left = () if is_settled else (step for step in steps if not step.is_done)
    first = next(iter(left), None)
    return [replace(step, is_current=step is first) for step in steps]


def _filling(form: FormView) -> Step:
    filled = sum(bool(item.value) for item in form.fields)
    return Step(
        place="form",
        zh="申请表",
        en="Form",
        told=f"{filled}/{len(form.fields)}",
        is_done=all(item.value or not item.field.is_required for item in form.fields),
    )


def open_materials(view: CaseView) -> Sequence[CaseMaterial]:
    """Return the materials about which something still has to be decided."""
    return [
        item
        for item in view.materials
        if item.decision is None and item.material.necessity is not Necessity.OPTIONAL
    ]
