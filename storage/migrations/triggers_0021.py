"""The triggers of grants and what hangs on them, frozen: a migration never changes with the code."""

from typing import Final

STATEMENTS: Final[tuple[tuple[str, str], ...]] = (
    (
        "sqlite",
        "CREATE TRIGGER overasks_append_only_update BEFORE UPDATE ON overasks WHEN 1 BEGIN SELECT RAISE(ABORT, 'overasks_append_only'); END",
    ),
    (
        "sqlite",
        "CREATE TRIGGER overasks_append_only_delete BEFORE DELETE ON overasks WHEN 1 BEGIN SELECT RAISE(ABORT, 'overasks_append_only'); END",
    ),
    (
        "sqlite",
        "CREATE TRIGGER overasks_append_only_replace BEFORE INSERT ON overasks WHEN EXISTS (SELECT 1 FROM overasks WHERE row = NEW.row) BEGIN SELECT RAISE(ABORT, 'pk_overasks'); END",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE FUNCTION overasks_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF TRUE THEN RAISE EXCEPTION 'overasks_append_only' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'overasks_append_only'; END IF; RETURN NEW; END $$",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE TRIGGER overasks_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON overasks FOR EACH STATEMENT EXECUTE FUNCTION overasks_append_only()",
    ),
)
