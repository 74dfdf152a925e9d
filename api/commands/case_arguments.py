"""Arguments that the commands of cases and of one-things share: who applies, and how it is had."""

import argparse

from api.commands.access import holder_of
from api.commands.registry import question_choice
from verify.acceptance.reasons import ReasonCode
from verify.acceptance.records import Applicant, DecisionRequest, Form


def add_applicant(parser: argparse.ArgumentParser) -> None:
    """Add who applies, who takes it in, the answers to questions, and the parties."""
    parser.add_argument("--holder", required=True, metavar="CODE", help="申请人证件号码")
    parser.add_argument("--name", required=True, help="申请人名称")
    parser.add_argument("--operator", required=True, help="受理人员工号")
    parser.add_argument(
        "--situation",
        action="append",
        default=[],
        type=question_choice,
        metavar="QUESTION=CHOICE",
        help="情形，可重复 · answers to the matter's questions, may be repeated",
    )
    parser.add_argument(
        "--party",
        action="append",
        default=[],
        type=_party,
        metavar="PARTY=CODE,NAME",
        help="当事人，可重复 · whose licenses are looked up beside the applicant's",
    )


def applicant_of(options: argparse.Namespace) -> Applicant:
    """Return who applies.

    Raises:
        MalformedIdentifierError: The code is not one of its kind.
        MalformedApplicantError: The name is not one.
    """
    return Applicant(code=holder_of(options.holder), name=options.name)


def parties_of(options: argparse.Namespace) -> dict[str, Applicant]:
    """Return the parties; the same errors."""
    return {
        party: Applicant(code=holder_of(code), name=name) for party, code, name in options.party
    }


def add_decision(parser: argparse.ArgumentParser) -> None:
    """Add how a material is had."""
    parser.add_argument("--form", required=True, type=Form, choices=list(Form))
    parser.add_argument("--operator", required=True)
    parser.add_argument("--voluntary", action="store_true", help="申请人自愿提交")
    parser.add_argument("--reason", type=ReasonCode, choices=list(ReasonCode))
    parser.add_argument("--note")
    parser.add_argument("--approver")


def decision_of(options: argparse.Namespace) -> DecisionRequest:
    """Return how a material is had."""
    return DecisionRequest(
        form=options.form,
        operator=options.operator,
        voluntary=options.voluntary,
        reason=options.reason,
        note=options.note,
        approver=options.approver,
    )


def _party(text: str) -> tuple[str, str, str]:
    party, equals, person = text.partition("=")
    code, comma, name = person.partition(",")
    if not (party and equals and code and comma and name):
        raise argparse.ArgumentTypeError("PARTY=CODE,NAME")
    return party, code, name
