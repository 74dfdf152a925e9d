"""The triggers of this version, frozen: a migration never changes with the code."""

from typing import Final

STATEMENTS: Final[tuple[tuple[str, str], ...]] = (
    (
        "sqlite",
        "CREATE TRIGGER department_answers_append_only_update BEFORE UPDATE ON department_answers WHEN 1 BEGIN SELECT RAISE(ABORT, 'department_answers_append_only'); END",
    ),
    (
        "sqlite",
        "CREATE TRIGGER department_answers_append_only_delete BEFORE DELETE ON department_answers WHEN 1 BEGIN SELECT RAISE(ABORT, 'department_answers_append_only'); END",
    ),
    (
        "sqlite",
        "CREATE TRIGGER department_answers_append_only_replace BEFORE INSERT ON department_answers WHEN EXISTS (SELECT 1 FROM department_answers WHERE receipt = NEW.receipt AND number = NEW.number) BEGIN SELECT RAISE(ABORT, 'pk_department_answers'); END",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE FUNCTION department_answers_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF TRUE THEN RAISE EXCEPTION 'department_answers_append_only' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'department_answers_append_only'; END IF; RETURN NEW; END $$",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE TRIGGER department_answers_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON department_answers FOR EACH STATEMENT EXECUTE FUNCTION department_answers_append_only()",
    ),
    (
        "sqlite",
        "CREATE TRIGGER source_probes_append_only_update BEFORE UPDATE ON source_probes WHEN 1 BEGIN SELECT RAISE(ABORT, 'source_probes_append_only'); END",
    ),
    (
        "sqlite",
        "CREATE TRIGGER source_probes_append_only_delete BEFORE DELETE ON source_probes WHEN 1 BEGIN SELECT RAISE(ABORT, 'source_probes_append_only'); END",
    ),
    (
        "sqlite",
        "CREATE TRIGGER source_probes_append_only_replace BEFORE INSERT ON source_probes WHEN EXISTS (SELECT 1 FROM source_probes WHERE source = NEW.source AND probed_at = NEW.probed_at AND state = NEW.state) BEGIN SELECT RAISE(ABORT, 'pk_source_probes'); END",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE FUNCTION source_probes_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF TRUE THEN RAISE EXCEPTION 'source_probes_append_only' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'source_probes_append_only'; END IF; RETURN NEW; END $$",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE TRIGGER source_probes_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON source_probes FOR EACH STATEMENT EXECUTE FUNCTION source_probes_append_only()",
    ),
    (
        "sqlite",
        "CREATE TRIGGER lookup_silences_append_only_update BEFORE UPDATE ON lookup_silences WHEN 1 BEGIN SELECT RAISE(ABORT, 'lookup_silences_append_only'); END",
    ),
    (
        "sqlite",
        "CREATE TRIGGER lookup_silences_append_only_delete BEFORE DELETE ON lookup_silences WHEN 1 BEGIN SELECT RAISE(ABORT, 'lookup_silences_append_only'); END",
    ),
    (
        "sqlite",
        "CREATE TRIGGER lookup_silences_append_only_replace BEFORE INSERT ON lookup_silences WHEN EXISTS (SELECT 1 FROM lookup_silences WHERE case_id = NEW.case_id AND material = NEW.material AND way = NEW.way AND number = NEW.number AND source = NEW.source) BEGIN SELECT RAISE(ABORT, 'pk_lookup_silences'); END",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE FUNCTION lookup_silences_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF TRUE THEN RAISE EXCEPTION 'lookup_silences_append_only' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'lookup_silences_append_only'; END IF; RETURN NEW; END $$",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE TRIGGER lookup_silences_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON lookup_silences FOR EACH STATEMENT EXECUTE FUNCTION lookup_silences_append_only()",
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
        "CREATE TRIGGER material_decisions_rules_of_today BEFORE INSERT ON material_decisions WHEN NEW.edition <> 3 BEGIN SELECT RAISE(ABORT, 'material_decisions_rules_of_today'); END",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE FUNCTION material_decisions_rules_of_today() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NEW.edition <> 3 THEN RAISE EXCEPTION 'material_decisions_rules_of_today' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'material_decisions_rules_of_today'; END IF; RETURN NEW; END $$",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE TRIGGER material_decisions_rules_of_today BEFORE INSERT ON material_decisions FOR EACH ROW EXECUTE FUNCTION material_decisions_rules_of_today()",
    ),
    (
        "sqlite",
        "CREATE TRIGGER material_decisions_probes_agree BEFORE INSERT ON material_decisions WHEN NEW.ground = 'source_down' AND EXISTS (SELECT 1 FROM lookup_silences s JOIN source_probes p ON p.source = s.source AND p.state = 'up' AND p.probed_at >= s.looked_up_at WHERE s.case_id = NEW.case_id AND s.material = NEW.material AND s.way = NEW.probe_way AND s.number = NEW.probe_number) BEGIN SELECT RAISE(ABORT, 'material_decisions_probes_agree'); END",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE FUNCTION material_decisions_probes_agree() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NEW.ground = 'source_down' AND EXISTS (SELECT 1 FROM lookup_silences s JOIN source_probes p ON p.source = s.source AND p.state = 'up' AND p.probed_at >= s.looked_up_at WHERE s.case_id = NEW.case_id AND s.material = NEW.material AND s.way = NEW.probe_way AND s.number = NEW.probe_number) THEN RAISE EXCEPTION 'material_decisions_probes_agree' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'material_decisions_probes_agree'; END IF; RETURN NEW; END $$",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE TRIGGER material_decisions_probes_agree BEFORE INSERT ON material_decisions FOR EACH ROW EXECUTE FUNCTION material_decisions_probes_agree()",
    ),
)
