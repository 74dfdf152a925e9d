"""Holders' own files in the database."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select

from certs.errors import OwnFileRefusedError
from certs.own_files import MOST_FILES, OwnFile, OwnFileKind
from storage.locks import hold
from storage.own_file_tables import own_files


class SqlOwnFiles:
    """Own files on one connection; the port is ``OwnFileBook``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, file: OwnFile) -> None:
        """Keep one more; two at once are counted one after the other."""
        hold(self._connection, f"{own_files.name}:{file.holder_key}")
        count = select(func.count()).where(own_files.c.holder_key == file.holder_key)
        if self._connection.execute(count).scalar_one() >= MOST_FILES:
            raise OwnFileRefusedError(
                f"最多保存 {MOST_FILES} 份，请先删除不用的 · {MOST_FILES} files at most"
            )
        self._connection.execute(
            insert(own_files).values(
                number=file.number,
                holder_key=file.holder_key,
                name=file.name,
                kind=file.kind.value,
                size=file.size,
                stored=file.stored,
                license_name=file.license_name,
                kept_at=file.kept_at,
            )
        )

    def find(self, number: str) -> OwnFile | None:
        """Return one, or None."""
        query = select(own_files).where(own_files.c.number == number)
        row = self._connection.execute(query).mappings().one_or_none()
        return None if row is None else _file(row)

    def of_holder(self, key: str) -> tuple[OwnFile, ...]:
        """Return a holder's, newest first."""
        query = select(own_files).where(own_files.c.holder_key == key)
        newest = query.order_by(own_files.c.kept_at.desc(), own_files.c.number)
        return tuple(map(_file, self._connection.execute(newest).mappings()))

    def remove(self, number: str) -> None:
        """Forget one, for good."""
        self._connection.execute(delete(own_files).where(own_files.c.number == number))


def _file(row: Mapping[Any, Any]) -> OwnFile:
    return OwnFile(
        number=row["number"],
        holder_key=row["holder_key"],
        name=row["name"],
        kind=OwnFileKind(row["kind"]),
        size=row["size"],
        stored=row["stored"],
        license_name=row["license_name"],
        kept_at=row["kept_at"],
    )
