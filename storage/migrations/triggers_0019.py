"""The triggers of this version, frozen: a migration never changes with the code."""

from typing import Final

STATEMENTS: Final[tuple[tuple[str, str], ...]] = (
    (
        "sqlite",
        "CREATE TRIGGER department_answers_append_only_update BEFORE UPDATE ON department_answers WHEN 1 BEGIN SELECT RAISE(ABORT, 'department_answers_append_only'); END",
    ),
    (
        "sqlite",
        "CREATE TRIGGER department_answers_append_only_delete BEFORE DELETE ON department_answers WHEN 1 BEGIN SELECT RAISE(ABORT, 'department_answers_append_only'); END",
    ),
    (
        "sqlite",
        "CREATE TRIGGER department_answers_append_only_replace BEFORE INSERT ON department_answers WHEN EXISTS (SELECT 1 FROM department_answers WHERE receipt = NEW.receipt AND number = NEW.number) BEGIN SELECT RAISE(ABORT, 'pk_department_answers'); END",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE FUNCTION department_answers_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF TRUE THEN RAISE EXCEPTION 'department_answers_append_only' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'department_answers_append_only'; END IF; RETURN NEW; END $$",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE TRIGGER department_answers_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON department_answers FOR EACH STATEMENT EXECUTE FUNCTION department_answers_append_only()",
    ),
)
