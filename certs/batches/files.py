"""Files that came as batches over the network, and what somebody decided about them."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from certs.rows.sources import SourceKind


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchFile:
    """The file of a batch, as it was received.

    Attributes:
        batch: The batch that its rows become.
        content: SM3 in hexadecimal, under which the object store keeps its bytes.
        kind: What it is said to be; None where its content and name tell.
        encoding: What its encoding is said to be; blank where it is found.
        mapping: What the sender says of headings: field names by heading.
        request_key: Names the request, so that one sent twice is one batch.
        is_trial: It is read, and nothing of it is ever minted (试读).
        is_confirmed: Somebody has said that it may be minted as it is read.
        refusal: Why it could not be read, "中文 · English"; blank where it could.
    """

    batch: str
    content: str
    kind: SourceKind | None
    encoding: str
    mapping: Mapping[str, object]
    request_key: str
    is_trial: bool = False
    is_confirmed: bool = False
    refusal: str = field(default="", repr=False)
