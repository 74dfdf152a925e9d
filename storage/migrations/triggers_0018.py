"""The triggers of acceptance, frozen: a migration never changes with the code."""

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
        "CREATE TRIGGER matter_materials_append_only_replace BEFORE INSERT ON matter_materials WHEN EXISTS (SELECT 1 FROM matter_materials WHERE matter_code = NEW.matter_code AND matter_version = NEW.matter_version AND code = NEW.code AND first_day = NEW.first_day) BEGIN SELECT RAISE(ABORT, 'pk_matter_materials'); END",
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
        "CREATE TRIGGER matter_materials_one_a_day BEFORE INSERT ON matter_materials WHEN EXISTS (SELECT 1 FROM matter_materials m WHERE m.matter_code = NEW.matter_code AND m.matter_version = NEW.matter_version AND m.code = NEW.code AND m.first_day <= NEW.last_day AND m.last_day >= NEW.first_day) BEGIN SELECT RAISE(ABORT, 'matter_materials_one_a_day'); END",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE FUNCTION matter_materials_one_a_day() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM 1 FROM matters m WHERE m.code = NEW.matter_code AND m.version = NEW.matter_version FOR UPDATE; IF EXISTS (SELECT 1 FROM matter_materials m WHERE m.matter_code = NEW.matter_code AND m.matter_version = NEW.matter_version AND m.code = NEW.code AND m.first_day <= NEW.last_day AND m.last_day >= NEW.first_day) THEN RAISE EXCEPTION 'matter_materials_one_a_day' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'matter_materials_one_a_day'; END IF; RETURN NEW; END $$",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE TRIGGER matter_materials_one_a_day BEFORE INSERT ON matter_materials FOR EACH ROW EXECUTE FUNCTION matter_materials_one_a_day()",
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
        "CREATE TRIGGER lookups_append_only_replace BEFORE INSERT ON lookups WHEN EXISTS (SELECT 1 FROM lookups WHERE case_id = NEW.case_id AND material = NEW.material AND way = NEW.way AND number = NEW.number) BEGIN SELECT RAISE(ABORT, 'pk_lookups'); END",
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
        "CREATE OR REPLACE FUNCTION cases_role_held() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM 1 FROM people_roles r WHERE r.person = NEW.operator AND r.role = NEW.operator_role FOR SHARE; IF EXISTS (SELECT 1 FROM people_roles r WHERE r.withdrawn AND r.person = NEW.operator AND r.role = NEW.operator_role) THEN RAISE EXCEPTION 'cases_role_held' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'cases_role_held'; END IF; RETURN NEW; END $$",
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
        "CREATE OR REPLACE FUNCTION material_decisions_roles_held() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM 1 FROM people_roles r WHERE (r.person = NEW.operator AND r.role = NEW.operator_role) OR (r.person = NEW.approver AND r.role = NEW.approver_role) ORDER BY r.person, r.role FOR SHARE; IF EXISTS (SELECT 1 FROM people_roles r WHERE r.withdrawn AND ((r.person = NEW.operator AND r.role = NEW.operator_role) OR (r.person = NEW.approver AND r.role = NEW.approver_role))) THEN RAISE EXCEPTION 'material_decisions_roles_held' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'material_decisions_roles_held'; END IF; RETURN NEW; END $$",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE TRIGGER material_decisions_roles_held BEFORE INSERT ON material_decisions FOR EACH ROW EXECUTE FUNCTION material_decisions_roles_held()",
    ),
    (
        "sqlite",
        "CREATE TRIGGER material_decisions_latest_lookup BEFORE INSERT ON material_decisions WHEN EXISTS (SELECT 1 FROM lookups l WHERE l.case_id = NEW.case_id AND l.material = NEW.material AND ((l.way = 'e_license' AND l.number > NEW.lookup_number) OR (l.way = 'data_check' AND l.number > NEW.data_number) OR (l.way = 'department_check' AND l.number > coalesce(NEW.check_number, 0) AND coalesce(NEW.data_result, NEW.lookup_result, '') NOT IN ('valid', 'confirmed')))) BEGIN SELECT RAISE(ABORT, 'material_decisions_latest_lookup'); END",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE FUNCTION material_decisions_latest_lookup() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM 1 FROM case_materials m WHERE m.case_id = NEW.case_id AND m.material = NEW.material FOR UPDATE; IF EXISTS (SELECT 1 FROM lookups l WHERE l.case_id = NEW.case_id AND l.material = NEW.material AND ((l.way = 'e_license' AND l.number > NEW.lookup_number) OR (l.way = 'data_check' AND l.number > NEW.data_number) OR (l.way = 'department_check' AND l.number > coalesce(NEW.check_number, 0) AND coalesce(NEW.data_result, NEW.lookup_result, '') NOT IN ('valid', 'confirmed')))) THEN RAISE EXCEPTION 'material_decisions_latest_lookup' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'material_decisions_latest_lookup'; END IF; RETURN NEW; END $$",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE TRIGGER material_decisions_latest_lookup BEFORE INSERT ON material_decisions FOR EACH ROW EXECUTE FUNCTION material_decisions_latest_lookup()",
    ),
    (
        "sqlite",
        "CREATE TRIGGER material_decisions_rules_of_today BEFORE INSERT ON material_decisions WHEN NEW.edition <> 2 BEGIN SELECT RAISE(ABORT, 'material_decisions_rules_of_today'); END",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE FUNCTION material_decisions_rules_of_today() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NEW.edition <> 2 THEN RAISE EXCEPTION 'material_decisions_rules_of_today' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'material_decisions_rules_of_today'; END IF; RETURN NEW; END $$",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE TRIGGER material_decisions_rules_of_today BEFORE INSERT ON material_decisions FOR EACH ROW EXECUTE FUNCTION material_decisions_rules_of_today()",
    ),
    (
        "sqlite",
        "CREATE TRIGGER lookups_way_open BEFORE INSERT ON lookups WHEN NOT EXISTS (SELECT 1 FROM case_materials m WHERE m.case_id = NEW.case_id AND m.material = NEW.material AND ((NEW.way = 'e_license' AND m.asks_license) OR (NEW.way = 'data_check' AND m.asks_data) OR (NEW.way = 'department_check' AND m.asks_department))) BEGIN SELECT RAISE(ABORT, 'lookups_way_open'); END",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE FUNCTION lookups_way_open() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NOT EXISTS (SELECT 1 FROM case_materials m WHERE m.case_id = NEW.case_id AND m.material = NEW.material AND ((NEW.way = 'e_license' AND m.asks_license) OR (NEW.way = 'data_check' AND m.asks_data) OR (NEW.way = 'department_check' AND m.asks_department))) THEN RAISE EXCEPTION 'lookups_way_open' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'lookups_way_open'; END IF; RETURN NEW; END $$",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE TRIGGER lookups_way_open BEFORE INSERT ON lookups FOR EACH ROW EXECUTE FUNCTION lookups_way_open()",
    ),
)
