from core.check.rule import Rule, sql

RULES = (
    Rule(
        "delivery-entry",
        "An e-mail belongs to an interaction log entry, and to the log of that entry.",
        sql("""
            SELECT format('delivery of entry %s', delivery.entry_no)
            FROM delivery
            LEFT JOIN interaction_log_entry AS entry
                ON entry.entry_no = delivery.entry_no
                AND entry.logged_segment_entry_no
                    IS NOT DISTINCT FROM delivery.logged_segment_entry_no
            WHERE entry.entry_no IS NULL
        """),
    ),
    Rule(
        "delivery-state",
        "An e-mail is in one of its states; who is sending or has sent it is known.",
        sql("""
            SELECT format('delivery of entry %s, state %s', entry_no, state)
            FROM delivery
            WHERE state NOT BETWEEN 1 AND 6 OR tries < 0
               OR state IN (2, 3, 5) AND (job_id IS NULL OR job_attempt IS NULL)
        """),
    ),
    Rule(
        "delivery-sending",
        "An e-mail is being sent only as long as its job has not ended.",
        sql("""
            SELECT format('delivery of entry %s, job %s', entry_no, job.public_id)
            FROM delivery
            LEFT JOIN job ON job.id = delivery.job_id
            WHERE delivery.state = 2 AND job.state NOT IN ('queued', 'running')
        """),
    ),
)
