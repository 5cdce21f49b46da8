from core.check.rule import Rule, sql

RULES = (
    Rule(
        "segment-line-segment",
        "Every segment line belongs to a segment that exists.",
        sql("""
            SELECT format('segment with id %s, line %s', segment_id, line_no)
            FROM segment_line AS line
            WHERE NOT EXISTS (SELECT FROM segment WHERE segment.id = line.segment_id)
        """),
    ),
    Rule(
        "segment-line-contact",
        "Every segment line, in force or taken out, is for a contact that exists.",
        sql("""
            SELECT format('segment %s line %s: contact with id %s',
                          coalesce(segment.no, '?'), line.line_no, line.contact_id)
            FROM segment_line AS line
            LEFT JOIN segment ON segment.id = line.segment_id
            LEFT JOIN contact ON contact.id = line.contact_id
            WHERE contact.id IS NULL
        """),
    ),
    Rule(
        "segment-line-step",
        "Line numbers are multiples of 10000: entry numbers are counted from them.",
        sql("""
            SELECT format('segment %s line %s', coalesce(segment.no, '?'), line_no)
            FROM segment_line AS line
            LEFT JOIN segment ON segment.id = line.segment_id
            WHERE line_no <= 0 OR line_no % 10000 <> 0
        """),
    ),
    Rule(
        "segment-line-count",
        "A segment has as many lines as its actions in force have added and not removed.",
        sql("""
            WITH told AS (
                SELECT segment.id, sum(
                    CASE action.kind WHEN 1 THEN lines_changed ELSE -lines_changed END
                ) AS lines
                FROM segment
                JOIN segment_action AS action
                    ON action.segment_id = segment.id AND action_no <= segment.head
                GROUP BY segment.id
            ), found AS (
                SELECT segment.id, count(*) AS lines
                FROM segment
                JOIN segment_line AS line ON line.segment_id = segment.id
                WHERE added_by <= head AND (removed_by IS NULL OR removed_by > head)
                GROUP BY segment.id
            )
            SELECT format('segment %s: %s told, %s found', segment.no,
                          coalesce(told.lines, 0), coalesce(found.lines, 0))
            FROM segment
            LEFT JOIN told USING (id)
            LEFT JOIN found USING (id)
            WHERE coalesce(told.lines, 0) <> coalesce(found.lines, 0)
        """),
    ),
    Rule(
        "segment-head",
        "The newest action in force of a segment is one that it has.",
        sql("""
            SELECT format('segment %s: action %s', no, head)
            FROM segment
            WHERE head <> 0 AND NOT EXISTS (
                SELECT FROM segment_action
                WHERE segment_id = segment.id AND action_no = head
            )
        """),
    ),
    Rule(
        "segment-line-actions",
        "A line was added no later than by the newest action of its segment, and "
        "removed by an action that is there and removes.",
        # Not: added by an action that is there. A follow-up keeps its lines, and one
        # action stands for all that had added them.
        sql("""
            SELECT format('segment %s line %s', segment.no, line_no)
            FROM segment
            JOIN segment_line AS line ON line.segment_id = segment.id
            LEFT JOIN (
                SELECT segment_id, max(action_no) AS action_no
                FROM segment_action
                GROUP BY segment_id
            ) AS newest ON newest.segment_id = segment.id
            LEFT JOIN segment_action AS removal
                ON removal.segment_id = segment.id
                AND removal.action_no = line.removed_by
                AND removal.kind <> 1
            WHERE added_by > coalesce(newest.action_no, 0)
               OR removed_by IS NOT NULL AND removal.action_no IS NULL
        """),
    ),
    Rule(
        "saved-criteria-actions",
        "Saved criteria have at least one action.",
        sql("""
            SELECT format('saved criteria %s', code)
            FROM saved_criteria AS saved
            WHERE NOT EXISTS (
                SELECT FROM saved_criteria_action WHERE code = saved.code
            )
        """),
    ),
    Rule(
        "segment-frozen",
        "A frozen segment is frozen by an unfinished job that is about it.",
        sql("""
            SELECT format('segment %s', segment.no)
            FROM segment
            LEFT JOIN job
                ON job.id = segment.frozen_by_job_id
                AND job.state IN ('queued', 'running')
                AND job.subject = 'segment:' || segment.id
            WHERE frozen_by_job_id IS NOT NULL AND job.id IS NULL
        """),
    ),
    Rule(
        "segment-job-freezes",
        "An unfinished job about a segment has frozen it.",
        sql("""
            SELECT format('job %s, %s', job.public_id, job.subject)
            FROM job
            LEFT JOIN segment
                ON 'segment:' || segment.id = job.subject
                AND segment.frozen_by_job_id = job.id
            WHERE job.state IN ('queued', 'running')
              AND job.subject LIKE 'segment:%'
              AND segment.id IS NULL
        """),
    ),
)
