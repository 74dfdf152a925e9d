"""Every negative case with its name, what must be found and what must be concluded.

``python -m tests.negative_cases`` prints docs/negative-cases.md; with ``--write`` it writes it.
"""

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path

from tests import caller_cases, negative_names, negative_names_between, trust_cases
from tests.caller_cases import CallerCase
from tests.doubles.nonces import MemoryNonces
from tests.foreign_cases import every_case
from tests.negative_names import Line
from tests.receipt_cases import receipt_cases
from tests.verdict_cases import Case, findings_of, report_of
from verify.checks import Check, Moment, Outcome
from verify.conclusions import Conclusion
from verify.errors import CallerNotTrustedError

DOCUMENT = Path(__file__).parents[1] / "docs" / "negative-cases.md"
REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a case comes to.

    Attributes:
        findings: Check, outcome and reason of each; of a request, why it was refused.
        at_sealing: The conclusion at sealing; empty for a request.
        now: The conclusion now; of a request, ``refused`` or ``answered``.
    """

    findings: frozenset[tuple[str, ...]]
    at_sealing: str
    now: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NegativeCase:
    """One thing that must not pass.

    Attributes:
        zh: What is wrong.
        en: The same in English.
        finding: What must be found, among whatever else.
        expected: The conclusions: at sealing, and now.
        judge: Brings it before the verifier.
    """

    name: str
    zh: str
    en: str
    finding: tuple[str, ...]
    expected: tuple[str, str]
    judge: Callable[[], Verdict]

    def __str__(self) -> str:
        return self.name.replace(" ", "-")


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """What is attacked."""

    letter: str
    zh: str
    en: str
    cases: tuple[NegativeCase, ...]


@cache
def groups() -> tuple[Group, ...]:
    """All of them, by what is attacked."""
    documents = {case.name: _of_document(case) for case in (*every_case(), *receipt_cases())}
    trust = {case.name: _of_trust(case) for case in trust_cases.all_cases()}
    requests = {case.name: _of_request(case) for case in caller_cases.CASES}
    names, between = negative_names, negative_names_between
    return (
        _group("F", "文件", "The file", names.FILE, documents),
        _group("S", "签名与电子签章", "Signatures and seals", names.SIGNATURES, documents),
        _group("C", "证书与吊销", "Certificates and revocation", names.CERTIFICATES, documents),
        _group("R", "数据与照面", "Record and face", names.RECORDS, documents),
        _group("Q", "二维码、图片与标识", "Codes, pictures, identifiers", names.CODES, documents),
        _group("I", "地区与颁发机构", "Regions and issuers", names.ISSUERS, documents),
        _group("L", "证照状态", "Legal status", names.STATUS, documents),
        _group("B", "状态列表", "Status lists", names.STATUS_LISTS, documents),
        _group("E", "印章状态", "Status of the seal", names.SEALS, documents),
        _group("T", "信任列表", "Trust lists", between.TRUST, trust),
        _group("K", "核验回执", "Receipts", between.RECEIPTS, documents),
        _group("A", "地区间请求", "Requests between regions", between.REQUESTS, requests),
    )


def all_cases() -> tuple[NegativeCase, ...]:
    return tuple(case for group in groups() for case in group.cases)


Unnamed = Callable[[str, str], NegativeCase]
"""A case that is still to be told what is wrong, in Chinese and in English."""


def _group(
    letter: str, zh: str, en: str, lines: Iterable[Line], known: Mapping[str, Unnamed]
) -> Group:
    cases = []
    for line in lines:
        name, said, *more = line
        plain = name.replace("-", " ") if " " not in name else name
        cases.append(
            known[name](
                said,
                more[0] if more else plain.removeprefix("receipt: ").replace("list: ", "list "),
            )
        )
    return Group(letter=letter, zh=zh, en=en, cases=tuple(cases))


def _of_document(case: Case) -> Unnamed:
    def judge() -> Verdict:
        report = report_of(case)
        return Verdict(
            findings=frozenset((str(i), str(j), k) for i, j, k in findings_of(report)),
            at_sealing=report.conclusion_at_sealing.value,
            now=report.conclusion.value,
        )

    return partial(
        _case,
        name=case.name,
        finding=case.finding,
        expected=(case.at_sealing.value, case.conclusion.value),
        judge=judge,
    )


def _of_trust(case: trust_cases.TrustCase) -> Unnamed:
    def judge() -> Verdict:
        report = case.report()
        return Verdict(
            findings=frozenset((str(i), str(j), k) for i, j, k in findings_of(report)),
            at_sealing=report.conclusion_at_sealing.value,
            now=report.conclusion.value,
        )

    is_later = case.finding[0].moment is Moment.NOW
    at_sealing = Conclusion.PASSED if is_later else case.conclusion
    return partial(
        _case,
        name=case.name,
        finding=case.finding,
        expected=(at_sealing.value, case.conclusion.value),
        judge=judge,
    )


def _of_request(case: CallerCase) -> Unnamed:
    def judge() -> Verdict:
        try:
            caller_cases.receive(case.change(caller_cases.sound()), MemoryNonces())
        except CallerNotTrustedError as error:
            return Verdict(findings=frozenset({(str(error.reason),)}), at_sealing="", now=REFUSED)
        return Verdict(findings=frozenset(), at_sealing="", now="answered")

    return lambda zh, en: NegativeCase(
        name=case.name,
        zh=zh,
        en=en,
        finding=(case.reason.value,),
        expected=("", REFUSED),
        judge=judge,
    )


def _case(  # noqa: PLR0913 - the parts of a case
    zh: str,
    en: str,
    *,
    name: str,
    finding: tuple[Check, Outcome, str],
    expected: tuple[str, str],
    judge: Callable[[], Verdict],
) -> NegativeCase:
    check, outcome, reason = finding
    return NegativeCase(
        name=name,
        zh=zh,
        en=en,
        finding=(check.value, outcome.value, reason),
        expected=expected,
        judge=judge,
    )


# The document --------------------------------------------------------------------------------

_HEAD = """\
# Negative cases · 反例

What must not pass, by name: {count} documents, answers, lists and requests with something wrong.
For each the finding that it must give, and what must be concluded at sealing (盖章时) and
now (现在). Each stands in one of the tables of `tests/`, is made anew with real keys, and is
brought before the verifier by `tests/unit/test_negative_cases.py`. (The EU's digital COVID
certificate had 46.)

Checks, outcomes and reasons are explained in `docs/verification.md`; why a request is refused, in
`docs/between-regions.md`. This page is printed by `python -m tests.negative_cases`; do not edit
it.
"""
_COLUMNS = """\
| № | What is wrong · 问题 | Must be found · 必须查出 | At sealing | Now |
|---|---|---|---|---|"""
_REQUEST_COLUMNS = """\
| № | What is wrong · 问题 | Must be refused as · 拒绝原因 |
|---|---|---|"""


def document() -> str:
    """docs/negative-cases.md."""
    blocks = [_HEAD.format(count=len(all_cases()))]
    blocks += ["\n".join(_section(group)) + "\n" for group in groups()]
    return "\n".join(blocks)


def _section(group: Group) -> Iterator[str]:
    yield f"## {group.en} · {group.zh}\n"
    are_requests = all(case.expected == ("", REFUSED) for case in group.cases)
    yield _REQUEST_COLUMNS if are_requests else _COLUMNS
    for number, case in enumerate(group.cases, start=1):
        cells = [f"{group.letter}{number:02}", f"{case.en} · {case.zh}", _finding(case.finding)]
        yield f"| {' | '.join(cells if are_requests else [*cells, *case.expected])} |"


def _finding(finding: tuple[str, ...]) -> str:
    if len(finding) == 1:
        return f"`{finding[0]}`"
    check, outcome, reason = finding
    return f"`{check}` {outcome}" + (f" `{reason}`" if reason else "")


if __name__ == "__main__":
    if "--write" in sys.argv:
        DOCUMENT.write_text(document(), "utf-8")
    else:
        sys.stdout.write(document())
