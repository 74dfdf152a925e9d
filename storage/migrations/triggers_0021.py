"""The triggers of grants and what hangs on them, frozen: a migration never changes with the code."""

from typing import Final

STATEMENTS: Final[tuple[tuple[str, str], ...]] = (
    (
        "sqlite",
        "CREATE TRIGGER overasks_append_only_update BEFORE UPDATE ON overasks WHEN 1 BEGIN SELECT RAISE(ABORT, 'overasks_append_only'); END",
    ),
    (
        "sqlite",
        "CREATE TRIGGER overasks_append_only_delete BEFORE DELETE ON overasks WHEN 1 BEGIN SELECT RAISE(ABORT, 'overasks_append_only'); END",
    ),
    (
        "sqlite",
        "CREATE TRIGGER overasks_append_only_replace BEFORE INSERT ON overasks WHEN EXISTS (SELECT 1 FROM overasks WHERE row = NEW.row) BEGIN SELECT RAISE(ABORT, 'pk_overasks'); END",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE FUNCTION overasks_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF TRUE THEN RAISE EXCEPTION 'overasks_append_only' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'overasks_append_only'; END IF; RETURN NEW; END $$",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE TRIGGER overasks_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON overasks FOR EACH STATEMENT EXECUTE FUNCTION overasks_append_only()",
    ),
    (
        "sqlite",
        "CREATE TRIGGER grants_append_only_update BEFORE UPDATE ON grants WHEN 1 BEGIN SELECT RAISE(ABORT, 'grants_append_only'); END",
    ),
    (
        "sqlite",
        "CREATE TRIGGER grants_append_only_delete BEFORE DELETE ON grants WHEN 1 BEGIN SELECT RAISE(ABORT, 'grants_append_only'); END",
    ),
    (
        "sqlite",
        "CREATE TRIGGER grants_append_only_replace BEFORE INSERT ON grants WHEN EXISTS (SELECT 1 FROM grants WHERE row = NEW.row) BEGIN SELECT RAISE(ABORT, 'pk_grants'); END",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE FUNCTION grants_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF TRUE THEN RAISE EXCEPTION 'grants_append_only' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'grants_append_only'; END IF; RETURN NEW; END $$",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE TRIGGER grants_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON grants FOR EACH STATEMENT EXECUTE FUNCTION grants_append_only()",
    ),
    (
        "sqlite",
        "CREATE TRIGGER grant_fields_append_only_update BEFORE UPDATE ON grant_fields WHEN 1 BEGIN SELECT RAISE(ABORT, 'grant_fields_append_only'); END",
    ),
    (
        "sqlite",
        "CREATE TRIGGER grant_fields_append_only_delete BEFORE DELETE ON grant_fields WHEN 1 BEGIN SELECT RAISE(ABORT, 'grant_fields_append_only'); END",
    ),
    (
        "sqlite",
        "CREATE TRIGGER grant_fields_append_only_replace BEFORE INSERT ON grant_fields WHEN EXISTS (SELECT 1 FROM grant_fields WHERE grant_id = NEW.grant_id AND field = NEW.field) BEGIN SELECT RAISE(ABORT, 'pk_grant_fields'); END",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE FUNCTION grant_fields_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF TRUE THEN RAISE EXCEPTION 'grant_fields_append_only' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'grant_fields_append_only'; END IF; RETURN NEW; END $$",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE TRIGGER grant_fields_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON grant_fields FOR EACH STATEMENT EXECUTE FUNCTION grant_fields_append_only()",
    ),
    (
        "sqlite",
        "CREATE TRIGGER grant_events_append_only_update BEFORE UPDATE ON grant_events WHEN 1 BEGIN SELECT RAISE(ABORT, 'grant_events_append_only'); END",
    ),
    (
        "sqlite",
        "CREATE TRIGGER grant_events_append_only_delete BEFORE DELETE ON grant_events WHEN 1 BEGIN SELECT RAISE(ABORT, 'grant_events_append_only'); END",
    ),
    (
        "sqlite",
        "CREATE TRIGGER grant_events_append_only_replace BEFORE INSERT ON grant_events WHEN EXISTS (SELECT 1 FROM grant_events WHERE grant_id = NEW.grant_id AND number = NEW.number) BEGIN SELECT RAISE(ABORT, 'pk_grant_events'); END",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE FUNCTION grant_events_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF TRUE THEN RAISE EXCEPTION 'grant_events_append_only' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'grant_events_append_only'; END IF; RETURN NEW; END $$",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE TRIGGER grant_events_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON grant_events FOR EACH STATEMENT EXECUTE FUNCTION grant_events_append_only()",
    ),
    (
        "sqlite",
        "CREATE TRIGGER grant_fields_of_parent BEFORE INSERT ON grant_fields WHEN coalesce(NEW.parent, '') <> coalesce((SELECT g.parent FROM grants g WHERE g.id = NEW.grant_id), '') BEGIN SELECT RAISE(ABORT, 'grant_fields_of_parent'); END",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE FUNCTION grant_fields_of_parent() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF coalesce(NEW.parent, '') <> coalesce((SELECT g.parent FROM grants g WHERE g.id = NEW.grant_id), '') THEN RAISE EXCEPTION 'grant_fields_of_parent' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'grant_fields_of_parent'; END IF; RETURN NEW; END $$",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE TRIGGER grant_fields_of_parent BEFORE INSERT ON grant_fields FOR EACH ROW EXECUTE FUNCTION grant_fields_of_parent()",
    ),
    (
        "sqlite",
        "CREATE TRIGGER grant_events_before_end BEFORE INSERT ON grant_events WHEN EXISTS (SELECT 1 FROM grant_events e WHERE e.grant_id = NEW.grant_id AND (e.kind = 'revoked' OR e.number >= NEW.number)) BEGIN SELECT RAISE(ABORT, 'grant_events_before_end'); END",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE FUNCTION grant_events_before_end() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM 1 FROM grants g WHERE g.id = NEW.grant_id FOR UPDATE; IF EXISTS (SELECT 1 FROM grant_events e WHERE e.grant_id = NEW.grant_id AND (e.kind = 'revoked' OR e.number >= NEW.number)) THEN RAISE EXCEPTION 'grant_events_before_end' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'grant_events_before_end'; END IF; RETURN NEW; END $$",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE TRIGGER grant_events_before_end BEFORE INSERT ON grant_events FOR EACH ROW EXECUTE FUNCTION grant_events_before_end()",
    ),
    (
        "sqlite",
        "CREATE TRIGGER usages_grant_active BEFORE INSERT ON usages WHEN NEW.grant_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM grants g WHERE g.id = NEW.grant_id AND g.license = NEW.identifier AND NEW.at >= g.not_before AND NEW.at < g.not_after AND (SELECT count(*) FROM usages u WHERE u.grant_id = g.id) < g.max_uses AND NOT EXISTS (SELECT 1 FROM grant_events e WHERE e.grant_id IN (g.id, g.parent) AND (e.kind = 'revoked' OR (e.kind = 'suspended' AND NOT EXISTS (SELECT 1 FROM grant_events c WHERE c.grant_id = e.grant_id AND c.number > e.number))))) BEGIN SELECT RAISE(ABORT, 'usages_grant_active'); END",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE FUNCTION usages_grant_active() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM 1 FROM grants g WHERE g.id = NEW.grant_id FOR UPDATE; IF NEW.grant_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM grants g WHERE g.id = NEW.grant_id AND g.license = NEW.identifier AND NEW.at >= g.not_before AND NEW.at < g.not_after AND (SELECT count(*) FROM usages u WHERE u.grant_id = g.id) < g.max_uses AND NOT EXISTS (SELECT 1 FROM grant_events e WHERE e.grant_id IN (g.id, g.parent) AND (e.kind = 'revoked' OR (e.kind = 'suspended' AND NOT EXISTS (SELECT 1 FROM grant_events c WHERE c.grant_id = e.grant_id AND c.number > e.number))))) THEN RAISE EXCEPTION 'usages_grant_active' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'usages_grant_active'; END IF; RETURN NEW; END $$",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE TRIGGER usages_grant_active BEFORE INSERT ON usages FOR EACH ROW EXECUTE FUNCTION usages_grant_active()",
    ),
    (
        "sqlite",
        "CREATE TRIGGER annotated_copies_append_only_update BEFORE UPDATE ON annotated_copies WHEN 1 BEGIN SELECT RAISE(ABORT, 'annotated_copies_append_only'); END",
    ),
    (
        "sqlite",
        "CREATE TRIGGER annotated_copies_append_only_delete BEFORE DELETE ON annotated_copies WHEN 1 BEGIN SELECT RAISE(ABORT, 'annotated_copies_append_only'); END",
    ),
    (
        "sqlite",
        "CREATE TRIGGER annotated_copies_append_only_replace BEFORE INSERT ON annotated_copies WHEN EXISTS (SELECT 1 FROM annotated_copies WHERE row = NEW.row) BEGIN SELECT RAISE(ABORT, 'pk_annotated_copies'); END",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE FUNCTION annotated_copies_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF TRUE THEN RAISE EXCEPTION 'annotated_copies_append_only' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'annotated_copies_append_only'; END IF; RETURN NEW; END $$",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE TRIGGER annotated_copies_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON annotated_copies FOR EACH STATEMENT EXECUTE FUNCTION annotated_copies_append_only()",
    ),
    (
        "sqlite",
        "CREATE TRIGGER copy_revocations_append_only_update BEFORE UPDATE ON copy_revocations WHEN 1 BEGIN SELECT RAISE(ABORT, 'copy_revocations_append_only'); END",
    ),
    (
        "sqlite",
        "CREATE TRIGGER copy_revocations_append_only_delete BEFORE DELETE ON copy_revocations WHEN 1 BEGIN SELECT RAISE(ABORT, 'copy_revocations_append_only'); END",
    ),
    (
        "sqlite",
        "CREATE TRIGGER copy_revocations_append_only_replace BEFORE INSERT ON copy_revocations WHEN EXISTS (SELECT 1 FROM copy_revocations WHERE number = NEW.number) BEGIN SELECT RAISE(ABORT, 'pk_copy_revocations'); END",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE FUNCTION copy_revocations_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF TRUE THEN RAISE EXCEPTION 'copy_revocations_append_only' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'copy_revocations_append_only'; END IF; RETURN NEW; END $$",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE TRIGGER copy_revocations_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON copy_revocations FOR EACH STATEMENT EXECUTE FUNCTION copy_revocations_append_only()",
    ),
    (
        "sqlite",
        "CREATE TRIGGER disputes_append_only_update BEFORE UPDATE ON disputes WHEN 1 BEGIN SELECT RAISE(ABORT, 'disputes_append_only'); END",
    ),
    (
        "sqlite",
        "CREATE TRIGGER disputes_append_only_delete BEFORE DELETE ON disputes WHEN 1 BEGIN SELECT RAISE(ABORT, 'disputes_append_only'); END",
    ),
    (
        "sqlite",
        "CREATE TRIGGER disputes_append_only_replace BEFORE INSERT ON disputes WHEN EXISTS (SELECT 1 FROM disputes WHERE row = NEW.row) BEGIN SELECT RAISE(ABORT, 'pk_disputes'); END",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE FUNCTION disputes_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF TRUE THEN RAISE EXCEPTION 'disputes_append_only' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'disputes_append_only'; END IF; RETURN NEW; END $$",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE TRIGGER disputes_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON disputes FOR EACH STATEMENT EXECUTE FUNCTION disputes_append_only()",
    ),
    (
        "sqlite",
        "CREATE TRIGGER dispute_answers_append_only_update BEFORE UPDATE ON dispute_answers WHEN 1 BEGIN SELECT RAISE(ABORT, 'dispute_answers_append_only'); END",
    ),
    (
        "sqlite",
        "CREATE TRIGGER dispute_answers_append_only_delete BEFORE DELETE ON dispute_answers WHEN 1 BEGIN SELECT RAISE(ABORT, 'dispute_answers_append_only'); END",
    ),
    (
        "sqlite",
        "CREATE TRIGGER dispute_answers_append_only_replace BEFORE INSERT ON dispute_answers WHEN EXISTS (SELECT 1 FROM dispute_answers WHERE id = NEW.id) BEGIN SELECT RAISE(ABORT, 'pk_dispute_answers'); END",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE FUNCTION dispute_answers_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF TRUE THEN RAISE EXCEPTION 'dispute_answers_append_only' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'dispute_answers_append_only'; END IF; RETURN NEW; END $$",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE TRIGGER dispute_answers_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON dispute_answers FOR EACH STATEMENT EXECUTE FUNCTION dispute_answers_append_only()",
    ),
    (
        "sqlite",
        "CREATE TRIGGER use_counts_append_only_update BEFORE UPDATE ON use_counts WHEN 1 BEGIN SELECT RAISE(ABORT, 'use_counts_append_only'); END",
    ),
    (
        "sqlite",
        "CREATE TRIGGER use_counts_append_only_delete BEFORE DELETE ON use_counts WHEN 1 BEGIN SELECT RAISE(ABORT, 'use_counts_append_only'); END",
    ),
    (
        "sqlite",
        "CREATE TRIGGER use_counts_append_only_replace BEFORE INSERT ON use_counts WHEN EXISTS (SELECT 1 FROM use_counts WHERE holder_key = NEW.holder_key AND through = NEW.through) BEGIN SELECT RAISE(ABORT, 'pk_use_counts'); END",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE FUNCTION use_counts_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF TRUE THEN RAISE EXCEPTION 'use_counts_append_only' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'use_counts_append_only'; END IF; RETURN NEW; END $$",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE TRIGGER use_counts_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON use_counts FOR EACH STATEMENT EXECUTE FUNCTION use_counts_append_only()",
    ),
)
