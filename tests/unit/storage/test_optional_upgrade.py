"""An upgrade learns from the definitions that are kept which materials matters can do without."""

from pathlib import Path

from sqlalchemy import select, text

from storage import schema
from storage.database import connect
from storage.outcome_tables import optional_materials
from verify.matters.encoding import encode_matter
from verify.matters.files import shipped_matters


def test_optional_materials_of_kept_matters_are_filled_in(tmp_path: Path) -> None:
    engine = connect(f"sqlite:///{tmp_path / 'db.sqlite3'}")
    schema.upgrade(engine, "0018")
    matter = shipped_matters().latest("open-restaurant")
    row = {"code": matter.code, "version": matter.version, "definition": encode_matter(matter)}
    with engine.begin() as connection:
        connection.execute(text("INSERT INTO matters VALUES (:code, :version, :definition)"), row)

    schema.upgrade(engine)

    with engine.connect() as connection:
        kept = connection.execute(select(optional_materials)).all()
    engine.dispose()
    assert [tuple(item) for item in kept] == [("open-restaurant", matter.version, "sign-consent")]
