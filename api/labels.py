"""Labels of record elements, fields and files, Chinese first."""

from types import MappingProxyType
from typing import Final

from certs.catalogue import LicenseType
from certs.derived_proofs import proof_label
from certs.element_labels import element_label

_FILES: Final = MappingProxyType(
    {
        "license.pdf": ("整份证照（版式文件）", "The whole license (PDF)"),
        "license.ofd": ("整份证照（OFD 版式文件）", "The whole license (OFD)"),
        "license.json": ("整份证照（数据）", "The whole license (data)"),
        "license.p7s": ("数据签名", "Signature over the data"),
    }
)


def label_of(name: str, license_type: LicenseType | None) -> tuple[str, str]:
    """Return the label of an element, field, file or proof, Chinese and English; else its name."""
    return _FILES.get(name) or proof_label(name) or element_label(name, license_type)
