"""The triggers of this version, frozen: a migration never changes with the code."""

from typing import Final

STATEMENTS: Final[tuple[tuple[str, str], ...]] = (
    (
        "sqlite",
        "CREATE TRIGGER case_holders_append_only_update BEFORE UPDATE ON case_holders WHEN 1 BEGIN SELECT RAISE(ABORT, 'case_holders_append_only'); END",
    ),
    (
        "sqlite",
        "CREATE TRIGGER case_holders_append_only_delete BEFORE DELETE ON case_holders WHEN 1 BEGIN SELECT RAISE(ABORT, 'case_holders_append_only'); END",
    ),
    (
        "sqlite",
        "CREATE TRIGGER case_holders_append_only_replace BEFORE INSERT ON case_holders WHEN EXISTS (SELECT 1 FROM case_holders WHERE case_id = NEW.case_id) BEGIN SELECT RAISE(ABORT, 'pk_case_holders'); END",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE FUNCTION case_holders_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF TRUE THEN RAISE EXCEPTION 'case_holders_append_only' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'case_holders_append_only'; END IF; RETURN NEW; END $$",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE TRIGGER case_holders_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON case_holders FOR EACH STATEMENT EXECUTE FUNCTION case_holders_append_only()",
    ),
)
