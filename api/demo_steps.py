"""The demo's steps: each does one thing for real and says whether it came out as it must."""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import httpx

from api.batch_minting import mint_source
from api.batch_reports import BatchReport, licenses_of, rows_that
from api.batch_sources import FileRows
from api.batch_words import problem_line
from api.batch_workers import Workforce
from api.commands.licenses import export_files
from api.composition import open_services
from api.demo_country import APPROVER, CITIZEN, ISSUER, WINDOW, DemoRegion
from api.desks import desk_of
from certs.batches.batch import RowOutcome
from certs.holder_codes import HolderCode
from certs.licenses import License
from certs.records import LicenseRecord
from certs.regions import RegionCode
from certs.samples.bad_rows import bad_rows
from certs.samples.food_business import food_business_rows
from certs.samples.workbooks import write_sheet
from certs.type_folders import shipped_types
from verify.acceptance.records import Decision, DecisionRequest, Form
from verify.case_errors import RecordRefusedError

TYPE: Final = "food_business"
MATTER: Final = "open-restaurant"
MATERIAL: Final = "food-business-license"
SITUATION: Final = {
    "stage": "licensed",
    "premises": "rented",
    "venue": "other",
    "drainage": "building",
    "sign": "no",
}
"""A restaurant that has its licenses and only does the rest."""
OPERATOR: Final = {"code_type": "111", "code": "340202199003070024", "name": "吕样溪"}
_SEED: Final = 2026


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of the demo's table.

    Attributes:
        result: What came out, in words.
        as_expected: Whether that is what must come out.
        facts: The same for programs.
    """

    step: str
    result: str
    as_expected: bool
    seconds: float
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Minted:
    """What minting a spreadsheet gave.

    Attributes:
        refused: What is wrong with the rows that were refused, in words.
    """

    report: BatchReport
    refused: tuple[str, ...]
    licenses: tuple[License, ...]
    pdfs: tuple[Path, ...]
    seconds: float


def write_samples(path: Path, region: DemoRegion, count: int, *, with_bad: bool) -> int:
    """Write a spreadsheet of ``count`` good rows, then one of each bad kind; return the bad."""
    code = RegionCode(region.code)
    good = food_business_rows(code, count, seed=_SEED)
    bad = bad_rows(code, good[0], seed=_SEED) if with_bad else ()
    license_type = next(item for item in shipped_types() if item.short_name == TYPE)
    write_sheet(path, license_type, [*good, *(row.cells for row in bad)])
    return len(bad)


def mint(home: Path, sheet: Path, folder: Path, on_progress: Callable[[int], None]) -> Minted:
    """Mint a spreadsheet in a region and export the licenses."""
    folder.mkdir(parents=True, exist_ok=True)
    with open_services(home) as services:
        desk = desk_of(services, TYPE)
        started = time.perf_counter()
        report = mint_source(
            FileRows(path=sheet),
            desk=desk,
            workforce=Workforce(home=home),
            watch=lambda counts: on_progress(counts.ended),
        )
        seconds = time.perf_counter() - started
        with services.unit_of_work() as work:
            licenses = tuple(licenses_of(report.batch.id, work))
            rows = rows_that(report.batch.id, work, RowOutcome.REFUSED)
            refused = tuple(problem_line(item) for row in rows for item in row.problems)
        pdfs = tuple(export_files(item, services, folder)[0] for item in licenses)
    return Minted(report=report, refused=refused, licenses=licenses, pdfs=pdfs, seconds=seconds)


def holder_of_license(pdf: Path) -> tuple[HolderCode, str]:
    """Return the holder of a demo license, from the record exported beside its face."""
    record = LicenseRecord.parse(pdf.with_suffix(".json").read_bytes())
    return record.holder, record.holder_name


def minted_row(minted: Minted, expected: int, expected_refused: int) -> Row:
    """Tell how the minting went."""
    rate = len(minted.licenses) / minted.seconds
    refused = minted.report.counts.refused
    return Row(
        step="芜湖按表格制证 · mint from .xlsx",
        result=f"{len(minted.licenses)} minted, {refused} bad rows refused, {rate:.0f} licenses/s",
        as_expected=(len(minted.licenses), refused) == (expected, expected_refused),
        seconds=minted.seconds,
        facts={"minted": len(minted.licenses), "refused": refused, "licenses_per_second": rate},
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Tour:
    """What people do over HTTP once both regions are up.

    Attributes:
        issuing: 芜湖, which issued the licenses.
        accepting: 宝鸡, which only knows the trust list.
        issuing_tokens: Tokens of 芜湖's people by name.
        accepting_tokens: Tokens of 宝鸡's people by name.
        http: Connections to both.
    """

    out: Path
    http: httpx.Client
    issuing: DemoRegion
    accepting: DemoRegion
    issuing_tokens: dict[str, str]
    accepting_tokens: dict[str, str]

    def verify_all(self, pdfs: tuple[Path, ...], on_progress: Callable[[int], None]) -> Row:
        """Let the other region verify every license, its PDF face and its OFD face."""
        started = time.perf_counter()
        passed = 0
        for done, pdf in enumerate(pdfs, start=1):
            faces = (pdf, pdf.with_suffix(".ofd"))
            passed += all(self._verify(face)["conclusion"] == "passed" for face in faces)
            on_progress(done)
        seconds = time.perf_counter() - started
        return Row(
            step="宝鸡跨区域核验 · verified by the other region",
            result=f"{passed} passed as PDF and as OFD, {2 * len(pdfs) / seconds:.0f} faces/s",
            as_expected=passed == len(pdfs),
            seconds=seconds,
            facts={"passed": passed, "of": len(pdfs)},
        )

    def verify_tampered(self, pdf: Path) -> Row:
        """Change one bit in the middle of a license and have it verified."""
        data = bytearray(pdf.read_bytes())
        data[len(data) // 3] ^= 1
        copy = self.out / "tampered.pdf"
        copy.write_bytes(data)
        return self._verdict("篡改一位 · one bit changed", copy, "failed", "signature.intact")

    def verify_revoked(self, pdf: Path, identifier: str) -> Row:
        """Revoke a license in the issuing region and have it verified in the other."""
        answer = self.http.post(
            f"{self.issuing.url}/api/v1/licenses/{identifier}/status",
            json={
                "kind": "revoked",
                "effective_at": "2026-03-01T00:00:00+08:00",
                "decision_no": "芜市监罚〔2026〕样001号",
                "reason": "演示吊销",
            },
            headers=_bearer(self.issuing_tokens[ISSUER]),
        )
        answer.raise_for_status()
        return self._verdict("吊销后核验 · revoked", pdf, "failed", "license.status")

    def verify_unknown(self, pdf: Path) -> Row:
        """Have a license of a region verified that the trust list does not name."""
        return self._verdict("未知地区 · unknown region", pdf, "indeterminate", "trust.region")

    def refuse_paper(self, home: Path, holder: HolderCode, name: str) -> Row:
        """Open a case in the other region and demand the paper license there."""
        started = time.perf_counter()
        headers = _bearer(self.accepting_tokens[WINDOW])
        opened = self.http.post(
            f"{self.accepting.url}/api/v1/cases",
            json={
                "matter": MATTER,
                "applicant": {
                    "code_type": holder.code_type.value,
                    "code": holder.code,
                    "name": name,
                },
                "situation": SITUATION,
                "parties": {"operator": OPERATOR},
            },
            headers=headers,
        )
        opened.raise_for_status()
        case = opened.json()
        outcome = {item["code"]: item["outcome"] for item in case["materials"]}[MATERIAL]
        refused = self.http.post(
            f"{self.accepting.url}/api/v1/cases/{case['case']}/materials/{MATERIAL}/decision",
            json={"form": "paper", "reason": "P99", "note": "演示", "approver": APPROVER},
            headers=headers,
        )
        code = refused.json().get("code")
        by_database = _database_refuses(home, case["case"])
        expected = (outcome, refused.status_code, code, by_database)
        return Row(
            step="窗口要求纸质证照 · paper demanded",
            result=f"{refused.status_code} {code}；"
            + ("数据库同样拒绝 the database refuses too" if by_database else "数据库未拒绝"),
            as_expected=expected == ("e_license", 409, "ELICENSE_AVAILABLE", True),
            seconds=time.perf_counter() - started,
            facts={"case": case["case"], "outcome": outcome, "code": code},
        )

    def show_code(self, identifier: str) -> Row:
        """Let the holder show a one-time code, and redeem it twice."""
        started = time.perf_counter()
        token = next(
            token for name, token in self.issuing_tokens.items() if name.startswith(CITIZEN)
        )
        made = self.http.post(
            f"{self.issuing.url}/api/v1/display-codes",
            json={"license": identifier, "purpose": "演示亮证", "fields": []},
            headers=_bearer(token),
        )
        made.raise_for_status()
        answers = [
            self.http.post(
                f"{self.issuing.url}/api/v1/display-codes/redeem",
                json={"code": made.json()["code"]},
                headers=_bearer(self.issuing_tokens[WINDOW]),
            ).status_code
            for _ in range(2)
        ]
        return Row(
            step="亮证码一次有效 · code redeemed once",
            result=f"first {answers[0]}, again {answers[1]}",
            as_expected=answers[0] == httpx.codes.OK and answers[1] != httpx.codes.OK,
            seconds=time.perf_counter() - started,
            facts={"statuses": answers},
        )

    def _verdict(self, step: str, pdf: Path, conclusion: str, check: str) -> Row:
        """Verify a file that must not pass, for exactly the reason named."""
        started = time.perf_counter()
        report = self._verify(pdf)
        findings = {item["check"]: item["outcome"] for item in report["findings"]}
        (self.out / f"{pdf.stem}.report.json").write_text(
            json.dumps(report, ensure_ascii=False, indent=2), encoding="utf-8"
        )
        return Row(
            step=step,
            result=f"{report['conclusion']}：{report['zh']}",
            as_expected=report["conclusion"] == conclusion and findings.get(check) != "ok",
            seconds=time.perf_counter() - started,
            facts={"conclusion": report["conclusion"], "finding": check, "zh": report["zh"]},
        )

    def _verify(self, pdf: Path) -> dict[str, Any]:
        answer = self.http.post(
            f"{self.accepting.url}/api/v1/verifications",
            files={"file": (pdf.name, pdf.read_bytes(), "application/pdf")},
        )
        answer.raise_for_status()
        report: dict[str, Any] = answer.json()
        return report


def _database_refuses(home: Path, case_id: str) -> bool:
    """Write the same demand past the gate, straight into the database."""
    with open_services(home) as services:
        item = services.acceptance.view_case(case_id).material(MATERIAL)
        request = DecisionRequest(form=Form.PAPER, operator=WINDOW)
        forced = Decision(
            case_id=case_id,
            material=MATERIAL,
            request=request,
            lookups=item.evidence,
            decided_at=services.clock.now(),
        )
        try:
            with services.unit_of_work() as work:
                work.cases.add_decision(forced)
                work.commit()
        except RecordRefusedError:
            return True
    return False


def _bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}
