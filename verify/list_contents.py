"""What a trust list says, before it is signed and after it has been parsed."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from certs.canonical import JsonValue
from verify.mutual_recognition import MutualRecognition, agreement_entry, parse_agreements
from verify.trust_roots import MAX_CHANGES, RootChange
from verify.trusted_regions import TrustedRegion, list_table, malformed, region_entry

SCHEMA: Final = "yinxin.trust/1"
_MAX_REGIONS: Final = 5000


@dataclass(frozen=True, slots=True, kw_only=True)
class ListContent:
    """What a list says, signed or still to be signed.

    Attributes:
        agreements: 授信约定.
        changes: How roots followed one another.
    """

    version: int
    issued_at: datetime
    expires_at: datetime
    regions: tuple[TrustedRegion, ...]
    agreements: tuple[MutualRecognition, ...] = ()
    changes: tuple[RootChange, ...] = ()


def content_payload(content: ListContent) -> dict[str, JsonValue]:
    """Return the payload of a list.

    Parts without entries are left out, as in lists made before there were such parts.
    """
    payload: dict[str, JsonValue] = {
        "schema": SCHEMA,
        "version": content.version,
        "issued_at": content.issued_at.isoformat(),
        "expires_at": content.expires_at.isoformat(),
        "regions": [region_entry(item) for item in content.regions],
    }
    if content.agreements:
        payload["agreements"] = [agreement_entry(item) for item in content.agreements]
    if content.changes:
        payload["root_changes"] = [item.entry for item in content.changes]
    return payload


def parse_changes(payload: dict[str, JsonValue]) -> tuple[RootChange, ...]:
    """Parse the changes of root that a list carries; who signed them is not checked here.

    Raises:
        TrustListError: They are malformed, or too many.
    """
    entries = payload.get("root_changes", [])
    if not isinstance(entries, list) or len(entries) > MAX_CHANGES:
        raise malformed(f"root_changes is a list of at most {MAX_CHANGES}")
    return tuple(RootChange.parse(item) for item in entries)


def parse_content(payload: dict[str, JsonValue]) -> ListContent:
    """Parse the payload of a list.

    Raises:
        TrustListError: A part is missing or wrong.
        MalformedIdentifierError: A code is none.
    """
    value = list_table(payload)
    if value.take("schema", str) != SCHEMA:
        raise malformed("another schema")
    regions = tuple(
        TrustedRegion.parse(item) for item in value.tables("regions", may_be_empty=True)
    )
    if len(regions) > _MAX_REGIONS or len({item.code for item in regions}) != len(regions):
        raise malformed("too many regions, or one twice")
    agreements = value.tables("agreements", may_be_empty=True) if value.has("agreements") else ()
    content = ListContent(
        version=value.positive("version"),
        issued_at=value.instant("issued_at"),
        expires_at=value.instant("expires_at"),
        regions=regions,
        agreements=parse_agreements(agreements),
        changes=parse_changes(payload),
    )
    if content.expires_at <= content.issued_at:
        raise malformed("a list ends before it begins")
    return content
