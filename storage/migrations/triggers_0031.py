"""The triggers of what supervision counts further, and its first counting, frozen."""

from typing import Final

STATEMENTS: Final[tuple[tuple[str, str], ...]] = (
    (
        "sqlite",
        "CREATE TRIGGER usages_dated AFTER INSERT ON usages WHEN NEW.basis NOT IN ('register', 'archive') AND coalesce((SELECT ((u.at + 28800000000) / 86400000000 + 3) / 7 FROM usages u WHERE u.identifier = NEW.identifier AND u.basis NOT IN ('register', 'archive') AND u.at <= NEW.at AND (u.at < NEW.at OR u.row < NEW.row) ORDER BY u.at DESC LIMIT 1), -1) < ((NEW.at + 28800000000) / 86400000000 + 3) / 7 BEGIN INSERT INTO tally_facts (week, matter, operator, region, what, code) SELECT ((NEW.at + 28800000000) / 86400000000 + 3) / 7, '', '', '', 'used', (SELECT l.type_code FROM licenses l WHERE l.identifier = NEW.identifier) || '/' || coalesce((SELECT ((u.at + 28800000000) / 86400000000 + 3) / 7 FROM usages u WHERE u.identifier = NEW.identifier AND u.basis NOT IN ('register', 'archive') AND u.at <= NEW.at AND (u.at < NEW.at OR u.row < NEW.row) ORDER BY u.at DESC LIMIT 1), -1); END",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE FUNCTION usages_dated() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NEW.basis NOT IN ('register', 'archive') AND coalesce((SELECT ((u.at + 28800000000) / 86400000000 + 3) / 7 FROM usages u WHERE u.identifier = NEW.identifier AND u.basis NOT IN ('register', 'archive') AND u.at <= NEW.at AND (u.at < NEW.at OR u.row < NEW.row) ORDER BY u.at DESC LIMIT 1), -1) < ((NEW.at + 28800000000) / 86400000000 + 3) / 7 THEN INSERT INTO tally_facts (week, matter, operator, region, what, code) SELECT ((NEW.at + 28800000000) / 86400000000 + 3) / 7, '', '', '', 'used', (SELECT l.type_code FROM licenses l WHERE l.identifier = NEW.identifier) || '/' || coalesce((SELECT ((u.at + 28800000000) / 86400000000 + 3) / 7 FROM usages u WHERE u.identifier = NEW.identifier AND u.basis NOT IN ('register', 'archive') AND u.at <= NEW.at AND (u.at < NEW.at OR u.row < NEW.row) ORDER BY u.at DESC LIMIT 1), -1); END IF; RETURN NULL; END $$",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE TRIGGER usages_dated AFTER INSERT ON usages FOR EACH ROW EXECUTE FUNCTION usages_dated()",
    ),
    (
        "sqlite",
        "CREATE TRIGGER overasks_tallied AFTER INSERT ON overasks WHEN 1 = 1 BEGIN INSERT INTO tally_facts (week, matter, operator, region, what, code) SELECT ((NEW.at + 28800000000) / 86400000000 + 3) / 7, NEW.matter, CASE WHEN NEW.case_id <> '' THEN substr(NEW.user, 1, 100) ELSE '' END, NEW.region, 'overask', NEW.type_code; END",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE FUNCTION overasks_tallied() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF 1 = 1 THEN INSERT INTO tally_facts (week, matter, operator, region, what, code) SELECT ((NEW.at + 28800000000) / 86400000000 + 3) / 7, NEW.matter, CASE WHEN NEW.case_id <> '' THEN substr(NEW.user, 1, 100) ELSE '' END, NEW.region, 'overask', NEW.type_code; END IF; RETURN NULL; END $$",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE TRIGGER overasks_tallied AFTER INSERT ON overasks FOR EACH ROW EXECUTE FUNCTION overasks_tallied()",
    ),
    (
        "sqlite",
        "CREATE TRIGGER correction_events_tallied AFTER INSERT ON correction_events WHEN NEW.step IN ('declined', 'upheld', 'rejected') BEGIN INSERT INTO tally_facts (week, matter, operator, region, what, code) SELECT ((NEW.at + 28800000000) / 86400000000 + 3) / 7, '', '', (SELECT substr(coalesce(l.issuer_code, ''), 3, 6) FROM corrections k LEFT JOIN licenses l ON l.identifier = k.identifier WHERE k.receipt = NEW.receipt), 'answered', (SELECT coalesce(l.issuer_code, '') || '/' || k.type_code FROM corrections k LEFT JOIN licenses l ON l.identifier = k.identifier WHERE k.receipt = NEW.receipt) || '/' || NEW.step || '/' || ((NEW.at - coalesce((SELECT min(r.at) FROM correction_events r WHERE r.receipt = NEW.receipt AND r.step = 'raised'), NEW.at) + 86399999999) / 86400000000); END",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE FUNCTION correction_events_tallied() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NEW.step IN ('declined', 'upheld', 'rejected') THEN INSERT INTO tally_facts (week, matter, operator, region, what, code) SELECT ((NEW.at + 28800000000) / 86400000000 + 3) / 7, '', '', (SELECT substr(coalesce(l.issuer_code, ''), 3, 6) FROM corrections k LEFT JOIN licenses l ON l.identifier = k.identifier WHERE k.receipt = NEW.receipt), 'answered', (SELECT coalesce(l.issuer_code, '') || '/' || k.type_code FROM corrections k LEFT JOIN licenses l ON l.identifier = k.identifier WHERE k.receipt = NEW.receipt) || '/' || NEW.step || '/' || ((NEW.at - coalesce((SELECT min(r.at) FROM correction_events r WHERE r.receipt = NEW.receipt AND r.step = 'raised'), NEW.at) + 86399999999) / 86400000000); END IF; RETURN NULL; END $$",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE TRIGGER correction_events_tallied AFTER INSERT ON correction_events FOR EACH ROW EXECUTE FUNCTION correction_events_tallied()",
    ),
    (
        "sqlite",
        "CREATE TRIGGER material_decisions_dated AFTER INSERT ON material_decisions WHEN EXISTS (SELECT 1 FROM lookups l WHERE l.case_id = NEW.case_id AND l.material = NEW.material AND l.stated_at IS NOT NULL AND l.way = CASE WHEN NEW.check_number IS NOT NULL THEN 'department_check' WHEN NEW.data_number IS NOT NULL THEN 'data_check' ELSE 'e_license' END AND l.number = coalesce(NEW.check_number, NEW.data_number, NEW.lookup_number)) BEGIN INSERT INTO tally_facts (week, matter, operator, region, what, code) SELECT ((NEW.decided_at + 28800000000) / 86400000000 + 3) / 7, c.matter_code, NEW.operator, (SELECT l.stated_by FROM lookups l WHERE l.case_id = NEW.case_id AND l.material = NEW.material AND l.stated_at IS NOT NULL AND l.way = CASE WHEN NEW.check_number IS NOT NULL THEN 'department_check' WHEN NEW.data_number IS NOT NULL THEN 'data_check' ELSE 'e_license' END AND l.number = coalesce(NEW.check_number, NEW.data_number, NEW.lookup_number)), 'freshness', (SELECT CASE WHEN NEW.decided_at - l.stated_at <= 10000000 THEN '10s' WHEN NEW.decided_at - l.stated_at <= 60000000 THEN '1m' WHEN NEW.decided_at - l.stated_at <= 600000000 THEN '10m' WHEN NEW.decided_at - l.stated_at <= 3600000000 THEN '1h' WHEN NEW.decided_at - l.stated_at <= 86400000000 THEN '1d' WHEN NEW.decided_at - l.stated_at <= 604800000000 THEN '7d' ELSE 'longer' END FROM lookups l WHERE l.case_id = NEW.case_id AND l.material = NEW.material AND l.stated_at IS NOT NULL AND l.way = CASE WHEN NEW.check_number IS NOT NULL THEN 'department_check' WHEN NEW.data_number IS NOT NULL THEN 'data_check' ELSE 'e_license' END AND l.number = coalesce(NEW.check_number, NEW.data_number, NEW.lookup_number)) FROM cases c WHERE c.id = NEW.case_id; END",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE FUNCTION material_decisions_dated() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF EXISTS (SELECT 1 FROM lookups l WHERE l.case_id = NEW.case_id AND l.material = NEW.material AND l.stated_at IS NOT NULL AND l.way = CASE WHEN NEW.check_number IS NOT NULL THEN 'department_check' WHEN NEW.data_number IS NOT NULL THEN 'data_check' ELSE 'e_license' END AND l.number = coalesce(NEW.check_number, NEW.data_number, NEW.lookup_number)) THEN INSERT INTO tally_facts (week, matter, operator, region, what, code) SELECT ((NEW.decided_at + 28800000000) / 86400000000 + 3) / 7, c.matter_code, NEW.operator, (SELECT l.stated_by FROM lookups l WHERE l.case_id = NEW.case_id AND l.material = NEW.material AND l.stated_at IS NOT NULL AND l.way = CASE WHEN NEW.check_number IS NOT NULL THEN 'department_check' WHEN NEW.data_number IS NOT NULL THEN 'data_check' ELSE 'e_license' END AND l.number = coalesce(NEW.check_number, NEW.data_number, NEW.lookup_number)), 'freshness', (SELECT CASE WHEN NEW.decided_at - l.stated_at <= 10000000 THEN '10s' WHEN NEW.decided_at - l.stated_at <= 60000000 THEN '1m' WHEN NEW.decided_at - l.stated_at <= 600000000 THEN '10m' WHEN NEW.decided_at - l.stated_at <= 3600000000 THEN '1h' WHEN NEW.decided_at - l.stated_at <= 86400000000 THEN '1d' WHEN NEW.decided_at - l.stated_at <= 604800000000 THEN '7d' ELSE 'longer' END FROM lookups l WHERE l.case_id = NEW.case_id AND l.material = NEW.material AND l.stated_at IS NOT NULL AND l.way = CASE WHEN NEW.check_number IS NOT NULL THEN 'department_check' WHEN NEW.data_number IS NOT NULL THEN 'data_check' ELSE 'e_license' END AND l.number = coalesce(NEW.check_number, NEW.data_number, NEW.lookup_number)) FROM cases c WHERE c.id = NEW.case_id; END IF; RETURN NULL; END $$",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE TRIGGER material_decisions_dated AFTER INSERT ON material_decisions FOR EACH ROW EXECUTE FUNCTION material_decisions_dated()",
    ),
)

BACKFILL: Final = (
    "INSERT INTO tallies (week, matter, operator, region, what, code, number) SELECT week, matter, operator, region, what, code, count(*) FROM (SELECT ((n.at + 28800000000) / 86400000000 + 3) / 7 AS week, '' AS matter, '' AS operator, '' AS region, 'used' AS what, (SELECT l.type_code FROM licenses l WHERE l.identifier = n.identifier) || '/' || coalesce((SELECT ((u.at + 28800000000) / 86400000000 + 3) / 7 FROM usages u WHERE u.identifier = n.identifier AND u.basis NOT IN ('register', 'archive') AND u.at <= n.at AND (u.at < n.at OR u.row < n.row) ORDER BY u.at DESC LIMIT 1), -1) AS code FROM usages n WHERE n.basis NOT IN ('register', 'archive') AND coalesce((SELECT ((u.at + 28800000000) / 86400000000 + 3) / 7 FROM usages u WHERE u.identifier = n.identifier AND u.basis NOT IN ('register', 'archive') AND u.at <= n.at AND (u.at < n.at OR u.row < n.row) ORDER BY u.at DESC LIMIT 1), -1) < ((n.at + 28800000000) / 86400000000 + 3) / 7) AS f GROUP BY week, matter, operator, region, what, code",
    "INSERT INTO tallies (week, matter, operator, region, what, code, number) SELECT week, matter, operator, region, what, code, count(*) FROM (SELECT ((n.at + 28800000000) / 86400000000 + 3) / 7 AS week, n.matter AS matter, CASE WHEN n.case_id <> '' THEN substr(n.user, 1, 100) ELSE '' END AS operator, n.region AS region, 'overask' AS what, n.type_code AS code FROM overasks n WHERE 1 = 1) AS f GROUP BY week, matter, operator, region, what, code",
    "INSERT INTO tallies (week, matter, operator, region, what, code, number) SELECT week, matter, operator, region, what, code, count(*) FROM (SELECT ((n.at + 28800000000) / 86400000000 + 3) / 7 AS week, '' AS matter, '' AS operator, (SELECT substr(coalesce(l.issuer_code, ''), 3, 6) FROM corrections k LEFT JOIN licenses l ON l.identifier = k.identifier WHERE k.receipt = n.receipt) AS region, 'answered' AS what, (SELECT coalesce(l.issuer_code, '') || '/' || k.type_code FROM corrections k LEFT JOIN licenses l ON l.identifier = k.identifier WHERE k.receipt = n.receipt) || '/' || n.step || '/' || ((n.at - coalesce((SELECT min(r.at) FROM correction_events r WHERE r.receipt = n.receipt AND r.step = 'raised'), n.at) + 86399999999) / 86400000000) AS code FROM correction_events n WHERE n.step IN ('declined', 'upheld', 'rejected')) AS f GROUP BY week, matter, operator, region, what, code",
)
"""Counts what was stored before; whose word older look-ups rest on is not known."""
