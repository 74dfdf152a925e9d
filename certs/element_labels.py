"""Labels of record elements and fields, Chinese and English."""

from types import MappingProxyType
from typing import Final

from certs.catalogue import LicenseType

_ELEMENTS: Final = MappingProxyType(
    {
        "certificateIdentifier": ("证照标识", "Identifier"),
        "certificateVersion": ("版本号", "Version"),
        "certificateTypeCode": ("证照类型代码", "Type code"),
        "certificateTypeName": ("证照类型", "Type"),
        "certificateName": ("证照名称", "Name of license"),
        "certificateIssuingAuthorityName": ("颁发机构", "Issuing authority"),
        "certificateIssuingAuthorityCode": ("颁发机构代码", "Issuer's code"),
        "certificateAreaCode": ("行政区划代码", "Region code"),
        "certificateHolderTypeName": ("持证主体代码类型", "Kind of holder code"),
        "certificateHolderTypeCode": ("持证主体代码类型代码", "Code of that kind"),
        "certificateHolderCode": ("持证主体代码", "Holder's code"),
        "certificateHolderName": ("持证主体", "Holder"),
        "certificateNumber": ("证照编号", "License number"),
        "certificateIssuedDate": ("颁发日期", "Date of issue"),
        "certificateEffectiveDate": ("有效期自", "Valid from"),
        "certificateExpiringDate": ("有效期至", "Valid to"),
    }
)


def element_label(name: str, license_type: LicenseType | None) -> tuple[str, str]:
    """Return the label of an element or field, Chinese and English; its name if it has none."""
    if license_type is not None:
        for spec in license_type.fields:
            if name in {spec.name, spec.element}:
                return spec.label_zh, spec.label_en
    return _ELEMENTS.get(name, (name, name))
