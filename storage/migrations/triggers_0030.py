"""The triggers of receipts and complaints, frozen: a migration never changes with the code."""

from typing import Final

STATEMENTS: Final[tuple[tuple[str, str], ...]] = (
    (
        "sqlite",
        "CREATE TRIGGER case_receipts_append_only_update BEFORE UPDATE ON case_receipts WHEN 1 BEGIN SELECT RAISE(ABORT, 'case_receipts_append_only'); END",
    ),
    (
        "sqlite",
        "CREATE TRIGGER case_receipts_append_only_delete BEFORE DELETE ON case_receipts WHEN 1 BEGIN SELECT RAISE(ABORT, 'case_receipts_append_only'); END",
    ),
    (
        "sqlite",
        "CREATE TRIGGER case_receipts_append_only_replace BEFORE INSERT ON case_receipts WHEN EXISTS (SELECT 1 FROM case_receipts WHERE case_id = NEW.case_id AND version = NEW.version) BEGIN SELECT RAISE(ABORT, 'pk_case_receipts'); END",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE FUNCTION case_receipts_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF TRUE THEN RAISE EXCEPTION 'case_receipts_append_only' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'case_receipts_append_only'; END IF; RETURN NEW; END $$",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE TRIGGER case_receipts_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON case_receipts FOR EACH STATEMENT EXECUTE FUNCTION case_receipts_append_only()",
    ),
    (
        "sqlite",
        "CREATE TRIGGER case_receipts_all_decided BEFORE INSERT ON case_receipts WHEN EXISTS (SELECT 1 FROM case_materials m WHERE m.case_id = NEW.case_id AND NOT EXISTS (SELECT 1 FROM material_decisions d WHERE d.case_id = m.case_id AND d.material = m.material) AND NOT EXISTS (SELECT 1 FROM optional_materials o WHERE o.matter_code = m.matter_code AND o.matter_version = m.matter_version AND o.material = m.material)) BEGIN SELECT RAISE(ABORT, 'case_receipts_all_decided'); END",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE FUNCTION case_receipts_all_decided() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF EXISTS (SELECT 1 FROM case_materials m WHERE m.case_id = NEW.case_id AND NOT EXISTS (SELECT 1 FROM material_decisions d WHERE d.case_id = m.case_id AND d.material = m.material) AND NOT EXISTS (SELECT 1 FROM optional_materials o WHERE o.matter_code = m.matter_code AND o.matter_version = m.matter_version AND o.material = m.material)) THEN RAISE EXCEPTION 'case_receipts_all_decided' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'case_receipts_all_decided'; END IF; RETURN NEW; END $$",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE TRIGGER case_receipts_all_decided BEFORE INSERT ON case_receipts FOR EACH ROW EXECUTE FUNCTION case_receipts_all_decided()",
    ),
    (
        "sqlite",
        "CREATE TRIGGER complaints_append_only_update BEFORE UPDATE ON complaints WHEN 1 BEGIN SELECT RAISE(ABORT, 'complaints_append_only'); END",
    ),
    (
        "sqlite",
        "CREATE TRIGGER complaints_append_only_delete BEFORE DELETE ON complaints WHEN 1 BEGIN SELECT RAISE(ABORT, 'complaints_append_only'); END",
    ),
    (
        "sqlite",
        "CREATE TRIGGER complaints_append_only_replace BEFORE INSERT ON complaints WHEN EXISTS (SELECT 1 FROM complaints WHERE number = NEW.number) BEGIN SELECT RAISE(ABORT, 'pk_complaints'); END",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE FUNCTION complaints_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF TRUE THEN RAISE EXCEPTION 'complaints_append_only' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'complaints_append_only'; END IF; RETURN NEW; END $$",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE TRIGGER complaints_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON complaints FOR EACH STATEMENT EXECUTE FUNCTION complaints_append_only()",
    ),
    (
        "sqlite",
        "CREATE TRIGGER complaint_answers_append_only_update BEFORE UPDATE ON complaint_answers WHEN 1 BEGIN SELECT RAISE(ABORT, 'complaint_answers_append_only'); END",
    ),
    (
        "sqlite",
        "CREATE TRIGGER complaint_answers_append_only_delete BEFORE DELETE ON complaint_answers WHEN 1 BEGIN SELECT RAISE(ABORT, 'complaint_answers_append_only'); END",
    ),
    (
        "sqlite",
        "CREATE TRIGGER complaint_answers_append_only_replace BEFORE INSERT ON complaint_answers WHEN EXISTS (SELECT 1 FROM complaint_answers WHERE complaint = NEW.complaint) BEGIN SELECT RAISE(ABORT, 'pk_complaint_answers'); END",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE FUNCTION complaint_answers_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF TRUE THEN RAISE EXCEPTION 'complaint_answers_append_only' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'complaint_answers_append_only'; END IF; RETURN NEW; END $$",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE TRIGGER complaint_answers_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON complaint_answers FOR EACH STATEMENT EXECUTE FUNCTION complaint_answers_append_only()",
    ),
)
