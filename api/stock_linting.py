"""The desk that looks over the stock, and what people read of what it finds."""

from dataclasses import dataclass
from typing import Any, Final

from api.services import Services
from api.stock_files import StockFiles
from certs.catalogue import Catalogue
from certs.element_labels import element_label
from certs.licenses import License
from certs.lints.findings import KeptFinding, LintFinding
from certs.lints.names import Lint, lints_of
from certs.lints.stock import StockDesk

_PARTS: Final = {
    "": "",
    "json": "证照数据",
    "p7s": "数据签名",
    "pdf": "PDF 照面",
    "ofd": "OFD 照面",
    "status": "状态位",
    "associatedCertificateIdentifier": "关联证照标识",
}


def stock_desk(services: Services) -> StockDesk:
    """Return the desk that looks over the stock of an instance."""
    files = StockFiles(objects=services.objects, verifier=services.verifier)
    return StockDesk(
        catalogue=services.catalogue,
        objects=services.objects,
        unit_of_work=services.unit_of_work,
        clock=services.clock,
        holder_keys=services.holder_keys,
        open_files=files.wrong_with,
    )


def open_findings(license: License, services: Services) -> tuple[LintFinding, ...]:
    """Return what lints found about a license and is open."""
    with services.unit_of_work() as work:
        kept = work.quality.of_license(license.identifier)
    return tuple(item.finding for item in kept if item.is_open)


@dataclass(frozen=True, slots=True)
class FindingWords:
    """Words for findings, in both languages; made once for many findings."""

    _catalogue: Catalogue
    _lints: dict[str, Lint]

    @classmethod
    def of(cls, catalogue: Catalogue) -> "FindingWords":
        """Return the words that lints and the types of a catalogue have."""
        # Older versions may have rules that the current one has given up.
        return cls(catalogue, dict(lints_of(catalogue.versions)))

    def lint(self, finding: LintFinding) -> Lint:
        """Return a finding's lint; one that a removed type brought speaks by its name."""
        unknown = Lint(finding.lint, finding.level, finding.lint, finding.lint)
        return self._lints.get(finding.lint, unknown)

    def knows(self, name: str) -> bool:
        """Tell whether there is a lint with this name."""
        return name in self._lints

    def heading(self, name: str) -> str:
        """Return what people read of a lint itself."""
        lint = self._lints.get(name)
        return f"{lint.dimension.zh} {lint.zh} · {lint.en} [{name}]" if lint else name

    def label(self, finding: LintFinding, type_code: str) -> str:
        """Return what people call the field of a finding."""
        if finding.field in _PARTS:
            return _PARTS[finding.field]
        return element_label(finding.field, self._catalogue.current.get(type_code))[0]

    def line(self, kept: KeptFinding, type_code: str) -> str:
        """Return a line about a finding for people."""
        state = "" if kept.is_open else "（已消除 cleared）"
        said = self.brief_line(kept.finding, type_code)
        return f"{kept.finding.dimension.zh} {said}{state}"

    def brief_line(self, finding: LintFinding, type_code: str) -> str:
        """Return a finding of a license just issued for people."""
        lint, label = self.lint(finding), self.label(finding, type_code)
        zh = f"{label}：{lint.zh}" if label else lint.zh
        return f"{finding.level.zh} {zh} · {lint.en} [{lint.name}]"

    def brief(self, finding: LintFinding, type_code: str) -> dict[str, str]:
        """Return a finding of a license just issued for programs."""
        lint = self.lint(finding)
        return {
            "name": finding.lint,
            "level": finding.level.value,
            "field": finding.field,
            "label": self.label(finding, type_code),
            "zh": lint.zh,
            "en": lint.en,
        }

    def json(self, kept: KeptFinding, type_code: str) -> dict[str, Any]:
        """Return a finding for programs."""
        lint = self.lint(kept.finding)
        return {
            "lint": kept.finding.lint,
            "dimension": kept.finding.dimension.value,
            "level": kept.finding.level.value,
            "field": kept.finding.field,
            "label": self.label(kept.finding, type_code),
            "zh": lint.zh,
            "en": lint.en,
            "first_seen": kept.first_seen.isoformat(),
            "last_seen": kept.last_seen.isoformat(),
            "cleared_at": kept.cleared_at.isoformat() if kept.cleared_at else None,
        }
