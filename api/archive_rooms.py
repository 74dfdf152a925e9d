"""The archive of an instance (库房), opened for those who keep it; no key is needed."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path

from api.bootstrap import SystemClock
from api.databases import open_database
from api.homes import Home
from api.object_stores import ArchiveHomes, open_archive
from api.settings import Settings
from certs.keeping.keeper import Keeper
from storage import schema
from storage.failover import Provable
from storage.scrubbing import Pace, Scrubber
from storage.unit_of_work import SqlUnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveRoom:
    """Packages, what is known of them, and a clock."""

    unit_of_work: partial[SqlUnitOfWork]
    homes: ArchiveHomes
    clock: SystemClock

    @property
    def keeper(self) -> Keeper:
        """Who decides about packages."""
        return Keeper(unit_of_work=self.unit_of_work, store=self.homes.store, clock=self.clock)

    def scrubber(self, pace: Pace) -> Scrubber:
        """Who reads everything again, and puts right what is not.

        Raises:
            ObjectStoreError: A store is silent since the start.
            UnfitObjectStoreError: A store does not keep what it is relied upon for.
        """
        if isinstance(self.homes.store, Provable):
            self.homes.store.prove()
        return Scrubber(
            unit_of_work=self.unit_of_work,
            stores=self.homes.homes,
            clock=self.clock,
            pace=pace,
        )


@contextmanager
def archive_room(root: Path) -> Iterator[ArchiveRoom]:
    """Open the archive of the instance in ``root``.

    Raises:
        SettingsError: There is no instance, or its settings are wrong.
        SchemaError: Its database is of another version.
        ObjectStoreError: A store does not answer or refuses.
        UnfitObjectStoreError: A store does not keep what it is relied upon for.
    """
    home, settings = Home(root), Settings.read(root)
    if settings.clock_offset_seconds:
        settings.check_demo("时钟偏移 (clock_offset_seconds)")
    clock = SystemClock(timedelta(seconds=settings.clock_offset_seconds))
    engine = open_database(home, settings)
    try:
        schema.check_version(engine)
        yield ArchiveRoom(
            unit_of_work=partial(SqlUnitOfWork, engine),
            homes=open_archive(home, settings, now=clock.now),
            clock=clock,
        )
    finally:
        engine.dispose()
