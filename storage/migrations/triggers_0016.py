"""The triggers of the evidence's tables, frozen: a migration never changes with the code."""

from typing import Final

STATEMENTS: Final[tuple[tuple[str, str], ...]] = (
    (
        "sqlite",
        "CREATE TRIGGER evidence_stamps_append_only_update BEFORE UPDATE ON evidence_stamps WHEN 1 BEGIN SELECT RAISE(ABORT, 'evidence_stamps_append_only'); END",
    ),
    (
        "sqlite",
        "CREATE TRIGGER evidence_stamps_append_only_delete BEFORE DELETE ON evidence_stamps WHEN 1 BEGIN SELECT RAISE(ABORT, 'evidence_stamps_append_only'); END",
    ),
    (
        "sqlite",
        "CREATE TRIGGER evidence_stamps_append_only_replace BEFORE INSERT ON evidence_stamps WHEN EXISTS (SELECT 1 FROM evidence_stamps WHERE batch = NEW.batch AND number = NEW.number) BEGIN SELECT RAISE(ABORT, 'pk_evidence_stamps'); END",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE FUNCTION evidence_stamps_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF TRUE THEN RAISE EXCEPTION 'evidence_stamps_append_only' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'evidence_stamps_append_only'; END IF; RETURN NEW; END $$",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE TRIGGER evidence_stamps_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON evidence_stamps FOR EACH STATEMENT EXECUTE FUNCTION evidence_stamps_append_only()",
    ),
)
