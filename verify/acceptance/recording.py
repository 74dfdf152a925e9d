"""How what was said of a material gets into the record of its case."""

from collections.abc import Iterable, Sequence

from verify.acceptance.attachments import Attachment, AttachmentWork
from verify.acceptance.lookups import Lookup, Said
from verify.acceptance.notices import CaseMaterial
from verify.acceptance.reasons import LookupResult
from verify.matters.ways import Way


def record_said(work: AttachmentWork, item: CaseMaterial, told: Sequence[Said], faces: str) -> None:
    """Keep what was said, each the next look-up of its way, with the face that it fetched.

    Args:
        work: The unit of work.
        item: The material as it stands.
        told: What was said.
        faces: The object of the faces that came; empty for none.
    """
    for said in told:
        if _is_known(item, said):
            continue
        lookup = item.placed(said)
        work.cases.add_lookup(lookup)
        attach_faces(work, [(lookup, said)], faces)


def attach_faces(work: AttachmentWork, placed: Iterable[tuple[Lookup, Said]], faces: str) -> None:
    """Keep where the faces lie that look-ups fetched."""
    fetched = [
        Attachment(lookup=lookup, object=faces) for lookup, said in placed if said.face is not None
    ]
    if fetched:
        work.attachments.add(*fetched)


def _is_known(item: CaseMaterial, said: Said) -> bool:
    """Tell whether two windows asked a department, or read its answer, at once: once is enough."""
    before = item.lookup_by(said.way)
    if before is None or said.way is not Way.DEPARTMENT_CHECK:
        return False
    return said.result is LookupResult.ASKED or said.result is before.result
