"""The triggers of this version, frozen: a migration never changes with the code."""

from typing import Final

STATEMENTS: Final[tuple[tuple[str, str], ...]] = (
    (
        "sqlite",
        "CREATE TRIGGER exception_requests_append_only_update BEFORE UPDATE ON exception_requests WHEN 1 BEGIN SELECT RAISE(ABORT, 'exception_requests_append_only'); END",
    ),
    (
        "sqlite",
        "CREATE TRIGGER exception_requests_append_only_delete BEFORE DELETE ON exception_requests WHEN 1 BEGIN SELECT RAISE(ABORT, 'exception_requests_append_only'); END",
    ),
    (
        "sqlite",
        "CREATE TRIGGER exception_requests_append_only_replace BEFORE INSERT ON exception_requests WHEN EXISTS (SELECT 1 FROM exception_requests WHERE number = NEW.number) BEGIN SELECT RAISE(ABORT, 'pk_exception_requests'); END",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE FUNCTION exception_requests_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF TRUE THEN RAISE EXCEPTION 'exception_requests_append_only' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'exception_requests_append_only'; END IF; RETURN NEW; END $$",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE TRIGGER exception_requests_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON exception_requests FOR EACH STATEMENT EXECUTE FUNCTION exception_requests_append_only()",
    ),
    (
        "sqlite",
        "CREATE TRIGGER exception_declines_append_only_update BEFORE UPDATE ON exception_declines WHEN 1 BEGIN SELECT RAISE(ABORT, 'exception_declines_append_only'); END",
    ),
    (
        "sqlite",
        "CREATE TRIGGER exception_declines_append_only_delete BEFORE DELETE ON exception_declines WHEN 1 BEGIN SELECT RAISE(ABORT, 'exception_declines_append_only'); END",
    ),
    (
        "sqlite",
        "CREATE TRIGGER exception_declines_append_only_replace BEFORE INSERT ON exception_declines WHEN EXISTS (SELECT 1 FROM exception_declines WHERE number = NEW.number) BEGIN SELECT RAISE(ABORT, 'pk_exception_declines'); END",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE FUNCTION exception_declines_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF TRUE THEN RAISE EXCEPTION 'exception_declines_append_only' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'exception_declines_append_only'; END IF; RETURN NEW; END $$",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE TRIGGER exception_declines_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON exception_declines FOR EACH STATEMENT EXECUTE FUNCTION exception_declines_append_only()",
    ),
)
