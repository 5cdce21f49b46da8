"""Interaction log entries and logged segments.

An entry keeps what was true when it was written: templates may have been deleted and
contacts have lost their e-mail address since. So nothing is asked here that only held
at that moment.
"""

from core.check.rule import Rule, sql

RULES = (
    Rule(
        "entry-contact",
        "The contact of an interaction log entry exists.",
        sql("""
            SELECT format('entry %s: contact with id %s', entry_no, contact_id)
            FROM interaction_log_entry AS entry
            LEFT JOIN contact ON contact.id = entry.contact_id
            WHERE entry.contact_id IS NOT NULL AND contact.id IS NULL
        """),
    ),
    Rule(
        "entry-company",
        "The company of an interaction log entry exists and is a company.",
        sql("""
            SELECT format('entry %s: company with id %s', entry_no, contact_company_id)
            FROM interaction_log_entry AS entry
            LEFT JOIN contact AS company
                ON company.id = entry.contact_company_id AND company.type = 0
            WHERE entry.contact_company_id IS NOT NULL AND company.id IS NULL
        """),
    ),
    Rule(
        "entry-company-of-contact",
        "An interaction log entry is filed under the company of its contact.",
        # Also when the contact moves: what was said for the old company stays there.
        sql("""
            SELECT format('entry %s of contact %s', entry_no, contact.no)
            FROM interaction_log_entry AS entry
            JOIN contact ON contact.id = entry.contact_id
            WHERE entry.contact_company_id IS DISTINCT FROM contact.company_id
        """),
    ),
    Rule(
        "entry-logged-segment",
        "An entry written by a log belongs to a logged segment of the same number.",
        sql("""
            SELECT format('entry %s', entry.entry_no)
            FROM interaction_log_entry AS entry
            LEFT JOIN logged_segment AS logged
                ON logged.entry_no = entry.logged_segment_entry_no
                AND logged.segment_no = entry.segment_no
            WHERE entry.logged_segment_entry_no IS NOT NULL AND logged.entry_no IS NULL
        """),
    ),
    Rule(
        "entry-complete",
        "An entry written by a log names its line, a template and a salesperson.",
        sql("""
            SELECT format('entry %s', entry_no)
            FROM interaction_log_entry
            WHERE logged_segment_entry_no IS NOT NULL
              AND (segment_line_no IS NULL OR interaction_template_code = ''
                   OR salesperson_code = '')
        """),
    ),
    Rule(
        "entry-once",
        "A line of a logged segment was logged once.",
        sql("""
            SELECT format('logged segment %s line %s',
                          logged_segment_entry_no, segment_line_no)
            FROM interaction_log_entry
            WHERE logged_segment_entry_no IS NOT NULL
            GROUP BY logged_segment_entry_no, segment_line_no
            HAVING count(*) > 1
        """),
    ),
    Rule(
        "entry-campaign-entry",
        "An entry counts for a campaign entry of its own campaign and segment.",
        sql("""
            SELECT format('entry %s', entry.entry_no)
            FROM interaction_log_entry AS entry
            LEFT JOIN campaign_entry AS counted
                ON counted.entry_no = entry.campaign_entry_no
                AND counted.campaign_no = entry.campaign_no
                AND (counted.segment_no = entry.segment_no
                     OR entry.logged_segment_entry_no IS NULL)
            WHERE entry.campaign_entry_no IS NOT NULL AND counted.entry_no IS NULL
        """),
    ),
    Rule(
        "entry-of-campaign-is-counted",
        "An entry that a log wrote for a campaign counts for a campaign entry.",
        sql("""
            SELECT format('entry %s', entry_no)
            FROM interaction_log_entry
            WHERE logged_segment_entry_no IS NOT NULL
              AND (campaign_no <> '') <> (campaign_entry_no IS NOT NULL)
        """),
    ),
    Rule(
        "single-entry-of-campaign-is-counted",
        "A single interaction that names a campaign counts for one of its entries.",
        sql("""
            SELECT format('entry %s', entry_no)
            FROM interaction_log_entry
            WHERE logged_segment_entry_no IS NULL AND segment_no = '' AND NOT postponed
              AND campaign_no <> '' AND campaign_entry_no IS NULL
        """),
    ),
    Rule(
        "postponed-apart",
        "A postponed interaction belongs to no log and no campaign entry, and owes no "
        "e-mail.",
        sql("""
            SELECT format('entry %s', entry_no)
            FROM interaction_log_entry AS entry
            WHERE postponed
              AND (logged_segment_entry_no IS NOT NULL OR campaign_entry_no IS NOT NULL
                   OR EXISTS (SELECT FROM delivery
                              WHERE delivery.entry_no = entry.entry_no))
        """),
    ),
    Rule(
        "entry-numbers",
        "The next interaction log entry gets a number that no entry has.",
        sql("""
            SELECT format('entry %s', entry_no)
            FROM interaction_log_entry AS entry, interaction_log_entry_no AS given
            WHERE entry.entry_no > given.last_value
               OR entry.entry_no = given.last_value AND NOT given.is_called
        """),
    ),
    Rule(
        "entry-comment",
        "The interaction that a comment is about exists.",
        sql("""
            SELECT format('comment %s: entry %s', id, comment.entry_no)
            FROM interaction_log_entry_comment AS comment
            LEFT JOIN interaction_log_entry AS entry
                ON entry.entry_no = comment.entry_no
            WHERE entry.entry_no IS NULL
        """),
    ),
    Rule(
        "logged-segment-planned",
        "Of every logged segment: lines = interactions + skipped lines.",
        sql("""
            SELECT format('logged segment %s: %s lines, %s interactions, %s skipped',
                          entry_no, no_of_lines, no_of_interactions, no_skipped)
            FROM logged_segment
            WHERE no_of_lines <> no_of_interactions + no_skipped
        """),
    ),
    Rule(
        "logged-segment-entries",
        "A logged segment has the entries, the cost and the minutes that it tells, "
        "but for the entries that were deleted since.",
        sql("""
            WITH found AS (
                SELECT logged_segment_entry_no AS entry_no, count(*) AS entries,
                       sum(cost) AS cost, sum(duration) AS duration
                FROM interaction_log_entry
                GROUP BY logged_segment_entry_no
            )
            SELECT format('logged segment %s: %s told, %s deleted, %s found', entry_no,
                          no_of_interactions, no_deleted, coalesce(found.entries, 0))
            FROM logged_segment AS logged
            LEFT JOIN found USING (entry_no)
            WHERE no_of_interactions - no_deleted <> coalesce(found.entries, 0)
               OR no_deleted < 0
               OR no_deleted = 0 AND (
                   logged.cost <> coalesce(found.cost, 0)
                   OR logged.duration <> coalesce(found.duration, 0))
               OR logged.cost < found.cost OR logged.duration < found.duration
        """),
    ),
    Rule(
        "logged-segment-canceled",
        "A logged segment tells how many of its entries are canceled.",
        sql("""
            WITH found AS (
                SELECT logged_segment_entry_no AS entry_no, count(*) AS entries
                FROM interaction_log_entry
                WHERE canceled
                GROUP BY logged_segment_entry_no
            )
            SELECT format('logged segment %s: %s told, %s found', entry_no,
                          no_canceled, coalesce(found.entries, 0))
            FROM logged_segment
            LEFT JOIN found USING (entry_no)
            WHERE no_canceled <> coalesce(found.entries, 0)
        """),
    ),
    Rule(
        "logged-segment-undone",
        "A log that was undone is canceled, with every entry it has left.",
        sql("""
            SELECT format('logged segment %s', entry_no)
            FROM logged_segment
            WHERE undone_at IS NOT NULL
              AND (NOT canceled OR no_canceled <> no_of_interactions - no_deleted)
        """),
    ),
    Rule(
        "logged-line-entry",
        "What a log kept of a line belongs to a line that it logged.",
        sql("""
            SELECT format('logged segment %s line %s', logged.entry_no, kept.line_no)
            FROM logged_line AS kept
            JOIN logged_segment AS logged
                ON logged.entry_no = kept.logged_segment_entry_no
            LEFT JOIN interaction_log_entry AS entry
                ON entry.logged_segment_entry_no = kept.logged_segment_entry_no
                AND entry.segment_line_no = kept.line_no
            WHERE entry.entry_no IS NULL AND logged.no_deleted = 0
        """),
    ),
    Rule(
        "logged-segment-job",
        "A segment was logged by a job that succeeded and tells the same numbers.",
        sql("""
            SELECT format('logged segment %s', entry_no)
            FROM logged_segment AS logged
            LEFT JOIN job
                ON job.id = logged.job_id
                AND job.state = 'succeeded'
                AND job.result @> jsonb_build_object(
                    'logged_segment_entry_no', logged.entry_no,
                    'planned', logged.no_of_lines,
                    'logged', logged.no_of_interactions,
                    'skipped', logged.no_skipped)
            WHERE logged.job_id IS NOT NULL AND job.id IS NULL
        """),
    ),
    Rule(
        "job-logged-segment",
        "A job that logged a segment has left the logged segment it tells of, unless "
        "somebody deleted it since.",
        sql("""
            SELECT format('job %s', job.public_id)
            FROM job
            LEFT JOIN logged_segment AS logged ON logged.job_id = job.id
            LEFT JOIN audit_event AS deletion
                ON deletion.action = 'logged_segment.delete'
                AND deletion.subject = job.result ->> 'logged_segment_entry_no'
            WHERE job.kind = 'log_segment' AND job.state = 'succeeded'
              AND logged.entry_no IS NULL AND deletion.id IS NULL
        """),
    ),
)
