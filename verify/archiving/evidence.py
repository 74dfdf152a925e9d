"""What it takes to verify a license again in thirty years (长期验证证据), as files of a package.

All of it is what the verification before archiving went by; nothing is asked for anew.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import reduce
from typing import Any, Final

from certs import canonical
from certs.packages.files import (
    ANSWERS,
    CERTIFICATES,
    EVIDENCE,
    RECORD,
    REVOCATION_LISTS,
    STATUS_LIST,
    TRUST_LIST,
    VALIDATION,
)
from signing.algorithms import sm3
from verify.archive_checks.subjects import Verdict
from verify.checks import Outcome
from verify.conclusions import Conclusion
from verify.examination import Examination
from verify.grounds import Grounds
from verify.grounds_json import grounds_json
from verify.judging import judge
from verify.policies import Purpose, shipped_policy
from verify.receipt_issuing import ReceiptDesk
from verify.report import Report
from verify.sources import RecordedSources
from verify.verifier import Inquiry, Verifier

SCHEMA: Final = "yinxin.validation/1"
ANSWERS_SCHEMA: Final = "yinxin.answers/1"
_MAX_ANSWERS_BYTES: Final = 2**20
_NAME_LETTERS: Final = 32
_INQUIRY: Final = Inquiry(policy=shipped_policy(Purpose.ARCHIVE))
"""Was it genuine when it was sealed? What happened since is noted."""

ReportJson = Callable[[Report], Mapping[str, Any]]
"""Puts a report into its public form."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """A content file that was verified.

    Attributes:
        receipt: A receipt of the verdict; empty if none was given.
    """

    examination: Examination
    report: Report
    receipt: bytes = b""

    @property
    def verdict(self) -> Verdict:
        """What the checks of the four properties go by."""
        bad = {item.check.value for item in self.report.findings if item.outcome is not Outcome.OK}
        record = self.examination.record
        return Verdict(
            now=self.report.conclusion.value,
            at_sealing=self.report.conclusion_at_sealing.value,
            bad=tuple(sorted(bad)),
            record=sm3(record).hex() if record else "",
        )


def verify_faces(
    contents: Mapping[str, bytes], verifier: Verifier, receipts: ReceiptDesk | None = None
) -> dict[str, Verified]:
    """Verify faces; return what came out, by path, with a receipt of the first if any are given.

    Raises:
        ReceiptRefusedError: Of the verdict no receipt can be given.
    """
    found: dict[str, Verified] = {}
    for name, content in contents.items():
        examination = verifier.examine(content)
        first = next(iter(found.values()), None)
        if first is not None:
            found[name] = _verified_alike(examination, first, verifier)
        elif receipts is not None:
            # The verdict in a receipt is a verdict: nothing is judged twice.
            issued = receipts.issue(examination, _INQUIRY)
            found[name] = Verified(
                examination=examination, report=issued.report, receipt=issued.encoded
            )
        else:
            report = verifier.judge(examination, _INQUIRY)
            found[name] = Verified(examination=examination, report=report)
    return found


def _verified_alike(examination: Examination, first: Verified, verifier: Verifier) -> Verified:
    """Judge a further face of a license by what was heard about the first, if that is enough."""
    grounds = first.report.grounds
    report = judge(
        examination,
        sources=RecordedSources(grounds, trust=verifier.trust.current()),
        policy=_INQUIRY.policy,
        now=grounds.gathered_at,
    )
    if report.conclusion_at_sealing is not Conclusion.PASSED:
        report = verifier.judge(examination, _INQUIRY)
    return Verified(examination=examination, report=report)


def evidence_files(
    verified: Mapping[str, Verified], *, report_json: ReportJson
) -> dict[str, bytes]:
    """Return certificates, lists, trust list, answers and reports, by path."""
    files = {VALIDATION: _validation(verified, report_json)}
    for item in verified.values():
        files |= _certificates(item.examination, item.report.grounds)
    heard = [item.report.grounds for item in verified.values()]
    return files | (_lists(reduce(Grounds.with_more, heard)) if heard else {})


def _validation(verified: Mapping[str, Verified], report_json: ReportJson) -> bytes:
    reports = {name: report_json(item.report) for name, item in verified.items()}
    value = {"schema": SCHEMA, "record": RECORD, "reports": reports}
    return json.dumps(value, ensure_ascii=False, sort_keys=True).encode()


def _certificates(examination: Examination, grounds: Grounds) -> dict[str, bytes]:
    """Return the certificates of signers, their authorities, and what regions publish."""
    inside = [item for reading in examination.readings for item in (reading.signer, *reading.chain)]
    published = [item for _, items in grounds.certificates for item in items]
    return _named(CERTIFICATES, "cer", (*inside, *published))


def _lists(grounds: Grounds) -> dict[str, bytes]:
    """Return what the regions said."""
    revocations = (item for _, items in grounds.revocation_lists for item in items)
    files = _named(REVOCATION_LISTS, "crl", revocations)
    if grounds.trust_list:
        files[TRUST_LIST] = grounds.trust_list
    for _, token in grounds.status_lists:
        if token is not None:
            files[STATUS_LIST] = token
    for region, standings in grounds.seal_standings:
        if standings is not None:
            files[f"{EVIDENCE}seal-standings-{region}.json"] = standings
    if grounds.has_answers:
        files[ANSWERS] = _answers(grounds)
    return files


def _answers(grounds: Grounds) -> bytes:
    """Return what regions answered to questions of that moment, with the questions."""
    heard = grounds_json(grounds)
    kept = {name: heard[name] for name in ("license_answers", "seal_answers")}
    return canonical.encode({"schema": ANSWERS_SCHEMA, **kept}, max_bytes=_MAX_ANSWERS_BYTES)


def _named(folder: str, suffix: str, contents: Iterable[bytes]) -> dict[str, bytes]:
    """Return files under names by their digests, each once."""
    return {
        f"{folder}{sm3(content).hex()[:_NAME_LETTERS]}.{suffix}": content
        for content in contents
        if content
    }
