"""A sound world passes; for every rule, a row that breaks it is found and named."""

import pytest
from sqlalchemy import text

from core.check.check_database import check_database
from core.check.rules import RULES
from core.check.rules_of import codes
from tests.support.soundness import assert_sound

# Each corrupts the world of conftest.py in a way that only this rule, or at least this
# one too, may find. Foreign keys are switched off; other guards are dropped first.
DAMAGE = {
    "guards-in-place": "DROP INDEX uq_interaction_log_entry_logged_line",
    "user-role": "INSERT INTO app_user (username, password_hash, role, active)"
    " VALUES ('bo', '', 'king', true)",
    "active-administrator": "INSERT INTO app_user"
    " (username, password_hash, role, active)"
    " VALUES ('bo', '', 'administrator', false)",
    "number-series-range": "UPDATE number_series_line SET last_no_used = 'Q1'",
    "contact-company": "UPDATE contact SET company_id = 999999 WHERE type = 1",
    "company-of-itself": "ALTER TABLE contact"
    " DROP CONSTRAINT ck_contact_company_is_its_own;"
    "UPDATE contact SET company_id = NULL WHERE type = 0",
    "minor-is-blocked": "UPDATE contact SET minor = true",
    "mailing-group-contact": "UPDATE contact_mailing_group SET contact_id = 999999",
    "merged-number": "INSERT INTO merged_contact (no, contact_id)"
    " SELECT no, id FROM contact",
    "campaign-target-contact": "INSERT INTO merged_contact (no, contact_id)"
    " VALUES ('GONE', 1);"
    "INSERT INTO campaign_target (campaign_no, type, no) VALUES ('CP1', 1, 'GONE')",
    "likely-duplicate-contact": "INSERT INTO likely_duplicate"
    " SELECT min(id), 999999 FROM contact",
    "duplicate-search-string-code": "INSERT INTO duplicate_search_string"
    " (code, field, part) VALUES ('NAME-FIRST', 3, 1) ON CONFLICT (code)"
    " DO UPDATE SET field = 9, part = 5",
    "contact-ids": "SELECT setval('contact_id_seq', 1)",
    "campaign-entry-logged-segment": "UPDATE campaign_entry SET segment_no = 'X'",
    "campaign-target-justified": "INSERT INTO campaign_target (campaign_no, type, no)"
    " VALUES ('CP1', 1, 'NOBODY')",
    "campaign-target-complete": "DELETE FROM campaign_target WHERE type = 0",
    "campaign-entry-once": "INSERT INTO campaign_entry"
    " (campaign_no, segment_no, logged_segment_entry_no)"
    " SELECT campaign_no, segment_no, logged_segment_entry_no FROM campaign_entry",
    "template-default-language": "DELETE FROM interaction_template_language",
    "segment-line-segment": "DELETE FROM segment",
    "segment-line-contact": "DELETE FROM contact WHERE type = 1",
    "segment-line-step": "UPDATE segment_line SET line_no = line_no + 1",
    "segment-line-count": "DELETE FROM segment_line WHERE removed_by IS NULL",
    "segment-head": "UPDATE segment SET head = 77",
    "segment-line-actions": "UPDATE segment_line SET removed_by = 88",
    "saved-criteria-actions": "INSERT INTO saved_criteria (code) VALUES ('X')",
    "segment-frozen": "UPDATE job SET subject = 'segment:1' WHERE state = 'queued'",
    "segment-job-freezes": "UPDATE segment SET frozen_by_job_id = NULL",
    "entry-contact": "UPDATE interaction_log_entry SET contact_id = 999999",
    "entry-company": "UPDATE interaction_log_entry SET contact_company_id = 999999",
    "entry-company-of-contact": "UPDATE interaction_log_entry"
    " SET contact_company_id = NULL",
    "entry-logged-segment": "UPDATE interaction_log_entry SET segment_no = 'X'",
    "entry-complete": "UPDATE interaction_log_entry SET salesperson_code = ''",
    "entry-once": "DROP INDEX uq_interaction_log_entry_logged_line;"
    "UPDATE interaction_log_entry SET segment_line_no = 10000",
    "entry-campaign-entry": "UPDATE interaction_log_entry SET campaign_entry_no = 999",
    "entry-of-campaign-is-counted": "UPDATE interaction_log_entry"
    " SET campaign_entry_no = NULL",
    "single-entry-of-campaign-is-counted": "UPDATE interaction_log_entry"
    " SET campaign_entry_no = NULL WHERE segment_no = ''",
    "postponed-apart": "UPDATE interaction_log_entry SET postponed = true",
    "entry-numbers": "SELECT setval('interaction_log_entry_no', 1)",
    "entry-comment": "UPDATE interaction_log_entry_comment SET entry_no = 999999",
    "attachment-of-owner": "DELETE FROM attachment",
    "attachment-of-entry": "UPDATE attachment SET read_only = false",
    "attachment-in-use": "UPDATE attachment SET read_only = false;"
    "DELETE FROM interaction_template_language; DELETE FROM segment_language;"
    "UPDATE logged_segment SET no_deleted = 1",
    "attachment-of-history": "UPDATE interaction_log_entry SET attachment_id = NULL",
    "attachment-content-in-use": "DELETE FROM attachment",
    "logged-segment-planned": "UPDATE logged_segment SET no_skipped = 1",
    "logged-segment-entries": "UPDATE interaction_log_entry SET cost = cost + 1",
    "logged-segment-canceled": "UPDATE interaction_log_entry SET canceled = true",
    "logged-segment-undone": "UPDATE logged_segment SET undone_at = now()",
    "logged-line-entry": "INSERT INTO logged_line"
    " SELECT entry_no, 990000, '{}' FROM logged_segment",
    "logged-segment-job": "UPDATE logged_segment"
    " SET no_of_lines = 3, no_of_interactions = 3",
    "job-logged-segment": "DELETE FROM logged_segment",
    "job-state": "UPDATE job SET result = NULL",
    "job-claimable": "UPDATE job SET run_after = 'infinity' WHERE state = 'queued'",
    "job-subject-once": "DROP INDEX uq_job_open_subject;"
    "INSERT INTO job (kind, subject, arguments, work_date)"
    " SELECT kind, subject, arguments, work_date FROM job WHERE state = 'queued'",
    "job-attempts": "UPDATE job SET crashes = 7",
    "job-ends-once": "DELETE FROM job_event",
    "job-errors": "DELETE FROM job_error",
    "delivery-entry": "INSERT INTO delivery (entry_no, state) VALUES (999999, 1)",
    "delivery-state": "INSERT INTO delivery (entry_no, state)"
    " SELECT entry_no, 3 FROM interaction_log_entry",
    "delivery-sending": "INSERT INTO delivery (entry_no, state, job_id, job_attempt)"
    " SELECT entry_no, 2, job.id, 1 FROM interaction_log_entry"
    " JOIN job ON job.state = 'failed'",
}
UNKNOWN_CODES = [rule.name for rule in codes.RULES]


@pytest.fixture
def damage(session, world):
    def damage(statements):
        session.execute(text("SET LOCAL session_replication_role = replica"))
        for statement in statements.split(";"):
            session.execute(text(statement))
        session.execute(text("SET LOCAL session_replication_role = origin"))

    return damage


def finding(session, name):
    (rule,) = (rule for rule in RULES if rule.name == name)
    (found,) = check_database(session, rules=[rule]).findings
    return found


def test_an_empty_database_is_sound(session):
    assert_sound(session)


def test_what_the_deeds_of_the_product_left_is_sound(session, world):
    assert_sound(session)


def test_every_rule_has_its_own_name_and_its_damage():
    names = [rule.name for rule in RULES]

    assert len(set(names)) == len(names)
    assert set(names) == {*DAMAGE, *UNKNOWN_CODES}


@pytest.mark.parametrize("rule", DAMAGE)
def test_damage_is_found(session, damage, rule):
    damage(DAMAGE[rule])

    found = finding(session, rule)

    assert found.broken >= 1
    assert all(found.keys)


def test_codes_without_their_records_are_found_and_named(session, damage):
    damage(DAMAGE["user-role"])
    for _, _, uses in codes.protected():
        for use in uses:
            damage(f"UPDATE {use.table} SET {use.column} = 'NOPE'")  # noqa: S608  our names

    findings = check_database(session, rules=codes.RULES).findings

    assert all("NOPE" in finding.keys[0] for finding in findings)


def test_all_are_counted_but_only_some_are_named(session, damage):
    damage("UPDATE interaction_log_entry SET contact_id = 999999")

    report = check_database(session, keys=1)

    (found,) = (each for each in report.broken if each.rule.name == "entry-contact")
    assert (found.broken, len(found.keys)) == (4, 1)
    assert "contact with id 999999" in found.keys[0]


def test_the_helper_of_tests_says_what_is_wrong(session, damage):
    damage(DAMAGE["logged-segment-planned"])

    with pytest.raises(AssertionError, match="lines = interactions"):
        assert_sound(session)
