"""Attached licenses in the database."""

from collections.abc import Mapping
from typing import Final

from sqlalchemy import Connection, insert, select
from sqlalchemy.exc import IntegrityError

from storage.attachment_tables import attached_licenses
from storage.database_errors import broken_rule
from verify.acceptance.attachments import Attachment
from verify.case_errors import RecordRefusedError

_ADD: Final = insert(attached_licenses)


class SqlAttachments:
    """Faces that are kept with cases, on one connection; the port is ``AttachmentBook``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, *attachments: Attachment) -> None:
        """Keep them all, or none."""
        try:
            self._connection.execute(_ADD, list(map(_row, attachments)))
        except IntegrityError as error:
            raise RecordRefusedError(broken_rule(error)) from None

    def of_case(self, case_id: str) -> Mapping[tuple[str, int], str]:
        """Return the objects of a case, by the material and the number of the look-up."""
        query = select(attached_licenses).where(attached_licenses.c.case_id == case_id)
        rows = self._connection.execute(query).mappings()
        return {(row["material"], row["number"]): row["object"] for row in rows}


def _row(attachment: Attachment) -> dict[str, object]:
    lookup = attachment.lookup
    return {
        "case_id": lookup.case_id,
        "material": lookup.material,
        "way": lookup.way.value,
        "number": lookup.number,
        "result": lookup.result.value,
        "looked_up_at": lookup.looked_up_at,
        "object": attachment.object,
    }
