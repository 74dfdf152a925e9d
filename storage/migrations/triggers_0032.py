"""The triggers of this version, frozen: a migration never changes with the code."""

from typing import Final

STATEMENTS: Final[tuple[tuple[str, str], ...]] = (
    (
        "sqlite",
        "CREATE TRIGGER sent_returns_append_only_update BEFORE UPDATE ON sent_returns WHEN 1 BEGIN SELECT RAISE(ABORT, 'sent_returns_append_only'); END",
    ),
    (
        "sqlite",
        "CREATE TRIGGER sent_returns_append_only_delete BEFORE DELETE ON sent_returns WHEN 1 BEGIN SELECT RAISE(ABORT, 'sent_returns_append_only'); END",
    ),
    (
        "sqlite",
        "CREATE TRIGGER sent_returns_append_only_replace BEFORE INSERT ON sent_returns WHEN EXISTS (SELECT 1 FROM sent_returns WHERE partner = NEW.partner AND number = NEW.number) BEGIN SELECT RAISE(ABORT, 'pk_sent_returns'); END",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE FUNCTION sent_returns_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF TRUE THEN RAISE EXCEPTION 'sent_returns_append_only' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'sent_returns_append_only'; END IF; RETURN NEW; END $$",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE TRIGGER sent_returns_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON sent_returns FOR EACH STATEMENT EXECUTE FUNCTION sent_returns_append_only()",
    ),
    (
        "sqlite",
        "CREATE TRIGGER return_receipts_append_only_update BEFORE UPDATE ON return_receipts WHEN 1 BEGIN SELECT RAISE(ABORT, 'return_receipts_append_only'); END",
    ),
    (
        "sqlite",
        "CREATE TRIGGER return_receipts_append_only_delete BEFORE DELETE ON return_receipts WHEN 1 BEGIN SELECT RAISE(ABORT, 'return_receipts_append_only'); END",
    ),
    (
        "sqlite",
        "CREATE TRIGGER return_receipts_append_only_replace BEFORE INSERT ON return_receipts WHEN EXISTS (SELECT 1 FROM return_receipts WHERE partner = NEW.partner AND number = NEW.number) BEGIN SELECT RAISE(ABORT, 'pk_return_receipts'); END",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE FUNCTION return_receipts_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF TRUE THEN RAISE EXCEPTION 'return_receipts_append_only' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'return_receipts_append_only'; END IF; RETURN NEW; END $$",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE TRIGGER return_receipts_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON return_receipts FOR EACH STATEMENT EXECUTE FUNCTION return_receipts_append_only()",
    ),
    (
        "sqlite",
        "CREATE TRIGGER returned_outcomes_append_only_update BEFORE UPDATE ON returned_outcomes WHEN 1 BEGIN SELECT RAISE(ABORT, 'returned_outcomes_append_only'); END",
    ),
    (
        "sqlite",
        "CREATE TRIGGER returned_outcomes_append_only_delete BEFORE DELETE ON returned_outcomes WHEN 1 BEGIN SELECT RAISE(ABORT, 'returned_outcomes_append_only'); END",
    ),
    (
        "sqlite",
        "CREATE TRIGGER returned_outcomes_append_only_replace BEFORE INSERT ON returned_outcomes WHEN EXISTS (SELECT 1 FROM returned_outcomes WHERE number = NEW.number) BEGIN SELECT RAISE(ABORT, 'pk_returned_outcomes'); END",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE FUNCTION returned_outcomes_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF TRUE THEN RAISE EXCEPTION 'returned_outcomes_append_only' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'returned_outcomes_append_only'; END IF; RETURN NEW; END $$",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE TRIGGER returned_outcomes_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON returned_outcomes FOR EACH STATEMENT EXECUTE FUNCTION returned_outcomes_append_only()",
    ),
    (
        "sqlite",
        "CREATE TRIGGER sent_returns_settled BEFORE INSERT ON sent_returns WHEN NOT EXISTS (SELECT 1 FROM transfer_openings t JOIN case_outcomes o ON o.case_id = t.case_id WHERE t.partner = NEW.partner AND t.number = NEW.number) BEGIN SELECT RAISE(ABORT, 'sent_returns_settled'); END",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE FUNCTION sent_returns_settled() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NOT EXISTS (SELECT 1 FROM transfer_openings t JOIN case_outcomes o ON o.case_id = t.case_id WHERE t.partner = NEW.partner AND t.number = NEW.number) THEN RAISE EXCEPTION 'sent_returns_settled' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'sent_returns_settled'; END IF; RETURN NEW; END $$",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE TRIGGER sent_returns_settled BEFORE INSERT ON sent_returns FOR EACH ROW EXECUTE FUNCTION sent_returns_settled()",
    ),
    (
        "sqlite",
        "CREATE TRIGGER case_materials_called_for BEFORE INSERT ON case_materials WHEN NOT EXISTS (SELECT 1 FROM (SELECT conditions FROM matter_conditions x WHERE x.matter_code = NEW.matter_code AND x.matter_version = NEW.matter_version AND x.material = NEW.material) m JOIN json_each(CASE json_type(m.conditions) WHEN 'array' THEN m.conditions ELSE json_array(json(m.conditions)) END) g WHERE NOT EXISTS (SELECT 1 FROM json_each(g.value) q WHERE NOT EXISTS (SELECT 1 FROM cases c JOIN json_each(q.value) v WHERE c.id = NEW.case_id AND v.value = json_extract(c.situation, '$.\"' || q.key || '\"')))) BEGIN SELECT RAISE(ABORT, 'case_materials_called_for'); END",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE FUNCTION case_materials_called_for() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NOT EXISTS (SELECT 1 FROM (SELECT conditions FROM matter_conditions x WHERE x.matter_code = NEW.matter_code AND x.matter_version = NEW.matter_version AND x.material = NEW.material) m CROSS JOIN jsonb_array_elements(CASE jsonb_typeof(m.conditions::jsonb) WHEN 'array' THEN m.conditions::jsonb ELSE jsonb_build_array(m.conditions::jsonb) END) g(value) WHERE NOT EXISTS (SELECT 1 FROM jsonb_each(g.value) q WHERE NOT EXISTS (SELECT 1 FROM cases c WHERE c.id = NEW.case_id AND jsonb_exists(q.value, c.situation::jsonb ->> q.key)))) THEN RAISE EXCEPTION 'case_materials_called_for' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'case_materials_called_for'; END IF; RETURN NEW; END $$",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE TRIGGER case_materials_called_for BEFORE INSERT ON case_materials FOR EACH ROW EXECUTE FUNCTION case_materials_called_for()",
    ),
)
