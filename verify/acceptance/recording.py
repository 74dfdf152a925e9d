"""How what was said of a material gets into the record of its case."""

from collections.abc import Mapping, Sequence

from verify.acceptance.attachments import Attachment, AttachmentWork
from verify.acceptance.lookups import Lookup, Said
from verify.acceptance.notices import CaseMaterial
from verify.acceptance.reasons import LookupResult
from verify.matters.ways import Way


def record_said(
    work: AttachmentWork, item: CaseMaterial, told: Sequence[Said], faces: Mapping[bytes, str]
) -> None:
    """Keep what was said, each the next look-up of its way, with the face that it fetched."""
    for said in told:
        if _is_known(item, said):
            continue
        lookup = item.placed(said)
        work.cases.add_lookup(lookup)
        attach_face(work, lookup, said, faces)


def attach_face(
    work: AttachmentWork, lookup: Lookup, said: Said, faces: Mapping[bytes, str]
) -> None:
    """Keep the face that a look-up fetched, if it fetched one."""
    if said.face is not None:
        work.attachments.add(Attachment(lookup=lookup, object=faces[said.face]))


def _is_known(item: CaseMaterial, said: Said) -> bool:
    """Tell whether two windows asked a department, or read its answer, at once: once is enough."""
    before = item.lookup_by(said.way)
    if before is None or said.way is not Way.DEPARTMENT_CHECK:
        return False
    return said.result is LookupResult.ASKED or said.result is before.result
