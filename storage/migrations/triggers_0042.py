"""The triggers of this version, frozen: a migration never changes with the code."""

from typing import Final

STATEMENTS: Final[tuple[tuple[str, str], ...]] = (
    ("sqlite", "DROP TRIGGER access_tokens_separated"),
    (
        "sqlite",
        "CREATE TRIGGER access_tokens_separated BEFORE INSERT ON access_tokens WHEN NEW.role <> 'citizen' AND (EXISTS (SELECT 1 FROM access_tokens t WHERE t.person = NEW.person AND t.role <> 'citizen' AND CASE WHEN t.role IN ('auditor', 'system_admin', 'security_admin') THEN t.role ELSE 'business' END <> CASE WHEN NEW.role IN ('auditor', 'system_admin', 'security_admin') THEN NEW.role ELSE 'business' END) OR EXISTS (SELECT 1 FROM accounts a JOIN account_roles r ON r.account = a.account WHERE a.person = NEW.person AND r.ended_at IS NULL AND CASE WHEN r.role IN ('auditor', 'system_admin', 'security_admin') THEN r.role ELSE 'business' END <> CASE WHEN NEW.role IN ('auditor', 'system_admin', 'security_admin') THEN NEW.role ELSE 'business' END) OR EXISTS (SELECT 1 FROM people_roles p WHERE p.person = NEW.person AND NOT p.withdrawn AND CASE WHEN NEW.role IN ('auditor', 'system_admin', 'security_admin') THEN NEW.role ELSE 'business' END <> 'business') OR EXISTS (SELECT 1 FROM clients c WHERE c.person = NEW.person AND c.stopped_at IS NULL AND CASE WHEN NEW.role IN ('auditor', 'system_admin', 'security_admin') THEN NEW.role ELSE 'business' END <> 'business')) BEGIN SELECT RAISE(ABORT, 'access_tokens_separated'); END",
    ),
    ("sqlite", "DROP TRIGGER access_tokens_separated_update"),
    (
        "sqlite",
        "CREATE TRIGGER access_tokens_separated_update BEFORE UPDATE OF person, role ON access_tokens WHEN NEW.role <> 'citizen' AND (EXISTS (SELECT 1 FROM access_tokens t WHERE t.person = NEW.person AND t.role <> 'citizen' AND CASE WHEN t.role IN ('auditor', 'system_admin', 'security_admin') THEN t.role ELSE 'business' END <> CASE WHEN NEW.role IN ('auditor', 'system_admin', 'security_admin') THEN NEW.role ELSE 'business' END) OR EXISTS (SELECT 1 FROM accounts a JOIN account_roles r ON r.account = a.account WHERE a.person = NEW.person AND r.ended_at IS NULL AND CASE WHEN r.role IN ('auditor', 'system_admin', 'security_admin') THEN r.role ELSE 'business' END <> CASE WHEN NEW.role IN ('auditor', 'system_admin', 'security_admin') THEN NEW.role ELSE 'business' END) OR EXISTS (SELECT 1 FROM people_roles p WHERE p.person = NEW.person AND NOT p.withdrawn AND CASE WHEN NEW.role IN ('auditor', 'system_admin', 'security_admin') THEN NEW.role ELSE 'business' END <> 'business') OR EXISTS (SELECT 1 FROM clients c WHERE c.person = NEW.person AND c.stopped_at IS NULL AND CASE WHEN NEW.role IN ('auditor', 'system_admin', 'security_admin') THEN NEW.role ELSE 'business' END <> 'business')) BEGIN SELECT RAISE(ABORT, 'access_tokens_separated'); END",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE FUNCTION access_tokens_separated() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_advisory_xact_lock(hashtextextended('yinxin.post/' || NEW.person, 0)); IF NEW.role <> 'citizen' AND (EXISTS (SELECT 1 FROM access_tokens t WHERE t.person = NEW.person AND t.role <> 'citizen' AND CASE WHEN t.role IN ('auditor', 'system_admin', 'security_admin') THEN t.role ELSE 'business' END <> CASE WHEN NEW.role IN ('auditor', 'system_admin', 'security_admin') THEN NEW.role ELSE 'business' END) OR EXISTS (SELECT 1 FROM accounts a JOIN account_roles r ON r.account = a.account WHERE a.person = NEW.person AND r.ended_at IS NULL AND CASE WHEN r.role IN ('auditor', 'system_admin', 'security_admin') THEN r.role ELSE 'business' END <> CASE WHEN NEW.role IN ('auditor', 'system_admin', 'security_admin') THEN NEW.role ELSE 'business' END) OR EXISTS (SELECT 1 FROM people_roles p WHERE p.person = NEW.person AND NOT p.withdrawn AND CASE WHEN NEW.role IN ('auditor', 'system_admin', 'security_admin') THEN NEW.role ELSE 'business' END <> 'business') OR EXISTS (SELECT 1 FROM clients c WHERE c.person = NEW.person AND c.stopped_at IS NULL AND CASE WHEN NEW.role IN ('auditor', 'system_admin', 'security_admin') THEN NEW.role ELSE 'business' END <> 'business')) THEN RAISE EXCEPTION 'access_tokens_separated' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'access_tokens_separated'; END IF; RETURN NEW; END $$",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE TRIGGER access_tokens_separated BEFORE INSERT OR UPDATE OF person, role ON access_tokens FOR EACH ROW EXECUTE FUNCTION access_tokens_separated()",
    ),
    ("sqlite", "DROP TRIGGER account_roles_separated"),
    (
        "sqlite",
        "CREATE TRIGGER account_roles_separated BEFORE INSERT ON account_roles WHEN NEW.ended_at IS NULL AND (EXISTS (SELECT 1 FROM access_tokens t WHERE t.person = (SELECT a.person FROM accounts a WHERE a.account = NEW.account) AND t.role <> 'citizen' AND CASE WHEN t.role IN ('auditor', 'system_admin', 'security_admin') THEN t.role ELSE 'business' END <> CASE WHEN NEW.role IN ('auditor', 'system_admin', 'security_admin') THEN NEW.role ELSE 'business' END) OR EXISTS (SELECT 1 FROM accounts a JOIN account_roles r ON r.account = a.account WHERE a.person = (SELECT a.person FROM accounts a WHERE a.account = NEW.account) AND r.ended_at IS NULL AND CASE WHEN r.role IN ('auditor', 'system_admin', 'security_admin') THEN r.role ELSE 'business' END <> CASE WHEN NEW.role IN ('auditor', 'system_admin', 'security_admin') THEN NEW.role ELSE 'business' END) OR EXISTS (SELECT 1 FROM people_roles p WHERE p.person = (SELECT a.person FROM accounts a WHERE a.account = NEW.account) AND NOT p.withdrawn AND CASE WHEN NEW.role IN ('auditor', 'system_admin', 'security_admin') THEN NEW.role ELSE 'business' END <> 'business') OR EXISTS (SELECT 1 FROM clients c WHERE c.person = (SELECT a.person FROM accounts a WHERE a.account = NEW.account) AND c.stopped_at IS NULL AND CASE WHEN NEW.role IN ('auditor', 'system_admin', 'security_admin') THEN NEW.role ELSE 'business' END <> 'business')) BEGIN SELECT RAISE(ABORT, 'account_roles_separated'); END",
    ),
    ("sqlite", "DROP TRIGGER account_roles_separated_update"),
    (
        "sqlite",
        "CREATE TRIGGER account_roles_separated_update BEFORE UPDATE OF account, role, ended_at ON account_roles WHEN NEW.ended_at IS NULL AND (EXISTS (SELECT 1 FROM access_tokens t WHERE t.person = (SELECT a.person FROM accounts a WHERE a.account = NEW.account) AND t.role <> 'citizen' AND CASE WHEN t.role IN ('auditor', 'system_admin', 'security_admin') THEN t.role ELSE 'business' END <> CASE WHEN NEW.role IN ('auditor', 'system_admin', 'security_admin') THEN NEW.role ELSE 'business' END) OR EXISTS (SELECT 1 FROM accounts a JOIN account_roles r ON r.account = a.account WHERE a.person = (SELECT a.person FROM accounts a WHERE a.account = NEW.account) AND r.ended_at IS NULL AND CASE WHEN r.role IN ('auditor', 'system_admin', 'security_admin') THEN r.role ELSE 'business' END <> CASE WHEN NEW.role IN ('auditor', 'system_admin', 'security_admin') THEN NEW.role ELSE 'business' END) OR EXISTS (SELECT 1 FROM people_roles p WHERE p.person = (SELECT a.person FROM accounts a WHERE a.account = NEW.account) AND NOT p.withdrawn AND CASE WHEN NEW.role IN ('auditor', 'system_admin', 'security_admin') THEN NEW.role ELSE 'business' END <> 'business') OR EXISTS (SELECT 1 FROM clients c WHERE c.person = (SELECT a.person FROM accounts a WHERE a.account = NEW.account) AND c.stopped_at IS NULL AND CASE WHEN NEW.role IN ('auditor', 'system_admin', 'security_admin') THEN NEW.role ELSE 'business' END <> 'business')) BEGIN SELECT RAISE(ABORT, 'account_roles_separated'); END",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE FUNCTION account_roles_separated() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_advisory_xact_lock(hashtextextended('yinxin.post/' || (SELECT a.person FROM accounts a WHERE a.account = NEW.account), 0)); IF NEW.ended_at IS NULL AND (EXISTS (SELECT 1 FROM access_tokens t WHERE t.person = (SELECT a.person FROM accounts a WHERE a.account = NEW.account) AND t.role <> 'citizen' AND CASE WHEN t.role IN ('auditor', 'system_admin', 'security_admin') THEN t.role ELSE 'business' END <> CASE WHEN NEW.role IN ('auditor', 'system_admin', 'security_admin') THEN NEW.role ELSE 'business' END) OR EXISTS (SELECT 1 FROM accounts a JOIN account_roles r ON r.account = a.account WHERE a.person = (SELECT a.person FROM accounts a WHERE a.account = NEW.account) AND r.ended_at IS NULL AND CASE WHEN r.role IN ('auditor', 'system_admin', 'security_admin') THEN r.role ELSE 'business' END <> CASE WHEN NEW.role IN ('auditor', 'system_admin', 'security_admin') THEN NEW.role ELSE 'business' END) OR EXISTS (SELECT 1 FROM people_roles p WHERE p.person = (SELECT a.person FROM accounts a WHERE a.account = NEW.account) AND NOT p.withdrawn AND CASE WHEN NEW.role IN ('auditor', 'system_admin', 'security_admin') THEN NEW.role ELSE 'business' END <> 'business') OR EXISTS (SELECT 1 FROM clients c WHERE c.person = (SELECT a.person FROM accounts a WHERE a.account = NEW.account) AND c.stopped_at IS NULL AND CASE WHEN NEW.role IN ('auditor', 'system_admin', 'security_admin') THEN NEW.role ELSE 'business' END <> 'business')) THEN RAISE EXCEPTION 'account_roles_separated' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'account_roles_separated'; END IF; RETURN NEW; END $$",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE TRIGGER account_roles_separated BEFORE INSERT OR UPDATE OF account, role, ended_at ON account_roles FOR EACH ROW EXECUTE FUNCTION account_roles_separated()",
    ),
    ("sqlite", "DROP TRIGGER people_roles_separated"),
    (
        "sqlite",
        "CREATE TRIGGER people_roles_separated BEFORE INSERT ON people_roles WHEN NOT NEW.withdrawn AND (EXISTS (SELECT 1 FROM access_tokens t WHERE t.person = NEW.person AND t.role <> 'citizen' AND CASE WHEN t.role IN ('auditor', 'system_admin', 'security_admin') THEN t.role ELSE 'business' END <> 'business') OR EXISTS (SELECT 1 FROM accounts a JOIN account_roles r ON r.account = a.account WHERE a.person = NEW.person AND r.ended_at IS NULL AND CASE WHEN r.role IN ('auditor', 'system_admin', 'security_admin') THEN r.role ELSE 'business' END <> 'business') OR EXISTS (SELECT 1 FROM people_roles p WHERE p.person = NEW.person AND NOT p.withdrawn AND 'business' <> 'business') OR EXISTS (SELECT 1 FROM clients c WHERE c.person = NEW.person AND c.stopped_at IS NULL AND 'business' <> 'business')) BEGIN SELECT RAISE(ABORT, 'people_roles_separated'); END",
    ),
    ("sqlite", "DROP TRIGGER people_roles_separated_update"),
    (
        "sqlite",
        "CREATE TRIGGER people_roles_separated_update BEFORE UPDATE OF person, withdrawn ON people_roles WHEN NOT NEW.withdrawn AND (EXISTS (SELECT 1 FROM access_tokens t WHERE t.person = NEW.person AND t.role <> 'citizen' AND CASE WHEN t.role IN ('auditor', 'system_admin', 'security_admin') THEN t.role ELSE 'business' END <> 'business') OR EXISTS (SELECT 1 FROM accounts a JOIN account_roles r ON r.account = a.account WHERE a.person = NEW.person AND r.ended_at IS NULL AND CASE WHEN r.role IN ('auditor', 'system_admin', 'security_admin') THEN r.role ELSE 'business' END <> 'business') OR EXISTS (SELECT 1 FROM people_roles p WHERE p.person = NEW.person AND NOT p.withdrawn AND 'business' <> 'business') OR EXISTS (SELECT 1 FROM clients c WHERE c.person = NEW.person AND c.stopped_at IS NULL AND 'business' <> 'business')) BEGIN SELECT RAISE(ABORT, 'people_roles_separated'); END",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE FUNCTION people_roles_separated() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_advisory_xact_lock(hashtextextended('yinxin.post/' || NEW.person, 0)); IF NOT NEW.withdrawn AND (EXISTS (SELECT 1 FROM access_tokens t WHERE t.person = NEW.person AND t.role <> 'citizen' AND CASE WHEN t.role IN ('auditor', 'system_admin', 'security_admin') THEN t.role ELSE 'business' END <> 'business') OR EXISTS (SELECT 1 FROM accounts a JOIN account_roles r ON r.account = a.account WHERE a.person = NEW.person AND r.ended_at IS NULL AND CASE WHEN r.role IN ('auditor', 'system_admin', 'security_admin') THEN r.role ELSE 'business' END <> 'business') OR EXISTS (SELECT 1 FROM people_roles p WHERE p.person = NEW.person AND NOT p.withdrawn AND 'business' <> 'business') OR EXISTS (SELECT 1 FROM clients c WHERE c.person = NEW.person AND c.stopped_at IS NULL AND 'business' <> 'business')) THEN RAISE EXCEPTION 'people_roles_separated' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'people_roles_separated'; END IF; RETURN NEW; END $$",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE TRIGGER people_roles_separated BEFORE INSERT OR UPDATE OF person, withdrawn ON people_roles FOR EACH ROW EXECUTE FUNCTION people_roles_separated()",
    ),
    (
        "sqlite",
        "CREATE TRIGGER clients_separated BEFORE INSERT ON clients WHEN NEW.stopped_at IS NULL AND (EXISTS (SELECT 1 FROM access_tokens t WHERE t.person = NEW.person AND t.role <> 'citizen' AND CASE WHEN t.role IN ('auditor', 'system_admin', 'security_admin') THEN t.role ELSE 'business' END <> 'business') OR EXISTS (SELECT 1 FROM accounts a JOIN account_roles r ON r.account = a.account WHERE a.person = NEW.person AND r.ended_at IS NULL AND CASE WHEN r.role IN ('auditor', 'system_admin', 'security_admin') THEN r.role ELSE 'business' END <> 'business') OR EXISTS (SELECT 1 FROM people_roles p WHERE p.person = NEW.person AND NOT p.withdrawn AND 'business' <> 'business') OR EXISTS (SELECT 1 FROM clients c WHERE c.person = NEW.person AND c.stopped_at IS NULL AND 'business' <> 'business')) BEGIN SELECT RAISE(ABORT, 'clients_separated'); END",
    ),
    (
        "sqlite",
        "CREATE TRIGGER clients_separated_update BEFORE UPDATE OF person, role, stopped_at ON clients WHEN NEW.stopped_at IS NULL AND (EXISTS (SELECT 1 FROM access_tokens t WHERE t.person = NEW.person AND t.role <> 'citizen' AND CASE WHEN t.role IN ('auditor', 'system_admin', 'security_admin') THEN t.role ELSE 'business' END <> 'business') OR EXISTS (SELECT 1 FROM accounts a JOIN account_roles r ON r.account = a.account WHERE a.person = NEW.person AND r.ended_at IS NULL AND CASE WHEN r.role IN ('auditor', 'system_admin', 'security_admin') THEN r.role ELSE 'business' END <> 'business') OR EXISTS (SELECT 1 FROM people_roles p WHERE p.person = NEW.person AND NOT p.withdrawn AND 'business' <> 'business') OR EXISTS (SELECT 1 FROM clients c WHERE c.person = NEW.person AND c.stopped_at IS NULL AND 'business' <> 'business')) BEGIN SELECT RAISE(ABORT, 'clients_separated'); END",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE FUNCTION clients_separated() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_advisory_xact_lock(hashtextextended('yinxin.post/' || NEW.person, 0)); IF NEW.stopped_at IS NULL AND (EXISTS (SELECT 1 FROM access_tokens t WHERE t.person = NEW.person AND t.role <> 'citizen' AND CASE WHEN t.role IN ('auditor', 'system_admin', 'security_admin') THEN t.role ELSE 'business' END <> 'business') OR EXISTS (SELECT 1 FROM accounts a JOIN account_roles r ON r.account = a.account WHERE a.person = NEW.person AND r.ended_at IS NULL AND CASE WHEN r.role IN ('auditor', 'system_admin', 'security_admin') THEN r.role ELSE 'business' END <> 'business') OR EXISTS (SELECT 1 FROM people_roles p WHERE p.person = NEW.person AND NOT p.withdrawn AND 'business' <> 'business') OR EXISTS (SELECT 1 FROM clients c WHERE c.person = NEW.person AND c.stopped_at IS NULL AND 'business' <> 'business')) THEN RAISE EXCEPTION 'clients_separated' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'clients_separated'; END IF; RETURN NEW; END $$",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE TRIGGER clients_separated BEFORE INSERT OR UPDATE OF person, role, stopped_at ON clients FOR EACH ROW EXECUTE FUNCTION clients_separated()",
    ),
    (
        "sqlite",
        "CREATE TRIGGER clients_settled BEFORE INSERT ON clients WHEN EXISTS (SELECT 1 FROM clients c WHERE c.name = NEW.name AND (c.person <> NEW.person OR c.role <> NEW.role OR c.stopped_at IS NOT NULL)) BEGIN SELECT RAISE(ABORT, 'clients_settled'); END",
    ),
    (
        "sqlite",
        "CREATE TRIGGER clients_settled_update BEFORE UPDATE OF person, role, stopped_at, stopped_by ON clients WHEN EXISTS (SELECT 1 FROM clients c WHERE c.name = NEW.name AND (c.person <> NEW.person OR c.role <> NEW.role OR c.stopped_at IS NOT NULL)) BEGIN SELECT RAISE(ABORT, 'clients_settled'); END",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE FUNCTION clients_settled() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF EXISTS (SELECT 1 FROM clients c WHERE c.name = NEW.name AND (c.person <> NEW.person OR c.role <> NEW.role OR c.stopped_at IS NOT NULL)) THEN RAISE EXCEPTION 'clients_settled' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'clients_settled'; END IF; RETURN NEW; END $$",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE TRIGGER clients_settled BEFORE INSERT OR UPDATE OF person, role, stopped_at, stopped_by ON clients FOR EACH ROW EXECUTE FUNCTION clients_settled()",
    ),
    (
        "sqlite",
        "CREATE TRIGGER client_editions_append_only_update BEFORE UPDATE ON client_editions WHEN 1 BEGIN SELECT RAISE(ABORT, 'client_editions_append_only'); END",
    ),
    (
        "sqlite",
        "CREATE TRIGGER client_editions_append_only_delete BEFORE DELETE ON client_editions WHEN 1 BEGIN SELECT RAISE(ABORT, 'client_editions_append_only'); END",
    ),
    (
        "sqlite",
        "CREATE TRIGGER client_editions_append_only_replace BEFORE INSERT ON client_editions WHEN EXISTS (SELECT 1 FROM client_editions WHERE client = NEW.client AND number = NEW.number) BEGIN SELECT RAISE(ABORT, 'pk_client_editions'); END",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE FUNCTION client_editions_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF TRUE THEN RAISE EXCEPTION 'client_editions_append_only' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'client_editions_append_only'; END IF; RETURN NEW; END $$",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE TRIGGER client_editions_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON client_editions FOR EACH STATEMENT EXECUTE FUNCTION client_editions_append_only()",
    ),
    (
        "sqlite",
        "CREATE TRIGGER client_editions_closed BEFORE INSERT ON client_editions WHEN EXISTS (SELECT 1 FROM clients c WHERE c.name = NEW.client AND (c.stopped_at IS NOT NULL OR c.person = NEW.changed_by)) BEGIN SELECT RAISE(ABORT, 'client_editions_closed'); END",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE FUNCTION client_editions_closed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM 1 FROM clients c WHERE c.name = NEW.client FOR UPDATE; IF EXISTS (SELECT 1 FROM clients c WHERE c.name = NEW.client AND (c.stopped_at IS NOT NULL OR c.person = NEW.changed_by)) THEN RAISE EXCEPTION 'client_editions_closed' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'client_editions_closed'; END IF; RETURN NEW; END $$",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE TRIGGER client_editions_closed BEFORE INSERT ON client_editions FOR EACH ROW EXECUTE FUNCTION client_editions_closed()",
    ),
    (
        "sqlite",
        "CREATE TRIGGER client_tokens_closed BEFORE INSERT ON client_tokens WHEN EXISTS (SELECT 1 FROM clients c WHERE c.name = NEW.client AND c.stopped_at IS NOT NULL) BEGIN SELECT RAISE(ABORT, 'client_tokens_closed'); END",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE FUNCTION client_tokens_closed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM 1 FROM clients c WHERE c.name = NEW.client FOR UPDATE; IF EXISTS (SELECT 1 FROM clients c WHERE c.name = NEW.client AND c.stopped_at IS NOT NULL) THEN RAISE EXCEPTION 'client_tokens_closed' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'client_tokens_closed'; END IF; RETURN NEW; END $$",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE TRIGGER client_tokens_closed BEFORE INSERT ON client_tokens FOR EACH ROW EXECUTE FUNCTION client_tokens_closed()",
    ),
)
