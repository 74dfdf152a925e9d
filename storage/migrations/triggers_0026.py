"""The triggers of promises, frozen: a migration never changes with the code."""

from typing import Final

STATEMENTS: Final[tuple[tuple[str, str], ...]] = (
    (
        "sqlite",
        "CREATE TRIGGER declarations_append_only_update BEFORE UPDATE ON declarations WHEN 1 BEGIN SELECT RAISE(ABORT, 'declarations_append_only'); END",
    ),
    (
        "sqlite",
        "CREATE TRIGGER declarations_append_only_delete BEFORE DELETE ON declarations WHEN 1 BEGIN SELECT RAISE(ABORT, 'declarations_append_only'); END",
    ),
    (
        "sqlite",
        "CREATE TRIGGER declarations_append_only_replace BEFORE INSERT ON declarations WHEN EXISTS (SELECT 1 FROM declarations WHERE case_id = NEW.case_id AND material = NEW.material) BEGIN SELECT RAISE(ABORT, 'pk_declarations'); END",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE FUNCTION declarations_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF TRUE THEN RAISE EXCEPTION 'declarations_append_only' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'declarations_append_only'; END IF; RETURN NEW; END $$",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE TRIGGER declarations_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON declarations FOR EACH STATEMENT EXECUTE FUNCTION declarations_append_only()",
    ),
    (
        "sqlite",
        "CREATE TRIGGER promises_append_only_update BEFORE UPDATE ON promises WHEN 1 BEGIN SELECT RAISE(ABORT, 'promises_append_only'); END",
    ),
    (
        "sqlite",
        "CREATE TRIGGER promises_append_only_delete BEFORE DELETE ON promises WHEN 1 BEGIN SELECT RAISE(ABORT, 'promises_append_only'); END",
    ),
    (
        "sqlite",
        "CREATE TRIGGER promises_append_only_replace BEFORE INSERT ON promises WHEN EXISTS (SELECT 1 FROM promises WHERE case_id = NEW.case_id AND material = NEW.material) BEGIN SELECT RAISE(ABORT, 'pk_promises'); END",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE FUNCTION promises_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF TRUE THEN RAISE EXCEPTION 'promises_append_only' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'promises_append_only'; END IF; RETURN NEW; END $$",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE TRIGGER promises_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON promises FOR EACH STATEMENT EXECUTE FUNCTION promises_append_only()",
    ),
    (
        "sqlite",
        "CREATE TRIGGER promise_steps_append_only_update BEFORE UPDATE ON promise_steps WHEN 1 BEGIN SELECT RAISE(ABORT, 'promise_steps_append_only'); END",
    ),
    (
        "sqlite",
        "CREATE TRIGGER promise_steps_append_only_delete BEFORE DELETE ON promise_steps WHEN 1 BEGIN SELECT RAISE(ABORT, 'promise_steps_append_only'); END",
    ),
    (
        "sqlite",
        "CREATE TRIGGER promise_steps_append_only_replace BEFORE INSERT ON promise_steps WHEN EXISTS (SELECT 1 FROM promise_steps WHERE case_id = NEW.case_id AND material = NEW.material AND number = NEW.number) BEGIN SELECT RAISE(ABORT, 'pk_promise_steps'); END",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE FUNCTION promise_steps_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF TRUE THEN RAISE EXCEPTION 'promise_steps_append_only' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'promise_steps_append_only'; END IF; RETURN NEW; END $$",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE TRIGGER promise_steps_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON promise_steps FOR EACH STATEMENT EXECUTE FUNCTION promise_steps_append_only()",
    ),
    (
        "sqlite",
        "CREATE TRIGGER material_decisions_declared BEFORE INSERT ON material_decisions WHEN NEW.form = 'commitment' AND NOT EXISTS (SELECT 1 FROM declarations d WHERE d.case_id = NEW.case_id AND d.material = NEW.material) BEGIN SELECT RAISE(ABORT, 'material_decisions_declared'); END",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE FUNCTION material_decisions_declared() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NEW.form = 'commitment' AND NOT EXISTS (SELECT 1 FROM declarations d WHERE d.case_id = NEW.case_id AND d.material = NEW.material) THEN RAISE EXCEPTION 'material_decisions_declared' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'material_decisions_declared'; END IF; RETURN NEW; END $$",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE TRIGGER material_decisions_declared BEFORE INSERT ON material_decisions FOR EACH ROW EXECUTE FUNCTION material_decisions_declared()",
    ),
    (
        "sqlite",
        "CREATE TRIGGER promise_steps_repairs_breach BEFORE INSERT ON promise_steps WHEN NEW.kind = 'repaired' AND NOT EXISTS (SELECT 1 FROM promise_steps s WHERE s.case_id = NEW.case_id AND s.material = NEW.material AND s.kind = 'breached') BEGIN SELECT RAISE(ABORT, 'promise_steps_repairs_breach'); END",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE FUNCTION promise_steps_repairs_breach() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NEW.kind = 'repaired' AND NOT EXISTS (SELECT 1 FROM promise_steps s WHERE s.case_id = NEW.case_id AND s.material = NEW.material AND s.kind = 'breached') THEN RAISE EXCEPTION 'promise_steps_repairs_breach' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'promise_steps_repairs_breach'; END IF; RETURN NEW; END $$",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE TRIGGER promise_steps_repairs_breach BEFORE INSERT ON promise_steps FOR EACH ROW EXECUTE FUNCTION promise_steps_repairs_breach()",
    ),
)
