"""``yinxin case``: open a case, decide on a material, show it."""

import argparse
from typing import Any

from api.commands import (
    case_audit,
    case_forms,
    case_outcomes,
    case_promises,
    case_receipts,
    case_transfers,
    complaints,
)
from api.commands.case_arguments import (
    add_applicant,
    add_decision,
    applicant_of,
    decision_of,
    parties_of,
)
from api.commands.registry import Commands, add_command, add_group
from api.composition import open_services
from api.console import OK, Output
from verify.acceptance.notices import CaseMaterial, CaseView, Outcome

_OUTCOMES = {
    Outcome.EXEMPT: "已取消，任何人不得要求 · abolished, nobody may ask for it",
    Outcome.E_LICENSE: "已调取电子证照，免于提交 · e-license attached, nothing to bring",
    Outcome.DATA_CHECKED: "已通过数据核验，免于提交 · a register confirms it, nothing to bring",
    Outcome.DEPARTMENT_CHECKED: "已经部门核验，免于提交 · its department confirms it",
    Outcome.CHECK_RUNNING: "部门核验中，暂不得要求 · its department was asked, wait",
    Outcome.CHECK_REQUIRED: "未经部门核验，不得要求 · no department was heard, not to be demanded",
    Outcome.MAY_DEMAND: "未查到，可按理由要求 · none found, may be demanded for a reason",
    Outcome.SELF_PROVIDED: "申请人自备 · the applicant's own",
    Outcome.UNAVAILABLE: "数据源无应答 · a register is silent",
}


def register(commands: Commands, shared: argparse.ArgumentParser) -> None:
    """Join the command line."""
    group = add_group(commands, "case", text="办件 · cases", parents=[shared])
    opened = add_command(group, "open", _open, text="收件 · open a case", parents=[shared])
    opened.add_argument("--matter", required=True, metavar="CODE")
    add_applicant(opened)
    decide = add_command(group, "decide", _decide, text="材料决定 · decide", parents=[shared])
    decide.add_argument("case")
    decide.add_argument("material")
    add_decision(decide)
    case_promises.register(group, [shared])
    case_audit.register(group, [shared])
    show = add_command(group, "show", _show, text="查看办件 · show", parents=[shared])
    show.add_argument("case")
    case_forms.register(group, shared)
    case_outcomes.register(group, shared)
    case_receipts.register(group, shared)
    case_transfers.register(group, shared)
    complaints.register(group, shared)


def _open(options: argparse.Namespace, output: Output) -> int:
    applicant = applicant_of(options)
    with open_services(options.home) as services:
        view = services.acceptance.open_case(
            options.matter,
            applicant,
            operator=options.operator,
            situation=dict(options.situation),
            parties=parties_of(options),
        )
    _print(view, output)
    return OK


def _decide(options: argparse.Namespace, output: Output) -> int:
    request = decision_of(options)
    with open_services(options.home) as services:
        decision = services.acceptance.decide(options.case, options.material, request)
    output.result(
        {"case": decision.case_id, "material": decision.material, "form": request.form.value},
        f"已记录 · recorded: {decision.material} {request.form.value}",
    )
    return OK


def _show(options: argparse.Namespace, output: Output) -> int:
    with open_services(options.home) as services:
        view = services.acceptance.hear(options.case)
    _print(view, output)
    return OK


def _print(view: CaseView, output: Output) -> None:
    value = {"case": view.case.id, "materials": [material_json(item) for item in view.materials]}
    lines = [f"办件 {view.case.id} {view.matter.name_zh}"]
    lines += [material_line(item) for item in view.materials]
    output.result(value, *lines)


def material_line(item: CaseMaterial) -> str:
    """Return how a material stands, in words."""
    rule = item.rule_shown
    basis = f"\n    依据 basis：{rule.legal_basis}" if rule is not None else ""
    ways = [
        text
        for text, is_open in (
            ("可告知承诺 commitment", item.may_commit),
            ("可容缺办理 deferral", item.may_defer),
        )
        if is_open
    ]
    due_at = item.department_due_at
    until = f"（至 until {due_at:%Y-%m-%d %H:%M}Z）" if due_at is not None else ""
    others = f"\n    {'；'.join(ways)}" if ways else ""
    silent = " ".join(source for found in item.lookups for source in found.silent)
    outside = " ".join(str(region) for found in item.lookups for region in found.outside)
    others += f"\n    未应答 silent：{silent}" if silent else ""
    others += f"\n    未签授信约定，未查询 no agreement, not asked：{outside}" if outside else ""
    name = f"{item.material.code} {item.material.name_zh}"
    return f"  {name}：{_OUTCOMES[item.outcome]}{until}{others}{basis}"


def material_json(item: CaseMaterial) -> dict[str, Any]:
    """Return a material of a case for programs."""
    found = item.lookup.license if item.lookup else None
    rule, due_at = item.rule_shown, item.department_due_at
    return {
        "code": item.material.code,
        "name": item.material.name_zh,
        "outcome": item.outcome.value,
        "license": str(found) if found else None,
        "legal_basis": rule.legal_basis if rule else None,
        "due_at": due_at.isoformat() if due_at else None,
        "silent": [source for look_up in item.lookups for source in look_up.silent],
        "outside": [str(region) for look_up in item.lookups for region in look_up.outside],
        "commitment_possible": item.may_commit,
        "deferral_possible": item.may_defer,
        "reasons_allowed": [reason.value for reason in item.reasons_allowed],
        "decision": item.decision.request.form.value if item.decision else None,
    }
