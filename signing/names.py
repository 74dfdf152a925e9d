"""Distinguished names of the certificates made here."""

from dataclasses import dataclass

from signing import der

_COUNTRY = "2.5.4.6"
_ORGANIZATION = "2.5.4.10"
_ORGANIZATION_CODE = "2.5.4.97"
_COMMON_NAME = "2.5.4.3"


@dataclass(frozen=True, slots=True, kw_only=True)
class DistinguishedName:
    """C=CN, O, organizationIdentifier (统一社会信用代码), CN; empty parts are left out."""

    common_name: str
    organization: str = ""
    organization_code: str = ""

    def encode(self) -> bytes:
        """Return the Name, DER."""
        parts = (
            (_COUNTRY, "CN", der.PRINTABLE_STRING),
            (_ORGANIZATION, self.organization, der.UTF8_STRING),
            (_ORGANIZATION_CODE, self.organization_code, der.UTF8_STRING),
            (_COMMON_NAME, self.common_name, der.UTF8_STRING),
        )
        return der.sequence(
            *(
                der.set_of((der.sequence(der.oid(kind), der.text(value, tag)),))
                for kind, value, tag in parts
                if value
            )
        )
