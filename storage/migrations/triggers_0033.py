"""The triggers of this version, frozen: a migration never changes with the code."""

from typing import Final

STATEMENTS: Final[tuple[tuple[str, str], ...]] = (
    (
        "sqlite",
        "CREATE TRIGGER case_holders_append_only_update BEFORE UPDATE ON case_holders WHEN 1 BEGIN SELECT RAISE(ABORT, 'case_holders_append_only'); END",
    ),
    (
        "sqlite",
        "CREATE TRIGGER case_holders_append_only_delete BEFORE DELETE ON case_holders WHEN 1 BEGIN SELECT RAISE(ABORT, 'case_holders_append_only'); END",
    ),
    (
        "sqlite",
        "CREATE TRIGGER case_holders_append_only_replace BEFORE INSERT ON case_holders WHEN EXISTS (SELECT 1 FROM case_holders WHERE case_id = NEW.case_id) BEGIN SELECT RAISE(ABORT, 'pk_case_holders'); END",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE FUNCTION case_holders_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF TRUE THEN RAISE EXCEPTION 'case_holders_append_only' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'case_holders_append_only'; END IF; RETURN NEW; END $$",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE TRIGGER case_holders_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON case_holders FOR EACH STATEMENT EXECUTE FUNCTION case_holders_append_only()",
    ),
    (
        "sqlite",
        "CREATE TRIGGER usages_parent_limit BEFORE INSERT ON usages WHEN EXISTS (SELECT 1 FROM grants g JOIN grants p ON p.id = coalesce(g.parent, g.id) WHERE g.id = NEW.grant_id AND (SELECT count(*) FROM usages o WHERE o.grant_id = g.id) < g.max_uses AND (SELECT count(*) FROM usages u WHERE u.grant_id IN (SELECT f.id FROM grants f WHERE f.id = p.id OR f.parent = p.id)) >= p.max_uses) BEGIN SELECT RAISE(ABORT, 'usages_parent_limit'); END",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE FUNCTION usages_parent_limit() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM 1 FROM grants p WHERE p.id IN (SELECT coalesce(g.parent, g.id) FROM grants g WHERE g.id = NEW.grant_id) FOR UPDATE; IF EXISTS (SELECT 1 FROM grants g JOIN grants p ON p.id = coalesce(g.parent, g.id) WHERE g.id = NEW.grant_id AND (SELECT count(*) FROM usages o WHERE o.grant_id = g.id) < g.max_uses AND (SELECT count(*) FROM usages u WHERE u.grant_id IN (SELECT f.id FROM grants f WHERE f.id = p.id OR f.parent = p.id)) >= p.max_uses) THEN RAISE EXCEPTION 'usages_parent_limit' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'usages_parent_limit'; END IF; RETURN NEW; END $$",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE TRIGGER usages_parent_limit BEFORE INSERT ON usages FOR EACH ROW EXECUTE FUNCTION usages_parent_limit()",
    ),
)
