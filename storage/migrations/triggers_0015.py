"""The triggers of the keeping's tables, frozen: a migration never changes with the code."""

from typing import Final

STATEMENTS: Final[tuple[tuple[str, str], ...]] = (
    (
        "sqlite",
        "CREATE TRIGGER archive_appraisals_append_only_update BEFORE UPDATE ON archive_appraisals WHEN 1 BEGIN SELECT RAISE(ABORT, 'archive_appraisals_append_only'); END",
    ),
    (
        "sqlite",
        "CREATE TRIGGER archive_appraisals_append_only_delete BEFORE DELETE ON archive_appraisals WHEN 1 BEGIN SELECT RAISE(ABORT, 'archive_appraisals_append_only'); END",
    ),
    (
        "sqlite",
        "CREATE TRIGGER archive_appraisals_append_only_replace BEFORE INSERT ON archive_appraisals WHEN EXISTS (SELECT 1 FROM archive_appraisals WHERE row = NEW.row) BEGIN SELECT RAISE(ABORT, 'pk_archive_appraisals'); END",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE FUNCTION archive_appraisals_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF TRUE THEN RAISE EXCEPTION 'archive_appraisals_append_only' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'archive_appraisals_append_only'; END IF; RETURN NEW; END $$",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE TRIGGER archive_appraisals_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON archive_appraisals FOR EACH STATEMENT EXECUTE FUNCTION archive_appraisals_append_only()",
    ),
    (
        "sqlite",
        "CREATE TRIGGER disposals_append_only_update BEFORE UPDATE ON disposals WHEN 1 BEGIN SELECT RAISE(ABORT, 'disposals_append_only'); END",
    ),
    (
        "sqlite",
        "CREATE TRIGGER disposals_append_only_delete BEFORE DELETE ON disposals WHEN 1 BEGIN SELECT RAISE(ABORT, 'disposals_append_only'); END",
    ),
    (
        "sqlite",
        "CREATE TRIGGER disposals_append_only_replace BEFORE INSERT ON disposals WHEN EXISTS (SELECT 1 FROM disposals WHERE package_id = NEW.package_id) BEGIN SELECT RAISE(ABORT, 'pk_disposals'); END",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE FUNCTION disposals_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF TRUE THEN RAISE EXCEPTION 'disposals_append_only' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'disposals_append_only'; END IF; RETURN NEW; END $$",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE TRIGGER disposals_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON disposals FOR EACH STATEMENT EXECUTE FUNCTION disposals_append_only()",
    ),
    (
        "sqlite",
        "CREATE TRIGGER legal_holds_disposed BEFORE INSERT ON legal_holds WHEN EXISTS (SELECT 1 FROM disposals d WHERE d.package_id = NEW.package_id) BEGIN SELECT RAISE(ABORT, 'legal_holds_disposed'); END",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE FUNCTION legal_holds_disposed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM 1 FROM archive_holdings h WHERE h.package_id = NEW.package_id FOR UPDATE; IF EXISTS (SELECT 1 FROM disposals d WHERE d.package_id = NEW.package_id) THEN RAISE EXCEPTION 'legal_holds_disposed' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'legal_holds_disposed'; END IF; RETURN NEW; END $$",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE TRIGGER legal_holds_disposed BEFORE INSERT ON legal_holds FOR EACH ROW EXECUTE FUNCTION legal_holds_disposed()",
    ),
    (
        "sqlite",
        "CREATE TRIGGER package_references_disposed BEFORE INSERT ON package_references WHEN EXISTS (SELECT 1 FROM disposals d WHERE d.package_id = NEW.package_id) BEGIN SELECT RAISE(ABORT, 'package_references_disposed'); END",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE FUNCTION package_references_disposed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM 1 FROM archive_holdings h WHERE h.package_id = NEW.package_id FOR UPDATE; IF EXISTS (SELECT 1 FROM disposals d WHERE d.package_id = NEW.package_id) THEN RAISE EXCEPTION 'package_references_disposed' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'package_references_disposed'; END IF; RETURN NEW; END $$",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE TRIGGER package_references_disposed BEFORE INSERT ON package_references FOR EACH ROW EXECUTE FUNCTION package_references_disposed()",
    ),
    (
        "sqlite",
        "CREATE TRIGGER disposals_held BEFORE INSERT ON disposals WHEN EXISTS (SELECT 1 FROM legal_holds l WHERE l.package_id = NEW.package_id AND l.held_until IS NULL) BEGIN SELECT RAISE(ABORT, 'disposals_held'); END",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE FUNCTION disposals_held() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM 1 FROM archive_holdings h WHERE h.package_id = NEW.package_id FOR UPDATE; IF EXISTS (SELECT 1 FROM legal_holds l WHERE l.package_id = NEW.package_id AND l.held_until IS NULL) THEN RAISE EXCEPTION 'disposals_held' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'disposals_held'; END IF; RETURN NEW; END $$",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE TRIGGER disposals_held BEFORE INSERT ON disposals FOR EACH ROW EXECUTE FUNCTION disposals_held()",
    ),
    (
        "sqlite",
        "CREATE TRIGGER disposals_needed BEFORE INSERT ON disposals WHEN EXISTS (SELECT 1 FROM package_references r WHERE r.package_id = NEW.package_id) BEGIN SELECT RAISE(ABORT, 'disposals_needed'); END",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE FUNCTION disposals_needed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM 1 FROM archive_holdings h WHERE h.package_id = NEW.package_id FOR UPDATE; IF EXISTS (SELECT 1 FROM package_references r WHERE r.package_id = NEW.package_id) THEN RAISE EXCEPTION 'disposals_needed' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'disposals_needed'; END IF; RETURN NEW; END $$",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE TRIGGER disposals_needed BEFORE INSERT ON disposals FOR EACH ROW EXECUTE FUNCTION disposals_needed()",
    ),
    (
        "sqlite",
        "CREATE TRIGGER disposals_as_appraised BEFORE INSERT ON disposals WHEN NOT EXISTS (SELECT 1 FROM archive_holdings h WHERE h.package_id = NEW.package_id AND h.keep_until = NEW.keep_until AND h.retention_class = NEW.retention_class AND h.destroyed_at IS NULL) BEGIN SELECT RAISE(ABORT, 'disposals_as_appraised'); END",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE FUNCTION disposals_as_appraised() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM 1 FROM archive_holdings h WHERE h.package_id = NEW.package_id FOR UPDATE; IF NOT EXISTS (SELECT 1 FROM archive_holdings h WHERE h.package_id = NEW.package_id AND h.keep_until = NEW.keep_until AND h.retention_class = NEW.retention_class AND h.destroyed_at IS NULL) THEN RAISE EXCEPTION 'disposals_as_appraised' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'disposals_as_appraised'; END IF; RETURN NEW; END $$",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE TRIGGER disposals_as_appraised BEFORE INSERT ON disposals FOR EACH ROW EXECUTE FUNCTION disposals_as_appraised()",
    ),
)
