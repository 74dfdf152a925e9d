"""The triggers of attached licenses and of what becomes of cases, frozen."""

from typing import Final

STATEMENTS: Final[tuple[tuple[str, str], ...]] = (
    (
        "sqlite",
        "CREATE TRIGGER attached_licenses_append_only_update BEFORE UPDATE ON attached_licenses WHEN 1 BEGIN SELECT RAISE(ABORT, 'attached_licenses_append_only'); END",
    ),
    (
        "sqlite",
        "CREATE TRIGGER attached_licenses_append_only_delete BEFORE DELETE ON attached_licenses WHEN 1 BEGIN SELECT RAISE(ABORT, 'attached_licenses_append_only'); END",
    ),
    (
        "sqlite",
        "CREATE TRIGGER attached_licenses_append_only_replace BEFORE INSERT ON attached_licenses WHEN EXISTS (SELECT 1 FROM attached_licenses WHERE case_id = NEW.case_id AND material = NEW.material AND number = NEW.number) BEGIN SELECT RAISE(ABORT, 'pk_attached_licenses'); END",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE FUNCTION attached_licenses_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF TRUE THEN RAISE EXCEPTION 'attached_licenses_append_only' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'attached_licenses_append_only'; END IF; RETURN NEW; END $$",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE TRIGGER attached_licenses_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON attached_licenses FOR EACH STATEMENT EXECUTE FUNCTION attached_licenses_append_only()",
    ),
    (
        "sqlite",
        "CREATE TRIGGER optional_materials_append_only_update BEFORE UPDATE ON optional_materials WHEN 1 BEGIN SELECT RAISE(ABORT, 'optional_materials_append_only'); END",
    ),
    (
        "sqlite",
        "CREATE TRIGGER optional_materials_append_only_delete BEFORE DELETE ON optional_materials WHEN 1 BEGIN SELECT RAISE(ABORT, 'optional_materials_append_only'); END",
    ),
    (
        "sqlite",
        "CREATE TRIGGER optional_materials_append_only_replace BEFORE INSERT ON optional_materials WHEN EXISTS (SELECT 1 FROM optional_materials WHERE matter_code = NEW.matter_code AND matter_version = NEW.matter_version AND material = NEW.material) BEGIN SELECT RAISE(ABORT, 'pk_optional_materials'); END",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE FUNCTION optional_materials_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF TRUE THEN RAISE EXCEPTION 'optional_materials_append_only' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'optional_materials_append_only'; END IF; RETURN NEW; END $$",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE TRIGGER optional_materials_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON optional_materials FOR EACH STATEMENT EXECUTE FUNCTION optional_materials_append_only()",
    ),
    (
        "sqlite",
        "CREATE TRIGGER case_outcomes_append_only_update BEFORE UPDATE ON case_outcomes WHEN 1 BEGIN SELECT RAISE(ABORT, 'case_outcomes_append_only'); END",
    ),
    (
        "sqlite",
        "CREATE TRIGGER case_outcomes_append_only_delete BEFORE DELETE ON case_outcomes WHEN 1 BEGIN SELECT RAISE(ABORT, 'case_outcomes_append_only'); END",
    ),
    (
        "sqlite",
        "CREATE TRIGGER case_outcomes_append_only_replace BEFORE INSERT ON case_outcomes WHEN EXISTS (SELECT 1 FROM case_outcomes WHERE case_id = NEW.case_id) BEGIN SELECT RAISE(ABORT, 'pk_case_outcomes'); END",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE FUNCTION case_outcomes_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF TRUE THEN RAISE EXCEPTION 'case_outcomes_append_only' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'case_outcomes_append_only'; END IF; RETURN NEW; END $$",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE TRIGGER case_outcomes_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON case_outcomes FOR EACH STATEMENT EXECUTE FUNCTION case_outcomes_append_only()",
    ),
    (
        "sqlite",
        "CREATE TRIGGER result_intents_append_only_update BEFORE UPDATE ON result_intents WHEN 1 BEGIN SELECT RAISE(ABORT, 'result_intents_append_only'); END",
    ),
    (
        "sqlite",
        "CREATE TRIGGER result_intents_append_only_delete BEFORE DELETE ON result_intents WHEN 1 BEGIN SELECT RAISE(ABORT, 'result_intents_append_only'); END",
    ),
    (
        "sqlite",
        "CREATE TRIGGER result_intents_append_only_replace BEFORE INSERT ON result_intents WHEN EXISTS (SELECT 1 FROM result_intents WHERE case_id = NEW.case_id) BEGIN SELECT RAISE(ABORT, 'pk_result_intents'); END",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE FUNCTION result_intents_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF TRUE THEN RAISE EXCEPTION 'result_intents_append_only' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'result_intents_append_only'; END IF; RETURN NEW; END $$",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE TRIGGER result_intents_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON result_intents FOR EACH STATEMENT EXECUTE FUNCTION result_intents_append_only()",
    ),
    (
        "sqlite",
        "CREATE TRIGGER result_licenses_append_only_update BEFORE UPDATE ON result_licenses WHEN 1 BEGIN SELECT RAISE(ABORT, 'result_licenses_append_only'); END",
    ),
    (
        "sqlite",
        "CREATE TRIGGER result_licenses_append_only_delete BEFORE DELETE ON result_licenses WHEN 1 BEGIN SELECT RAISE(ABORT, 'result_licenses_append_only'); END",
    ),
    (
        "sqlite",
        "CREATE TRIGGER result_licenses_append_only_replace BEFORE INSERT ON result_licenses WHEN EXISTS (SELECT 1 FROM result_licenses WHERE case_id = NEW.case_id) BEGIN SELECT RAISE(ABORT, 'pk_result_licenses'); END",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE FUNCTION result_licenses_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF TRUE THEN RAISE EXCEPTION 'result_licenses_append_only' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'result_licenses_append_only'; END IF; RETURN NEW; END $$",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE TRIGGER result_licenses_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON result_licenses FOR EACH STATEMENT EXECUTE FUNCTION result_licenses_append_only()",
    ),
    (
        "sqlite",
        "CREATE TRIGGER optional_materials_before_cases BEFORE INSERT ON optional_materials WHEN EXISTS (SELECT 1 FROM cases c WHERE c.matter_code = NEW.matter_code AND c.matter_version = NEW.matter_version) BEGIN SELECT RAISE(ABORT, 'optional_materials_before_cases'); END",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE FUNCTION optional_materials_before_cases() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM 1 FROM matters m WHERE m.code = NEW.matter_code AND m.version = NEW.matter_version FOR UPDATE; IF EXISTS (SELECT 1 FROM cases c WHERE c.matter_code = NEW.matter_code AND c.matter_version = NEW.matter_version) THEN RAISE EXCEPTION 'optional_materials_before_cases' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'optional_materials_before_cases'; END IF; RETURN NEW; END $$",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE TRIGGER optional_materials_before_cases BEFORE INSERT ON optional_materials FOR EACH ROW EXECUTE FUNCTION optional_materials_before_cases()",
    ),
    (
        "sqlite",
        "CREATE TRIGGER case_outcomes_role_held BEFORE INSERT ON case_outcomes WHEN EXISTS (SELECT 1 FROM people_roles r WHERE r.withdrawn AND r.person = NEW.approver AND r.role = NEW.approver_role) BEGIN SELECT RAISE(ABORT, 'case_outcomes_role_held'); END",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE FUNCTION case_outcomes_role_held() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM 1 FROM people_roles r WHERE r.person = NEW.approver AND r.role = NEW.approver_role FOR SHARE; IF EXISTS (SELECT 1 FROM people_roles r WHERE r.withdrawn AND r.person = NEW.approver AND r.role = NEW.approver_role) THEN RAISE EXCEPTION 'case_outcomes_role_held' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'case_outcomes_role_held'; END IF; RETURN NEW; END $$",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE TRIGGER case_outcomes_role_held BEFORE INSERT ON case_outcomes FOR EACH ROW EXECUTE FUNCTION case_outcomes_role_held()",
    ),
    (
        "sqlite",
        "CREATE TRIGGER case_outcomes_all_decided BEFORE INSERT ON case_outcomes WHEN EXISTS (SELECT 1 FROM case_materials m WHERE m.case_id = NEW.case_id AND NOT EXISTS (SELECT 1 FROM material_decisions d WHERE d.case_id = m.case_id AND d.material = m.material) AND NOT EXISTS (SELECT 1 FROM optional_materials o WHERE o.matter_code = m.matter_code AND o.matter_version = m.matter_version AND o.material = m.material)) BEGIN SELECT RAISE(ABORT, 'case_outcomes_all_decided'); END",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE FUNCTION case_outcomes_all_decided() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM 1 FROM case_materials m WHERE m.case_id = NEW.case_id ORDER BY m.material FOR UPDATE; IF EXISTS (SELECT 1 FROM case_materials m WHERE m.case_id = NEW.case_id AND NOT EXISTS (SELECT 1 FROM material_decisions d WHERE d.case_id = m.case_id AND d.material = m.material) AND NOT EXISTS (SELECT 1 FROM optional_materials o WHERE o.matter_code = m.matter_code AND o.matter_version = m.matter_version AND o.material = m.material)) THEN RAISE EXCEPTION 'case_outcomes_all_decided' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'case_outcomes_all_decided'; END IF; RETURN NEW; END $$",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE TRIGGER case_outcomes_all_decided BEFORE INSERT ON case_outcomes FOR EACH ROW EXECUTE FUNCTION case_outcomes_all_decided()",
    ),
    (
        "sqlite",
        "CREATE TRIGGER case_outcomes_approver_apart BEFORE INSERT ON case_outcomes WHEN EXISTS (SELECT 1 FROM material_decisions d WHERE d.case_id = NEW.case_id AND d.operator = NEW.approver) BEGIN SELECT RAISE(ABORT, 'case_outcomes_approver_apart'); END",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE FUNCTION case_outcomes_approver_apart() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF EXISTS (SELECT 1 FROM material_decisions d WHERE d.case_id = NEW.case_id AND d.operator = NEW.approver) THEN RAISE EXCEPTION 'case_outcomes_approver_apart' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'case_outcomes_approver_apart'; END IF; RETURN NEW; END $$",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE TRIGGER case_outcomes_approver_apart BEFORE INSERT ON case_outcomes FOR EACH ROW EXECUTE FUNCTION case_outcomes_approver_apart()",
    ),
    (
        "sqlite",
        "CREATE TRIGGER material_decisions_case_open BEFORE INSERT ON material_decisions WHEN EXISTS (SELECT 1 FROM case_outcomes o WHERE o.case_id = NEW.case_id) BEGIN SELECT RAISE(ABORT, 'material_decisions_case_open'); END",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE FUNCTION material_decisions_case_open() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM 1 FROM case_materials m WHERE m.case_id = NEW.case_id AND m.material = NEW.material FOR UPDATE; IF EXISTS (SELECT 1 FROM case_outcomes o WHERE o.case_id = NEW.case_id) THEN RAISE EXCEPTION 'material_decisions_case_open' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'material_decisions_case_open'; END IF; RETURN NEW; END $$",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE TRIGGER material_decisions_case_open BEFORE INSERT ON material_decisions FOR EACH ROW EXECUTE FUNCTION material_decisions_case_open()",
    ),
    (
        "sqlite",
        "CREATE TRIGGER case_forms_append_only_update BEFORE UPDATE ON case_forms WHEN 1 BEGIN SELECT RAISE(ABORT, 'case_forms_append_only'); END",
    ),
    (
        "sqlite",
        "CREATE TRIGGER case_forms_append_only_delete BEFORE DELETE ON case_forms WHEN 1 BEGIN SELECT RAISE(ABORT, 'case_forms_append_only'); END",
    ),
    (
        "sqlite",
        "CREATE TRIGGER case_forms_append_only_replace BEFORE INSERT ON case_forms WHEN EXISTS (SELECT 1 FROM case_forms WHERE case_id = NEW.case_id AND version = NEW.version) BEGIN SELECT RAISE(ABORT, 'pk_case_forms'); END",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE FUNCTION case_forms_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF TRUE THEN RAISE EXCEPTION 'case_forms_append_only' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'case_forms_append_only'; END IF; RETURN NEW; END $$",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE TRIGGER case_forms_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON case_forms FOR EACH STATEMENT EXECUTE FUNCTION case_forms_append_only()",
    ),
    (
        "sqlite",
        "CREATE TRIGGER case_forms_in_order BEFORE INSERT ON case_forms WHEN NEW.version > 1 AND NOT EXISTS (SELECT 1 FROM case_forms f WHERE f.case_id = NEW.case_id AND f.version = NEW.version - 1) BEGIN SELECT RAISE(ABORT, 'case_forms_in_order'); END",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE FUNCTION case_forms_in_order() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NEW.version > 1 AND NOT EXISTS (SELECT 1 FROM case_forms f WHERE f.case_id = NEW.case_id AND f.version = NEW.version - 1) THEN RAISE EXCEPTION 'case_forms_in_order' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'case_forms_in_order'; END IF; RETURN NEW; END $$",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE TRIGGER case_forms_in_order BEFORE INSERT ON case_forms FOR EACH ROW EXECUTE FUNCTION case_forms_in_order()",
    ),
    (
        "sqlite",
        "CREATE TRIGGER case_forms_case_open BEFORE INSERT ON case_forms WHEN EXISTS (SELECT 1 FROM case_outcomes o WHERE o.case_id = NEW.case_id) BEGIN SELECT RAISE(ABORT, 'case_forms_case_open'); END",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE FUNCTION case_forms_case_open() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM 1 FROM cases c WHERE c.id = NEW.case_id FOR UPDATE; IF EXISTS (SELECT 1 FROM case_outcomes o WHERE o.case_id = NEW.case_id) THEN RAISE EXCEPTION 'case_forms_case_open' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'case_forms_case_open'; END IF; RETURN NEW; END $$",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE TRIGGER case_forms_case_open BEFORE INSERT ON case_forms FOR EACH ROW EXECUTE FUNCTION case_forms_case_open()",
    ),
    (
        "sqlite",
        "CREATE TRIGGER applications_append_only_update BEFORE UPDATE ON applications WHEN 1 BEGIN SELECT RAISE(ABORT, 'applications_append_only'); END",
    ),
    (
        "sqlite",
        "CREATE TRIGGER applications_append_only_delete BEFORE DELETE ON applications WHEN 1 BEGIN SELECT RAISE(ABORT, 'applications_append_only'); END",
    ),
    (
        "sqlite",
        "CREATE TRIGGER applications_append_only_replace BEFORE INSERT ON applications WHEN EXISTS (SELECT 1 FROM applications WHERE id = NEW.id) BEGIN SELECT RAISE(ABORT, 'pk_applications'); END",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE FUNCTION applications_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF TRUE THEN RAISE EXCEPTION 'applications_append_only' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'applications_append_only'; END IF; RETURN NEW; END $$",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE TRIGGER applications_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON applications FOR EACH STATEMENT EXECUTE FUNCTION applications_append_only()",
    ),
    (
        "sqlite",
        "CREATE TRIGGER application_cases_append_only_update BEFORE UPDATE ON application_cases WHEN 1 BEGIN SELECT RAISE(ABORT, 'application_cases_append_only'); END",
    ),
    (
        "sqlite",
        "CREATE TRIGGER application_cases_append_only_delete BEFORE DELETE ON application_cases WHEN 1 BEGIN SELECT RAISE(ABORT, 'application_cases_append_only'); END",
    ),
    (
        "sqlite",
        "CREATE TRIGGER application_cases_append_only_replace BEFORE INSERT ON application_cases WHEN EXISTS (SELECT 1 FROM application_cases WHERE application = NEW.application AND position = NEW.position) BEGIN SELECT RAISE(ABORT, 'pk_application_cases'); END",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE FUNCTION application_cases_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF TRUE THEN RAISE EXCEPTION 'application_cases_append_only' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'application_cases_append_only'; END IF; RETURN NEW; END $$",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE TRIGGER application_cases_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON application_cases FOR EACH STATEMENT EXECUTE FUNCTION application_cases_append_only()",
    ),
    (
        "sqlite",
        "CREATE TRIGGER application_cases_one_applicant BEFORE INSERT ON application_cases WHEN EXISTS (SELECT 1 FROM application_cases a JOIN cases b ON b.id = a.case_id, cases c WHERE a.application = NEW.application AND c.id = NEW.case_id AND (b.applicant_code <> c.applicant_code OR b.applicant_code_type <> c.applicant_code_type)) BEGIN SELECT RAISE(ABORT, 'application_cases_one_applicant'); END",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE FUNCTION application_cases_one_applicant() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM 1 FROM applications p WHERE p.id = NEW.application FOR UPDATE; IF EXISTS (SELECT 1 FROM application_cases a JOIN cases b ON b.id = a.case_id, cases c WHERE a.application = NEW.application AND c.id = NEW.case_id AND (b.applicant_code <> c.applicant_code OR b.applicant_code_type <> c.applicant_code_type)) THEN RAISE EXCEPTION 'application_cases_one_applicant' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'application_cases_one_applicant'; END IF; RETURN NEW; END $$",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE TRIGGER application_cases_one_applicant BEFORE INSERT ON application_cases FOR EACH ROW EXECUTE FUNCTION application_cases_one_applicant()",
    ),
    (
        "sqlite",
        "CREATE TRIGGER sent_transfers_append_only_update BEFORE UPDATE ON sent_transfers WHEN 1 BEGIN SELECT RAISE(ABORT, 'sent_transfers_append_only'); END",
    ),
    (
        "sqlite",
        "CREATE TRIGGER sent_transfers_append_only_delete BEFORE DELETE ON sent_transfers WHEN 1 BEGIN SELECT RAISE(ABORT, 'sent_transfers_append_only'); END",
    ),
    (
        "sqlite",
        "CREATE TRIGGER sent_transfers_append_only_replace BEFORE INSERT ON sent_transfers WHEN EXISTS (SELECT 1 FROM sent_transfers WHERE number = NEW.number) BEGIN SELECT RAISE(ABORT, 'pk_sent_transfers'); END",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE FUNCTION sent_transfers_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF TRUE THEN RAISE EXCEPTION 'sent_transfers_append_only' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'sent_transfers_append_only'; END IF; RETURN NEW; END $$",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE TRIGGER sent_transfers_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON sent_transfers FOR EACH STATEMENT EXECUTE FUNCTION sent_transfers_append_only()",
    ),
    (
        "sqlite",
        "CREATE TRIGGER transfer_receipts_append_only_update BEFORE UPDATE ON transfer_receipts WHEN 1 BEGIN SELECT RAISE(ABORT, 'transfer_receipts_append_only'); END",
    ),
    (
        "sqlite",
        "CREATE TRIGGER transfer_receipts_append_only_delete BEFORE DELETE ON transfer_receipts WHEN 1 BEGIN SELECT RAISE(ABORT, 'transfer_receipts_append_only'); END",
    ),
    (
        "sqlite",
        "CREATE TRIGGER transfer_receipts_append_only_replace BEFORE INSERT ON transfer_receipts WHEN EXISTS (SELECT 1 FROM transfer_receipts WHERE number = NEW.number) BEGIN SELECT RAISE(ABORT, 'pk_transfer_receipts'); END",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE FUNCTION transfer_receipts_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF TRUE THEN RAISE EXCEPTION 'transfer_receipts_append_only' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'transfer_receipts_append_only'; END IF; RETURN NEW; END $$",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE TRIGGER transfer_receipts_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON transfer_receipts FOR EACH STATEMENT EXECUTE FUNCTION transfer_receipts_append_only()",
    ),
    (
        "sqlite",
        "CREATE TRIGGER received_transfers_append_only_update BEFORE UPDATE ON received_transfers WHEN 1 BEGIN SELECT RAISE(ABORT, 'received_transfers_append_only'); END",
    ),
    (
        "sqlite",
        "CREATE TRIGGER received_transfers_append_only_delete BEFORE DELETE ON received_transfers WHEN 1 BEGIN SELECT RAISE(ABORT, 'received_transfers_append_only'); END",
    ),
    (
        "sqlite",
        "CREATE TRIGGER received_transfers_append_only_replace BEFORE INSERT ON received_transfers WHEN EXISTS (SELECT 1 FROM received_transfers WHERE partner = NEW.partner AND number = NEW.number) BEGIN SELECT RAISE(ABORT, 'pk_received_transfers'); END",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE FUNCTION received_transfers_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF TRUE THEN RAISE EXCEPTION 'received_transfers_append_only' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'received_transfers_append_only'; END IF; RETURN NEW; END $$",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE TRIGGER received_transfers_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON received_transfers FOR EACH STATEMENT EXECUTE FUNCTION received_transfers_append_only()",
    ),
    (
        "sqlite",
        "CREATE TRIGGER transfer_openings_append_only_update BEFORE UPDATE ON transfer_openings WHEN 1 BEGIN SELECT RAISE(ABORT, 'transfer_openings_append_only'); END",
    ),
    (
        "sqlite",
        "CREATE TRIGGER transfer_openings_append_only_delete BEFORE DELETE ON transfer_openings WHEN 1 BEGIN SELECT RAISE(ABORT, 'transfer_openings_append_only'); END",
    ),
    (
        "sqlite",
        "CREATE TRIGGER transfer_openings_append_only_replace BEFORE INSERT ON transfer_openings WHEN EXISTS (SELECT 1 FROM transfer_openings WHERE partner = NEW.partner AND number = NEW.number) BEGIN SELECT RAISE(ABORT, 'pk_transfer_openings'); END",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE FUNCTION transfer_openings_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF TRUE THEN RAISE EXCEPTION 'transfer_openings_append_only' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'transfer_openings_append_only'; END IF; RETURN NEW; END $$",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE TRIGGER transfer_openings_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON transfer_openings FOR EACH STATEMENT EXECUTE FUNCTION transfer_openings_append_only()",
    ),
    (
        "sqlite",
        "CREATE TRIGGER sent_transfers_case_open BEFORE INSERT ON sent_transfers WHEN EXISTS (SELECT 1 FROM case_outcomes o WHERE o.case_id = NEW.case_id) BEGIN SELECT RAISE(ABORT, 'sent_transfers_case_open'); END",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE FUNCTION sent_transfers_case_open() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM 1 FROM cases c WHERE c.id = NEW.case_id FOR UPDATE; IF EXISTS (SELECT 1 FROM case_outcomes o WHERE o.case_id = NEW.case_id) THEN RAISE EXCEPTION 'sent_transfers_case_open' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'sent_transfers_case_open'; END IF; RETURN NEW; END $$",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE TRIGGER sent_transfers_case_open BEFORE INSERT ON sent_transfers FOR EACH ROW EXECUTE FUNCTION sent_transfers_case_open()",
    ),
    (
        "sqlite",
        "CREATE TRIGGER case_outcomes_not_handed_over BEFORE INSERT ON case_outcomes WHEN EXISTS (SELECT 1 FROM sent_transfers t WHERE t.case_id = NEW.case_id) BEGIN SELECT RAISE(ABORT, 'case_outcomes_not_handed_over'); END",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE FUNCTION case_outcomes_not_handed_over() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM 1 FROM cases c WHERE c.id = NEW.case_id FOR UPDATE; IF EXISTS (SELECT 1 FROM sent_transfers t WHERE t.case_id = NEW.case_id) THEN RAISE EXCEPTION 'case_outcomes_not_handed_over' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'case_outcomes_not_handed_over'; END IF; RETURN NEW; END $$",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE TRIGGER case_outcomes_not_handed_over BEFORE INSERT ON case_outcomes FOR EACH ROW EXECUTE FUNCTION case_outcomes_not_handed_over()",
    ),
)
