"""The triggers of this version, frozen: a migration never changes with the code."""

from typing import Final

STATEMENTS: Final[tuple[tuple[str, str], ...]] = (
    (
        "sqlite",
        "CREATE TRIGGER social_verifiers_append_only_update BEFORE UPDATE ON social_verifiers WHEN 1 BEGIN SELECT RAISE(ABORT, 'social_verifiers_append_only'); END",
    ),
    (
        "sqlite",
        "CREATE TRIGGER social_verifiers_append_only_delete BEFORE DELETE ON social_verifiers WHEN 1 BEGIN SELECT RAISE(ABORT, 'social_verifiers_append_only'); END",
    ),
    (
        "sqlite",
        "CREATE TRIGGER social_verifiers_append_only_replace BEFORE INSERT ON social_verifiers WHEN EXISTS (SELECT 1 FROM social_verifiers WHERE name = NEW.name) BEGIN SELECT RAISE(ABORT, 'pk_social_verifiers'); END",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE FUNCTION social_verifiers_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF TRUE THEN RAISE EXCEPTION 'social_verifiers_append_only' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'social_verifiers_append_only'; END IF; RETURN NEW; END $$",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE TRIGGER social_verifiers_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON social_verifiers FOR EACH STATEMENT EXECUTE FUNCTION social_verifiers_append_only()",
    ),
    (
        "sqlite",
        "CREATE TRIGGER verifier_stops_append_only_update BEFORE UPDATE ON verifier_stops WHEN 1 BEGIN SELECT RAISE(ABORT, 'verifier_stops_append_only'); END",
    ),
    (
        "sqlite",
        "CREATE TRIGGER verifier_stops_append_only_delete BEFORE DELETE ON verifier_stops WHEN 1 BEGIN SELECT RAISE(ABORT, 'verifier_stops_append_only'); END",
    ),
    (
        "sqlite",
        "CREATE TRIGGER verifier_stops_append_only_replace BEFORE INSERT ON verifier_stops WHEN EXISTS (SELECT 1 FROM verifier_stops WHERE verifier = NEW.verifier) BEGIN SELECT RAISE(ABORT, 'pk_verifier_stops'); END",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE FUNCTION verifier_stops_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF TRUE THEN RAISE EXCEPTION 'verifier_stops_append_only' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'verifier_stops_append_only'; END IF; RETURN NEW; END $$",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE TRIGGER verifier_stops_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON verifier_stops FOR EACH STATEMENT EXECUTE FUNCTION verifier_stops_append_only()",
    ),
    (
        "sqlite",
        "CREATE TRIGGER verifier_secrets_closed BEFORE INSERT ON verifier_secrets WHEN EXISTS (SELECT 1 FROM verifier_stops s WHERE s.verifier = NEW.verifier) BEGIN SELECT RAISE(ABORT, 'verifier_secrets_closed'); END",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE FUNCTION verifier_secrets_closed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM 1 FROM social_verifiers v WHERE v.name = NEW.verifier FOR UPDATE; IF EXISTS (SELECT 1 FROM verifier_stops s WHERE s.verifier = NEW.verifier) THEN RAISE EXCEPTION 'verifier_secrets_closed' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'verifier_secrets_closed'; END IF; RETURN NEW; END $$",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE TRIGGER verifier_secrets_closed BEFORE INSERT ON verifier_secrets FOR EACH ROW EXECUTE FUNCTION verifier_secrets_closed()",
    ),
)
