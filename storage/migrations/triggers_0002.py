"""The triggers of the seals' tables, frozen: a migration never changes with the code."""

from typing import Final

STATEMENTS: Final[tuple[tuple[str, str], ...]] = (
    (
        "sqlite",
        "CREATE TRIGGER seals_append_only_update BEFORE UPDATE ON seals WHEN 1 BEGIN SELECT RAISE(ABORT, 'seals_append_only'); END",
    ),
    (
        "sqlite",
        "CREATE TRIGGER seals_append_only_delete BEFORE DELETE ON seals WHEN 1 BEGIN SELECT RAISE(ABORT, 'seals_append_only'); END",
    ),
    (
        "sqlite",
        "CREATE TRIGGER seals_append_only_replace BEFORE INSERT ON seals WHEN EXISTS (SELECT 1 FROM seals WHERE code = NEW.code) BEGIN SELECT RAISE(ABORT, 'pk_seals'); END",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE FUNCTION seals_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF TRUE THEN RAISE EXCEPTION 'seals_append_only' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'seals_append_only'; END IF; RETURN NEW; END $$",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE TRIGGER seals_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON seals FOR EACH STATEMENT EXECUTE FUNCTION seals_append_only()",
    ),
    (
        "sqlite",
        "CREATE TRIGGER seal_events_append_only_update BEFORE UPDATE ON seal_events WHEN 1 BEGIN SELECT RAISE(ABORT, 'seal_events_append_only'); END",
    ),
    (
        "sqlite",
        "CREATE TRIGGER seal_events_append_only_delete BEFORE DELETE ON seal_events WHEN 1 BEGIN SELECT RAISE(ABORT, 'seal_events_append_only'); END",
    ),
    (
        "sqlite",
        "CREATE TRIGGER seal_events_append_only_replace BEFORE INSERT ON seal_events WHEN EXISTS (SELECT 1 FROM seal_events WHERE seal_code = NEW.seal_code AND number = NEW.number) BEGIN SELECT RAISE(ABORT, 'pk_seal_events'); END",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE FUNCTION seal_events_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF TRUE THEN RAISE EXCEPTION 'seal_events_append_only' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'seal_events_append_only'; END IF; RETURN NEW; END $$",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE TRIGGER seal_events_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON seal_events FOR EACH STATEMENT EXECUTE FUNCTION seal_events_append_only()",
    ),
    (
        "sqlite",
        "CREATE TRIGGER seal_uses_append_only_update BEFORE UPDATE ON seal_uses WHEN 1 BEGIN SELECT RAISE(ABORT, 'seal_uses_append_only'); END",
    ),
    (
        "sqlite",
        "CREATE TRIGGER seal_uses_append_only_delete BEFORE DELETE ON seal_uses WHEN 1 BEGIN SELECT RAISE(ABORT, 'seal_uses_append_only'); END",
    ),
    (
        "sqlite",
        "CREATE TRIGGER seal_uses_append_only_replace BEFORE INSERT ON seal_uses WHEN EXISTS (SELECT 1 FROM seal_uses WHERE row = NEW.row) BEGIN SELECT RAISE(ABORT, 'pk_seal_uses'); END",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE FUNCTION seal_uses_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF TRUE THEN RAISE EXCEPTION 'seal_uses_append_only' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'seal_uses_append_only'; END IF; RETURN NEW; END $$",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE TRIGGER seal_uses_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON seal_uses FOR EACH STATEMENT EXECUTE FUNCTION seal_uses_append_only()",
    ),
    (
        "sqlite",
        "CREATE TRIGGER issuer_successions_append_only_update BEFORE UPDATE ON issuer_successions WHEN 1 BEGIN SELECT RAISE(ABORT, 'issuer_successions_append_only'); END",
    ),
    (
        "sqlite",
        "CREATE TRIGGER issuer_successions_append_only_delete BEFORE DELETE ON issuer_successions WHEN 1 BEGIN SELECT RAISE(ABORT, 'issuer_successions_append_only'); END",
    ),
    (
        "sqlite",
        "CREATE TRIGGER issuer_successions_append_only_replace BEFORE INSERT ON issuer_successions WHEN EXISTS (SELECT 1 FROM issuer_successions WHERE row = NEW.row) BEGIN SELECT RAISE(ABORT, 'pk_issuer_successions'); END",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE FUNCTION issuer_successions_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF TRUE THEN RAISE EXCEPTION 'issuer_successions_append_only' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'issuer_successions_append_only'; END IF; RETURN NEW; END $$",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE TRIGGER issuer_successions_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON issuer_successions FOR EACH STATEMENT EXECUTE FUNCTION issuer_successions_append_only()",
    ),
    (
        "sqlite",
        "CREATE TRIGGER seal_uses_enabled BEFORE INSERT ON seal_uses WHEN COALESCE((SELECT e.state FROM seal_events e WHERE e.seal_code = NEW.seal_code ORDER BY e.number DESC LIMIT 1), '') <> 'enabled' BEGIN SELECT RAISE(ABORT, 'seal_uses_enabled'); END",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE FUNCTION seal_uses_enabled() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF COALESCE((SELECT e.state FROM seal_events e WHERE e.seal_code = NEW.seal_code ORDER BY e.number DESC LIMIT 1), '') <> 'enabled' THEN RAISE EXCEPTION 'seal_uses_enabled' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'seal_uses_enabled'; END IF; RETURN NEW; END $$",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE TRIGGER seal_uses_enabled BEFORE INSERT ON seal_uses FOR EACH ROW EXECUTE FUNCTION seal_uses_enabled()",
    ),
    (
        "sqlite",
        "CREATE TRIGGER seal_events_in_order BEFORE INSERT ON seal_events WHEN EXISTS (SELECT 1 FROM seal_events e WHERE e.seal_code = NEW.seal_code AND (e.recorded_at > NEW.recorded_at OR (e.number = 1 AND e.effective_at > NEW.effective_at))) BEGIN SELECT RAISE(ABORT, 'seal_events_in_order'); END",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE FUNCTION seal_events_in_order() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF EXISTS (SELECT 1 FROM seal_events e WHERE e.seal_code = NEW.seal_code AND (e.recorded_at > NEW.recorded_at OR (e.number = 1 AND e.effective_at > NEW.effective_at))) THEN RAISE EXCEPTION 'seal_events_in_order' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'seal_events_in_order'; END IF; RETURN NEW; END $$",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE TRIGGER seal_events_in_order BEFORE INSERT ON seal_events FOR EACH ROW EXECUTE FUNCTION seal_events_in_order()",
    ),
)
