"""The triggers of situations, frozen: a migration never changes with the code."""

from typing import Final

STATEMENTS: Final[tuple[tuple[str, str], ...]] = (
    (
        "sqlite",
        "CREATE TRIGGER matter_conditions_append_only_update BEFORE UPDATE ON matter_conditions WHEN 1 BEGIN SELECT RAISE(ABORT, 'matter_conditions_append_only'); END",
    ),
    (
        "sqlite",
        "CREATE TRIGGER matter_conditions_append_only_delete BEFORE DELETE ON matter_conditions WHEN 1 BEGIN SELECT RAISE(ABORT, 'matter_conditions_append_only'); END",
    ),
    (
        "sqlite",
        "CREATE TRIGGER matter_conditions_append_only_replace BEFORE INSERT ON matter_conditions WHEN EXISTS (SELECT 1 FROM matter_conditions WHERE matter_code = NEW.matter_code AND matter_version = NEW.matter_version AND material = NEW.material) BEGIN SELECT RAISE(ABORT, 'pk_matter_conditions'); END",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE FUNCTION matter_conditions_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF TRUE THEN RAISE EXCEPTION 'matter_conditions_append_only' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'matter_conditions_append_only'; END IF; RETURN NEW; END $$",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE TRIGGER matter_conditions_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON matter_conditions FOR EACH STATEMENT EXECUTE FUNCTION matter_conditions_append_only()",
    ),
    (
        "sqlite",
        "CREATE TRIGGER case_materials_called_for BEFORE INSERT ON case_materials WHEN NOT EXISTS (SELECT 1 FROM (SELECT conditions FROM matter_conditions x WHERE x.matter_code = NEW.matter_code AND x.matter_version = NEW.matter_version AND x.material = NEW.material) m) OR EXISTS (SELECT 1 FROM (SELECT conditions FROM matter_conditions x WHERE x.matter_code = NEW.matter_code AND x.matter_version = NEW.matter_version AND x.material = NEW.material) m JOIN json_each(m.conditions) q WHERE NOT EXISTS (SELECT 1 FROM cases c JOIN json_each(q.value) v WHERE c.id = NEW.case_id AND v.value = json_extract(c.situation, '$.\"' || q.key || '\"'))) BEGIN SELECT RAISE(ABORT, 'case_materials_called_for'); END",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE FUNCTION case_materials_called_for() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NOT EXISTS (SELECT 1 FROM (SELECT conditions FROM matter_conditions x WHERE x.matter_code = NEW.matter_code AND x.matter_version = NEW.matter_version AND x.material = NEW.material) m) OR EXISTS (SELECT 1 FROM (SELECT conditions FROM matter_conditions x WHERE x.matter_code = NEW.matter_code AND x.matter_version = NEW.matter_version AND x.material = NEW.material) m CROSS JOIN jsonb_each(m.conditions::jsonb) q WHERE NOT EXISTS (SELECT 1 FROM cases c WHERE c.id = NEW.case_id AND jsonb_exists(q.value, c.situation::jsonb ->> q.key))) THEN RAISE EXCEPTION 'case_materials_called_for' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'case_materials_called_for'; END IF; RETURN NEW; END $$",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE TRIGGER case_materials_called_for BEFORE INSERT ON case_materials FOR EACH ROW EXECUTE FUNCTION case_materials_called_for()",
    ),
)
