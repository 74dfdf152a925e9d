"""The triggers of this version, frozen: a migration never changes with the code."""

from typing import Final

STATEMENTS: Final[tuple[tuple[str, str], ...]] = (
    (
        "sqlite",
        "CREATE TRIGGER decision_days_append_only_update BEFORE UPDATE ON decision_days WHEN 1 BEGIN SELECT RAISE(ABORT, 'decision_days_append_only'); END",
    ),
    (
        "sqlite",
        "CREATE TRIGGER decision_days_append_only_delete BEFORE DELETE ON decision_days WHEN 1 BEGIN SELECT RAISE(ABORT, 'decision_days_append_only'); END",
    ),
    (
        "sqlite",
        "CREATE TRIGGER decision_days_append_only_replace BEFORE INSERT ON decision_days WHEN EXISTS (SELECT 1 FROM decision_days WHERE day = NEW.day) BEGIN SELECT RAISE(ABORT, 'pk_decision_days'); END",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE FUNCTION decision_days_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF TRUE THEN RAISE EXCEPTION 'decision_days_append_only' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'decision_days_append_only'; END IF; RETURN NEW; END $$",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE TRIGGER decision_days_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON decision_days FOR EACH STATEMENT EXECUTE FUNCTION decision_days_append_only()",
    ),
)
