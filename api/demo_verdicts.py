"""The demo's verdicts that rest on more than a file: codes, receipts, regions that are silent."""

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import httpx

from api.demo_country import DemoRegion
from api.demo_steps import Row
from api.ledger_verdicts import judge_proof
from certs.faces.pages import page_png, page_qr
from signing.algorithms import sm3
from signing.certificates import parse_pem_certificates
from verify.conclusions import Conclusion
from verify.trust_lists import TrustList

_SCAN_DPI: Final = 150
_PATIENCE_SECONDS: Final = 30.0
_PAUSE_SECONDS: Final = 0.5
_API: Final = "/api/v1"


@dataclass(frozen=True, slots=True, kw_only=True)
class VerdictDesk:
    """Somebody at the window of a region that did not issue the license.

    Attributes:
        region: Where the window is.
        token: What lets this person have receipts.
    """

    out: Path
    http: httpx.Client
    region: DemoRegion
    token: str

    def verify_picture(self, pdf: Path) -> Row:
        """Have the code read and judged that is on a picture of a printed face."""
        started = time.perf_counter()
        picture = self.out / "scanned.png"
        picture.write_bytes(page_png(pdf.read_bytes(), dpi=_SCAN_DPI))
        report = self._verify(picture)
        return Row(
            step="照片上的二维码 · code on a picture",
            result=_told(report),
            as_expected=(report["format"], report["conclusion"]) == ("qr", "passed"),
            seconds=time.perf_counter() - started,
            facts={"format": report["format"], "conclusion": report["conclusion"]},
        )

    def take_receipt(self, pdf: Path) -> Row:
        """Have a receipt made, keep it with its page to print, and have it judged again."""
        started = time.perf_counter()
        given = self._post(
            "/receipts",
            files={"file": (pdf.name, pdf.read_bytes())},
            headers={"Authorization": f"Bearer {self.token}"},
        )
        receipt = self.out / "receipt.json"
        receipt.write_bytes(given.content)
        page = self.http.get(f"{self.region.url}{given.headers['location']}.pdf")
        page.raise_for_status()
        receipt.with_suffix(".pdf").write_bytes(page.content)
        report = self._verify(receipt, beside=pdf)
        return Row(
            step="核验回执 · receipt, judged again",
            result=_told(report),
            as_expected=(report["format"], report["conclusion"]) == ("receipt", "passed"),
            seconds=time.perf_counter() - started,
            facts={"number": report["receipt"]["number"], "conclusion": report["conclusion"]},
        )

    def prove_time(self, pdf: Path, identifier: str, *, issuer: DemoRegion, root: Path) -> Row:
        """Have the issuer's ledger prove a license, once this region has seen it there."""
        started = time.perf_counter()
        given = b""
        while time.perf_counter() - started < _PATIENCE_SECONDS:
            answer = self.http.get(f"{issuer.url}{_API}/licenses/{identifier}/proof")
            given = answer.content
            if f"— {self.region.code}.".encode() in given:
                break
            time.sleep(_PAUSE_SECONDS)
        proof = self.out / "license.tlog-proof"
        proof.write_bytes(given)
        (certificate,) = parse_pem_certificates(root.read_text("ascii"))
        trust = TrustList.parse((self.out / "trust-list.json").read_bytes(), root=certificate)
        verdict = judge_proof(given, trust=trust, digest=sm3(pdf.read_bytes()).hex())
        return Row(
            step="账本证明，对方见证 · in the ledger, seen by the other region",
            result=verdict.line,
            as_expected=verdict.conclusion is Conclusion.PASSED,
            seconds=time.perf_counter() - started,
            facts={"conclusion": verdict.conclusion.value},
        )

    def verify_of_the_silent(self, pdf: Path) -> Row:
        """Have a code judged whose region does not answer any more: its status list does."""
        started = time.perf_counter()
        (code,) = page_qr(pdf.read_bytes())
        report: dict[str, Any] = self._post("/verifications", json={"code": code}).json()
        return Row(
            step="对方停机 · the other region is silent",
            result=_told(report),
            as_expected=report["conclusion"] == "passed" and len(report["status_lists"]) == 1,
            seconds=time.perf_counter() - started,
            facts={"conclusion": report["conclusion"], "zh": report["zh"]},
        )

    def _verify(self, path: Path, *, beside: Path | None = None) -> dict[str, Any]:
        files = {"file": (path.name, path.read_bytes())}
        if beside is not None:
            files["content"] = (beside.name, beside.read_bytes())
        report: dict[str, Any] = self._post("/verifications", files=files).json()
        return report

    def _post(self, path: str, **what: Any) -> httpx.Response:  # noqa: ANN401 - as httpx takes it
        answer = self.http.post(f"{self.region.url}{_API}{path}", **what)
        answer.raise_for_status()
        return answer


def _told(report: dict[str, Any]) -> str:
    return f"{report['conclusion']}：{report['zh']}"
