from core.check.rule import Rule, sql

RULES = (
    Rule(
        "job-state",
        "A job has what belongs to its state: a lease while it runs, a time when it "
        "has ended, a result, a problem or somebody who cancelled it.",
        sql("""
            SELECT format('job %s, %s', public_id, state)
            FROM job
            WHERE NOT CASE state
                WHEN 'queued' THEN finished_at IS NULL AND lease_until IS NULL
                    AND cancel_requested_at IS NULL
                WHEN 'running' THEN finished_at IS NULL AND lease_until IS NOT NULL
                    AND started_at IS NOT NULL AND attempt > 0
                WHEN 'succeeded' THEN finished_at IS NOT NULL AND lease_until IS NULL
                    AND started_at IS NOT NULL AND result IS NOT NULL
                    AND cancel_requested_at IS NULL
                WHEN 'failed' THEN finished_at IS NOT NULL AND lease_until IS NULL
                    AND problem IS NOT NULL
                WHEN 'cancelled' THEN finished_at IS NOT NULL AND lease_until IS NULL
                    AND cancel_requested_at IS NOT NULL
                ELSE false
            END
        """),
    ),
    Rule(
        "job-claimable",
        "An unfinished job is being worked on, or can be taken within the hour.",
        # No retry waits that long, and no lease lasts that long.
        sql("""
            SELECT format('job %s, %s', public_id, state)
            FROM job
            WHERE state = 'queued' AND run_after > now() + interval '1 hour'
               OR state = 'running' AND lease_until > now() + interval '1 hour'
        """),
    ),
    Rule(
        "job-subject-once",
        "At most one unfinished job is about the same thing.",
        sql("""
            SELECT format('%s: %s jobs', subject, count(*))
            FROM job
            WHERE state IN ('queued', 'running') AND subject IS NOT NULL
            GROUP BY subject
            HAVING count(*) > 1
        """),
    ),
    Rule(
        "job-attempts",
        "A job was taken at least as often as it was given up or lost.",
        sql("""
            SELECT format('job %s', public_id)
            FROM job
            WHERE attempt < crashes + retries OR crashes < 0 OR retries < 0
        """),
    ),
    Rule(
        "job-ends-once",
        "The diary of a job tells its end once, when it has ended, and as it ended.",
        sql("""
            SELECT format('job %s, %s', public_id, state)
            FROM job
            LEFT JOIN job_event AS told
                ON told.job_id = job.id
                AND told.event IN ('succeeded', 'failed', 'cancelled')
            GROUP BY job.id
            HAVING count(told.id) <>
                    CASE WHEN state IN ('queued', 'running') THEN 0 ELSE 1 END
                OR max(told.event) <> state
        """),
    ),
    Rule(
        "job-errors",
        "A finished job lists as many refused lines as it counts.",
        sql("""
            SELECT format('job %s: %s counted, %s listed', public_id, error_count,
                          count(listed.id))
            FROM job
            LEFT JOIN job_error AS listed ON listed.job_id = job.id
            WHERE state NOT IN ('queued', 'running')
            GROUP BY job.id
            HAVING error_count <> count(listed.id)
        """),
    ),
)
