"""The triggers of this version, frozen: a migration never changes with the code."""

from typing import Final

STATEMENTS: Final[tuple[tuple[str, str], ...]] = (
    (
        "sqlite",
        "CREATE TRIGGER appointments_append_only_update BEFORE UPDATE ON appointments WHEN 1 BEGIN SELECT RAISE(ABORT, 'appointments_append_only'); END",
    ),
    (
        "sqlite",
        "CREATE TRIGGER appointments_append_only_delete BEFORE DELETE ON appointments WHEN 1 BEGIN SELECT RAISE(ABORT, 'appointments_append_only'); END",
    ),
    (
        "sqlite",
        "CREATE TRIGGER appointments_append_only_replace BEFORE INSERT ON appointments WHEN EXISTS (SELECT 1 FROM appointments WHERE number = NEW.number) BEGIN SELECT RAISE(ABORT, 'pk_appointments'); END",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE FUNCTION appointments_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF TRUE THEN RAISE EXCEPTION 'appointments_append_only' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'appointments_append_only'; END IF; RETURN NEW; END $$",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE TRIGGER appointments_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON appointments FOR EACH STATEMENT EXECUTE FUNCTION appointments_append_only()",
    ),
    (
        "sqlite",
        "CREATE TRIGGER appointment_events_append_only_update BEFORE UPDATE ON appointment_events WHEN 1 BEGIN SELECT RAISE(ABORT, 'appointment_events_append_only'); END",
    ),
    (
        "sqlite",
        "CREATE TRIGGER appointment_events_append_only_delete BEFORE DELETE ON appointment_events WHEN 1 BEGIN SELECT RAISE(ABORT, 'appointment_events_append_only'); END",
    ),
    (
        "sqlite",
        "CREATE TRIGGER appointment_events_append_only_replace BEFORE INSERT ON appointment_events WHEN EXISTS (SELECT 1 FROM appointment_events WHERE row = NEW.row) BEGIN SELECT RAISE(ABORT, 'pk_appointment_events'); END",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE FUNCTION appointment_events_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF TRUE THEN RAISE EXCEPTION 'appointment_events_append_only' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'appointment_events_append_only'; END IF; RETURN NEW; END $$",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE TRIGGER appointment_events_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON appointment_events FOR EACH STATEMENT EXECUTE FUNCTION appointment_events_append_only()",
    ),
    (
        "sqlite",
        "CREATE TRIGGER appointments_by_administrators BEFORE INSERT ON appointments WHEN NEW.under IS NOT NULL AND NOT EXISTS (SELECT 1 FROM appointments a WHERE a.number = NEW.under AND a.post = 'administrator' AND a.person_key = NEW.sponsor_key AND a.enterprise_key = NEW.enterprise_key AND a.until >= NEW.until AND NOT EXISTS (SELECT 1 FROM appointment_events e WHERE e.number = a.number AND e.kind = 'ended')) BEGIN SELECT RAISE(ABORT, 'appointments_by_administrators'); END",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE FUNCTION appointments_by_administrators() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM 1 FROM appointments a WHERE a.number = NEW.under FOR UPDATE; IF NEW.under IS NOT NULL AND NOT EXISTS (SELECT 1 FROM appointments a WHERE a.number = NEW.under AND a.post = 'administrator' AND a.person_key = NEW.sponsor_key AND a.enterprise_key = NEW.enterprise_key AND a.until >= NEW.until AND NOT EXISTS (SELECT 1 FROM appointment_events e WHERE e.number = a.number AND e.kind = 'ended')) THEN RAISE EXCEPTION 'appointments_by_administrators' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'appointments_by_administrators'; END IF; RETURN NEW; END $$",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE TRIGGER appointments_by_administrators BEFORE INSERT ON appointments FOR EACH ROW EXECUTE FUNCTION appointments_by_administrators()",
    ),
    (
        "sqlite",
        "CREATE TRIGGER appointment_events_in_order BEFORE INSERT ON appointment_events WHEN EXISTS (SELECT 1 FROM appointment_events e WHERE e.number = NEW.number AND e.kind = 'ended') OR NEW.sponsor_key = (SELECT o.person_key FROM appointments o WHERE o.number = NEW.number) OR (NEW.under IS NOT NULL AND (SELECT o.post FROM appointments o WHERE o.number = NEW.number) <> 'agent') OR (NEW.under IS NOT NULL AND NOT EXISTS (SELECT 1 FROM appointments a WHERE a.number = NEW.under AND a.post = 'administrator' AND a.person_key = NEW.sponsor_key AND a.enterprise_key = (SELECT o.enterprise_key FROM appointments o WHERE o.number = NEW.number) AND a.until >= (SELECT o.until FROM appointments o WHERE o.number = NEW.number) AND NOT EXISTS (SELECT 1 FROM appointment_events e WHERE e.number = a.number AND e.kind = 'ended'))) BEGIN SELECT RAISE(ABORT, 'appointment_events_in_order'); END",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE FUNCTION appointment_events_in_order() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM 1 FROM appointments a WHERE a.number IN (NEW.number, NEW.under) ORDER BY a.number FOR UPDATE; IF EXISTS (SELECT 1 FROM appointment_events e WHERE e.number = NEW.number AND e.kind = 'ended') OR NEW.sponsor_key = (SELECT o.person_key FROM appointments o WHERE o.number = NEW.number) OR (NEW.under IS NOT NULL AND (SELECT o.post FROM appointments o WHERE o.number = NEW.number) <> 'agent') OR (NEW.under IS NOT NULL AND NOT EXISTS (SELECT 1 FROM appointments a WHERE a.number = NEW.under AND a.post = 'administrator' AND a.person_key = NEW.sponsor_key AND a.enterprise_key = (SELECT o.enterprise_key FROM appointments o WHERE o.number = NEW.number) AND a.until >= (SELECT o.until FROM appointments o WHERE o.number = NEW.number) AND NOT EXISTS (SELECT 1 FROM appointment_events e WHERE e.number = a.number AND e.kind = 'ended'))) THEN RAISE EXCEPTION 'appointment_events_in_order' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'appointment_events_in_order'; END IF; RETURN NEW; END $$",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE TRIGGER appointment_events_in_order BEFORE INSERT ON appointment_events FOR EACH ROW EXECUTE FUNCTION appointment_events_in_order()",
    ),
    (
        "sqlite",
        "CREATE TRIGGER access_tokens_separated BEFORE INSERT ON access_tokens WHEN NEW.role NOT IN ('citizen', 'org_admin', 'org_agent') AND (EXISTS (SELECT 1 FROM access_tokens t WHERE t.person = NEW.person AND t.role NOT IN ('citizen', 'org_admin', 'org_agent') AND CASE WHEN t.role IN ('auditor', 'system_admin', 'security_admin') THEN t.role ELSE 'business' END <> CASE WHEN NEW.role IN ('auditor', 'system_admin', 'security_admin') THEN NEW.role ELSE 'business' END) OR EXISTS (SELECT 1 FROM accounts a JOIN account_roles r ON r.account = a.account WHERE a.person = NEW.person AND r.ended_at IS NULL AND CASE WHEN r.role IN ('auditor', 'system_admin', 'security_admin') THEN r.role ELSE 'business' END <> CASE WHEN NEW.role IN ('auditor', 'system_admin', 'security_admin') THEN NEW.role ELSE 'business' END) OR EXISTS (SELECT 1 FROM people_roles p WHERE p.person = NEW.person AND NOT p.withdrawn AND CASE WHEN NEW.role IN ('auditor', 'system_admin', 'security_admin') THEN NEW.role ELSE 'business' END <> 'business') OR EXISTS (SELECT 1 FROM clients c WHERE c.person = NEW.person AND c.stopped_at IS NULL AND CASE WHEN NEW.role IN ('auditor', 'system_admin', 'security_admin') THEN NEW.role ELSE 'business' END <> 'business')) BEGIN SELECT RAISE(ABORT, 'access_tokens_separated'); END",
    ),
    (
        "sqlite",
        "CREATE TRIGGER access_tokens_separated_update BEFORE UPDATE OF person, role ON access_tokens WHEN NEW.role NOT IN ('citizen', 'org_admin', 'org_agent') AND (EXISTS (SELECT 1 FROM access_tokens t WHERE t.person = NEW.person AND t.role NOT IN ('citizen', 'org_admin', 'org_agent') AND CASE WHEN t.role IN ('auditor', 'system_admin', 'security_admin') THEN t.role ELSE 'business' END <> CASE WHEN NEW.role IN ('auditor', 'system_admin', 'security_admin') THEN NEW.role ELSE 'business' END) OR EXISTS (SELECT 1 FROM accounts a JOIN account_roles r ON r.account = a.account WHERE a.person = NEW.person AND r.ended_at IS NULL AND CASE WHEN r.role IN ('auditor', 'system_admin', 'security_admin') THEN r.role ELSE 'business' END <> CASE WHEN NEW.role IN ('auditor', 'system_admin', 'security_admin') THEN NEW.role ELSE 'business' END) OR EXISTS (SELECT 1 FROM people_roles p WHERE p.person = NEW.person AND NOT p.withdrawn AND CASE WHEN NEW.role IN ('auditor', 'system_admin', 'security_admin') THEN NEW.role ELSE 'business' END <> 'business') OR EXISTS (SELECT 1 FROM clients c WHERE c.person = NEW.person AND c.stopped_at IS NULL AND CASE WHEN NEW.role IN ('auditor', 'system_admin', 'security_admin') THEN NEW.role ELSE 'business' END <> 'business')) BEGIN SELECT RAISE(ABORT, 'access_tokens_separated'); END",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE FUNCTION access_tokens_separated() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_advisory_xact_lock(hashtextextended('yinxin.post/' || NEW.person, 0)); IF NEW.role NOT IN ('citizen', 'org_admin', 'org_agent') AND (EXISTS (SELECT 1 FROM access_tokens t WHERE t.person = NEW.person AND t.role NOT IN ('citizen', 'org_admin', 'org_agent') AND CASE WHEN t.role IN ('auditor', 'system_admin', 'security_admin') THEN t.role ELSE 'business' END <> CASE WHEN NEW.role IN ('auditor', 'system_admin', 'security_admin') THEN NEW.role ELSE 'business' END) OR EXISTS (SELECT 1 FROM accounts a JOIN account_roles r ON r.account = a.account WHERE a.person = NEW.person AND r.ended_at IS NULL AND CASE WHEN r.role IN ('auditor', 'system_admin', 'security_admin') THEN r.role ELSE 'business' END <> CASE WHEN NEW.role IN ('auditor', 'system_admin', 'security_admin') THEN NEW.role ELSE 'business' END) OR EXISTS (SELECT 1 FROM people_roles p WHERE p.person = NEW.person AND NOT p.withdrawn AND CASE WHEN NEW.role IN ('auditor', 'system_admin', 'security_admin') THEN NEW.role ELSE 'business' END <> 'business') OR EXISTS (SELECT 1 FROM clients c WHERE c.person = NEW.person AND c.stopped_at IS NULL AND CASE WHEN NEW.role IN ('auditor', 'system_admin', 'security_admin') THEN NEW.role ELSE 'business' END <> 'business')) THEN RAISE EXCEPTION 'access_tokens_separated' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'access_tokens_separated'; END IF; RETURN NEW; END $$",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE TRIGGER access_tokens_separated BEFORE INSERT OR UPDATE OF person, role ON access_tokens FOR EACH ROW EXECUTE FUNCTION access_tokens_separated()",
    ),
    (
        "sqlite",
        "CREATE TRIGGER account_roles_separated BEFORE INSERT ON account_roles WHEN NEW.ended_at IS NULL AND (EXISTS (SELECT 1 FROM access_tokens t WHERE t.person = (SELECT a.person FROM accounts a WHERE a.account = NEW.account) AND t.role NOT IN ('citizen', 'org_admin', 'org_agent') AND CASE WHEN t.role IN ('auditor', 'system_admin', 'security_admin') THEN t.role ELSE 'business' END <> CASE WHEN NEW.role IN ('auditor', 'system_admin', 'security_admin') THEN NEW.role ELSE 'business' END) OR EXISTS (SELECT 1 FROM accounts a JOIN account_roles r ON r.account = a.account WHERE a.person = (SELECT a.person FROM accounts a WHERE a.account = NEW.account) AND r.ended_at IS NULL AND CASE WHEN r.role IN ('auditor', 'system_admin', 'security_admin') THEN r.role ELSE 'business' END <> CASE WHEN NEW.role IN ('auditor', 'system_admin', 'security_admin') THEN NEW.role ELSE 'business' END) OR EXISTS (SELECT 1 FROM people_roles p WHERE p.person = (SELECT a.person FROM accounts a WHERE a.account = NEW.account) AND NOT p.withdrawn AND CASE WHEN NEW.role IN ('auditor', 'system_admin', 'security_admin') THEN NEW.role ELSE 'business' END <> 'business') OR EXISTS (SELECT 1 FROM clients c WHERE c.person = (SELECT a.person FROM accounts a WHERE a.account = NEW.account) AND c.stopped_at IS NULL AND CASE WHEN NEW.role IN ('auditor', 'system_admin', 'security_admin') THEN NEW.role ELSE 'business' END <> 'business')) BEGIN SELECT RAISE(ABORT, 'account_roles_separated'); END",
    ),
    (
        "sqlite",
        "CREATE TRIGGER account_roles_separated_update BEFORE UPDATE OF account, role, ended_at ON account_roles WHEN NEW.ended_at IS NULL AND (EXISTS (SELECT 1 FROM access_tokens t WHERE t.person = (SELECT a.person FROM accounts a WHERE a.account = NEW.account) AND t.role NOT IN ('citizen', 'org_admin', 'org_agent') AND CASE WHEN t.role IN ('auditor', 'system_admin', 'security_admin') THEN t.role ELSE 'business' END <> CASE WHEN NEW.role IN ('auditor', 'system_admin', 'security_admin') THEN NEW.role ELSE 'business' END) OR EXISTS (SELECT 1 FROM accounts a JOIN account_roles r ON r.account = a.account WHERE a.person = (SELECT a.person FROM accounts a WHERE a.account = NEW.account) AND r.ended_at IS NULL AND CASE WHEN r.role IN ('auditor', 'system_admin', 'security_admin') THEN r.role ELSE 'business' END <> CASE WHEN NEW.role IN ('auditor', 'system_admin', 'security_admin') THEN NEW.role ELSE 'business' END) OR EXISTS (SELECT 1 FROM people_roles p WHERE p.person = (SELECT a.person FROM accounts a WHERE a.account = NEW.account) AND NOT p.withdrawn AND CASE WHEN NEW.role IN ('auditor', 'system_admin', 'security_admin') THEN NEW.role ELSE 'business' END <> 'business') OR EXISTS (SELECT 1 FROM clients c WHERE c.person = (SELECT a.person FROM accounts a WHERE a.account = NEW.account) AND c.stopped_at IS NULL AND CASE WHEN NEW.role IN ('auditor', 'system_admin', 'security_admin') THEN NEW.role ELSE 'business' END <> 'business')) BEGIN SELECT RAISE(ABORT, 'account_roles_separated'); END",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE FUNCTION account_roles_separated() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_advisory_xact_lock(hashtextextended('yinxin.post/' || (SELECT a.person FROM accounts a WHERE a.account = NEW.account), 0)); IF NEW.ended_at IS NULL AND (EXISTS (SELECT 1 FROM access_tokens t WHERE t.person = (SELECT a.person FROM accounts a WHERE a.account = NEW.account) AND t.role NOT IN ('citizen', 'org_admin', 'org_agent') AND CASE WHEN t.role IN ('auditor', 'system_admin', 'security_admin') THEN t.role ELSE 'business' END <> CASE WHEN NEW.role IN ('auditor', 'system_admin', 'security_admin') THEN NEW.role ELSE 'business' END) OR EXISTS (SELECT 1 FROM accounts a JOIN account_roles r ON r.account = a.account WHERE a.person = (SELECT a.person FROM accounts a WHERE a.account = NEW.account) AND r.ended_at IS NULL AND CASE WHEN r.role IN ('auditor', 'system_admin', 'security_admin') THEN r.role ELSE 'business' END <> CASE WHEN NEW.role IN ('auditor', 'system_admin', 'security_admin') THEN NEW.role ELSE 'business' END) OR EXISTS (SELECT 1 FROM people_roles p WHERE p.person = (SELECT a.person FROM accounts a WHERE a.account = NEW.account) AND NOT p.withdrawn AND CASE WHEN NEW.role IN ('auditor', 'system_admin', 'security_admin') THEN NEW.role ELSE 'business' END <> 'business') OR EXISTS (SELECT 1 FROM clients c WHERE c.person = (SELECT a.person FROM accounts a WHERE a.account = NEW.account) AND c.stopped_at IS NULL AND CASE WHEN NEW.role IN ('auditor', 'system_admin', 'security_admin') THEN NEW.role ELSE 'business' END <> 'business')) THEN RAISE EXCEPTION 'account_roles_separated' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'account_roles_separated'; END IF; RETURN NEW; END $$",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE TRIGGER account_roles_separated BEFORE INSERT OR UPDATE OF account, role, ended_at ON account_roles FOR EACH ROW EXECUTE FUNCTION account_roles_separated()",
    ),
    (
        "sqlite",
        "CREATE TRIGGER people_roles_separated BEFORE INSERT ON people_roles WHEN NOT NEW.withdrawn AND (EXISTS (SELECT 1 FROM access_tokens t WHERE t.person = NEW.person AND t.role NOT IN ('citizen', 'org_admin', 'org_agent') AND CASE WHEN t.role IN ('auditor', 'system_admin', 'security_admin') THEN t.role ELSE 'business' END <> 'business') OR EXISTS (SELECT 1 FROM accounts a JOIN account_roles r ON r.account = a.account WHERE a.person = NEW.person AND r.ended_at IS NULL AND CASE WHEN r.role IN ('auditor', 'system_admin', 'security_admin') THEN r.role ELSE 'business' END <> 'business') OR EXISTS (SELECT 1 FROM people_roles p WHERE p.person = NEW.person AND NOT p.withdrawn AND 'business' <> 'business') OR EXISTS (SELECT 1 FROM clients c WHERE c.person = NEW.person AND c.stopped_at IS NULL AND 'business' <> 'business')) BEGIN SELECT RAISE(ABORT, 'people_roles_separated'); END",
    ),
    (
        "sqlite",
        "CREATE TRIGGER people_roles_separated_update BEFORE UPDATE OF person, withdrawn ON people_roles WHEN NOT NEW.withdrawn AND (EXISTS (SELECT 1 FROM access_tokens t WHERE t.person = NEW.person AND t.role NOT IN ('citizen', 'org_admin', 'org_agent') AND CASE WHEN t.role IN ('auditor', 'system_admin', 'security_admin') THEN t.role ELSE 'business' END <> 'business') OR EXISTS (SELECT 1 FROM accounts a JOIN account_roles r ON r.account = a.account WHERE a.person = NEW.person AND r.ended_at IS NULL AND CASE WHEN r.role IN ('auditor', 'system_admin', 'security_admin') THEN r.role ELSE 'business' END <> 'business') OR EXISTS (SELECT 1 FROM people_roles p WHERE p.person = NEW.person AND NOT p.withdrawn AND 'business' <> 'business') OR EXISTS (SELECT 1 FROM clients c WHERE c.person = NEW.person AND c.stopped_at IS NULL AND 'business' <> 'business')) BEGIN SELECT RAISE(ABORT, 'people_roles_separated'); END",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE FUNCTION people_roles_separated() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_advisory_xact_lock(hashtextextended('yinxin.post/' || NEW.person, 0)); IF NOT NEW.withdrawn AND (EXISTS (SELECT 1 FROM access_tokens t WHERE t.person = NEW.person AND t.role NOT IN ('citizen', 'org_admin', 'org_agent') AND CASE WHEN t.role IN ('auditor', 'system_admin', 'security_admin') THEN t.role ELSE 'business' END <> 'business') OR EXISTS (SELECT 1 FROM accounts a JOIN account_roles r ON r.account = a.account WHERE a.person = NEW.person AND r.ended_at IS NULL AND CASE WHEN r.role IN ('auditor', 'system_admin', 'security_admin') THEN r.role ELSE 'business' END <> 'business') OR EXISTS (SELECT 1 FROM people_roles p WHERE p.person = NEW.person AND NOT p.withdrawn AND 'business' <> 'business') OR EXISTS (SELECT 1 FROM clients c WHERE c.person = NEW.person AND c.stopped_at IS NULL AND 'business' <> 'business')) THEN RAISE EXCEPTION 'people_roles_separated' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'people_roles_separated'; END IF; RETURN NEW; END $$",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE TRIGGER people_roles_separated BEFORE INSERT OR UPDATE OF person, withdrawn ON people_roles FOR EACH ROW EXECUTE FUNCTION people_roles_separated()",
    ),
    (
        "sqlite",
        "CREATE TRIGGER clients_separated BEFORE INSERT ON clients WHEN NEW.stopped_at IS NULL AND (EXISTS (SELECT 1 FROM access_tokens t WHERE t.person = NEW.person AND t.role NOT IN ('citizen', 'org_admin', 'org_agent') AND CASE WHEN t.role IN ('auditor', 'system_admin', 'security_admin') THEN t.role ELSE 'business' END <> 'business') OR EXISTS (SELECT 1 FROM accounts a JOIN account_roles r ON r.account = a.account WHERE a.person = NEW.person AND r.ended_at IS NULL AND CASE WHEN r.role IN ('auditor', 'system_admin', 'security_admin') THEN r.role ELSE 'business' END <> 'business') OR EXISTS (SELECT 1 FROM people_roles p WHERE p.person = NEW.person AND NOT p.withdrawn AND 'business' <> 'business') OR EXISTS (SELECT 1 FROM clients c WHERE c.person = NEW.person AND c.stopped_at IS NULL AND 'business' <> 'business')) BEGIN SELECT RAISE(ABORT, 'clients_separated'); END",
    ),
    (
        "sqlite",
        "CREATE TRIGGER clients_separated_update BEFORE UPDATE OF person, role, stopped_at ON clients WHEN NEW.stopped_at IS NULL AND (EXISTS (SELECT 1 FROM access_tokens t WHERE t.person = NEW.person AND t.role NOT IN ('citizen', 'org_admin', 'org_agent') AND CASE WHEN t.role IN ('auditor', 'system_admin', 'security_admin') THEN t.role ELSE 'business' END <> 'business') OR EXISTS (SELECT 1 FROM accounts a JOIN account_roles r ON r.account = a.account WHERE a.person = NEW.person AND r.ended_at IS NULL AND CASE WHEN r.role IN ('auditor', 'system_admin', 'security_admin') THEN r.role ELSE 'business' END <> 'business') OR EXISTS (SELECT 1 FROM people_roles p WHERE p.person = NEW.person AND NOT p.withdrawn AND 'business' <> 'business') OR EXISTS (SELECT 1 FROM clients c WHERE c.person = NEW.person AND c.stopped_at IS NULL AND 'business' <> 'business')) BEGIN SELECT RAISE(ABORT, 'clients_separated'); END",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE FUNCTION clients_separated() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_advisory_xact_lock(hashtextextended('yinxin.post/' || NEW.person, 0)); IF NEW.stopped_at IS NULL AND (EXISTS (SELECT 1 FROM access_tokens t WHERE t.person = NEW.person AND t.role NOT IN ('citizen', 'org_admin', 'org_agent') AND CASE WHEN t.role IN ('auditor', 'system_admin', 'security_admin') THEN t.role ELSE 'business' END <> 'business') OR EXISTS (SELECT 1 FROM accounts a JOIN account_roles r ON r.account = a.account WHERE a.person = NEW.person AND r.ended_at IS NULL AND CASE WHEN r.role IN ('auditor', 'system_admin', 'security_admin') THEN r.role ELSE 'business' END <> 'business') OR EXISTS (SELECT 1 FROM people_roles p WHERE p.person = NEW.person AND NOT p.withdrawn AND 'business' <> 'business') OR EXISTS (SELECT 1 FROM clients c WHERE c.person = NEW.person AND c.stopped_at IS NULL AND 'business' <> 'business')) THEN RAISE EXCEPTION 'clients_separated' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'clients_separated'; END IF; RETURN NEW; END $$",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE TRIGGER clients_separated BEFORE INSERT OR UPDATE OF person, role, stopped_at ON clients FOR EACH ROW EXECUTE FUNCTION clients_separated()",
    ),
)
