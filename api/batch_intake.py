"""Receive a file of rows as a batch: looked at within limits, stored, and read by a worker."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from api.batch_words import suggested_json
from api.http_errors import (
    KeyReusedError,
    NotServedHereError,
    SheetRefusedError,
    UnknownLicenseTypeError,
)
from api.row_reader import ReadRows
from api.services import Services
from certs.batches.batch import Batch
from certs.batches.files import BatchFile
from certs.batches.reception import new_batch
from certs.errors import DuplicateBatchError, MalformedSheetError
from certs.issuing_desk import IssuingDesk
from certs.rows.columns import FoundColumn
from certs.rows.mappings import ColumnMapping, parse_mapping
from certs.rows.sources import SourceKind
from certs.rows.text_encodings import Certainty, FoundEncoding
from signing.algorithms import sm3_stream

MAX_UPLOAD_BYTES: Final = 100 * 2**20


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A file of rows as somebody sent it.

    Attributes:
        mapping: TOML; blank where the headings are the type's own.
        is_confirmed: It may be minted as it is read; a guessed encoding is confirmed apart.
    """

    name: str
    content: bytes = field(repr=False)
    type: str
    kind: SourceKind | None = None
    encoding: str = ""
    mapping: str = field(default="", repr=False)
    is_trial: bool = False
    is_confirmed: bool = False

    def digest(self) -> str:
        """Return SM3 in hexadecimal over the file and how it is read."""
        told = "|".join(
            ("http", self.kind or "", self.encoding, str(self.is_trial), self.mapping)
        ).encode()
        return sm3_stream((len(told).to_bytes(4, "big"), told, self.content)).hex()


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """The batch that an upload is, and how its file reads."""

    batch: Batch
    columns: tuple[FoundColumn, ...]
    encoding: FoundEncoding | None


def take_in(upload: Upload, *, key: str, operator: str, services: Services) -> Received:
    """Store an upload as a batch that a worker reads; the same key, or file, is the same batch.

    Args:
        upload: What came.
        key: Names the request.
        operator: 用印人, in whose name the seal will be used.
        services: What this process has.

    Raises:
        UnknownLicenseTypeError: There is no such type.
        NotServedHereError: This process does not issue licenses of the type.
        SheetRefusedError: The rows cannot be read, or their columns do not fit.
        KeyReusedError: The key led to a batch of another file.
    """
    desk = replace(_desk(upload, services), operator=operator)
    try:
        mapping = parse_mapping(upload.mapping.encode("utf-8", "surrogatepass"))
        ColumnMapping.of(mapping, desk.license_type)
        rows = _look(upload, mapping, desk, services)
    except MalformedSheetError as error:
        raise SheetRefusedError(str(error)) from error
    batch = _kept(upload, rows, mapping, key=key, desk=desk)
    return Received(batch=batch, columns=rows.columns, encoding=rows.encoding)


def _desk(upload: Upload, services: Services) -> IssuingDesk:
    license_type = services.license_type(upload.type)
    if license_type is None:
        raise UnknownLicenseTypeError(upload.type)
    desk = services.desks.get(str(license_type.code))
    if desk is None:
        raise NotServedHereError("no issuing desk")
    return desk


def _look(
    upload: Upload, mapping: Mapping[str, object], desk: IssuingDesk, services: Services
) -> ReadRows:
    """Return the columns of a file, read by a process with limits."""
    with services.row_reader.opened(
        upload.content,
        desk.license_type,
        name=upload.name,
        kind=upload.kind,
        encoding=upload.encoding,
        mapping=mapping,
        with_rows=False,
    ) as rows:
        if rows.faults:
            raise SheetRefusedError(
                "表头与证照类型不符，请对照表头（mapping），或改用该类型的表头 · "
                "the columns do not fit the type: say which is which (mapping), or use its own",
                faults=rows.faults,
                columns=tuple(suggested_json(rows.columns, desk.license_type)),
            )
        return rows


def _kept(
    upload: Upload,
    rows: ReadRows,
    mapping: Mapping[str, object],
    *,
    key: str,
    desk: IssuingDesk,
) -> Batch:
    digest = upload.digest()
    found = _known(key, digest, desk)
    if found is not None:
        return found
    content = desk.objects.put(upload.content)
    batch = new_batch(rows.columns, name=upload.name, digest=digest, desk=desk)
    is_guess = rows.encoding is not None and rows.encoding.certainty is Certainty.GUESSED
    try:
        with desk.unit_of_work() as work:
            work.batches.add(batch)
            work.batch_files.add(
                BatchFile(
                    batch=batch.id,
                    content=content,
                    kind=upload.kind,
                    encoding=upload.encoding,
                    mapping=mapping,
                    request_key=key,
                    is_trial=upload.is_trial,
                    is_confirmed=upload.is_confirmed and not upload.is_trial and not is_guess,
                )
            )
            work.commit()
    except DuplicateBatchError:
        return _known(key, digest, desk) or batch
    return batch


def _known(key: str, digest: str, desk: IssuingDesk) -> Batch | None:
    """Return the batch that the key, or the same file, led to before.

    Raises:
        KeyReusedError: The key led to another file.
    """
    with desk.unit_of_work() as work:
        file = work.batch_files.of_request(key)
        if file is None:
            return work.batches.of_source(str(desk.license_type.code), digest)
        batch = work.batches.get(file.batch)
    if batch.source_digest != digest:
        raise KeyReusedError(key)
    return batch
