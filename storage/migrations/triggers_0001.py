"""The triggers of the first release, frozen: a migration never changes with the code."""

from typing import Final

STATEMENTS: Final[tuple[tuple[str, str], ...]] = (
    (
        "sqlite",
        "CREATE TRIGGER exception_reasons_append_only_update BEFORE UPDATE ON exception_reasons WHEN 1 BEGIN SELECT RAISE(ABORT, 'exception_reasons_append_only'); END",
    ),
    (
        "sqlite",
        "CREATE TRIGGER exception_reasons_append_only_delete BEFORE DELETE ON exception_reasons WHEN 1 BEGIN SELECT RAISE(ABORT, 'exception_reasons_append_only'); END",
    ),
    (
        "sqlite",
        "CREATE TRIGGER exception_reasons_append_only_replace BEFORE INSERT ON exception_reasons WHEN EXISTS (SELECT 1 FROM exception_reasons WHERE code = NEW.code AND applies_to = NEW.applies_to) BEGIN SELECT RAISE(ABORT, 'pk_exception_reasons'); END",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE FUNCTION exception_reasons_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF TRUE THEN RAISE EXCEPTION 'exception_reasons_append_only' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'exception_reasons_append_only'; END IF; RETURN NEW; END $$",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE TRIGGER exception_reasons_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON exception_reasons FOR EACH STATEMENT EXECUTE FUNCTION exception_reasons_append_only()",
    ),
    (
        "sqlite",
        "CREATE TRIGGER matters_append_only_update BEFORE UPDATE ON matters WHEN 1 BEGIN SELECT RAISE(ABORT, 'matters_append_only'); END",
    ),
    (
        "sqlite",
        "CREATE TRIGGER matters_append_only_delete BEFORE DELETE ON matters WHEN 1 BEGIN SELECT RAISE(ABORT, 'matters_append_only'); END",
    ),
    (
        "sqlite",
        "CREATE TRIGGER matters_append_only_replace BEFORE INSERT ON matters WHEN EXISTS (SELECT 1 FROM matters WHERE code = NEW.code AND version = NEW.version) BEGIN SELECT RAISE(ABORT, 'pk_matters'); END",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE FUNCTION matters_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF TRUE THEN RAISE EXCEPTION 'matters_append_only' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'matters_append_only'; END IF; RETURN NEW; END $$",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE TRIGGER matters_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON matters FOR EACH STATEMENT EXECUTE FUNCTION matters_append_only()",
    ),
    (
        "sqlite",
        "CREATE TRIGGER matter_materials_append_only_update BEFORE UPDATE ON matter_materials WHEN 1 BEGIN SELECT RAISE(ABORT, 'matter_materials_append_only'); END",
    ),
    (
        "sqlite",
        "CREATE TRIGGER matter_materials_append_only_delete BEFORE DELETE ON matter_materials WHEN 1 BEGIN SELECT RAISE(ABORT, 'matter_materials_append_only'); END",
    ),
    (
        "sqlite",
        "CREATE TRIGGER matter_materials_append_only_replace BEFORE INSERT ON matter_materials WHEN EXISTS (SELECT 1 FROM matter_materials WHERE matter_code = NEW.matter_code AND matter_version = NEW.matter_version AND code = NEW.code) BEGIN SELECT RAISE(ABORT, 'pk_matter_materials'); END",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE FUNCTION matter_materials_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF TRUE THEN RAISE EXCEPTION 'matter_materials_append_only' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'matter_materials_append_only'; END IF; RETURN NEW; END $$",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE TRIGGER matter_materials_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON matter_materials FOR EACH STATEMENT EXECUTE FUNCTION matter_materials_append_only()",
    ),
    (
        "sqlite",
        "CREATE TRIGGER cases_append_only_update BEFORE UPDATE ON cases WHEN 1 BEGIN SELECT RAISE(ABORT, 'cases_append_only'); END",
    ),
    (
        "sqlite",
        "CREATE TRIGGER cases_append_only_delete BEFORE DELETE ON cases WHEN 1 BEGIN SELECT RAISE(ABORT, 'cases_append_only'); END",
    ),
    (
        "sqlite",
        "CREATE TRIGGER cases_append_only_replace BEFORE INSERT ON cases WHEN EXISTS (SELECT 1 FROM cases WHERE id = NEW.id) BEGIN SELECT RAISE(ABORT, 'pk_cases'); END",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE FUNCTION cases_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF TRUE THEN RAISE EXCEPTION 'cases_append_only' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'cases_append_only'; END IF; RETURN NEW; END $$",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE TRIGGER cases_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON cases FOR EACH STATEMENT EXECUTE FUNCTION cases_append_only()",
    ),
    (
        "sqlite",
        "CREATE TRIGGER case_materials_append_only_update BEFORE UPDATE ON case_materials WHEN 1 BEGIN SELECT RAISE(ABORT, 'case_materials_append_only'); END",
    ),
    (
        "sqlite",
        "CREATE TRIGGER case_materials_append_only_delete BEFORE DELETE ON case_materials WHEN 1 BEGIN SELECT RAISE(ABORT, 'case_materials_append_only'); END",
    ),
    (
        "sqlite",
        "CREATE TRIGGER case_materials_append_only_replace BEFORE INSERT ON case_materials WHEN EXISTS (SELECT 1 FROM case_materials WHERE case_id = NEW.case_id AND material = NEW.material) BEGIN SELECT RAISE(ABORT, 'pk_case_materials'); END",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE FUNCTION case_materials_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF TRUE THEN RAISE EXCEPTION 'case_materials_append_only' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'case_materials_append_only'; END IF; RETURN NEW; END $$",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE TRIGGER case_materials_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON case_materials FOR EACH STATEMENT EXECUTE FUNCTION case_materials_append_only()",
    ),
    (
        "sqlite",
        "CREATE TRIGGER lookups_append_only_update BEFORE UPDATE ON lookups WHEN 1 BEGIN SELECT RAISE(ABORT, 'lookups_append_only'); END",
    ),
    (
        "sqlite",
        "CREATE TRIGGER lookups_append_only_delete BEFORE DELETE ON lookups WHEN 1 BEGIN SELECT RAISE(ABORT, 'lookups_append_only'); END",
    ),
    (
        "sqlite",
        "CREATE TRIGGER lookups_append_only_replace BEFORE INSERT ON lookups WHEN EXISTS (SELECT 1 FROM lookups WHERE case_id = NEW.case_id AND material = NEW.material AND number = NEW.number) BEGIN SELECT RAISE(ABORT, 'pk_lookups'); END",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE FUNCTION lookups_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF TRUE THEN RAISE EXCEPTION 'lookups_append_only' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'lookups_append_only'; END IF; RETURN NEW; END $$",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE TRIGGER lookups_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON lookups FOR EACH STATEMENT EXECUTE FUNCTION lookups_append_only()",
    ),
    (
        "sqlite",
        "CREATE TRIGGER material_decisions_append_only_update BEFORE UPDATE ON material_decisions WHEN 1 BEGIN SELECT RAISE(ABORT, 'material_decisions_append_only'); END",
    ),
    (
        "sqlite",
        "CREATE TRIGGER material_decisions_append_only_delete BEFORE DELETE ON material_decisions WHEN 1 BEGIN SELECT RAISE(ABORT, 'material_decisions_append_only'); END",
    ),
    (
        "sqlite",
        "CREATE TRIGGER material_decisions_append_only_replace BEFORE INSERT ON material_decisions WHEN EXISTS (SELECT 1 FROM material_decisions WHERE case_id = NEW.case_id AND material = NEW.material) BEGIN SELECT RAISE(ABORT, 'pk_material_decisions'); END",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE FUNCTION material_decisions_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF TRUE THEN RAISE EXCEPTION 'material_decisions_append_only' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'material_decisions_append_only'; END IF; RETURN NEW; END $$",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE TRIGGER material_decisions_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON material_decisions FOR EACH STATEMENT EXECUTE FUNCTION material_decisions_append_only()",
    ),
    (
        "sqlite",
        "CREATE TRIGGER cases_role_held BEFORE INSERT ON cases WHEN EXISTS (SELECT 1 FROM people_roles r WHERE r.withdrawn AND r.person = NEW.operator AND r.role = NEW.operator_role) BEGIN SELECT RAISE(ABORT, 'cases_role_held'); END",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE FUNCTION cases_role_held() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF EXISTS (SELECT 1 FROM people_roles r WHERE r.withdrawn AND r.person = NEW.operator AND r.role = NEW.operator_role) THEN RAISE EXCEPTION 'cases_role_held' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'cases_role_held'; END IF; RETURN NEW; END $$",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE TRIGGER cases_role_held BEFORE INSERT ON cases FOR EACH ROW EXECUTE FUNCTION cases_role_held()",
    ),
    (
        "sqlite",
        "CREATE TRIGGER material_decisions_roles_held BEFORE INSERT ON material_decisions WHEN EXISTS (SELECT 1 FROM people_roles r WHERE r.withdrawn AND ((r.person = NEW.operator AND r.role = NEW.operator_role) OR (r.person = NEW.approver AND r.role = NEW.approver_role))) BEGIN SELECT RAISE(ABORT, 'material_decisions_roles_held'); END",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE FUNCTION material_decisions_roles_held() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF EXISTS (SELECT 1 FROM people_roles r WHERE r.withdrawn AND ((r.person = NEW.operator AND r.role = NEW.operator_role) OR (r.person = NEW.approver AND r.role = NEW.approver_role))) THEN RAISE EXCEPTION 'material_decisions_roles_held' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'material_decisions_roles_held'; END IF; RETURN NEW; END $$",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE TRIGGER material_decisions_roles_held BEFORE INSERT ON material_decisions FOR EACH ROW EXECUTE FUNCTION material_decisions_roles_held()",
    ),
    (
        "sqlite",
        "CREATE TRIGGER material_decisions_latest_lookup BEFORE INSERT ON material_decisions WHEN EXISTS (SELECT 1 FROM lookups l WHERE l.case_id = NEW.case_id AND l.material = NEW.material AND l.number > NEW.lookup_number) BEGIN SELECT RAISE(ABORT, 'material_decisions_latest_lookup'); END",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE FUNCTION material_decisions_latest_lookup() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF EXISTS (SELECT 1 FROM lookups l WHERE l.case_id = NEW.case_id AND l.material = NEW.material AND l.number > NEW.lookup_number) THEN RAISE EXCEPTION 'material_decisions_latest_lookup' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'material_decisions_latest_lookup'; END IF; RETURN NEW; END $$",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE TRIGGER material_decisions_latest_lookup BEFORE INSERT ON material_decisions FOR EACH ROW EXECUTE FUNCTION material_decisions_latest_lookup()",
    ),
)
