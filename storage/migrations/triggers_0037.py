"""The triggers of this version, frozen: a migration never changes with the code."""

from typing import Final

STATEMENTS: Final[tuple[tuple[str, str], ...]] = (
    (
        "sqlite",
        "CREATE TRIGGER access_tokens_separated BEFORE INSERT ON access_tokens WHEN NEW.role <> 'citizen' AND (EXISTS (SELECT 1 FROM access_tokens t WHERE t.person = NEW.person AND t.role <> 'citizen' AND CASE WHEN t.role IN ('auditor', 'system_admin', 'security_admin') THEN t.role ELSE 'business' END <> CASE WHEN NEW.role IN ('auditor', 'system_admin', 'security_admin') THEN NEW.role ELSE 'business' END) OR EXISTS (SELECT 1 FROM accounts a JOIN account_roles r ON r.account = a.account WHERE a.person = NEW.person AND r.ended_at IS NULL AND CASE WHEN r.role IN ('auditor', 'system_admin', 'security_admin') THEN r.role ELSE 'business' END <> CASE WHEN NEW.role IN ('auditor', 'system_admin', 'security_admin') THEN NEW.role ELSE 'business' END) OR EXISTS (SELECT 1 FROM people_roles p WHERE p.person = NEW.person AND NOT p.withdrawn AND CASE WHEN NEW.role IN ('auditor', 'system_admin', 'security_admin') THEN NEW.role ELSE 'business' END <> 'business')) BEGIN SELECT RAISE(ABORT, 'access_tokens_separated'); END",
    ),
    (
        "sqlite",
        "CREATE TRIGGER access_tokens_separated_update BEFORE UPDATE OF person, role ON access_tokens WHEN NEW.role <> 'citizen' AND (EXISTS (SELECT 1 FROM access_tokens t WHERE t.person = NEW.person AND t.role <> 'citizen' AND CASE WHEN t.role IN ('auditor', 'system_admin', 'security_admin') THEN t.role ELSE 'business' END <> CASE WHEN NEW.role IN ('auditor', 'system_admin', 'security_admin') THEN NEW.role ELSE 'business' END) OR EXISTS (SELECT 1 FROM accounts a JOIN account_roles r ON r.account = a.account WHERE a.person = NEW.person AND r.ended_at IS NULL AND CASE WHEN r.role IN ('auditor', 'system_admin', 'security_admin') THEN r.role ELSE 'business' END <> CASE WHEN NEW.role IN ('auditor', 'system_admin', 'security_admin') THEN NEW.role ELSE 'business' END) OR EXISTS (SELECT 1 FROM people_roles p WHERE p.person = NEW.person AND NOT p.withdrawn AND CASE WHEN NEW.role IN ('auditor', 'system_admin', 'security_admin') THEN NEW.role ELSE 'business' END <> 'business')) BEGIN SELECT RAISE(ABORT, 'access_tokens_separated'); END",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE FUNCTION access_tokens_separated() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_advisory_xact_lock(hashtextextended('yinxin.post/' || NEW.person, 0)); IF NEW.role <> 'citizen' AND (EXISTS (SELECT 1 FROM access_tokens t WHERE t.person = NEW.person AND t.role <> 'citizen' AND CASE WHEN t.role IN ('auditor', 'system_admin', 'security_admin') THEN t.role ELSE 'business' END <> CASE WHEN NEW.role IN ('auditor', 'system_admin', 'security_admin') THEN NEW.role ELSE 'business' END) OR EXISTS (SELECT 1 FROM accounts a JOIN account_roles r ON r.account = a.account WHERE a.person = NEW.person AND r.ended_at IS NULL AND CASE WHEN r.role IN ('auditor', 'system_admin', 'security_admin') THEN r.role ELSE 'business' END <> CASE WHEN NEW.role IN ('auditor', 'system_admin', 'security_admin') THEN NEW.role ELSE 'business' END) OR EXISTS (SELECT 1 FROM people_roles p WHERE p.person = NEW.person AND NOT p.withdrawn AND CASE WHEN NEW.role IN ('auditor', 'system_admin', 'security_admin') THEN NEW.role ELSE 'business' END <> 'business')) THEN RAISE EXCEPTION 'access_tokens_separated' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'access_tokens_separated'; END IF; RETURN NEW; END $$",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE TRIGGER access_tokens_separated BEFORE INSERT OR UPDATE OF person, role ON access_tokens FOR EACH ROW EXECUTE FUNCTION access_tokens_separated()",
    ),
    (
        "sqlite",
        "CREATE TRIGGER account_roles_separated BEFORE INSERT ON account_roles WHEN NEW.ended_at IS NULL AND (EXISTS (SELECT 1 FROM access_tokens t WHERE t.person = (SELECT a.person FROM accounts a WHERE a.account = NEW.account) AND t.role <> 'citizen' AND CASE WHEN t.role IN ('auditor', 'system_admin', 'security_admin') THEN t.role ELSE 'business' END <> CASE WHEN NEW.role IN ('auditor', 'system_admin', 'security_admin') THEN NEW.role ELSE 'business' END) OR EXISTS (SELECT 1 FROM accounts a JOIN account_roles r ON r.account = a.account WHERE a.person = (SELECT a.person FROM accounts a WHERE a.account = NEW.account) AND r.ended_at IS NULL AND CASE WHEN r.role IN ('auditor', 'system_admin', 'security_admin') THEN r.role ELSE 'business' END <> CASE WHEN NEW.role IN ('auditor', 'system_admin', 'security_admin') THEN NEW.role ELSE 'business' END) OR EXISTS (SELECT 1 FROM people_roles p WHERE p.person = (SELECT a.person FROM accounts a WHERE a.account = NEW.account) AND NOT p.withdrawn AND CASE WHEN NEW.role IN ('auditor', 'system_admin', 'security_admin') THEN NEW.role ELSE 'business' END <> 'business')) BEGIN SELECT RAISE(ABORT, 'account_roles_separated'); END",
    ),
    (
        "sqlite",
        "CREATE TRIGGER account_roles_separated_update BEFORE UPDATE OF account, role, ended_at ON account_roles WHEN NEW.ended_at IS NULL AND (EXISTS (SELECT 1 FROM access_tokens t WHERE t.person = (SELECT a.person FROM accounts a WHERE a.account = NEW.account) AND t.role <> 'citizen' AND CASE WHEN t.role IN ('auditor', 'system_admin', 'security_admin') THEN t.role ELSE 'business' END <> CASE WHEN NEW.role IN ('auditor', 'system_admin', 'security_admin') THEN NEW.role ELSE 'business' END) OR EXISTS (SELECT 1 FROM accounts a JOIN account_roles r ON r.account = a.account WHERE a.person = (SELECT a.person FROM accounts a WHERE a.account = NEW.account) AND r.ended_at IS NULL AND CASE WHEN r.role IN ('auditor', 'system_admin', 'security_admin') THEN r.role ELSE 'business' END <> CASE WHEN NEW.role IN ('auditor', 'system_admin', 'security_admin') THEN NEW.role ELSE 'business' END) OR EXISTS (SELECT 1 FROM people_roles p WHERE p.person = (SELECT a.person FROM accounts a WHERE a.account = NEW.account) AND NOT p.withdrawn AND CASE WHEN NEW.role IN ('auditor', 'system_admin', 'security_admin') THEN NEW.role ELSE 'business' END <> 'business')) BEGIN SELECT RAISE(ABORT, 'account_roles_separated'); END",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE FUNCTION account_roles_separated() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_advisory_xact_lock(hashtextextended('yinxin.post/' || (SELECT a.person FROM accounts a WHERE a.account = NEW.account), 0)); IF NEW.ended_at IS NULL AND (EXISTS (SELECT 1 FROM access_tokens t WHERE t.person = (SELECT a.person FROM accounts a WHERE a.account = NEW.account) AND t.role <> 'citizen' AND CASE WHEN t.role IN ('auditor', 'system_admin', 'security_admin') THEN t.role ELSE 'business' END <> CASE WHEN NEW.role IN ('auditor', 'system_admin', 'security_admin') THEN NEW.role ELSE 'business' END) OR EXISTS (SELECT 1 FROM accounts a JOIN account_roles r ON r.account = a.account WHERE a.person = (SELECT a.person FROM accounts a WHERE a.account = NEW.account) AND r.ended_at IS NULL AND CASE WHEN r.role IN ('auditor', 'system_admin', 'security_admin') THEN r.role ELSE 'business' END <> CASE WHEN NEW.role IN ('auditor', 'system_admin', 'security_admin') THEN NEW.role ELSE 'business' END) OR EXISTS (SELECT 1 FROM people_roles p WHERE p.person = (SELECT a.person FROM accounts a WHERE a.account = NEW.account) AND NOT p.withdrawn AND CASE WHEN NEW.role IN ('auditor', 'system_admin', 'security_admin') THEN NEW.role ELSE 'business' END <> 'business')) THEN RAISE EXCEPTION 'account_roles_separated' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'account_roles_separated'; END IF; RETURN NEW; END $$",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE TRIGGER account_roles_separated BEFORE INSERT OR UPDATE OF account, role, ended_at ON account_roles FOR EACH ROW EXECUTE FUNCTION account_roles_separated()",
    ),
    (
        "sqlite",
        "CREATE TRIGGER people_roles_separated BEFORE INSERT ON people_roles WHEN NOT NEW.withdrawn AND (EXISTS (SELECT 1 FROM access_tokens t WHERE t.person = NEW.person AND t.role <> 'citizen' AND CASE WHEN t.role IN ('auditor', 'system_admin', 'security_admin') THEN t.role ELSE 'business' END <> 'business') OR EXISTS (SELECT 1 FROM accounts a JOIN account_roles r ON r.account = a.account WHERE a.person = NEW.person AND r.ended_at IS NULL AND CASE WHEN r.role IN ('auditor', 'system_admin', 'security_admin') THEN r.role ELSE 'business' END <> 'business') OR EXISTS (SELECT 1 FROM people_roles p WHERE p.person = NEW.person AND NOT p.withdrawn AND 'business' <> 'business')) BEGIN SELECT RAISE(ABORT, 'people_roles_separated'); END",
    ),
    (
        "sqlite",
        "CREATE TRIGGER people_roles_separated_update BEFORE UPDATE OF person, withdrawn ON people_roles WHEN NOT NEW.withdrawn AND (EXISTS (SELECT 1 FROM access_tokens t WHERE t.person = NEW.person AND t.role <> 'citizen' AND CASE WHEN t.role IN ('auditor', 'system_admin', 'security_admin') THEN t.role ELSE 'business' END <> 'business') OR EXISTS (SELECT 1 FROM accounts a JOIN account_roles r ON r.account = a.account WHERE a.person = NEW.person AND r.ended_at IS NULL AND CASE WHEN r.role IN ('auditor', 'system_admin', 'security_admin') THEN r.role ELSE 'business' END <> 'business') OR EXISTS (SELECT 1 FROM people_roles p WHERE p.person = NEW.person AND NOT p.withdrawn AND 'business' <> 'business')) BEGIN SELECT RAISE(ABORT, 'people_roles_separated'); END",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE FUNCTION people_roles_separated() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_advisory_xact_lock(hashtextextended('yinxin.post/' || NEW.person, 0)); IF NOT NEW.withdrawn AND (EXISTS (SELECT 1 FROM access_tokens t WHERE t.person = NEW.person AND t.role <> 'citizen' AND CASE WHEN t.role IN ('auditor', 'system_admin', 'security_admin') THEN t.role ELSE 'business' END <> 'business') OR EXISTS (SELECT 1 FROM accounts a JOIN account_roles r ON r.account = a.account WHERE a.person = NEW.person AND r.ended_at IS NULL AND CASE WHEN r.role IN ('auditor', 'system_admin', 'security_admin') THEN r.role ELSE 'business' END <> 'business') OR EXISTS (SELECT 1 FROM people_roles p WHERE p.person = NEW.person AND NOT p.withdrawn AND 'business' <> 'business')) THEN RAISE EXCEPTION 'people_roles_separated' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'people_roles_separated'; END IF; RETURN NEW; END $$",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE TRIGGER people_roles_separated BEFORE INSERT OR UPDATE OF person, withdrawn ON people_roles FOR EACH ROW EXECUTE FUNCTION people_roles_separated()",
    ),
)
