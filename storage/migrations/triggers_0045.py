"""The triggers of this version, frozen: a migration never changes with the code."""

from typing import Final

STATEMENTS: Final[tuple[tuple[str, str], ...]] = (
    (
        "sqlite",
        "CREATE TRIGGER guardianships_append_only_update BEFORE UPDATE ON guardianships WHEN 1 BEGIN SELECT RAISE(ABORT, 'guardianships_append_only'); END",
    ),
    (
        "sqlite",
        "CREATE TRIGGER guardianships_append_only_delete BEFORE DELETE ON guardianships WHEN 1 BEGIN SELECT RAISE(ABORT, 'guardianships_append_only'); END",
    ),
    (
        "sqlite",
        "CREATE TRIGGER guardianships_append_only_replace BEFORE INSERT ON guardianships WHEN EXISTS (SELECT 1 FROM guardianships WHERE number = NEW.number) BEGIN SELECT RAISE(ABORT, 'pk_guardianships'); END",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE FUNCTION guardianships_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF TRUE THEN RAISE EXCEPTION 'guardianships_append_only' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'guardianships_append_only'; END IF; RETURN NEW; END $$",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE TRIGGER guardianships_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON guardianships FOR EACH STATEMENT EXECUTE FUNCTION guardianships_append_only()",
    ),
    (
        "sqlite",
        "CREATE TRIGGER guardianship_confirmations_append_only_update BEFORE UPDATE ON guardianship_confirmations WHEN 1 BEGIN SELECT RAISE(ABORT, 'guardianship_confirmations_append_only'); END",
    ),
    (
        "sqlite",
        "CREATE TRIGGER guardianship_confirmations_append_only_delete BEFORE DELETE ON guardianship_confirmations WHEN 1 BEGIN SELECT RAISE(ABORT, 'guardianship_confirmations_append_only'); END",
    ),
    (
        "sqlite",
        "CREATE TRIGGER guardianship_confirmations_append_only_replace BEFORE INSERT ON guardianship_confirmations WHEN EXISTS (SELECT 1 FROM guardianship_confirmations WHERE number = NEW.number) BEGIN SELECT RAISE(ABORT, 'pk_guardianship_confirmations'); END",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE FUNCTION guardianship_confirmations_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF TRUE THEN RAISE EXCEPTION 'guardianship_confirmations_append_only' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'guardianship_confirmations_append_only'; END IF; RETURN NEW; END $$",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE TRIGGER guardianship_confirmations_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON guardianship_confirmations FOR EACH STATEMENT EXECUTE FUNCTION guardianship_confirmations_append_only()",
    ),
    (
        "sqlite",
        "CREATE TRIGGER guardianship_ends_append_only_update BEFORE UPDATE ON guardianship_ends WHEN 1 BEGIN SELECT RAISE(ABORT, 'guardianship_ends_append_only'); END",
    ),
    (
        "sqlite",
        "CREATE TRIGGER guardianship_ends_append_only_delete BEFORE DELETE ON guardianship_ends WHEN 1 BEGIN SELECT RAISE(ABORT, 'guardianship_ends_append_only'); END",
    ),
    (
        "sqlite",
        "CREATE TRIGGER guardianship_ends_append_only_replace BEFORE INSERT ON guardianship_ends WHEN EXISTS (SELECT 1 FROM guardianship_ends WHERE number = NEW.number) BEGIN SELECT RAISE(ABORT, 'pk_guardianship_ends'); END",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE FUNCTION guardianship_ends_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF TRUE THEN RAISE EXCEPTION 'guardianship_ends_append_only' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'guardianship_ends_append_only'; END IF; RETURN NEW; END $$",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE TRIGGER guardianship_ends_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON guardianship_ends FOR EACH STATEMENT EXECUTE FUNCTION guardianship_ends_append_only()",
    ),
    (
        "sqlite",
        "CREATE TRIGGER guardianships_two_persons BEFORE INSERT ON guardianship_confirmations WHEN EXISTS (SELECT 1 FROM guardianships g WHERE g.number = NEW.number AND g.proposed_by = NEW.confirmed_by) OR EXISTS (SELECT 1 FROM guardianship_ends e WHERE e.number = NEW.number) BEGIN SELECT RAISE(ABORT, 'guardianships_two_persons'); END",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE FUNCTION guardianships_two_persons() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM 1 FROM guardianships g WHERE g.number = NEW.number FOR UPDATE; IF EXISTS (SELECT 1 FROM guardianships g WHERE g.number = NEW.number AND g.proposed_by = NEW.confirmed_by) OR EXISTS (SELECT 1 FROM guardianship_ends e WHERE e.number = NEW.number) THEN RAISE EXCEPTION 'guardianships_two_persons' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'guardianships_two_persons'; END IF; RETURN NEW; END $$",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE TRIGGER guardianships_two_persons BEFORE INSERT ON guardianship_confirmations FOR EACH ROW EXECUTE FUNCTION guardianships_two_persons()",
    ),
)
