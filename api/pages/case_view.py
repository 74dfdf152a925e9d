"""The page of one case (办件): its materials as they stand, and what is to be done about them."""

from collections.abc import Mapping

from fastapi.responses import HTMLResponse

from api.case_marks import case_marks
from api.case_steps import open_materials, steps_of
from api.labels import label_of
from api.license_reading import file_address
from api.pages.rendering import Page
from api.pages.window_tabs import window_tabs
from api.problems import Problem
from api.services import Services
from api.words_of_silence import gaps_of
from verify.acceptance.exceptions import ExceptionDecline, ExceptionRequest
from verify.acceptance.notices import CaseView
from verify.acceptance.reasons import REASONS
from verify.errors import MatterNotFoundError
from verify.prefill.desk import FormView
from verify.prefill.filling import FilledField
from verify.prefill.sources import SourceKind


def render_case(
    page: Page,
    case_id: str,
    *,
    refused: tuple[str, Problem] | None = None,
    typed: Mapping[str, str] | None = None,
    form_problem: Problem | None = None,
) -> HTMLResponse:
    """Return the page of a case as it stands.

    Args:
        page: What is asked for.
        case_id: The case.
        refused: The material that something was refused of, and why; None for nothing.
        typed: What was typed into the form and not kept.
        form_problem: Why it was not; None where nothing was.

    Raises:
        CaseNotFoundError: There is no such case.
    """
    view = page.services.acceptance.view_case(case_id)
    addresses = {
        item.material.code: file_address(str(lookup.license), "pdf", case=case_id)
        for item in view.materials
        for lookup in item.lookups
        if lookup.license is not None and lookup.region == page.services.region
    }
    with page.services.unit_of_work() as work:
        work.only_read()
        receipt = work.case_receipts.latest(case_id)
        sent = work.transfers.sent(case_id)
        returned = work.returns.kept(sent.number) if sent is not None else None
        outcome = work.outcomes.find(case_id)
        made = work.outcomes.license_of(case_id)
    waiting, declined = _exceptions(page.services, view)
    form = _form(page.services, case_id)
    problem = refused[1] if refused else form_problem
    return page.render(
        "case.html",
        receipt=receipt,
        sent=sent,
        returned=returned,
        outcome=outcome,
        made=made,
        tabs=window_tabs(page),
        waiting=waiting,
        declined=declined,
        given=_given(page, view) if outcome is None else [],
        may_settle=outcome is None and _may_settle(page, view),
        servable=[item for item in view.materials if item.serving and item.decision is None],
        is_complete=not open_materials(view),
        open_count=len(open_materials(view)),
        status=problem.kind.status.value if problem else 200,
        view=view,
        steps=steps_of(view, form, has_receipt=receipt is not None, is_settled=outcome is not None),
        form=form,
        correctable=[item for item in form.fields if _is_of_license(item, form)] if form else [],
        typed=typed or {},
        form_problem=form_problem,
        gaps={item.material.code: gaps_of(item) for item in view.materials},
        addresses=addresses,
        marks=case_marks(view, page.services),
        reasons=REASONS,
        refused_code=refused[0] if refused else "",
        problem=refused[1] if refused else None,
    )


def _form(services: Services, case_id: str) -> FormView | None:
    """Return the form of a case, filled in; None where its matter has none, or is not at hand."""
    try:
        form = services.forms.view(case_id)
    except MatterNotFoundError:
        return None
    return form if form.fields else None


def _is_of_license(item: FilledField, form: FormView) -> bool:
    """Tell whether a license says what stands in a field, and nobody said yet that it is wrong."""
    is_said = item.field.code in form.corrections
    return item.origin is not None and item.origin.kind is SourceKind.LICENSE and not is_said


def _exceptions(
    services: Services, view: CaseView
) -> tuple[dict[str, ExceptionRequest], dict[str, ExceptionDecline]]:
    """Return what waits for a second person, and what was declined last, by material."""
    decided = {item.material.code for item in view.materials if item.decision is not None}
    waiting: dict[str, ExceptionRequest] = {}
    declined: dict[str, ExceptionDecline] = {}
    for asked, decline in services.exceptions.of_case(view.case.id):
        if asked.material in decided:
            continue
        if decline is None:
            waiting[asked.material] = asked
        else:
            declined[asked.material] = decline
    return waiting, declined


def _may_settle(page: Page, view: CaseView) -> bool:
    """Tell whether whoever looks may decide the case: an approver who took no part in it."""
    person = page.caller.person if page.caller is not None else ""
    operators = {item.decision.request.operator for item in view.materials if item.decision}
    took_part = person in operators | {view.case.operator}
    return not took_part and page.services.exceptions.may_approve(person)


def _given(page: Page, view: CaseView) -> list[tuple[str, tuple[str, str]]]:
    """Return the fields of the result that the approver settles, with their labels."""
    rule = page.services.outcomes.desk.result_of(view)
    if rule is None:
        return []
    license_type = page.services.license_type(str(rule.license_type))
    return [(name, label_of(name, license_type)) for name in rule.given]
