"""What must be true of the logs in a database at every moment, whatever broke."""

from sqlalchemy import Engine, text

from core.database import transaction

# One statement sees one moment: half a log would show as a difference.
HALF_LOGS = text("""
    WITH latest AS (
        SELECT * FROM logged_segment ORDER BY entry_no DESC LIMIT 12
    ), found AS (
        SELECT latest.entry_no, count(entry.entry_no) AS entries,
               count(DISTINCT entry.segment_line_no) AS lines,
               count(DISTINCT entry.contact_id) AS contacts
        FROM latest
        LEFT JOIN interaction_log_entry AS entry
            ON entry.logged_segment_entry_no = latest.entry_no
        GROUP BY latest.entry_no
    )
    SELECT latest.entry_no, latest.no_of_lines, found.*, job.state, job.result
    FROM latest
    JOIN found USING (entry_no)
    LEFT JOIN job ON job.id = latest.job_id
    WHERE found.entries <> latest.no_of_lines
       OR found.lines <> found.entries
       OR found.contacts <> found.entries
       OR latest.no_of_interactions + latest.no_skipped <> latest.no_of_lines
       OR job.state IS DISTINCT FROM 'succeeded'
       OR (job.result ->> 'logged')::bigint IS DISTINCT FROM found.entries
       OR (job.result ->> 'logged_segment_entry_no')::bigint <> latest.entry_no
""")

# Jobs of which a reader of the same moment must see everything.
UNFILED_SUCCESSES = text("""
    SELECT job.public_id, job.result
    FROM (
        SELECT * FROM job WHERE kind = 'log_segment' AND state = 'succeeded'
        ORDER BY id DESC LIMIT 12
    ) AS job
    LEFT JOIN logged_segment AS logged ON logged.job_id = job.id
    LEFT JOIN segment AS follow_up
        ON follow_up.no = job.result ->> 'follow_up_segment_no'
    LEFT JOIN logged_segment AS logged_since
        ON logged_since.segment_no = job.result ->> 'follow_up_segment_no'
    WHERE logged.entry_no IS NULL
       OR (job.arguments ->> 'create_follow_up')::boolean
           AND follow_up.no IS NULL AND logged_since.segment_no IS NULL
""")

# All that is the same in every log of the same roster, whenever it is made.
CONTENTS = text("""
    SELECT logged.segment_no AS no, count(*) AS entries,
           sum(hashtextextended(concat_ws('|', entry.segment_line_no, entry.contact_id,
               entry.contact_company_id, entry.interaction_template_code,
               entry.interaction_group_code, entry.interaction_language_code,
               entry.correspondence_type, entry.information_flow, entry.initiated_by,
               entry.salesperson_code, entry.cost, entry.duration, entry.contact_via,
               entry.campaign_no, entry.attachment_id, entry.subject,
               entry.campaign_response, entry.campaign_target, entry.evaluation,
               entry.attempt_failed, entry.contact_alt_address_code,
               entry.document_type, entry.canceled,
               entry.postponed, entry.segment_no = logged.segment_no,
               entry.description = logged.description,
               entry.user_id = logged.user_id), 0)) AS told
    FROM logged_segment AS logged
    JOIN interaction_log_entry AS entry
        ON entry.logged_segment_entry_no = logged.entry_no
    GROUP BY logged.segment_no
""")

LINES_OF = text("""
    SELECT count(*) FROM segment
    JOIN segment_line AS line ON line.segment_id = segment.id
    WHERE segment.no = :no AND added_by <= head
      AND (removed_by IS NULL OR removed_by > head)
""")


def assert_nothing_is_half_done(engine: Engine) -> None:
    """Of the latest logs, and at any moment: all of each is there, once, or nothing."""
    with transaction(engine) as session:
        for question in (HALF_LOGS, UNFILED_SUCCESSES):
            wrong = session.execute(question).all()
            assert not wrong, wrong


def logged_segment_nos(engine: Engine) -> list[str]:
    with transaction(engine) as session:
        found = text("SELECT segment_no FROM logged_segment ORDER BY segment_no")
        return list(session.scalars(found))


def contents_by_segment_no(engine: Engine) -> dict[str, tuple[int, int]]:
    """How many entries each log wrote, and a number that tells what is in them."""
    with transaction(engine) as session:
        return {row.no: (row.entries, row.told) for row in session.execute(CONTENTS)}


def lines_of(engine: Engine, segment_no: str) -> int:
    with transaction(engine) as session:
        lines: int = session.execute(LINES_OF, {"no": segment_no}).scalar_one()
    return lines


def count(engine: Engine, table: str) -> int:
    with transaction(engine) as session:
        rows: int = session.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()  # noqa: S608  our own words
    return rows
