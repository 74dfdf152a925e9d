"""The triggers of this version, frozen: a migration never changes with the code."""

from typing import Final

STATEMENTS: Final[tuple[tuple[str, str], ...]] = (
    (
        "sqlite",
        "CREATE TRIGGER verifier_applications_append_only_update BEFORE UPDATE ON verifier_applications WHEN 1 BEGIN SELECT RAISE(ABORT, 'verifier_applications_append_only'); END",
    ),
    (
        "sqlite",
        "CREATE TRIGGER verifier_applications_append_only_delete BEFORE DELETE ON verifier_applications WHEN 1 BEGIN SELECT RAISE(ABORT, 'verifier_applications_append_only'); END",
    ),
    (
        "sqlite",
        "CREATE TRIGGER verifier_applications_append_only_replace BEFORE INSERT ON verifier_applications WHEN EXISTS (SELECT 1 FROM verifier_applications WHERE number = NEW.number) BEGIN SELECT RAISE(ABORT, 'pk_verifier_applications'); END",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE FUNCTION verifier_applications_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF TRUE THEN RAISE EXCEPTION 'verifier_applications_append_only' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'verifier_applications_append_only'; END IF; RETURN NEW; END $$",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE TRIGGER verifier_applications_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON verifier_applications FOR EACH STATEMENT EXECUTE FUNCTION verifier_applications_append_only()",
    ),
    (
        "sqlite",
        "CREATE TRIGGER verifier_application_outcomes_append_only_update BEFORE UPDATE ON verifier_application_outcomes WHEN 1 BEGIN SELECT RAISE(ABORT, 'verifier_application_outcomes_append_only'); END",
    ),
    (
        "sqlite",
        "CREATE TRIGGER verifier_application_outcomes_append_only_delete BEFORE DELETE ON verifier_application_outcomes WHEN 1 BEGIN SELECT RAISE(ABORT, 'verifier_application_outcomes_append_only'); END",
    ),
    (
        "sqlite",
        "CREATE TRIGGER verifier_application_outcomes_append_only_replace BEFORE INSERT ON verifier_application_outcomes WHEN EXISTS (SELECT 1 FROM verifier_application_outcomes WHERE number = NEW.number) BEGIN SELECT RAISE(ABORT, 'pk_verifier_application_outcomes'); END",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE FUNCTION verifier_application_outcomes_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF TRUE THEN RAISE EXCEPTION 'verifier_application_outcomes_append_only' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'verifier_application_outcomes_append_only'; END IF; RETURN NEW; END $$",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE TRIGGER verifier_application_outcomes_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON verifier_application_outcomes FOR EACH STATEMENT EXECUTE FUNCTION verifier_application_outcomes_append_only()",
    ),
)
