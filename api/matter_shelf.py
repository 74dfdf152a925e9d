"""The matters of an instance (事项清单): those that ship with the program, and its own."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from api.databases import open_database
from api.errors import UsageError
from api.homes import Home
from api.settings import Settings
from api.type_catalogue import catalogue_of
from certs.catalogue import Catalogue
from certs.civil_dates import day_of
from certs.type_folders import shipped_types
from storage import schema
from storage.unit_of_work import SqlUnitOfWork
from verify.matters.catalogue import Matter, MatterCatalogue
from verify.matters.definitions import Types, types_by_name
from verify.matters.encoding import encode_matter, readable_matters
from verify.matters.files import shipped_matters


@dataclass(frozen=True, slots=True, kw_only=True)
class MatterShelf:
    """What an instance keeps of matters; a version that is kept is never changed.

    Attributes:
        unit_of_work: Opens a unit of work.
        types: The license types that rules may name.
    """

    unit_of_work: Callable[[], SqlUnitOfWork]
    types: Types

    @classmethod
    def of(cls, unit_of_work: Callable[[], SqlUnitOfWork], catalogue: Catalogue) -> "MatterShelf":
        """Return the shelf of an instance with these license types."""
        return cls(unit_of_work=unit_of_work, types=types_by_name((*shipped_types(), *catalogue)))

    def publish_shipped(self) -> MatterCatalogue:
        """Keep every shipped matter, so that constraints know the rules; return all at hand."""
        with self.unit_of_work() as work:
            work.cases.publish_reasons()
            for matter in shipped_matters().matters:
                work.cases.publish(matter)
            work.commit()
        return self.at_hand()

    def at_hand(self) -> MatterCatalogue:
        """Return what ships and what is kept.

        Versions that were kept before stay readable when their files are gone: cases cite them.
        """
        with self.unit_of_work() as work:
            kept = work.cases.definitions()
        return shipped_matters().joined(readable_matters(kept, self.types))

    def take(self, matters: Iterable[Matter]) -> tuple[Matter, ...]:
        """Keep matters of the instance's own, all or none; return those that are new.

        Raises:
            UsageError: One has the code of a shipped matter, or is older than what is kept, or
                is kept already and says something else.
        """
        with self.unit_of_work() as work:
            known = self.at_hand()
            news = tuple(matter for matter in matters if _is_new(matter, known))
            for matter in news:
                work.cases.publish(matter)
            work.commit()
        return news


@contextmanager
def open_matter_shelf(root: Path) -> Iterator[MatterShelf]:
    """Open what the instance in ``root`` keeps of matters, and nothing else of it.

    Raises:
        SettingsError: There is no instance.
    """
    settings, home = Settings.read(root), Home(root)
    engine = open_database(home, settings)
    try:
        schema.check_version(engine)
        catalogue = catalogue_of(home, on=day_of(datetime.now(UTC)))
        yield MatterShelf.of(partial(SqlUnitOfWork, engine), catalogue)
    finally:
        engine.dispose()


def _is_new(matter: Matter, known: MatterCatalogue) -> bool:
    """Tell whether a matter is still to be kept; the same again is nothing new."""
    if matter.code in shipped_matters().codes():
        raise UsageError(
            f"{matter.code}：随程序发布的事项，请改用自己的编码 · ships with the program; "
            "choose a code of your own"
        )
    versions = [item for item in known.matters if item.code == matter.code]
    same = next((item for item in versions if item.version == matter.version), None)
    if same is not None:
        if encode_matter(same) == encode_matter(matter):
            return False
        raise UsageError(
            f"{matter.code} {matter.version}：已有此版本且内容不同，请提高版本号 · this version is "
            "kept and says something else; raise the version"
        )
    if any(item.version > matter.version for item in versions):
        raise UsageError(
            f"{matter.code} {matter.version}：已有更高版本 · a higher version is kept already"
        )
    return True
